"""Greek social security numbers (AMKA): a date of birth, a serial number and a Luhn check digit, beside their name."""

from stdnum.gr import amka

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="gr_amka",
    entities=("GR_AMKA",),
    rules=(
        named(
            ("amka", "αμκα", "α.μ.κ.α"),
            r"[0-3][0-9][01][0-9]{8}",
            amka.is_valid,
            "eleven digits that hold a date and a correct check digit beside the letters ΑΜΚΑ",
        ),
        bare(
            r"[0-3][0-9][01][0-9]{8}",
            amka.is_valid,
            "eleven digits that hold a date and a correct check digit",
            country="GR",
            score=0.6,
        ),
    ),
)
