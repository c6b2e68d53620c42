"""What pdfium makes of glyphs, repaired: numbers that it gives for characters, and ligatures that it turns round.

Belongs here: repairs that keep every character in its place. Does not belong here: opening pages (`winnow.formats._pdf_pdfium`).
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from winnow.formats._lines import RIGHT_TO_LEFT

UNMAPPED = "\ufffd"

MAX_REPAIRED = 2_000_000  # characters of a file's pages: each takes up to two microseconds; a book has a million

_PROBES = 256  # characters of a page that are asked whether they have a code; if one has none, all are

_SIMPLE_CODES = 256  # a code below may be a letter, in a font that only leaves out to say so; one above is a glyph's number

_LAM_ALEF = re.compile("\u0644[\u0622\u0623\u0625\u0627\u0671]")  # in its right order: pdfium has taken it apart itself


def without_numbers(text: str, is_unmapped: Callable[[int], bool], *, numbered: bool) -> tuple[str, Counter[str]]:
    """``text`` with `UNMAPPED` in place of glyphs' numbers, and what these were.

    ``is_unmapped`` tells of the character at an index whether its font leads back to none; ``numbered``: whether the file has fonts
    whose codes are glyphs' numbers throughout, so that even one below 256 is no letter.
    """
    found: Counter[str] = Counter()
    if not any(map(is_unmapped, range(0, len(text), max(1, len(text) // _PROBES)))):
        return text, found
    characters = list(text)
    for at, character in enumerate(text):
        suspect = numbered or ord(character) >= _SIMPLE_CODES or (character < " " and not character.isspace())
        if suspect and is_unmapped(at):
            found[character] += 1
            characters[at] = UNMAPPED
    return "".join(characters), found


def turned_back(text: str, origin: Callable[[int], tuple[float, float] | None]) -> str:
    """``text`` with the letters of each glyph that stands for several, of a script that runs to the left, in their order.

    They share one origin, and pdfium turns them round with their line. A letter and its marks may share one as well: they stay.
    """
    characters, at = list(text), 0
    while at < len(characters) - 1:
        end = at + 1
        if RIGHT_TO_LEFT.match(characters[at]) or characters[at] == " ":
            place = origin(at)
            while end < len(characters) and characters[end] not in "\r\n" and place == origin(end):
                end += 1
        run = characters[at:end]
        if _letters(run) > 1 and not _LAM_ALEF.fullmatch("".join(run)):
            characters[at:end] = run[::-1]
        at = end
    return "".join(characters)


def _letters(run: Sequence[str]) -> int:
    return sum(character.isalpha() and RIGHT_TO_LEFT.match(character) is not None for character in run)
