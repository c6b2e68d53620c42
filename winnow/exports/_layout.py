"""How records lie in a file: a line each, one JSON array, or Parquet.

Belongs here: bytes of files, and the way back. Does not belong here: what a record holds (each format), where files lie (the assets).

An array has one record a line, so that it is read by ``json.load`` and still compared and cut by lines::

    [
    {"instruction":"…"},
    {"instruction":"…"}
    ]

Parquet has a row group for every `GROUP` rows, zstd, and no clock in its footer; it names the Arrow that wrote it, so its bytes are
the same for the same version of pyarrow.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Literal, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from winnow.jsonl import decode, encode

Layout: TypeAlias = Literal["lines", "array", "parquet"]

SUFFIXES: dict[Layout, str] = {"lines": ".jsonl", "array": ".json", "parquet": ".parquet"}

GROUP = 2_000  # rows of a row group: some 20 MB of text at 10 kB an example

_PIECE = 1 << 20  # bytes read at once

_OPEN, _CLOSE = b"[\n", b"]\n"

Bytes: TypeAlias = bytes | memoryview

Piece: TypeAlias = tuple[Bytes, int]
"""Bytes of a file, and how many records end in them."""


class Broken:
    """Stands for a line that holds no record; ``problem`` says why, and quotes nothing."""

    def __init__(self, problem: str) -> None:
        self.problem = problem


def layout_of(path: str) -> Layout:
    """The layout of a data file by its suffix."""
    return next((name for name, suffix in SUFFIXES.items() if path.endswith(suffix)), "lines")


def written(
    records: Iterable[Mapping[str, Any]], layout: Layout, schema: pa.Schema | None = None
) -> Iterator[tuple[bytes, int]]:
    """The bytes of a file of ``records``; ``schema`` is Parquet's."""
    if layout == "parquet":
        assert schema is not None, "Parquet is written under a schema"
        yield from _parquet(records, schema)
    else:
        lines = ((encode(record), 1) for record in records)
        yield from lines if layout == "lines" else _array(lines)


def laid_out(lines: Iterable[Piece], layout: Layout) -> Iterator[Piece]:
    """The bytes of a file of ``lines``, pieces that are JSON records with a line feed behind each: as they are, or as an array."""
    if layout == "lines":
        yield from lines
    else:
        yield from _array(lines)


def _array(lines: Iterable[Piece]) -> Iterator[tuple[bytes, int]]:
    """No JSON string holds a line feed, so each of them ends a record: all but the last get a comma before them."""
    yield _OPEN, 0
    ended = False
    for piece, rows in lines:
        before = b",\n" if ended and piece else b""
        yield before + bytes(piece).removesuffix(b"\n").replace(b"\n", b",\n"), rows
        ended = bytes(piece[-1:]) == b"\n" if piece else ended
    if ended:
        yield b"\n", 0
    yield _CLOSE, 0


def _parquet(records: Iterable[Mapping[str, Any]], schema: pa.Schema) -> Iterator[tuple[bytes, int]]:
    sink = io.BytesIO()
    waiting: list[Mapping[str, Any]] = []

    def taken(rows: int) -> tuple[bytes, int]:
        content = sink.getvalue()
        sink.seek(0)
        sink.truncate()
        return content, rows

    with pq.ParquetWriter(_Forward(sink), schema, compression="zstd") as writer:
        for record in records:
            waiting.append(record)
            if len(waiting) == GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema), row_group_size=GROUP)
                yield taken(len(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema), row_group_size=GROUP)
    yield taken(len(waiting))


class _Forward(io.RawIOBase):
    """A sink that is emptied while it is written to: it tells its place in the file, not in what is left."""

    def __init__(self, sink: io.BytesIO) -> None:
        super().__init__()
        self._sink, self._place = sink, 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        size = self._sink.write(content)
        self._place += size
        return size

    def tell(self) -> int:
        return self._place


def records(content: bytes | BinaryIO, layout: Layout) -> Iterator[Any]:
    """The records of a file that `written` wrote, each a value or `Broken`, in their order.

    Of an open file that holds lines or Parquet no more is in memory than a line or a row group.
    """
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    if layout == "lines":
        yield from map(_line, lines_of(file))
    elif layout == "array":
        yield from _array_records(file.read())
    else:
        yield from _parquet_records(file)


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of ``file`` with their ends; a carriage return ends one too, and so makes a broken record."""
    for line in file:
        if b"\r" in line:
            yield from line.splitlines(keepends=True)
        else:
            yield line


def _line(line: bytes) -> Any:
    if not line.endswith(b"\n"):
        return Broken("the line does not end in a line feed")
    try:
        return decode(line)
    except (ValueError, RecursionError):
        return Broken("the line is not one JSON object in UTF-8 with each key once")


def _array_records(content: bytes) -> Iterator[Any]:
    try:
        found = decode(content)
    except (ValueError, RecursionError):
        yield Broken("the file is not one JSON array in UTF-8 with each key once")
        return
    if not isinstance(found, list) or not content.startswith(_OPEN) or not content.endswith(_CLOSE):
        yield Broken("the file is not one JSON array with a record a line")
        return
    yield from found


def _parquet_records(file: BinaryIO) -> Iterator[Any]:
    try:
        with pq.ParquetFile(file) as opened:
            for batch in opened.iter_batches(GROUP):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError):
        yield Broken("the file is not readable as Parquet")


def count(content: bytes | BinaryIO, layout: Layout) -> int | None:
    """How many records ``content``, or an open file, holds; None if it cannot be told."""
    file = io.BytesIO(content) if isinstance(content, bytes) else content
    if layout != "parquet":
        ends = sum(piece.count(b"\n") for piece in iter(lambda: file.read(_PIECE), b""))
        return ends if layout == "lines" else max(0, ends - 2)
    try:
        return int(pq.read_metadata(file).num_rows)
    except (pa.ArrowException, OSError, ValueError):
        return None
