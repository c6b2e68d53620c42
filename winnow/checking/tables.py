"""Rows out of CSV, TSV, workbooks and Parquet, each a mapping from column to value; the readers' limits and pre-scans hold here too.

Belongs here: tables as `winnow.checking` needs them, with every column. Does not belong here: how dialects, sheets and pages are read
(`winnow.formats`), and which columns mean what (`winnow.checking.shapes`).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa

from winnow.checking.lines import Row, Source, parse, text_stream
from winnow.errors import UnreadableDocument
from winnow.formats._base import MAX_BYTES, TableOptions, squeeze
from winnow.formats._dialect import LINE_CHARS, Text, records, tell
from winnow.formats._encoding import LongLine
from winnow.formats._header import SEARCHED_ROWS, known_columns
from winnow.formats._table import render
from winnow.formats._workbook import Workbook

_SAMPLE_BYTES = 256 * 1024  # of a delimited text, by which its dialect is told
_BATCH_ROWS = 64  # of Parquet at once: one long text may stand in each of them
_JSON_COLUMNS = frozenset(
    {"messages", "conversations", "contents", "system", "systemInstruction", "parts", "chosen", "rejected"}
)
"""Columns in whose cells programs write JSON."""


def delimited_rows(stream: BinaryIO, source: Source, known: Sequence[str]) -> Iterator[Row]:
    """The rows of a CSV or TSV file at its beginning; ``known``: names of columns by which header and delimiter are told.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``empty``.
    """
    wanted = TableOptions(columns=tuple(known))
    lines = text_stream(stream, source)
    sample = lines.read(_SAMPLE_BYTES)
    told = Text(sample if len(sample) < _SAMPLE_BYTES else sample[: sample.rfind(b"\n") + 1] or sample, "utf-8")
    dialect = tell(told, wanted)
    stream.seek(0)
    again = text_stream(stream, source)
    text = _Decoded(again)
    number = 1
    if told.separator is not None:
        next(text, None)
        number += 1
    return _delimited(records(text, dialect), number, source)


class _Decoded:
    """Lines of text out of lines of UTF-8: broken bytes are U+FFFD, lines end in a line feed; `LongLine` for one over the limit."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._lines.readline(LINE_CHARS)
        if not line:
            raise StopIteration
        if len(line) < LINE_CHARS or line.endswith(b"\n"):
            return line.decode("utf-8", "replace").replace("\r\n", "\n")
        while line and not line.endswith(b"\n"):
            line = self._lines.readline(LINE_CHARS)
        raise LongLine


def _delimited(found: Iterator[tuple[list[str] | None, int]], number: int, source: Source) -> Iterator[Row]:
    header: list[str] | None = None
    try:
        for cells, taken in found:
            start, number = number, number + max(taken, 1)
            if cells is None:
                fault = "cell_count" if taken else "too_long_line"
                yield Row(start, fault=fault, raw=None)
            elif not any(cell.strip() for cell in cells):
                if header is not None:
                    source.saw_blank(start)
            elif header is None:
                header = _names(cells)
            else:
                yield _row(start, header, cells)
    except UnreadableDocument:  # a quote was never closed: nobody knows where the next row begins
        source.facts["broken_tail"] = (number, 0)
    if header is None:
        raise UnreadableDocument("empty")


def _names(cells: Sequence[str]) -> list[str]:
    """The header's names, lower-case where they are known so; a second column of a name gets a number."""
    names: list[str] = []
    for at, cell in enumerate(cells):
        name = squeeze(cell) or f"column {at + 1}"
        names.append(name if name not in names else f"{name} {at + 1}")
    return names


def _row(number: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        return Row(number, fault="cell_count", raw="\x1f".join(cells).encode("utf-8", "surrogatepass"))
    return Row(number, {name: _value(name, cell) for name, cell in zip(header, cells, strict=False)})


def _value(name: str, cell: Any) -> Any:
    if name in _JSON_COLUMNS and isinstance(cell, str) and cell[:1] in {"[", "{"}:
        value, fault, _ = parse(cell)
        return cell if fault else value
    return cell


def workbook_rows(stream: BinaryIO, source: Source, known: Sequence[str]) -> Iterator[Row]:
    """The rows of the first sheet that is shown, under the row that names most of the ``known`` columns.

    Raises:
        UnreadableDocument: ``encrypted``, ``not_a_package``, ``truncated``, ``damaged``, ``bomb``, ``too_large``, ``wrong_type``,
            ``empty``.
    """
    book = Workbook(_whole(stream))
    shown = [sheet for sheet in book.sheets if sheet.visible and sheet.facts.filled]
    if not shown:
        raise UnreadableDocument("empty")
    if len(shown) > 1:
        source.facts["other_sheets"] = (0, 0)
    wanted = TableOptions(columns=tuple(known))
    top = [[render(value) for value in row] for row in islice(book.rows(shown[0]), SEARCHED_ROWS)]
    at = max(range(len(top)), key=lambda number: (known_columns(top[number], wanted), any(top[number])))
    header = _names(top[at])
    for number, cells in enumerate(islice(book.rows(shown[0]), at + 1, None), at + 2):
        texts = [render(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield _row(number, header, texts)
        else:
            source.saw_blank(number)


def parquet_rows(stream: BinaryIO, source: Source) -> Iterator[Row]:
    """The rows of a Parquet file, numbered from 1 on.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``damaged``, ``bomb``, ``too_large``, ``unsupported``, ``empty``.
    """
    from winnow.formats import parquet  # noqa: PLC0415 - half of Arrow, and few files are Parquet

    content = _whole(stream)
    with parquet._reasons():  # noqa: SLF001 - the reader's own limits, for all columns instead of named ones
        footer = parquet._refuse_broken(content)  # noqa: SLF001 - the same
        first = parquet._opened(content)  # noqa: SLF001 - the same
        names = list(first.schema_arrow.names)
        parquet._refuse_bombs(content, footer, names)  # noqa: SLF001 - the same
        texts = [
            field.name for field in first.schema_arrow if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        ]
        number = 0
        for batch in parquet._opened(content, texts).iter_batches(batch_size=_BATCH_ROWS, use_threads=False):  # noqa: SLF001
            batch.validate(full=True)
            columns = [_column(column) for column in batch.columns]
            for at in range(batch.num_rows):
                number += 1
                yield Row(number, {name: _present(column[at]) for name, column in zip(names, columns, strict=True)})
    source.encoding = "utf-8"


def _column(column: Any) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        pool = column.dictionary.to_pylist()
        return [None if at is None else pool[at] for at in column.indices.to_pylist()]
    found: list[Any] = column.to_pylist()
    return found


def _present(value: Any) -> Any:
    """``value`` without the fields that a struct has only because another row has them."""
    if isinstance(value, list):
        return [_present(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _present(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return render(value) or None  # dates and decimals as text, NaN as no value


def _whole(stream: BinaryIO) -> bytes:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableDocument("too_large")
    return content
