"""Mexican tax codes (RFC) of people: initials, a date of birth and three characters, ``GODE561231GR8``."""

from stdnum.mx import rfc

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="mx_rfc",
    entities=("MX_RFC",),
    rules=(
        bare(
            r"[A-ZÑ&]{4}[ -]?[0-9]{6}[ -]?[0-9A-Z]{3}",
            rfc.is_valid,
            "four letters, a date and three characters",
            name="form",
            score=0.85,
            digits=6,
        ),
        named(
            ("rfc", "registro federal"),
            r"[A-ZÑ&]{3,4}[ -]?[0-9]{6}(?:[ -]?[0-9A-Z]{3})?",
            rfc.is_valid,
            "letters and a date beside the letters RFC",
        ),
    ),
)
