"""Rows of a table as documents, whatever the table was written in.

Belongs here: the allow-list of columns, row keys, values as text, and the two passes over a table. Does not belong here: how a
format's cells are found, where the header is (`winnow.formats._header`), how a column is written (`winnow.formats._columns`).

A table is passed over twice. The first pass decides everything that refuses it as a whole and learns how its columns are written;
the second gives documents one by one, so that of a table of any length a few thousand rows are held at a time.

A row has no blocks: its text is its ``fields``. ``link`` and ``customer`` are the raw values of their columns, which the
extraction stage hashes. Row keys live only in a document's id, and are made of values as they stand in the table, so that a
column that becomes plain on another day does not rename its rows.
"""

import array
import datetime as dt
import decimal
import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as changed
from itertools import chain
from typing import Any

from winnow.alike import in_bands
from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, ReadOptions, TableOptions
from winnow.formats._columns import CHUNK_ROWS, Columns

KEY_SEPARATOR = "\x1f"  # the unit separator of ASCII: between the parts of a key, and before the number of a repeated one

MAX_ROWS = 5_000_000  # of one table: what a minute or two of a core are enough for; a spreadsheet ends at a million

MAX_TEXT = 512 * MEBIBYTE  # characters that one object's rows may say, where a small object can repeat a long text in every row

_KEY_HEX = 32  # 128 bits of a content hash, as in winnow.ids


def table_options(options: ReadOptions) -> TableOptions:
    """The ``table:`` part of ``options``.

    Raises:
        UnreadableDocument: ``missing_columns``: nobody has said which columns may become text, so none may.
    """
    if options.table is None or not options.table.columns:
        raise UnreadableDocument("missing_columns")
    return options.table


def needed_columns(table: TableOptions) -> tuple[str, ...]:
    """The columns that must be there, each once: fields, key, link, customer."""
    extra = [column for column in (table.link, table.customer) if column is not None]
    return tuple(dict.fromkeys((*table.columns, *table.key, *extra)))


@dataclass(frozen=True, slots=True)
class Row:
    """One row as a reader finds it.

    Attributes:
        number: 0-based, below the header.
        values: column → value, as text or of the type it has in the table.
        reason: why it could not be read; it then has no values.
        content: what it says if it could not be read; only its key is made of it.
        notes: what is to be said of this row alone.
    """

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    content: tuple[str, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)


def table_documents(
    rows: Callable[[], Iterator[Row]], table: TableOptions, notes: Mapping[str, int] | None = None, *, bounded: bool = True
) -> Iterator[Document]:
    """One document a row, of a table whose ``rows`` can be passed over again and again.

    ``notes`` are about the table: they stand on its first document, and are looked up when the first pass is over. ``bounded``
    says that rows hold no more text than the object does; otherwise their text is counted.

    Raises:
        UnreadableDocument: ``empty`` (no row), ``too_large`` (over `MAX_ROWS`), ``bomb`` (over `MAX_TEXT`), the reason of the
            first row if no row can be read, and whatever ``rows`` raises in the first pass.
    """
    columns = Columns(table)
    count = _first_pass(rows, columns, table, bounded=bounded)
    about = {**(notes or {}), "ambiguous_values": columns.ambiguous}
    return _second_pass(rows(), columns, table, count, {name: times for name, times in about.items() if times})


def _first_pass(rows: Callable[[], Iterator[Row]], columns: Columns, table: TableOptions, *, bounded: bool) -> int:
    count = characters = 0
    first: str | None = None
    readable = False
    chunk: list[Mapping[str, Any]] = []
    for row in rows():
        count += 1
        if count > MAX_ROWS:
            raise UnreadableDocument("too_large")
        if row.reason is not None:
            first = first or row.reason
            continue
        if not readable:
            readable = any(render(row.values.get(name)).strip() for name in table.columns)
        if not bounded:
            characters += sum(len(value) for value in row.values.values() if isinstance(value, str))
            if characters > MAX_TEXT:
                raise UnreadableDocument("bomb")
        chunk.append(row.values)
        if len(chunk) == CHUNK_ROWS:
            columns.see(chunk)
            chunk = []
    if not count:
        raise UnreadableDocument("empty")
    if not readable:
        raise UnreadableDocument(first or "empty")
    columns.see(chunk)
    columns.settle()
    return count


