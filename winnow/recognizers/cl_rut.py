"""Chilean identity numbers (RUT, RUN): ``12.531.909-2``."""

from stdnum.cl import rut

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="cl_rut",
    entities=("CL_RUT",),
    rules=(
        bare(
            r"[1-9][0-9]?\.[0-9]{3}\.[0-9]{3}-[0-9Kk]",
            rut.is_valid,
            "seven or eight digits with dots, and a correct check character",
            score=0.9,
            digits=7,
        ),
        named(
            ("rut", "run", "rol único"),
            r"[1-9][0-9]{6,7}-[0-9Kk]",
            rut.is_valid,
            "seven or eight digits and a correct check character beside the letters RUT",
        ),
    ),
)
