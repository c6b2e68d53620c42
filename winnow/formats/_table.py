"""Rows of a table as documents, whatever the table was written in.

Belongs here: the allow-list of columns, row keys, values as text. Does not belong here: how a format's cells are found.

A row has no blocks: its text is its ``fields``. ``link`` and ``customer`` are the raw values of their columns, which the
extraction stage hashes. Row keys live only in a document's id.
"""

import datetime as dt
import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from winnow.alike import in_bands
from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import ReadOptions, TableOptions

KEY_SEPARATOR = "\x1f"  # the unit separator of ASCII: between the parts of a key, and before the number of a repeated one

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


def positions(header: Sequence[str], table: TableOptions) -> dict[str, int]:
    """Where each needed column stands in ``header``, whose names are compared without white space around them.

    Raises:
        UnreadableDocument: ``missing_columns``; ``malformed`` for a needed name that stands there twice.
    """
    names = [name.strip() for name in header]
    needed = needed_columns(table)
    if not set(needed) <= set(names):
        raise UnreadableDocument("missing_columns")
    if any(names.count(column) > 1 for column in needed):
        raise UnreadableDocument("malformed")
    return {column: names.index(column) for column in needed}


class Rows:
    """Makes the documents of one table, in its order; remembers which keys it has given."""

    def __init__(self, table: TableOptions) -> None:
        """``table`` says which columns mean what."""
        self._table = table
        self._needed = needed_columns(table)
        self._given: Counter[str] = Counter()

    def document(self, values: Mapping[str, str], row_number: int) -> Document:
        """The row with these ``values`` (column → text; an absent or blank one is no value).

        Fields keep their text to the character, since columns of spans count them. A row without any field is ``empty``.
        """
        present = {name: values[name] for name in self._needed if values.get(name, "").strip()}
        fields = in_bands({name: present[name] for name in self._table.columns if name in present}, self._table.bands)
        return Document(
            fields=fields,
            row_key=unique_key(self._key(present), self._given),
            row_number=row_number,
            link=self._value(present, self._table.link),
            customer=self._value(present, self._table.customer),
            reason=None if fields else "empty",
        )

    def refused(self, content: Iterable[str], row_number: int, reason: str) -> Document:
        """A row that could not be read; ``content`` (its cells or its line) only makes its key."""
        return Document(row_key=unique_key(content_key([reason, *content]), self._given), row_number=row_number, reason=reason)

    def _key(self, present: Mapping[str, str]) -> str:
        parts = [present.get(name, "").strip() for name in self._table.key]
        return KEY_SEPARATOR.join(parts) if any(parts) else content_key([part for pair in present.items() for part in pair])

    @staticmethod
    def _value(present: Mapping[str, str], column: str | None) -> str | None:
        return present[column].strip() if column is not None and column in present else None


def unique_key(key: str, given: Counter[str]) -> str:
    """``key``, numbered from the second time on that it is asked for; ``given`` counts.

    Two documents must not share an id, so a key that comes again gets a number, whether it names a row or is a hash.
    """
    given[key] += 1
    return key if given[key] == 1 else f"{key}{KEY_SEPARATOR}#{given[key]}"


def content_key(parts: Iterable[str]) -> str:
    """A row key made from what the row says: SHA-256 over the length-prefixed ``parts``, cut to 128 bits."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:_KEY_HEX]


def render(value: Any) -> str:
    """``value`` of a cell or of JSON as text; empty for no value.

    Whole numbers have no ``.0``, dates are ISO 8601 (a time of midnight is left out), durations are ``h:mm:ss``, nested JSON is
    compact with sorted keys.
    """
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    for kinds, as_text in _TEXTS:
        if isinstance(value, kinds):
            return as_text(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _moment(value: dt.datetime) -> str:
    return value.date().isoformat() if value.time() == dt.time() else value.isoformat()


def _duration(value: dt.timedelta) -> str:
    sign, seconds = ("-", -value) if value < dt.timedelta() else ("", value)
    minutes, rest = divmod(round(seconds.total_seconds()), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"


# The first kind that fits: bool is an int, and a datetime a date.
_TEXTS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "true" if value else "false"),
    (int, str),
    (float, _number),
    (dt.datetime, _moment),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (dt.timedelta, _duration),
)
