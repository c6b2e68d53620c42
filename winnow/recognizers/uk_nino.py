"""UK national insurance numbers: ``QQ 12 34 56 C``."""

import re

from winnow.recognizers._base import Recognizer, Rule, when

_NEVER = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}  # prefixes that are not allocated (HMRC manual NIM39110)

RECOGNIZER = Recognizer(
    name="uk_nino",
    entities=("UK_NINO",),
    rules=(
        Rule(
            name="format",
            why="two letters, six digits and a letter from A to D",
            pattern=re.compile(
                r"[A-CEGHJ-PR-TW-Z]"
                r"(?<![^\W_].)[A-CEGHJ-NPR-TW-Z][ \n]?[0-9]{2}[ \n-]?[0-9]{2}[ \n-]?[0-9]{2}[ \n-]?[A-D](?![^\W_])"
            ),
            score=0.85,
            numbers=6,
            check=when(lambda text: text[:2] not in _NEVER),
        ),
    ),
)
