"""Portuguese tax numbers (NIF): nine digits with a check digit, beside their name."""

from stdnum.pt import nif

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="pt_nif",
    entities=("PT_NIF",),
    rules=(
        named(
            ("nif", "contribuinte", "identificação fiscal", "nipc"),
            rf"(?:PT ?)?[1-3568-9][0-9]{{2}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            nif.is_valid,
            "nine digits with a correct check digit beside the letters NIF",
        ),
        bare(
            r"[1-3][0-9]{2} [0-9]{3} [0-9]{3}",
            nif.is_valid,
            "nine digits grouped 3 3 3 with a correct check digit",
            country="PT",
            score=0.4,
        ),
    ),
)
