"""Korean resident registration numbers: a date of birth, sex and century, and a serial number."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_date, named

_CENTURIES = {"9": 1800, "0": 1800, "1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}


def valid(number: str) -> bool:
    """Whether the number holds a real date; numbers given out since October 2020 have no check digit."""
    return is_date(_CENTURIES[number[6]] + int(number[:2]), int(number[2:4]), int(number[4:6]))


RECOGNIZER = Recognizer(
    name="kr_rrn",
    entities=("KR_RRN",),
    rules=(
        bare(r"[0-9]{6}-[0-9]{7}", valid, "thirteen digits grouped 6-7 that hold a date of birth", name="hyphen"),
        named(
            ("주민등록번호", "주민번호", "외국인등록번호", "resident registration", "rrn"),
            rf"[0-9]{{6}}{S}[0-9]{{7}}",
            valid,
            "thirteen digits that hold a date of birth beside their name",
        ),
    ),
)
