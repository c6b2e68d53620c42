"""Ecuadorian identity numbers (cédula): ten digits with a check digit, beside their name."""

from stdnum.ec import ci

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="ec_ci",
    entities=("EC_CI",),
    rules=(
        named(
            ("cédula", "cedula", "c.i."),
            r"[0-2][0-9]{8}-?[0-9]",
            ci.is_valid,
            "ten digits with a correct check digit beside the word cédula",
        ),
    ),
)
