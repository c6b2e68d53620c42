"""Russian taxpayer numbers (INN): ten or twelve digits with check digits, beside their name."""

from stdnum.ru import inn

from winnow.recognizers._base import Recognizer
from winnow.recognizers._national import named

RECOGNIZER = Recognizer(
    name="ru_inn",
    entities=("RU_INN",),
    rules=(
        named(
            ("инн", "inn"),
            r"[0-9]{10}(?:[0-9]{2})?",
            inn.is_valid,
            "ten or twelve digits with correct check digits beside the letters ИНН",
        ),
    ),
)
