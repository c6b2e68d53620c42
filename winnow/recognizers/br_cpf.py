"""Brazilian taxpayer numbers (CPF): eleven digits with two check digits, ``390.533.447-05``."""

from stdnum.br import cpf

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="br_cpf",
    entities=("BR_CPF",),
    rules=(
        bare(
            r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}",
            cpf.is_valid,
            "eleven digits in the groups of a taxpayer number with correct check digits",
            score=0.95,
        ),
        named(
            ("cpf", "cadastro de pessoa"),
            rf"[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{2}}",
            cpf.is_valid,
            "eleven digits with correct check digits beside the letters CPF",
        ),
        bare(r"[0-9]{11}", cpf.is_valid, "eleven digits with correct check digits", name="digits", country="BR", score=0.5),
    ),
)
