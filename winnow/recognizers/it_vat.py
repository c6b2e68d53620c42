"""Italian VAT numbers (partita IVA), which the self-employed have too, beside their name."""

from stdnum.it import iva

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="it_vat",
    entities=("IT_VAT_CODE",),
    rules=(
        named(
            ("partita iva", "p.iva", "p. iva", "p.i.", "piva", "codice fiscale"),
            r"(?:IT ?)?[0-9]{11}",
            iva.is_valid,
            "eleven digits with a correct check digit beside the words partita IVA",
        ),
    ),
)
