"""Names that one document of a link knows, in the others: an answer about a meeting names the people who spoke in it.

Scrubbing sees one document at a time. It knows who speaks in a transcript, and finds these names wherever they stand in it; the
minutes, and a table of questions, hold the same names in running prose, where no pattern tells them from other words. The ids of
removed persons are keyed hashes of their names, so a name in the minutes can be looked up among the persons of the meeting
without that name being stored anywhere.

Belongs here: replacing the names that linked documents share. Does not belong here: finding names (`winnow.recognizers`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from winnow import names
from winnow.documents import Document
from winnow.mentions import canonical, entity_id
from winnow.placeholders import CLOSE, OPEN, entities, internal

MOST_WORDS = 4  # of a name; a longer one is a name with its title or office

_CAPITALISED = r"[^\W\d_a-zß-öø-ÿ](?:[\w'’-]*\w)?"  # a letter that is not known to be a small one, and what follows it
_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ap|ter)"
_GAP = r"(?:\.?[^\S\n]|[^\S\n]?\n)"  # between two words of one name: a space, the dot of an initial, a line end
_RUN = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}|(?<!\w){_CAPITALISED}(?:{_GAP}(?:{_PARTICLE}{_GAP}){{0,2}}{_CAPITALISED})+")
_WORD = re.compile(r"\w[\w'’-]*")
_POSSESSIVE = re.compile(r"(?:['’][sS]|['’-]+)\Z")

_Found = tuple[int, int, str]  # where a name starts and ends, and the person's id


def share_names(documents: Sequence[Document], salt: str) -> list[Document]:
    """``documents`` of one link, scrubbed with ``salt``, where a person removed from one of them is removed from all.

    A full name is known by its hash. Parts of it ("Ms Vogel", "Katrin") are then known too, if only one person of the link can
    be meant and the part is no ordinary word.
    """
    texts = dict.fromkeys(text for document in documents for text in _texts(document))
    known = frozenset(person for text in texts if OPEN in text for kind, person in entities(text) if kind == "PERSON")
    if len(documents) < 2 or not known:
        return list(documents)
    full = {text: list(_full_names(text, salt, known)) for text in texts}
    owners: dict[str, set[str]] = {}
    for text, spans in full.items():
        for start, end, person in spans:
            for piece in names.pieces(text[start:end]) or ():
                owners.setdefault(piece, set()).add(person)
    parts = {piece: next(iter(people)) for piece, people in owners.items() if len(people) == 1 and names.stands_alone(piece)}
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(parts))) + r")(?!\w)") if parts else None
    changed = {text: _replaced(text, [*full[text], *_parts(text, pattern, parts)]) for text in texts}
    return [_changed(document, changed) for document in documents]


def _texts(document: Document) -> Iterator[str]:
    yield document.title
    for block in document.blocks:
        yield block.text
        yield block.speaker or ""
    yield from document.fields.values()


def _changed(document: Document, changed: Mapping[str, str]) -> Document:
    """``document`` with its texts exchanged; one without a name stays the same object."""
    if all(changed[text] == text for text in _texts(document)):
        return document
    blocks = tuple(replace(block, text=changed[block.text]) for block in document.blocks)
    fields = {name: changed[value] for name, value in document.fields.items()}
    return replace(document, title=changed[document.title], blocks=blocks, fields=fields)


def _replaced(text: str, spans: Iterable[_Found]) -> str:
    """``text`` with a placeholder for each of ``spans``; of two that overlap the first and longer one counts."""
    pieces: list[str] = []
    at = 0
    for start, end, person in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            pieces += [text[at:start], internal("PERSON", person)]
            at = end
    return "".join(pieces) + text[at:] if pieces else text


def _full_names(text: str, salt: str, known: frozenset[str]) -> Iterator[_Found]:
    """Where a name of two words or more stands in ``text`` that hashes to one of ``known``; the longest wins."""
    for run in _RUN.finditer(text):
        if not run[0].startswith(OPEN):
            yield from _in_run(text, [word.span() for word in _WORD.finditer(text, *run.span())], salt, known)


def _in_run(text: str, words: Sequence[tuple[int, int]], salt: str, known: frozenset[str]) -> Iterator[_Found]:
    at = 0
    while at + 1 < len(words):
        found = None
        for last in range(min(at + MOST_WORDS, len(words)) - 1, at, -1):
            start, end = words[at][0], _bare_end(text, *words[last])
            person = _person(salt, text[start:end])
            if person in known:
                found = start, end, person
                break
        if found is not None:
            yield found
        at = last + 1 if found else at + 1


def _parts(text: str, pattern: re.Pattern[str] | None, parts: Mapping[str, str]) -> Iterator[_Found]:
    """Where one of ``parts`` of names stands alone in ``text``."""
    for match in pattern.finditer(text) if pattern else ():
        yield *match.span(), parts[match[0]]


def _bare_end(text: str, start: int, end: int) -> int:
    """``end`` of a word without the mark of the genitive."""
    mark = _POSSESSIVE.search(text, start, end)
    return mark.start() if mark else end


@lru_cache(maxsize=65_536)
def _person(salt: str, name: str) -> str:
    return entity_id(salt, "PERSON", canonical("PERSON", name))
