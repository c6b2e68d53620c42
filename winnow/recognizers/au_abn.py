"""Australian business numbers, which sole traders have too: eleven digits modulo 89."""

from stdnum.au import abn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="au_abn",
    entities=("AU_ABN",),
    rules=(
        named(
            ("abn", "australian business"),
            rf"[0-9]{{2}}{S}[0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{3}}",
            abn.is_valid,
            "eleven digits with correct check digits beside the letters ABN",
        ),
        bare(
            r"[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}",
            abn.is_valid,
            "eleven digits grouped 2 3 3 3 with correct check digits",
            score=0.6,
        ),
    ),
)
