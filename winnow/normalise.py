"""A view of a text in which personal data looks the way recognisers expect it, with a map back to the original's characters.

PDF text, mail clients and people who hide things write ``j.doe@corp.com`` with zero-width characters, ``030 1234567`` with
non-breaking spaces or full-width digits. Recognisers look at the view; spans are in the characters of the original.

Letters of other alphabets that look like Latin ones, and combining marks, are folded where they stand among Latin
letters or digits: a Russian word stays Russian.

Belongs here: folding characters and hiding placeholders. Does not belong here: anything that knows an entity.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

FILLER = "\ue002"
"""What stands in the view for a whole placeholder: a private-use character, which no pattern of letters or digits matches."""

_PLACEHOLDERS = re.compile(
    r"\ue000[A-Z_]+:[0-9a-f]+(?::[a-z0-9.-]*)?\ue001|<[A-Z][A-Z_]*_[0-9]{1,6}>"
)  # both spellings, see winnow.placeholders

# Invisible: soft hyphen, combining grapheme joiner, bidirectional and zero-width marks, word joiners, variation selectors, BOM, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)

_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2028\u2029\u0085\f\v", "\n"),
    "\r": " ",  # so that a line ends at its "\n" whichever system wrote it
    FILLER: " ",  # an untrusted filler must not pass for a placeholder
}

_LOOK_ALIKE = str.maketrans(  # Cyrillic and Greek letters, as Latin ones (Unicode Technical Standard 39, confusables)
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝвнкмтгѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαορνυικτ",
    "ABESIJKMHOPCTYXaesijopcyxhdqwBHKMTrvABEZHIKMNOPTYXaopvuikt",
)
_LOOK_ALIKES = re.compile("[" + "".join(map(chr, _LOOK_ALIKE)) + "]")
_WORD = re.compile(rf"[^\s<>(),;:\"|{FILLER}]+")
_LATIN = re.compile(r"[A-Za-z0-9]")
_OTHER_LETTER = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_MARK = re.compile("[\u0300-\u0338\u20d0-\u20f0]")  # accents and strokes that combine with the letter before them

_KEPT_DECOMPOSITIONS = ("<super>", "<sub>", "<fraction>")  # "m²" is not "m2", and "5½" is not "51/2"

_ASCII_TROUBLE = re.compile(r"[\r\f\v]|<[A-Z][A-Z_]*_[0-9]")  # what in a pure ASCII text would change


@dataclass(frozen=True, slots=True)
class View:
    """``text`` is the normalised view; `original` maps a span of it to the text it was made of."""

    text: str
    starts: "array[int] | None" = None  # for each character of the view, where its original begins; None: nothing was changed
    ends: "array[int] | None" = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The non-empty span ``[start, end)`` of the view in the original's characters."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=65_536)
def fold(character: str) -> str:
    """What stands in the view for one ``character``: NFKC (UAX #15) of it alone, decimal digits of any script as ASCII."""
    if character in _SIGNS:
        return _SIGNS[character]
    if _INVISIBLE.match(character):
        return ""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Zs":
        return " "
    if unicodedata.decomposition(character).startswith(_KEPT_DECOMPOSITIONS):
        return character
    return unicodedata.normalize("NFKC", character)


def view(text: str) -> View:
    """The view of ``text``; a text that needs no change is returned as it is, at little cost."""
    looked_at = _folded(text)
    if text.isascii():
        return looked_at
    return _without_marks(looked_at) if _MARK.search(looked_at.text) else _latin(looked_at)


def _latin(looked_at: View) -> View:
    """``looked_at`` with look-alike letters as the Latin ones they stand for.

    That is in words where every other letter is Latin; everywhere, where the text has no word of their alphabets.
    """
    text = looked_at.text
    if not _LOOK_ALIKES.search(text):
        return looked_at
    alike = text.translate(_LOOK_ALIKE)
    if not _OTHER_LETTER.search(alike):  # no word of another alphabet in the whole text
        return View(alike, looked_at.starts, looked_at.ends)
    pieces, at = [], 0
    for word in _WORD.finditer(text):
        if not _LOOK_ALIKES.search(word[0]) or not _LATIN.search(word[0]):
            continue
        latin = word[0].translate(_LOOK_ALIKE)
        if _OTHER_LETTER.search(latin):  # a real word of that alphabet, with a number or a Latin name joined to it
            continue
        pieces += [text[at : word.start()], latin]
        at = word.end()
    return View("".join(pieces) + text[at:], looked_at.starts, looked_at.ends) if pieces else looked_at


def _without_marks(looked_at: View) -> View:
    """``looked_at`` with combining marks joined to the letter before them, or left out where no letter has them."""
    text = looked_at.text
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    for at, character in enumerate(text):
        start, end = looked_at.original(at, at + 1)
        if not _MARK.match(character) or not pieces or text[at - 1].isspace() or text[at - 1] == FILLER:
            if not _MARK.match(character):
                pieces.append(character)
                starts.append(start)
                ends.append(end)
            continue
        joined = unicodedata.normalize("NFC", pieces[-1] + character)
        if len(joined) == 1:
            pieces[-1] = joined
        ends[-1] = end
    return _latin(View("".join(pieces), starts, ends))


def _folded(text: str) -> View:
    """``text`` with every character folded by itself, and a filler for each placeholder."""
    if text.isascii():
        if not _ASCII_TROUBLE.search(text):
            return View(text)
        changed = [sign for sign in "\r\f\v" if sign in text]
    else:
        changed = [character for character in set(text) if fold(character) != character]
    pattern = _PLACEHOLDERS.pattern
    if changed:
        pattern += "|[" + re.escape("".join(sorted(changed))) + "]"
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    at = 0
    for match in re.finditer(pattern, text):
        start, end = match.span()
        pieces.append(text[at:start])
        starts.extend(range(at, start))
        ends.extend(range(at + 1, start + 1))
        folded = FILLER if end - start > 1 else fold(match[0])
        pieces.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
        at = end
    if not at:
        return View(text)
    pieces.append(text[at:])
    starts.extend(range(at, len(text)))
    ends.extend(range(at + 1, len(text) + 1))
    return View("".join(pieces), starts, ends)
