"""German pension insurance numbers, which hold a date of birth: ``15 070649 C 10 3``."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_short_date

_WEIGHTS = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def valid(number: str) -> bool:
    """Whether the number holds a date and its check digit (VKVV, section 2)."""
    if not is_short_date(number[6:8], number[4:6], str(int(number[2:4]) % 50)):
        return False
    digits = number[:8] + f"{ord(number[8]) - 64:02d}" + number[9:11]
    products = [int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)]
    return sum(product // 10 + product % 10 for product in products) % 10 == int(number[11])


RECOGNIZER = Recognizer(
    name="de_social_security",
    entities=("DE_SOCIAL_SECURITY",),
    rules=(
        bare(
            rf"[0-9]{{2}}{S}[0-9]{{6}}{S}[A-Z]{S}[0-9]{{2}}{S}[0-9]",
            valid,
            "twelve characters that hold a date and a correct check digit",
        ),
    ),
)
