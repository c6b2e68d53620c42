"""French social security numbers (NIR): sex, year, month, place, order and a key modulo 97."""

import re

from winnow.recognizers._base import Recognizer, Rule, alphanumeric, when


def valid(text: str) -> bool:
    """Whether the last two digits are the key of the first thirteen, Corsican departments read as 19 and 18 (INSEE)."""
    number = alphanumeric(text)
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(number[13:])


RECOGNIZER = Recognizer(
    name="fr_nir",
    entities=("FR_NIR",),
    rules=(
        Rule(
            name="key",
            why="fifteen digits with a correct key",
            pattern=re.compile(
                r"[12](?<![^\W_].)(?<![+.,-].)[ \n]?[0-9]{2}[ \n]?(?:0[1-9]|1[0-2]|[2-4][0-9])[ \n]?(?:[0-9]{2}|"
                r"2[ABab])[ \n]?[0-9]{3}[ \n]?[0-9]{3}[ \n]?[-/]?[ \n]?[0-9]{2}(?![^\W_]|[.,][0-9])"
            ),
            score=0.95,
            numbers=12,
            check=when(valid),
        ),
    ),
)
