"""Chinese resident identity numbers: place, date of birth, serial number and a check character."""

from stdnum.cn import ric

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare

RECOGNIZER = Recognizer(
    name="cn_resident_id",
    entities=("CN_RESIDENT_ID",),
    rules=(
        bare(
            rf"[1-8][0-9]{{5}}{S}(?:18|19|20)[0-9]{{2}}{S}[01][0-9]{S}[0-3][0-9]{S}[0-9]{{3}}[0-9Xx]",
            ric.is_valid,
            "eighteen characters with a place, a date and a correct check character",
            score=0.95,
        ),
    ),
)
