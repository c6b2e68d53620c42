"""US Medicare beneficiary identifiers: eleven letters and digits at fixed places, ``1EG4-TE5-MK73``."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

L = "[AC-HJKMNP-RT-Y]"  # S, L, O, I, B and Z are not used (Centers for Medicare & Medicaid Services, MBI format)
A = "[0-9AC-HJKMNP-RT-Y]"

RECOGNIZER = Recognizer(
    name="us_mbi",
    entities=("US_MBI",),
    rules=(
        bare(
            rf"[1-9]{L}{A}[0-9]-{L}{A}[0-9]-{L}{L}[0-9]{{2}}",
            lambda _: True,
            "a beneficiary number grouped 4-3-4",
            name="hyphens",
            digits=5,
        ),
        named(
            ("mbi", "medicare"),
            rf"[1-9]{L}{A}[0-9]-?{L}{A}[0-9]-?{L}{L}[0-9]{{2}}",
            lambda _: True,
            "a beneficiary number beside the word Medicare",
        ),
    ),
)
