"""Sketches of shingle sets, and the pairs of texts that are worth an exact look.

Belongs here: bottom-k sketches (Broder 1997; Cohen and Kaplan 2007) and who meets whom by them. Does not belong here: verdicts; a
shared key only says that a pair is worth a look.

Shingles are hashes, so the smallest ones of a set are a random sample of it that any two sets agree on. The eight smallest are a
text's keys: two texts are compared if they share one. Counted over the order in which the union's shingles come, a pair of
similarity 0.8 shares none with a chance of 5e-8, one of 0.75 with 4e-7, one of 0.6 with 3e-5. From the 32 smallest the similarity
is estimated before anything is compared in full. A classic MinHash of 32 bands of 4 rows misses 1.2% at 0.6, and computes 128
permutations of every shingle for it.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from winnow.shingles import Flags, Indexes, Numbers, Sets, Values, expand, mix

Matrix: TypeAlias = npt.NDArray[np.uint32]
"""One row a text, ascending; `NONE` where a set has no more."""

SKETCH = 32  # smallest shingles kept of a set: the estimate's standard error is 0.07 at a similarity of 0.8
KEYS = 8  # of them by which texts meet

NONE = np.uint32(0xFFFFFFFF)  # no shingle has this value

MARGIN = 0.3
"""How far below a threshold the estimate of a pair may lie that is compared in full: over four standard errors."""

MEMBERS = 256  # texts with one key that are all compared with each other: 32,640 pairs at most
_NEIGHBOURS = 4  # of a key with more of them each is compared with the first, and with the four that follow it

_PAIRS = 1 << 16  # estimated at once: 16 MiB
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Sketched:
    """Sketches of some texts of a list: ``values[i]`` is that of the text numbered ``rows[i]``; ``rows`` ascend."""

    rows: Indexes
    values: Matrix

    def among(self, members: Flags) -> "Sketched":
        """Those of the texts that ``members`` (one flag a text of the list) selects."""
        chosen = members[self.rows]
        return Sketched(self.rows[chosen], self.values[chosen])

    def and_also(self, other: "Sketched") -> "Sketched":
        """Sketches of the disjoint union of two parts, for what has both.

        The last bit says which part a shingle is of; the order within each part stays, so the union's smallest are among the
        smallest of both.
        """
        rows, mine, others = np.intersect1d(self.rows, other.rows, assume_unique=True, return_indices=True)
        first, second = self.values[mine], other.values[others]
        one = np.uint32(1)
        both = np.concatenate(
            [np.where(first == NONE, NONE, first & ~one), np.where(second == NONE, NONE, np.minimum(second | one, NONE - one))],
            axis=1,
        )
        both.sort(axis=1)
        return Sketched(rows, np.ascontiguousarray(both[:, :SKETCH]))


def sketch(sets: Sets) -> Sketched:
    """The sketches of those of ``sets`` that are not empty."""
    sizes = sets.sizes
    rows = np.flatnonzero(sizes)
    values = np.full((len(rows), SKETCH), NONE, dtype=np.uint32)
    kept = np.minimum(sizes[rows], SKETCH)
    place = np.arange(SKETCH)
    held = place[None, :] < kept[:, None]
    values[held] = sets.values[(sets.offsets[rows][:, None] + place[None, :])[held]]
    return Sketched(rows, values)


def candidates(sketched: Sketched, classes: Indexes, floor: Numbers, members: int = MEMBERS) -> tuple[Indexes, Indexes, bool]:
    """Pairs of texts that are worth an exact look, and whether they are all.

    Args:
        sketched: sketches of the texts to compare.
        classes: for each text of the list its class; only texts of one class are compared.
        floor: for each text of the list the least estimated similarity that is worth a look.
        members: of a key that more texts have, each is paired with the first of them and its next neighbours only, and the
            answer's third part is false.

    Returns:
        Numbers of texts, ``left < right``, sorted, each pair once.
    """
    keys = np.ascontiguousarray(sketched.values[:, :KEYS])
    own = classes[sketched.rows]
    salt = (mix(own.astype(np.uint64)) >> _HALF).astype(np.uint32)
    number = np.arange(len(keys), dtype=np.uint64)
    held = keys != NONE
    entries = ((keys ^ salt[:, None]).astype(np.uint64) << _HALF) | number[:, None]
    ordered = entries[held]
    ordered.sort()
    (first, second), complete = _bucket_pairs((ordered >> _HALF).astype(np.uint32), members)
    low = np.uint64(0xFFFFFFFF)
    a, b = ordered[first] & low, ordered[second] & low
    pairs = (np.minimum(a, b) << _HALF) | np.maximum(a, b)
    pairs.sort()
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])] if len(pairs) else pairs
    left, right = (pairs >> _HALF).astype(np.int64), (pairs & low).astype(np.int64)
    apart = (own[left] == own[right]) & (left != right)  # two classes may meet under one salted key
    left, right = left[apart], right[apart]
    likely = estimate(sketched.values, left, right) >= floor[sketched.rows[left]] - 1e-9
    return sketched.rows[left[likely]], sketched.rows[right[likely]], complete


def estimate(values: Matrix, left: Indexes, right: Indexes) -> Numbers:
    """The similarity of each pair of rows as their sketches show it; exact where both hold their whole sets.

    Of the union only that part counts which both sketches reach: below the largest value of each that is full.
    """
    result = np.empty(len(left))
    reach = np.where(values[:, -1] == NONE, NONE - np.uint32(1), values[:, -1])
    for start in range(0, len(left), _PAIRS):
        part = slice(start, start + _PAIRS)
        both = np.concatenate([values[left[part]], values[right[part]]], axis=1)
        both.sort(axis=1)
        seen = both <= np.minimum(reach[left[part]], reach[right[part]])[:, None]
        shared = ((both[:, 1:] == both[:, :-1]) & seen[:, 1:]).sum(axis=1)
        result[part] = shared / np.maximum(seen.sum(axis=1) - shared, 1)
    return result


def _bucket_pairs(ordered: Values, members: int) -> tuple[tuple[Indexes, Indexes], bool]:
    """Pairs of positions in ``ordered`` whose keys are equal, and whether no bucket was too large for all of its pairs."""
    if not len(ordered):
        return (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)), True
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.append(starts, len(ordered)))
    several = sizes > 1
    starts, sizes = starts[several], sizes[several]
    where = expand(starts, sizes)
    begin, end = np.repeat(starts, sizes), np.repeat(starts + sizes, sizes)
    large = np.repeat(sizes > members, sizes)
    lefts, rights = [begin[large]], [where[large]]
    for distance in range(1, members):
        inside = (where + distance < end) & ((distance <= _NEIGHBOURS) | ~large)
        where, end, large = where[inside], end[inside], large[inside]
        if not len(where):
            break
        lefts.append(where)
        rights.append(where + distance)
    left, right = np.concatenate(lefts), np.concatenate(rights)
    return (left[left < right], right[left < right]), not bool((sizes > members).any())
