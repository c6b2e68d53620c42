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
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from winnow.alike import band
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, ReadOptions, TableOptions
from winnow.formats._columns import CHUNK_ROWS, Columns
from winnow.formats._rows import RowColumns, TableDocuments
from winnow.own_days import stated_day

KEY_SEPARATOR = "\x1f"  # the unit separator of ASCII: between the parts of a key, and before the number of a repeated one

MAX_WORK = 24_000_000
"""What reading one table may cost, in units of .8 microseconds of a core at the very most, so that no clock decides which table is
read: one under the budget takes less than 20 of the 25 seconds that an object has. It is counted, not measured, so every machine
gives the same verdict. The weights are those of the dearest tables that were measured, rounded up; ordinary ones take half of it:
a million rows of 100 bytes, three columns wanted, count 15 million units as CSV, 18 million as JSON Lines, and take 6 to 9 seconds."""

ROW_WORK = 5  # of a row: its record, its key, its place in a batch
VALUE_WORK = 2  # of a value in a wanted column, whatever it says
PLAIN_WORK = 4  # of one that is brought into plain form besides
MARKS = 4  # of a unit: characters between cells or members, wanted or not
WORK_BYTES = 40  # of a unit: bytes of the object, or characters of what it unpacks to

MAX_ROWS = MAX_WORK // (ROW_WORK + VALUE_WORK)  # the most that any table under the budget has: of one wanted column

KEPT_BYTES = 128 * MEBIBYTE  # of what the first pass found, packed; with the object itself half of a reader's memory

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
    """The columns that must be there, each once: fields, key, link, customer, day."""
    extra = [column for column in (table.link, table.customer, table.day) if column is not None]
    return tuple(dict.fromkeys((*table.columns, *table.key, *extra)))


def text_work(content: bytes, marks: Sequence[bytes]) -> int:
    """What it costs to tell cells apart in ``content``, by its bytes and those of ``marks`` (between cells) that it holds.

    Raises:
        UnreadableDocument: ``too_large``: more than any table may cost, whatever it says.
    """
    work = len(content) // WORK_BYTES + sum(map(content.count, marks)) // MARKS
    if work > MAX_WORK:
        raise UnreadableDocument("too_large")
    return work


@dataclass(slots=True)
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
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    content: tuple[str, ...] = ()
    notes: Mapping[str, int] | None = None


def table_documents(
    rows: Callable[[], Iterator[Row]], table: TableOptions, notes: Mapping[str, int] | None = None, *, work: int | None = None
) -> TableDocuments:
    """One document a row, of a table whose ``rows`` can be passed over again and again.

    ``notes`` are about the table: they stand on its first document, and are looked up when the first pass is over. ``work``
    is what the text costs that they are told from (`text_work`); None if they may say more than the object holds, and what they
    say has to be counted.

    Raises:
        UnreadableDocument: ``empty`` (no row), ``too_large`` (over `MAX_WORK`), ``bomb`` (over `MAX_TEXT`), the
            reason of the first row if no row can be read, and whatever ``rows`` raises in the first pass.
    """
    columns, kept = Columns(table), _Kept()
    count = _first_pass(rows, columns, table, kept, work)
    about = {**(notes or {}), "ambiguous_values": columns.ambiguous}
    chunks = kept.chunks() if kept.is_whole else _chunks(rows(), needed_columns(table))
    return TableDocuments(_second_pass(chunks, columns, table, count, {name: times for name, times in about.items() if times}))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Some rows as they were found: their numbers, their values by column, and by place what is odd about some."""

    numbers: list[int]
    values: dict[str, list[Any]]
    refused: dict[int, tuple[str, tuple[str, ...]]]
    notes: dict[int, Mapping[str, int]]


def _chunks(rows: Iterator[Row], needed: Sequence[str]) -> Iterator[_Chunk]:
    while chunk := list(islice(rows, CHUNK_ROWS)):
        found = [row.values for row in chunk]
        yield _Chunk(
            [row.number for row in chunk],
            {name: [values.get(name) for values in found] for name in needed},
            {at: (row.reason, row.content) for at, row in enumerate(chunk) if row.reason is not None},
            {at: row.notes for at, row in enumerate(chunk) if row.notes},
        )


class _Kept:
    """What the first pass found, packed, so that most tables are read once; of one over `KEPT_BYTES` nothing is kept."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._bytes = 0
        self.is_whole = True

    def add(self, chunk: _Chunk) -> None:
        if not self.is_whole:
            return
        self._packed.append(pickle.dumps((chunk.numbers, chunk.values, chunk.refused, chunk.notes), pickle.HIGHEST_PROTOCOL))
        self._bytes += len(self._packed[-1])
        if self._bytes > KEPT_BYTES:
            self.is_whole = False
            self._packed.clear()

    def chunks(self) -> Iterator[_Chunk]:
        """Everything in order, and once: what has been given is no longer kept."""
        self._packed.reverse()
        while self._packed:
            yield _Chunk(*pickle.loads(self._packed.pop()))  # noqa: S301 - packed above, in this process


