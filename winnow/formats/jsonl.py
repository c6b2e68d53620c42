"""JSON Lines, and JSON arrays of objects: an object is a row, and a row is a document.

Nested values become compact JSON text. A line that is no object is refused as ``malformed``; blank lines are no rows.
"""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual
from winnow.formats._table import Rows, needed_columns, render, table_options


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document an object.

    A named column may be absent from some objects, but not from all.

    Raises:
        UnreadableDocument: ``missing_columns``, ``malformed`` (no object at all), ``empty``, ``encoding_unknown``.
    """
    table = table_options(options)
    text = decode(content, table.encoding)
    _check(text, needed_columns(table))
    return _documents(text, Rows(table), needed_columns(table))


def _check(text: str, needed: tuple[str, ...]) -> None:
    """Look at objects until every column of ``needed`` was seen, mostly at one."""
    missing, lines, objects = set(needed), 0, 0
    for _, value in _values(text):
        lines += 1
        objects += value is not None
        missing.difference_update(value or ())
        if not missing:
            return
    if not objects:
        raise UnreadableDocument("malformed" if lines else "empty")
    raise UnreadableDocument("missing_columns")


def _documents(text: str, rows: Rows, needed: tuple[str, ...]) -> Iterator[Document]:
    for number, (line, value) in enumerate(_values(text)):
        if value is None:
            yield rows.refused([line], number, "malformed")
        else:
            yield rows.document({name: render(value[name]) for name in needed if name in value}, number)


def _values(text: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Every line (or element of the array) and the object it is; None if it is none."""
    if text.lstrip()[:1] == "[":
        array = _parse(text)
        if isinstance(array, list):
            for element in array:
                yield ("", element) if isinstance(element, dict) else (repr(element), None)
            return
    for line in text.split("\n"):
        if line.strip():
            value = _parse(line)
            yield line, value if isinstance(value, dict) else None


def _parse(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # a number of 5,000 digits is a ValueError, too deep a nesting a RecursionError
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are not JSON (RFC 8259)


FORMAT = Format(name="jsonl", suffixes=(".jsonl", ".ndjson", ".json"), read=read, sniff=is_textual, tabular=True)
