"""Japanese individual numbers (My Number): twelve digits with a check digit, beside their name."""

from stdnum.jp import in_

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import S, bare, named

RECOGNIZER = Recognizer(
    name="jp_my_number",
    entities=("JP_MY_NUMBER",),
    rules=(
        named(
            ("my number", "マイナンバー", "個人番号", "individual number"),
            rf"[0-9]{{4}}{S}[0-9]{{4}}{S}[0-9]{{4}}",
            in_.is_valid,
            "twelve digits with a correct check digit beside the words My Number",
        ),
        bare(
            r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}(?![ -][0-9])",
            in_.is_valid,
            "twelve digits grouped 4 4 4 with a correct check digit",
            country="JP",
            score=0.5,
        ),
    ),
)
