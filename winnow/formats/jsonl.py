"""JSON Lines, JSON arrays of objects, and objects one behind the other: an object is a row, and a row is a document.

A column is a name in the object, or a dotted path into it (``author.name``, ``tags.0``) where no name is spelt like that. Nested
values become compact JSON text. An array of rows may lie inside of one object (``{"data": […]}``): where ``table.records`` says, or
in the first array one level down whose objects have the columns.

A line that is no object, or one that gives a name two different values, is refused as ``malformed``; blank lines are no rows. In
an array nobody knows where the next element begins behind a broken one, so that refuses the file.
"""

from collections.abc import Callable, Iterator
from io import TextIOWrapper
from itertools import islice
from typing import Any

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, TableOptions, is_textual, library_versions
from winnow.formats._encoding import MARK, Lines, LongLine, told
from winnow.formats._json import VALUE_CHARS, Parser, Stream, Value
from winnow.formats._table import Row, needed_columns, render, table_documents, table_options, text_work

_LOOKED_AT = 3  # lines: if one of them is an object, the file is one of lines, though the first may be damaged

_MARKS = (b",", b":", b"{", b"[")  # what takes a value apart

_INDEX_DIGITS = 10

_TOO_LONG = Value(None)  # stands for a line over the limit


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document an object.

    A named column may be absent from some objects, but not from all. Notes, on the first row: ``repaired_characters``,
    ``ambiguous_values``; on a row: ``not_finite_numbers``, ``unread_values``.

    Raises:
        UnreadableDocument: ``missing_columns``, ``malformed`` (no object at all), ``empty``, ``encoding_unknown``, ``too_large``
            (one value is over the limit).
    """
    table = table_options(options)
    found = _Objects(content, table)
    work = text_work(content, _MARKS)
    return table_documents(found.rows, table, {"repaired_characters": found.encoding.repaired}, work=work)


class _Objects:
    """The rows of one JSON object, which can be passed over again and again."""

    def __init__(self, content: bytes, table: TableOptions) -> None:
        self.encoding = told(content, table.encoding)
        self._content = content
        self._needed = {name: tuple(name.split(".")) for name in needed_columns(table)}
        self._path = tuple(table.records.split(".")) if table.records else ()
        self._seen: set[str] = set()
        self._values = self._kind()

    def rows(self) -> Iterator[Row]:
        """Every row in order.

        Raises:
            UnreadableDocument: ``missing_columns``: no object had one of the columns; ``malformed``, ``too_large``.
        """
        objects = False
        for number, found in enumerate(self._values()):
            row = self._row(found, number)
            objects = objects or row.reason is None
            yield row
        if objects and not set(self._needed) <= self._seen:
            raise UnreadableDocument("missing_columns")

    def _row(self, found: Value, number: int) -> Row:
        if found is _TOO_LONG:
            return Row(number, reason="too_large")
        if not isinstance(found.value, dict) or found.ambiguous:
            return Row(number, reason="malformed", content=(found.text or repr(found.value),))
        values: dict[str, Any] = {}
        for name, path in self._needed.items():
            there, value = look_up(found.value, name, path)
            if there:
                self._seen.add(name)
                try:
                    values[name] = render(value) if isinstance(value, (dict, list)) else value
                except RecursionError:  # deeper than can be written, though not than can be read
                    return Row(number, reason="malformed", content=(name,))
        return Row(number, values, notes={"not_finite_numbers": found.not_finite} if found.not_finite else {})

    def _kind(self) -> Callable[[], Iterator[Value]]:
        """How the values lie in the file, told from its beginning."""
        lines = (line for line in self._lines() if line is None or line.strip())
        top = [line or "" for line in islice(lines, _LOOKED_AT)]
        stream = Stream(self._open(), Parser())
        start = stream.peek()
        if start != "[" and len(top) > 1 and any(isinstance(Parser().line(line).value, dict) for line in top):
            return self._by_line
        try:
            if start == "[":
                next(stream.elements(), None)
            elif start == "{":
                stream.value()
            else:
                return self._by_line
        except UnreadableDocument as error:
            return self._inside if error.reason == "too_large" and start == "{" else self._by_line
        return self._one_by_one

    def _open(self) -> TextIOWrapper:
        stream = self.encoding.open(self._content)
        return stream if stream.read(1) == MARK else self.encoding.open(self._content)

    def _lines(self) -> Iterator[str | None]:
        """Every line; None for one over the limit."""
        lines = Lines(self._open(), VALUE_CHARS)
        while True:
            try:
                yield next(lines)
            except StopIteration:
                return
            except LongLine:
                yield None

    def _by_line(self) -> Iterator[Value]:
        parser = Parser()
        for line in self._lines():
            if line is None:
                yield _TOO_LONG
            elif line.strip():
                yield from self._rows_of(parser.line(line.rstrip("\n")))

    def _one_by_one(self) -> Iterator[Value]:
        stream = Stream(self._open(), Parser())
        while start := stream.peek():
            if start == "[":
                yield from stream.elements()
            else:
                yield from self._rows_of(stream.value())

    def _inside(self) -> Iterator[Value]:
        stream = Stream(self._open(), Parser())
        yield from stream.rows_in(self._path, self._is_row)
        if stream.peek():
            raise UnreadableDocument("malformed")

    def _rows_of(self, found: Value) -> Iterator[Value]:
        """The rows that an object is or holds."""
        if not isinstance(found.value, dict) or found.ambiguous or (not self._path and self._is_row(found.value)):
            yield found
            return
        if self._path:
            there, inner = look_up(found.value, "", self._path)
            inside = inner if there and isinstance(inner, list) else None
        else:
            arrays = (value for value in found.value.values() if isinstance(value, list))
            inside = next((array for array in arrays if any(map(self._is_row, array))), None)
        if inside is None:
            yield found
        else:
            yield from map(Value, inside)

    def _is_row(self, value: Any) -> bool:
        return isinstance(value, dict) and any(look_up(value, name, path)[0] for name, path in self._needed.items())


def look_up(value: dict[str, Any], name: str, path: tuple[str, ...]) -> tuple[bool, Any]:
    """Whether ``value`` has ``name``, or else something at ``path`` inside of it, and what."""
    if name in value:
        return True, value[name]
    inner: Any = value
    for step in path:
        if isinstance(inner, dict) and step in inner:
            inner = inner[step]
        elif isinstance(inner, list) and step.isdecimal() and len(step) < _INDEX_DIGITS and int(step) < len(inner):
            inner = inner[int(step)]
        else:
            return False, None
    return True, inner


FORMAT = Format(
    name="jsonl",
    suffixes=(".jsonl", ".ndjson", ".json"),
    read=read,
    sniff=is_textual,
    tabular=True,
    fallback=True,
    versions=library_versions("pandas"),
)
