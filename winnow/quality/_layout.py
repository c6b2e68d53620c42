"""Texts as arrays of words, lines and paragraphs, for many texts at once.

Belongs here: where words, lines and paragraphs begin and end, and hashes by which equal ones are found. Does not belong here: what
follows from them.

A word is what stands between white space, as in the code that Gopher's rules are usually run with; nothing is folded, since
repetition is exact. A line that holds no word is no line; lines with an empty one between them are of two paragraphs. A numbered
placeholder counts as a word of its type and number (``<PERSON_1>`` as ``PERSON1``): brackets are no part of what somebody wrote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Indexes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SPACE, BREAK, LETTER, UNSPACED, END_MARK, SENTENCE_MARK, BULLET, CLOSING = (1 << bit for bit in range(8))
"""What a character can be: several at once."""

END_MARKS = ".!?…\"'”’»›。！？｡．｣」』؟۔।॥։።။៕"
"""What may end a line of prose. C4 names the full stop, the exclamation and question mark and the closing quotation mark; here are
those of other scripts too, so that a Japanese or Hindi sentence has an end."""

SENTENCE_MARKS = ".!?…。！？｡．؟۔।॥։።။៕"

BULLETS = "•‣▪▫◦●○■□·∙⁃"
"""What a line of a list begins with; a hyphen, dash, asterisk or plus sign only where it stands alone (see `Layout.bullet_lines`)."""

_LONE_BULLETS = "-–—*+"
_CLOSING_MARKS = "\"'”’»›)]}」』"

# Scripts written without spaces between words: a run of them between spaces is a sentence, not a word.
_UNSPACED_RANGES = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_ASTRAL_IDEOGRAPHS = (0x20000, 0x3FFFF)  # CJK unified ideographs, extensions B and later
_BMP = 0x10000

_PLACEHOLDER = re.compile(r"<([A-Z][A-Z_]*)_([0-9]{1,6})>")
_BETWEEN = "\n\n"  # two texts share no line and no paragraph

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse among numbers of 64 bits
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Layout:
    """A list of texts as words. Arrays are by word, in order, unless they say otherwise.

    Attributes:
        sizes: characters of each text, as given.
        of_text: which text a word is of.
        lengths: characters of the word.
        hashes: equal for equal words of one text; other words have another one but for a chance of 2⁻⁶⁴ a pair.
        first: flags of its first character.
        last: of its last.
        ends_sentence: whether it ends in a sentence mark, behind which quotes and brackets may close.
        has_letter: whether a letter is in it.
        is_ellipsis_end: whether it ends in an ellipsis.
        lone_bullet: whether it is a single hyphen, dash, asterisk or plus sign.
        line_starts: the number of the first word of each line.
        line_lengths: characters of each line without the white space around it.
        paragraph_starts: the number of the first line of each paragraph.
        letters: of each text.
        unspaced: letters of each text that are of scripts written without spaces.
    """

    sizes: Indexes
    of_text: Indexes
    lengths: Indexes
    hashes: Hashes
    first: Flags
    last: Flags
    ends_sentence: Mask
    has_letter: Mask
    is_ellipsis_end: Mask
    lone_bullet: Mask
    line_starts: Indexes
    line_lengths: Indexes
    paragraph_starts: Indexes
    letters: Indexes
    unspaced: Indexes

    @property
    def texts(self) -> int:
        """How many texts there are."""
        return len(self.sizes)

    @property
    def line_of_text(self) -> Indexes:
        """Which text each line is of."""
        return self.of_text[self.line_starts]

    @property
    def line_ends(self) -> Indexes:
        """The number of the last word of each line."""
        return np.append(self.line_starts[1:], len(self.of_text)) - 1 if len(self.line_starts) else self.line_starts

    def per_text(self, of: Indexes, weights: npt.NDArray[np.generic] | None = None) -> npt.NDArray[np.float64]:
        """How many of ``of`` (numbers of texts) each text has, or the sum of their ``weights``."""
        counted = np.bincount(of, weights=None if weights is None else weights.astype(np.float64), minlength=self.texts)
        return counted.astype(np.float64)


def plain(text: str) -> str:
    """``text`` with each numbered placeholder as one bare word."""
    return _PLACEHOLDER.sub(r"\1\2", text) if "<" in text else text


def lay_out(texts: Sequence[str]) -> Layout:
    """The words, lines and paragraphs of ``texts``; some 60 bytes of memory a character, so hand it a few megabytes at a time."""
    sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    points, begins = _joined([plain(text) for text in texts])
    flags = _flags(points)
    starts, stops = _words(flags)
    of_text = np.searchsorted(begins, starts, side="right") - 1
    before = flags[np.maximum(stops - 2, starts)]
    last = flags[stops - 1]
    breaks = np.searchsorted(
        np.flatnonzero(points == _NEWLINE), starts
    )  # line ends before each word; between two texts are two
    line_starts = np.flatnonzero(np.diff(breaks, prepend=-1) != 0)
    gaps = np.diff(breaks[line_starts], prepend=-2)
    of_line = of_text[line_starts]
    new_text = np.diff(of_line, prepend=-1) != 0
    ends = np.append(line_starts[1:], len(starts)) - 1 if len(line_starts) else line_starts
    return Layout(
        sizes=sizes,
        of_text=of_text,
        lengths=stops - starts,
        hashes=mixed(_hashes(points, starts, stops) + of_text.astype(np.uint64) * _SPREAD),
        first=flags[starts],
        last=last,
        ends_sentence=(last & SENTENCE_MARK != 0) | ((last & CLOSING != 0) & (before & SENTENCE_MARK != 0)),
        has_letter=_has_letter(flags, starts),
        is_ellipsis_end=_ellipsis(points, starts, stops),
        lone_bullet=(stops - starts == 1) & np.isin(points[starts], _code_points(_LONE_BULLETS)),
        line_starts=line_starts,
        line_lengths=stops[ends] - starts[line_starts],
        paragraph_starts=np.flatnonzero((gaps > 1) | new_text),
        letters=_per_text(flags & LETTER != 0, begins),
        unspaced=_per_text(flags & UNSPACED != 0, begins),
    )


def word_hashes(texts: Sequence[str]) -> tuple[Hashes, Indexes]:
    """A hash of each word of ``texts``, the same in all of them, and which text it is of."""
    points, begins = _joined(texts)
    starts, stops = _words(_flags(points))
    return mixed(_hashes(points, starts, stops)), np.searchsorted(begins, starts, side="right") - 1


def _joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Indexes]:
    """The code points of ``texts``, one behind the other, and where each begins; the last one is a space."""
    widths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + len(_BETWEEN)
    points = np.frombuffer((_BETWEEN.join(texts) + _BETWEEN).encode("utf-32-le", "replace"), dtype="<u4")
    return points, np.cumsum(widths) - widths


def _words(flags: Flags) -> tuple[Indexes, Indexes]:
    """Where each word begins and ends; what ``flags`` are of ends in a space, so that every word has an end."""
    inside = np.zeros(len(flags) + 1, dtype=np.bool_)
    inside[1:] = (flags & SPACE) == 0
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    return edges[0::2], edges[1::2]


_NEWLINE = ord("\n")
_DOT, _ELLIPSIS = ord("."), ord("…")


def _ellipsis(points: npt.NDArray[np.uint32], starts: Indexes, stops: Indexes) -> Mask:
    three = stops - starts >= 3
    ends = points[stops - 1]
    for back in (1, 2, 3):
        three &= points[np.maximum(stops - back, 0)] == _DOT
    return np.asarray(three | (ends == _ELLIPSIS))


def _per_text(mask: Mask, begins: Indexes) -> Indexes:
    """How many of ``mask`` are true in each text."""
    if not mask.any():
        return np.zeros(len(begins), dtype=np.int64)
    return np.add.reduceat(mask, begins, dtype=np.int64)


def _has_letter(flags: Flags, starts: Indexes) -> Mask:
    """Whether a letter stands between each word's start and the next one's."""
    if not len(starts):
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(np.bitwise_or.reduceat(flags, starts) & LETTER != 0)


def _hashes(points: npt.NDArray[np.uint32], starts: Indexes, stops: Indexes) -> Hashes:
    """A hash of each word, by sums of its characters' hashes times powers (Rabin and Karp)."""
    powers, inverses = _powers(1 << max(16, len(points).bit_length()))
    table = _character_hashes()
    beyond = points >= _BMP
    values: Hashes = (
        table[points] if not beyond.any() else np.where(beyond, mixed(points.astype(np.uint64)), table[points % _BMP])
    )
    values *= powers[: len(points)]
    sums = np.zeros(len(points) + 1, dtype=np.uint64)
    np.cumsum(values, out=sums[1:])
    hashes: Hashes = (sums[stops] - sums[starts]) * inverses[starts]
    return hashes


