"""Personal numbers of Slovenia (EMŠO) and its neighbours (JMBG), which hold a date of birth."""

from stdnum.si import emso

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare

RECOGNIZER = Recognizer(
    name="si_emso",
    entities=("SI_EMSO",),
    rules=(
        bare(r"[0-3][0-9][01][0-9][09][0-9]{8}", emso.is_valid, "thirteen digits that hold a date and a correct check digit"),
    ),
)
