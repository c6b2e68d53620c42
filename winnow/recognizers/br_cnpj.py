"""Brazilian business numbers (CNPJ), which the self-employed have too: ``16.727.230/0001-97``."""

from stdnum.br import cnpj

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="br_cnpj",
    entities=("BR_CNPJ",),
    rules=(
        bare(
            r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}",
            cnpj.is_valid,
            "fourteen digits in the groups of a business number with correct check digits",
            score=0.95,
        ),
        named(("cnpj",), r"[0-9]{14}", cnpj.is_valid, "fourteen digits with correct check digits beside the letters CNPJ"),
    ),
)
