"""Colombian tax numbers (NIT): digits and a check digit, beside their name."""

from stdnum.co import nit

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="co_nit",
    entities=("CO_NIT",),
    rules=(
        named(
            ("nit", "identificación tributaria"),
            r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]",
            nit.is_valid,
            "ten digits with a correct check digit beside the letters NIT",
        ),
    ),
)
