"""Exact similarity of examples: every near pair among some, and that of pairs which are known.

Belongs here: what is near, looked up with the proof's own reading and search (`winnow.leak_search`), which share nothing with what
drops duplicates. Does not belong here: what is said of a home (`evaluation.duplicates`).

The proof's search compares texts on different sides. Texts are numbered, and a digit of their number is taken for the side: two
numbers differ in some digit, so one search for each digit finds every pair. At each digit only texts of one class whose lower digits
agree are let meet, so that every pair is found once, at the lowest digit in which it differs.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.dedup import SHORT_THRESHOLD
from winnow.leak_grams import HASH_BITS, LEAST_WORDS, Grams, Integers, Words
from winnow.leak_pairs import overlaps
from winnow.leak_search import ROUNDING, SIDES, Pair, Texts, across
from winnow.leak_texts import Column, Reader

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_AT_ONCE = 1 << 13  # pairs whose texts are read at once
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd: no two blocks become one


@dataclass(frozen=True, slots=True)
class Alike:
    """Pairs of rows with what they have in common.

    Attributes:
        left: rows.
        right: their partners.
        similarity: Jaccard of the inputs; of text pairs the lower one of inputs and targets.
        near: whether they are near duplicates at the threshold that was asked.
        contained: whether ``left`` is contained in ``right``, see `Compared.known`.
        within: how much of ``left`` stands in ``right``; of a part that is near and not contained its similarity; the lowest one.
    """

    left: Integers
    right: Integers
    similarity: Numbers
    near: Flags
    contained: Flags
    within: Numbers


class Compared:
    """The examples of one task: ``input``, ``target`` and ``label`` of each row, labels all or none."""

    def __init__(self, examples: pa.Table, threshold: float, share: float) -> None:
        """Near from ``threshold`` on; a text is contained if ``share`` of its runs stand in another."""
        self.threshold, self.share = threshold, share
        self.is_text = bool(len(examples)) and examples["label"].null_count == len(examples)
        self._columns = [Column(examples[name]) for name in ("input", "target")]
        encoded = examples["label"].combine_chunks().dictionary_encode()
        self.classes: Integers = np.asarray(encoded.indices.fill_null(-1)).astype(np.int64)
        self.rows = np.arange(len(examples))

    @property
    def parts(self) -> list[Column]:
        """What is compared: the inputs, of text pairs also the targets."""
        return self._columns[: 1 + self.is_text]

    @cached_property
    def words(self) -> list[Integers]:
        """How many words each row has, by part."""
        return [
            np.concatenate([np.zeros(0, dtype=np.int64), *(Words(column.texts(rows)).counts for rows in _parts(self.rows))])
            for column in self.parts
        ]

    @cached_property
    def contents(self) -> Integers:
        """A number for each row, the same for those of one class that say the same word for word."""
        seen: dict[tuple[int, bytes], int] = {}
        found = []
        for rows in _parts(self.rows):
            texts = zip(*(column.texts(rows) for column in self.parts), strict=True)
            for label, parts in zip(self.classes[rows].tolist(), texts, strict=True):
                found.append(seen.setdefault((label, _digest(parts)), len(seen)))
        return np.array(found, dtype=np.int64)

    def near_pairs(self, chosen: Integers) -> Iterator[Alike]:
        """Every near pair of one class among the rows ``chosen``, each once, some at a time."""
        part = min(range(len(self.parts)), key=lambda number: self._crowd(number, chosen))
        number = np.full(len(self.rows), -1, dtype=np.int64)
        number[chosen] = np.arange(len(chosen))
        for by_characters in (False, True):
            base = 1
            while base < max(len(chosen), 2):
                sides, blocks = np.where(number >= 0, number // base % SIDES, -1), (self.classes + 1) * base + number % base
                found = across(self._texts(part, sides, blocks, by_characters=by_characters))
                while some := list(islice(found, _AT_ONCE)):
                    left, right, _ = _arrays(some)
                    mine = blocks[left] == blocks[right]
                    mine &= (np.minimum(self.words[part][left], self.words[part][right]) < LEAST_WORDS) == by_characters
                    yield self._near(some, mine)
                base *= SIDES

    def _near(self, some: list[Pair], mine: Flags) -> Alike:
        left, right, similarity = _arrays(some)
        left, right, similarity = left[mine], right[mine], similarity[mine]
        if self.is_text:
            known = self.known(left, right)
            return _of(known, known.near)
        yes = np.ones(len(left), dtype=np.bool_)
        return Alike(left, right, similarity, yes, ~yes, np.zeros(len(left)))

    def _texts(self, part: int, sides: Integers, blocks: Integers, *, by_characters: bool) -> Texts:
        least = max(self.threshold, SHORT_THRESHOLD) if by_characters else self.threshold
        read = _Apart(Reader(self.parts[part], by_characters=by_characters), blocks)
        return Texts(read, sides, np.full(len(sides), least))

    def _crowd(self, part: int, chosen: Integers) -> int:
        """How many pairs have the same text in ``part``: what the search of it would find at least."""
        same: dict[bytes, int] = {}
        for rows in _parts(chosen):
            for text in self.parts[part].texts(rows):
                digest = _digest((text,))
                same[digest] = same.get(digest, 0) + 1
        return sum(count * (count - 1) // 2 for count in same.values())

    def known(self, left: Integers, right: Integers) -> Alike:
        """What the rows ``left[i]`` and ``right[i]`` have in common, whatever their classes.

        An input of 20 words or more must be contained for an example to be, a shorter one near; a target contained or near.
        """
        near, inside = np.ones(len(left), dtype=np.bool_), np.ones(len(left), dtype=np.bool_)
        similarity, within = np.ones(len(left)), np.ones(len(left))
        for number, column in enumerate(self.parts):
            for place in _parts(np.arange(len(left))):
                found = overlaps(column.texts(left[place]), column.texts(right[place]))
                least = np.where(found.short, max(self.threshold, SHORT_THRESHOLD), self.threshold) - ROUNDING
                alike = found.similarity >= least
                stands = (found.within >= self.share - ROUNDING) & (found.more <= 0)
                near[place] &= alike
                inside[place] &= stands | (alike & (found.short if number == 0 else True))
                similarity[place] = np.minimum(similarity[place], found.similarity)
                within[place] = np.minimum(within[place], np.where(stands, found.within, found.similarity))
        if not self.is_text:
            inside &= self.words[0][left] >= LEAST_WORDS
        return Alike(left, right, similarity, near, inside, within)


class _Apart:
    """Reads runs so that texts of two blocks have none in common."""

    def __init__(self, reader: Reader, blocks: Integers) -> None:
        self._reader = reader
        self._marks = (blocks.astype(np.uint64) * _SPREAD) >> np.uint64(64 - HASH_BITS)

    def __call__(self, rows: Integers) -> Grams:
        grams = self._reader(rows)
        return Grams(grams.rows, grams.hashes ^ self._marks[rows][grams.rows])


def _of(pairs: Alike, chosen: Flags) -> Alike:
    return Alike(
        pairs.left[chosen],
        pairs.right[chosen],
        pairs.similarity[chosen],
        pairs.near[chosen],
        pairs.contained[chosen],
        pairs.within[chosen],
    )


def _arrays(pairs: list[Pair]) -> tuple[Integers, Integers, Numbers]:
    left, right, similarity = zip(*pairs, strict=True)
    return np.array(left, dtype=np.int64), np.array(right, dtype=np.int64), np.array(similarity)


def _parts(rows: Integers) -> Iterator[Integers]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _digest(parts: tuple[str, ...]) -> bytes:
    """A hash of texts as "the same word for word" takes them: compatibility forms, case and white space folded."""
    folded = (" ".join(unicodedata.normalize("NFKC", part).casefold().split()) for part in parts)
    return hashlib.blake2b("\x1f".join(folded).encode("utf-8", "surrogatepass"), digest_size=16).digest()
