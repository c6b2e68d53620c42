"""Names that surrogates are drawn from: common given and family names by script and gender, and invented places and companies.

Belongs here: the lists, written for this project. Does not belong here: which name is chosen (`winnow.surrogates`), and telling
names from other words (`winnow.names`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from winnow.surrogate_names import arabic, cyrillic, greek, han, latin


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one script. A family name that has a form for women stands as ``masculine/feminine``."""

    feminine: tuple[str, ...]
    masculine: tuple[str, ...]
    either: tuple[str, ...]  # given names that say nothing about gender; may be empty
    family: tuple[str, ...]
    family_first: bool = False  # written with the family name before the given name, and no space


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SCRIPTS: Mapping[str, Names] = {
    "l": Names(_split(latin.FEMININE), _split(latin.MASCULINE), _split(latin.EITHER), _split(latin.FAMILY)),
    "c": Names(_split(cyrillic.FEMININE), _split(cyrillic.MASCULINE), (), _split(cyrillic.FAMILY)),
    "g": Names(_split(greek.FEMININE), _split(greek.MASCULINE), (), _split(greek.FAMILY)),
    "a": Names(_split(arabic.FEMININE), _split(arabic.MASCULINE), (), _split(arabic.FAMILY)),
    "z": Names(_split(han.FEMININE), _split(han.MASCULINE), (), _split(han.FAMILY), family_first=True),
}
"""The code of a script (see `winnow.shapes`) → its names."""

PLACES: tuple[str, ...] = _split(latin.PLACES)
COMPANIES: tuple[str, ...] = _split(latin.COMPANIES)
STREETS: Mapping[str, tuple[str, ...]] = {
    "e": tuple(latin.STREETS_ENGLISH.split("\n")),
    "g": _split(latin.STREETS_GERMAN),
    "w": _split(latin.WAYS_GERMAN),
    "f": tuple(latin.STREETS_FRENCH.split("\n")),
}
"""Kind of a street (English, German and feminine, German and not, French) → invented streets."""


@cache
def genders() -> Mapping[str, str]:
    """A case-folded given name → ``f`` or ``m``; names in no list, and those of either gender, are not there."""
    known: dict[str, str] = {}
    for script in SCRIPTS.values():
        for gender, given in (("f", script.feminine), ("m", script.masculine)):
            for name in given:
                folded = name.casefold()
                known[folded] = gender if known.get(folded, gender) == gender else ""
    known.update({name.casefold(): "" for script in SCRIPTS.values() for name in script.either})
    return {name: gender for name, gender in known.items() if gender}
