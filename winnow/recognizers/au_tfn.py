"""Australian tax file numbers: eight or nine digits with a check digit, beside their name."""

from stdnum.au import tfn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="au_tfn",
    entities=("AU_TFN",),
    rules=(
        named(
            ("tfn", "tax file"),
            rf"[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{2,3}}",
            tfn.is_valid,
            "eight or nine digits with a correct check digit beside the words tax file number",
        ),
        bare(
            r"[0-9]{3} [0-9]{3} [0-9]{3}",
            tfn.is_valid,
            "nine digits grouped 3 3 3 with a correct check digit",
            country="AU",
            score=0.5,
        ),
    ),
)
