"""Excel workbooks (ECMA-376): a row of one sheet is a document; read by pandas on calamine.

calamine lays a sheet out as a full rectangle from A1 to the last cell with a value, so one far cell aborts the process. The
sheets are therefore scanned before: what they inflate to, how far their cells reach, how many they are.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.parsers import expat

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, Format, ReadOptions, TableOptions, is_textual, library_versions
from winnow.formats._package import Package
from winnow.formats._table import Rows, positions, render, table_options

MAX_INFLATED_BYTES = 256 * MEBIBYTE  # of all XML parts: a sheet with as many cells as allowed is about this large

MAX_CELLS = 5_000_000  # of the rectangle: pandas takes about 100 bytes for each

SPARSE = 20  # a rectangle over the limit and this many times its filled cells is a far cell, not a large table

_WORKBOOK = "xl/workbook.xml"  # where calamine looks, and where every known writer puts it

_REFERENCE = re.compile(r"\s*([A-Za-z]{1,3})([0-9]{1,9})\s*")

_PANIC = "PanicException"  # how a failed assertion in a Rust library arrives; not an Exception, and of no importable class


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a row that has a value; ``row_number`` 0 is the row under the header.

    Raises:
        UnreadableDocument: ``missing_columns`` (also for an absent sheet), ``malformed``, ``empty`` (no row), ``encrypted``,
            ``not_a_package``, ``truncated``, ``damaged``, ``bomb``, ``too_large``.
    """
    table = table_options(options)
    package = Package(content, MAX_INFLATED_BYTES)
    if _WORKBOOK not in package:
        raise UnreadableDocument("not_a_package")
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        parts = [name for name in members.namelist() if name.endswith(".xml")]
    for part in parts:
        _refuse_far_cells(package.read(part) or b"")
    cells = _cells(content, table)
    header, rows = cells[table.header_row : table.header_row + 1], cells[table.header_row + 1 :]
    if not rows:
        raise UnreadableDocument("empty")
    return _documents(rows, positions([render(name) for name in header[0]], table), Rows(table))


def _documents(cells: Sequence[Sequence[Any]], columns: Mapping[str, int], rows: Rows) -> Iterator[Document]:
    for number, row in enumerate(cells):
        if any(value not in ("", None) for value in row):  # a blank line of a sheet is no row
            yield rows.document({name: render(row[at]) for name, at in columns.items()}, number)


def _cells(content: bytes, table: TableOptions) -> list[list[Any]]:
    """The chosen sheet from A1 on, as Python values; an empty cell is ``""``."""
    import pandas as pd  # noqa: PLC0415 - half a second, which readers of other formats need not spend

    try:
        with pd.ExcelFile(io.BytesIO(content), engine="calamine") as workbook:
            sheet = _sheet(workbook.sheet_names, table.sheet)
            # No header, type or missing-value guessing: "NA" is a text, and 01 in a text cell keeps its zero.
            frame = workbook.parse(sheet, header=None, dtype=object, na_filter=False)
    except UnreadableDocument:
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == _PANIC:
            raise UnreadableDocument("damaged") from None  # from None: the library's message may quote a cell or a sheet
        raise
    rows: list[list[Any]] = frame.to_numpy(dtype=object).tolist()
    return rows


def _sheet(names: Sequence[Any], wanted: str | None) -> Any:
    if not names or (wanted is not None and wanted not in names):
        raise UnreadableDocument("missing_columns")
    return names[0] if wanted is None else wanted


def _refuse_far_cells(content: bytes) -> None:
    """Raise if ``content`` is a worksheet whose rectangle of cells is over the limit; other parts are let through."""
    scan = _Scan()
    try:
        scan.parser.Parse(content, True)
    except _NotASheet:
        return
    except expat.ExpatError:
        raise UnreadableDocument("damaged") from None
    if scan.area > MAX_CELLS:
        raise UnreadableDocument("bomb" if scan.area > SPARSE * scan.filled else "too_large")


class _NotASheet(Exception):
    """The part's root element is not a worksheet."""


class _Scan:
    """Counts the cells with a value of one worksheet, and how far they reach (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73)."""

    def __init__(self) -> None:
        self.filled = self._rows = self._columns = 0
        self._row = self._column = 0
        self._root = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._doctype

    @property
    def area(self) -> int:
        return self._rows * self._columns

    def _doctype(self, *_: object) -> None:
        raise UnreadableDocument("damaged")  # no writer makes one, and it can declare entities

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self._root:
            self._root = True
            if local != "worksheet":
                raise _NotASheet
        if local == "row":
            number = attributes.get("r", "").strip()
            self._row = int(number) if number.isdecimal() and len(number) < 10 else self._row + 1
            self._column = 0
        elif local == "c":
            self._place(attributes.get("r"))
        elif local in {"v", "is"}:  # a cell with neither is only formatted, and calamine leaves it out
            self.filled += 1
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)

    def _place(self, reference: str | None) -> None:
        match = _REFERENCE.fullmatch(reference or "")
        self._column += 1
        if match:
            self._column = 0
            for letter in match[1].upper():
                self._column = self._column * 26 + ord(letter) - ord("A") + 1
            self._row = int(match[2])


def _sniff(content: bytes) -> bool:
    """Not text: the reader tells a broken package from an encrypted one."""
    return not is_textual(content)


FORMAT = Format(
    name="xlsx",
    suffixes=(".xlsx", ".xlsm"),
    read=read,
    sniff=_sniff,
    tabular=True,
    versions=library_versions("pandas", "python-calamine"),
)
