"""French tax numbers (numéro fiscal, SPI): thirteen digits with check digits modulo 511, beside their name."""

from stdnum.fr import nif

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named

RECOGNIZER = Recognizer(
    name="fr_tax_number",
    entities=("FR_TAX_NUMBER",),
    rules=(
        named(
            ("numéro fiscal", "numero fiscal", "n° fiscal", "spi", "référence fiscale"),
            rf"[0-3][0-9]{S}[0-9]{{2}}{S}[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            nif.is_valid,
            "thirteen digits with correct check digits beside the words numéro fiscal",
        ),
    ),
)
