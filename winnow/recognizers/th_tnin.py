"""Thai identity numbers: thirteen digits with a check digit, ``1-2345-67890-12-1``."""

from stdnum.th import pin

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="th_tnin",
    entities=("TH_TNIN",),
    rules=(
        bare(
            r"[1-8]([ -])[0-9]{4}\1[0-9]{5}\1[0-9]{2}\1[0-9]",
            pin.is_valid,
            "thirteen digits grouped 1-4-5-2-1 with a correct check digit",
            score=0.9,
        ),
        named(
            ("thai id", "national id", "เลขประจำตัวประชาชน", "บัตรประชาชน"),
            r"[1-8][0-9]{12}",
            pin.is_valid,
            "thirteen digits with a correct check digit beside their name",
        ),
        bare(
            r"[1-8][0-9]{12}",
            pin.is_valid,
            "thirteen digits with a correct check digit",
            name="digits",
            country="TH",
            score=0.5,
        ),
    ),
)
