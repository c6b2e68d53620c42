"""Dutch citizen service numbers (BSN): nine digits that pass the test of eleven."""

from stdnum.nl import bsn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

D = r"[ .-]?\n?"

RECOGNIZER = Recognizer(
    name="nl_bsn",
    entities=("NL_BSN",),
    rules=(
        named(
            ("bsn", "burgerservicenummer", "burgerservice", "sofinummer", "sofi-nummer"),
            rf"[0-9]{{4}}{D}[0-9]{{2}}{D}[0-9]{{3}}|[0-9]{{3}}{D}[0-9]{{3}}{D}[0-9]{{3}}",
            bsn.is_valid,
            "nine digits that pass the test of eleven beside the letters BSN",
        ),
        bare(
            r"[0-9]{4}\.[0-9]{2}\.[0-9]{3}|[0-9]{9}",
            bsn.is_valid,
            "nine digits that pass the test of eleven",
            country="NL",
            score=0.4,
        ),
    ),
)
