"""The facts of the sheets of an OpenDocument spreadsheet (ODF 1.3 part 3, 9.1), told before calamine lays them out.

A row or cell may say that it stands for thousands; of those without a value that costs nothing, of the others it is how a small
file becomes a large one.
"""

from winnow.errors import UnreadableDocument
from winnow.formats._package import Package
from winnow.formats._sheets import MAX_CELLS, MAX_ROWS, Facts, Parser

_MAX_COLUMNS = 16_384  # of a sheet, in all programs

_MOST_DIGITS = 10  # of how often a row or cell is repeated; more than a sheet holds anyway

_ASIDE = frozenset({"annotation", "shapes", "frame", "custom-shape", "g", "text-box"})  # remarks and drawings on a cell


class _Content(Parser):
    """Tells the facts of every sheet from ``content.xml``."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, Facts] = {}
        self._sheet = Facts()
        self._row = self._column = self._column_definition = 0
        self._rows = 1  # that the current row stands for
        self._cells: list[tuple[int, int, int, bool]] = []
        self._times = 0
        self._length, self._blank, self._typed, self._depth = 0, True, False, 0
        self._paragraphs = self._aside = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        said = {key.rpartition(":")[2]: value for key, value in attributes.items()} if attributes else {}
        if name == "table":
            self._depth += 1
            if self._depth == 1:
                self._sheet = self.facts.setdefault(said.get("name", ""), Facts())
                self._row = self._column_definition = 0
        elif name == "table-row":
            self._rows, self._column, self._cells = _times(said.get("number-rows-repeated")), 0, []
            self._hide(said.get("visibility"))
        elif name == "table-column":
            times = _times(said.get("number-columns-repeated"))
            if said.get("visibility") in {"collapse", "filter"}:
                self._sheet.hidden_columns.append((self._column_definition, self._column_definition + times - 1))
            self._column_definition += times
        elif name in {"table-cell", "covered-table-cell"}:
            self._times, self._length, self._blank = _times(said.get("number-columns-repeated")), 0, True
            self._typed = said.get("value-type") not in {None, "string"}
        elif name in _ASIDE:
            self._aside += 1
        elif name == "p":
            self._paragraphs += 1

    def _hide(self, visibility: str | None) -> None:
        if visibility in {"collapse", "filter"}:
            self._sheet.filtered = self._sheet.filtered or visibility == "filter"
            for row in range(self._row, min(self._row + self._rows, MAX_ROWS)):
                self._sheet.hide_row(row)

    def text(self, text: str) -> None:
        """Text inside of an element."""
        if self._paragraphs and not self._aside:
            self._length += len(text)
            self._blank = self._blank and text.isspace()

    def end(self, name: str) -> None:
        """An element ends."""
        local = name.rpartition(":")[2]
        if local in {"table-cell", "covered-table-cell"}:
            if self._length or self._typed:
                self._cells.append((self._column, self._times, self._length, self._blank and not self._typed))
            self._column += self._times
        elif local in _ASIDE:
            self._aside -= 1
        elif local == "p":
            self._paragraphs -= 1
        elif local == "table-row":
            self._settle()
        elif local == "table":
            self._depth -= 1
            if not self._depth:
                self._sheet.check()

    def _settle(self) -> None:
        """The row is over: its cells stand in each of the rows that it stands for."""
        if self._cells:
            self._sheet.last_row = max(self._sheet.last_row, self._row + self._rows - 1)
            self._sheet.last_column = max(self._sheet.last_column, *(at + times - 1 for at, times, _, _ in self._cells))
            if sum(times for _, times, _, _ in self._cells) * self._rows > MAX_CELLS:
                raise UnreadableDocument("bomb")
            for row in range(self._row, min(self._row + self._rows, MAX_ROWS)):
                for at, times, length, blank in self._cells:
                    for column in range(at, min(at + times, _MAX_COLUMNS)):
                        self._sheet.cell(row, column, length, blank=blank)
        self._row += self._rows


def _times(text: str | None) -> int:
    text = (text or "1").strip()
    if not text.isdecimal():
        return 1
    return max(1, int(text)) if len(text) < _MOST_DIGITS else 10**_MOST_DIGITS  # calamine believes numbers of any length


def ods_facts(package: Package) -> dict[str, Facts]:
    """The facts of every sheet by its name.

    Raises:
        UnreadableDocument: ``encrypted``, ``damaged``, ``bomb``, ``too_large``, ``wrong_type`` (another kind of OpenDocument file).
    """
    kind = package.read("mimetype") or b""
    if kind and b"spreadsheet" not in kind:
        raise UnreadableDocument("wrong_type")
    if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
        raise UnreadableDocument("encrypted")
    content = _Content()
    content.feed(package.stream("content.xml"))
    return content.facts
