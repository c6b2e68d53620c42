"""Turkish identity numbers: eleven digits with two check digits."""

from stdnum.tr import tckimlik

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="tr_tckn",
    entities=("TR_TCKN",),
    rules=(
        named(
            ("tckn", "tc kimlik", "t.c. kimlik", "tc no", "kimlik no", "kimlik numarası"),
            r"[1-9][0-9]{10}",
            tckimlik.is_valid,
            "eleven digits with two correct check digits beside the words kimlik numarası",
        ),
        bare(r"[1-9][0-9]{10}", tckimlik.is_valid, "eleven digits with two correct check digits", country="TR", score=0.6),
    ),
)
