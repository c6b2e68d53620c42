"""Bulgarian civil numbers (EGN): a date of birth, a region and a check digit, ten digits, beside their name."""

from stdnum.bg import egn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import bare, named

RECOGNIZER = Recognizer(
    name="bg_egn",
    entities=("BG_EGN",),
    rules=(
        named(
            ("егн", "egn", "единен граждански"),
            r"[0-9]{10}",
            egn.is_valid,
            "ten digits that hold a date and a correct check digit beside the letters ЕГН",
        ),
        bare(r"[0-9]{10}", egn.is_valid, "ten digits that hold a date and a correct check digit", country="BG", score=0.5),
    ),
)
