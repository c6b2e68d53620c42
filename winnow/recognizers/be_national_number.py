"""Belgian national register numbers: a date of birth, a serial number and check digits modulo 97."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, is_short_date

D = r"[ .-]?\n?"


def valid(number: str) -> bool:
    """Whether the number holds a date (months may be raised by 20 or 40) and its check digits (royal decree of 3 April 1984)."""
    month = int(number[2:4]) % 20
    if not is_short_date(number[:2], str(month), number[4:6]):
        return False
    return any(97 - int(century + number[:9]) % 97 == int(number[9:]) for century in ("", "2"))


RECOGNIZER = Recognizer(
    name="be_national_number",
    entities=("BE_NATIONAL_NUMBER",),
    rules=(
        bare(
            rf"[0-9]{{2}}{D}[0-9]{{2}}{D}[0-9]{{2}}{D}[0-9]{{3}}{D}[0-9]{{2}}",
            valid,
            "eleven digits that hold a date and correct check digits",
        ),
    ),
)
