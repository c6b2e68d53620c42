"""German tax identification numbers: eleven digits, the last after ISO/IEC 7064 modulo 11, 10."""

import re
from collections import Counter

from winnow.recognizers._base import Recognizer, Rule, only_digits, when


def valid(text: str) -> bool:
    """Whether the number has its check digit and one digit twice or thrice among the first ten (BZSt, section 139b AO)."""
    digits = only_digits(text)
    repeated = sorted((count for count in Counter(digits[:10]).values() if count > 1), reverse=True)
    if digits[0] == "0" or repeated not in ([2], [3]) or any(triple in digits[:10] for triple in (d * 3 for d in set(digits))):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


RECOGNIZER = Recognizer(
    name="de_tax_id",
    entities=("DE_TAX_ID",),
    rules=(
        Rule(
            name="checksum",
            why="eleven digits with the structure and the check digit of a German tax number",
            pattern=re.compile(r"[1-9](?<![^\W_].)(?<![+.,-].)[0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}(?![^\W_]|[.,-][0-9])"),
            score=0.7,
            numbers=11,
            check=when(valid),
        ),
    ),
)
