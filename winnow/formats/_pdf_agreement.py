"""Two readings of one page compared: how far they differ, which words one of them split, and which of the two reads better.

Belongs here: texts of pages and what they say about each other. Does not belong here: any library, or where lines stand.

The measure: both texts in compatibility form (NFKC: ligatures, presentation forms and full-width letters become plain ones), words
at line ends put together, in lower case; then the words as a multiset, and the characters but for spaces as another. Order is
left out, since two engines may walk the columns of a page differently and both be right. The difference of two multisets is
1 - 2 |A ∩ B| / (|A| + |B|), that is, 1 - F1.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from itertools import pairwise

from winnow.formats._characters import repair
from winnow.formats._lines import RIGHT_TO_LEFT, Line

DISAGREEMENT = 0.1  # of the words or characters: readings that differ by more are not the same text

FEWEST = 3  # words or characters that must differ: on a page of a few words a tenth is less than one

_SAME_CHARACTERS = 0.03  # difference of characters under which words differ by their spaces alone

_CONTAINED = 0.97  # of the words of one reading are in the other, which then only has more

_DOUBLED = 0.9  # of what one reading has more are words of the other again: type set twice, to look bold or to cast a shadow

_JUNK_MARGIN = 0.02  # of the characters that only one reading has: one with so many more unreadable ones reads worse

_KNOWN_MARGIN = 0.15  # of the letters of the words that only one has: a reading with so many more in known words reads better

_LONGEST_SPLIT = 8  # pieces that one word is put together from: a letter-spaced word

_LONGEST_RUN = 100  # characters of several words that were run together; longer ones are another kind of trouble

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_]+")  # ideographs and kana stand alone

_SPLIT_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad\x02\ufffe] ?\r?\n\s*(?=[^\W\d_])")

_SPACES = re.compile(r"\s+")

# What no text holds: replacement and private-use characters (but for the parts of large brackets, which formulas are set with),
# lone surrogates, controls, names of glyphs.
_JUNK = re.compile(
    "[\ufffd\ud800-\udfff\ue000-\uf8e4\uf8ff\U000f0000-\U0010ffff\x00-\x01\x03-\x08\x0e-\x1f\x7f-\x9f]"
    r"|\(cid:\d{1,6}\)|/(?:g|G|C|cid|uni|glyph)\d{1,6}"
)


class Choice(Enum):
    """Which reading of a page is taken: the first engine's, its witness's, or the first's for want of a reason."""

    FIRST = "first"
    WITNESS = "witness"
    DISPUTED = "disputed"


def plain(text: str) -> str:
    """``text`` in the form in which readings are compared."""
    text = _SPLIT_WORD.sub("", text)
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).lower()


def words(text: str) -> list[str]:
    """The words of ``text`` as they are compared; of scripts without spaces each character."""
    return _WORD.findall(plain(text))


class Words:
    """A reading of a page as it is compared: its words and its characters, counted."""

    def __init__(self, text: str) -> None:
        form = plain(text)
        self.counts = Counter(_WORD.findall(form))
        self.characters = Counter(_SPACES.sub("", form))


def difference(left: Counter[str], right: Counter[str]) -> float:
    """1 - F1 of two multisets, from 0 (the same) to 1 (nothing in common); two empty ones are the same."""
    total = left.total() + right.total()
    return 1 - 2 * (left & right).total() / total if total else 0.0


def agree(first: Words, witness: Words) -> bool:
    """Whether two readings of a page are the same text, by `DISAGREEMENT`."""
    return not (_differ(first.counts, witness.counts) or _differ(first.characters, witness.characters))


def _differ(one: Counter[str], other: Counter[str]) -> bool:
    apart = max((one - other).total(), (other - one).total())
    return apart >= FEWEST and difference(one, other) > DISAGREEMENT


def junk_share(text: str) -> float:
    """The share of ``text``'s characters, spaces left out, that are no text."""
    solid = _SPACES.sub("", text)
    return sum(len(match[0]) for match in _JUNK.finditer(solid)) / len(solid) if solid else 0.0


def _junk_among(characters: Counter[str]) -> float:
    total = characters.total()
    return sum(count for character, count in characters.items() if _JUNK.match(character)) / total if total else 0.0


