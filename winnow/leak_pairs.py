"""How much two texts have in common, for many pairs at once: exactly, and by the proof's own reading.

Belongs here: comparing pairs that are known. Does not belong here: finding them (`winnow.leak_search`, `winnow.leak_containment`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.leak_grams import HASH_BITS, LEAST_WORDS, MOST_ROWS, Grams, Hashes, Integers, Words

_Numbers = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What each pair of texts has in common.

    Attributes:
        words: of the shorter one.
        short: whether one of them is under 20 words, so that they are compared by characters.
        similarity: Jaccard of their runs of five.
        within: how much of the runs of five words of the one that has fewer stands in the other; 0 if ``short``.
        more: how many more runs of words the first one has than the second.
    """

    words: Integers
    short: _Flags
    similarity: _Numbers
    within: _Numbers
    more: Integers


def overlaps(left: Sequence[str], right: Sequence[str]) -> Overlaps:
    """What ``left[i]`` and ``right[i]`` have in common; `winnow.leak_grams.MOST_ROWS` pairs at most."""
    assert len(left) == len(right) <= MOST_ROWS
    first, second = Words(left), Words(right)
    words = np.minimum(first.counts, second.counts)
    short = words < LEAST_WORDS
    size = len(left)
    by_words = _counted(first.by_words(), second.by_words(), size)
    by_characters = _counted(first.by_characters(), second.by_characters(), size)
    shared, mine, others = (np.where(short, short_ones, long) for short_ones, long in zip(by_characters, by_words, strict=True))
    _, before, behind = by_words
    return Overlaps(
        words,
        short,
        shared / np.maximum(mine + others - shared, 1),
        np.where(short, 0.0, shared / np.maximum(np.minimum(mine, others), 1)),
        before - behind,
    )


def _counted(left: Grams, right: Grams, size: int) -> tuple[Integers, Integers, Integers]:
    """How many runs each pair shares, and how many its first and its second text has."""
    keys, others = _keys(left), _keys(right)
    shared = np.intersect1d(keys, others, assume_unique=True)
    rows = (shared >> np.uint64(HASH_BITS)).astype(np.int64)
    return np.bincount(rows, minlength=size), left.sizes(size), right.sizes(size)


def _keys(grams: Grams) -> Hashes:
    return (grams.rows.astype(np.uint64) << np.uint64(HASH_BITS)) | grams.hashes
