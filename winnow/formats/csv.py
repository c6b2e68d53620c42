"""CSV and TSV tables (RFC 4180, and what spreadsheets make of it): a row is a document.

The text is decoded as a stream and read strictly by the standard library, in the dialect that fits the columns the catalog names.
A row with another number of cells than the header is refused as ``ragged_rows``, one with a broken quote as ``malformed``, one
of a line over the limit as ``too_large``; a quote that is never closed would swallow rows, so that refuses the whole table. Blank
lines are no rows, nor are what stands above the header and below the last row, nor a header that comes again where files were
joined; all are counted.

The records read are compared with a count made by other code (`winnow.formats._dialect.count_records`). If there are more, the
table is refused rather than read in part; if there are fewer, which happens around broken quotes, the difference is noted.

A table with a header and no rows is ``empty``: it is put aside and counted like any object without text, since an export that
found nothing and one that failed look the same.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, TableOptions, is_textual, library_versions, squeeze
from winnow.formats._dialect import Dialect, Record, Text, count_records, records, swallowed, tell
from winnow.formats._header import SEARCHED_ROWS, Header, WithoutFooter, find_header
from winnow.formats._table import Row, table_documents, table_options, text_work


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document a row; ``row_number`` 0 is the record under the header.

    Notes, on the first row: ``preamble_lines``, ``footer_lines``, ``repeated_headers``, ``repaired_characters``,
    ``rows_unaccounted``, ``ambiguous_values``; on a row: ``rows_in_cells``, ``unread_values``.

    Raises:
        UnreadableDocument: ``missing_columns``, ``malformed``, ``ragged_rows`` (no row fits the header), ``empty`` (no row),
            ``encoding_unknown``, ``too_large``.
    """
    table = table_options(options)
    text = Text(content, table.encoding)
    dialect = tell(text, table)
    first = [cells for cells, _ in islice(_filled(text, dialect), SEARCHED_ROWS)]
    top = [cells or [] for cells in first]
    if None in first and not any(top):
        raise UnreadableDocument("malformed")
    header = find_header(top, table)
    work = text_work(content, [dialect.delimiter.encode()])
    found = _Table(text, dialect, header, table)
    return table_documents(found.rows, table, found.notes, work=work)


def _filled(text: Text, dialect: Dialect) -> Iterator[tuple[list[str] | None, int]]:
    return (record for record in records(text.lines(), dialect) if record[0] is None or record[0])


class _Table:
    """A delimited table whose rows can be passed over again and again; `notes` are complete after the first pass."""

    def __init__(self, text: Text, dialect: Dialect, header: Header, table: TableOptions) -> None:
        self._text, self._dialect, self._header, self._table = text, dialect, header, table
        self._there = count_records(text.lines(), dialect)
        self._passed = False
        self.notes: Counter[str] = Counter(repaired_characters=text.encoding.repaired, preamble_lines=header.preamble)

    def rows(self) -> Iterator[Row]:
        """Every row in order.

        Raises:
            UnreadableDocument: ``malformed``.
        """
        found = WithoutFooter(self._below(), self._header.width, self._table.footer_rows)
        repeats = 0
        for number, (cells, lines) in enumerate(found):
            if cells is not None and self._is_header(cells):
                repeats += 1
            else:
                yield self._row(cells, lines, number)
        self.notes.update({"footer_lines": found.left_out, "repeated_headers": repeats} if not self._passed else {})
        self._passed = True

    def _below(self) -> Iterator[tuple[Record, list[str], bool]]:
        """The records below the header, with what `WithoutFooter` asks for; counts all of them."""
        read, after_blank = 0, False
        for record in records(self._text.lines(), self._dialect):
            cells = record[0]
            if cells is not None and not cells:
                after_blank = True
                continue
            read += 1
            if read > self._header.rows:
                yield record, cells or [], after_blank
            after_blank = False
        if read < self._there:
            raise UnreadableDocument("malformed")
        self.notes["rows_unaccounted"] = read - self._there

    def _is_header(self, cells: list[str]) -> bool:
        names = self._header.names
        return len(cells) == len(names) > 1 and cells[-1].strip() == names[-1] and list(map(squeeze, cells)) == list(names)

    def _row(self, cells: list[str] | None, lines: int, number: int) -> Row:
        if cells is None:
            return Row(number, reason="malformed" if lines else "too_large")
        width = self._header.width
        whole = len(cells) in {width, len(self._header.names)}  # columns without a name, at the end, may hold values
        if not whole and (len(cells) < width or any(cells[width:])):
            return Row(number, reason="ragged_rows", content=tuple(cells))
        values = {name: cells[at] for name, at in self._header.columns.items()}
        if lines > 1 and (rows := swallowed(cells, width, self._dialect.delimiter)):
            return Row(number, values, notes={"rows_in_cells": rows})
        return Row(number, values)


FORMAT = Format(
    name="csv",
    suffixes=(".csv", ".tsv"),
    read=read,
    sniff=is_textual,
    tabular=True,
    fallback=True,
    versions=library_versions("pandas"),
)
