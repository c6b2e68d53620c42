"""Names that one document of a link knows, in the others: an answer about a meeting names the people who spoke in it.

Scrubbing sees one document at a time. It knows who speaks in a transcript, and finds these names wherever they stand in it; the
minutes, and a table of questions, hold the same names in running prose, where no pattern tells them from other words. The ids of
removed persons are keyed hashes of their names, so a name in the minutes can be looked up among the persons of the meeting
without that name being stored anywhere.

Here everybody who was removed counts, on whatever evidence, since the documents are about the same thing; people of unrelated
documents are known on strong evidence alone (`winnow.known`).

Belongs here: replacing the names that linked documents share. Does not belong here: finding names (`winnow.recognizers`).
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from winnow import names
from winnow.candidates import names_in
from winnow.documents import Document
from winnow.known import Mention, first_of, parts_in, parts_of, put
from winnow.name_shapes import part_hash, parts_of_people, relink
from winnow.people import canonical, entity_id
from winnow.placeholders import CLOSE, OPEN, entities, renamed

_WORD = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}|[^\W\d_]+(?:['’-][^\W\d_]+)*(?<!['’]s)")
_AFTER = re.compile(r"[^\S\n][^\W\d_a-zß-öø-ÿ]")
_BEFORE = re.compile(rf"(?:\b([^\W\d_a-zß-öø-ÿ][\w'’-]*)|{CLOSE})\.?[^\S\n]\Z")


def share_names(documents: Sequence[Document], salt: str) -> list[Document]:
    """``documents`` of one link, scrubbed with ``salt``, where a person removed from one of them is removed from all.

    A full name is known by its hash. Parts of it ("Ms Vogel", "Katrin") are then known too, if only one person of the link can
    be meant and the part is no ordinary word.
    """
    texts = dict.fromkeys(text for document in documents for text in _texts(document))
    known = frozenset(person for text in texts if OPEN in text for kind, person in entities(text) if kind == "PERSON")
    if len(documents) < 2 or not known:
        return list(documents)
    same = relink(texts)
    if same:
        documents = [_changed(document, {text: renamed(text, same) for text in texts}) for document in documents]
        texts = dict.fromkeys(text for document in documents for text in _texts(document))
    full = {text: list(first_of(_full_names(text, salt, known))) for text in texts}
    named = {text[found.start : found.end]: found.entity_id for text, persons in full.items() for found in persons}
    pattern, owners = parts_of(named)
    removed = parts_of_people(texts, given=False)
    common = frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())
    found = [
        list(first_of((*full[text], *parts_in(text, pattern, owners), *_removed_parts(text, removed, common, salt))))
        for text in texts
    ]
    changed = dict(zip(full, put(list(full), found, salt), strict=True))
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


def _full_names(text: str, salt: str, known: frozenset[str]) -> Iterator[Mention]:
    """Where a name of two words or more stands in ``text`` that hashes to one of ``known``."""
    for candidate in names_in(text):
        person = _person(salt, " ".join(candidate.words))
        if person in known:
            yield Mention(candidate.start, candidate.end, "PERSON", person)


def _removed_parts(text: str, removed: Mapping[str, str], common: Container[str], salt: str) -> Iterator[Mention]:
    """Where the family name alone of someone removed from one of the documents stands in ``text``.

    ``common`` words are none, and neither is a word beside another name: "Hans Keller" and "Keller Street" are something else.
    """
    for word in _WORD.finditer(text) if removed else ():
        name = word[0]
        if name[0] == OPEN or not names.stands_alone(name) or name.casefold() in common:
            continue
        person = removed.get(part_hash(salt, name))
        if person is not None and not _AFTER.match(text, word.end()) and not _follows_a_name(text, word.start()):
            yield Mention(*word.span(), "PERSON", person)


def _follows_a_name(text: str, start: int) -> bool:
    before = _BEFORE.search(text, max(start - 40, 0), start)
    return before is not None and (before[1] or "").casefold() not in names.TITLES | names.NOT_NAMES


@lru_cache(maxsize=65_536)
def _person(salt: str, name: str) -> str:
    return entity_id(salt, "PERSON", canonical("PERSON", name))
