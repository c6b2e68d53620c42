"""Romanian personal codes (CNP): sex and century, a date of birth, a county and a check digit."""

from stdnum.ro import cnp

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare

RECOGNIZER = Recognizer(
    name="ro_cnp",
    entities=("RO_CNP",),
    rules=(bare(r"[1-8][0-9]{12}", cnp.is_valid, "thirteen digits that hold a date, a county and a correct check digit"),),
)
