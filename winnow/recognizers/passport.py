"""Passport numbers beside the word for a passport in eleven languages, and the machine-readable lines of travel documents.

A passport's number has no check digit of its own outside those lines, so it is never found alone.
"""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when

_WORDS = (
    "passport", "pp no", "reisepass", "reisepaß", "passnummer", "passeport", "pasaporte", "passaporto", "passaporte",
    "paszport", "paspoort", "pasaport", "passi ", "паспорт", "pasas",
    "diabatirio", "διαβατήριο",
)  # fmt: skip
_WORD = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_NUMBER = r"(?:u|nummer|s?[ -]?(?:no|nr|num(?:ber|mer|éro|ero|er)?|id|#|№|n°|nº)\.?)"
_FORM = (
    r"(?:[A-Z]{1,3}[ -]?\n?[0-9](?:[ \n]?[0-9]){4,7}[A-Z]?|[0-9]{2}[ -]?\n?[A-Z]{2}[ -]?\n?[0-9]{5}|[0-9]"
    r"(?:[ \n]?[0-9]){5,9}|(?=(?:[A-Z]{0,6}[0-9]){4})[A-Z0-9]{8,10})"
)

RECOGNIZER = Recognizer(
    name="passport",
    entities=("PASSPORT",),
    rules=(
        Rule(
            name="named",
            why="a number after the word passport",
            pattern=re.compile(
                rf"{_WORD}(?i:{_NUMBER})?(?:(?i: of (?:the|his|her|my) [a-z]{{3,12}})?(?: is| was| ist| est| es|"
                rf"[ ]?[:=(]| -|,|\n| серия| №| n°){{0,3}})? ?(?-i:({_FORM}))(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.85,
            starts=_WORDS,
            check=when(lambda text: len(only_digits(text)) >= 5, 1),
        ),
        Rule(
            name="column",
            why="a number in a table's column for passports",
            pattern=re.compile(rf"(?<![^\W_]){_FORM}(?![^\W_])"),
            score=0.85,
            titles=(
                "passport",
                "passport no",
                "passport number",
                "reisepass",
                "reisepassnummer",
                "passeport",
                "pasaporte",
                "passaporto",
                "paszport",
                "paspoort",
            ),
        ),
        Rule(
            name="machine_readable",
            why="a machine-readable line of a travel document",
            pattern=re.compile(
                r"(?<![^\W_])(?:[PIACV][A-Z<][A-Z<]{3}(?=[A-Z0-9<]{0,39}<<)[A-Z0-9<]{25,39}|"
                r"[A-Z0-9<]{9}[0-9][A-Z<]{3}[0-9]{7}[MFX<][0-9]{7}[A-Z0-9<]{2,16}[0-9]?)(?![^\W_]|<)"
            ),
            score=0.95,
            needs=("<<",),
        ),
    ),
)
