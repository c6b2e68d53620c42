"""Tables of a database: PostgreSQL by ADBC, SQLite and what else SQLAlchemy knows by their drivers.

Belongs here: the options, and when what is fetched. Does not belong here: statements and connections (`_sql_query`), and where the
fetched rows lie (`_sql_cache`).

A table is not copied whole every night. A row that was written or changed has a higher value in the ``cursor`` column, so a scan
asks for what lies above the highest value seen, less an overlap: a transaction that began earlier may commit later, and its rows
then appear below what was seen already. Every ``reconcile_days`` days the keys of all rows are compared with those that are known;
so a deletion is noticed, and a row that even the overlap missed. Without a cursor every scan fetches the whole table.

Only the columns that the catalog names are ever asked for. Nothing is written to the database: every session is read-only.
"""

import datetime as dt
import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from resources.clock import clock_from
from resources.sources._base import Listed, OpenSource, Source, SourceKind
from resources.sources._sql_cache import Row, SqlCache
from resources.sources._sql_query import Database, Selection, cursor_below, fetched_columns, wire_value
from winnow.errors import SourceError, UnreadableDocument

MOST_REFETCHED = 0.2  # of the known rows: if more of them differ, one pass over the table costs less than asking for each


class SqlSource(Source):
    """The rows of one table, view or query."""

    kind: Literal["sql"]
    url: str = Field(
        min_length=1,
        repr=False,
        description="address as SQLAlchemy writes it: postgresql://user:${env:PASSWORD}@host/database, sqlite:///file.db, …",
    )
    relation: str | None = Field(
        None, min_length=1, description="table or view, with its schema if it has one: support.tickets"
    )
    query: str | None = Field(None, min_length=1, description="or a SELECT that gives the rows")
    cursor: str | None = Field(
        None,
        description="column that grows with every change (a time or a number): only rows above the highest one seen are fetched",
    )
    overlap: float = Field(
        3600,
        ge=0,
        description="how far below the highest cursor a fetch begins, in seconds, or in units of a number: as long as the longest "
        "transaction that writes the table",
    )
    day_column: str | None = Field(None, description="column of the day a row belongs to; default: the cursor, if it is a time")
    reconcile_days: int = Field(
        7, ge=1, description="days between two comparisons of all keys, which find deleted rows and those committed late"
    )
    timeout_seconds: float = Field(600, gt=0, description="how long one statement may take")

    @field_validator("url")
    @classmethod
    def _resolved(cls, url: str, info: ValidationInfo) -> str:
        scheme, separator, rest = url.partition("://")
        if not separator:
            raise ValueError("not a database's address; write postgresql://user@host/database or sqlite:///file.db")
        if scheme.partition("+")[0] == "sqlite" and rest.startswith("/") and not rest.startswith("//"):
            return f"{scheme}:///{Path((info.context or {}).get('folder', Path()), rest[1:]).absolute()}"
        return url

    @model_validator(mode="after")
    def _whole(self) -> "SqlSource":
        if (self.relation is None) == (self.query is None):
            raise ValueError("say either `relation` or `query`")
        if self.table is None or not self.table.key:
            raise ValueError("needs `table` with `columns` and `key`: a row is known again, and missed, by its key")
        return self

    @property
    def rows_are_unique(self) -> bool:
        """True: in which file of the cache a row lies says nothing about it."""
        return True


