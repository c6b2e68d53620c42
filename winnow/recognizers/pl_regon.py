"""Polish business register numbers (REGON), which the self-employed have too, beside their name."""

from stdnum.pl import regon

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="pl_regon",
    entities=("PL_REGON",),
    rules=(
        named(
            ("regon",),
            r"[0-9]{9}(?:[0-9]{5})?",
            regon.is_valid,
            "nine or fourteen digits with a correct check digit beside the word REGON",
        ),
    ),
)
