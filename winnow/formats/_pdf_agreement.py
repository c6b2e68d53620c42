"""Two readings of one page compared: how far they differ, and which words one of them split.

Belongs here: texts of pages and what they say about each other. Does not belong here: any library, where lines stand, and which
reading is the better one (`winnow.formats._pdf_choice`).

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
from itertools import pairwise

from winnow.formats._characters import repair
from winnow.formats._lines import RIGHT_TO_LEFT, Line

DISAGREEMENT = 0.1  # of the words or characters: readings that differ by more are not the same text

FEWEST = 3  # words or characters that must differ: on a page of a few words a tenth is less than one

SMALL = 50  # words: in a file of so few each counts, so one that differs is enough

ALTERED = 0.07  # of the words: a file's text that is further from its witness says so

_LONGEST_SPLIT = 8  # pieces that one word is put together from: a letter-spaced word

_LONGEST_RUN = 100  # characters of several words that were run together; longer ones are another kind of trouble

_LEFTWARD = (
    "\u0591-\u05bd\u05bf-\u05c7\u05d0-\u05f2\u0610-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\u08a0-\u08ff"
)

# Ideographs and kana stand alone; Hebrew and Arabic end where another script begins, since engines differ on the space there.
_WORD = re.compile(rf"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[{_LEFTWARD}]+|(?:(?![{_LEFTWARD}])[^\W_])+")

_SPLIT_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad\x02\ufffe] ?\r?\n\s*(?=[^\W\d_])")

_SPACES = re.compile(r"\s+")

# What no text holds: replacement and private-use characters (but for the parts of large brackets, which formulas are set with),
# lone surrogates, controls, names of glyphs.
JUNK = re.compile(
    "[\ufffd\ud800-\udfff\ue000-\uf8e4\uf8ff\U000f0000-\U0010ffff\x00-\x01\x03-\x08\x0e-\x1f\x7f-\x9f]"
    r"|\(cid:\d{1,6}\)|/(?:g|G|C|cid|uni|glyph)\d{1,6}"
)


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


def counted(text: str) -> Counter[str]:
    """The words of ``text`` as they stand, those that a line end splits in two."""
    return Counter(_WORD.findall((text if text.isascii() else unicodedata.normalize("NFKC", text)).lower()))


def difference(left: Counter[str], right: Counter[str]) -> float:
    """1 - F1 of two multisets, from 0 (the same) to 1 (nothing in common); two empty ones are the same."""
    total = left.total() + right.total()
    return 1 - 2 * (left & right).total() / total if total else 0.0


def unordered(found: Counter[str]) -> Counter[str]:
    """``found`` with the letters of words that run to the left in alphabetical order."""
    counts: Counter[str] = Counter()
    for word, count in found.items():
        counts["".join(sorted(word)) if RIGHT_TO_LEFT.search(word) else word] += count
    return counts


def agree(first: Words, witness: Words, *, fewest: int = FEWEST) -> bool:
    """Whether two readings of a page are the same text, by `DISAGREEMENT` and ``fewest``."""
    return not (_differ(first.counts, witness.counts, fewest) or _differ(first.characters, witness.characters, fewest))


def _differ(one: Counter[str], other: Counter[str], fewest: int) -> bool:
    apart = max((one - other).total(), (other - one).total())
    return apart >= fewest and difference(one, other) > DISAGREEMENT


def junk_share(text: str) -> float:
    """The share of ``text``'s characters, spaces left out, that are no text."""
    solid = _SPACES.sub("", text)
    return sum(len(match[0]) for match in JUNK.finditer(solid)) / len(solid) if solid else 0.0


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
