"""Driving licence numbers: British ones by their form, others beside the word for a driving licence.

American ones have a form of their own in every state, most of them ordinary numbers or words; without the word beside them
they are left alone.
"""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when

_WORDS = (
    "driver's licen", "drivers licen", "driver licen", "driving licen", "driving permit", "dl no", "dl #", "dl number",
    "dln", "führerschein", "fahrerlaubnis", "permis de conduire", "permiso de conduc",
    "licencia de conduc", "carnet de conduc", "patente di guida", "patente n", "prawo jazdy", "prawa jazdy", "rijbewijs",
    "carta de condução", "carteira de motorista", "cnh",
    "kørekort", "körkort", "førerkort", "ajokortti", "řidičský průkaz",
)  # fmt: skip
_WORD = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")\w{0,12}"
_NUMBER = r"(?:[ -]?(?:no|nr|num(?:ber|mer|éro|ero|er)?|id)\b\.?| ?n[°º]| ?#)"
_FORM = r"[A-Z0-9](?:[ -]?\n?[A-Z0-9]){5,19}"

RECOGNIZER = Recognizer(
    name="driver_license",
    entities=("DRIVER_LICENSE",),
    rules=(
        Rule(
            name="named",
            why="a number after the words driving licence",
            pattern=re.compile(
                rf"{_WORD}{_NUMBER}?(?: is| was| ist| est| es|[ ]?[:=(]| -|,|\n){{0,3}} ?(?-i:({_FORM}))(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.85,
            starts=_WORDS,
            check=when(lambda text: len(only_digits(text)) >= 4, 1),
        ),
        Rule(
            name="british",
            why="sixteen characters in the form of a British driving licence",
            pattern=re.compile(
                r"(?<![^\W_])[A-Z]{1,5}9{0,4}(?<=[A-Z9]{5})[ -]?[0-9][0156][0-9](?:[0-2][0-9]|"
                r"3[01])[0-9][ -]?[A-Z9]{2}[0-9][A-Z]{2}(?![^\W_])"
            ),
            score=0.9,
            numbers=5,
        ),
        Rule(
            name="column",
            why="a number in a table's column for driving licences",
            pattern=re.compile(r"(?<![^\W_])[A-Z0-9](?:[ -]?[A-Z0-9]){5,19}(?![^\W_])"),
            score=0.8,
            titles=(
                "driving licence",
                "driver's license",
                "drivers license",
                "driver license",
                "driving license",
                "licence number",
                "license number",
                "führerschein",
                "permis de conduire",
            ),
            check=when(lambda text: len(only_digits(text)) >= 4),
        ),
    ),
)
