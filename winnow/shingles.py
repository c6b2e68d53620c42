"""Texts as sets of hashed shingles, and the exact Jaccard similarity of those sets.

Belongs here: what two texts have in common, computed for many texts at once in numpy. Does not belong here: which texts are
worth comparing (see `winnow.minhash`) and what follows from a similarity (see `winnow.dedup`).

A text is compared by its words in their order: NFKC, case-folded, whatever is no letter, digit or underscore taken out, and a
numbered placeholder reduced to its type, so that one more name at the top does not renumber a whole text away from its copy.
Shingles are hashed with a polynomial over bytes modulo 2^64 (Karp and Rabin 1987) and a finaliser, without any library's own
hash, so that fingerprints written by one version of a library compare with those of the next.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Hashes: TypeAlias = npt.NDArray[np.uint64]
Indexes: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]

WORDS = 5  # words a shingle; the size that near-duplicate detection of web text settled on (Lee et al. 2022)
CHARACTERS = 5  # characters a shingle in short texts, where one other word would change half of all word shingles
SHORT_WORDS = 20  # below it a text has under 16 word shingles, and one edit moves the similarity by a third
BORDER_WORDS = 34  # 20 / 0.6: a longer text cannot reach the lowest similarity of interest with one under 20 words

_CHUNK_BYTES = 1 << 22  # text hashed at once: its arrays of 8-byte numbers stay within a few cache-friendly 32 MiB
_CHUNK_TEXTS = 1 << 18  # fits the 20 bits that a text's number has in a sort key
_VALUE_BITS = np.uint64(44)  # of a shingle in a sort key: two of 50,000 shingles collide with a chance of 7e-5
_VALUE_MASK = np.uint64((1 << 44) - 1)
_PAIR_ELEMENTS = 1 << 22  # shingles gathered at once when pairs are compared: 32 MiB a copy
_PAIRS = 1 << 19  # fits the 20 bits that a pair's number has in a sort key

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64; the golden ratio's bits
_TEXT_BYTES = 256


@dataclass(frozen=True, slots=True)
class Ragged:
    """One array of hashes a text: those of text ``i`` are ``values[offsets[i]:offsets[i + 1]]``."""

    values: Hashes
    offsets: Indexes

    @property
    def sizes(self) -> Indexes:
        """How many hashes each text has."""
        return np.diff(self.offsets)


@dataclass(frozen=True, slots=True)
class Shingled:
    """The shingles of a run of texts: of words where a text has 20 or more, of characters where it has under 34."""

    word_counts: Indexes
    words: Ragged
    characters: Ragged


def fold(text: str) -> str:
    """``text`` in Unicode's compatibility form (NFKC), case-folded, runs of white space as one space: what "the same" means."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shingle(texts: Sequence[str]) -> Iterator[tuple[slice, Shingled]]:
    """The shingles of ``texts``, a bounded run of texts at a time, each with the slice of ``texts`` that it covers.

    A text without any word has no shingles; one of fewer characters than a shingle is one shingle by itself.
    """
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    for part in _runs(lengths, _CHUNK_BYTES, _CHUNK_TEXTS):
        yield part, _shingle(texts[part])


