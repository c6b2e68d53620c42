"""Indian permanent account numbers: five letters, the fourth the kind of holder, four digits and a letter."""

from stdnum.in_ import pan

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare

RECOGNIZER = Recognizer(
    name="in_pan",
    entities=("IN_PAN",),
    rules=(
        bare(
            r"[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]",
            pan.is_valid,
            "five letters, four digits and a letter, with a kind of holder",
            name="format",
            digits=4,
        ),
    ),
)
