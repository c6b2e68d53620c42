"""Type of a PDF's page that is set a second time on itself, to look bold or to cast a shadow: read once.

Belongs here: copies of lines in their places. Does not belong here: lines that come again below or beside, which are text.
"""

from collections.abc import Sequence
from dataclasses import replace

from winnow.formats._lines import Line, solid

_TWICE = 0.5  # of the lines of a page: so many that stand on their own copy mean that the type was set twice

_IN_PLACE = 0.5  # times the type size: how far a copy may be shifted to be a shadow or a bolder stroke

_OWN_COPY = 8  # characters of a line's half at least: "2020" is no copy of "20"


def once(lines: Sequence[Line]) -> tuple[list[Line], bool]:
    """``lines`` without their copies, and whether most of them had one; all of them if not.

    A copy is a line of its own in the same place, or was put behind its line by the engine.
    """
    places: dict[str, list[Line]] = {}
    kept, copied = [], 0
    for line in lines:
        text = solid(line.text)
        half = len(text) // 2
        if half >= _OWN_COPY and text[:half] == text[half:]:
            copied += 1
            kept.append(replace(line, text=_beginning(line.text, half)))
            continue
        others = places.setdefault(text, [])
        reach = _IN_PLACE * max(line.size, 1.0)
        if any(abs(other.x - line.x) < reach and abs(other.y - line.y) < reach for other in others):
            copied += 1
        else:
            others.append(line)
            kept.append(line)
    return (kept, True) if kept and copied >= _TWICE * len(kept) else (list(lines), False)


def _beginning(text: str, count: int) -> str:
    """The beginning of ``text`` with ``count`` characters that are no spaces."""
    seen = [at for at, character in enumerate(text) if not character.isspace()]
    return text[: seen[count - 1] + 1]
