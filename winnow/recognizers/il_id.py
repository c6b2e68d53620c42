"""Israeli identity numbers: nine digits with a Luhn check digit, beside their name."""

from stdnum.il import idnr

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="il_id",
    entities=("IL_ID",),
    rules=(
        named(
            ("teudat zehut", "israeli id", "ת.ז", "תעודת זהות", "מספר זהות"),
            r"[0-9]{7,8}-?[0-9]",
            idnr.is_valid,
            "nine digits with a correct check digit beside the words for an identity card",
        ),
        bare(r"[0-9]{8}-?[0-9]", idnr.is_valid, "nine digits with a correct check digit", country="IL", score=0.4),
    ),
)
