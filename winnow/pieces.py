"""Texts as pieces: the smallest parts that may be taken out of a text without breaking what stays.

Belongs here: where a piece begins and ends, and a hash of what it says, computed for many texts at once in numpy. Does not belong
here: which pieces are boilerplate (`winnow.boilerplate`) and taking them out (`winnow.stripping`).

A piece is a paragraph; a line of one where the line end is meant and no wrap; or a whole list, table or piece of code with the
sentence that leads to it. So taking a piece out never splits a sentence, cuts no row out of a table and no entry out of a list.
A line end is meant where the next line's first word would have had room (a program that wraps fills each line first), or where a
sentence ends and another begins. Turns of a talk are pieces of their own, and `Pieces.alone` says that they are.

A piece is known by its words as `winnow.shingles.fold` compares texts, and so that two printings of one notice are one: a
placeholder is its type, and where a piece has eight words or more to each number, numbers are one word, whatever they are (dates,
times, page and ticket numbers). With more numbers than that a piece says something by them ("Sales rose by 3 % to 12 million") and
is compared by each.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from winnow import shingles
from winnow.placeholders import OPEN
from winnow.shingles import Flags, Hashes, Indexes, mix, runs

PIECES_VERSION = "1"
"""Changes whenever the same text would be cut otherwise, or a piece of it get another hash."""

SKETCHES = 3
"""Numbers kept of a piece's pairs of words, of which those of near copies are mostly equal (MinHash, Broder 1997)."""

Bytes = npt.NDArray[np.uint8]
Values = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int32]

WORDS_PER_NUMBER = 8
"""So many words to a number make a piece one that is only dated or numbered; figures in a report come thicker."""

_NARROW = 40  # characters; no program wraps at fewer, so a narrower paragraph was broken by its writer
_WIDE = 120  # characters; nor at more, so after a longer line the end is meant
_UNKNOWN = 20  # characters that what a placeholder stands for may be longer than the placeholder
_ABBREVIATED = 5  # characters of a last word with its full stop; a shorter one ("Dr.", "Nr.", "Inc.") may be an abbreviation
_LABEL = 60  # characters in front of a colon, at most, that can be a speaker's name
_INDENT = 4  # spaces in front of a line of code

_CHUNK_CHARS = 1 << 19  # text looked at once, as in `winnow.shingles`
_CHUNK_TEXTS = 1 << 16

_TYPED = re.compile(r"\ue000([A-Z_]+):[0-9a-f]+(?::[a-z0-9.-]*)?\ue001|<([A-Z][A-Z_]*)_[0-9]{1,6}>")
_PLAIN, _LIST, _TABLE, _CODE = range(4)

_NUMBER = np.uint64(0xD6E8FEB86659FD93)  # stands for every number; an odd constant like any other
_STEP = np.uint64(0x5851F42D4C957F2D)  # Knuth's multiplier: the weight of the k-th word is its k-th power
_PAIR = np.uint64(0x9E3779B97F4A7C15)
_SEEDS = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xFF51AFD7ED558CCD], dtype=np.uint64)
_HALF = np.uint64(32)

_BULLETS = frozenset("•‣▪◦●►–—\uf0b7")  # of three bytes in UTF-8; a list that a program marked
_ENDS = frozenset("…。！？")
_CLOSING = frozenset("’”›")


def _threes(characters: frozenset[str]) -> Indexes:
    return np.array(sorted(int.from_bytes(character.encode(), "big") for character in characters), dtype=np.int64)


