"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS): a row of a sheet is a document, or without ``table:`` the workbook is one.

Rows are read by calamine, once every sheet has been looked at by other code (`winnow.formats._workbook`). Read are values as they
were stored: of a formula its last value, of a date the day, of a share the number. Cells merged downwards have their value in every
row. Rows and columns that are hidden are left out and counted, with two exceptions: a filter hides rows of a table only from view,
and a column that the catalog names is wanted.

The rows read are compared with those in which the other code found something; a table that would lose one is refused.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, TableOptions, is_textual, library_versions, placed, squeeze
from winnow.formats._header import SEARCHED_ROWS, Header, WithoutFooter, find_header, known_columns
from winnow.formats._table import Row, needed_columns, render, table_documents
from winnow.formats._tally import weight
from winnow.formats._workbook import Sheet, Workbook

BLOCK_ROWS = 100  # of a table block in a workbook that is a document: about what fits a page or two

DOCUMENT_CHARS = 4 * 1024 * 1024  # of such a document: a thousand pages; more is a table, which the catalog has to name

EVERY_SHEET = "*"


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a row that has a value, or one in all if there are no table options.

    ``row_number`` 0 is the row under the header; where several sheets are read, those of the next go on behind. Notes:
    ``hidden_sheets``, ``hidden_text``, ``hidden_rows``, ``hidden_columns``, ``filtered_rows``, ``merged_cells``, ``error_cells``,
    ``uncomputed_formulas``, ``preamble_lines``, ``footer_lines``, ``repeated_headers``, ``sheets_without_columns``,
    ``rows_unaccounted``, ``rows_left_out``, ``ambiguous_values``; on a row ``unread_values``.

    Raises:
        UnreadableDocument: ``missing_columns`` (also for an absent sheet), ``malformed``, ``empty`` (no row), ``encrypted``,
            ``not_a_package``, ``truncated``, ``damaged``, ``bomb``, ``too_large``, ``wrong_type``.
    """
    book = Workbook(content)
    keep_hidden = options.reading.hidden_text == "keep"
    if options.table is None and options.bare_workbooks:
        return iter([_whole(book, keep_hidden=keep_hidden)])
    if options.table is None or not options.table.columns:
        raise UnreadableDocument("missing_columns")
    found = _Tables(book, options.table, keep_hidden=keep_hidden)
    return table_documents(found.rows, options.table, found.notes)


@dataclass(frozen=True, slots=True)
class _Table:
    sheet: Sheet
    header: Header
    merged: dict[int, list[tuple[int, int]]]


class _Tables:
    """The tables of the chosen sheets, whose rows can be passed over again and again; `notes` are complete after the first pass."""

    def __init__(self, book: Workbook, table: TableOptions, *, keep_hidden: bool) -> None:
        self._book, self._options, self._keep_hidden = book, table, keep_hidden
        self._needed = needed_columns(table)
        self.notes: Counter[str] = Counter()
        chosen = _chosen(book, table.sheet, self.notes, keep_hidden=keep_hidden)
        self._tables = [found for sheet in chosen if (found := self._table(sheet)) is not None]
        if not self._tables:
            raise UnreadableDocument("missing_columns" if any(sheet.facts.filled for sheet in chosen) else "empty")
        self._passed = False

    def _table(self, sheet: Sheet) -> _Table | None:
        top = [[render(value) for value in row] for row in islice(self._book.rows(sheet), SEARCHED_ROWS)]
        if self._options.sheet == EVERY_SHEET:
            most = max((known_columns(row, self._options) for row in top), default=0)
            if self._options.header_row is None and most < len(self._needed):
                self.notes["sheets_without_columns"] += 1
                return None
        header = find_header(top, self._options)
        self.notes["preamble_lines"] += sum(any(row) for row in top[: header.preamble])
        return _Table(sheet, header, self._book.merged_down(sheet, set(header.columns.values())))

    def rows(self) -> Iterator[Row]:
        """Every row that has a value, in the order of the sheets.

        Raises:
            UnreadableDocument: ``damaged``, also if rows would be lost.
        """
        before, notes = 0, Counter[str]()
        for table in self._tables:
            number = 0
            for number, values in self._of(table, notes):
                yield Row(before + number, values)
            before += number + 1
        if not self._passed:
            self._passed = True
            self.notes.update(notes)

    def _of(self, table: _Table, notes: Counter[str]) -> Iterator[tuple[int, dict[str, Any]]]:
        header, facts = table.header, table.sheet.facts
        below = WithoutFooter(self._below(table, notes), header.width, self._options.footer_rows)
        fills = {at: _Fill(runs) for at, runs in table.merged.items()}
        for number, cells in below:
            values = {name: cells[at] if at < len(cells) else "" for name, at in header.columns.items()}
            if fills:
                for name, at in header.columns.items():
                    if at in fills:
                        values[name] = fills[at].value(header.rows + number, values[name], notes)
            if _is_header(cells, header):
                notes["repeated_headers"] += 1
            else:
                yield number, values
        notes["footer_lines"] += below.left_out
        notes["error_cells"] += facts.errors
        notes["uncomputed_formulas"] += facts.uncomputed

    def _below(self, table: _Table, notes: Counter[str]) -> Iterator[tuple[tuple[int, Sequence[Any]], list[str], bool]]:
        """The rows below the header that are not blank, with what `WithoutFooter` asks for; all are counted."""
        facts, read, after_blank = table.sheet.facts, 0, False
        hidden = set() if self._keep_hidden else facts.hidden_rows
        for at, cells in enumerate(self._book.rows(table.sheet)):
            if not any(value.strip() if isinstance(value, str) else value is not None for value in cells):
                after_blank = True
                continue
            read += 1
            if at < table.header.rows:
                continue
            if at in hidden:
                notes["filtered_rows" if facts.filtered else "hidden_rows"] += 1
                if not facts.filtered:
                    continue
            yield (at - table.header.rows, cells), _trimmed(cells), after_blank
            after_blank = False
        there = sum(facts.rows)
        if read < there:
            raise UnreadableDocument("damaged")
        notes["rows_unaccounted"] += read - there


def _is_header(cells: Sequence[Any], header: Header) -> bool:
    """Whether a row is the header again; its last cell alone tells nearly every other row apart."""
    last = header.width - 1
    if last < 0 or len(cells) <= last or squeeze(render(cells[last])) != header.names[last]:
        return False
    return [squeeze(render(cell)) for cell in cells[: header.width]] == list(header.names[: header.width])


class _Fill:
    """Gives each row of a merged cell the value of its first one; rows come in ascending order."""

    def __init__(self, runs: list[tuple[int, int]]) -> None:
        self._runs, self._next, self._last, self._value = runs, 0, -1, ""

    def value(self, row: int, value: Any, notes: Counter[str]) -> Any:
        """The value of the cell in ``row``, which by itself is ``value``."""
        while self._next < len(self._runs) and self._runs[self._next][0] <= row:
            first, self._last = self._runs[self._next]
            self._next += 1
            self._value = value if first == row else ""
        if row > self._last or value != "" or self._value == "":
            return value
        notes["merged_cells"] += 1
        return self._value


def _trimmed(cells: Sequence[Any]) -> list[str]:
    texts = [render(cell) for cell in cells]
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def _chosen(book: Workbook, wanted: str | tuple[str, ...] | None, notes: Counter[str], *, keep_hidden: bool) -> list[Sheet]:
    """The sheets that the catalog names; if it names none, the first that is shown."""
    shown = [sheet for sheet in book.sheets if sheet.visible or keep_hidden]
    if wanted is None or wanted == EVERY_SHEET:
        notes["hidden_sheets"] = len(book.sheets) - len(shown)
        if not shown:
            raise UnreadableDocument("missing_columns" if book.sheets else "empty")
        return shown[:1] if wanted is None else shown
    names = (wanted,) if isinstance(wanted, str) else wanted
    found = {sheet.name: sheet for sheet in book.sheets}
    if not set(names) <= set(found):
        raise UnreadableDocument("missing_columns")
    return [found[name] for name in names]


def _whole(book: Workbook, *, keep_hidden: bool) -> Document:
    """The workbook as one document: each sheet a heading, its runs of rows tables, and rows of one cell paragraphs."""
    notes: Counter[str] = Counter()
    blocks: list[Block] = []
    left = DOCUMENT_CHARS
    for sheet in book.sheets:
        if not (sheet.visible or keep_hidden):
            notes["hidden_sheets"] += 1
            notes["hidden_text"] += sum(weight(render(value)) for row in book.rows(sheet) for value in row)
            continue
        found = []
        for block, rows in _blocks(book, sheet, notes, keep_hidden=keep_hidden):
            left -= len(block.text)
            if left < 0:
                notes["rows_left_out"] += rows
            else:
                found.append(block)
        if found:
            blocks += [Block("heading", squeeze(sheet.name), level=1), *found]
        notes["error_cells"] += sheet.facts.errors
        notes["uncomputed_formulas"] += sheet.facts.uncomputed
    return Document(blocks=placed(blocks), notes={name: count for name, count in notes.items() if count})


def _blocks(book: Workbook, sheet: Sheet, notes: Counter[str], *, keep_hidden: bool) -> Iterator[tuple[Block, int]]:
    """The blocks of one sheet and how many rows are in each."""
    facts, lines, read = sheet.facts, list[list[str]](), 0
    hidden = frozenset[int]() if keep_hidden else {at for at in range(facts.last_column + 1) if facts.is_hidden(at)}
    notes["hidden_columns"] += len(hidden)
    for at, row in enumerate(book.rows(sheet)):
        said = [squeeze(render(value)) for value in row]
        read += any(said)
        if any(said) and not keep_hidden and at in facts.hidden_rows:
            notes["hidden_rows"] += 1
            notes["hidden_text"] += sum(map(weight, said))
            continue
        notes["hidden_text"] += sum(weight(cell) for number, cell in enumerate(said) if number in hidden)
        cells = _trimmed([cell for number, cell in enumerate(said) if number not in hidden])
        if cells and len(lines) < BLOCK_ROWS:
            lines.append(cells)
            continue
        yield from _block(lines)
        lines = [cells] if cells else []
    yield from _block(lines)
    notes["rows_unaccounted"] += abs(read - sum(facts.rows))


def _block(lines: list[list[str]]) -> Iterator[tuple[Block, int]]:
    """A run of rows as a table, without the columns in which nothing stands; single cells as paragraphs."""
    if not lines:
        return
    while len(lines) > 1 and sum(map(bool, lines[0])) == 1:  # a title right above its table
        yield Block("paragraph", next(filter(None, lines[0]))), 1
        lines = lines[1:]
    if len(lines) == 1 and sum(map(bool, lines[0])) == 1:
        yield Block("paragraph", next(filter(None, lines[0]))), 1
        return
    used = sorted({at for cells in lines for at, cell in enumerate(cells) if cell})
    texts = [" | ".join(cells[at] if at < len(cells) else "" for at in used) for cells in lines]
    yield Block("table", "\n".join(texts)), len(lines)


FORMAT = Format(
    name="xlsx",
    suffixes=(".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".ods"),
    read=read,
    sniff=lambda content: not is_textual(content),  # the reader tells a broken package from an encrypted one
    tabular=True,
    versions=library_versions("python-calamine", "pandas"),
)
"""The format's name is that of the most common of its kinds."""
