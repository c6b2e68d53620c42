"""Czech and Slovak birth numbers: a date of birth, a serial number and a check modulo 11, ``710319/2745``."""

from stdnum.cz import rc

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="cz_rodne_cislo",
    entities=("CZ_RODNE_CISLO",),
    rules=(
        bare(r"[0-9]{6}/[0-9]{3,4}", rc.is_valid, "a date, a slash and three or four digits that pass the check"),
        named(
            ("rodné číslo", "rodne cislo", "rodného čísla", "r.č.", "rč", "birth number"),
            r"[0-9]{6} ?/? ?[0-9]{3,4}",
            rc.is_valid,
            "nine or ten digits that hold a date beside the words rodné číslo",
        ),
    ),
)
