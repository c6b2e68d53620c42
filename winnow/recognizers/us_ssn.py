"""US social security and taxpayer numbers: ``078-05-1120``; without separators only beside their name."""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when


def issued(text: str) -> bool:
    """Whether the number could have been issued: 000, 666, group 00 and serial 0000 never were (SSA; 9xx is an ITIN)."""
    digits = only_digits(text)
    return digits[:3] not in {"000", "666"} and digits[3:5] != "00" and digits[5:] != "0000"


RECOGNIZER = Recognizer(
    name="us_ssn",
    entities=("US_SSN",),
    rules=(
        Rule(
            name="hyphens",
            why="nine digits grouped 3-2-4",
            pattern=re.compile(r"[0-9](?<![^\W_].)(?<![-.].)[0-9]{2}-[0-9]{2}-[0-9]{4}(?![^\W_]|-[0-9])"),
            score=0.85,
            numbers=9,
            check=when(issued),
        ),
        Rule(
            name="named",
            why="nine digits beside the words social security or SSN",
            pattern=re.compile(r"[0-9](?<![^\W_].)[0-9]{2}[ .]?[0-9]{2}[ .]?[0-9]{4}(?![^\W_])"),
            score=0.85,
            near=("ssn", "ssns", "social security", "social sec", "tax id", "taxpayer id", "ss#", "soc sec"),
            check=when(issued),
        ),
    ),
)
