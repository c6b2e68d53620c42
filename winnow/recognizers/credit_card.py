"""Payment card numbers: 13 to 19 digits of a known issuer with the check digit of ISO/IEC 7812-1 (Luhn)."""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Whether the last of ``digits`` is the Luhn check digit of the others."""
    odd = sum(int(digit) for digit in digits[-1::-2])
    return (odd + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])) % 10 == 0


def _card(text: str) -> bool:
    digits = only_digits(text)
    if re.search(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]", text):
        return False  # two dates beside each other
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and luhn(digits)


RECOGNIZER = Recognizer(
    name="credit_card",
    entities=("CREDIT_CARD",),
    rules=(
        Rule(
            name="luhn",
            why="13 to 19 digits of a card issuer with a correct check digit",
            pattern=re.compile(r"[2-6](?<![^\W_].)(?<![.,+].)[0-9]{3}(?: ?-?\n?[0-9]){9,15}(?![^\W_]|[.,][0-9]|[ -][0-9])"),
            score=0.9,
            check=when(_card),
        ),
    ),
)
