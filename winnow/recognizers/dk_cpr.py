"""Danish civil registration numbers (CPR): a date of birth and four digits, ``211062-5629``."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_short_date, named, weighted


def dated(number: str) -> bool:
    """Whether the number begins with a date; numbers given out since 2007 have no check digit."""
    return is_short_date(number[4:6], number[2:4], number[:2])


def checked(number: str) -> bool:
    """Whether the number passes the test that held until 2007 (CPR-kontoret)."""
    return dated(number) and weighted(number, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


RECOGNIZER = Recognizer(
    name="dk_cpr",
    entities=("DK_CPR",),
    rules=(
        bare(r"[0-3][0-9][01][0-9]{3}-[0-9]{4}", checked, "a date, a hyphen and four digits that pass the test of eleven"),
        bare(
            r"[0-3][0-9][01][0-9]{3}-[0-9]{4}",
            dated,
            "a date, a hyphen and four digits",
            name="hyphen",
            country="DK",
            score=0.7,
        ),
        named(
            ("cpr", "cpr-nr", "cpr-nummer", "personnummer", "civil registration"),
            rf"[0-3][0-9][01][0-9]{{3}}{S}[0-9]{{4}}",
            dated,
            "ten digits that hold a date beside the letters CPR",
        ),
    ),
)
