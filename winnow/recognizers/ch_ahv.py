"""Swiss social security numbers (AHV, AVS): ``756.9217.0769.85``."""

from stdnum.ch import ssn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare

D = r"[ .-]?\n?"

RECOGNIZER = Recognizer(
    name="ch_ahv",
    entities=("CH_AHV",),
    rules=(
        bare(
            rf"756{D}[0-9]{{4}}{D}[0-9]{{4}}{D}[0-9]{{2}}",
            ssn.is_valid,
            "756 and ten digits with a correct check digit",
            score=0.95,
        ),
    ),
)
