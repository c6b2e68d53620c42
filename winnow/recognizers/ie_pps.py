"""Irish personal public service numbers: seven digits, a check letter and perhaps another."""

from stdnum.ie import pps

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="ie_pps",
    entities=("IE_PPS",),
    rules=(
        bare(r"[0-9]{7}[A-W][A-IW]?", pps.is_valid, "seven digits and the letter that checks them", score=0.7, digits=7),
        named(
            ("pps", "ppsn", "pps no", "personal public service"),
            r"[0-9]{7} ?[A-W][A-IWT]?",
            pps.is_valid,
            "seven digits and a correct check letter beside the letters PPS",
        ),
    ),
)
