"""CSV and TSV tables (RFC 4180, and what spreadsheets make of it): a row is a document.

The text is decoded first and then read strictly by the standard library, with the delimiter that fits the columns the catalog
names. A row with another number of cells than the header is refused as ``ragged_rows``, one with a broken quote as
``malformed``; a quote that is never closed would swallow rows, so that refuses the whole table. Blank lines are no rows.
"""

import csv
import io
import re
from collections.abc import Iterator

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, TableOptions, decode, is_textual
from winnow.formats._table import Rows, needed_columns, positions, table_options

DELIMITERS = (",", ";", "\t", "|")

CELL_CHARS = (
    1024 * 1024
)  # a longer cell is a quote never closed; the standard library's own limit is below a long support thread

_SAMPLE_CHARS = 64 * 1024  # looked at to tell the delimiter

_SAMPLE_ROWS = 100

_SEPARATOR_LINE = re.compile(r'"?sep=([^\n])"?(?:\n|$)', re.IGNORECASE)  # Excel's own way to name the delimiter

csv.field_size_limit(CELL_CHARS)  # a setting of the process, so it is set once and not for each table


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a row.

    Raises:
        UnreadableDocument: ``missing_columns``, ``malformed``, ``empty`` (no row), ``encoding_unknown``.
    """
    table = table_options(options)
    text = decode(content, table.encoding)
    named = _SEPARATOR_LINE.match(text)
    if named:
        text = text[named.end() :]
    delimiter = table.delimiter or (named[1] if named else _delimiter(text, table))
    header, count = _check(text, delimiter, table)
    return _documents(text, delimiter, table, header, count)


def _check(text: str, delimiter: str, table: TableOptions) -> tuple[list[str], int]:
    """The header and the number of rows, from a first pass over everything, so that no row is given of a table that breaks."""
    header: list[str] | None = None
    count = -table.header_row - 1
    for cells in _records(text, delimiter):
        if count == -1:
            header = cells
        count += 1
    if count <= 0:
        raise UnreadableDocument("empty")
    if header is None:
        raise UnreadableDocument("malformed")
    positions(header, table)
    return header, count


def _documents(text: str, delimiter: str, table: TableOptions, header: list[str], count: int) -> Iterator[Document]:
    columns, rows, number = positions(header, table), Rows(table), -1
    for number, cells in enumerate(_records(text, delimiter), -table.header_row - 1):
        if number < 0:
            continue
        if cells is None:
            yield rows.refused([], number, "malformed")
        elif len(cells) != len(header) and (len(cells) < len(header) or any(cells[len(header) :])):
            yield rows.refused(cells, number, "ragged_rows")
        else:
            yield rows.document({name: cells[at] for name, at in columns.items()}, number)
    if number + 1 != count:
        raise UnreadableDocument("malformed")


def _records(text: str, delimiter: str) -> Iterator[list[str] | None]:
    """The records of ``text``; None for one that breaks the rules of quoting on its own line."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            if reader.line_num - before > 1:  # it has swallowed lines, and nobody knows where the next record begins
                raise UnreadableDocument("malformed") from None
            yield None
            continue
        if cells:
            yield cells
    if reader.line_num != text.count("\n") + (not text.endswith("\n") and text != ""):
        raise UnreadableDocument("malformed")


def _delimiter(text: str, table: TableOptions) -> str:
    """The delimiter under which most named columns are in the header; then most rows as wide as it; then the wider one."""
    sample = text[:_SAMPLE_CHARS]
    if len(sample) < len(text):
        sample = sample[: sample.rfind("\n") + 1] or sample
    return max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter, table))


def _fit(sample: str, delimiter: str, table: TableOptions) -> tuple[int, float, int]:
    reader = csv.reader(io.StringIO(sample), delimiter=delimiter)  # not strict: the sample may end inside a cell
    records = [cells for _, cells in zip(range(table.header_row + 1 + _SAMPLE_ROWS), reader, strict=False) if cells]
    if len(records) <= table.header_row:
        return 0, 0.0, 0
    header, rows = records[table.header_row], records[table.header_row + 1 :]
    known = len({name.strip() for name in header} & set(needed_columns(table)))
    alike = sum(len(cells) == len(header) for cells in rows) / max(len(rows), 1)
    return known, alike, len(header)


FORMAT = Format(name="csv", suffixes=(".csv", ".tsv"), read=read, sniff=is_textual, tabular=True)
