"""Indian Aadhaar numbers: twelve digits with a Verhoeff check digit."""

from stdnum.in_ import aadhaar

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="in_aadhaar",
    entities=("IN_AADHAAR",),
    rules=(
        named(
            ("aadhaar", "aadhar", "uidai", "adhaar"),
            rf"[2-9][0-9]{{3}}{S}[0-9]{{4}}{S}[0-9]{{4}}",
            aadhaar.is_valid,
            "twelve digits with a correct check digit beside the word Aadhaar",
        ),
        bare(
            r"[2-9][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}(?![ -][0-9])",
            aadhaar.is_valid,
            "twelve digits grouped 4 4 4 with a correct check digit",
            country="IN",
            score=0.5,
        ),
    ),
)
