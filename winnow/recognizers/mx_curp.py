"""Mexican population register codes (CURP): initials, a date of birth, sex, state and a check digit."""

from stdnum.mx import curp

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare

RECOGNIZER = Recognizer(
    name="mx_curp",
    entities=("MX_CURP",),
    rules=(
        bare(
            r"[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]",
            curp.is_valid,
            "eighteen characters that hold a date, a state and a correct check digit",
            score=0.99,
            digits=7,
        ),
    ),
)
