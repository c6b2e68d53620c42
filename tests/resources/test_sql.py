"""Tables of a database as a source: on a real PostgreSQL server, and on SQLite."""

import datetime as dt
import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.clock import VARIABLE, FixedClock
from resources.ledger import Ledger
from resources.sources import OpenSource, Source, kinds, open_source
from resources.sources._sql_query import cursor_below, cursor_text, cursor_value, wire_value
from tests.postgres import postgres_server
from winnow.errors import SourceError, UnreadableDocument
from winnow.extract import ExtractConfig, SourceReading, extractor
from winnow.formats import ReadOptions
from winnow.schemas import OBJECTS

SALT = "a salt of sixteen"

NOW = dt.datetime(2026, 10, 20, 3, tzinfo=dt.UTC)

TABLE = {"key": ["id"], "columns": ["body", "team"]}

Execute = Callable[..., None]

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """A PostgreSQL server for this file's tests."""
    with postgres_server() as found:
        yield found


@pytest.fixture
def postgres(server: dict[str, str]) -> Iterator[tuple[str, Execute]]:
    """Address of a PostgreSQL server with an empty table of tickets, and how to change it."""
    connection = psycopg2.connect(**server)
    connection.autocommit = True

    def execute(statement: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    execute("DROP SCHEMA IF EXISTS support CASCADE")
    execute("CREATE SCHEMA support")
    execute(
        "CREATE TABLE support.tickets(id bigint PRIMARY KEY, body text, team text, secret text, "
        "changed timestamptz, at date, worth numeric, about jsonb, tags text[], token uuid)"
    )
    password = server["password"].replace(" ", "%20")
    yield f"postgresql://{server['user']}:{password}@{server['host']}:{server['port']}/{server['dbname']}", execute
    connection.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[tuple[str, Execute]]:
    """Address of a SQLite file with an empty table of tickets, and how to change it."""
    path = tmp_path / "tickets.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE tickets(id INTEGER PRIMARY KEY, body TEXT, team TEXT, secret TEXT, changed TEXT)")
        yield f"sqlite:///{path}", lambda statement, *values: connection.execute(statement, values) and None


