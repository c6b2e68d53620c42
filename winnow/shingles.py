"""Texts as sets of hashed shingles, and the exact Jaccard similarity of those sets.

Belongs here: what two texts have in common, computed for many texts at once in numpy. Does not belong here: which texts are
worth comparing (see `winnow.sketches`) and what follows from a similarity (see `winnow.dedup`).

A text is compared by its words in their order: NFKC, case-folded, whatever is no letter, digit or underscore taken out, and a
numbered placeholder reduced to its type, so that one more name at the top does not renumber a whole text away from its copy.
The hashing is this file's own, from whole words of eight bytes on, so that sets written by one version of a library compare with
those of the next. A shingle is 32 bits: two different ones of a pair of texts of 200 words are taken for one with a chance of 1
in 100,000.
"""

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Hashes: TypeAlias = npt.NDArray[np.uint64]
Values: TypeAlias = npt.NDArray[np.uint32]
Indexes: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

SHINGLE_VERSION = "shingles-2"
"""Changes whenever the same text would get another set; stands beside every stored set."""

WORDS = 5  # words a shingle; the size that near-duplicate detection of web text settled on (Lee et al. 2022)
CHARACTERS = 5  # characters a shingle in short texts, where one other word would change half of all word shingles
SHORT_WORDS = 20  # below it a text has under 16 word shingles, and one edit moves the similarity by a third
BORDER_WORDS = 34  # 20 / 0.6: a longer text cannot reach the lowest similarity of interest with one under 20 words

_CHUNK_CHARS = 1 << 19  # text hashed at once: its arrays of 8-byte numbers, one a word, stay in the second-level cache
_CHUNK_TEXTS = 1 << 18  # so that a text without a word costs no more than its place
_PAIR_ELEMENTS = 1 << 21  # shingles gathered at once when pairs are compared: 16 MiB a copy

_FIRST, _NEXT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0x5851F42D4C957F2D)  # the golden ratio's bits; Knuth's multiplier
_HALF = np.uint64(32)

_LONG_BYTES = 64  # a longer word is hashed by itself, so that one of a million letters takes no million steps
_LOADED = 8  # bytes of a word taken at once
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(_LOADED + 1)], dtype=np.uint64)  # a word's bytes in what is loaded

# ASCII: letters in lower case, digits and underscores; all else a space. What other characters are is known before (`_plain`).
_WORD_BYTES = bytes(
    code if code > 127 else ord(chr(code).lower()) if chr(code).isalnum() or code == ord("_") else ord(" ")
    for code in range(256)
)
_SPACE = ord(" ")

_BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"  # what `str.split` takes for white space in ASCII; an empty text begins with it too
_OTHER_BLANKS = ("  ", *_BLANKS[1:])

_PLACEHOLDER = re.compile(r"<([a-z][a-z_]*)_[0-9]{1,6}>")


@dataclass(frozen=True, slots=True)
class Sets:
    """A set of shingles for each of a list of texts: ``values[offsets[i]:offsets[i + 1]]``, ascending and each once."""

    values: Values
    offsets: Indexes

    @property
    def sizes(self) -> Indexes:
        """How many shingles each text has."""
        return np.diff(self.offsets)

    def of(self, rows: Indexes) -> "Sets":
        """The sets of the texts numbered ``rows``, in that order."""
        sizes = self.sizes[rows]
        return Sets(self.values[expand(self.offsets[rows], sizes)], offsets_of(sizes))

    @classmethod
    def joined(cls, parts: Sequence["Sets"]) -> "Sets":
        """The sets of ``parts``, one after the other."""
        sizes = np.concatenate([np.zeros(0, dtype=np.int64), *(part.sizes for part in parts)])
        return cls(np.concatenate([np.zeros(0, dtype=np.uint32), *(part.values for part in parts)]), offsets_of(sizes))


@dataclass(frozen=True, slots=True)
class Shingled:
    """The shingles of a list of texts: of words where a text has 20 or more, of characters where it has under 34.

    A text in between has both, so that it meets shorter and longer ones. A text without a word has none.
    """

    word_counts: Indexes
    words: Sets
    characters: Sets

    def similarity(self, left: Indexes, right: Indexes) -> tuple[Numbers, Flags]:
        """Jaccard similarity of the texts numbered ``left[i]`` and ``right[i]``, and whether they were compared by characters.

        By words where both have 20 or more, by characters where one has fewer. A text under 20 words and one of 34 or more are
        0: they share no shingles of one kind. Texts without a word are 0 to everything; an exact match finds those.
        """
        short = np.minimum(self.word_counts[left], self.word_counts[right]) < SHORT_WORDS
        result = np.zeros(len(left))
        for chosen, sets in ((~short, self.words), (short, self.characters)):
            result[chosen] = _jaccard(sets, left[chosen], right[chosen])
        return result, short


