"""Nigerian national identification numbers: eleven digits, beside their name."""

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, named

RECOGNIZER = Recognizer(
    name="ng_nin",
    entities=("NG_NIN",),
    rules=(
        named(
            ("nin", "national identification number", "nimc"),
            rf"[1-9][0-9]{{3}}{S}[0-9]{{3}}{S}[0-9]{{4}}",
            lambda _: True,
            "eleven digits beside the letters NIN",
            score=0.75,
            reach=24,
        ),
    ),
)
