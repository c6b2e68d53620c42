"""Finds every pair of texts on two sides that is near: exactly, and in memory that grows with the runs and not with the pairs.

Belongs here: the search of the proof that nothing leaks. Does not belong here: what is read of a text (`winnow.leak_grams`), pairs
of which one stands within the other (`winnow.leak_containment`, behind the same first step), and which pairs are a leak
(`winnow.leaks`). It shares no code with `winnow.sketches` and `winnow.groups`.

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

from winnow.leak_grams import MOST_ROWS, Grams, Hashes, Integers, each_once

ROUNDING = 1e-9  # similarities are quotients of whole numbers

SIDES = 7
"""How many sides there can be: a bit of a byte for each, and one for runs that are wanted."""

_ROWS = 1 << 14  # texts read at once, some 12 MB of text and 50 MB of runs; below `MOST_ROWS`
_SAMPLE = 1 << 10  # texts by which runs are estimated
_SLOTS_BITS = (16, 28)  # of the marks: twice as many slots as runs, 256 MiB at most
_KEPT_RUNS = 1 << 28  # slots of runs that are remembered between the passes, 1 GiB; texts beyond them are read again
_PAIRS = 1 << 21  # compared at once, before those of unlike sizes are left out
_RUNS = 1 << 23  # gathered at once when pairs are compared: 64 MiB a copy
_WANTED = np.uint8(1 << SIDES)

assert _ROWS <= MOST_ROWS

Pair = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is searched.

    Attributes:
        read: the runs of the texts of some numbers, in that order.
        sides: of each text its side, below `SIDES`; below 0 if it stands on none.
        limits: the least similarity that matters of each text; of two the higher one does.
    """

    read: Callable[[Integers], Grams]
    sides: Integers
    limits: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Left:
    """Numbers of texts that the first step leaves, ascending.

    Attributes:
        near: that may be near to one on another side.
        inner: that may stand within one.
        outer: within which one of ``inner`` may stand.
    """

    near: Integers
    inner: Integers
    outer: Integers


def across(texts: Texts) -> Iterator[Pair]:
    """Every pair of texts on two sides whose similarity is not below the limits of both: numbers, ascending, and similarity."""
    yield from near(texts, crossing(texts).near)


def near(texts: Texts, left: Integers) -> Iterator[Pair]:
    """The pairs of `across`, of which all texts are among ``left``."""
    if not len(left):
        return
    grams, sizes = _mutual(texts, left)
    told: set[tuple[int, int]] = set()
    for a, b, similarity in _paired(grams, sizes, texts):
        if (a, b) not in told:
            told.add((a, b))
            yield a, b, similarity


def batches(rows: Integers) -> Iterator[Integers]:
    """``rows``, as many at a time as are read at once."""
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]


def least(sizes: Integers, limits: npt.NDArray[np.float64] | float) -> Integers:
    """How many of its runs a text shares at least with one that is near at its limit; more than it has if it has none."""
    return np.maximum(np.ceil(limits * sizes - ROUNDING), 1).astype(np.int64)


def crossing(texts: Texts, share: float | None = None) -> Left:
    """Texts that have enough runs which may stand on another side; with ``share`` also for one to hold that share of another's."""
    rows = np.flatnonzero(texts.sides >= 0)
    if len(np.unique(texts.sides[rows])) < 2:
        return Left(rows[:0], rows[:0], rows[:0])
    marks = _Marks(texts, rows)
    alike, within = [], []
    for part, of, places in marks.seen():
        shared = np.bincount(of[marks.cross(part, of, places)], minlength=len(part))
        sizes = np.bincount(of, minlength=len(part))
        alike.append(part[shared >= least(sizes, texts.limits[part])])
        if share is not None:
            within.append(part[shared >= least(sizes, share)])
    inner = np.concatenate([rows[:0], *within])
    return Left(np.concatenate(alike), inner, marks.holding(inner, share) if share is not None and len(inner) else rows[:0])


