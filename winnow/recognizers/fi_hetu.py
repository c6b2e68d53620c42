"""Finnish personal identity codes: a date of birth, a sign for the century, a serial number and a check character."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, is_short_date

_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def valid(code: str) -> bool:
    """Whether the code holds a date and its check character (Digital and Population Data Services Agency)."""
    if not is_short_date(code[4:6], code[2:4], code[:2]):
        return False
    return _CHECKS[int(code[:6] + code[-4:-1]) % 31] == code[-1]


RECOGNIZER = Recognizer(
    name="fi_hetu",
    entities=("FI_PERSONAL_IDENTITY_CODE",),
    rules=(
        bare(
            r"[0-3][0-9][01][0-9]{3}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]",
            valid,
            "a date, a century sign, three digits and a correct check character",
            score=0.9,
        ),
    ),
)