def mixed(hashes: Hashes) -> Hashes:
    """``hashes`` with every bit spread over all bits (the finaliser of splitmix64, Steele et al. 2014)."""
    spread = hashes ^ (hashes >> np.uint64(30))
    spread *= np.uint64(0xBF58476D1CE4E5B9)
    spread ^= spread >> np.uint64(27)
    spread *= np.uint64(0x94D049BB133111EB)
    spread ^= spread >> np.uint64(31)
    return spread


@cache
def _character_hashes() -> Hashes:
    """A hash of each character of the Basic Multilingual Plane."""
    return mixed(np.arange(_BMP, dtype=np.uint64) + np.uint64(1))


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of `_BASE` and of its inverse, modulo 2⁶⁴, from the power 0 on."""
    found = []
    for factor in (_BASE, pow(_BASE, -1, 1 << 64)):
        powers = np.full(size, np.uint64(factor), dtype=np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers, dtype=np.uint64))
    return found[0], found[1]


def _code_points(characters: str) -> npt.NDArray[np.uint32]:
    return np.array([ord(character) for character in characters], dtype=np.uint32)


def _flags(points: npt.NDArray[np.uint32]) -> Flags:
    """What each character is."""
    table = _table()
    beyond = points >= _BMP
    if not beyond.any():
        return table[points]
    flags = table[np.where(beyond, 0, points)]
    kinds, places = np.unique(points[beyond], return_inverse=True)
    flags[beyond] = np.array([_flags_of(int(point)) for point in kinds], dtype=np.uint8)[places]
    return flags


@cache
def _table() -> Flags:
    """The flags of the Basic Multilingual Plane, by code point."""
    return np.array([_flags_of(point) for point in range(_BMP)], dtype=np.uint8)


_MARKS = {
    character: (END_MARK if character in END_MARKS else 0)
    | (SENTENCE_MARK if character in SENTENCE_MARKS else 0)
    | (BULLET if character in BULLETS else 0)
    | (CLOSING if character in _CLOSING_MARKS else 0)
    for character in {*END_MARKS, *SENTENCE_MARKS, *BULLETS, *_CLOSING_MARKS}
}


def _flags_of(point: int) -> int:
    character = chr(point)
    if character.isspace():
        return SPACE | (BREAK if character == "\n" else 0)
    flags = _MARKS.get(character, 0)
    if character.isalpha():
        flags |= LETTER
        if any(low <= point <= high for low, high in (*_UNSPACED_RANGES, _ASTRAL_IDEOGRAPHS)):
            flags |= UNSPACED
    return flags
