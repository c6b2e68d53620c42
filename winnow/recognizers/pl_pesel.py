"""Polish PESEL numbers: eleven digits that begin with a date of birth and end with a check digit."""

import re
from datetime import date

from winnow.recognizers._base import Recognizer, Rule, when

_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
_CENTURIES = {80: 1800, 0: 1900, 20: 2000, 40: 2100, 60: 2200}  # what is added to the month


def valid(text: str) -> bool:
    """Whether the number holds a real date and its check digit (Polish act on population records of 2010, article 15)."""
    digits = [int(digit) for digit in text]
    month = digits[2] * 10 + digits[3]
    try:
        date(_CENTURIES[month // 20 * 20] + digits[0] * 10 + digits[1], month % 20, digits[4] * 10 + digits[5])
    except ValueError:
        return False
    return (10 - sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 10) % 10 == digits[10]


RECOGNIZER = Recognizer(
    name="pl_pesel",
    entities=("PL_PESEL",),
    rules=(
        Rule(
            name="checksum",
            why="eleven digits that hold a date and a correct check digit",
            pattern=re.compile(r"[0-9](?<![^\W_].)(?<![+.,-].)[0-9]{10}(?![^\W_]|[.,-][0-9])"),
            score=0.7,
            numbers=11,
            check=when(valid),
        ),
    ),
)
