"""Templates → annotated documents.

A template is prose in the language of `evaluation.grammar`. Of its slots, ``{p1}`` is a person's full name and ``{p1.caps}`` another
form of it, ``{p1.mail}`` that person's address, ``{org}`` an organisation.

Belongs here: filling templates in. Does not belong here: values (`evaluation.corporate.facts`), what copying and scanning do to a
text (`evaluation.corporate.noise`).
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from evaluation.corporate import facts, noise
from evaluation.corporate.people import FORMS, Person, person
from evaluation.draw import Draw
from evaluation.gold import TITLE, Gold, Identifier, Mention
from evaluation.grammar import SLOT, chosen, pools_of, templates_of

SEED = "held-out-1"
PER_GENRE = 40
GENRES = (
    "mails", "minutes", "tickets", "hr", "tables", "letters", "chat", "contracts", "cvs", "calls", "incidents",
)  # fmt: skip
_PEOPLE = re.compile(r"p\d")

_OWNED: dict[str, tuple[str, Callable[[Draw], str]]] = {
    "phone": ("PHONE_NUMBER", facts.phone),
    "phone2": ("PHONE_NUMBER", facts.phone),
    "address": ("ADDRESS", facts.address),
    "dob": ("DATE_OF_BIRTH", facts.birth),
    "ref": ("REFERENCE_NUMBER", facts.reference),
    "iban": ("IBAN_CODE", facts.iban),
}
_PUBLIC: dict[str, tuple[str, Callable[[Draw], str]]] = {
    "org": ("ORGANIZATION", facts.organisation),
    "place": ("LOCATION", facts.place),
    "date": ("DATE_TIME", facts.date),
    "ticket": ("", facts.ticket),
}


def generate(per_genre: int = PER_GENRE) -> list[Gold]:
    """``per_genre`` documents of each of `GENRES`, the same each time; more of them begin with the same ones."""
    return [_document(genre, number) for genre in GENRES for number in range(per_genre)]


@cache
def templates(genre: str) -> tuple[str, ...]:
    """The templates of ``genre``."""
    return templates_of(_read(f"templates/{genre}.txt"))


@cache
def sentences() -> dict[str, tuple[str, ...]]:
    """The pools of sentences by name."""
    return pools_of(_read("phrases.txt"))


def _read(name: str) -> str:
    return (files("evaluation.corporate") / name).read_text(encoding="utf-8")


class _Writer:
    """A text that grows, with its mentions."""

    def __init__(self, draw: Draw) -> None:
        self.text = ""
        self.mentions: list[Mention] = []
        self._draw = draw
        self._people: dict[str, Person] = {}
        self._owned: dict[tuple[str, str], str] = {}

    def fill(self, template: str) -> None:
        at = 0
        for match in SLOT.finditer(template):
            self.text += template[at : match.start()]
            self._slot(match[1], match[2] or "")
            at = match.end()
        self.text += template[at:]

    def _slot(self, name: str, attribute: str) -> None:
        if _PEOPLE.fullmatch(name):
            self._person(name, attribute)
        elif name in _PUBLIC:
            entity, value = _PUBLIC[name]
            written = value(self._draw)
            self._add(written, entity, f"{entity} {written.casefold()}", "NO_MASK")
        else:
            self.text += facts.plain(self._draw, name)

    def _person(self, name: str, attribute: str) -> None:
        if name not in self._people:
            self._people[name] = self._new()
        who = self._people[name]
        if attribute in {"she", "She", "her"}:
            self.text += {"she": ("he", "she"), "She": ("He", "She"), "her": ("his", "her")}[attribute][who.female]
        elif attribute == "title":
            self._add(who.title, TITLE, f"{TITLE} {name}", "NO_MASK")
        elif attribute in _OWNED or attribute == "mail":
            entity, value = _OWNED.get(attribute, ("EMAIL_ADDRESS", lambda draw: facts.mail(draw, who)))
            written = self._owned.setdefault((name, attribute), value(self._draw))
            self._add(written, entity, f"{entity} {name} {attribute}", "DIRECT")
        else:
            if attribute == "titled":
                self._add(who.title, TITLE, f"{TITLE} {name}", "NO_MASK")
                self.text += " "
            written, form = who.form(attribute)
            source = " ".join(
                words for words, part in zip(who.words, ("given", "family"), strict=True) if part in FORMS[attribute][0]
            )
            self._add(written, "PERSON", f"PERSON {name}", "DIRECT", form, source)

    def _new(self) -> Person:
        """Someone who shares no name with the others, so that a form means one person."""
        taken = {word for other in self._people.values() for word in other.words}
        while taken & set((who := person(self._draw)).words):
            pass
        return who

    def _add(self, written: str, entity: str, entity_id: str, identifier: Identifier, form: str = "", source: str = "") -> None:  # noqa: PLR0913, PLR0917 - the fields of a mention
        start = len(self.text)
        self.text += written
        if entity:
            self.mentions.append(Mention(start, len(self.text), entity, entity_id, identifier, form, source))


def _document(genre: str, number: int) -> Gold:
    draw = Draw(f"{SEED} {genre} {number}")
    pool = templates(genre)
    writer = _Writer(draw)
    writer.fill(chosen(pool[number % len(pool)], sentences(), draw))
    gold = Gold(f"{genre}-{number:02}", writer.text, tuple(writer.mentions), genre)
    return noise.disturbed(gold, draw)
