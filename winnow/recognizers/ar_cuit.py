"""Argentine tax and labour numbers (CUIT, CUIL): ``20-05536168-2``."""

from stdnum.ar import cuit

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="ar_cuit",
    entities=("AR_CUIT",),
    rules=(
        bare(r"[23][0-9]-[0-9]{8}-[0-9]", cuit.is_valid, "eleven digits grouped 2-8-1 with a correct check digit", score=0.9),
        named(
            ("cuit", "cuil"),
            r"[23][0-9][ -]?[0-9]{8}[ -]?[0-9]",
            cuit.is_valid,
            "eleven digits with a correct check digit beside the letters CUIT",
        ),
    ),
)
