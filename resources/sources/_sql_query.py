"""What a `sql` source asks of a database, and how it reaches one.

Belongs here: statements, connections, and values as JSON can hold them. Does not belong here: when to ask (`sql`), and what is
kept (`_sql_cache`).

Statements are built by SQLAlchemy, which quotes names and binds values for every dialect. PostgreSQL answers over ADBC, in columns
and in a stream; everything else over its SQLAlchemy driver, with a server-side cursor where it has one.
"""

import base64
import datetime as dt
import decimal
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from winnow.errors import SourceError
from winnow.formats._table import needed_columns

if TYPE_CHECKING:
    from resources.sources.sql import SqlSource

BATCH_ROWS = 2_000  # fetched at once by drivers that count rows; a row is a few hundred bytes

KEYS_AT_ONCE = 500  # in one statement: SQLite allowed 999 bound values until 2020

CONNECT_SECONDS = 15

_ADBC = ("postgresql", "postgres")


def fetched_columns(source: "SqlSource") -> tuple[str, ...]:
    """The columns that are asked for, each once: what the table's options name, the cursor and the day."""
    assert source.table is not None
    extra = (column for column in (source.cursor, source.day_column) if column)
    return tuple(dict.fromkeys((*needed_columns(source.table), *extra)))


@dataclass(frozen=True)
class Selection:
    """Which columns of which rows: one SELECT."""

    relation: str | None
    query: str | None
    names: tuple[str, ...]
    key: tuple[str, ...]
    cursor: str | None
    since: Any = None
    wanted: tuple[tuple[Any, ...], ...] | None = None

    @classmethod
    def of(cls, source: "SqlSource") -> "Selection":
        """All rows of ``source``."""
        assert source.table is not None
        return cls(source.relation, source.query, fetched_columns(source), source.table.key, source.cursor)

    def above(self, since: Any) -> "Selection":
        """The rows whose cursor is ``since`` or higher."""
        return replace(self, since=since)

    def keys(self) -> "Selection":
        """All rows, but only their keys and, last, the cursor."""
        assert self.cursor is not None
        return replace(self, names=(*self.key, self.cursor))

    def of_keys(self, wanted: Sequence[tuple[Any, ...]]) -> Iterator["Selection"]:
        """The rows with the keys ``wanted``, some hundreds at a time."""
        step = max(1, KEYS_AT_ONCE // len(self.key))
        for start in range(0, len(wanted), step):
            yield replace(self, wanted=tuple(wanted[start : start + step]))

    def statement(self) -> Any:
        """The SELECT."""
        import sqlalchemy as sa  # noqa: PLC0415 - a catalog without databases need not load it

        columns: list[Any] = [sa.column(name) for name in dict.fromkeys((*self.names, *self.key, *filter(None, [self.cursor])))]
        if self.query is not None:
            rows: Any = sa.text(self.query.rstrip().rstrip(";")).columns(*columns).subquery("winnow_rows")
        else:
            *schema, name = (self.relation or "").split(".")
            rows = sa.table(name, *columns, schema=".".join(schema) or None)
        selected = sa.select(*(rows.c[name] for name in self.names))
        if self.since is not None and self.cursor is not None:
            selected = selected.where(rows.c[self.cursor] >= sa.literal(self.since))
        if self.wanted is not None:
            each = (
                sa.and_(*(rows.c[name] == sa.literal(value) for name, value in zip(self.key, key, strict=True)))
                for key in self.wanted
            )
            selected = selected.where(sa.or_(*each))
        return selected


class Database:
    """One database, by its address; reached inside `connected`."""

    def __init__(self, source: str, url: str, timeout_seconds: float) -> None:
        """``source`` is the source's name, for errors; nothing is touched yet."""
        self._source, self._url, self._timeout_seconds = source, url, timeout_seconds
        self._rows: Any = None

    @contextmanager
    def connected(self) -> Iterator[None]:
        """A read-only session with one snapshot for all that is asked inside the block."""
        scheme = self._url.partition("://")[0]
        with self._adbc() if scheme in _ADBC else self._sqlalchemy() as self._rows:
            yield

    def rows(self, selection: Selection) -> Iterator[Sequence[Any]]:
        """The rows of ``selection``, streamed, in no particular order."""
        return iter(self._rows(selection.statement()))

    def error(self, action: str, error: Exception) -> SourceError:
        """``error`` without its words, which may quote a row, a host or a user."""
        state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
        kind = f"{type(error).__name__}{f', SQLSTATE {state}' if state else ''}"
        return SourceError(
            f"source {self._source!r} cannot be {action} ({kind}); check its address, its user's right to SELECT, and that "
            "`relation` and every column of `table` are there. Nothing is taken as deleted meanwhile"
        )

    @contextmanager
    def _adbc(self) -> Iterator[Any]:
        try:
            from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - an extra
        except ImportError:
            raise SourceError(f"source {self._source!r} needs the extra `sql`: pip install 'winnow[sql]'") from None
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as above

        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        mark = "&" if "?" in self._url else "?"
        address = self._url if "connect_timeout=" in self._url else f"{self._url}{mark}connect_timeout={CONNECT_SECONDS}"
        with dbapi.connect(address) as connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = {int(self._timeout_seconds * 1000)}")

            def rows(statement: Any) -> Iterator[Sequence[Any]]:
                compiled = statement.compile(dialect=dialect)
                parameters = [compiled.params[name] for name in compiled.positiontup or ()]
                with connection.cursor() as answers:
                    answers.execute(str(compiled), parameters or None)
                    for batch in answers.fetch_record_batch():
                        columns = [column.to_pylist() for column in batch.columns]
                        yield from zip(*columns, strict=True)

            yield rows

    @contextmanager
    def _sqlalchemy(self) -> Iterator[Any]:
        import sqlalchemy as sa  # noqa: PLC0415 - as above

        try:
            engine = sa.create_engine(_read_only(self._url), poolclass=sa.NullPool)
        except (ImportError, sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
            raise SourceError(
                f"source {self._source!r} has an address that nothing here understands ({type(error).__name__}); install the "
                "driver that SQLAlchemy names for it, or correct the address"
            ) from None
        with engine.connect() as connection:

            def rows(statement: Any) -> Iterator[Sequence[Any]]:
                options = {"stream_results": True, "yield_per": BATCH_ROWS}
                with connection.execute(statement, execution_options=options) as answers:
                    yield from answers

            yield rows


def _read_only(url: str) -> Any:
    """``url`` so that SQLite opens the file for reading, and makes none that is not there."""
    import sqlalchemy as sa  # noqa: PLC0415 - as above

    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database.startswith("file:"):
        return address
    return address.set(database=f"file:{address.database}").update_query_dict({"mode": "ro", "uri": "true"})


def wire_value(value: Any) -> Any:
    """``value`` as JSON can hold it: times in ISO 8601 (UTC where they have a zone), decimals and UUIDs as text, bytes in base64."""
    if value is None or isinstance(value, bool | int | str):
        return value
    for kinds, as_json in _WIRE:
        if isinstance(value, kinds):
            return as_json(value)
    return str(value)


# The first kind that fits: a datetime is a date.
_WIRE: tuple[tuple[type | tuple[type, ...], Callable[[Any], Any]], ...] = (
    (float, lambda value: value if math.isfinite(value) else None),  # JSON has no NaN
    (dt.datetime, lambda value: (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat()),
    ((dt.date, dt.time), lambda value: value.isoformat()),
    (decimal.Decimal, lambda value: format(value, "f") if value.is_finite() else None),
    ((bytes, memoryview), lambda value: base64.b64encode(bytes(value)).decode("ascii")),
    (dict, lambda value: {str(name): wire_value(inner) for name, inner in value.items()}),
    ((list, tuple), lambda value: [wire_value(inner) for inner in value]),
)


def cursor_text(value: Any) -> str:
    """``value`` of a cursor so that `cursor_value` gives it back: its kind and its text."""
    if isinstance(value, dt.datetime):
        return f"datetime:{value.isoformat()}"
    if isinstance(value, dt.date):
        return f"date:{value.isoformat()}"
    if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal | str):
        raise SourceError(f"a cursor of type {type(value).__name__} has no order that means anything; name a time or a number")
    return f"{'text' if isinstance(value, str) else 'number'}:{value}"


def cursor_value(text: str) -> Any:
    """The inverse of `cursor_text`."""
    kind, _, said = text.partition(":")
    if kind == "datetime":
        return dt.datetime.fromisoformat(said)
    if kind == "date":
        return dt.date.fromisoformat(said)
    if kind == "text":
        return said
    return int(said) if said.lstrip("-").isdecimal() else decimal.Decimal(said)


def highest(values: Iterable[Any]) -> Any:
    """The highest of ``values`` that are no null; None if all are."""
    return max((value for value in values if value is not None), default=None)


def cursor_below(value: Any, overlap: float) -> Any:
    """``value`` of a cursor less ``overlap``: seconds of a time, days at least one of a date, units of a number.

    Raises:
        SourceError: a text that is no ISO 8601 time has no distance.
    """
    if isinstance(value, dt.datetime):
        return value - dt.timedelta(seconds=overlap)
    if isinstance(value, dt.date):
        return value - dt.timedelta(days=max(1, -(-int(overlap) // 86_400)))
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            raise SourceError("a cursor of text must hold ISO 8601 times; name a column of times or numbers") from None
        if len(value) == len("2026-10-31"):
            return cursor_below(moment.date(), overlap).isoformat()
        # As the column spells it, so that texts compare as the times do.
        fraction = "microseconds" if "." in value else "seconds"
        return (moment - dt.timedelta(seconds=overlap)).isoformat(sep=value[10], timespec=fraction)
    step = int(overlap) if isinstance(value, int) else decimal.Decimal(overlap)
    return value - step