def choose(first: str, witness: str, known: frozenset[str]) -> Choice:
    """Which of two readings that do not `agree` is the better one.

    In this order: one of them has no words; one has more unreadable characters; one holds the other and more, which is text
    that the other missed unless it is the same words twice; the characters are the same, so that only the spaces differ, and one
    makes more words of them that are ``known`` (both engines read them somewhere in the document); one has more letters in known
    words, as a garbled font has not. What the first engine alone reads stays disputed: the witness does not confirm it.
    """
    ours, theirs = Words(first), Words(witness)
    one, other = ours.counts, theirs.counts
    if not one or not other:
        return Choice.WITNESS if other else Choice.DISPUTED
    junk = _junk_among(ours.characters - theirs.characters) - _junk_among(theirs.characters - ours.characters)
    if abs(junk) > _JUNK_MARGIN:
        return Choice.WITNESS if junk > 0 else Choice.DISPUTED
    shared = (one & other).total()
    if shared >= _CONTAINED * min(one.total(), other.total()) and one.total() != other.total():
        less, more = sorted((one, other), key=Counter.total)
        again = sum(count for word, count in (more - less).items() if word in less)
        doubled = again >= _DOUBLED * (more - less).total() and more.total() > 1.5 * less.total()
        return Choice.WITNESS if (more is other) != doubled else Choice.DISPUTED
    gain = _known_share(other - one, known) - _known_share(one - other, known)
    if (
        difference(ours.characters, theirs.characters) <= _SAME_CHARACTERS
    ):  # pdfium has measured the gaps between the glyphs, pypdf estimated them
        return Choice.WITNESS if gain >= -_KNOWN_MARGIN else Choice.DISPUTED
    return Choice.WITNESS if gain > _KNOWN_MARGIN else Choice.DISPUTED


def _known_share(found: Counter[str], known: frozenset[str]) -> float:
    letters = sum(len(word) * count for word, count in found.items())
    return sum(len(word) * count for word, count in found.items() if word in known) / letters if letters else 0.0


class Mender:
    """Puts words together, and takes them apart, on one page where the witness has them whole.

    Kerning can look like a space ("mo del"), and a narrow space like none. A word is mended only if it balances: the witness
    has the whole word more often than the first engine, and the pieces less often. It is left alone if both engines read the
    pieces as words elsewhere and never the whole.
    """

    def __init__(self, first: str, witness: str, known: frozenset[str]) -> None:
        ours, theirs = Counter(_solid(first)), Counter(_solid(witness))
        self._missing, self._surplus = theirs - ours, ours - theirs
        self._known = known
        self._longest = max(map(len, self._missing), default=0)

    def __bool__(self) -> bool:
        return bool(self._missing and self._surplus)

    def mended(self, line: Line) -> tuple[Line, int]:
        """``line`` with its words mended, and how many were."""
        pieces = line.text.split(" ")
        if not any(piece in self._surplus for piece in map(_compatible, pieces)) or RIGHT_TO_LEFT.search(line.text):
            return line, 0  # in lines that run to the left engines differ by more than their spaces
        count = 0
        done: list[str] = []
        at = 0
        while at < len(pieces):
            end = self._whole(pieces, at)
            if end > at + 1:
                done.append("".join(pieces[at:end]))
                count += 1
            else:
                parts = self._parts(pieces[at])
                done.extend(parts)
                count += len(parts) > 1
            at = max(end, at + 1)
        return (replace(line, text=" ".join(done)), count) if count else (line, 0)

    def _whole(self, pieces: Sequence[str], at: int) -> int:
        """Where the longest run of ``pieces`` from ``at`` ends that the witness reads as one word; ``at`` if there is none."""
        joined = _compatible(pieces[at])
        best = at
        for end in range(at + 1, min(at + _LONGEST_SPLIT, len(pieces))):
            if not pieces[end]:
                break
            joined += _compatible(pieces[end])
            if len(joined) > self._longest:
                break
            if self._missing[joined] > 0 and self._may_join(list(map(_compatible, pieces[at : end + 1])), joined):
                best = end + 1
        if best > at:
            run = list(map(_compatible, pieces[at:best]))
            self._missing["".join(run)] -= 1
            self._surplus.subtract(run)
        return best

    def _may_join(self, run: Sequence[str], joined: str) -> bool:
        if not any(self._surplus[piece] > 0 for piece in run):
            return False
        return self._is_known(joined) or not all(map(self._is_known, run))

    def _parts(self, piece: str) -> list[str]:
        """``piece`` as the fewest words that the witness has instead; as it is if it is a known word, or there are none."""
        key = _compatible(piece)
        if self._surplus[key] <= 0 or len(key) != len(piece) or len(key) > _LONGEST_RUN or self._is_known(key):
            return [piece]
        best: list[list[int] | None] = [[0], *([None] * len(key))]  # for each length of the beginning, where its words end
        for end in range(1, len(key) + 1):
            for start in range(max(0, end - self._longest), end):
                before = best[start]
                if before is not None and self._missing[key[start:end]] > 0:
                    current = best[end]
                    best[end] = [*before, end] if current is None or len(before) + 1 < len(current) else current
        cuts = best[-1]
        if cuts is None or len(cuts) <= 2:
            return [piece]
        self._surplus[key] -= 1
        self._missing.subtract(key[start:end] for start, end in pairwise(cuts))
        return [piece[start:end] for start, end in pairwise(cuts)]

    def _is_known(self, piece: str) -> bool:
        found = words(piece)
        return bool(found) and all(word in self._known for word in found)


def _compatible(piece: str) -> str:
    return piece if piece.isascii() else unicodedata.normalize("NFKC", repair(piece)[0])


def _solid(text: str) -> Iterator[str]:
    """The pieces of ``text`` between spaces, in compatibility form, those that a line end splits left out."""
    for row in text.split("\n"):
        yield from map(_compatible, row.split())
