"""Polish tax numbers (NIP), which the self-employed have too: ten digits with a check digit, ``856-734-62-15``."""

from stdnum.pl import nip

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="pl_nip",
    entities=("PL_NIP",),
    rules=(
        bare(
            r"[1-9][0-9]{2}-(?:[0-9]{3}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{3})",
            nip.is_valid,
            "ten digits in the groups of a tax number with a correct check digit",
        ),
        named(
            ("nip",),
            rf"(?:PL ?)?[1-9][0-9]{{2}}{S}[0-9]{{2,3}}{S}[0-9]{{2}}{S}[0-9]{{2,3}}",
            nip.is_valid,
            "ten digits with a correct check digit beside the letters NIP",
        ),
    ),
)