def fold(text: str) -> str:
    """``text`` in Unicode's compatibility form (NFKC), case-folded, runs of white space as one space: what "the same" means."""
    if text.isascii():  # nine in ten; NFKC leaves them as they are
        plain = text.lower()
        if plain[:1] not in _BLANKS and plain[-1:] not in _BLANKS and not any(blank in plain for blank in _OTHER_BLANKS):
            return plain  # as most are; looking for what would have to go is a quarter of the work of taking it apart
        return " ".join(plain.split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shingle(texts: Sequence[str]) -> Shingled:
    """The shingles of ``texts``. Beside them it takes some tens of megabytes, however many texts there are."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    parts = [_shingle(texts[part]) for part in runs(lengths, _CHUNK_CHARS, _CHUNK_TEXTS)]
    return Shingled(
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.word_counts for part in parts)]),
        Sets.joined([part.words for part in parts]),
        Sets.joined([part.characters for part in parts]),
    )


def mix(hashes: Hashes) -> Hashes:
    """``hashes`` with every input bit spread over all output bits (the finaliser of splitmix64, Steele et al. 2014)."""
    mixed = hashes ^ (hashes >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def expand(firsts: Indexes, sizes: Indexes) -> Indexes:
    """``firsts[i], firsts[i] + 1, …`` for ``sizes[i]`` numbers each, one after the other."""
    starts = np.cumsum(sizes) - sizes
    result: Indexes = np.arange(int(sizes.sum()), dtype=np.int64)
    result += np.repeat(firsts - starts, sizes)
    return result


def offsets_of(sizes: Indexes) -> Indexes:
    """Where each of ``sizes`` begins when they stand one after the other, and the end of the last."""
    offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def runs(weights: Indexes, most_weight: int, most: int) -> Iterator[slice]:
    """Consecutive slices of at most ``most`` elements and about ``most_weight`` in weight, each of one element at least."""
    totals = np.cumsum(weights)
    start, done = 0, 0
    while start < len(weights):
        stop = int(np.searchsorted(totals, done + most_weight, side="right"))
        stop = min(max(stop, start + 1), start + most, len(weights))
        yield slice(start, stop)
        start, done = stop, int(totals[stop - 1])


def _shingle(texts: Sequence[str]) -> Shingled:
    encoded = [_plain(text) for text in texts]
    sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    begins = np.cumsum(sizes + 1) - (sizes + 1)  # a line end between two texts
    text_bytes = b"\n".join(encoded).translate(_WORD_BYTES)
    starts, lengths = _words(text_bytes)
    first = np.searchsorted(starts, begins)  # of each text, the number of its first word
    counts = np.diff(np.append(first, len(starts)))

    hashes = _word_hashes(text_bytes, starts, lengths)
    wanted = np.flatnonzero(counts >= SHORT_WORDS)
    grams = _word_grams(hashes)
    rows = expand(first[wanted], counts[wanted] - WORDS + 1)
    words = _sets(grams[rows], wanted, counts[wanted] - WORDS + 1, len(texts))

    few = np.flatnonzero((counts > 0) & (counts < BORDER_WORDS))
    spans = zip(begins[few].tolist(), (begins + sizes)[few].tolist(), strict=True)
    short = [b" ".join(text_bytes[begin:end].split()).decode() for begin, end in spans]
    return Shingled(counts, words, _character_sets(short, few, len(texts)))


def _plain(text: str) -> bytes:
    """``text`` as UTF-8 in which only ASCII is left to be told into words and the rest; its capitals stay where it is ASCII."""
    if text.isascii():
        if "<" not in text:
            return text.encode()
        return _PLACEHOLDER.sub(r" \1 ", text.lower()).encode()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if "<" in folded:
        folded = _PLACEHOLDER.sub(r" \1 ", folded)
    for character in set(folded):  # a text has few kinds of marks beyond ASCII, and each is replaced at once
        if not _is_of_words(character):
            folded = folded.replace(character, " ")
    return folded.encode("utf-8", "replace")


@lru_cache(maxsize=1 << 14)
def _is_of_words(character: str) -> bool:
    """Whether ``character`` is of a word: a letter, a number, or a mark on one; of ASCII `_WORD_BYTES` decides."""
    return character.isascii() or unicodedata.category(character)[0] in "LMN"


def _words(text_bytes: bytes) -> tuple[Indexes, Indexes]:
    """Where each word of ``text_bytes`` begins, and its bytes."""
    inside = np.zeros(len(text_bytes) + 2, dtype=np.bool_)
    np.not_equal(np.frombuffer(text_bytes, dtype=np.uint8), _SPACE, out=inside[1:-1])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return edges[0::2], edges[1::2] - edges[0::2]


def _word_hashes(text_bytes: bytes, starts: Indexes, lengths: Indexes) -> Hashes:
    """A hash of each word: eight of its bytes after the other."""
    padded = text_bytes + bytes(_LONG_BYTES + _LOADED)
    loads = np.ndarray((len(padded) - _LOADED + 1,), dtype="<u8", buffer=padded, strides=(1,))  # eight bytes from every place
    hashes = loads[starts] & _MASKS[np.minimum(lengths, _LOADED)]
    hashes *= _FIRST
    hashes ^= hashes >> np.uint64(29)
    longer, done = np.flatnonzero((lengths > _LOADED) & (lengths <= _LONG_BYTES)), _LOADED
    while len(longer):
        more = loads[starts[longer] + done] & _MASKS[np.minimum(lengths[longer] - done, _LOADED)]
        more ^= hashes[longer]
        more *= _NEXT
        more ^= more >> _HALF
        hashes[longer] = more
        done += _LOADED
        longer = longer[lengths[longer] > done]
    for row in np.flatnonzero(lengths > _LONG_BYTES).tolist():
        word = text_bytes[starts[row] : starts[row] + lengths[row]]
        hashes[row] = int.from_bytes(hashlib.blake2b(word, digest_size=8).digest(), "little")
    return hashes


def _word_grams(hashes: Hashes) -> Values:
    """The hash of each run of five words; runs over the end of a text are among them, and are not asked for."""
    size = max(len(hashes) - WORDS + 1, 0)
    grams = hashes[:size].copy()
    for place in range(1, WORDS):
        grams *= _NEXT
        grams += hashes[place : place + size]
    return _top(grams)


def _character_sets(texts: Sequence[str], rows: Indexes, size: int) -> Sets:
    """The runs of five characters of ``texts``, those numbered ``rows`` of ``size``; one of fewer characters is one run."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    gap = "\x00" * CHARACTERS
    points = np.frombuffer((gap.join(texts) + gap).encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
    grams = points[: len(points) - CHARACTERS + 1].copy() + np.uint64(1)
    for place in range(1, CHARACTERS):
        grams *= _NEXT
        grams += points[place : len(points) - CHARACTERS + 1 + place]
    wanted = np.maximum(lengths - CHARACTERS + 1, 1)
    begins = np.cumsum(lengths + CHARACTERS) - (lengths + CHARACTERS)
    return _sets(_top(grams[expand(begins, wanted)] * _FIRST), rows, wanted, size)


def _top(hashes: Hashes) -> Values:
    """32 well mixed bits of each of ``hashes``; the highest number stands for nothing else (`winnow.sketches`)."""
    top: Values = np.minimum(mix(hashes) >> _HALF, np.uint64(0xFFFFFFFE)).astype(np.uint32)
    return top


def _sets(values: Values, rows: Indexes, counts: Indexes, size: int) -> Sets:
    """``values``, of which ``counts[i]`` are those of text ``rows[i]``, as sets of ``size`` texts."""
    keys = np.repeat(rows.astype(np.uint64) << _HALF, counts)
    keys |= values
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    sizes = np.bincount((keys >> _HALF).astype(np.int64), minlength=size)
    return Sets(keys.astype(np.uint32), offsets_of(sizes))


def _jaccard(sets: Sets, left: Indexes, right: Indexes) -> Numbers:
    sizes = sets.sizes
    totals = sizes[left] + sizes[right]
    shared = np.zeros(len(left), dtype=np.int64)
    for part in runs(totals, _PAIR_ELEMENTS, _PAIR_ELEMENTS):
        pairs = np.concatenate([left[part], right[part]])
        number = np.tile(np.arange(part.stop - part.start, dtype=np.uint64), 2)
        keys = np.repeat(number << _HALF, sizes[pairs])
        keys |= sets.values[expand(sets.offsets[pairs], sizes[pairs])]
        keys.sort()
        both = (keys[:-1][keys[1:] == keys[:-1]] >> _HALF).astype(np.int64)
        shared[part] = np.bincount(both, minlength=part.stop - part.start)
    union = totals - shared
    result = np.zeros(len(left))
    np.divide(shared, union, out=result, where=union > 0)
    return result


def packed(sets: Sets) -> Iterable[bytes | None]:
    """Each set as little-endian bytes; None for an empty one."""
    values = sets.values.astype("<u4").tobytes()
    ends = (sets.offsets * 4).tolist()
    return (values[begin:end] or None for begin, end in itertools.pairwise(ends))