def _second_pass(
    rows: Iterator[Row], columns: Columns, table: TableOptions, count: int, notes: Mapping[str, int]
) -> Iterator[Document]:
    made, given = Rows(table, count), 0
    for chunk in _chunks(rows):
        for row in chunk:
            columns.drop_missing(row.values)
        shaped = columns.shape([row.values for row in chunk], render)
        for row, (plain, unread) in zip(chunk, shaped, strict=True):
            said = dict(row.notes) if row.notes else {}
            if unread:
                said["unread_values"] = unread
            if not given:
                said.update(notes)
            given += 1
            if row.reason is None:
                document = made.document(row.values, row.number, plain)
            else:
                document = made.refused(row.content, row.number, row.reason)
            yield changed(document, notes=said) if said else document
    if given != count:
        raise UnreadableDocument("damaged")


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class Rows:
    """Makes the documents of one table, in its order; remembers which keys it has given."""

    def __init__(self, table: TableOptions, count: int) -> None:
        """``table`` says which columns mean what; it has ``count`` rows."""
        self._table = table
        self._needed = needed_columns(table)
        self._keys = _Keys(count)

    def document(self, values: Mapping[str, Any], row_number: int, plain: Mapping[str, str]) -> Document:
        """The row with these ``values`` (an absent or blank one is none), of which some have a ``plain`` form.

        Fields keep their text to the character, since columns of spans count them. A row without any field is ``empty``.
        """
        present = {}
        for name in self._needed:
            value = values.get(name)
            text = value if isinstance(value, str) else render(value)
            if text and not text.isspace():
                present[name] = text
        said = {name: plain.get(name) or present[name] for name in self._table.columns if name in present}
        fields = in_bands(said, self._table.bands) if self._table.bands else said
        return Document(
            fields=fields,
            row_key=self._keys.unique(self._key(present)),
            row_number=row_number,
            link=self._value(present, self._table.link),
            customer=self._value(present, self._table.customer),
            reason=None if fields else "empty",
        )

    def refused(self, content: Iterable[str], row_number: int, reason: str) -> Document:
        """A row that could not be read; ``content`` (its cells or its line) only makes its key."""
        return Document(row_key=self._keys.unique(content_key([reason, *content])), row_number=row_number, reason=reason)

    def _key(self, present: Mapping[str, str]) -> str:
        if self._table.key:
            parts = [present.get(name, "").strip() for name in self._table.key]
            if any(parts):
                return KEY_SEPARATOR.join(parts)
        return content_key(chain.from_iterable(present.items()))

    @staticmethod
    def _value(present: Mapping[str, str], column: str | None) -> str | None:
        return present[column].strip() if column is not None and column in present else None


class _Keys:
    """Which keys were given, in eight bytes each: a table of two million rows has no room for the keys themselves."""

    def __init__(self, count: int) -> None:
        """For ``count`` keys."""
        size = 1 << max(4, (2 * count).bit_length())
        self._slots = array.array("Q", bytes(8 * size))  # open addressing; 0 is an empty slot
        self._last = size - 1
        self._again: Counter[int] = Counter()

    def unique(self, key: str) -> str:
        """``key``, numbered from the second time on, see `unique_key`.

        It is known by 64 bits of its hash. Should two of two million keys share them (one chance in ten million), the second is
        numbered as if it came again, which is a valid key too.
        """
        digest = int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()) or 1
        slots, at = self._slots, digest & self._last
        while (held := slots[at]) and held != digest:
            at = (at + 1) & self._last
        if not held:
            slots[at] = digest
            return key
        self._again[digest] += 1
        return f"{key}{KEY_SEPARATOR}#{self._again[digest] + 1}"


def unique_key(key: str, given: Counter[str]) -> str:
    """``key``, numbered from the second time on that it is asked for; ``given`` counts.

    Two documents must not share an id, so a key that comes again gets a number, whether it names a row or is a hash.
    """
    given[key] += 1
    return key if given[key] == 1 else f"{key}{KEY_SEPARATOR}#{given[key]}"


def content_key(parts: Iterable[str]) -> str:
    """A row key made from what the row says: SHA-256 over the length-prefixed ``parts``, cut to 128 bits."""
    said: list[bytes] = []
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        said += (len(encoded).to_bytes(8, "big"), encoded)
    return hashlib.sha256(b"".join(said)).hexdigest()[:_KEY_HEX]


def render(value: Any) -> str:
    """``value`` of a cell or of JSON as text; empty for no value.

    Whole numbers have no ``.0``, decimals as many digits as they had, dates are ISO 8601 (a time of midnight is left out),
    durations are ``h:mm:ss``, nested JSON is compact with sorted keys.
    """
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    for kinds, as_text in _TEXTS:
        if isinstance(value, kinds):
            return as_text(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_inner)


def _inner(value: Any) -> Any:
    """A value inside of a nested one that JSON has no form for: as text, and bytes that are none as no value."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return None
    return next((as_text(value) for kinds, as_text in _TEXTS if isinstance(value, kinds)), None)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _moment(value: dt.datetime) -> str:
    return value.date().isoformat() if value.time() == dt.time() and value.tzinfo is None else value.isoformat()


def _duration(value: dt.timedelta) -> str:
    sign, seconds = ("-", -value) if value < dt.timedelta() else ("", value)
    minutes, rest = divmod(round(seconds.total_seconds()), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"


# The first kind that fits: bool is an int, and a datetime a date.
_TEXTS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, _number),
    (decimal.Decimal, lambda value: f"{value:f}"),
    (dt.datetime, _moment),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (dt.timedelta, _duration),
)
