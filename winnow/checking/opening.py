"""Which kind of file a stream is, and its rows.

Belongs here: the choice of a reader, by content first and by suffix where the content leaves it open. Does not belong here: readers.
"""

from collections.abc import Iterator
from typing import BinaryIO

from winnow.checking.lines import VALUE_BYTES, Row, Source, json_rows, text_stream
from winnow.checking.shapes import COLUMNS
from winnow.checking.tables import delimited_rows, parquet_rows, workbook_rows
from winnow.errors import UnreadableDocument
from winnow.formats._base import is_textual

SUFFIXES = (
    ".jsonl",
    ".ndjson",
    ".json",
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".xlsb",
    ".ods",
    ".parquet",
    ".pq",
)
"""Of files that can be checked; any other is taken for JSON lines."""

_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def open_rows(stream: BinaryIO, suffix: str) -> tuple[Iterator[Row], Source]:
    """The rows of the file that ``stream`` is at the beginning of, and what becomes known of the whole while they go by.

    Raises:
        UnreadableDocument: here or while rows go by, see the readers; ``wrong_type`` for an archive, a picture, a PDF.
    """
    source = Source()
    begin = stream.read(16)
    stream.seek(0)
    if begin.startswith((b"PAR1", b"PARE")):
        source.kind = "parquet"
        return parquet_rows(stream, source), source
    if begin.startswith(_WORKBOOK):
        source.kind = "xlsx"
        return workbook_rows(stream, source, COLUMNS), source
    if not is_textual(begin):
        raise UnreadableDocument("wrong_type")
    suffix = suffix.lower()
    if suffix in {".csv", ".tsv", ".tab"}:
        source.kind = "tsv" if suffix != ".csv" else "csv"
        return delimited_rows(stream, source, COLUMNS), source
    if suffix == ".txt" and not begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        source.kind = "txt"
        return _text_rows(stream, source), source
    return json_rows(stream, source), source


def _text_rows(stream: BinaryIO, source: Source) -> Iterator[Row]:
    """Each line of plain text as a row of the format ``text``."""
    lines = text_stream(stream, source)
    number = 0
    while line := lines.readline(VALUE_BYTES):
        number += 1
        if not line.strip():
            source.saw_blank(number)
            continue
        try:
            yield Row(number, {"text": line.decode().rstrip("\r\n")})
        except UnicodeDecodeError as error:
            yield Row(number, fault="invalid_utf8", column=error.start + 1, raw=line)
