"""Rows of a file that somebody has lying about: JSONL, Parquet or CSV, read for their texts, and written again without some of them.

Belongs here: formats of whole files for `winnow dedup`. Does not belong here: formats that the pipeline reads (`winnow.formats`).

Rows are gone through twice, once for their texts and once to be written, and are never all in memory; only the texts are.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic_core import from_json

from pipelines.cli._inputs import lines_of
from winnow.errors import UsageError

BATCH_ROWS = 16_384  # read at a time
TEXT, ID = "text", "id"  # columns that need not be named

Batch = tuple[list[Any], list[str], int, dict[str, list[Any]]]
"""Names of some rows, their texts, how many bytes they took in the file, and what stands in their further columns."""


@dataclass(frozen=True)
class Columns:
    """Which columns hold the text and the row's name; None takes `TEXT` and `ID`, and numbers from 1 on where there is no `ID`.

    ``more`` are read as they are, and may lack values.
    """

    text: str | None = None
    name: str | None = None
    more: tuple[str, ...] = ()


def kind_of(path: Path) -> str:
    """``jsonl``, ``parquet`` or ``csv`` by the file's name; standard input is JSONL.

    Raises:
        UsageError: it is none of them.
    """
    kind = {"": "jsonl", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".csv": "csv"}.get(
        path.suffix.lower() if str(path) != "-" else ""
    )
    if kind is None:
        raise UsageError(f"{path}: expected a file that ends with .jsonl, .ndjson, .parquet or .csv")
    return kind


def batches(path: Path, columns: Columns) -> Iterator[Batch]:
    """Names and texts of all rows, some at a time.

    Raises:
        UsageError: a column is missing, or a row does not have what it should; it is named by its number.
    """
    try:
        yield from {"jsonl": _json_batches, "parquet": _parquet_batches, "csv": _csv_batches}[kind_of(path)](path, columns)
    except (pa.ArrowInvalid, pl.exceptions.PolarsError):
        raise UsageError(f"{path}: this is no {kind_of(path)} file, or it is damaged") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'cannot be read'}") from None


def write_kept(path: Path, output: Path, kept: Sequence[bool]) -> None:
    """The rows of ``path`` for which ``kept`` says so, as they are, in the same order and format."""
    writers: dict[str, Callable[[Path, Path, Sequence[bool]], None]]
    writers = {"jsonl": _write_json, "parquet": _write_parquet, "csv": _write_csv}
    try:
        writers[kind_of(path)](path, output, kept)
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from None


def _json_batches(path: Path, columns: Columns) -> Iterator[Batch]:
    names, texts, size, values = list[Any](), list[str](), 0, _no_values(columns)
    text_column, name_column = columns.text or TEXT, columns.name
    for row, (number, line) in enumerate(lines_of(path), 1):
        record = _record(line)
        if row == 1 and name_column is None and isinstance(record, dict) and ID in record:
            name_column = ID
        name, text = (row, None) if not isinstance(record, dict) else (record.get(name_column, row), record.get(text_column))
        if name_column is not None and isinstance(record, dict):
            name = record.get(name_column)
        if not isinstance(text, str) or not isinstance(name, str | int):
            named = f' and "{name_column}" (text or a whole number)' if name_column is not None else ""
            raise UsageError(
                f'line {number}: expected a JSON object with "{text_column}" (text){named}; --column names another, and '
                "`winnow prepare` takes duplicates out of a file in a trainer's format"
            )
        names.append(name)
        texts.append(text)
        for column, said in values.items():
            said.append(record.get(column))
        size += len(line)
        if len(names) == BATCH_ROWS:
            yield names, texts, size, values
            names, texts, size, values = [], [], 0, _no_values(columns)
    if names:
        yield names, texts, size, values


def _no_values(columns: Columns) -> dict[str, list[Any]]:
    return {column: [] for column in columns.more}


def _record(line: bytes) -> Any:
    try:
        return from_json(line)
    except ValueError:
        pass
    try:
        return json.loads(line)  # takes a half of a surrogate pair, which the fast reader does not
    except ValueError:
        return None


def _parquet_batches(path: Path, columns: Columns) -> Iterator[Batch]:
    with pq.ParquetFile(path) as file:
        text, name = _chosen(path, columns, file.schema_arrow.names)
        size = path.stat().st_size // max(file.metadata.num_rows, 1)
        row = 0
        for batch in file.iter_batches(BATCH_ROWS, columns=_read(text, name, columns)):
            yield _batch(batch, (text, name, columns.more), row, size)
            row += len(batch)


def _csv_batches(path: Path, columns: Columns) -> Iterator[Batch]:
    table = _csv(path)
    text, name = _chosen(path, columns, table.columns)
    size = path.stat().st_size // max(len(table), 1)
    row = 0
    for part in table.select(_read(text, name, columns)).iter_slices(BATCH_ROWS):
        yield _batch(part.to_arrow().combine_chunks().to_batches()[0], (text, name, columns.more), row, size)
        row += len(part)


def _csv(path: Path) -> pl.DataFrame:
    """The table, every value as it is written."""
    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))


def _chosen(path: Path, columns: Columns, names: Sequence[str]) -> tuple[str, str | None]:
    text = columns.text or TEXT
    for asked in (text, *([columns.name] if columns.name else []), *columns.more):
        if asked not in names:
            advice = "" if asked in columns.more else "; name the one to compare with --column"
            raise UsageError(f"{path}: has no column {asked!r}, but {', '.join(names)}{advice}")
    return text, columns.name or (ID if ID in names else None)


def _read(text: str, name: str | None, columns: Columns) -> list[str]:
    """The columns that are read, each once."""
    return list(dict.fromkeys([text, *([name] if name else []), *columns.more]))


def _batch(batch: pa.RecordBatch, read: tuple[str, str | None, tuple[str, ...]], row: int, size: int) -> Batch:
    text, name, more = read
    texts = batch.column(text).to_pylist()
    wrong = next((place for place, value in enumerate(texts, row + 1) if not isinstance(value, str)), None)
    if wrong is not None:
        raise UsageError(f"row {wrong}: expected text in {text!r}; --column names another column")
    names = batch.column(name).to_pylist() if name else list(range(row + 1, row + 1 + len(texts)))
    return names, texts, size * len(texts), {column: batch.column(column).to_pylist() for column in more}


def _write_json(path: Path, output: Path, kept: Sequence[bool]) -> None:
    with output.open("wb") as lines:
        for (_, line), stays in zip(lines_of(path), kept, strict=True):
            if stays:
                lines.write(line if line.endswith(b"\n") else line + b"\n")


def _write_parquet(path: Path, output: Path, kept: Sequence[bool]) -> None:
    with pq.ParquetFile(path) as file, pq.ParquetWriter(output, file.schema_arrow, compression="zstd") as writer:
        row = 0
        for batch in file.iter_batches(BATCH_ROWS):
            writer.write_batch(batch.filter(pa.array(kept[row : row + len(batch)], pa.bool_())))
            row += len(batch)


def _write_csv(path: Path, output: Path, kept: Sequence[bool]) -> None:
    table = _csv(path)
    table.filter(pl.Series(kept, dtype=pl.Boolean)).write_csv(output)
