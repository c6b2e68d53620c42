"""What an internal placeholder remembers of the original's looks, so that a made-up value can take its place.

A placeholder's attributes reveal: of a person, whether the mention was a full name, a part or initials, its capitals, its
script, its title, the gender as far as title or given name tell it, and keyed hashes of the parts of the name; of a number,
which characters were digits, letters and signs; of a telephone number or an IBAN also the country; of a date its notation; of an
address its kind of street and of postcode. They never hold a letter or a digit of the value: no two letters and no two
digits stand beside each other in them, and two values of one shape have the same attributes, the hashes excepted. They stay in
the lake, like the ids, and reach no release.

Belongs here: from an original to attributes. Does not belong here: shapes of names (`winnow.name_shapes`), choosing what stands in
place of a value (`winnow.surrogates`).
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from winnow.dates import notation
from winnow.name_shapes import address_shape, case_of, person_shape, script_of
from winnow.people import People
from winnow.placeholders import internal

MOST_RUNS = 24  # of a pattern; what has more of them is a sentence, for which nothing is made up

_SIGNS = dict(zip(" \t\n-./()+_:,@#", "ssrhopbetkncaf", strict=True))
SIGN_OF = {code: sign for sign, code in _SIGNS.items() if sign != "\t"} | {"x": ""}
"""Code of a sign in a pattern → the sign; signs without a code are left out."""

_RUNS = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)


def placeholder(entity: str, entity_id: str, surface: str, salt: str, people: People | None = None) -> str:
    """The internal placeholder for the ``entity`` at ``surface`` (as it stands in the text) with its attributes.

    ``people``: the persons of the scope, which know whether ``Keller`` is a family name and whether it is Mr or Ms Keller.
    """
    return internal(entity, entity_id, attributes(entity, surface, salt, people))


def attributes(entity: str, surface: str, salt: str, people: People | None = None) -> str:
    """What a placeholder may say of ``surface``; empty for an entity for which nothing is made up."""
    if entity == "PERSON":
        return person_shape(surface, people or People([surface]), salt).written()
    if entity in {"EMAIL_ADDRESS", "HANDLE"}:
        return address_shape(surface, people or People([]), salt)
    write = _KINDS.get(entity)
    if write is not None:
        return write(surface)
    return pattern(surface)


@lru_cache(maxsize=4096)
def pattern(surface: str) -> str:
    """The runs of ``surface`` by class and length: ``AB-1234`` is ``u2h1d4``; empty if that would be a sentence.

    Classes: ``d`` digits, ``u`` and ``l`` upper and lower case letters, ``m`` mixed, ``w`` letters without case; else the sign.
    """
    runs = [
        f"{_class(run)}{len(run[at : at + 9])}"  # lengths of one digit: two in a row could be the value's own
        for run in _RUNS.findall(" ".join(surface.split()))
        for at in range(0, len(run), 9)
    ]
    return "".join(runs) if len(runs) <= MOST_RUNS else ""


def read_pattern(written: str) -> list[tuple[str, int]]:
    """The runs of a pattern as ``(class, length)``; signs are one character each."""
    return [(written[at], int(written[at + 1])) for at in range(0, len(written) - 1, 2)]


def _class(run: str) -> str:
    if run[0].isdigit():
        return "d"
    if run[0].isalpha():
        if run.isupper():
            return "u"
        return "l" if run.islower() else "m" if run.upper() != run.lower() else "w"
    return _SIGNS.get(run, "x")


def _phone(surface: str) -> str:
    from winnow.phones import region_code  # noqa: PLC0415 - loads the tables of phone numbers

    return f"{region_code(surface)}-{pattern(surface)}"


def _iban(surface: str) -> str:
    country = [character.casefold() for character in surface if character.isascii() and character.isalpha()][:2]
    return f"{'.'.join(country)}-{'s' if ' ' in surface.strip() else 'n'}"


def _ip(surface: str) -> str:
    return "6" if ":" in surface else "4"


def _url(surface: str) -> str:
    scheme, sign, rest = surface.partition("://")
    kind = (
        "h" if sign and scheme.casefold() == "http" else "s" if sign else "w" if surface.casefold().startswith("www.") else "n"
    )
    return f"{kind}{min((rest if sign else surface).strip('/').count('/'), 3)}"


def _place(surface: str) -> str:
    return f"{case_of(surface)}-{script_of(surface)}"


_COMPANY_FORMS = (
    "Ltd",
    "Ltd.",
    "LLC",
    "Inc.",
    "Inc",
    "GmbH",
    "AG",
    "plc",
    "PLC",
    "S.A.",
    "SE",
    "KG",
    "B.V.",
    "Corp.",
    "Corp",
    "SpA",
    "AB",
    "Oy",
)


def company_form(code: str) -> str:
    """The legal form at the end of a company's name, by its code; empty for ``z``."""
    at = ord(code) - ord("a")
    return _COMPANY_FORMS[at] if 0 <= at < len(_COMPANY_FORMS) else ""