def sql_source(url: str, **options: object) -> Source:
    """A source over the tickets at ``url``."""
    given = {"name": "tickets", "asset": "departmental_exports", "kind": "sql", "licence": "proprietary", "url": url}
    return kinds()["sql"].options.model_validate({**given, "relation": "tickets", "table": TABLE, **options})


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Stop the clock at a time."""
    return lambda when: monkeypatch.setenv(VARIABLE, when.isoformat())


def rows_of(opened: OpenSource) -> Rows:
    """The rows in each object of ``opened``."""
    found = {}
    for listed in opened.list():
        content = opened.read(listed.key, 10**9)
        found[listed.key] = [json.loads(line) for line in content.decode().splitlines()]
    return found


def bodies(opened: OpenSource) -> list[str]:
    """The bodies of all rows, in order."""
    return sorted(row["body"] for rows in rows_of(opened).values() for row in rows)


@pytest.mark.postgres
def test_rows_of_postgres_arrive_with_the_named_columns_alone(
    postgres: tuple[str, Execute], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """Rows come over ADBC by day, with the columns that the catalog names and no other."""
    url, execute = postgres
    execute(
        "INSERT INTO support.tickets(id, body, team, secret, changed, worth, about, tags, token) VALUES "
        "(1, 'It broke.', 'north', 'no', '2026-10-18T10:00+02', 1.50, '{\"b\": [1, null]}', '{x,y}', "
        "'00000000-0000-0000-0000-000000000001'), (2, 'It burns.', NULL, 'no', '2026-10-19T23:30-04', NULL, NULL, NULL, NULL)"
    )
    at(NOW)
    table = {"key": ["id"], "columns": ["body", "team", "worth", "about", "tags", "token"]}
    opened = open_source(sql_source(url, relation="support.tickets", cursor="changed", table=table), tmp_path)
    opened.refresh()
    assert rows_of(opened) == {
        "support.tickets/2026-10-18.0.jsonl": [
            {
                "body": "It broke.",
                "team": "north",
                "worth": "1.50",
                "about": '{"b": [1, null]}',
                "tags": ["x", "y"],
                "token": "00000000-0000-0000-0000-000000000001",
                "id": 1,
                "changed": "2026-10-18T08:00:00+00:00",
            }
        ],
        "support.tickets/2026-10-20.0.jsonl": [
            {
                **dict.fromkeys(("team", "worth", "about", "tags", "token")),
                "body": "It burns.",
                "id": 2,
                "changed": "2026-10-20T03:30:00+00:00",
            }
        ],
    }


@pytest.mark.postgres
def test_a_late_commit_within_the_overlap_is_fetched(
    postgres: tuple[str, Execute], server: dict[str, str], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """A transaction that began before the last fetch and committed behind it is not lost."""
    url, execute = postgres
    at(NOW)
    opened = open_source(sql_source(url, relation="support.tickets", cursor="changed", overlap=600), tmp_path)
    with closing(psycopg2.connect(**server)) as other, other.cursor() as late:
        late.execute("INSERT INTO support.tickets(id, body, changed) VALUES (1, 'late', '2026-10-19T11:55Z')")
        execute("INSERT INTO support.tickets(id, body, changed) VALUES (2, 'early', '2026-10-19T12:00Z')")
        opened.refresh()
        assert bodies(opened) == ["early"]
        other.commit()
    opened.refresh()
    assert bodies(opened) == ["early", "late"]


@pytest.mark.postgres
def test_the_session_cannot_write(postgres: tuple[str, Execute], tmp_path: Path) -> None:
    """A query that would change the database is refused by it."""
    url, execute = postgres
    execute("CREATE FUNCTION support.sneak() RETURNS bigint LANGUAGE sql AS 'DELETE FROM support.tickets RETURNING 1::bigint'")
    execute("INSERT INTO support.tickets(id, body) VALUES (1, 'kept')")
    query = "SELECT support.sneak() AS id, '' AS body, '' AS team"
    with pytest.raises(SourceError, match="cannot be read"):
        open_source(sql_source(url, relation=None, query=query), tmp_path / "sneaked").refresh()
    opened = open_source(sql_source(url, relation="support.tickets"), tmp_path / "asked")
    opened.refresh()
    assert bodies(opened) == ["kept"]


@pytest.mark.postgres
def test_an_error_names_no_host_and_no_user(server: dict[str, str], tmp_path: Path) -> None:
    """What goes wrong is told by the kind of error and its state alone."""
    url = f"postgresql://jane.doe:wrong@{server['host']}:{server['port']}/postgres"
    with pytest.raises(SourceError) as caught:
        open_source(sql_source(url), tmp_path).refresh()
    assert "jane" not in str(caught.value)
    assert server["port"] not in str(caught.value)
    assert "'tickets'" in str(caught.value)


@pytest.mark.postgres
def test_a_day_column_of_days_dates_rows(
    postgres: tuple[str, Execute], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """A row arrives on the day in the column that the catalog names."""
    url, execute = postgres
    execute("INSERT INTO support.tickets(id, body, at, changed) VALUES (1, 'x', '2026-09-01', '2026-10-19T12:00Z')")
    at(NOW)
    opened = open_source(sql_source(url, relation="support.tickets", cursor="changed", day_column="at"), tmp_path)
    opened.refresh()
    assert list(rows_of(opened)) == ["support.tickets/2026-09-01.0.jsonl"]


def test_a_second_fetch_takes_only_what_changed(
    sqlite: tuple[str, Execute], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """A changed row makes its file another; a row changed without its cursor waits for the comparison of keys."""
    url, execute = sqlite
    for number in (1, 2, 3):
        execute("INSERT INTO tickets VALUES (?, ?, '', '', ?)", number, f"body {number}", f"2026-10-1{number} 10:00:00")
    at(NOW)
    opened = open_source(sql_source(url, cursor="changed", overlap=60), tmp_path)
    opened.refresh()
    before = {listed.key: listed.etag for listed in opened.list()}
    execute("UPDATE tickets SET body = 'new', changed = '2026-10-20 01:00:00' WHERE id = 1")
    execute("UPDATE tickets SET body = 'unseen' WHERE id = 2")
    opened.refresh()
    after = {listed.key: listed.etag for listed in opened.list()}
    assert bodies(opened) == ["body 2", "body 3", "new"]
    assert [key for key in before if before[key] != after[key]] == ["tickets/2026-10-11.0.jsonl"]


def test_the_comparison_of_keys_finds_deletions_and_late_rows(
    sqlite: tuple[str, Execute], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """What was deleted, and what arrived far below the cursor, is seen when the keys are compared, and not before."""
    url, execute = sqlite
    for number in range(1, 20):
        execute("INSERT INTO tickets VALUES (?, ?, '', '', '2026-10-19 10:00:00')", number, f"body {number:02}")
    at(NOW)
    opened = open_source(sql_source(url, cursor="changed", overlap=60, reconcile_days=7), tmp_path)
    opened.refresh()
    execute("DELETE FROM tickets WHERE id = 1")
    execute("INSERT INTO tickets VALUES (20, 'body 20', '', '', '2026-01-01 10:00:00')")
    at(NOW + dt.timedelta(days=6))
    opened.refresh()
    assert bodies(opened) == [f"body {number:02}" for number in range(1, 20)]
    at(NOW + dt.timedelta(days=7))
    opened.refresh()
    assert bodies(opened) == [f"body {number:02}" for number in range(2, 21)]


def test_without_a_cursor_every_fetch_sees_everything(sqlite: tuple[str, Execute], tmp_path: Path) -> None:
    """A table without a cursor is read whole: changes and deletions are seen at once."""
    url, execute = sqlite
    execute("INSERT INTO tickets VALUES (1, 'one', '', '', ''), (2, 'two', '', '', '')")
    opened = open_source(sql_source(url), tmp_path)
    opened.refresh()
    execute("DELETE FROM tickets WHERE id = 1")
    execute("UPDATE tickets SET body = 'second' WHERE id = 2")
    opened.refresh()
    assert bodies(opened) == ["second"]


def test_a_failed_fetch_leaves_what_was_there(sqlite: tuple[str, Execute], tmp_path: Path) -> None:
    """A database that does not answer deletes nothing."""
    url, execute = sqlite
    execute("INSERT INTO tickets VALUES (1, 'one', '', '', '')")
    opened = open_source(sql_source(url), tmp_path)
    opened.refresh()
    execute("ALTER TABLE tickets RENAME TO elsewhere")
    with pytest.raises(SourceError, match="'tickets' cannot be read"):
        opened.refresh()
    assert bodies(opened) == ["one"]


def test_a_row_keeps_its_document_when_its_day_changes(
    sqlite: tuple[str, Execute], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """A document's id is its row's key: a cache built anew, with the row on another day, gives the same document."""
    url, execute = sqlite
    execute("INSERT INTO tickets VALUES (1, 'one', '', '', '2026-10-11 10:00:00')")
    at(NOW)
    source = sql_source(url, cursor="changed")
    ids = []
    for cache, changed in (("first", "2026-10-11 10:00:00"), ("second", "2026-10-12 10:00:00")):
        execute("UPDATE tickets SET changed = ?", changed)
        opened = open_source(source, tmp_path / cache)
        opened.refresh()
        (key,) = (listed.key for listed in opened.list())
        reading = SourceReading(read=ReadOptions(table=source.table), rows_are_unique=source.rows_are_unique)
        row = {"source": "tickets", "key": key, "content": opened.read(key, 10**6)}
        (document,) = extractor(ExtractConfig(SALT, {"tickets": reading}))(
            pa.RecordBatch.from_pylist([row], schema=OBJECTS)
        ).to_pylist()
        assert document["fields"][0]["value"] == "one"
        ids.append((key, document["document_id"]))
    assert ids[0][0] != ids[1][0]
    assert ids[0][1] == ids[1][1]


def test_the_ledger_dates_rows_and_misses_those_that_are_gone(
    sqlite: tuple[str, Execute], tmp_path: Path, at: Callable[[dt.datetime], None]
) -> None:
    """A scan fetches, dates each file of rows by its rows' day, and notices when one is gone."""
    url, execute = sqlite
    execute("INSERT INTO tickets VALUES (1, 'one', '', '', '2026-10-11 10:00:00'), (2, 'two', '', '', '2026-10-12 10:00:00')")
    at(NOW)
    source = sql_source(url, cursor="changed")
    ledger = Ledger(tmp_path / "home" / "ledger.sqlite", SALT)

    def scan(when: dt.datetime) -> Any:
        return ledger.scan([source], start=dt.date(2026, 10, 1), clock=FixedClock(when)).counts["tickets"]

    assert scan(NOW).new == 2
    assert ledger.days("departmental_exports") == [dt.date(2026, 10, 11), dt.date(2026, 10, 12)]
    execute("DELETE FROM tickets WHERE id = 2")
    later = NOW + dt.timedelta(days=8)
    at(later)
    counts = scan(later)
    assert (counts.unchanged, counts.gone) == (1, 1)


