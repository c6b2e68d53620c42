"""New Zealand tax numbers (IRD): eight or nine digits with a check digit, beside their name."""

from stdnum.nz import ird

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named

RECOGNIZER = Recognizer(
    name="nz_ird",
    entities=("NZ_IRD",),
    rules=(
        named(
            ("ird", "inland revenue"),
            rf"[0-9]{{2,3}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            ird.is_valid,
            "eight or nine digits with a correct check digit beside the letters IRD",
        ),
    ),
)
