"""Croatian personal identification numbers (OIB): eleven digits with a check digit, beside their name."""

from stdnum.hr import oib

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="hr_oib",
    entities=("HR_OIB",),
    rules=(
        named(
            ("oib", "osobni identifikacijski"),
            r"(?:HR ?)?[0-9]{11}",
            oib.is_valid,
            "eleven digits with a correct check digit beside the letters OIB",
        ),
        bare(r"[0-9]{11}", oib.is_valid, "eleven digits with a correct check digit", country="HR", score=0.4),
    ),
)
