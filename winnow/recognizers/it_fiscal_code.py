"""Italian fiscal codes: sixteen characters, the last a check letter."""

import re

from winnow.recognizers._base import Recognizer, Rule, when

# Values of the characters at odd places, 0-9 and A-Z (Decreto ministeriale 23 December 1976).
_ODD = (
    1,
    0,
    5,
    7,
    9,
    13,
    15,
    17,
    19,
    21,
    1,
    0,
    5,
    7,
    9,
    13,
    15,
    17,
    19,
    21,
    2,
    4,
    18,
    20,
    11,
    3,
    6,
    8,
    12,
    14,
    16,
    10,
    22,
    25,
    24,
    23,
)
_DIGIT = "[0-9LMNP-V]"  # digits, or the letters that replace them where two people would share a code


def valid(code: str) -> bool:
    """Whether the last letter is the check letter of the fifteen characters before it."""
    values = [int(character, 36) for character in code.upper()]
    total = sum(_ODD[value] for value in values[0:15:2]) + sum(value if value < 10 else value - 10 for value in values[1:15:2])
    return total % 26 == values[15] - 10


RECOGNIZER = Recognizer(
    name="it_fiscal_code",
    entities=("IT_FISCAL_CODE",),
    rules=(
        Rule(
            name="checksum",
            why="sixteen characters with a correct check letter",
            pattern=re.compile(
                rf"[A-Z](?<![^\W_].)[A-Z]{{5}}{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z](?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.95,
            check=when(valid),
        ),
    ),
)
