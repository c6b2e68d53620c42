"""US employer identification numbers, beside their name: sole traders use them for themselves."""

from stdnum.us import ein

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="us_ein",
    entities=("US_EIN",),
    rules=(
        named(
            ("ein", "fein", "employer identification", "employer id", "federal tax id"),
            r"[0-9]{2}-?[0-9]{7}",
            ein.is_valid,
            "nine digits with an issued prefix beside the words employer identification number",
        ),
    ),
)
