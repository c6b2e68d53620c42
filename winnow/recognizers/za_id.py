"""South African identity numbers: a date of birth, sex, citizenship and a Luhn check digit, thirteen digits."""

from stdnum import luhn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_short_date, named


def valid(number: str) -> bool:
    """Whether the number holds a real date and its check digit (Identification Act 68 of 1997)."""
    return is_short_date(number[:2], number[2:4], number[4:6]) and luhn.is_valid(number)


RECOGNIZER = Recognizer(
    name="za_id",
    entities=("ZA_ID",),
    rules=(
        named(
            (
                "id number",
                "id no",
                "identity number",
                "identity no",
                "south african id",
                "sa id",
                "rsa id",
                "id-nommer",
                "identiteitsnommer",
            ),
            rf"[0-9]{{6}}{S}[0-9]{{4}}{S}[012][0-9]{S}[0-9]",
            valid,
            "thirteen digits that hold a date of birth and a correct check digit beside the words identity number",
        ),
        bare(
            r"[0-9]{6}([ -]?)[0-9]{4}\1[012][89]\1?[0-9]",
            valid,
            "thirteen digits that hold a date of birth and a correct check digit",
            country="ZA",
            score=0.7,
        ),
    ),
)
