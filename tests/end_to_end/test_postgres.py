"""The Postgres variant of the instance, on a real PostgreSQL server that the tests start for themselves."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage

from tests.end_to_end.dagster_records import days_of, instance_of, materialized, runs
from tests.end_to_end.landing import day, write_catalog, write_landing
from tests.end_to_end.line import Line
from tests.end_to_end.programs import ROOT
from tests.postgres import postgres_server

pytestmark = pytest.mark.postgres

DAYS = 2

NewLine = Callable[[Path], Line]

Variables = dict[str, str]


@pytest.fixture(scope="module")
def variables() -> Iterator[Variables]:
    """The five variables of docs/examples/dagster.postgres.yaml, for a server that lives as long as the tests."""
    names = {"dbname": "DATABASE"}
    with postgres_server() as server:
        yield {f"WINNOW_PG_{names.get(name, name.upper())}": value for name, value in server.items()}


def count(found: Variables, table: str) -> int:
    """Rows of ``table``, asked of the server without Dagster."""
    given = {name.removeprefix("WINNOW_PG_").lower(): value for name, value in found.items()}
    with closing(psycopg2.connect(dbname=given.pop("database"), **given)) as connection, connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        (number,) = cursor.fetchone() or (0,)
    return int(number)


@pytest.fixture(scope="module")
def done(variables: Variables, new_line: NewLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A home after a backfill whose history went to the server; the variables are set as long as it is asked."""
    line = new_line(write_landing(tmp_path_factory.mktemp("landing"), DAYS))
    instance = line.home / "dagster"
    instance.mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "examples" / "dagster.postgres.yaml", instance / "dagster.yaml")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        places = {
            "WINNOW_HOME": line.home,
            "WINNOW_CATALOG": write_catalog(line.folder / "catalog.yaml"),
            "LANDING": line.landing,
        }
        environment = variables | {name: str(path) for name, path in places.items()}
        line.forked.run("backfill", "--from", str(day(0)), "--to", str(day(DAYS - 1)), environment=environment).ok()
        yield line


def test_everything_is_stored_on_the_server(done: Line) -> None:
    """Runs, events and schedules of the instance are Postgres's, and no SQLite file is beside them."""
    with instance_of(done.home / "dagster") as store:
        assert isinstance(store.run_storage, PostgresRunStorage)
        assert isinstance(store.event_log_storage, PostgresEventLogStorage)
        assert isinstance(store.schedule_storage, PostgresScheduleStorage)
    assert list((done.home / "dagster").rglob("*.db")) == []


def test_the_runs_of_a_backfill_are_there(done: Line, variables: Variables) -> None:
    """The server holds a run for each day and one publication, and a materialization of each day."""
    with instance_of(done.home / "dagster") as store:
        assert days_of(runs(store, "ingest")) == [str(day(number)) for number in range(DAYS)]
        assert all(run.is_success for run in runs(store))
        assert set(materialized(store, "examples")) == {str(day(number)) for number in range(DAYS)}
    assert count(variables, "runs") == DAYS + 1
    assert count(variables, "bulk_actions") == 1
