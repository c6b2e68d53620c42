"""Exchanges names in annotated text, so that the network learns where names stand and not which names there are.

Belongs here: putting another name of `training.name_pools` in place of an annotated one. Does not belong here: spelling mistakes,
case and layout (`training.noise`).
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from training.name_pools import PARTICLES, NamePools
from training.passages import Passage

SWAPPED_PERSONS = 0.6  # share of passages whose persons get other names, anew at each epoch; the rest keeps real distributions
SWAPPED_PLACES = 0.15  # share of single-word places: which words are places is worth remembering, more than who is a person
SWAPPED_ORGANISATIONS = 0.1  # the same holds for organisations

_WORD = re.compile(r"[^\W\d_]{2,}")


def swapped(passage: Passage, names: NamePools, rng: random.Random) -> Passage:
    """``passage`` with other names in some of its spans; a word of a person's name becomes the same word wherever it stands."""
    changes: list[tuple[int, int, str]] = []
    if rng.random() < SWAPPED_PERSONS:
        changes += _persons(passage, names, rng)
    for start, end, entity in passage.spans:
        surface = passage.text[start:end]
        if entity == "LOCATION" and surface.isalpha() and len(surface) > 3 and rng.random() < SWAPPED_PLACES:
            changes.append((start, end, names.city(rng)))
        elif entity == "ORGANIZATION" and passage.corpus != "tab" and rng.random() < SWAPPED_ORGANISATIONS:
            changes.append((start, end, names.organisation(rng)))
    return _changed(passage, sorted(changes))


def _persons(passage: Passage, names: NamePools, rng: random.Random) -> list[tuple[int, int, str]]:
    spans = [
        [match.span() for match in _WORD.finditer(passage.text, start, end)]
        for start, end, kind in passage.spans
        if kind == "PERSON"
    ]
    last = {passage.text[slice(*words[-1])].casefold() for words in spans if len(words) > 1}
    chosen: dict[str, str] = {}
    changes = []
    for words in spans:
        for number, (start, end) in enumerate(words):
            word = passage.text[start:end]
            if word.casefold() in PARTICLES:
                continue
            if word.casefold() not in chosen:
                family = word.casefold() in last or 0 < number == len(words) - 1
                chosen[word.casefold()] = names.family(rng) if family else names.given(rng)
            changes.append((start, end, _cased(chosen[word.casefold()], word)))
    return changes


def _cased(name: str, like: str) -> str:
    """``name`` in the case of the word that it replaces."""
    if like.isupper():
        return name.upper()
    return name.lower() if like.islower() else name


def _changed(passage: Passage, changes: Sequence[tuple[int, int, str]]) -> Passage:
    if not changes:
        return passage
    pieces: list[str] = []
    moves: list[tuple[int, int]] = []  # where a change ended, and how far what follows has moved
    at = moved = 0
    for start, end, text in changes:
        pieces += [passage.text[at:start], text]
        moved += len(text) - (end - start)
        moves.append((end, moved))
        at = end
    pieces.append(passage.text[at:])
    return replace(passage, text="".join(pieces), spans=tuple(_moved(passage.spans, moves)))


def _moved(spans: Iterable[tuple[int, int, str]], moves: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int, str]]:
    def place(offset: int) -> int:
        return offset + next((moved for end, moved in reversed(moves) if end <= offset), 0)

    for start, end, entity in spans:
        yield place(start), place(end), entity
