"""Greek tax numbers (AFM): nine digits with a check digit, beside their name."""

from stdnum.gr import vat

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="gr_afm",
    entities=("GR_AFM",),
    rules=(
        named(
            ("αφμ", "α.φ.μ", "afm"),
            r"(?:EL ?|GR ?)?[0-9]{9}",
            vat.is_valid,
            "nine digits with a correct check digit beside the letters ΑΦΜ",
        ),
    ),
)