def _company(surface: str) -> str:
    last = surface.strip().rpartition(" ")[2]
    form = chr(ord("a") + _COMPANY_FORMS.index(last)) if last in _COMPANY_FORMS else "z"
    return f"{_place(surface)}-{form}"


_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{2}-\d{3}|\d{4,5}(?: ?[A-Z]{2})?)\b")
_BOX = re.compile(r"\b(?:p\.? ?o\.? box|postfach|boîte postale|bp)\b", re.IGNORECASE)
_FRENCH = re.compile(r"\b(?:rue|avenue|boulevard|place|chemin|impasse|allée|quai)\b", re.IGNORECASE)
_FEMININE = re.compile(r"stra|str\.|gasse|allee", re.IGNORECASE)  # "in der Lindenstraße", but "im Lindenweg"
_GERMAN = re.compile(r"(?:straße|strasse|str\.|weg|gasse|allee|platz|ufer|damm|ring)\b\.?", re.IGNORECASE)


def _postal(surface: str) -> str:
    """Of an address: kind of street, pattern of the postcode, whether a town is named, whether it runs over lines."""
    code = max(_POSTCODE.finditer(surface), key=lambda match: match.start(), default=None)  # a house number may look like one
    rest = surface if code is None else surface[: code.start()] + surface[code.end() :]
    if _BOX.search(rest):
        street = "b"
    elif not any(character.isdigit() for character in rest):
        street = "n" if code is not None else "x"  # a postcode and a town, or a street without a number
    else:
        german = None if re.match(r"\s*\d", rest) else _GERMAN.search(rest)
        street = (
            ("g" if _FEMININE.search(german[0]) else "w")
            if german
            else "f"
            if re.match(r"\s*\d", rest) and _FRENCH.search(rest)
            else "e"
        )
    parts = [part for part in re.split(r"[,\n]", rest) if any(map(str.isalpha, part))]
    town = "t" if len(parts) > 1 or (street == "n" and parts) else "n"
    lines = "r" if "\n" in surface.strip() else "c"
    return "-".join((street, pattern(code[0]) if code else "", town, lines))


_KINDS: Mapping[str, Callable[[str], str]] = {
    "PHONE_NUMBER": _phone,
    "IBAN_CODE": _iban,
    "IP_ADDRESS": _ip,
    "URL": _url,
    "LOCATION": _place,
    "ORGANIZATION": _company,
    "ADDRESS": _postal,
    "DATE_OF_BIRTH": notation,
    "DATE_TIME": notation,
    **dict.fromkeys(("SECRET", "PASSWORD", "CRYPTO", "QUANTITY", "DEMOGRAPHIC", "MISC", "AGE"), lambda _: ""),
}
"""Entity → what a placeholder says of its original, where that is not a pattern."""
