"""Known people: a dictionary of keyed hashes of the names, addresses and numbers that some documents give away, for all others.

An HR table says who is who; the report that mentions the same person in passing does not. What the scrubber learns from the former
(`winnow.known_forms`) is looked up in every example, and once more before anything is published.

Found are full names of two words or more in any usual spelling ("Keller, Maria", "MARIA KELLER", without accents), and values by
their letters and digits. A part of a name stands for the person only where the full name stands too.

Belongs here: the dictionary and what it does to texts. Does not belong here: shapes and forms (`winnow.candidates`), where the
hashes are kept (`assets.known`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from winnow import names
from winnow.candidates import Candidate, candidates
from winnow.detect import Span
from winnow.known_forms import hasher
from winnow.normalise import view
from winnow.people import People, canonical, entity_id
from winnow.schemas import KNOWN_FORM
from winnow.shapes import placeholder

VERSION = 1  # raise it when the same dictionary would find something else in the same text
RECOGNIZER = "known_people"
MOST_ROUNDS = 8  # a replacement can uncover a name beside it; ordinary texts need two, and what is left the audit finds

KNOWN_PEOPLE = pa.schema(
    [
        ("object_id", pa.string()),
        ("content_sha256", pa.string()),
        *[KNOWN_FORM.field(at) for at in range(KNOWN_FORM.num_fields)],
    ]
)
"""What the current documents know, a row for each form that an object's content gives away."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A known person at ``[start, end)``, with the internal id that the person has everywhere."""

    start: int
    end: int
    entity: str
    entity_id: str


class Known:
    """The dictionary; a hundred thousand people take some twenty megabytes."""

    def __init__(self, form_ids: Iterable[tuple[str, int, int]], salt: str) -> None:
        """Take rows of entity, form id and number of words (`KNOWN_FORM`), in any order and as often as they come."""
        self._salt, self._hashed = salt, hasher(salt)
        self._entities: dict[int, str] = {}
        for entity, known, _ in form_ids:
            if entity < self._entities.get(known, "~"):  # one number may be known as two things: the first by name counts
                self._entities[known] = entity

    def __len__(self) -> int:
        """How many forms are known."""
        return len(self._entities)

    def ids(self) -> list[int]:
        """The hashes of all forms, sorted."""
        return sorted(self._entities)

    def find(self, text: str) -> list[Span]:
        """Where known people stand in ``text``: full forms, and parts of the names that stand there in full; no overlaps."""
        (found,) = self.mentions([text])
        return [Span(mention.start, mention.end, mention.entity, 1.0, RECOGNIZER) for mention in found]

    def mentions(self, texts: Sequence[str]) -> list[list[Mention]]:
        """Known people in each of the ``texts`` of one example, in order; a name in one of them gives its parts to all."""
        full = [list(first_of(self._full(text))) for text in texts]
        named = {
            text[mention.start : mention.end]: mention.entity_id
            for text, found in zip(texts, full, strict=True)
            for mention in found
            if mention.entity == "PERSON"
        }
        pattern, owners = parts_of(named)
        return [list(first_of((*found, *parts_in(text, pattern, owners)))) for text, found in zip(texts, full, strict=True)]

    def replace(self, texts: Sequence[str]) -> tuple[list[str], Counter[str]]:
        """``texts`` of one example with internal placeholders for known people, and how many by entity.

        Repeated until nothing is left, since a replacement can uncover what stands beside it.
        """
        replaced, counted = list(texts), Counter[str]()
        for _ in range(MOST_ROUNDS):
            found = self.mentions(replaced)
            if not any(found):
                break
            counted.update(mention.entity for mentions in found for mention in mentions)
            replaced = put(replaced, found, self._salt)
        return replaced, counted

    def _full(self, text: str) -> Iterator[Mention]:
        if not self._entities:
            return
        for candidate in candidates(text):
            entity = self._entities.get(self._hashed(candidate.form))
            if entity is not None and (entity == "PERSON") == bool(candidate.words):
                yield Mention(candidate.start, candidate.end, entity, self._id(entity, text, candidate))

    def _id(self, entity: str, text: str, candidate: Candidate) -> str:
        surface = " ".join(candidate.words) if candidate.words else text[candidate.start : candidate.end]
        return entity_id(self._salt, entity, canonical(entity, surface))


def first_of(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """``mentions`` without overlaps, in order; of two that overlap the first and longer one counts."""
    at = 0
    for mention in sorted(mentions, key=lambda one: (one.start, -one.end, one.entity, one.entity_id)):
        if mention.start >= at:
            yield mention
            at = mention.end


def parts_of(named: Mapping[str, str]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    """What finds parts of full names (as they stand in a text → the person's id), and whose parts they are.

    A part counts if one person alone can be meant, and if it is no ordinary word.
    """
    owners: dict[str, set[str]] = {}
    for name, person in sorted(named.items()):
        shown = " ".join(name.split())
        given_family = names.pieces(shown.title() if shown.isupper() else shown) or ()
        for piece in {*given_family, *(piece.upper() for piece in given_family if len(piece) > names.MIN_PIECE)}:
            owners.setdefault(piece, set()).add(person)
    parts = {piece: next(iter(people)) for piece, people in owners.items() if len(people) == 1 and names.stands_alone(piece)}
    if not parts:
        return None, {}
    longest_first = sorted(parts, key=lambda piece: (-len(piece), piece))
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"), parts


def parts_in(text: str, pattern: re.Pattern[str] | None, owners: Mapping[str, str]) -> Iterator[Mention]:
    """Where a part that `parts_of` knows stands in ``text``, outside placeholders."""
    if pattern is None:
        return
    shown = view(text)
    for match in pattern.finditer(shown.text):
        yield Mention(*shown.original(*match.span()), "PERSON", owners[match[0]])


def put(texts: Sequence[str], mentions: Sequence[Sequence[Mention]], salt: str) -> list[str]:
    """``texts`` of one scope with internal placeholders for the ``mentions`` in each, which are in order and do not overlap."""
    named = (
        text[mention.start : mention.end]
        for text, found in zip(texts, mentions, strict=True)
        for mention in found
        if mention.entity == "PERSON"
    )
    people = People(named)
    return [_put(text, found, salt, people) if found else text for text, found in zip(texts, mentions, strict=True)]


def _put(text: str, mentions: Sequence[Mention], salt: str, people: People) -> str:
    pieces: list[str] = []
    at = 0
    for mention in mentions:
        surface = text[mention.start : mention.end]
        pieces += [text[at : mention.start], placeholder(mention.entity, mention.entity_id, surface, salt, people)]
        at = mention.end
    return "".join([*pieces, text[at:]])
