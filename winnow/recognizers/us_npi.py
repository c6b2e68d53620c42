"""US national provider identifiers of doctors: ten digits with a check digit, beside their name."""

from stdnum import luhn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named


def valid(number: str) -> bool:
    """Whether the number has its check digit (45 CFR 162.406, prefix of ISO/IEC 7812)."""
    return bool(luhn.is_valid("80840" + number))


RECOGNIZER = Recognizer(
    name="us_npi",
    entities=("US_NPI",),
    rules=(
        named(
            ("npi", "national provider", "provider identifier", "provider id"),
            rf"[12][0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            valid,
            "ten digits with a correct check digit beside the words national provider identifier",
        ),
    ),
)
