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
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Hashes: TypeAlias = npt.NDArray[np.uint64]
Values: TypeAlias = npt.NDArray[np.uint32]
Indexes: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Whole = TypeVar("Whole", Hashes, Values, Indexes)

SHINGLE_VERSION = "shingles-2"
"""Changes whenever the same text would get another set; stands beside every stored set."""

WORDS = 5  # words a shingle; the size that near-duplicate detection of web text settled on (Lee et al. 2022)
CHARACTERS = 5  # characters a shingle in short texts, where one other word would change half of all word shingles
SHORT_WORDS = 20  # below it a text has under 16 word shingles, and one edit moves the similarity by a third
BORDER_WORDS = 34  # 20 / 0.6: a longer text cannot reach the lowest similarity of interest with one under 20 words

_CHUNK_CHARS = 1 << 18  # text hashed at once: its arrays of 8-byte numbers, one a word, stay in the second-level cache
_CHUNK_TEXTS = 1 << 18  # so that a text without a word costs no more than its place
_TABLE_ROWS = 1 << 10  # pairs compared at once …
_TABLE_ELEMENTS = 1 << 20  # … and their shingles, unless one pair has more: 4 MiB
_FILLER = np.uint32(0xFFFFFFFF)  # no shingle has this value

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
_LAST_ASCII = np.uint8(127)

# ASCII: letters in lower case, and a space for what `str.split` takes for white space.
_FOLDED_BYTES = bytes(_SPACE if chr(code).isspace() else ord(chr(code).lower()) if code < 128 else code for code in range(256))

_GAP = "\x00"  # between texts that are looked at together; in one of them it is a space like any control character

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

    def sizes_of(self, rows: Indexes) -> Indexes:
        """How many shingles the texts numbered ``rows`` have."""
        sizes: Indexes = self.offsets[rows + 1] - self.offsets[rows]
        return sizes

    def of(self, rows: Indexes) -> "Sets":
        """The sets of the texts numbered ``rows``, in that order."""
        sizes = self.sizes[rows]
        if len(rows) * 2 > len(self.sizes) and bool(
            (rows[1:] > rows[:-1]).all()
        ):  # a mask takes an eighth of the room of places
            chosen = np.zeros(len(self.sizes), dtype=np.bool_)
            chosen[rows] = True
            return Sets(self.values[np.repeat(chosen, self.sizes)], offsets_of(sizes))
        return Sets(self.values[expand(self.offsets[rows], sizes)], offsets_of(sizes))

    def spread(self, rows: Indexes, size: int) -> "Sets":
        """The same sets for ``size`` texts, of which those numbered ``rows`` (ascending) have them and the others none."""
        sizes = np.zeros(size, dtype=np.int64)
        sizes[rows] = self.sizes
        return Sets(self.values, offsets_of(sizes))

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

    def of(self, rows: Indexes) -> "Shingled":
        """The shingles of the texts numbered ``rows``, in that order."""
        if len(rows) == len(self.word_counts) and np.array_equal(rows, np.arange(len(rows))):
            return self
        return Shingled(self.word_counts[rows], self.words.of(rows), self.characters.of(rows))

    @classmethod
    def joined(cls, parts: Sequence["Shingled"]) -> "Shingled":
        """The shingles of ``parts``, one after the other."""
        counts = np.concatenate([np.zeros(0, dtype=np.int64), *(part.word_counts for part in parts)])
        return cls(counts, Sets.joined([part.words for part in parts]), Sets.joined([part.characters for part in parts]))

    def spread(self, rows: Indexes, size: int) -> "Shingled":
        """The same shingles for ``size`` texts, of which those numbered ``rows`` (ascending) have them and the others none."""
        counts = np.zeros(size, dtype=np.int64)
        counts[rows] = self.word_counts
        return Shingled(counts, self.words.spread(rows, size), self.characters.spread(rows, size))

    def is_short(self, left: Indexes, right: Indexes) -> Flags:
        """Whether the texts numbered ``left[i]`` and ``right[i]`` are compared by characters."""
        short: Flags = np.minimum(self.word_counts[left], self.word_counts[right]) < SHORT_WORDS
        return short

    def similarity(self, left: Indexes, right: Indexes) -> tuple[Numbers, Flags]:
        """Jaccard similarity of the texts numbered ``left[i]`` and ``right[i]``, and whether they were compared by characters.

        By words where both have 20 or more, by characters where one has fewer. A text under 20 words and one of 34 or more are
        0: they share no shingles of one kind. Texts without a word are 0 to everything; an exact match finds those.
        """
        short = self.is_short(left, right)
        result = np.zeros(len(left))
        for chosen, sets in ((~short, self.words), (short, self.characters)):
            result[chosen] = _jaccard(sets, left[chosen], right[chosen])
        return result, short