class OpenSql:
    """See `resources.sources._base.OpenSource`; its objects are files of rows in the cache, by day."""

    def __init__(self, source: SqlSource, cache: Path) -> None:
        """Nothing is touched yet."""
        self._source = source
        self._cache = SqlCache(cache / "rows.sqlite", _fingerprint(source), fetched_columns(source))

    def refresh(self) -> None:
        """Fetch the rows that are new or changed, and, when it is time, compare all keys; all of it or nothing."""
        now = clock_from(os.environ).now()
        database = Database(self._source.name, self._source.url, self._source.timeout_seconds)
        selection = Selection.of(self._source)
        try:
            with database.connected(), self._cache.writing(now) as cache:
                due = cache.reconciled_at is None or now - cache.reconciled_at >= dt.timedelta(days=self._source.reconcile_days)
                if cache.cursor is None or cache.reconciled_at is None:
                    cache.replace_all(self._rows(database, selection))
                else:
                    since = cursor_below(cache.cursor, self._source.overlap)
                    cache.upsert(self._rows(database, selection.above(since)))
                    if due:
                        self._reconcile(database, selection, cache)
                if due or self._source.cursor is None:
                    cache.reconciled_at = now
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001 - every driver raises its own
            raise database.error("read", error) from None

    def list(self) -> Iterator[Listed]:
        """The files of rows that the last `refresh` left."""
        if not self._cache.exists():
            raise SourceError(f"nothing has been fetched of source {self._source.name!r} yet; the next run does")
        for chunk in self._cache.chunks():
            midnight = dt.datetime.fromisoformat(chunk.day).replace(tzinfo=dt.UTC)
            yield Listed(self._key(chunk.name), chunk.size, int(midnight.timestamp()) * 1_000_000_000, etag=chunk.etag)

    def read(self, key: str, max_bytes: int) -> bytes:
        """The rows in the file ``key`` as JSON Lines, by their keys."""
        pieces, total = [], 0
        for line in self._lines(key):
            pieces.append(line)
            total += len(line)
            if total > max_bytes:
                raise UnreadableDocument("too_large")
        return b"".join(pieces)

    def sha256(self, key: str) -> str:
        """SHA-256 of what `read` gives."""
        digest = hashlib.sha256()
        for line in self._lines(key):
            digest.update(line)
        return digest.hexdigest()

    def forget(self, keys: Collection[str]) -> int:
        """Delete the text of the rows in the files ``keys`` from the cache, for ever; a row that changes is a new one."""
        if not self._cache.exists():
            return 0
        with self._cache.writing(clock_from(os.environ).now()) as cache:
            return cache.forget(map(self._chunk, sorted(keys)))

    def _key(self, chunk: str) -> str:
        return f"{self._source.relation or self._source.name}/{chunk}.jsonl"

    def _chunk(self, key: str) -> str:
        return key.removeprefix(self._key("").removesuffix(".jsonl")).removesuffix(".jsonl")

    def _lines(self, key: str) -> Iterator[bytes]:
        chunk = self._chunk(key)
        found = False
        for line in self._cache.lines(chunk):
            found = True
            yield line
        if not found:
            raise UnreadableDocument("gone_while_reading")

    def _rows(self, database: Database, selection: Selection) -> Iterator[Row]:
        for values in database.rows(selection):
            yield self._row(dict(zip(selection.names, values, strict=True)))

    def _row(self, values: dict[str, Any]) -> Row:
        assert self._source.table is not None
        key = tuple(wire_value(values[name]) for name in self._source.table.key)
        if None in key:
            raise SourceError(f"source {self._source.name!r} has a row without a key; name columns that no row leaves empty")
        cursor = values[self._source.cursor] if self._source.cursor else None
        dated = values[self._source.day_column] if self._source.day_column else cursor
        return Row(key, cursor, _day(dated), {name: wire_value(value) for name, value in values.items()})

    def _reconcile(self, database: Database, selection: Selection, cache: SqlCache) -> None:
        """Drop the rows that are gone, and fetch those whose key or cursor is not as it is known."""
        keys = selection.keys()
        different = cache.compare((tuple(values[:-1]), values[-1]) for values in database.rows(keys))
        askable = all(isinstance(value, int | str) for key in different for value in key)  # the same in every driver's hands
        if len(different) > MOST_REFETCHED * cache.rows or not askable:
            cache.replace_all(self._rows(database, selection))
        else:
            for wanted in selection.of_keys(different):
                cache.upsert(self._rows(database, wanted))


def _day(value: Any) -> dt.date | None:
    """The UTC day of a time; None for anything else."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).date() if value.tzinfo else value.date()
    return value if isinstance(value, dt.date) else None


def _fingerprint(source: SqlSource) -> str:
    """What the cache was filled by; if it changes the cache begins anew. The address is no part of it: passwords change."""
    said = (
        source.relation,
        source.query,
        source.cursor,
        source.day_column,
        source.table and source.table.key,
        fetched_columns(source),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def open_sql(source: SqlSource, cache: Path) -> OpenSource:
    """``source`` with its rows in ``cache``."""
    return OpenSql(source, cache)


SOURCE_KIND = SourceKind("sql", SqlSource, open_sql)
