"""Numbers of identity cards, residence permits and visas that no check digit tells, beside their name in ten languages."""

import re

from winnow.recognizers._base import Recognizer, Rule, only_digits, when

_WORDS = (
    "identity card", "id card", "national id", "national identity", "identification card", "identity document",
    "residence permit", "residence card", "visa no", "visa number", "green card", "alien registration",
    "uscis", "a-number", "personalausweis", "ausweisnummer", "ausweis-nr", "ausweis nr", "aufenthaltstitel",
    "carte d'identité", "carte nationale d'identité", "titre de séjour", "cni n",
    "documento de identidad", "carta d'identità", "carta di identità", "documento d'identità", "dowód osobisty",
    "dowodu osobistego", "nr dowodu", "identiteitskaart", "bilhete de identidade", "cartão de cidadão", "občanský průkaz",
    "kimlik kartı", "cédula de identidad", "удостоверение личности", "medicaid", "voter id", "epic no", "dni",
)  # fmt: skip
_WORD = "(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + ")"
_NUMBER = r"(?:[ -]?(?:no|nr|num(?:ber|mer|éro|ero|er)?|id)\b\.?| ?n[°º]| ?#| ?№)"
_FORM = r"[A-Z0-9](?:[ -]?\n?[A-Z0-9]){5,14}"

RECOGNIZER = Recognizer(
    name="id_card",
    entities=("ID_CARD",),
    rules=(
        Rule(
            name="named",
            why="a number after the words identity card or the like",
            pattern=re.compile(
                rf"(?<![^\W_]){_WORD}{_NUMBER}{{0,2}}(?: is| was| ist| est| es| to|[ ]?[:=(]| -|,|\n){{0,3}} ?"
                rf"(?-i:({_FORM}))(?![^\W_])",
                re.IGNORECASE,
            ),
            score=0.8,
            starts=_WORDS,
            check=when(lambda text: len(only_digits(text)) >= 4, 1),
        ),
    ),
)
