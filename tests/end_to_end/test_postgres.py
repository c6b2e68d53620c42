"""The Postgres variant of the instance, on a real PostgreSQL server that the tests start for themselves."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg2
import pytest
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage

from tests.end_to_end.dagster_records import days_of, instance_of, materialized, runs
from tests.end_to_end.landing import day, write_catalog, write_landing
from tests.end_to_end.line import Line
from tests.end_to_end.programs import ROOT, free_port, require, wait_for

pytestmark = pytest.mark.postgres

DAYS = 2

PASSWORD = "of the tests alone"

NewLine = Callable[[Path], Line]

Variables = dict[str, str]


def server_program(name: str) -> str:
    """A program of the newest PostgreSQL server here; Debian keeps them outside the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return require("PostgreSQL", str(found[-1]) if found else shutil.which(name), "postgresql")


def demoted(command: Sequence[str]) -> list[str]:
    """``command`` as a user who is not root, since PostgreSQL refuses to run as root."""
    if os.geteuid():
        return list(command)
    return ["setpriv", "--reuid", str(owner().pw_uid), "--regid", str(owner().pw_gid), "--clear-groups", *command]


def owner() -> pwd.struct_passwd:
    """Whose server it is: Debian's package makes a user for it."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@pytest.fixture(scope="module")
def variables() -> Iterator[Variables]:
    """The five variables of docs/examples/dagster.postgres.yaml, for a server on a free port that lives as long as the tests."""
    programs = server_program("initdb"), server_program("postgres")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "password").write_text(PASSWORD)
        if not os.geteuid():
            for path in (folder, folder / "password"):
                os.chown(path, owner().pw_uid, owner().pw_gid)
        initialise = [programs[0], "--username", "winnow", "--auth", "scram-sha-256", "--pwfile", str(folder / "password")]
        cluster = str(folder / "cluster")
        subprocess.run(demoted([*initialise, "--no-sync", "-D", cluster]), check=True, capture_output=True, cwd="/")
        options = ["-p", str(port), "-k", name, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(demoted([programs[1], "-D", cluster, *options]), stdout=log, stderr=log, cwd="/")
        try:
            found = {"HOST": "127.0.0.1", "PORT": str(port), "USER": "winnow", "PASSWORD": PASSWORD, "DATABASE": "postgres"}
            wait_for("PostgreSQL's start", lambda: count(found, "pg_tables") is not None)
            yield {f"WINNOW_PG_{name}": value for name, value in found.items()}
        finally:
            server.terminate()
            server.wait(timeout=60)


def count(found: Variables, table: str) -> int | None:
    """Rows of ``table``, asked of the server without Dagster; None while it does not answer."""
    given = {name.removeprefix("WINNOW_PG_").lower(): value for name, value in found.items()}
    try:
        connection = psycopg2.connect(dbname=given.pop("database"), **given)
    except psycopg2.OperationalError:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from {table}")
            (number,) = cursor.fetchone() or (None,)
    finally:
        connection.close()
    return number


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
