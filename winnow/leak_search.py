"""Finds every pair of texts on two sides that is near: exactly, and in memory that grows with the runs and not with the pairs.

Belongs here: the search of the proof that nothing leaks. Does not belong here: what is read of a text (`winnow.leak_grams`), and
which pairs are a leak (`winnow.leaks`). It shares no code with `winnow.sketches` and `winnow.groups`.

Three steps, each exact in that it loses no pair:

1. A text that is near to one on another side at the limit *t* has at least *t* of its runs there. One table of marks by hash says
   of a run on which sides it may stand; a collision only lets a text through. Most texts end here.
2. Of those that are left the runs are looked at themselves, again and again: whose partners are gone goes too.
3. The rest are paired by prefix filtering (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007): of two texts that share
   enough, each has one of the shared runs among its first few, in any order common to all; the rarest first is quickest. Every
   pair is then compared in full.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.leak_grams import MOST_ROWS, Grams, Hashes, Integers

ROUNDING = 1e-9  # similarities are quotients of whole numbers

_ROWS = 1 << 14  # texts read at once, some 12 MB of text and 50 MB of runs; below `MOST_ROWS`
_SLOTS_BITS = (16, 28)  # of the marks: twice as many slots as runs, 256 MiB at most
_KEPT_RUNS = 1 << 28  # slots of runs that are remembered between the passes, 1 GiB; texts beyond them are read again
_PAIRS = 1 << 21  # compared at once, before those of unlike sizes are left out
_RUNS = 1 << 23  # gathered at once when pairs are compared: 64 MiB a copy

assert _ROWS <= MOST_ROWS

Pair = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is searched.

    Attributes:
        read: the runs of the texts of some numbers, in that order.
        sides: of each text its side, 0 to 7; below 0 if it stands on none.
        limits: the least similarity that matters of each text; of two the higher one does.
    """

    read: Callable[[Integers], Grams]
    sides: Integers
    limits: npt.NDArray[np.float64]


def across(texts: Texts) -> Iterator[Pair]:
    """Every pair of texts on two sides whose similarity is not below the limits of both: numbers, ascending, and similarity."""
    left = _marked(texts)
    if not len(left):
        return
    grams, sizes = _mutual(texts, left)
    told: set[tuple[int, int]] = set()
    for a, b, similarity in _paired(grams, sizes, texts):
        if (a, b) not in told:
            told.add((a, b))
            yield a, b, similarity


def _batches(rows: Integers) -> Iterator[Integers]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def _least(sizes: Integers, limits: npt.NDArray[np.float64]) -> Integers:
    """How many of its runs a text shares at least with one that is near; none without runs."""
    return np.maximum(np.ceil(limits * sizes - ROUNDING), 1).astype(np.int64)


def _marked(texts: Texts) -> Integers:
    """Texts that have enough runs which may stand on another side."""
    rows = np.flatnonzero(texts.sides >= 0)
    if len(np.unique(texts.sides[rows])) < 2:
        return rows[:0]
    bits = np.left_shift(1, np.maximum(texts.sides, 0)).astype(np.uint8)
    first = sum(len(texts.read(part).rows) for part in [rows[:: max(len(rows) // _ROWS, 1)][:_ROWS]])
    runs = first * max(len(rows) / min(len(rows), _ROWS), 1)
    slots = np.uint64(min(max(int(runs * 2).bit_length(), _SLOTS_BITS[0]), _SLOTS_BITS[1]))
    marks = np.zeros(1 << int(slots), dtype=np.uint8)
    kept: list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]] | None] = []
    remembered = 0
    for part in _batches(rows):
        grams = texts.read(part)
        places = _slots(grams.hashes, slots)
        own = bits[part[grams.rows]]
        for bit in np.unique(own):  # one side after the other: of one slot's marks set at once only the last would stay
            marks[places[own == bit]] |= bit
        remembered += len(places)
        kept.append((grams.rows.astype(np.uint16), places) if remembered <= _KEPT_RUNS else None)
    found = []
    for part, seen in zip(_batches(rows), kept, strict=True):
        if seen is None:
            grams = texts.read(part)
            seen = (grams.rows.astype(np.uint16), _slots(grams.hashes, slots))  # noqa: PLW2901 - what was not remembered
        of, places = seen
        crossing = (marks[places] & ~bits[part][of]) != 0
        sizes, shared = np.bincount(of, minlength=len(part)), np.bincount(of[crossing], minlength=len(part))
        found.append(part[shared >= _least(sizes, texts.limits[part])])
    return np.concatenate(found)


def _slots(hashes: Hashes, bits: np.uint64) -> npt.NDArray[np.uint32]:
    return (hashes & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.uint32)


def _mutual(texts: Texts, rows: Integers) -> tuple[Grams, Integers]:
    """Of ``rows`` those with enough runs that others of them have on another side; only such runs, and how many each text has."""
    sizes = np.zeros(len(texts.sides), dtype=np.int64)
    numbers, hashes = [], []
    for part in _batches(rows):
        grams = texts.read(part)
        sizes[part] = grams.sizes(len(part))
        numbers.append(part[grams.rows])
        hashes.append(grams.hashes)
    held, values = np.concatenate(numbers), np.concatenate(hashes)
    order = np.argsort(values, kind="stable")
    held, values = held[order], values[order]
    while True:
        sides = texts.sides[held]
        starts = _starts(values)
        spread = np.repeat(
            np.minimum.reduceat(sides, starts) != np.maximum.reduceat(sides, starts), np.diff(np.append(starts, len(values)))
        )
        shared = np.bincount(held[spread], minlength=len(sizes))
        stays = spread & (shared >= _least(sizes, texts.limits))[held]
        if stays.all():
            return Grams(held, values), sizes
        held, values = held[stays], values[stays]
        if not len(held):
            return Grams(held, values), sizes


def _starts(values: Hashes) -> Integers:
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))


