"""Sketches of shingle sets, and the pairs of texts that are worth an exact look.

Belongs here: bottom-k sketches (Broder 1997; Cohen and Kaplan 2007) and who meets whom by them. Does not belong here: verdicts (a
shared key only says that a pair is worth a look), and keys that too many texts share (`winnow.joins`).

Shingles are hashes, so the smallest ones of a set are a random sample of it that any two sets agree on. The eight smallest are a
text's keys: two texts are compared if they share one. Counted over the order in which the union's shingles come, a pair of
similarity 0.8 shares none with a chance of 5e-8, one of 0.6 with 3e-5, one of 0.5 with 3e-4. From the 32 smallest the similarity
is estimated before anything is compared in full. A classic MinHash of 32 bands of 4 rows misses 1.2% at 0.6, and computes 128
permutations of every shingle for it.

Both questions are asked of a pair alone: what else there is changes no answer, so a search of new texts among old ones finds what
a search of them all finds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from winnow.shingles import Flags, Hashes, Indexes, Numbers, Sets, Values, distinct, expand, runs

Matrix: TypeAlias = npt.NDArray[np.uint32]
"""One row a text, ascending; `NONE` where a set has no more."""

Pairs: TypeAlias = tuple[Indexes, Indexes]
"""Numbers of texts, ``left[i] < right[i]``."""

SKETCH = 32  # smallest shingles kept of a set: the estimate's standard error is 0.07 at a similarity of 0.8
KEYS = 8  # of them by which texts meet

NONE = np.uint32(0xFFFFFFFF)  # no shingle has this value

MARGIN = 0.3
"""How far below a threshold the estimate of a pair may lie that is compared in full: over four standard errors at 0.8."""

MEMBERS = 256  # texts with one key that are all compared with each other: 32,640 pairs at most

_ROWS = 1 << 12  # estimated at once: a table of 1 MiB, which stays in the second-level cache
_MOST_PAIRS = 1 << 23  # enumerated at once: 64 MiB a copy
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Sketched:
    """Sketches of some texts of a list: ``values[i]`` is that of the text numbered ``rows[i]``; ``rows`` ascend."""

    rows: Indexes
    values: Matrix

    def of(self, rows: Indexes) -> Matrix:
        """The sketches of the texts numbered ``rows``, each of which has one, in that order."""
        return self.values[np.searchsorted(self.rows, rows)]

    def and_also(self, other: "Sketched") -> "Sketched":
        """Sketches of the disjoint union of two parts, for what has both.

        The last bit says which part a shingle is of; the order within each part stays, so the union's smallest are among the
        smallest of both.
        """
        rows, mine, others = np.intersect1d(self.rows, other.rows, assume_unique=True, return_indices=True)
        both = np.concatenate([tagged(self.values[mine], 0), tagged(other.values[others], 1)], axis=1)
        both.sort(axis=1)
        return Sketched(rows, np.ascontiguousarray(both[:, :SKETCH]))


def tagged(values: npt.NDArray[np.uint32], part: int) -> npt.NDArray[np.uint32]:
    """``values`` with ``part`` (0 or 1) for their last bit; `NONE` stays."""
    one = np.uint32(1)
    marked = np.minimum(values | one, NONE - np.uint32(2)) if part else values & ~one
    return np.where(values == NONE, NONE, marked)


def sketch(sets: Sets) -> Sketched:
    """The sketches of those of ``sets`` that are not empty."""
    sizes = sets.sizes
    rows = np.flatnonzero(sizes)
    values = np.empty((len(rows), SKETCH), dtype=np.uint32)
    last = max(len(sets.values) - 1, 0)
    for start in range(0, len(rows), _ROWS):
        places = sets.offsets[rows[start : start + _ROWS]][:, None] + np.arange(SKETCH)
        values[start : start + _ROWS] = sets.values[np.minimum(places, last, out=places)]
    few = np.flatnonzero(sizes[rows] < SKETCH)
    values[few] = np.where(np.arange(SKETCH) < sizes[rows[few]][:, None], values[few], NONE)
    return Sketched(rows, values)


def entries(sketched: Sketched) -> Hashes:
    """The keys of ``sketched``, each above the number of its text (32 bits each), sorted."""
    keys = sketched.values[:, :KEYS]
    together = keys.astype(np.uint64)
    together <<= _HALF
    together |= sketched.rows.astype(np.uint64)[:, None]
    result: Hashes = together[keys != NONE]
    result.sort()
    return result


def keys_of(ordered: Hashes) -> Values:
    """The key of each of ``ordered`` (`entries`)."""
    return (ordered >> _HALF).astype(np.uint32)


def texts_of(ordered: Hashes) -> Indexes:
    """The number of the text of each of ``ordered`` (`entries`)."""
    return (ordered & _LOW).astype(np.int64)


def with_keys(segments: Sequence[Hashes], keys: Values) -> Hashes:
    """What the ``segments`` (`entries`, each sorted) have under ``keys`` (ascending, each once), sorted."""
    parts = [np.zeros(0, dtype=np.uint64)]
    low = keys.astype(np.uint64) << _HALF
    for segment in segments:
        begins = np.searchsorted(segment, low)
        ends = np.searchsorted(segment, low + _LOW, side="right")
        some = ends > begins
        parts.append(segment[expand(begins[some], (ends - begins)[some])])
    together = np.concatenate(parts)
    together.sort()
    return together


def crowd(ordered: Hashes, most: int = MEMBERS) -> Indexes:
    """The texts that have a key in ``ordered`` (`entries`) which more than ``most`` texts have, ascending."""
    starts, sizes = _buckets(ordered)
    large = sizes > most
    return distinct(texts_of(ordered[expand(starts[large], sizes[large])]))


def candidates(ordered: Hashes, fresh: int = 0, most: int = MEMBERS) -> Iterator[Pairs]:
    """Pairs of texts that share a key which at most ``most`` texts have, in parts.

    Args:
        ordered: `entries` of the texts.
        fresh: only pairs with a text of this number or a higher one are given.
        most: texts of a key.

    Yields:
        Pairs, sorted, each once in a part.
    """
    starts, sizes = _buckets(ordered)
    starts, sizes = starts[sizes <= most], sizes[sizes <= most]
    for part in runs(sizes * (sizes - 1) // 2, _MOST_PAIRS, len(sizes) or 1):
        first, second = _bucket_pairs(starts[part], sizes[part])
        if fresh:  # within a key the numbers ascend
            kept = texts_of(ordered[second]) >= fresh
            first, second = first[kept], second[kept]
        yield unpacked(distinct(packed(ordered[first] & _LOW, ordered[second] & _LOW)))


def packed(left: Hashes, right: Hashes) -> Hashes:
    """Pairs of numbers as one number each, the smaller one above."""
    return (np.minimum(left, right) << _HALF) | np.maximum(left, right)


def unpacked(pairs: Hashes) -> Pairs:
    """The two numbers of each of ``pairs``."""
    return (pairs >> _HALF).astype(np.int64), texts_of(pairs)


def estimate(values: Matrix, left: Indexes, right: Indexes) -> Numbers:
    """The similarity of each pair of rows as their sketches show it; exact where both hold their whole sets.

    Of the union only that part counts which both sketches reach: below the largest value of each that is full.
    """
    result = np.empty(len(left))
    for start in range(0, len(left), _ROWS):
        part = slice(start, start + _ROWS)
        first, second = values[left[part]], values[right[part]]
        reach = np.minimum(np.minimum(first[:, -1], second[:, -1]), NONE - np.uint32(1))
        both = np.concatenate([first, second], axis=1)
        both.sort(axis=1)
        seen = both <= reach[:, None]
        shared = np.count_nonzero((both[:, 1:] == both[:, :-1]) & seen[:, 1:], axis=1)
        result[part] = shared / np.maximum(np.count_nonzero(seen, axis=1) - shared, 1)
    return result


def share_a_key(values: Matrix, left: Indexes, right: Indexes) -> Flags:
    """Whether the rows ``left[i]`` and ``right[i]`` have a key in common."""
    result = np.empty(len(left), dtype=np.bool_)
    for start in range(0, len(left), _ROWS):
        part = slice(start, start + _ROWS)
        both = np.concatenate([values[left[part], :KEYS], values[right[part], :KEYS]], axis=1)
        both.sort(axis=1)
        result[part] = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] != NONE)).any(axis=1)
    return result


def _buckets(ordered: Hashes) -> tuple[Indexes, Indexes]:
    """Where the keys begin that several texts have, and how many those are."""
    if not len(ordered):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    keys = keys_of(ordered)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    sizes = np.diff(np.append(starts, len(keys)))
    return starts[sizes > 1], sizes[sizes > 1]


def _bucket_pairs(starts: Indexes, sizes: Indexes) -> Pairs:
    """All pairs of positions within each of the runs that begin at ``starts``, the earlier one first."""
    where, end = expand(starts, sizes), np.repeat(starts + sizes, sizes)
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    distance = 1
    while len(where):
        inside = where + distance < end
        where, end = where[inside], end[inside]
        lefts.append(where)
        rights.append(where + distance)
        distance += 1
    return np.concatenate(lefts), np.concatenate(rights)
