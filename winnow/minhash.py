"""MinHash signatures of texts, and the pairs of rows that share a band of them.

Belongs here: signatures (Broder 1997) and locality-sensitive banding (Indyk and Motwani 1998). Does not belong here: verdicts;
a shared band only says that a pair is worth an exact look.

128 permutations in 32 bands of 4 rows: a pair of similarity 0.8 shares a band with a chance of 1 - 5e-8, one of 0.75 with
1 - 4e-6, one of 0.6 with 0.988, one of 0.3 with 0.23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from winnow.shingles import Hashes, Indexes, Ragged, mix, shingle

Signatures: TypeAlias = npt.NDArray[np.uint32]
"""One row a text, one column a permutation."""

PERMUTATIONS = 128
BANDS = 32
ROWS = PERMUTATIONS // BANDS

SIGNATURE_VERSION = "minhash-1"
"""Changes whenever the same text would get another signature; stands beside every stored signature."""

_BLOCK = 1 << 14  # shingles permuted at once: 64 KiB, so that 128 passes read them from the first-level cache
MEMBERS = 256  # rows of one bucket that are all compared with each other: 32,640 pairs at most
_NEIGHBOURS = 4  # in a larger bucket each row is compared with its first row and with the four that follow it


@dataclass(frozen=True, slots=True)
class Signed:
    """Signatures of some texts of a list: ``values[i]`` is that of the text numbered ``rows[i]``; ``rows`` ascend."""

    rows: Indexes
    values: Signatures

    def among(self, members: npt.NDArray[np.bool_]) -> "Signed":
        """Those of the texts that ``members`` (one flag a text of the list) selects."""
        chosen = members[self.rows]
        return Signed(self.rows[chosen], self.values[chosen])

    def and_also(self, other: "Signed") -> "Signed":
        """Signatures of the disjoint union of two parts, for what has both; the parts were signed with different tags."""
        rows, mine, others = np.intersect1d(self.rows, other.rows, assume_unique=True, return_indices=True)
        return Signed(rows, np.minimum(self.values[mine], other.values[others]))


@dataclass(frozen=True, slots=True)
class SignedTexts:
    """Signatures of texts by words (from 20 words on) and by characters (under 34), and their numbers of words.

    A text in between has both, so that it meets shorter and longer ones. A text without a word has none.
    """

    counts: Indexes
    words: Signed
    characters: Signed


def sign(texts: Sequence[str], tag: int = 0) -> SignedTexts:
    """MinHash signatures of ``texts``; ``tag`` (0 or 1) sets apart the parts of an example."""
    counts = np.zeros(len(texts), dtype=np.int64)
    rows: tuple[list[Indexes], list[Indexes]] = ([], [])
    values: tuple[list[Signatures], list[Signatures]] = ([], [])
    for part, shingled in shingle(texts):
        counts[part] = shingled.word_counts
        for kind, ragged in enumerate((shingled.words, shingled.characters)):
            rows[kind].append(np.flatnonzero(ragged.sizes) + part.start)
            values[kind].append(_signatures(ragged, tag))
    return SignedTexts(counts, *(_join(numbers, matrices) for numbers, matrices in zip(rows, values, strict=True)))


def candidates(
    signed: Signed, classes: Hashes, floor: npt.NDArray[np.float64], members: int = MEMBERS
) -> tuple[Indexes, Indexes, bool]:
    """Pairs of texts that are worth an exact look, and whether they are all.

    Args:
        signed: signatures of the texts to compare.
        classes: for each text of the list its class; only texts of one class are compared.
        floor: for each text of the list the least estimated similarity that is worth a look.
        members: in a bucket of more than this, each text is paired with the bucket's first and its next neighbours only, and
            the
            answer's third part is false.

    Returns:
        Numbers of texts, ``left < right``, sorted, each pair once.
    """
    found = [np.zeros(0, dtype=np.uint64)]
    complete = True
    keys = _band_keys(signed.values)
    salt = mix(classes[signed.rows])
    for band in range(BANDS):
        key = keys[:, band] ^ salt
        order = np.argsort(key, kind="stable")
        (first, second), all_of_them = _bucket_pairs(key[order], members)
        complete &= all_of_them
        a, b = order[first], order[second]
        found.append((np.minimum(a, b).astype(np.uint64) << np.uint64(32)) | np.maximum(a, b).astype(np.uint64))
    packed = np.unique(np.concatenate(found))
    a, b = (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    likely = agreement(signed.values, a, b) >= floor[signed.rows[a]]
    return signed.rows[a[likely]], signed.rows[b[likely]], complete


def agreement(rows: Signatures, left: Indexes, right: Indexes) -> npt.NDArray[np.float64]:
    """The share of permutations on which each pair agrees: an estimate of its similarity, with a standard error of 0.044."""
    result = np.empty(len(left))
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        result[part] = (rows[left[part]] == rows[right[part]]).mean(axis=1)
    return result


def _signatures(ragged: Ragged, tag: int) -> Signatures:
    """The signatures of the texts of ``ragged`` that have shingles."""
    shingles = (mix(ragged.values ^ mix(np.array([tag], dtype=np.uint64))) >> np.uint64(32)).astype(np.uint32)
    factors, terms = _permutations()
    sizes = ragged.sizes[ragged.sizes > 0]
    ends = np.cumsum(sizes)
    result = np.empty((len(sizes), PERMUTATIONS), dtype=np.uint32)
    first, begin = 0, 0
    while first < len(sizes):
        last = max(int(np.searchsorted(ends, begin + _BLOCK, side="right")), first + 1)
        end = int(ends[last - 1])
        block = shingles[begin:end]
        cuts = ends[first:last] - sizes[first:last] - begin
        permuted = np.empty_like(block)
        lowest = np.empty((PERMUTATIONS, last - first), dtype=np.uint32)
        for number in range(PERMUTATIONS):
            np.multiply(block, factors[number], out=permuted)
            np.add(permuted, terms[number], out=permuted)
            np.minimum.reduceat(permuted, cuts, out=lowest[number])
        result[first:last] = lowest.T
        first, begin = last, end
    return result


def _join(rows: Sequence[Indexes], values: Sequence[Signatures]) -> Signed:
    none = np.zeros((0, PERMUTATIONS), dtype=np.uint32)
    return Signed(np.concatenate([np.zeros(0, dtype=np.int64), *rows]), np.concatenate([none, *values]))


@lru_cache(maxsize=1)
def _permutations() -> tuple[Signatures, Signatures]:
    """Factors (odd, so that each is a permutation of 32-bit numbers) and terms; fixed for ever, since signatures are stored."""
    drawn = mix(np.arange(1, 2 * PERMUTATIONS + 1, dtype=np.uint64) * np.uint64(0xD1B54A32D192ED03))
    numbers = (drawn >> np.uint64(32)).astype(np.uint32)
    return numbers[:PERMUTATIONS] | np.uint32(1), numbers[PERMUTATIONS:]


def _band_keys(rows: Signatures) -> Hashes:
    halves = np.ascontiguousarray(rows).view(np.uint64).reshape(len(rows), BANDS, ROWS // 2)
    return np.asarray(mix(mix(halves[:, :, 0]) + halves[:, :, 1]))


def _bucket_pairs(ordered: Hashes, members: int) -> tuple[tuple[Indexes, Indexes], bool]:
    """Pairs of positions in ``ordered`` whose keys are equal, and whether no bucket was too large for all of its pairs."""
    if not len(ordered):
        return (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)), True
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    sizes = np.diff(np.append(starts, len(ordered)))
    end = np.repeat(starts + sizes, sizes)
    begin = np.repeat(starts, sizes)
    large = np.repeat(sizes > members, sizes)
    lefts, rights = [begin[large]], [np.flatnonzero(large)]
    position = np.flatnonzero(end - begin > 1)
    for distance in range(1, members):
        reach = distance <= _NEIGHBOURS
        position = position[(position + distance < end[position]) & (reach | ~large[position])]
        if not len(position):
            break
        lefts.append(position)
        rights.append(position + distance)
    left, right = np.concatenate(lefts), np.concatenate(rights)
    return (left[left < right], right[left < right]), not bool(large.any())
