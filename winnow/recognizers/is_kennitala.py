"""Icelandic identification numbers (kennitala): a date of birth, a serial number, a check digit and the century."""

from stdnum.is_ import kennitala

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="is_kennitala",
    entities=("IS_KENNITALA",),
    rules=(
        named(
            ("kennitala", "kt", "kennitölu"),
            rf"[0-7][0-9][01][0-9]{{3}}{S}[0-9]{{4}}",
            kennitala.is_valid,
            "ten digits that hold a date and a correct check digit beside the word kennitala",
        ),
        bare(
            r"[0-7][0-9][01][0-9]{3}-[0-9]{4}",
            kennitala.is_valid,
            "ten digits grouped 6-4 that hold a date and a correct check digit",
        ),
    ),
)
