"""Cutting rows into batches that a worker can hold."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa


def batches_by_bytes(
    rows: Iterable[Mapping[str, Any]],
    schema: pa.Schema,
    limit_bytes: int,
    size: Callable[[Mapping[str, Any]], int] | None = None,
) -> Iterator[pa.RecordBatch]:
    """``rows`` in order as batches of ``schema``, each of one row or of at most ``limit_bytes`` together.

    ``size`` gives a row's bytes; by default the length of its bytes and texts. Rows are taken one by one, so that no more than
    a batch is in memory.
    """
    size = size or _length
    gathered: list[Mapping[str, Any]] = []
    total = 0
    for row in rows:
        length = size(row)
        if gathered and total + length > limit_bytes:
            yield pa.RecordBatch.from_pylist(gathered, schema=schema)
            gathered, total = [], 0
        gathered.append(row)
        total += length
    if gathered:
        yield pa.RecordBatch.from_pylist(gathered, schema=schema)


def split_batches(batches: Iterable[pa.RecordBatch], limit_bytes: int) -> Iterator[pa.RecordBatch]:
    """``batches`` in order, those over ``limit_bytes`` halved until they fit or hold one row; empty ones are left out."""
    for batch in batches:
        if batch.num_rows > 1 and batch.nbytes > limit_bytes:
            middle = batch.num_rows // 2
            yield from split_batches([batch.slice(0, middle), batch.slice(middle)], limit_bytes)
        elif batch.num_rows:
            yield batch


def _length(row: Mapping[str, Any]) -> int:
    return sum(len(value) for value in row.values() if isinstance(value, bytes | str))
