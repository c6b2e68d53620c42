"""What is in the sheets of a workbook, told before any library lays them out: extent, rows with values, what is hidden.

Belongs here: the facts of one sheet, their limits, and how they are told from the XML of ECMA-376. Does not belong here: the other
file formats of workbooks (`_xls`, `_xlsb`, `_ods`), and reading the cells, which calamine does (`_workbook`).

calamine lays a sheet out as a full rectangle up to the last cell with a value, and gives every cell its own copy of a shared
text, so one far cell or one long text aborts the process. The facts come from code that shares nothing with it, so its rows are
also counted against them.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE

MAX_CELLS = 4_000_000  # of the rectangle: calamine takes 32 bytes for each; looked at and read they take up to 18 seconds

MAX_FILLED = 5_000_000  # of all sheets together, which are looked at whether they are read or not

SPARSE = 20  # a rectangle over the limit and this many times its filled cells is a far cell, not a large table

MAX_SHEET_TEXT = 256 * MEBIBYTE  # characters of all cells: shared texts are copied into each

MAX_ROWS = 1_048_576  # of a sheet, in all programs

MAX_EVENTS = 18_000_000  # elements of one sheet, or records of one workbook: passing over more takes over 20 seconds

_REFERENCE = re.compile(r"\s*([A-Za-z]{1,3})([0-9]{1,9})\s*")


_COLUMNS: dict[str, int] = {}  # the numbers of columns by their letters, as they are met
_MOST_COLUMNS = 20_000  # 16,384 there are; more spellings than these are no sheet's


def _column(letters: str) -> int:
    """The number, from 0, of the column that ``letters`` name."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


@dataclass(slots=True)
class Facts:
    """What is known of one sheet; rows and columns from 0.

    Attributes:
        filled: cells with a value.
        last_row, last_column: how far they reach, -1 for none.
        characters: of all texts in them.
        rows: a mark for each row in which something stands.
        hidden_rows: rows that are not shown.
        hidden_columns: first and last of columns that are not shown.
        filtered: whether rows are hidden because the sheet is seen through a filter.
        errors: cells whose formula failed, such as ``#N/A``.
        uncomputed: cells with a formula whose value no program has stored.
    """

    filled: int = 0
    last_row: int = -1
    last_column: int = -1
    characters: int = 0
    rows: bytearray = field(default_factory=bytearray)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    filtered: bool = False
    errors: int = 0
    uncomputed: int = 0

    def cell(self, row: int, column: int, characters: int = 1, *, blank: bool = False) -> None:
        """A cell with a value of so many characters; ``blank`` if they are white space.

        Raises:
            UnreadableDocument: ``bomb`` or ``too_large``.
        """
        self.filled += 1
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        self.characters += characters
        if not blank and 0 <= row < MAX_ROWS:
            if row >= len(self.rows):
                self.rows.extend(bytes(row + 1 - len(self.rows)))
            self.rows[row] = 1
        if self.characters > MAX_SHEET_TEXT or self.filled > MAX_CELLS:
            self.check()

    def check(self) -> None:
        """Raise if the sheet is over a limit.

        Raises:
            UnreadableDocument: ``bomb`` for a far cell or a text repeated in most cells, ``too_large`` for a large table.
        """
        area = (self.last_row + 1) * (self.last_column + 1)
        if self.characters > MAX_SHEET_TEXT:
            raise UnreadableDocument("bomb")
        if area > MAX_CELLS or self.filled > MAX_CELLS:
            raise UnreadableDocument("bomb" if area > SPARSE * self.filled else "too_large")

    def is_hidden(self, column: int) -> bool:
        """Whether ``column`` is not shown."""
        return any(first <= column <= last for first, last in self.hidden_columns)

    def hide_row(self, row: int) -> None:
        """Take note that ``row`` is not shown."""
        if 0 <= row < MAX_ROWS:
            self.hidden_rows.add(row)


class NotASheet(Exception):
    """The part's root element is not a worksheet."""


class Parser:
    """An expat parser that refuses document types, which no writer makes and which can declare entities."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._counted
        self._parser.EndElementHandler = self.end
        self._parser.CharacterDataHandler = self.text
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._events = 0

    def feed(self, pieces: Iterable[bytes]) -> None:
        """Parse ``pieces``.

        Raises:
            UnreadableDocument: ``damaged``, ``bomb``, ``too_large``.
        """
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise UnreadableDocument("damaged") from None

    def _doctype(self, *_: object) -> None:
        raise UnreadableDocument("damaged")

    def _counted(self, name: str, attributes: dict[str, str]) -> None:
        self._events += 1
        if self._events > MAX_EVENTS:
            raise UnreadableDocument("too_large")
        self.start(name.rpartition(":")[2], attributes)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends; its name may have a prefix."""

    def text(self, text: str) -> None:
        """Text inside of an element."""


