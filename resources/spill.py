"""Rows put in order by a column without all of them in memory: cut into ranges of the column, each in a file without a name.

A file without a name goes with the process, however that ends. The files lie in the home, which nobody else may read.

Belongs here: putting rows aside and giving them back. Does not belong here: what the rows are.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

ROWS = 1 << 16
"""Rows of one range: of a million examples of 730 bytes with all that is known of them a hundred megabytes at a time."""

_PIECE = 1 << 13  # rows that are put aside at once: what waits of each range stays small
_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


def borders(keys: Iterable[pa.Array | pa.ChunkedArray], rows: int = ROWS) -> pl.Series:
    """Where to cut ``keys`` (strings, in any order, parts of one column) so that about ``rows`` of them fall into each range."""
    parts = [pl.Series(values=part, dtype=pl.String) for part in keys]
    column = (pl.concat(parts) if parts else pl.Series([], dtype=pl.String)).drop_nulls().sort()
    return column.gather(list(range(rows, len(column), rows))).unique(maintain_order=True)


def in_ranges(rows: Iterable[pa.Table], key: str, cuts: pl.Series, schema: pa.Schema, folder: Path) -> Iterator[pa.Table]:
    """``rows`` by ranges of the column ``key`` between ``cuts``, ascending; within a range in the order in which they came.

    Rows without a key are in the last range. Without cuts all are one range, and nothing is written.
    """
    if not len(cuts):
        yield pa.concat_tables([schema.empty_table(), *rows])
        return
    with contextlib.ExitStack() as closing:
        files = [closing.enter_context(tempfile.TemporaryFile(dir=folder)) for _ in range(len(cuts) + 1)]
        _put_aside(rows, key, cuts, schema, files)
        for file in files:
            file.seek(0)
            yield pa.ipc.open_stream(file).read_all()
            file.close()


def _put_aside(rows: Iterable[pa.Table], key: str, cuts: pl.Series, schema: pa.Schema, files: Sequence[IO[bytes]]) -> None:
    """Write each of ``rows`` to the file of its range."""
    with contextlib.ExitStack() as closing:
        writers = [closing.enter_context(pa.ipc.new_stream(file, schema, options=_OPTIONS)) for file in files]
        for table in rows:
            for start in range(0, len(table), _PIECE * len(files)):
                part = table.slice(start, _PIECE * len(files))
                places = cuts.search_sorted(pl.Series(values=part[key], dtype=pl.String).fill_null(cuts[-1]), side="right")
                numbers = pa.array(places.to_numpy())
                for number in pc.unique(numbers).to_pylist():
                    writers[number].write_table(part.filter(pc.equal(numbers, number)))
