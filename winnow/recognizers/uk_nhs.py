"""UK National Health Service numbers: ten digits, the last a check digit modulo 11."""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when


def valid(text: str) -> bool:
    """Whether the tenth digit checks the other nine (NHS Data Dictionary, NHS NUMBER)."""
    digits = [int(digit) for digit in only_digits(text)]
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check % 11 == digits[9] and len(set(digits)) > 1


RECOGNIZER = Recognizer(
    name="uk_nhs",
    entities=("UK_NHS",),
    rules=(
        Rule(
            name="spaced",
            why="ten digits grouped 3 3 4 with a correct check digit",
            pattern=re.compile(
                r"[0-9](?<![^\W_].)(?<![+.,-].)(?<![0-9] .)[0-9]{2}[ \n][0-9]{3}[ \n][0-9]{4}(?![^\W_]|[ .,-][0-9])"
            ),
            score=0.6,
            numbers=10,
            check=when(valid),
        ),
        Rule(
            name="named",
            why="ten digits with a correct check digit beside the word NHS",
            pattern=re.compile(r"[0-9](?<![^\W_].)[0-9]{2}[ \n-]?[0-9]{3}[ \n-]?[0-9]{4}(?![^\W_])"),
            score=0.9,
            near=("nhs", "national health", "health service"),
            check=when(valid),
        ),
    ),
)