def mix(hashes: Hashes) -> Hashes:
    """``hashes`` with every input bit spread over all output bits (the finaliser of splitmix64, Steele et al. 2014)."""
    mixed = hashes ^ (hashes >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


class Similarity:
    """The exact Jaccard similarity of pairs out of ``texts``; shingles are made only for those that are asked about."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Keep ``texts``; nothing is computed yet."""
        self._texts = texts

    def of(self, left: Indexes, right: Indexes) -> tuple[Numbers, npt.NDArray[np.bool_]]:
        """Similarity of the texts numbered ``left[i]`` and ``right[i]``, and whether they were compared by characters.

        By words where both have 20 or more, by characters where one has fewer. A text under 20 words and one of 34 or more are
        0: they share no shingles of one kind. Texts without a word are 0 to everything; an exact match finds those.
        """
        needed, where = np.unique(np.concatenate([left, right]), return_inverse=True)
        counts, words, characters = _sets([self._texts[row] for row in needed.tolist()])
        a, b = where[: len(left)].astype(np.int64), where[len(left) :].astype(np.int64)
        short = np.minimum(counts[a], counts[b]) < SHORT_WORDS
        result = np.zeros(len(a))
        for chosen, sets in ((~short, words), (short, characters)):
            result[chosen] = _jaccard(sets, a[chosen], b[chosen])
        return result, short


def _shingle(texts: Sequence[str]) -> Shingled:
    text_bytes, offsets = _words_only(texts)
    spaces = np.flatnonzero(text_bytes == ord(" "))
    filled = offsets[:-1] < offsets[1:]
    word_counts = np.where(filled, _counts(spaces, offsets) + 1, 0)
    prefix, inverse = _prefix_hashes(text_bytes)

    begins = np.zeros(len(text_bytes) + 1, dtype=np.bool_)
    begins[spaces + 1] = True
    ends = np.zeros(len(text_bytes) + 1, dtype=np.bool_)
    ends[spaces] = True
    begins[offsets[:-1][filled]] = True
    ends[offsets[1:][filled]] = True
    enough = np.where(word_counts >= SHORT_WORDS, word_counts, 0)
    words = _grams(np.flatnonzero(begins), np.flatnonzero(ends), word_counts, enough, WORDS, prefix, inverse)

    if (word_counts >= BORDER_WORDS).all():
        return Shingled(word_counts, words, Ragged(np.zeros(0, dtype=np.uint64), np.zeros_like(offsets)))
    starts = np.flatnonzero((text_bytes & 0xC0) != 0x80)  # every byte that does not continue a UTF-8 character
    character_counts = _counts(starts, offsets)
    few = np.where(word_counts < BORDER_WORDS, character_counts, 0)
    stops = np.append(starts[1:], len(text_bytes)) if len(starts) else starts
    return Shingled(word_counts, words, _grams(starts, stops, character_counts, few, CHARACTERS, prefix, inverse))


def _words_only(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], Indexes]:
    """The words of ``texts`` with one space between, as one buffer of UTF-8 and where each text starts in it."""
    folded = [unicodedata.normalize("NFKC", text).casefold() for text in texts]
    series = pl.Series(folded, dtype=pl.String)
    series = series.str.replace_all(r"<([a-z][a-z_]*)_[0-9]{1,6}>", " ${1} ").str.replace_all(r"\W+", " ").str.strip_chars(" ")
    array = series.to_arrow().cast(pa.large_string())
    _, offset_buffer, text_buffer = array.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int64, count=len(array) + 1, offset=array.offset * 8)
    first, last = int(offsets[0]), int(offsets[-1])
    text_bytes = np.frombuffer(text_buffer, dtype=np.uint8)[first:last] if last > first else np.zeros(0, dtype=np.uint8)
    return text_bytes, offsets - first


def _counts(positions: Indexes, offsets: Indexes) -> Indexes:
    """How many of the ascending ``positions`` fall into each text."""
    reached = np.searchsorted(positions, offsets)
    return np.diff(reached)


def _grams(  # noqa: PLR0913, PLR0917 - seven arrays of one computation; an object for them would only be unpacked again
    starts: Indexes, stops: Indexes, units: Indexes, wanted: Indexes, size: int, prefix: Hashes, inverse: Hashes
) -> Ragged:
    """Hashes of every run of ``size`` units (words or characters) in texts of ``units`` units, where ``wanted`` is not 0."""
    sizes = np.where(wanted > 0, np.maximum(wanted - size + 1, 1), 0)
    first_unit = np.cumsum(units) - units
    begin = _expand(first_unit, sizes)
    last = np.minimum(begin + size - 1, np.repeat(first_unit + units - 1, sizes))
    start, stop = starts[begin], stops[last]
    values = mix((prefix[stop] - prefix[start]) * inverse[start])
    return Ragged(values, _offsets(sizes))


