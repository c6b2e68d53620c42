"""Cuts corpora into passages of the model's length and turns them into numbers.

Belongs here: packing lines, encoding, and which labels the loss allows at each piece. Does not belong here: reading files
(`training.corpora`), what the network computes (`training.network`).
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.corpora import ENTITIES, UNSURE, Corpus, Line, Spans
from winnow.normalise import view
from winnow.wordpieces import encode

LABELS = ("O", *(f"{mark}-{entity}" for entity in ENTITIES for mark in "BI"))
"""The network's outputs, in order."""

ALL = (1 << len(LABELS)) - 1

BUCKETS = (32, 64, 96, 128, 192, 256)
"""Lengths in pieces that batches are padded to: few shapes, so that the compiled kernels are made once."""

MAX_PIECES = BUCKETS[-1] - 2  # [CLS] and [SEP]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that the network sees at once."""

    corpus: str
    text: str
    spans: Spans
    annotated: frozenset[str]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A passage in numbers; arrays of one length, first and last the special pieces."""

    ids: npt.NDArray[np.int64]
    cases: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.int64]  # bit set over LABELS that the annotation allows; `ALL` where the loss must not count


def passages(corpus: Corpus, rng: random.Random) -> Iterator[Passage]:
    """One epoch of ``corpus``: consecutive lines packed to a random length, as often as its weight says."""
    times, part = divmod(corpus.weight, 1)
    for _ in range(int(times)):
        yield from _packed(corpus, corpus.lines, rng)
    if part:
        length = int(part * len(corpus.lines))
        first = rng.randrange(len(corpus.lines) - length + 1)
        yield from _packed(corpus, corpus.lines[first : first + length], rng)


def _packed(corpus: Corpus, lines: Sequence[Line], rng: random.Random) -> Iterator[Passage]:
    taken: list[Line] = []
    wanted = _wanted(rng)
    for line in lines:
        taken.append(line)
        if sum(len(each.text) for each in taken) >= wanted:
            yield _passage(corpus, taken, rng)
            taken, wanted = [], _wanted(rng)
    if taken:
        yield _passage(corpus, taken, rng)


def _wanted(rng: random.Random) -> int:
    """Characters of a passage: many short ones, as chats and tables are, and some that fill the window."""
    return int(rng.choice((10, 40, 150, 300, 450, 600)) * rng.uniform(0.7, 1.3))


def _passage(corpus: Corpus, lines: Sequence[Line], rng: random.Random) -> Passage:
    tokenised = rng.random() < 0.4  # some texts come with a space between any two tokens
    text = ""
    spans: list[tuple[int, int, str]] = []
    for line in lines:
        shown = line.tokenised if tokenised and line.tokenised is not None else line
        at = len(text) + (len(corpus.separator) if text else 0)
        text = f"{text}{corpus.separator}{shown.text}" if text else shown.text
        spans += [(start + at, end + at, entity) for start, end, entity in shown.spans]
    return Passage(corpus.name, text, tuple(spans), corpus.annotated)


def encoded(passages: Sequence[Passage]) -> Iterator[Encoded]:
    """Each of ``passages`` in numbers, as the runtime sees it; one longer than the window becomes several."""
    views = [view(passage.text) for passage in passages]
    for passage, looked_at, pieces in zip(passages, views, encode([each.text for each in views]), strict=True):
        starts, ends = pieces.starts, pieces.ends
        if looked_at.starts is not None and looked_at.ends is not None and len(starts):
            starts, ends = np.asarray(looked_at.starts)[starts], np.asarray(looked_at.ends)[ends - 1]
        allowed = _allowed(passage, starts, ends)
        for first in range(0, max(len(pieces), 1), MAX_PIECES):
            part = slice(first, first + MAX_PIECES)
            yield Encoded(
                _framed(pieces.ids[part], CLS, SEP), _framed(pieces.case_ids[part], 0, 0), _framed(allowed[part], ALL, ALL)
            )


CLS, SEP, MASK, PAD = 101, 102, 103, 0
"""BERT's special pieces in the vocabulary of ``bert-base-uncased``."""


def _framed(values: npt.NDArray[np.int64], first: int, last: int) -> npt.NDArray[np.int64]:
    return np.concatenate(([first], values, [last])).astype(np.int64)


def _allowed(passage: Passage, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The labels that the annotation allows at each piece, as bits over `LABELS`."""
    outside = 1
    for number, entity in enumerate(ENTITIES):
        if entity not in passage.annotated:
            outside |= 0b11 << (1 + 2 * number)
    allowed = np.full(len(starts), outside, dtype=np.int64)
    for start, end, entity in passage.spans:
        first = int(np.searchsorted(ends, start, side="right"))
        last = int(np.searchsorted(starts, end, side="left"))
        if entity == UNSURE or entity not in passage.annotated:
            allowed[first:last] = ALL
        elif first < last:
            number = ENTITIES.index(entity)
            allowed[first] = 1 << (1 + 2 * number)
            allowed[first + 1 : last] = 1 << (2 + 2 * number)
    return allowed


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoded passages padded to one length; arrays of shape [passages, pieces]."""

    ids: npt.NDArray[np.int64]
    cases: npt.NDArray[np.int64]
    mask: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.int64]


def batches(rows: Iterable[Encoded], pieces: int, rng: random.Random) -> list[Batch]:
    """``rows`` in batches of about ``pieces`` pieces, padding included, of like lengths and in random order."""
    by_length: dict[int, list[Encoded]] = {bucket: [] for bucket in BUCKETS}
    for row in rows:
        by_length[next(bucket for bucket in BUCKETS if len(row.ids) <= bucket)].append(row)
    made = []
    for bucket, members in by_length.items():
        rng.shuffle(members)
        size = max(pieces // bucket, 1)
        made += [_padded(members[at : at + size], bucket, size) for at in range(0, len(members), size)]
    rng.shuffle(made)
    return made


def _padded(rows: Sequence[Encoded], length: int, size: int) -> Batch:
    def stacked(column: Callable[[Encoded], npt.NDArray[np.int64]], fill: int) -> npt.NDArray[np.int64]:
        table = np.full((size, length), fill, dtype=np.int64)  # always the full size: another shape is another kernel
        for number, row in enumerate(rows):
            table[number, : len(row.ids)] = column(row)
        return table

    mask = stacked(lambda row: np.ones_like(row.ids), 0)
    mask[:, 0] = 1  # a row of nothing but padding would have nothing to attend to
    return Batch(
        stacked(lambda row: row.ids, PAD), stacked(lambda row: row.cases, 0), mask, stacked(lambda row: row.allowed, ALL)
    )
