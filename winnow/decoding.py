"""From the name model's labels for word pieces to entities made of whole words.

Belongs here: what a whole word is, and which words together are one entity. Does not belong here: asking the model
(`winnow.tagging`), and what a policy wants to know (`winnow.detect`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import combining

import numpy as np
import numpy.typing as npt

from winnow.wordpieces import LETTER, LOWER, NOTHING, SIGNS, Pieces

Logits = npt.NDArray[np.float32]

NEAR = 0.5
"""Share of the operating point that a word beside a found one needs: half of a name left standing still names someone."""

_TITLE_CHARS = 30  # before a name in which its titles are looked for
_TITLES = re.compile(
    r"(?<!\w)(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Judge|Justice|Rev|Hon|Herr|Frau|Mme|Madame|Monsieur|"
    r"MR|MRS|MS|DR|PROF)\.?[ ])+\Z"
)
"""Titles right before a name: annotators, and the corpora a model learns from, take them for a part of it half of the time."""

_GLUE = frozenset("-'._@&+")  # signs that hold a word together: O'Brien, U.S., j.doe@corp, AT&T
_DIGIT_GLUE = frozenset(".,:/-")  # and those within a number, a date or a time
_WRAPPED_CHARS = 40  # a line this long may break amid a name; behind a shorter one (a list, a column) a new entity begins
_LETTERLESS = frozenset({"DATE_TIME", "QUANTITY", "REFERENCE_NUMBER", "ADDRESS", "MISC"})  # what may be digits alone

Found = tuple[int, int, str, float]
"""A span ``[start, end)`` with its entity and score, 0 to 1."""


@dataclass(frozen=True)
class Scheme:
    """How to read the model's outputs. ``points``: the operating points, the least 1 - P(O) at which an entity is reported."""

    labels: tuple[str, ...]  # "O", "B-PERSON", "I-PERSON", …
    points: Mapping[str, float]
    max_pieces: int = 256  # of a window, [CLS] and [SEP] included
    overlap_pieces: int = 64  # that two windows over one passage share

    def __post_init__(self) -> None:
        """Raise ValueError for labels, points or windows that make no sense."""
        marks = {label[:2] for label in self.labels if label != "O"}
        if self.labels.count("O") != 1 or len(set(self.labels)) != len(self.labels) or not marks <= {"B-", "I-"}:
            raise ValueError("the labels must be O, and B- and I- of each entity, each once")
        if unknown := sorted(set(self.points) - set(self.entities)):
            raise ValueError(f"operating points for {', '.join(unknown)}, which no label names")
        if not all(0 < point <= 1 for point in self.points.values()):
            raise ValueError("an operating point must be above 0 and at most 1")
        if not 0 <= self.overlap_pieces < self.max_pieces - 2:
            raise ValueError("windows must overlap by less than their length")

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities of the labels, in the labels' order."""
        return tuple(dict.fromkeys(label[2:] for label in self.labels if label != "O"))


class Word(NamedTuple):
    """A whole word, or a sign between two, at ``[start, end)`` of the text, with its pieces ``[first, last)``."""

    start: int
    end: int
    first: int
    last: int
    is_sign: bool


def words(text: str, pieces: Pieces) -> list[Word]:
    """The words and signs of ``text``, which together have every piece once.

    A word holds its inner hyphens, apostrophes and dots; the ``'s`` of a genitive is a sign, and so is the hyphen before a word
    in small letters (*Leeds-based*). An initial keeps its dot.
    """
    if not len(pieces):
        return []
    first = np.flatnonzero(np.diff(pieces.words, prepend=-1))
    last = np.append(first[1:], len(pieces))
    starts, ends = pieces.starts[first].tolist(), pieces.ends[last - 1].tolist()
    shapes = pieces.case_ids[first].tolist()
    firsts, lasts = first.tolist(), last.tolist()
    found: list[Word] = []
    at, count, is_ascii = 0, len(firsts), text.isascii()
    while at < count:
        begin = at
        is_sign = shapes[at] in (SIGNS, NOTHING)
        if at + 1 < count and ends[at] == starts[at + 1]:  # most words end at a space, and are done
            while not is_sign and _glued(text, starts, ends, shapes, at):
                at += 2
            if _is_genitive(text, starts, ends, at) if is_sign else _is_initial(text, starts, ends, shapes, at):
                at += 1
        end = ends[at]
        while not is_ascii and end < len(text) and combining(text[end]):  # the tokenizer leaves out marks that it strips
            end += 1
        found.append(Word(starts[begin], end, firsts[begin], lasts[at], is_sign))
        at += 1
    return found


def _glued(text: str, starts: Sequence[int], ends: Sequence[int], shapes: Sequence[int], at: int) -> bool:
    """Whether the token ``at`` goes on behind the sign that follows it."""
    if at + 2 >= len(starts) or shapes[at + 1] != SIGNS or shapes[at + 2] in (SIGNS, NOTHING):
        return False
    if ends[at] != starts[at + 1] or ends[at + 1] != starts[at + 2] or ends[at + 1] - starts[at + 1] != 1:
        return False
    sign = text[starts[at + 1]]
    if text[ends[at] - 1].isdigit() and text[starts[at + 2]].isdigit():
        return sign in _DIGIT_GLUE or sign in _GLUE
    if sign not in _GLUE or (sign == "'" and _is_genitive(text, starts, ends, at + 1)):
        return False
    return sign != "-" or shapes[at + 2] != LOWER or shapes[at] == LOWER


def _is_initial(text: str, starts: Sequence[int], ends: Sequence[int], shapes: Sequence[int], at: int) -> bool:
    """Whether the token ``at`` is a capital letter with a dot behind it."""
    return shapes[at] == LETTER and at + 1 < len(starts) and starts[at + 1] == ends[at] and text[ends[at]] == "."


