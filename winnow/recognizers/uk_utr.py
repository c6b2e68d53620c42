"""UK unique taxpayer references: ten digits, the first a check digit, beside their name."""

from stdnum.gb import utr

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named

RECOGNIZER = Recognizer(
    name="uk_utr",
    entities=("UK_UTR",),
    rules=(
        named(
            ("utr", "unique taxpayer reference", "unique tax reference", "taxpayer reference"),
            rf"[0-9]{{5}}{S}[0-9]{{5}}K?",
            utr.is_valid,
            "ten digits with a correct check digit beside the words unique taxpayer reference",
        ),
    ),
)
