"""Austrian social insurance numbers: a serial number with a check digit, and a date of birth."""

from stdnum.at import vnr

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, is_short_date, named


def valid(number: str) -> bool:
    """Whether the number holds a date and its check digit (Dachverband der Sozialversicherungsträger)."""
    return is_short_date(number[8:], number[6:8], number[4:6]) and vnr.is_valid(number)


RECOGNIZER = Recognizer(
    name="at_svnr",
    entities=("AT_SVNR",),
    rules=(
        bare(
            r"[1-9][0-9]{3} [0-3][0-9][01][0-9]{3}", valid, "ten digits grouped 4 6 that hold a date and a correct check digit"
        ),
        named(
            ("svnr", "sv-nr", "sv-nummer", "sozialversicherungsnummer", "versicherungsnummer", "sozialversicherung"),
            rf"[1-9][0-9]{{3}}{S}[0-9]{{6}}",
            vnr.is_valid,
            "ten digits with a correct check digit beside the word for social insurance",
        ),
    ),
)
