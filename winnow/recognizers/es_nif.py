"""Spanish identity numbers of citizens (DNI, ``12345678Z``) and foreigners (NIE, ``X1234567L``)."""

import re

from winnow.recognizers._base import Recognizer, Rule, alphanumeric, when

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"  # by the number modulo 23 (Ministerio del Interior)


def valid(text: str) -> bool:
    """Whether the letter belongs to the number; X, Y and Z at the front count as 0, 1 and 2."""
    number = alphanumeric(text)
    front = {"X": "0", "Y": "1", "Z": "2"}.get(number[0], number[0])
    return _LETTERS[int(front + number[1:-1]) % 23] == number[-1]


RECOGNIZER = Recognizer(
    name="es_nif",
    entities=("ES_NIF",),
    rules=(
        Rule(
            name="dni",
            why="eight digits and the letter that belongs to them",
            pattern=re.compile(r"[0-9](?<![^\W_].)(?<![.,].)[0-9](?:\.?[0-9]{3}){2}[ -]?[A-HJ-NP-TV-Z](?![^\W_])"),
            score=0.85,
            numbers=7,
            check=when(valid),
        ),
        Rule(
            name="nie",
            why="X, Y or Z, seven digits and the letter that belongs to them",
            pattern=re.compile(r"[XYZ](?<![^\W_].)[ -]?[0-9]{7}[ -]?[A-HJ-NP-TV-Z](?![^\W_])"),
            score=0.9,
            numbers=7,
            check=when(valid),
        ),
    ),
)
