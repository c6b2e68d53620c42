"""Canadian social insurance numbers: nine digits with a Luhn check digit, beside their name."""

from stdnum.ca import sin

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="ca_sin",
    entities=("CA_SIN",),
    rules=(
        named(
            ("sin", "social insurance", "assurance sociale", "nas"),
            rf"[1-79][0-9]{{2}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            sin.is_valid,
            "nine digits with a correct check digit beside the words social insurance number",
        ),
        bare(
            r"[1-79][0-9]{2}([ -])[0-9]{3}\1[0-9]{3}",
            sin.is_valid,
            "nine digits grouped 3 3 3 with a correct check digit",
            country="CA",
            score=0.5,
        ),
    ),
)
