"""Invented people: a name of one culture, and how else it is written.

Belongs here: the pools of names and the forms of a name. Does not belong here: what surrounds them (`evaluation.corporate.facts`).
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from evaluation.draw import Draw

_PARTICLES = frozenset(
    {"van", "den", "de", "der", "ter", "bin", "le", "victor"}
)  # written apart; in the list a hyphen joins them
MIXED = 0.15  # of people have a given name of one culture and a family name of another


def lines(name: str) -> list[str]:
    """The lines of the resource file ``name`` that are neither empty nor comments."""
    text = (files("evaluation.corporate") / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line.strip() and not line.startswith("# ")]


def _apart(name: str) -> str:
    parts = name.split("-")
    return " ".join(parts) if parts[0].casefold() in _PARTICLES else name


@cache
def pools() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Given and family names, culture by culture."""
    found = []
    for line in lines("people.txt"):
        _, given, family = line.split(";")
        found.append((tuple(given.split()), tuple(_apart(name) for name in family.split())))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person of one document."""

    given: str
    family: str
    title: str  # Ms, Mr, Dr or the like
    female: bool

    def form(self, name: str) -> tuple[str, str]:
        """The name written as ``name`` asks (a key of `FORMS`), and what that form is called in the figures.

        Raises:
            KeyError: there is no such form.
        """
        template, called = FORMS[name]
        first, last = self.given[0], self.family
        written = template.format(
            given=self.given, family=last, first=first, initials=self.initials, spelt="-".join(_letters(last))
        )
        match name.rpartition(".")[2]:
            case "caps" | "revcaps":
                written = written.upper()
            case "lower" | "handle":
                written = written.lower().replace(" ", "" if name == "handle" else " ")
        return written, called

    @property
    def initials(self) -> str:
        """The first letter of each word of the name that is no particle."""
        return "".join(word[0] for word in f"{self.given} {self.family}".split() if word.casefold() not in _PARTICLES)

    @property
    def words(self) -> tuple[str, str]:
        """Given and family name as the pools hold them, case-folded."""
        return self.given.casefold(), self.family.casefold()


def _letters(name: str) -> str:
    return "".join(character for character in name.upper() if character.isalpha())


FORMS: dict[str, tuple[str, str]] = {
    "": ("{given} {family}", "full name"),
    "given": ("{given}", "given name alone"),
    "family": ("{family}", "family name alone"),
    "titled": ("{family}", "title and family name"),
    "fi": ("{first}. {family}", "initial and family name"),
    "familyfi": ("{family}, {first}.", "reversed"),
    "rev": ("{family}, {given}", "reversed"),
    "initials": ("{initials}", "initials alone"),
    "caps": ("{given} {family}", "capitals"),
    "revcaps": ("{family}, {given}", "capitals"),
    "given.caps": ("{given}", "capitals"),
    "family.caps": ("{family}", "capitals"),
    "lower": ("{given} {family}", "lower case"),
    "given.lower": ("{given}", "lower case, one name"),
    "family.lower": ("{family}", "lower case, one name"),
    "handle": ("{given}.{first}", "user name"),
    "spelt": ("{spelt}", "spelt out"),
}
"""How a template asks for a name → its parts, and the form's name in the figures."""


def person(draw: Draw) -> Person:
    """A person of some culture."""
    given, family = draw.pick(pools())
    if draw.share() < MIXED:
        _, family = draw.pick(pools())
    female = draw.share() < 0.5
    titles = ("Ms", "Mrs", "Dr", "Professor", "Ms") if female else ("Mr", "Mr", "Dr", "Professor", "Mr")
    return Person(draw.pick(given), draw.pick(family), draw.pick(titles), female)
