"""A line of a page as it was set, and which lines of a page are rows of a table or notes at its foot.

Belongs here: what the places of several lines say about them. Does not belong here: headings, paragraphs and lists, which are
`winnow.formats._layout`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from winnow.documents import Block

COLUMN_POINTS = 3.0  # cells of a column begin this close to each other; numbers set to the right, a few digits further apart

DIGITS_WIDE = 2.5  # times the type size: how far the starts of two numbers may lie apart whose ends are aligned

NOTE_SIZE = 0.9  # times the body's: larger type at a page's foot is text

SAME_COLUMN_POINTS = 150.0  # lines that begin further apart stand in different columns of a page

RAISED, MARK_SIZE = 0.15, 0.85  # times the size of the line's type: the mark of a note is raised, and set smaller

MARKED = re.compile(r"(?:[^\W\d_]{2}|[.,;:!?”’\"')»])\Z")  # a mark of a note stands behind a word or its punctuation

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew, Arabic and their presentation forms

_BOLD = ("bold", "black", "heavy", "semibold", "-bd", "cmbx", "sfbx", "medi")  # as PostScript font names spell it, TeX's too

_SIGNS = ("dingbats", "wingdings", "webdings", "monotypesorts")

BULLET = "•"

_NUMBER = re.compile(r"[-–+(]?[$€£]?\d")

_NOTE_MARK = re.compile(r"(?:\d{1,3}|[*†‡§¹²³⁴-⁹]|[a-z](?=\)))[.)]?(?:\s|(?=[^\W\d_]|[(„“\"']))")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as set: its text, left edge and baseline in points from the page's lower left, type size in points.

    ``cells`` are the pieces that stand side by side on its baseline, each with its left edge, if there are several.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    cells: tuple[tuple[float, str], ...] = ()


@lru_cache(maxsize=1024)  # every line asks, and a file has some dozen fonts
def is_bold(font: str) -> bool:
    """Whether ``font``, a PostScript font name, is that of a bold face."""
    name = font.lower()
    return any(mark in name for mark in _BOLD)


@lru_cache(maxsize=1024)  # every line asks, and a file has some dozen fonts
def has_signs(font: str) -> bool:
    """Whether ``font``, a PostScript font name, is one of signs instead of letters, whose single letters are bullets."""
    name = font.lower()
    return any(mark in name for mark in _SIGNS)


def solid(text: str) -> str:
    """``text`` without its spaces."""
    return "".join(text.split())


def upright(x: float, y: float, turn: int) -> tuple[float, float]:
    """The point as it lies when the page is turned so that text running in the direction ``turn`` runs to the right.

    ``turn`` is 0, 90 (upwards), 180 or 270 (downwards) degrees. So the lines of a turned page stand below each other as those of
    any other, and the gaps between them mean the same.
    """
    if turn == 90:
        return y, -x
    if turn == 180:
        return -x, -y
    return (-y, x) if turn == 270 else (x, y)


def tables(page: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Where in ``page`` tables begin and end: neighbouring lines whose cells begin under each other.

    Two rows of three columns are a table; of two columns it takes three rows, since words in another font, too, are pieces of
    their own.
    """
    start = 0
    while start < len(page):
        end = start + 1
        while end < len(page) and _aligned(page[end - 1], page[end]):
            end += 1
        if end - start >= (2 if max((len(line.cells) for line in page[start:end]), default=0) > 2 else 3):
            yield start, end
        start = end


def _aligned(above: Line, below: Line) -> bool:
    if len(above.cells) < 2 or len(below.cells) < 2 or not above.y > below.y > above.y - 5 * max(above.size, below.size, 1):
        return False
    fewer, more = sorted((above.cells, below.cells), key=len)
    matched = sum(any(_under(cell, other, above.size) for other in more) for cell in fewer)
    return matched == len(fewer) and len(more) - len(fewer) <= max(1, len(more) // 3)


def _under(cell: tuple[float, str], other: tuple[float, str], size: float) -> bool:
    apart = abs(cell[0] - other[0])
    numbers = _NUMBER.match(cell[1]) is not None or _NUMBER.match(other[1]) is not None
    return apart <= (DIGITS_WIDE * max(size, 1) if numbers else COLUMN_POINTS)


def table_block(rows: Sequence[Line]) -> Block:
    """``rows`` as a table, a line for each with `` | `` between its cells, empty ones where a column has none."""
    starts = [x for x, _ in max(rows, key=lambda line: len(line.cells)).cells]
    lines = []
    for row in rows:
        cells = [""] * len(starts)
        for x, text in row.cells:
            column = min(range(len(starts)), key=lambda at: abs(starts[at] - x))
            cells[column] = f"{cells[column]} {text}".strip()
        lines.append(" | ".join(cells))
    return Block("table", "\n".join(lines))


def foot_notes(page: Sequence[Line], body_size: float) -> list[list[Line]]:
    """The notes at the foot of ``page``, each with the lines it runs over.

    They are set smaller than the body, stand below all of it in their column, and begin with a mark.
    """
    small = [line for line in page if 0 < line.size <= NOTE_SIZE * body_size and line.y]
    large = [line for line in page if line.size > NOTE_SIZE * body_size]
    low = [
        line
        for line in small
        if all(line.y < other.y for other in large if abs(line.x - other.x) < SAME_COLUMN_POINTS) and len(line.cells) < 3
    ]
    notes: list[list[Line]] = []
    for line in low:
        if _NOTE_MARK.match(line.text):
            notes.append([line])
        elif notes and 0 < notes[-1][-1].y - line.y < 2 * line.size and abs(notes[-1][-1].x - line.x) < SAME_COLUMN_POINTS:
            notes[-1].append(line)
    return notes if large else []