def _prefix_hashes(text_bytes: npt.NDArray[np.uint8]) -> tuple[Hashes, Hashes]:
    """Sums of byte hashes times powers of the base up to each position, and the base's inverse powers."""
    powers, inverse = _powers(1 << max(len(text_bytes).bit_length(), 16))
    prefix = np.zeros(len(text_bytes) + 1, dtype=np.uint64)
    np.cumsum(_byte_hashes()[text_bytes] * powers[: len(text_bytes)], out=prefix[1:])
    return prefix, inverse


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[Hashes, Hashes]:
    def of(base: int) -> Hashes:
        factors = np.full(count + 1, base, dtype=np.uint64)
        factors[0] = 1
        return np.cumprod(factors, dtype=np.uint64)

    return of(_BASE), of(pow(_BASE, -1, 1 << 64))


@lru_cache(maxsize=1)
def _byte_hashes() -> Hashes:
    return mix(np.arange(1, _TEXT_BYTES + 1, dtype=np.uint64) * np.uint64(_BASE))


def _sets(texts: Sequence[str]) -> tuple[Indexes, Ragged, Ragged]:
    """Word counts, and each text's shingles without repeats, cut to the bits that fit a sort key."""
    counts, words, characters = [np.zeros(0, dtype=np.int64)], [], []
    for _, shingled in shingle(texts):
        counts.append(shingled.word_counts)
        words.append(_distinct(shingled.words))
        characters.append(_distinct(shingled.characters))
    return np.concatenate(counts), _join(words), _join(characters)


def _distinct(ragged: Ragged) -> Ragged:
    owner = np.repeat(np.arange(len(ragged.sizes), dtype=np.uint64), ragged.sizes)
    keys = (owner << _VALUE_BITS) | (ragged.values & _VALUE_MASK)
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    sizes = np.bincount((keys >> _VALUE_BITS).astype(np.int64), minlength=len(ragged.sizes))
    return Ragged(keys & _VALUE_MASK, _offsets(sizes))


def _join(parts: Sequence[Ragged]) -> Ragged:
    sizes = np.concatenate([np.zeros(0, dtype=np.int64), *(part.sizes for part in parts)])
    return Ragged(np.concatenate([np.zeros(0, dtype=np.uint64), *(part.values for part in parts)]), _offsets(sizes))


def _jaccard(sets: Ragged, left: Indexes, right: Indexes) -> Numbers:
    sizes = sets.sizes
    totals = sizes[left] + sizes[right]
    shared = np.zeros(len(left), dtype=np.int64)
    for part in _runs(totals, _PAIR_ELEMENTS, _PAIRS):
        pairs = np.concatenate([left[part], right[part]])
        number = np.tile(np.arange(part.stop - part.start, dtype=np.uint64), 2)
        rows = _expand(sets.offsets[pairs], sizes[pairs])
        keys = (np.repeat(number, sizes[pairs]) << _VALUE_BITS) | sets.values[rows]
        keys.sort()
        both = (keys[:-1][keys[1:] == keys[:-1]] >> _VALUE_BITS).astype(np.int64)
        shared[part] = np.bincount(both, minlength=part.stop - part.start)
    union = totals - shared
    result = np.zeros(len(left))
    np.divide(shared, union, out=result, where=union > 0)
    return result


def _expand(firsts: Indexes, sizes: Indexes) -> Indexes:
    """``firsts[i], firsts[i] + 1, …`` for ``sizes[i]`` numbers each, one after the other."""
    starts = np.cumsum(sizes) - sizes
    result: Indexes = np.arange(int(sizes.sum()), dtype=np.int64)
    result += np.repeat(firsts - starts, sizes)
    return result


def _offsets(sizes: Indexes) -> Indexes:
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def _runs(weights: Indexes, most_weight: int, most: int) -> Iterator[slice]:
    """Consecutive slices of at most ``most`` elements and about ``most_weight`` in weight, each of one element at least."""
    totals = np.cumsum(weights)
    start, done = 0, 0
    while start < len(weights):
        stop = int(np.searchsorted(totals, done + most_weight, side="right"))
        stop = min(max(stop, start + 1), start + most, len(weights))
        yield slice(start, stop)
        start, done = stop, int(totals[stop - 1])