def test_the_cache_is_for_its_owner_alone(sqlite: tuple[str, Execute], tmp_path: Path) -> None:
    """What was fetched is text: nobody else may read it."""
    url, execute = sqlite
    execute("INSERT INTO tickets VALUES (1, 'one', '', '', '')")
    open_source(sql_source(url), tmp_path / "caches").refresh()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "caches" / "tickets").iterdir()}
    assert modes == {0o600}


def test_nothing_fetched_yet_is_not_an_empty_table(sqlite: tuple[str, Execute], tmp_path: Path) -> None:
    """A listing before the first fetch says so."""
    with pytest.raises(SourceError, match="nothing has been fetched"):
        list(open_source(sql_source(sqlite[0]), tmp_path).list())


def test_what_is_not_in_the_cache_has_gone(sqlite: tuple[str, Execute], tmp_path: Path) -> None:
    """A file of rows that no longer exists, and a name that never did, read as gone."""
    opened = open_source(sql_source(sqlite[0]), tmp_path)
    opened.refresh()
    with pytest.raises(UnreadableDocument, match="gone_while_reading"):
        opened.read("tickets/../../etc/passwd", 100)


def test_many_rows_of_one_day_are_several_objects(
    sqlite: tuple[str, Execute], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day of a bulk load is cut, so that a changed row makes only a part of it be read again."""
    monkeypatch.setattr("resources.sources._sql_cache.CHUNK_ROWS", 10)
    url, execute = sqlite
    for number in range(25):
        execute("INSERT INTO tickets VALUES (?, 'x', '', '', '2026-10-11 10:00:00')", number)
    opened = open_source(sql_source(url, cursor="changed"), tmp_path)
    opened.refresh()
    assert sorted(len(rows) for rows in rows_of(opened).values()) == [5, 10, 10]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"relation": None}, "either `relation` or `query`"),
        ({"query": "SELECT 1"}, "either `relation` or `query`"),
        ({"table": {"columns": ["body"]}}, "needs `table`"),
        ({"url": "tickets.db"}, "not a database's address"),
    ],
)
def test_a_source_that_makes_no_sense_is_refused(options: dict[str, object], message: str) -> None:
    """The catalog's mistakes are told before anything is fetched."""
    with pytest.raises(ValueError, match=message):
        sql_source("sqlite:///x.db", **options) if "url" not in options else sql_source(str(options["url"]))


def test_an_unknown_driver_is_told(tmp_path: Path) -> None:
    """An address of a database without a driver here says what to install."""
    with pytest.raises(SourceError, match="install the driver"):
        open_source(sql_source("oracle+nothing://host/x"), tmp_path).refresh()


cursors = st.one_of(
    st.datetimes(),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.dates(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
)


@given(cursors)
@settings(deadline=None, max_examples=100)
def test_a_cursor_is_remembered_as_it_was(value: Any) -> None:
    """What is written of a cursor reads back equal."""
    assert cursor_value(cursor_text(value)) == value


@pytest.mark.parametrize(
    ("value", "below"),
    [
        (dt.datetime(2026, 10, 2, tzinfo=dt.UTC), dt.datetime(2026, 10, 1, 23, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 2), dt.date(2026, 10, 1)),
        ("2026-10-02 00:00:00", "2026-10-01 23:00:00"),
        ("2026-10-02T00:00:00.500000", "2026-10-01T23:00:00.500000"),
        ("2026-10-02", "2026-10-01"),
        (5000, 1400),
    ],
)
def test_the_overlap_lies_below_the_cursor(value: Any, below: Any) -> None:
    """An overlap of an hour is taken off a cursor of any kind, in the spelling that the column has."""
    assert cursor_below(value, 3600) == below


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.datetimes()
    | st.decimals()
    | st.uuids(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(json_values)
@settings(deadline=None, max_examples=100)
def test_every_value_of_a_database_becomes_json(value: Any) -> None:
    """No value stops a fetch, and none is written as something JSON does not have."""
    json.loads(json.dumps(wire_value(value), allow_nan=False))


def test_forgotten_rows_do_not_come_back(sqlite: tuple[str, Execute], tmp_path: Path) -> None:
    """What has outlived its retention leaves the cache for good; a row that changes afterwards is new."""
    url, execute = sqlite
    execute("INSERT INTO tickets VALUES (1, 'old secret', '', '', ''), (2, 'two', '', '', '')")
    opened = open_source(sql_source(url), tmp_path)
    opened.refresh()
    assert opened.forget([listed.key for listed in opened.list()]) == 2
    opened.refresh()
    assert rows_of(opened) == {}
    assert b"old secret" not in b"".join(path.read_bytes() for path in (tmp_path / "tickets").iterdir())
    execute("UPDATE tickets SET body = 'changed' WHERE id = 2")
    opened.refresh()
    assert bodies(opened) == ["changed"]