class _Marks:
    """Of each run, by a slot that others may share, on which sides it stands."""

    def __init__(self, texts: Texts, rows: Integers) -> None:
        """Read the texts numbered ``rows``."""
        self._texts, self._rows = texts, rows
        self._bits = np.left_shift(1, np.maximum(texts.sides, 0)).astype(np.uint8)
        some = rows[:: max(len(rows) // _SAMPLE, 1)][:_SAMPLE]
        runs = len(texts.read(some).rows) * len(rows) / len(some)
        self._slots = np.uint64(min(max(int(runs * 2).bit_length(), _SLOTS_BITS[0]), _SLOTS_BITS[1]))
        self._marks = np.zeros(1 << int(self._slots), dtype=np.uint8)
        self._kept: list[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]] | None] = []
        remembered = 0
        for part in batches(rows):
            grams = texts.read(part)
            places = _slots(grams.hashes, self._slots)
            own = self._bits[part[grams.rows]]
            for bit in np.unique(own):  # one side after the other: of one slot's marks set at once only the last would stay
                self._marks[places[own == bit]] |= bit
            remembered += len(places)
            self._kept.append((grams.rows.astype(np.uint16), places) if remembered <= _KEPT_RUNS else None)

    def _read(self, part: Integers) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint32]]:
        grams = self._texts.read(part)
        return grams.rows.astype(np.uint16), _slots(grams.hashes, self._slots)

    def seen(self) -> Iterator[tuple[Integers, npt.NDArray[np.uint16], npt.NDArray[np.uint32]]]:
        """Texts, a batch at a time, and of each of their runs which of the batch has it, and its slot."""
        for part, kept in zip(batches(self._rows), self._kept, strict=True):
            yield (part, *(kept or self._read(part)))

    def cross(self, part: Integers, of: npt.NDArray[np.uint16], places: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Which of the runs may stand on another side than their text's."""
        found: npt.NDArray[np.bool_] = (self._marks[places] & ~self._bits[part][of]) != 0
        return found

    def holding(self, inner: Integers, share: float) -> Integers:
        """Texts that may hold ``share`` of the runs of one of ``inner``; once, since the marks hold more afterwards."""
        fewest = None
        for part in batches(inner):
            grams = self._texts.read(part)
            self._marks[_slots(grams.hashes, self._slots)] |= _WANTED
            needed = int(least(grams.sizes(len(part)), share).min())
            fewest = needed if fewest is None else min(needed, fewest)
        found = [self._rows[:0]]
        for part, of, places in self.seen():
            wanted = (self._marks[places] & _WANTED) != 0
            found.append(part[np.bincount(of[wanted], minlength=len(part)) >= (fewest or 1)])
        return np.concatenate(found)


def _slots(hashes: Hashes, bits: np.uint64) -> npt.NDArray[np.uint32]:
    return (hashes & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.uint32)


def _mutual(texts: Texts, rows: Integers) -> tuple[Grams, Integers]:
    """Of ``rows`` those with enough runs that others of them have on another side; only such runs, and how many each text has."""
    sizes = np.zeros(len(texts.sides), dtype=np.int64)
    numbers, hashes = [], []
    for part in batches(rows):
        grams = texts.read(part)
        sizes[part] = grams.sizes(len(part))
        numbers.append(part[grams.rows])
        hashes.append(grams.hashes)
    held, values = np.concatenate(numbers), np.concatenate(hashes)
    order = np.argsort(values, kind="stable")
    held, values = held[order], values[order]
    while True:
        sides = texts.sides[held]
        starts = starts_of(values)
        spread = np.repeat(
            np.minimum.reduceat(sides, starts) != np.maximum.reduceat(sides, starts), np.diff(np.append(starts, len(values)))
        )
        shared = np.bincount(held[spread], minlength=len(sizes))
        stays = spread & (shared >= least(sizes, texts.limits))[held]
        if stays.all():
            return Grams(held, values), sizes
        held, values = held[stays], values[stays]
        if not len(held):
            return Grams(held, values), sizes


def starts_of(values: Hashes) -> Integers:
    """Where each value of ``values``, which ascend, begins."""
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))


def _paired(grams: Grams, sizes: Integers, texts: Texts) -> Iterator[Pair]:
    """The near pairs among ``grams``, which are by hash; one that meets often may come more than once."""
    if not len(grams.rows):
        return
    starts = starts_of(grams.hashes)
    owners = np.diff(np.append(starts, len(grams.hashes)))
    order = np.lexsort((np.arange(len(grams.rows)), np.repeat(owners, owners), grams.rows))
    held = grams.rows[order]
    counts = np.bincount(held, minlength=len(sizes))
    begins = np.cumsum(counts) - counts
    place = np.arange(len(held)) - begins[held]
    prefix = np.sort(order[place <= (counts - least(sizes, texts.limits))[held]])
    by_text = np.lexsort((grams.hashes, grams.rows))
    sets = (grams.hashes[by_text], begins, counts)
    for left, right in _candidates(grams.rows[prefix], grams.hashes[prefix], texts.sides):
        limits = np.maximum(texts.limits[left], texts.limits[right])
        small, large = np.minimum(sizes[left], sizes[right]), np.maximum(sizes[left], sizes[right])
        likely = small >= limits * large - ROUNDING
        keys = each_once((left[likely].astype(np.uint64) << np.uint64(32)) | right[likely].astype(np.uint64))
        lefts, rights = (keys >> np.uint64(32)).astype(np.int64), (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        for part in parts_of(counts[lefts] + counts[rights], _RUNS):
            a, b = lefts[part], rights[part]
            shared = _shared(sets, a, b)
            similarity = shared / np.maximum(sizes[a] + sizes[b] - shared, 1)
            near = similarity >= np.maximum(texts.limits[a], texts.limits[b]) - ROUNDING
            yield from zip(a[near].tolist(), b[near].tolist(), similarity[near].tolist(), strict=True)


def _candidates(rows: Integers, hashes: Hashes, sides: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Pairs of ``rows`` on two sides with one of ``hashes``, which ascend, some `_PAIRS` at once; a pair may come more than once."""
    starts = starts_of(hashes)
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


def parts_of(weights: Integers, most: int) -> Iterator[slice]:
    """Slices whose ``weights`` are ``most`` together, or one that weighs more alone."""
    totals = np.cumsum(weights)
    start = 0
    while start < len(weights):
        done = int(totals[start - 1]) if start else 0
        stop = max(int(np.searchsorted(totals, done + most, side="right")), start + 1)
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
