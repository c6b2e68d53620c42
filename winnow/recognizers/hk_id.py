"""Hong Kong identity card numbers: one or two letters, six digits and a check digit in brackets."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named


def valid(number: str) -> bool:
    """Whether the last character checks the others modulo 11 (Immigration Department)."""
    body, check = number[:-1].rjust(8, " "), number[-1]
    values = [36 if character == " " else int(character, 36) for character in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return (total + int(check, 16)) % 11 == 0


RECOGNIZER = Recognizer(
    name="hk_id",
    entities=("HK_ID",),
    rules=(
        bare(r"[A-Z]{1,2}[0-9]{6} ?\([0-9A]\)", valid, "a letter, six digits and a correct check digit in brackets", digits=6),
        named(
            ("hkid", "hong kong id", "香港身份證", "身份證"),
            r"[A-Z]{1,2}[0-9]{6}[0-9A]",
            valid,
            "a letter and seven digits with a correct check digit beside the letters HKID",
        ),
    ),
)