_BULLET_CODES, _END_CODES, _CLOSING_CODES = _threes(_BULLETS), _threes(_ENDS), _threes(_CLOSING)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a list of texts, in order; columns of one length."""

    text: npt.NDArray[np.int32]  # number of its text
    first_line: npt.NDArray[np.int32]  # of the text, from 0
    end_line: npt.NDArray[np.int32]  # behind its last
    words: npt.NDArray[np.int32]  # but for numbers, placeholders and a speaker's name; each ideograph or kana is one
    length: npt.NDArray[np.int32]  # words hashed; 0 of a piece of marks alone
    hash: Hashes  # of the words; not mixed, so that pieces can be hashed together (`together`)
    sketch: Values  # by piece: `SKETCHES` numbers
    alone: Flags  # a turn of a talk: no part of a longer run

    def __len__(self) -> int:
        """How many."""
        return len(self.text)

    def of(self, rows: Indexes | Flags) -> "Pieces":
        """Those numbered ``rows``, or for which it says so."""
        return Pieces(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def joined(cls, parts: Iterable["Pieces"]) -> "Pieces":
        """The pieces of ``parts``, one after the other; the numbers of their texts are left as they are.

        Column by column, so that an iterator that keeps none of its parts costs little more than the answer.
        """
        columns = {field.name: [getattr(_NONE, field.name)] for field in fields(cls)}
        for part in parts:
            for name, arrays in columns.items():
                arrays.append(getattr(part, name))
        return cls(**{name: np.concatenate(columns.pop(name)) for name in [field.name for field in fields(cls)]})

    def numbered(self, first: int) -> "Pieces":
        """The same, the numbers of their texts from ``first`` on."""
        return self._with_texts(self.text + first)

    def renamed(self, numbers: Indexes) -> "Pieces":
        """The same, with ``numbers[i]`` for the text numbered i."""
        return self._with_texts(numbers[self.text])

    def _with_texts(self, numbers: npt.NDArray[np.integer]) -> "Pieces":
        return Pieces(numbers.astype(np.int32), *(getattr(self, field.name) for field in fields(self)[1:]))


_NO_COUNTS = np.zeros(0, dtype=np.int32)
_NONE = Pieces(
    text=_NO_COUNTS,
    first_line=_NO_COUNTS,
    end_line=_NO_COUNTS,
    words=_NO_COUNTS,
    length=_NO_COUNTS,
    hash=np.zeros(0, dtype=np.uint64),
    sketch=np.zeros((0, SKETCHES), dtype=np.uint32),
    alone=np.zeros(0, dtype=np.bool_),
)


def pieces(texts: Sequence[str]) -> Pieces:
    """The pieces of ``texts``. Beside the answer it takes some tens of megabytes, however many texts there are."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return Pieces.joined(_pieces(texts[part]).numbered(part.start) for part in runs(lengths, _CHUNK_CHARS, _CHUNK_TEXTS))


