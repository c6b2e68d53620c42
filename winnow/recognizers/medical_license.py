"""US registration numbers of prescribers (DEA): two letters, six digits and a check digit, beside their name."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named


def valid(number: str) -> bool:
    """Whether the last digit checks the six before it (21 CFR 1301, DEA Diversion Control Division)."""
    digits = [int(digit) for digit in number[2:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]


RECOGNIZER = Recognizer(
    name="medical_license",
    entities=("MEDICAL_LICENSE",),
    rules=(
        named(
            ("dea", "dea number", "medical license", "medical licence", "controlled substance"),
            r"[ABCDEFGHJKLMPRSTUX][A-Z9][0-9]{7}",
            valid,
            "two letters and seven digits with a correct check digit beside the word DEA",
        ),
    ),
)
