"""Malaysian identity card numbers: a date of birth, a place and a serial number, ``770305-02-1234``."""

from stdnum.my import nric

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="my_nric",
    entities=("MY_NRIC",),
    rules=(
        bare(
            r"[0-9]{6}-[0-9]{2}-[0-9]{4}",
            nric.is_valid,
            "twelve digits grouped 6-2-4 that hold a date and a place of birth",
            name="hyphens",
        ),
        named(
            ("nric", "mykad", "my kad", "kad pengenalan"),
            rf"[0-9]{{6}}{S}[0-9]{{2}}{S}[0-9]{{4}}",
            nric.is_valid,
            "twelve digits that hold a date and a place of birth beside their name",
        ),
    ),
)