class SharedTexts(Parser):
    """The lengths of a workbook's shared texts, in their order; negative for white space only."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths = array("q")
        self._inside, self._spoken, self._length, self._blank = False, False, 0, True

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - expat's signature
        """An element begins."""
        if name == "si":
            self._length, self._blank = 0, True
        self._inside = name == "t" and not self._spoken
        self._spoken = self._spoken or name == "rPh"  # how the text is pronounced, which is not the text

    def end(self, name: str) -> None:
        """An element ends."""
        local = name.rpartition(":")[2]
        self._inside = False
        if local == "rPh":
            self._spoken = False
        elif local == "si":
            self.lengths.append(-self._length if self._blank else self._length)

    def text(self, text: str) -> None:
        """Text inside of an element."""
        if self._inside:
            self._length += len(text)
            self._blank = self._blank and text.isspace()


class Worksheet(Parser):
    """Tells the facts of one worksheet (ECMA-376 part 1, 18.3.1)."""

    def __init__(self, shared: Sequence[int]) -> None:
        """``shared`` are the lengths of the shared texts."""
        super().__init__()
        self.facts = Facts()
        self._shared = shared
        self._row = self._column = -1
        self._root = self._inside = self._formula = self._valued = False
        self._kind, self._said, self._length, self._blank = "", "", 0, True

    def _counted(self, name: str, attributes: dict[str, str]) -> None:  # the most frequent first, and no calls for them
        self._events += 1
        if self._events > MAX_EVENTS:
            raise UnreadableDocument("too_large")
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v" and self._root:
            self._inside = self._valued = True
        elif name == "c" and self._root:
            self._place(attributes.get("r", ""))
            self._kind, self._said, self._length, self._blank = attributes.get("t", "n"), "", 0, True
            self._formula = self._valued = False
        else:
            self.start(name, attributes)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins that is neither a cell nor its value."""
        if not self._root:
            self._root = True
            if name != "worksheet":
                raise NotASheet
        if name == "t":
            self._inside = self._valued = True
        elif name == "is":
            self._valued = True
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and attributes.get("hidden") in {"1", "true"}:
            self.facts.hidden_columns.append((_whole(attributes.get("min")) - 1, _whole(attributes.get("max")) - 1))
        elif name == "filterColumn" or (name == "sheetPr" and attributes.get("filterMode") in {"1", "true"}):
            self.facts.filtered = True

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "").strip()
        self._row = int(number) - 1 if number.isdecimal() and len(number) < 10 else self._row + 1
        self._column = -1
        if attributes.get("hidden") in {"1", "true"}:
            self.facts.hide_row(self._row)

    def _place(self, reference: str) -> None:
        self._column += 1
        letters = reference.rstrip("0123456789")
        column = _COLUMNS.get(letters)
        digits = reference[len(letters) :]
        if column is None or not digits or len(digits) > 9:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                return
            column, digits = _column(match[1]), match[2]
            if len(_COLUMNS) < _MOST_COLUMNS:
                _COLUMNS[letters] = column
        self._column, self._row = column, int(digits) - 1

    def text(self, text: str) -> None:
        """Text inside of an element."""
        if self._inside:
            self._length += len(text)
            if self._blank:
                self._blank = text.isspace()
            if self._kind == "s":
                self._said += text[:16]

    def end(self, name: str) -> None:
        """An element ends."""
        local = name.rpartition(":")[2] if ":" in name else name
        if local in {"v", "t"}:
            self._inside = False
        elif local == "c":
            self.facts.uncomputed += self._formula and not self._length and self._kind != "str"
            if self._valued:
                self._settle()

    def _settle(self) -> None:
        length, blank = self._length, self._blank
        if self._kind == "s":
            at = int(self._said) if self._said.strip().isdecimal() else -1
            length = self._shared[at] if 0 <= at < len(self._shared) else 0
            blank = length <= 0
        if self._kind == "e":
            self.facts.errors += 1
            blank = True  # what calamine leaves empty
        self.facts.cell(self._row, self._column, abs(length), blank=blank)


def _whole(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0