def fold(text: str) -> str:
    """``text`` in Unicode's compatibility form (NFKC), case-folded, runs of white space as one space: what "the same" means."""
    if text.isascii():  # nine in ten; NFKC leaves them as they are
        plain = text.encode().translate(_FOLDED_BYTES)
        if b"  " in plain or plain[:1] == b" " or plain[-1:] == b" ":
            plain = b" ".join(plain.split())
        return plain.decode()
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shingle(texts: Sequence[str]) -> Shingled:
    """The shingles of ``texts``. Beside the answer it takes some tens of megabytes, however many texts there are."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    parts = runs(lengths, _CHUNK_CHARS, _CHUNK_TEXTS)
    return Shingled.joined([_shingle([_cased(text) for text in texts[part]]) for part in parts])


def shingle_folded(texts: Sequence[bytes]) -> Shingled:
    """The same of texts that went through `fold` before, in UTF-8."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return Shingled.joined([_shingle(texts[part]) for part in runs(lengths, _CHUNK_CHARS, _CHUNK_TEXTS)])


@dataclass(frozen=True, slots=True)
class FoldedWords:
    """The words of a list of texts as they are compared, one after the other; and where lines begin among them."""

    hashes: Hashes
    starts: Indexes  # place of each word
    number: Flags  # of ASCII digits alone
    placeholder: Flags  # begins with an underscore, as no word of a text does
    extra: Indexes  # for each word, how many ideographs and kana it has beyond the first: they are written without spaces
    lines: Indexes  # place at which each line begins
    first_lines: Indexes  # of each text, the number of its first line


