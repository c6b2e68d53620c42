"""Australian Medicare card numbers: ten digits, the ninth a check digit, beside their name."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named, weighted

_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)


def valid(number: str) -> bool:
    """Whether the ninth digit checks the eight before it (Services Australia, Medicare card number)."""
    return weighted(number[:8], _WEIGHTS) % 10 == int(number[8])


RECOGNIZER = Recognizer(
    name="au_medicare",
    entities=("AU_MEDICARE",),
    rules=(
        named(
            ("medicare",),
            rf"[2-6][0-9]{{3}}{S}[0-9]{{5}}{S}[0-9](?:[ /-]?[1-9])?",
            valid,
            "ten digits with a correct check digit beside the word Medicare",
        ),
    ),
)
