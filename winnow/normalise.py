"""A view of a text in which personal data looks the way recognisers expect it, with a map back to the original's characters.

PDF text, mail clients and people who hide things write ``j.doe@corp.com`` with zero-width characters, ``030 1234567`` with
non-breaking spaces or full-width digits. Recognisers look at the view; spans are in the characters of the original.

Belongs here: folding single characters and hiding placeholders. Does not belong here: anything that knows an entity.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

FILLER = "\ue002"
"""What stands in the view for a whole placeholder: a private-use character, which no pattern of letters or digits matches."""

_PLACEHOLDERS = re.compile(
    r"\ue000[A-Z_]+:[0-9a-f]+\ue001|<[A-Z][A-Z_]*_[0-9]{1,6}>"
)  # both spellings, see winnow.placeholders

# Invisible: soft hyphen, combining grapheme joiner, bidirectional and zero-width marks, word joiners, variation selectors, BOM.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)

_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2028\u2029\u0085\f\v", "\n"),
    "\r": " ",  # so that a line ends at its "\n" whichever system wrote it
    FILLER: " ",  # an untrusted filler must not pass for a placeholder
}

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