def folded_words(texts: Sequence[str]) -> FoldedWords:
    """The words of ``texts``, which fit into memory several times."""
    cased, joined = _together([_cased(text) for text in texts])
    sizes = np.fromiter(map(len, cased), dtype=np.int64, count=len(cased))
    begins = np.cumsum(sizes + 1) - (sizes + 1)
    line_ends = np.flatnonzero(np.frombuffer(joined, dtype=np.uint8) == ord("\n"))
    text_bytes = joined.translate(_WORD_BYTES)
    starts, lengths = _words(text_bytes)
    codes = np.frombuffer(text_bytes, dtype=np.uint8)
    last = codes[starts + lengths - 1]
    number = (codes[starts] <= ord("9")) & (
        last <= ord("9")
    )  # below letters and the underscore there are but spaces and digits
    some = np.flatnonzero(number & (lengths > 2))
    if len(some):
        within = codes[expand(starts[some], lengths[some])] <= ord("9")
        number[some] = np.logical_and.reduceat(within, offsets_of(lengths[some])[:-1])
    extra = np.zeros(len(starts), dtype=np.int64)
    if not text_bytes.isascii():
        wide = np.flatnonzero((codes >= 0xE3) & (codes <= 0xE9))  # what begins a character between U+3000 and U+9FFF in UTF-8
        owner = np.searchsorted(starts, wide, side="right") - 1
        extra = np.maximum(np.bincount(owner, minlength=len(starts)) - 1, 0)
    return FoldedWords(
        hashes=_word_hashes(text_bytes, starts, lengths),
        starts=starts,
        number=number,
        placeholder=codes[starts] == ord("_"),
        extra=extra,
        lines=np.concatenate([np.zeros(min(len(texts), 1), dtype=np.int64), line_ends + 1]),
        first_lines=np.searchsorted(line_ends, begins),
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


def distinct(values: Whole) -> Whole:
    """``values`` sorted, each once; they are sorted in place. `numpy.unique` hashes whole numbers, at forty times the cost of a sort."""
    values.sort()
    return values[np.concatenate([[True], values[1:] != values[:-1]])] if len(values) else values


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


def _shingle(texts: Sequence[bytes]) -> Shingled:
    """The shingles of texts in UTF-8, all of whose letters are small (`_cased`)."""
    texts, text_bytes = _together(texts)
    sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    begins = np.cumsum(sizes + 1) - (sizes + 1)  # a line end between two texts
    starts, lengths = _words(text_bytes)
    first = np.searchsorted(starts, begins)  # of each text, the number of its first word
    counts = np.diff(np.append(first, len(starts)))

    hashes = _word_hashes(text_bytes, starts, lengths)
    wanted = np.flatnonzero(counts >= SHORT_WORDS)
    grams = _word_grams(hashes)
    rows = expand(first[wanted], counts[wanted] - WORDS + 1)
    words = _sets(grams[rows], wanted, counts[wanted] - WORDS + 1, len(texts))

    few = np.flatnonzero((counts > 0) & (counts < BORDER_WORDS))
    short = [b" ".join(texts[row].translate(_WORD_BYTES).split()).decode() for row in few.tolist()]
    return Shingled(counts, words, _character_sets(short, few, len(texts)))


def _together(texts: Sequence[bytes]) -> tuple[Sequence[bytes], bytes]:
    """``texts`` as `_plain` has them, and all of them with a line end between two."""
    text_bytes = b"\n".join(texts)
    if b"<" in text_bytes or not text_bytes.isascii():
        texts = _plain(texts)
        text_bytes = b"\n".join(texts)
    return texts, text_bytes


def _cased(text: str) -> bytes:
    """``text`` as `fold` has it, but for its white space, in UTF-8."""
    return (text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()).encode("utf-8", "replace")


def _plain(texts: Sequence[bytes]) -> list[bytes]:
    """``texts`` with placeholders reduced to their types, and no character left beyond ASCII that is of no word."""
    others = [row for row, text in enumerate(texts) if b"<" in text or not text.isascii()]
    together = _GAP.join(_PLACEHOLDER.sub(r" \1 ", texts[row].decode()).replace(_GAP, " ") for row in others)
    points = np.frombuffer(together.encode("utf-32-le"), dtype="<u4")
    for character in map(chr, np.unique(points[points > 127]).tolist()):  # texts have few kinds of marks beyond ASCII
        if not _is_of_words(character):
            together = together.replace(character, " ")
    result = list(texts)
    for row, text in zip(others, together.split(_GAP), strict=True):
        result[row] = text.encode()
    return result


@lru_cache(maxsize=1 << 14)
def _is_of_words(character: str) -> bool:
    """Whether ``character`` is of a word: a letter, a number, or a mark on one; of ASCII `_WORD_BYTES` decides."""
    return character.isascii() or unicodedata.category(character)[0] in "LMN"


def _words(text_bytes: bytes) -> tuple[Indexes, Indexes]:
    """Where each word of ``text_bytes`` begins, and its bytes."""
    codes = np.frombuffer(text_bytes, dtype=np.uint8)
    inside = np.zeros(len(codes) + 2, dtype=np.bool_)
    own = inside[1:-1]
    np.greater(codes, _LAST_ASCII, out=own)  # letters beyond ASCII; whatever else is there, `_plain` took out
    own |= codes - np.uint8(ord("a")) < np.uint8(26)  # numbers without a sign: what is below the first is far above the last
    own |= codes - np.uint8(ord("0")) < np.uint8(10)
    own |= codes == np.uint8(ord("_"))
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts = np.ascontiguousarray(edges[0::2])
    return starts, edges[1::2] - starts


def _word_hashes(text_bytes: bytes, starts: Indexes, lengths: Indexes) -> Hashes:
    """A hash of each word: eight of its bytes after the other."""
    padded = text_bytes + bytes(_LONG_BYTES + _LOADED)
    loads = np.ndarray((len(padded) - _LOADED + 1,), dtype="<u8", buffer=padded, strides=(1,))  # eight bytes from every place
    hashes = loads[starts] & _MASKS.take(lengths, mode="clip")
    hashes *= _FIRST
    hashes ^= hashes >> np.uint64(29)
    longer, done = np.flatnonzero(lengths > _LOADED), _LOADED
    too_long = longer[lengths[longer] > _LONG_BYTES]
    longer = longer[lengths[longer] <= _LONG_BYTES] if len(too_long) else longer
    while len(longer):
        more = loads[starts[longer] + done] & _MASKS.take(lengths[longer] - done, mode="clip")
        more ^= hashes[longer]
        more *= _NEXT
        more ^= more >> _HALF
        hashes[longer] = more
        done += _LOADED
        longer = longer[lengths[longer] > done]
    for row in too_long.tolist():
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
    if not texts:
        return Sets(np.zeros(0, dtype=np.uint32), np.zeros(size + 1, dtype=np.int64))
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
    again = np.flatnonzero(keys[1:] == keys[:-1]) + 1  # few texts repeat themselves
    sizes = np.zeros(size, dtype=np.int64)
    sizes[rows] = counts
    sizes -= np.bincount((keys[again] >> _HALF).astype(np.int64), minlength=size)
    once = np.delete(keys, again) if len(again) else keys
    return Sets(once.astype(np.uint32), offsets_of(sizes))


def overlaps(sets: Sets, left: Indexes, right: Indexes) -> Indexes:
    """How many shingles the texts numbered ``left[i]`` and ``right[i]`` share."""
    totals = sets.sizes_of(left) + sets.sizes_of(right)
    order = np.argsort(totals, kind="stable")  # pairs of one size side by side, so that little of a table is empty
    shared = np.zeros(len(left), dtype=np.int64)
    start = 0
    while start < len(order):
        rows = max(_TABLE_ELEMENTS // max(int(totals[order[min(start + _TABLE_ROWS, len(order)) - 1]]), 1), 1)
        part = order[start : start + min(rows, _TABLE_ROWS)]
        start += len(part)
        width = int(totals[part[-1]])
        table = np.full((len(part), width), _FILLER, dtype=np.uint32)
        begins = np.arange(len(part), dtype=np.int64) * width
        for numbers, where in ((left[part], begins), (right[part], begins + sets.sizes_of(left[part]))):
            sizes = sets.sizes_of(numbers)
            table.ravel()[expand(where, sizes)] = sets.values[expand(sets.offsets[numbers], sizes)]
        table.sort(axis=1)
        equal = np.count_nonzero(table[:, 1:] == table[:, :-1], axis=1)
        shared[part] = equal - np.maximum(width - totals[part] - 1, 0)  # neighbours among what fills a row are equal too
    return shared


def _jaccard(sets: Sets, left: Indexes, right: Indexes) -> Numbers:
    shared = overlaps(sets, left, right)
    union = sets.sizes_of(left) + sets.sizes_of(right) - shared
    result = np.zeros(len(left))
    np.divide(shared, union, out=result, where=union > 0)
    return result