def powers(length: int) -> Hashes:
    """The weights of the first ``length`` words of a run, and of what follows them."""
    result = np.full(length + 1, _STEP, dtype=np.uint64)
    result[0] = 1
    return np.cumprod(result, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of some texts that are not blank; columns of one length."""

    text: Indexes
    number: Indexes  # in its text, from 0
    kind: Indexes
    turn: Flags
    named: Indexes  # words of the speaker's name in front of a turn; 0 of what is none
    width: Indexes  # characters, indentation counted
    longest: Indexes  # the same, if what placeholders stand for is long
    opening: Indexes  # characters that its first word has at most
    lower: Flags  # begins with a small letter
    single: Flags  # is one word
    ends: Flags  # ends as a sentence does
    leads: Flags  # ends in a colon
    first_word: Indexes  # of all texts' words
    end_word: Indexes


def _pieces(texts: Sequence[str]) -> Pieces:
    typed = [_typed(text) for text in texts]
    folded = shingles.folded_words(typed)
    lines = _lines(typed, folded)
    if not len(lines.text):
        return _NONE
    begins = np.flatnonzero(_begins(lines))
    lasts = np.append(begins[1:], len(lines.text)) - 1
    first, end = lines.first_word[begins], lines.end_word[lasts]
    words, length, hashes, sketch = _said(folded, first, end)
    words = np.maximum(words - lines.named[begins], 0).astype(np.int32)  # who speaks says nothing
    return Pieces(
        lines.text[begins].astype(np.int32),
        lines.number[begins].astype(np.int32),
        (lines.number[lasts] + 1).astype(np.int32),
        words,
        length,
        hashes,
        sketch,
        lines.turn[begins],
    )


def _typed(text: str) -> str:
    """``text`` with ``_TYPE_`` in place of each placeholder, numbered or internal: a word that no text has."""
    if OPEN in text or "<" in text:
        return _TYPED.sub(lambda match: f" _{match[1] or match[2]}_ ", text)
    return text


def _lines(typed: Sequence[str], folded: shingles.FoldedWords) -> _Lines:
    raw = "\n".join(typed).encode("utf-8", "replace")
    padded = np.frombuffer(raw + b"\n" + bytes(8), dtype=np.uint8)
    codes = padded[: len(raw) + 1]  # each line with its end
    spaces = np.flatnonzero(codes <= ord(" "))
    breaks = np.flatnonzero(codes[spaces] == ord("\n"))
    ends = spaces[breaks]
    starts = np.concatenate([[0], ends[:-1] + 1])
    first, last = _edges(codes, spaces, breaks, starts)
    there = first < ends
    first_word = np.append(np.searchsorted(folded.starts, folded.lines), len(folded.starts))
    texts = np.repeat(np.arange(len(typed)), np.diff(np.append(folded.first_lines, len(starts))))
    numbers = np.arange(len(starts)) - folded.first_lines[texts]

    starts, ends, first, last = starts[there], ends[there], first[there], last[there]
    gap = spaces[np.searchsorted(spaces, first)]
    before_last = np.append(spaces, -1)[np.searchsorted(spaces, last) - 1]
    kind = _kinds(padded, codes, starts, first, last)
    colon = _turns(padded, codes, texts[there], first, ends)
    turn = (colon > 0) & (kind == _PLAIN)
    line_words = (first_word[:-1][there], first_word[1:][there])
    totals = (
        np.concatenate([[0], np.cumsum(folded.placeholder)]) if folded.placeholder.any() else np.zeros(len(folded.starts) + 1)
    )
    placeholders = (totals[line_words[1]] - totals[line_words[0]]).astype(np.int64)
    width, opening = last + 1 - starts, gap - first
    if not raw.isascii():  # bytes that go on with a character are none of their own
        within = np.concatenate([[0], np.cumsum((codes & 0xC0) == 0x80)])
        width, opening = width - (within[last + 1] - within[starts]), opening - (within[gap] - within[first])
    return _Lines(
        text=texts[there],
        number=numbers[there],
        kind=kind,
        turn=turn,
        named=np.where(turn, np.searchsorted(spaces, colon) - np.searchsorted(spaces, first) + 1, 0),
        width=np.where(placeholders > 0, 0, width),
        longest=width + _UNKNOWN * placeholders,
        opening=np.where(padded[first] == ord("_"), _UNKNOWN, opening),
        lower=(padded[first] >= ord("a")) & (padded[first] <= ord("z")),
        single=gap > last,
        ends=_sentence_ends(padded, last, before_last),
        leads=padded[last] == ord(":"),
        first_word=line_words[0],
        end_word=line_words[1],
    )


def _edges(codes: Bytes, spaces: Indexes, breaks: Indexes, starts: Indexes) -> tuple[Indexes, Indexes]:
    """The first and the last character of each line that is no space; the first of a blank line lies behind its end.

    ``spaces`` are the places of all spaces and line ends, of which those numbered ``breaks`` are line ends.
    """
    ends = spaces[breaks]
    first, last = starts.copy(), ends - 1
    spaced = np.flatnonzero((starts < ends) & ((codes[starts] <= ord(" ")) | (codes[ends - 1] <= ord(" "))))
    if len(spaced):  # most lines neither begin nor end with one
        begins = np.ones(len(spaces), dtype=np.bool_)
        begins[1:] = spaces[1:] != spaces[:-1] + 1
        run, firsts = np.cumsum(begins) - 1, np.flatnonzero(begins)
        lasts = np.append(firsts[1:], len(spaces)) - 1
        last[spaced] = spaces[firsts[run[breaks[spaced]]]] - 1
        indented = spaced[codes[starts[spaced]] <= ord(" ")]
        first[indented] = spaces[lasts[run[np.searchsorted(spaces, starts[indented])]]] + 1
    return first, last


def _kinds(padded: Bytes, codes: Bytes, starts: Indexes, first: Indexes, last: Indexes) -> Indexes:
    """What each line is a part of: of a list, a table, code, or none of these."""
    one, two = padded[first], padded[first + 1]
    marked = np.isin(one, np.frombuffer(b"-*+", dtype=np.uint8)) & (two <= ord(" "))
    marked |= np.isin(_three(padded, first), _BULLET_CODES) & (padded[first + 3] <= ord(" "))
    marked |= (one == 0xC2) & (two == 0xB7) & (padded[first + 2] <= ord(" "))  # a middle dot
    counted = _is_digit(one)
    for place in range(1, 4):
        mark = padded[first + place]
        marked |= counted & ((mark == ord(".")) | (mark == ord(")"))) & (padded[first + place + 1] <= ord(" "))
        counted &= _is_digit(mark)
    marked |= (one >= ord("a")) & (one <= ord("z")) & (two == ord(")")) & (padded[first + 2] <= ord(" "))
    cells = np.flatnonzero((codes == ord("|")) | (codes == ord("\t")))
    bare = padded[cells] == ord("\t")
    cells = cells[bare | ((padded[cells - 1] == ord(" ")) & (padded[cells + 1] == ord(" ")))]
    table = np.searchsorted(cells, first) < np.searchsorted(cells, last)
    code = (first - starts >= _INDENT) | (padded[starts] == ord("\t"))
    return np.select([marked, table, code], [_LIST, _TABLE, _CODE], _PLAIN).astype(np.int64)


def _turns(padded: Bytes, codes: Bytes, texts: Indexes, first: Indexes, ends: Indexes) -> Indexes:
    """The colon in each line that is a turn: it begins with a name and a colon, and so does another line of its text; else 0."""
    colons = np.append(np.flatnonzero(codes == ord(":")), len(codes) - 1)
    colon = colons[np.searchsorted(colons[:-1], first)]
    size = colon - first
    named = np.flatnonzero((colon < ends) & (size > 0) & (size <= _LABEL) & (padded[colon + 1] == ord(" ")))
    loads = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))
    kept = np.minimum(size[named], 8)
    unused = ((8 - kept) * 8).astype(np.uint64)
    label: Hashes = (loads[first[named]] << unused).astype(np.uint64)
    label ^= mix((loads[colon[named] - kept] << unused) + size[named].astype(np.uint64))
    whose = mix(label) ^ mix(texts[named].astype(np.uint64) + _PAIR)
    _, inverse, times = np.unique(whose, return_inverse=True, return_counts=True)
    named = named[times[inverse.ravel()] > 1]
    result = np.zeros(len(first), dtype=np.int64)
    result[named] = colon[named]
    return result


def _sentence_ends(padded: Bytes, last: Indexes, before: Indexes) -> Flags:
    """Whether each line ends as a sentence does; ``before`` is the place of the last space in it or in front of it."""
    at = last.copy()
    for _ in range(2):
        at -= np.isin(padded[at], np.frombuffer(b")]\"'", dtype=np.uint8)) & (at > before + 1)
        wide = (at - 3 > before) & np.isin(_three(padded, np.maximum(at - 2, 0)), _CLOSING_CODES)
        at -= np.where(wide, 3, 0)
    asks = (padded[at] == ord("!")) | (padded[at] == ord("?"))
    stops = (padded[at] == ord(".")) & (at - before >= _ABBREVIATED)
    return np.asarray(asks | stops | np.isin(_three(padded, np.maximum(at - 2, 0)), _END_CODES))


def _begins(lines: _Lines) -> Flags:
    """Whether a piece begins with each line."""
    begins = np.ones(len(lines.text), dtype=np.bool_)
    other = lines.text[1:] != lines.text[:-1]
    gap = other | (lines.number[1:] > lines.number[:-1] + 1)
    paragraph = np.concatenate([[0], np.cumsum(gap)])
    starts = np.flatnonzero(np.concatenate([[True], gap]))
    widest = np.maximum.reduceat(np.where(lines.single, 0, lines.width), starts)[paragraph[:-1]]
    room = lines.longest[:-1] + 1 + lines.opening[1:] <= np.maximum(widest, _NARROW)
    meant = room | (lines.width[:-1] > _WIDE) | (lines.ends[:-1] & ~lines.lower[1:])
    before, after = lines.kind[:-1], lines.kind[1:]
    meant |= (before != after) & ((after == _LIST) | (after == _TABLE) | (before == _TABLE))
    meant |= lines.turn[:-1] | lines.turn[1:] | gap
    meant &= ~((before == after) & (before != _PLAIN)) & ~(lines.leads[:-1] & (after != _PLAIN))
    begins[1:] = meant | other
    return begins


def _said(folded: shingles.FoldedWords, first: Indexes, end: Indexes) -> tuple[Counts, Counts, Hashes, Values]:
    """Of the pieces with the words from ``first`` to ``end``: words that count, words hashed, their hash and their sketch."""
    sizes, hashes = end - first, folded.hashes.copy()  # every word is in a piece
    number, placeholder = folded.number, folded.placeholder
    piece = np.repeat(np.arange(len(sizes)), sizes)
    again = np.zeros(len(hashes), dtype=np.bool_)
    again[1:] = number[1:] & number[:-1] & (piece[1:] == piece[:-1])  # "12.03.2024" is three words and one number
    numbers = np.bincount(piece[number & ~again], minlength=len(sizes))
    words = np.bincount(piece, ~(number | placeholder) + folded.extra, minlength=len(sizes)).astype(np.int64)
    alike = (numbers * WORDS_PER_NUMBER <= words)[piece] & number
    hashes[alike] = _NUMBER
    kept = ~(alike & again)
    hashes, piece = hashes[kept], piece[kept]
    length = np.bincount(piece, minlength=len(sizes))
    full = np.flatnonzero(length)
    begins = (np.cumsum(length) - length)[full]
    places = np.arange(len(piece)) - np.repeat(begins, length[full])
    result = np.zeros(len(sizes), dtype=np.uint64)
    sketch = np.full((len(sizes), SKETCHES), 0xFFFFFFFF, dtype=np.uint32)
    if len(full):
        result[full] = np.add.reduceat(hashes * powers(int(length.max()))[places], begins)
        sketch[full] = _sketch(hashes, begins, length[full])
    return words.astype(np.int32), length.astype(np.int32), result, sketch


def _sketch(hashes: Hashes, begins: Indexes, length: Indexes) -> Values:
    pairs = hashes * _PAIR
    pairs[:-1] += hashes[1:]
    lasts = begins + length - 1
    pairs[lasts[length > 1]] = pairs[begins[length > 1]]  # the last word is in a pair already
    pairs[lasts[length == 1]] = hashes[begins[length == 1]]
    pairs ^= pairs >> _HALF
    return np.stack([np.minimum.reduceat((pairs * seed) >> _HALF, begins).astype(np.uint32) for seed in _SEEDS], axis=1)


def _three(padded: Bytes, at: Indexes) -> Indexes:
    """The three bytes from each place on as one number."""
    code: Indexes = padded[at].astype(np.int64) << 16
    code |= padded[at + 1].astype(np.int64) << 8
    code |= padded[at + 2]
    return code


def _is_digit(code: Bytes) -> Flags:
    return np.asarray((code >= ord("0")) & (code <= ord("9")))
