"""Number plates and vehicle identification numbers, beside a word for a vehicle or its registration.

A plate's form is that of a thousand other codes ("AB12 CDE"); alone it is found only for the countries that the catalog names.
"""

import re

from winnow.recognizers._base import Bounds, Recognizer, Rule, only_digits, when

_NEAR = (
    "number plate", "license plate", "licence plate", "plate no", "plate number", "plates", "registration",
    "registration number", "reg no", "reg.", "reg", "vrn", "vehicle", "car", "van",
    "kennzeichen", "kfz-kennzeichen", "kfz", "immatriculation", "immatriculé", "immatriculée", "plaque", "matrícula",
    "matricula", "targa", "targata", "rejestracyjny", "numer rejestracyjny", "rejestracja",
    "tablica", "kenteken", "nummerplaat", "parked",
)  # fmt: skip
_UK = r"[A-HJ-PR-Y][A-HJ-PR-Y](?:0[1-9]|[1-7][0-9])[ \n]?[A-HJ-PR-Z]{3}|[A-HJ-NPR-Y][0-9]{1,3}[ \n]?[A-HJ-PR-Y]{3}"
_FR_IT = r"[A-HJ-NP-TV-Z]{2}[ -]?\n?[0-9]{3}[ -]?\n?[A-HJ-NP-TV-Z]{2}"
_DE = r"[A-ZÄÖÜ]{1,3}[ -]\n?[A-Z]{1,2}[ -]?\n?[1-9][0-9]{0,3}[EH]?"
_ES = r"[0-9]{4}[ -]?\n?[BCDFGHJ-NP-TV-Z]{3}"
_PL = r"[A-Z]{2,3}[ ]?\n?(?=[A-Z]{0,4}[0-9])[0-9A-Z]{4,5}"
_NL = (
    r"(?=[A-Z-]{0,6}[0-9])(?=[0-9-]{0,6}[A-Z])(?:[A-Z]{2}|[0-9]{2})-(?:[A-Z]{2}|[0-9]{2})-(?:[A-Z]{2}|[0-9]{2})|"
    r"[A-Z]{1,2}-[0-9]{3}-[A-Z]{1,2}|[0-9]{1,2}-[A-Z]{3}-[0-9]{1,2}"
)
_US = r"(?=[A-Z -]{0,6}[0-9])(?=[0-9 -]{0,6}[A-Z])[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,4}"
_VIN_VALUES = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_NOT_PLATES = re.compile(
    r"(?:Q[1-4]|H[12]|FY|COVID|ISO|EN|DIN|RFC|UTF|SHA|MD|GB|MB|KB|EUR|USD|GBP|EU|US|UK|IP|HTTP|USB|GPT|PDF|ID|NO|NR|PO|"
    r"AM|PM)[ -]?[0-9]"
)


def vin(text: str) -> bool:
    """Whether the ninth of seventeen characters checks the others (49 CFR 565; European makers do not always set it)."""
    values = [_VIN_VALUES.get(character) or int(character) for character in text]
    rest = sum(value * weight for value, weight in zip(values, _VIN_WEIGHTS, strict=True)) % 11
    return text[8] == ("X" if rest == 10 else str(rest))


def _plate(match: re.Match[str]) -> Bounds | None:
    return None if _NOT_PLATES.match(match[0]) else match.span()


RECOGNIZER = Recognizer(
    name="license_plate",
    entities=("LICENSE_PLATE",),
    rules=(
        Rule(
            name="named",
            why="the form of a European number plate beside a word for a vehicle",
            pattern=re.compile(rf"(?<![^\W_])(?<!-)(?:{_UK}|{_FR_IT}|{_NL}|{_DE}|{_ES}|{_PL})(?![^\W_]|-)"),
            score=0.75,
            near=_NEAR,
            check=_plate,
        ),
        Rule(
            name="american",
            why="letters and digits beside the words license plate",
            pattern=re.compile(rf"(?<![^\W_])(?<!-)(?:{_US})(?![^\W_]|-)"),
            score=0.75,
            near=("license plate", "licence plate", "plate number", "plate no", "number plate", "tag number"),
            check=_plate,
        ),
        Rule(
            name="british",
            why="the form of a British number plate",
            pattern=re.compile(r"(?<![^\W_])[A-HJ-PR-Y][A-HJ-PR-Y](?:0[1-9]|[1-7][0-9])[ ]?[A-HJ-PR-Z]{3}(?![^\W_])"),
            score=0.5,
            numbers=2,
            country="GB",
            check=_plate,
        ),
        Rule(
            name="french",
            why="the form of a French number plate",
            pattern=re.compile(r"(?<![^\W_])[A-HJ-NP-TV-Z]{2}-[0-9]{3}-[A-HJ-NP-TV-Z]{2}(?![^\W_])"),
            score=0.6,
            numbers=2,
            country="FR",
            check=_plate,
        ),
        Rule(
            name="vin",
            why="seventeen characters with a correct check digit, or beside the letters VIN",
            pattern=re.compile(r"(?<![^\W_])[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{8}(?![^\W_])"),
            score=0.8,
            numbers=2,
            check=when(
                lambda text: len(only_digits(text)) >= 4 and sum(character.isalpha() for character in text) >= 3 and vin(text)
            ),
        ),
        Rule(
            name="vin_named",
            why="seventeen characters beside the letters VIN",
            pattern=re.compile(r"(?<![^\W_])(?=[A-Z]{0,10}[0-9])[A-HJ-NPR-Z0-9]{17}(?![^\W_])"),
            score=0.85,
            near=("vin", "chassis", "fahrgestellnummer", "vehicle identification", "numéro de série"),
        ),
    ),
)