def _paired(grams: Grams, sizes: Integers, texts: Texts) -> Iterator[Pair]:
    """The near pairs among ``grams``, which are by hash; one that meets often may come more than once."""
    if not len(grams.rows):
        return
    starts = _starts(grams.hashes)
    owners = np.diff(np.append(starts, len(grams.hashes)))
    order = np.lexsort((np.arange(len(grams.rows)), np.repeat(owners, owners), grams.rows))
    held = grams.rows[order]
    counts = np.bincount(held, minlength=len(sizes))
    begins = np.cumsum(counts) - counts
    place = np.arange(len(held)) - begins[held]
    prefix = np.sort(order[place <= (counts - _least(sizes, texts.limits))[held]])
    by_text = np.lexsort((grams.hashes, grams.rows))
    sets = (grams.hashes[by_text], begins, counts)
    for left, right in _candidates(grams.rows[prefix], grams.hashes[prefix], texts.sides):
        limits = np.maximum(texts.limits[left], texts.limits[right])
        small, large = np.minimum(sizes[left], sizes[right]), np.maximum(sizes[left], sizes[right])
        likely = small >= limits * large - ROUNDING
        keys = np.unique((left[likely].astype(np.uint64) << np.uint64(32)) | right[likely].astype(np.uint64))
        lefts, rights = (keys >> np.uint64(32)).astype(np.int64), (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        for part in _parts(counts[lefts] + counts[rights]):
            a, b = lefts[part], rights[part]
            shared = _shared(sets, a, b)
            similarity = shared / np.maximum(sizes[a] + sizes[b] - shared, 1)
            near = similarity >= np.maximum(texts.limits[a], texts.limits[b]) - ROUNDING
            yield from zip(a[near].tolist(), b[near].tolist(), similarity[near].tolist(), strict=True)


def _candidates(rows: Integers, hashes: Hashes, sides: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Pairs of ``rows`` on two sides with one of ``hashes``, which ascend, some `_PAIRS` at once; a pair may come more than once."""
    starts = _starts(hashes)
    owners = np.diff(np.append(starts, len(hashes)))
    ends = np.repeat(starts + owners, owners)
    later = ends - np.arange(len(rows)) - 1  # partners that stand behind each in its bucket
    totals = np.cumsum(later)
    start = 0
    while start < len(rows):
        done = int(totals[start - 1]) if start else 0
        stop = max(int(np.searchsorted(totals, done + _PAIRS, side="right")), start + 1)
        first = np.repeat(np.arange(start, stop), later[start:stop])
        offset = np.arange(len(first)) - np.repeat(np.cumsum(later[start:stop]) - later[start:stop], later[start:stop])
        a, b = rows[first], rows[first + 1 + offset]
        apart = sides[a] != sides[b]
        a, b = a[apart], b[apart]
        yield np.minimum(a, b), np.maximum(a, b)
        start = stop


def _parts(weights: Integers) -> Iterator[slice]:
    totals = np.cumsum(weights)
    start = 0
    while start < len(weights):
        done = int(totals[start - 1]) if start else 0
        stop = max(int(np.searchsorted(totals, done + _RUNS, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def _shared(sets: tuple[Hashes, Integers, Integers], left: Integers, right: Integers) -> Integers:
    """How many runs each pair shares: those that stand twice in the sorted list of both texts' runs."""
    hashes, begins, counts = sets
    members = np.concatenate([left, right])
    sizes = counts[members]
    pairs = np.repeat(np.tile(np.arange(len(left)), 2), sizes)
    offset = np.arange(len(pairs)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    values = hashes[np.repeat(begins[members], sizes) + offset]
    order = np.lexsort((values, pairs))
    values, pairs = values[order], pairs[order]
    twice = (values[1:] == values[:-1]) & (pairs[1:] == pairs[:-1])
    return np.bincount(pairs[1:][twice], minlength=len(left))
