"""Latvian personal codes: a date of birth and five digits, ``161175-19997``."""

from stdnum.lv import pvn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="lv_personal_code",
    entities=("LV_PERSONAL_CODE",),
    rules=(
        bare(
            r"(?:[0-3][0-9][01][0-9]{3}|32[0-9]{4})-[0-9]{5}",
            pvn.is_valid,
            "eleven digits grouped 6-5 with a correct check digit",
        ),
        named(
            ("personas kods", "personas koda"),
            r"(?:[0-3][0-9][01][0-9]{3}|32[0-9]{4})-?[0-9]{5}",
            pvn.is_valid,
            "eleven digits with a correct check digit beside their name",
        ),
    ),
)
