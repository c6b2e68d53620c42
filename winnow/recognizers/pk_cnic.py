"""Pakistani identity card numbers (CNIC): ``34201-0891231-8``."""

from stdnum.pk import cnic

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="pk_cnic",
    entities=("PK_CNIC",),
    rules=(
        bare(r"[1-7][0-9]{4}-[0-9]{7}-[0-9]", cnic.is_valid, "thirteen digits grouped 5-7-1", name="hyphens", score=0.85),
        named(("cnic", "nicop"), r"[1-7][0-9]{12}", cnic.is_valid, "thirteen digits beside the letters CNIC"),
    ),
)
