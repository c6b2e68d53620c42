"""Italian fiscal codes: sixteen characters, the last a check letter."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, alphanumeric

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


def _whole(match: re.Match[str]) -> Bounds | None:
    """Takes the six letters of the name along, which stand before the first digit."""
    start = match.start() - (8 if any(sign.isspace() for sign in match[0]) else 6)
    return (start, match.end()) if valid(alphanumeric(match.string[start : match.end()])) else None


RECOGNIZER = Recognizer(
    name="it_fiscal_code",
    entities=("IT_FISCAL_CODE",),
    rules=(
        Rule(
            name="checksum",
            why="sixteen characters with a correct check letter",
            pattern=re.compile(
                rf"[0-9](?<=[A-Z]{{6}}.)(?<![^\W_].{{7}}){_DIGIT}[ABCDEHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z](?![^\W_])|"
                rf"[0-9](?<=[A-Z]{{3}}\s[A-Z]{{3}}\s.)"
                rf"(?<![^\W_].{{9}}){_DIGIT}[ABCDEHLMPRST]{_DIGIT}{{2}}\s[A-Z]{_DIGIT}{{3}}[A-Z](?![^\W_])",
                re.IGNORECASE | re.DOTALL,
            ),
            score=0.95,
            check=_whole,
        ),
    ),
)
