"""VAT numbers of the European Union, which the self-employed have too: a country code and that country's number."""

from stdnum.eu import vat

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

_COUNTRIES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK"
_FORM = rf"(?:{_COUNTRIES})[A-Z0-9]?[0-9]{{8,12}}(?:[A-Z][0-9]{{2}}|[A-Z]{{1,2}})?"
_LOOSE = rf"(?:{_COUNTRIES}) ?[A-Z0-9](?:[ .-]?[A-Z0-9]){{7,13}}"


def valid(number: str) -> bool:
    """Whether the number is one of its country, check digits and all; Romanian ones are too short to be told apart."""
    return number[:2] != "RO" and vat.is_valid(number)


RECOGNIZER = Recognizer(
    name="eu_vat",
    entities=("EU_VAT",),
    rules=(
        bare(_FORM, valid, "a country code and a VAT number with correct check digits", score=0.7, digits=8),
        named(
            ("vat", "ust-id", "ust-idnr", "ustid", "ust.-id", "uid", "tva", "btw", "iva", "moms", "alv", "dph", "áfa"),
            _LOOSE,
            valid,
            "a country code and a VAT number with correct check digits beside the word for VAT",
        ),
    ),
)