def _is_genitive(text: str, starts: Sequence[int], ends: Sequence[int], at: int) -> bool:
    """Whether the sign ``at`` is an apostrophe behind a letter or a digit, and with an s after it the mark of a genitive."""
    follows = text[starts[at] : ends[at]] == "'" and at > 0 and ends[at - 1] == starts[at] and text[starts[at] - 1].isalnum()
    if (
        not follows
        or at + 1 >= len(starts)
        or starts[at + 1] != ends[at]
        or text[starts[at + 1] : ends[at + 1]] not in {"s", "S"}
    ):
        return False
    after = ends[at + 1]
    return after >= len(text) or text[after] not in _GLUE or not text[after + 1 : after + 2].isalnum()


def probabilities(logits: Logits) -> npt.NDArray[np.float64]:
    """Softmax over the last axis, in double precision."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float64)


def decode(text: str, pieces: Pieces, logits: Logits, scheme: Scheme) -> list[Found]:
    """The entities of a passage ``text``, in order; ``logits`` is [pieces, labels].

    A word is what its pieces say together: 1 - P(O) is the largest of theirs, its entity the one with the largest sum. It is
    found if 1 - P(O) reaches the entity's operating point, or, beside a found word of its entity, `NEAR` of it. Is that an
    entity without an operating point, then the likeliest one with a point needs that much probability of its own.
    """
    if not len(pieces) or not scheme.points:
        return []
    least = NEAR * min(scheme.points.values())
    chances = probabilities(logits)
    named = 1 - chances[:, scheme.labels.index("O")]
    if named.max() < least:
        return []
    parts = words(text, pieces)
    return list(_entities(text, _judged(parts, chances, named, scheme, least), scheme))


class _Judged(NamedTuple):
    """A word, what it is likeliest to be, how surely, and whether one begins there rather than goes on."""

    word: Word
    entity: str | None
    mass: float
    begins: bool = False


def _judged(
    parts: Sequence[Word],
    chances: npt.NDArray[np.float64],
    named: npt.NDArray[np.float64],
    scheme: Scheme,
    least: float,
) -> list[_Judged]:
    firsts = np.array([word.first for word in parts])
    columns = _columns(scheme)
    mass = np.maximum.reduceat(named, firsts).tolist()
    sums = np.add.reduceat(chances[:, columns].sum(axis=2), firsts)  # [words, entities]
    wanted = np.array([entity in scheme.points for entity in scheme.entities])
    judged = []
    for at, word in enumerate(parts):
        sure = mass[at]
        if sure < least:
            judged.append(_Judged(word, None, sure))
            continue
        number = int(sums[at].argmax())
        if not wanted[number]:
            number = int(np.where(wanted, sums[at], -1).argmax())
            sure = float(chances[word.first : word.last, columns[number]].sum(axis=1).max())
        begin, inside = chances[word.first, columns[number]].tolist()
        judged.append(_Judged(word, scheme.entities[number], sure, begin > 2 * inside))
    return judged


def _columns(scheme: Scheme) -> npt.NDArray[np.int64]:
    """The outputs for beginning and inside of each entity, [entities, 2]; the same twice where a model tells them not apart."""
    numbers = {label: number for number, label in enumerate(scheme.labels)}
    pairs = [(f"B-{entity}", f"I-{entity}") for entity in scheme.entities]
    return np.array([[numbers.get(b, numbers.get(i, 0)), numbers.get(i, numbers.get(b, 0))] for b, i in pairs], np.int64)


def _entities(text: str, judged: Sequence[_Judged], scheme: Scheme) -> Iterator[Found]:
    """Runs of words of one entity in which one word reaches the operating point."""
    run: list[_Judged] = []
    signs: list[_Judged] = []  # since the last word of the run
    for each in judged:
        if each.word.is_sign:
            signs.append(each)
            continue
        near = each.entity is not None and each.mass >= NEAR * scheme.points[each.entity]
        if run and not (
            near and each.entity == run[0].entity and not each.begins and _goes_on(text, run[-1], signs, each, scheme)
        ):
            yield from _entity(text, run, scheme)
            run = []
        if near:
            run.append(each)
        signs = []
    if run:
        yield from _entity(text, run, scheme)


def _goes_on(text: str, before: _Judged, signs: Sequence[_Judged], after: _Judged, scheme: Scheme) -> bool:
    """Whether nothing parts two neighbours: no sign that is not the entity's own, no cell's, list's or paragraph's end."""
    gap = text[before.word.end : after.word.start]
    entity = str(after.entity)
    if any(sign.mass < scheme.points[entity] or text[sign.word.start] in "|\ue002" for sign in signs) or "\t" in gap:
        return False
    if "\n" not in gap:
        return True
    line = before.word.end - text.rfind("\n", 0, before.word.end) - 1
    return gap.count("\n") == 1 and line >= _WRAPPED_CHARS


def _entity(text: str, run: Sequence[_Judged], scheme: Scheme) -> Iterator[Found]:
    entity, mass = str(run[0].entity), max(each.mass for each in run)
    if mass < scheme.points[entity]:
        return
    start, end = run[0].word.start, run[-1].word.end
    if entity == "PERSON" and (title := _TITLES.search(text[max(0, start - _TITLE_CHARS) : start])):
        start -= len(title[0])
    shown = text[start:end]
    letters = sum(character.isalpha() for character in shown)
    enough = letters > 0 or (entity in _LETTERLESS and any(character.isdigit() for character in shown))
    if enough and not (entity == "PERSON" and letters == 1 and shown == shown.casefold()):
        yield start, end, entity, round(min(mass, 1.0), 3)
