"""US individual taxpayer identification numbers: ``9xx-7x-xxxx``."""

from stdnum.us import itin

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="us_itin",
    entities=("US_ITIN",),
    rules=(
        bare(
            r"9[0-9]{2}-[5-9][0-9]-[0-9]{4}",
            itin.is_valid,
            "nine digits grouped 3-2-4 in the range of taxpayer numbers",
            name="hyphens",
        ),
        named(
            ("itin", "taxpayer identification", "taxpayer id", "tax id"),
            rf"9[0-9]{{2}}{S}[5-9][0-9]{S}[0-9]{{4}}",
            itin.is_valid,
            "nine digits in the range of taxpayer numbers beside their name",
        ),
    ),
)
