"""What copying, scanning and people in a hurry do to a text, with the annotation carried along.

Belongs here: changes of characters. Does not belong here: which words a text has.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate

from evaluation.draw import Draw
from evaluation.gold import Gold, Mention

CLEAN = 0.6  # of the documents are left as they are; the others get one kind of noise each
_COLUMNS = (16, 22, 30, 72)  # where lines of table cells, PDF columns and mails end
_OCR = {
    "l": "1",
    "I": "l",
    "O": "0",
    "e": "c",
    "h": "b",
    "S": "5",
    "é": "e",
    "ü": "u",
    "ö": "o",
    "c": "e",
    "u": "ii",
    "m": "rn",
}
_OCR_RATE = 0.05  # of those letters: a scan that is still read

Change = Callable[[str, Draw], list[str]]
"""What each character of a text becomes."""


def disturbed(gold: Gold, draw: Draw) -> Gold:
    """``gold`` with one kind of noise, or as it is."""
    if draw.share() < CLEAN:
        return gold
    form, change = draw.pick(KINDS)
    if form == "line end" and gold.genre == "tables":
        return gold
    return apply(gold, form, change(gold.text, draw))


def apply(gold: Gold, form: str, pieces: Sequence[str]) -> Gold:
    """``gold`` with each character of its text replaced by the piece in its place; a mention that changed is of ``form``."""
    starts = [0, *accumulate(map(len, pieces))]
    text = "".join(pieces)
    mentions = tuple(_moved(mention, gold.text, text, starts, form) for mention in gold.mentions)
    return replace(gold, text=text, mentions=mentions)


def _moved(mention: Mention, before: str, after: str, starts: list[int], form: str) -> Mention:
    start, end = starts[mention.start], starts[mention.end]
    changed = before[mention.start : mention.end] != after[start:end]
    return replace(mention, start=start, end=end, form=form if changed and mention.form else mention.form)


def _wrapped(text: str, draw: Draw) -> list[str]:
    """Lines that end at a column, in the middle of names too."""
    limit = draw.pick(_COLUMNS)
    pieces, column = [], 0
    for at, character in enumerate(text):
        word_end = min(found for found in (text.find(" ", at + 1), text.find("\n", at + 1), len(text)) if found > 0)
        breaks = character == " " and column + word_end - at > limit
        pieces.append("\n" if breaks else character)
        column = 0 if breaks or character == "\n" else column + 1
    return pieces


def _scanned(text: str, draw: Draw) -> list[str]:
    return [_OCR[character] if character in _OCR and draw.share() < _OCR_RATE else character for character in text]


def _copied(text: str, draw: Draw) -> list[str]:
    """As copied from a PDF: soft hyphens, non-breaking and doubled spaces, words broken at line ends."""
    pieces = []
    for at, character in enumerate(text):
        chance = draw.share()
        within = 2 < at < len(text) - 3 and text[at - 2 : at + 3].isalpha()
        if character == " " and chance < 0.2:
            pieces.append("\u00a0" if chance < 0.12 else "  ")
        elif within and chance < 0.03:
            pieces.append(character + ("\u00ad" if chance < 0.02 else "-\n"))
        else:
            pieces.append(character)
    return pieces


KINDS: tuple[tuple[str, Change], ...] = (
    ("line end", _wrapped),
    ("line end", _wrapped),
    ("scan", _scanned),
    ("scan", _scanned),
    ("copied from PDF", _copied),
    ("copied from PDF", _copied),
    ("capitals", lambda text, _: [character.upper() for character in text]),
    ("lower case", lambda text, _: [character.lower() for character in text]),
)
"""The form that a changed mention then has, and the change."""
