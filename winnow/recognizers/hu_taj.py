"""Hungarian social security (TAJ) and tax numbers: nine or ten digits with a check digit, beside their name."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named, weighted


def valid(number: str) -> bool:
    """Whether the ninth digit checks the others (Hungarian act XX of 1996)."""
    return weighted(number[:8], (3, 7) * 4) % 10 == int(number[8])


def tax(number: str) -> bool:
    """Whether the tenth digit checks the others modulo 11 (the same act)."""
    return weighted(number[:9], (1, 2, 3, 4, 5, 6, 7, 8, 9)) % 11 == int(number[9])


RECOGNIZER = Recognizer(
    name="hu_taj",
    entities=("HU_TAJ",),
    rules=(
        named(
            ("taj", "taj-szám", "taj szám", "társadalombiztosítási"),
            rf"[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            valid,
            "nine digits with a correct check digit beside the letters TAJ",
        ),
        named(
            ("adóazonosító", "adóazonosító jel"),
            r"8[0-9]{9}",
            tax,
            "ten digits with a correct check digit beside the word adóazonosító",
            name="tax",
        ),
    ),
)