def _first_pass(rows: Callable[[], Iterator[Row]], columns: Columns, table: TableOptions, kept: _Kept, text: int | None) -> int:
    needed = needed_columns(table)
    count = characters = 0
    first: str | None = None
    readable = False
    for chunk in _chunks(rows(), needed):
        count += len(chunk.numbers)
        if text is None:
            characters += sum(len(value) for values in chunk.values.values() for value in values if isinstance(value, str))
            if characters > MAX_TEXT:
                raise UnreadableDocument("bomb")
        work = count * (ROW_WORK + VALUE_WORK * len(needed)) + (characters // WORK_BYTES if text is None else text)
        if work > MAX_WORK:
            raise UnreadableDocument("too_large")
        first = first or next((reason for reason, _ in chunk.refused.values()), None)
        if not readable:
            readable = any(render(value).strip() for name in table.columns for value in chunk.values[name])
        columns.see(chunk.values)
        kept.add(chunk)
    if not count:
        raise UnreadableDocument("empty")
    if not readable:
        raise UnreadableDocument(first or "empty")
    columns.settle()
    if work + PLAIN_WORK * count * columns.plain > MAX_WORK:
        raise UnreadableDocument("too_large")
    return count


def _second_pass(
    chunks: Iterator[_Chunk], columns: Columns, table: TableOptions, count: int, notes: Mapping[str, int]
) -> Iterator[RowColumns]:
    made, given = _Made(table, count), 0
    for chunk in chunks:
        values = {name: columns.without_missing(found) for name, found in chunk.values.items()}
        plain, unread = columns.shape(values, render)
        said = {
            at: {**chunk.notes.get(at, {}), **({"unread_values": unread[at]} if at in unread else {})}
            for at in (*chunk.notes, *unread)
        }
        if not given and notes:
            said[0] = {**said.get(0, {}), **notes}
        given += len(chunk.numbers)
        yield made.rows(chunk, values, plain, said)
    if given != count:
        raise UnreadableDocument("damaged")


class _Made:
    """Makes the rows of one table, in its order; remembers which keys it has given."""

    def __init__(self, table: TableOptions, count: int) -> None:
        """``table`` says which columns mean what; it has ``count`` rows."""
        self._table = table
        self._needed = needed_columns(table)
        self._keys = _Keys(count)

    def rows(
        self,
        chunk: _Chunk,
        values: Mapping[str, Sequence[Any]],
        plain: Mapping[str, Sequence[str | None]],
        notes: Mapping[int, Mapping[str, int]],
    ) -> RowColumns:
        """The rows of ``chunk``, whose ``values`` have in some columns a ``plain`` form; an absent or blank one is none.

        Fields keep their text to the character, since columns of spans count them. A row without any field is ``empty``.
        """
        present = {name: _texts(values[name]) for name in self._needed}
        fields = {name: present[name] for name in self._table.columns}
        for name, texts in plain.items():
            fields[name] = [text and (shaped or text) for text, shaped in zip(fields[name], texts, strict=True)]
        for name, width in self._table.bands.items():
            fields[name] = [(text and band(text, width)) or None for text in fields[name]]
        keys = self._own_keys(present, len(chunk.numbers))
        reasons = dict.fromkeys(_blank(list(fields.values())), "empty")
        for at, (reason, content) in chunk.refused.items():
            reasons[at] = reason
            keys[at] = content_key([reason, *content])
        return RowColumns(
            chunk.numbers,
            self._keys.all_unique(keys),
            fields,
            self._values(present, self._table.link),
            self._values(present, self._table.customer),
            reasons,
            notes,
            self._days(present, plain),
        )

    def _own_keys(self, present: Mapping[str, Sequence[str | None]], count: int) -> list[str]:
        """What each row is known by: its values in the key columns, or if it has none there, all that it says."""
        parts = [[(text or "").strip() for text in present[name]] for name in self._table.key]
        joined = (
            parts[0] if len(parts) == 1 else list(map(KEY_SEPARATOR.join, zip(*parts, strict=True))) if parts else [""] * count
        )
        none = KEY_SEPARATOR * max(0, len(parts) - 1)
        for at, key in enumerate(joined):
            if key == none:
                said = ((name, texts[at]) for name, texts in present.items())
                joined[at] = content_key(part for name, text in said if text is not None for part in (name, text))
        return joined

    def _days(
        self, present: Mapping[str, Sequence[str | None]], plain: Mapping[str, Sequence[str | None]]
    ) -> list[dt.date | None] | None:
        """Each row's own day; None where its column says none that can be read in one way."""
        column, forms = self._table.day, self._table.dates
        if column is None:
            return None
        form = forms.get(column, "as_is") if isinstance(forms, Mapping) else forms
        shaped = plain.get(column, (None,) * len(present[column]))
        stated = (shape or text for shape, text in zip(shaped, present[column], strict=True))
        return [None if text is None else stated_day(text, form) for text in stated]

    @staticmethod
    def _values(present: Mapping[str, Sequence[str | None]], column: str | None) -> list[str | None] | None:
        return None if column is None else [text and text.strip() for text in present[column]]


def _texts(values: Sequence[Any]) -> list[str | None]:
    """``values`` as text, None for an absent or blank one."""
    texts = [value if isinstance(value, str) else render(value) for value in values]
    return [None if not text or text.isspace() else text for text in texts]


def _blank(columns: Sequence[Sequence[str | None]]) -> list[int]:
    """The rows in which none of ``columns`` has a text."""
    if not any(None in column for column in columns):
        return []
    return [at for at, texts in enumerate(zip(*columns, strict=True)) if not any(texts)]


class _Keys:
    """Which keys were given, in eight bytes each: a table of two million rows has no room for the keys themselves."""

    def __init__(self, count: int) -> None:
        """For ``count`` keys."""
        size = 1 << max(4, (2 * count).bit_length())
        self._slots = array.array("Q", bytes(8 * size))  # open addressing; 0 is an empty slot
        self._last = size - 1
        self._again: Counter[int] = Counter()

    def all_unique(self, keys: Sequence[str]) -> list[str]:
        """``keys``, each numbered from the second time on that it comes, see `unique_key`.

        A key is known by 64 bits of its hash. Should two of two million keys share them (one chance in ten million), the second
        is numbered as if it came again, which is a valid key too.
        """
        slots, last, unique = self._slots, self._last, []
        for key in keys:
            encoded = key.encode("utf-8", "surrogatepass")
            digest = int.from_bytes(hashlib.blake2b(encoded, digest_size=8).digest()) or 1
            at = digest & last
            while (held := slots[at]) and held != digest:
                at = (at + 1) & last
            if held:
                self._again[digest] += 1
                unique.append(f"{key}{KEY_SEPARATOR}#{self._again[digest] + 1}")
            else:
                slots[at] = digest
                unique.append(key)
        return unique


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
