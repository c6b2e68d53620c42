"""The characters of a line: what a PDF's fonts do to them, and whether a line ends within a word.

Belongs here: single characters. Does not belong here: where lines stand (`winnow.formats._layout`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from winnow.formats._base import squeeze
from winnow.formats._lines import Line

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\x00": "", "\u00ad": "-", "\x02": "-"}
)

# Letters of Hebrew and Arabic as they are joined in a word: shapes, not letters of their own.
_FORMS = re.compile("[\ufb1d-\ufdcf\ufdf0-\ufdfc\ufe70-\ufefc]")

_CONTROLS = re.compile(r"[\x01\x03-\x08\x0b-\x1f\x7f]")

# Private use: signs that only the file's own font knows. At a line's start one of Word's symbol font is a bullet.
_NAMELESS = re.compile("[\ue000-\uefff\U000f0000-\U0010ffff]|(?<=\\S)[\uf000-\uf8ff]|(?<=\\S )[\uf000-\uf8ff]")

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana and ideographs, which are written without spaces

_HANGUL = "\uac00-\ud7a3"  # written with spaces, but a line may end within a word

_ENDS_UNSPACED = re.compile(f"[{_UNSPACED}]$")

_ENDS_HANGUL = re.compile(f"[{_HANGUL}] ?$")

JOINER = "\u2060"
"""Word joiner: put behind a line that ends within a word, and taken out again when lines are joined."""

_SPACED_SHARE = 0.2  # of the lines that end in Hangul: a file that keeps the space behind a word has it on more of them

_SURROGATES = re.compile(r"[\ud800-\udfff]")

_GLYPH_NAME = re.compile(
    r"(?<!\S)/(?:g|G|C|cid|uni|SM|H|a)\d{2,6}(?!\S)"
)  # of a symbol font: in running text nearly always a bullet


def repair(text: str) -> tuple[str, int]:
    """``text`` with ligatures and joined forms spelled out, controls and lone surrogates replaced, and how many characters that touched."""
    if text.isascii() and "/" not in text and _CONTROLS.search(text) is None and "\x00" not in text and "\x02" not in text:
        return text, 0  # nearly every line: nothing below would change it
    text, forms = _FORMS.subn(lambda form: unicodedata.normalize("NFKC", form[0]).strip(), text)
    clean = _GLYPH_NAME.sub("•", _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", _NAMELESS.sub("", text.translate(_LIGATURES)))))
    touched = forms + sum(text.count(chr(code)) for code in _LIGATURES)
    touched += sum(len(pattern.findall(text)) for pattern in (_CONTROLS, _SURROGATES, _NAMELESS))
    return clean, touched


def keeps_spaces(pages: Sequence[Sequence[Line]]) -> bool:
    """Whether a missing space at a line's end says that the word goes on: lines of Hangul have it, but not all of them."""
    ends = [line.text.endswith(" ") for page in pages for line in page if _ENDS_HANGUL.search(line.text)]
    return bool(ends) and _SPACED_SHARE <= sum(ends) / len(ends) < 1


def clean_line(line: Line, notes: Counter[str], *, spaced: bool) -> Line:
    """``line`` with its text repaired, and with `JOINER` behind it if the word it ends with goes on in the next line.

    ``spaced``: what `keeps_spaces` says of the file.
    """
    text, touched = repair(line.text)
    if touched:
        notes["repaired_characters"] += touched
    clean = squeeze(text)
    within = _ENDS_UNSPACED.search(clean) or (spaced and not text.endswith(" ") and _ENDS_HANGUL.search(clean))
    return replace(line, text=clean + JOINER if within else clean)
