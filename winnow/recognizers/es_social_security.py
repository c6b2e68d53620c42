"""Spanish social security numbers: province, serial number and check digits modulo 97, twelve digits."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named


def valid(number: str) -> bool:
    """Whether the last two digits are the others modulo 97 (Tesorería General de la Seguridad Social)."""
    province, serial = number[:2], number[2:-2]
    body = int(province + serial) if int(serial) >= 10_000_000 else int(serial) + int(province) * 10_000_000
    return body % 97 == int(number[-2:])


RECOGNIZER = Recognizer(
    name="es_social_security",
    entities=("ES_SOCIAL_SECURITY",),
    rules=(
        bare(
            r"(?:0[1-9]|[1-4][0-9]|5[0-3])[ /-][0-9]{8}[ /-][0-9]{2}",
            valid,
            "twelve digits grouped 2 8 2 with correct check digits",
        ),
        named(
            ("seguridad social", "nuss", "naf", "número de afiliación"),
            r"(?:0[1-9]|[1-4][0-9]|5[0-3])[ /-]?[0-9]{7,8}[ /-]?[0-9]{2}",
            valid,
            "eleven or twelve digits with correct check digits beside the words seguridad social",
        ),
    ),
)
