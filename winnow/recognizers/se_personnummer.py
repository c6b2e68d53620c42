"""Swedish personal identity numbers, coordination numbers too: a date of birth, a serial number and a Luhn check digit."""

from stdnum import luhn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_short_date, named


def valid(number: str) -> bool:
    """Whether the number holds a date (the day raised by 60 in coordination numbers) and its check digit (Skatteverket)."""
    digits = number.replace("+", "")[-10:]
    day = int(digits[4:6])
    return is_short_date(digits[:2], digits[2:4], str(day - 60 if day > 60 else day)) and luhn.is_valid(digits)


RECOGNIZER = Recognizer(
    name="se_personnummer",
    entities=("SE_PERSONNUMMER",),
    rules=(
        bare(r"(?:19|20)?[0-9]{6}[-+][0-9]{4}", valid, "a date, a hyphen and four digits with a correct check digit"),
        named(
            ("personnummer", "samordningsnummer", "personal identity number", "pers.nr"),
            rf"(?:19|20)?[0-9]{{6}}[-+]?{S}[0-9]{{4}}",
            valid,
            "ten or twelve digits that hold a date and a correct check digit beside their name",
        ),
        bare(
            r"(?:19|20)[0-9]{10}", valid, "twelve digits that hold a date and a correct check digit", name="digits", score=0.7
        ),
    ),
)
