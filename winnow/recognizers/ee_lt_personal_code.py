"""Estonian and Lithuanian personal codes: sex and century, a date of birth, a serial number and a check digit."""

from stdnum.ee import ik

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="ee_lt_personal_code",
    entities=("BALTIC_PERSONAL_CODE",),
    rules=(
        named(
            ("isikukood", "asmens kodas", "asmens kodą", "personal code", "a.k."),
            rf"[1-8][0-9]{{6}}{S}[0-9]{{4}}",
            ik.is_valid,
            "eleven digits that hold a date and a correct check digit beside their name",
        ),
        bare(
            r"[1-8][0-9]{10}", ik.is_valid, "eleven digits that hold a date and a correct check digit", country="EE", score=0.6
        ),
        bare(
            r"[1-8][0-9]{10}",
            ik.is_valid,
            "eleven digits that hold a date and a correct check digit",
            name="lithuanian",
            country="LT",
            score=0.6,
        ),
    ),
)
