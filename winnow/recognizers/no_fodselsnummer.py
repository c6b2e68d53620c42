"""Norwegian birth numbers, D-numbers too: a date of birth, a serial number and two check digits."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_short_date, weighted

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def valid(number: str) -> bool:
    """Whether the number holds a date (the day raised by 40 in D-numbers) and both check digits (Skatteetaten)."""
    day, month = int(number[:2]) % 40, int(number[2:4]) % 40
    if not is_short_date(number[4:6], str(month), str(day)):
        return False
    return weighted(number, _FIRST) % 11 == 0 and weighted(number, _SECOND) % 11 == 0


RECOGNIZER = Recognizer(
    name="no_fodselsnummer",
    entities=("NO_FODSELSNUMMER",),
    rules=(
        bare(rf"[0-7][0-9][0-5][0-9]{{3}}{S}[0-9]{{5}}", valid, "eleven digits that hold a date and two correct check digits"),
    ),
)
