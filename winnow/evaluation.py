"""Evaluation files: bytes to the texts that must not be trained on.

Belongs here: which strings of a file are texts. Does not belong here: comparing them (`winnow.decontaminate`), and where a file lies.

A benchmark is a file that strangers made, though the catalog's owner named it. So it is read as every stranger's file is: in a
confined worker, with its limits on memory and time (`resources.engine`). The readers of `winnow.formats` are not asked: they make
documents of the columns that a catalog names, and here every string of a row counts unless the catalog names some.

A row's nested values are gone through to the bottom, so that questions and contexts in SQuAD's and similar layouts are found. Without
named columns, strings of fewer than `LEAST_WORDS` words are no texts: labels, identifiers, single-word choices.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from winnow.errors import UnreadableDocument
from winnow.formats._encoding import told
from winnow.placeholders import neutralise

EVALUATION_VERSION = "1"

SUFFIXES = (".csv", ".json", ".jsonl", ".md", ".ndjson", ".parquet", ".tsv", ".txt")

TEXTS = pa.schema([("text", pa.string())])
"""What is read of a file: its texts, in order."""

LEAST_WORDS = 3  # "card arrival" is a label, "where is my card" is a question

_ROWS = 4096  # texts handed on at once
_FIELD_CHARS = 1 << 27  # of a cell: the limits of the worker come first
_DELIMITERS = ",;\t|"
_PARAGRAPHS = re.compile(r"\n\s*\n")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class EvaluationReading:
    """What the reader needs to know; it travels to the worker. ``columns``: name of a file → the keys whose texts count."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def evaluation_reader(reading: EvaluationReading) -> Callable[[Mapping[str, str], bytes], Iterator[pa.RecordBatch]]:
    """The reader as a function from what a file is (``name``, ``suffix``) and its bytes to batches of `TEXTS`.

    It raises `winnow.errors.UnreadableDocument` for a file as a whole: ``unsupported``, ``malformed``, ``damaged``,
    ``encoding_unknown``, ``missing_columns`` (none of the named columns is in it) or ``empty`` (it has no text).
    """

    def read(about: Mapping[str, str], content: bytes) -> Iterator[pa.RecordBatch]:
        columns = frozenset(reading.columns.get(about["name"], ()))
        waiting: list[str] = []
        some = False
        for text in _texts(content, about["suffix"], columns):
            some = True
            waiting.append(_storable(text))
            if len(waiting) == _ROWS:
                yield _batch(waiting)
                waiting.clear()
        if not some:
            raise UnreadableDocument("missing_columns" if columns else "empty")
        yield _batch(waiting)

    return read


def check(batch: pa.RecordBatch) -> None:
    """ValueError for rows that no reader of ours sends."""
    if batch.schema != TEXTS or batch.column("text").null_count:
        raise ValueError("not the texts of an evaluation file")


def suffix_of(path: str) -> str:
    """The suffix of the file at ``path``, in lower case."""
    return PurePosixPath(path).suffix.lower()


def _batch(texts: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(texts, pa.string())], schema=TEXTS)


def _storable(text: str) -> str:
    return neutralise(_UNSTORABLE.sub(" ", text))


def _texts(content: bytes, suffix: str, columns: frozenset[str]) -> Iterator[str]:
    if suffix == ".parquet":
        yield from _chosen(_parquet(content), columns)
    elif suffix in {".csv", ".tsv"}:
        yield from _chosen(_table(_decoded(content)), columns)
    elif suffix in {".json", ".jsonl", ".ndjson"}:
        yield from _chosen(_json(_decoded(content)), columns)
    elif suffix in {".txt", ".md"}:
        yield from (text.strip() for text in _PARAGRAPHS.split(_decoded(content)) if _is_text(text))
    else:
        raise UnreadableDocument("unsupported")


def _decoded(content: bytes) -> str:
    return told(content, None).open(content).read().removeprefix("\ufeff")


def _is_text(text: str) -> bool:
    return len(text.split(None, LEAST_WORDS - 1)) >= LEAST_WORDS or _is_unspaced(text)


def _is_unspaced(text: str) -> bool:
    """Whether ``text`` is longer than a word without having spaces: a sentence of Chinese or Japanese."""
    return len(text) > LEAST_WORDS * 4 and not text.isascii() and sum(map(str.isalpha, text)) * 2 > len(text)


def _chosen(rows: Iterator[Any], columns: frozenset[str]) -> Iterator[str]:
    for row in rows:
        for text in _strings(row, columns, wanted=not columns):
            if columns or _is_text(text):
                yield text.strip()


def _strings(value: Any, columns: frozenset[str], *, wanted: bool) -> Iterator[str]:
    """The strings in ``value``; with ``columns`` those that stand below a key of that name, however deep."""
    stack = [(value, wanted)]
    while stack:
        here, counts = stack.pop()
        if isinstance(here, str):
            if counts and here.strip():
                yield here
        elif isinstance(here, Mapping):
            stack.extend((inner, counts or key in columns) for key, inner in reversed(list(here.items())))
        elif isinstance(here, (list, tuple)):
            stack.extend((inner, counts) for inner in reversed(here))


def _json(text: str) -> Iterator[Any]:
    """The value of a JSON text, or of each of its lines."""
    rows = _parsed([text]) or _parsed([line for line in text.split("\n") if line.strip()])
    if rows is None:
        raise UnreadableDocument("malformed", kind="jsonl")
    yield from rows


def _parsed(pieces: Sequence[str]) -> list[Any] | None:
    """The values of ``pieces``; None if one of them is no JSON."""
    try:
        return [json.loads(piece) for piece in pieces]
    except (ValueError, RecursionError):
        return None


def _table(text: str) -> Iterator[dict[str, str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(_FIELD_CHARS)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        header = next(rows, [])
        yield from (dict(zip(header, row, strict=False)) for row in rows)
    except csv.Error:
        raise UnreadableDocument("malformed", kind="csv") from None


def _parquet(content: bytes) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only few files are of it, and the workers need not wait

    try:
        for batch in pq.ParquetFile(pa.BufferReader(content)).iter_batches(_ROWS):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        raise UnreadableDocument("damaged", kind="parquet") from None
