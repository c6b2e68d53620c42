"""International bank account numbers, ISO 13616: a country's length and the check digits modulo 97."""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, alphanumeric

# Lengths from the SWIFT IBAN registry.
_LENGTHS = {
    length: countries.split()
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
}  # fmt: skip
LENGTH_OF = {country: length for length, countries in _LENGTHS.items() for country in countries}


def valid(iban: str) -> bool:
    """Whether ``iban`` (upper case, without spaces) has its country's length and correct check digits."""
    if LENGTH_OF.get(iban[:2]) != len(iban):
        return False
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


def _of_its_length(match: re.Match[str]) -> Bounds | None:
    text, start = match.string, match.start() - 2
    length = LENGTH_OF.get(text[start : start + 2].upper(), 0)
    seen = 0
    for end in range(start + 1, match.end() + 1):
        seen += text[end - 1].isalnum()
        if seen == length:
            return (start, end) if not text[end : end + 1].isalnum() and valid(alphanumeric(text[start:end])) else None
    return None


RECOGNIZER = Recognizer(
    name="iban",
    entities=("IBAN_CODE",),
    rules=(
        Rule(
            name="checksum",
            why="a country code, and a number of that country's length with correct check digits",
            pattern=re.compile(r"[0-9]{2}(?<=[a-zA-Z]{2}..)(?<![^\W_]....)(?:[ -]?\n?[a-zA-Z0-9]){11,30}"),
            score=1.0,
            check=_of_its_length,
        ),
    ),
)
