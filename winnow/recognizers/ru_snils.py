"""Russian pension insurance numbers (SNILS): nine digits and check digits modulo 101, ``112-233-445 95``."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named, weighted


def valid(number: str) -> bool:
    """Whether the last two digits check the nine before them (Social Fund of Russia)."""
    return weighted(number[:9], (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100 == int(number[9:])


RECOGNIZER = Recognizer(
    name="ru_snils",
    entities=("RU_SNILS",),
    rules=(
        bare(
            r"[0-9]{3}-[0-9]{3}-[0-9]{3}[ -][0-9]{2}",
            valid,
            "eleven digits grouped 3-3-3 2 with correct check digits",
            score=0.9,
        ),
        named(
            ("снилс", "snils"),
            rf"[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{2}}",
            valid,
            "eleven digits with correct check digits beside the word СНИЛС",
        ),
    ),
)
