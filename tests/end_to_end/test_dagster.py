"""Backfills, nights and publications by winnow's commands, and what Dagster's instance tells of them."""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest
from dagster._core.execution.backfill import BulkActionStatus

from assets.days import BACKFILL_TAG
from assets.graph import DAILY_STAGES, SET_ASSETS
from pipelines.definitions import build
from resources.lock import HomeLock
from resources.workspace import close_workspaces
from tests.end_to_end.dagster_records import backfills_of, days_of, failures, instance_of, materialized, runs
from tests.end_to_end.landing import day, put, words, write_catalog, write_landing
from tests.end_to_end.line import Line, night

DAYS = 3

NewLine = Callable[[Path], Line]

LOCKED, BLOCKED = 75, 3

STRICT = "50, below_minimum: error"
"""More examples of a class than the small company has."""


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landing zone of a few days."""
    return write_landing(tmp_path_factory.mktemp("landing"), DAYS)


@pytest.fixture(scope="module")
def done(landing: Path, new_line: NewLine) -> Line:
    """A home after one backfill of those days."""
    line = new_line(landing)
    line.backfill(DAYS)
    return line


@pytest.fixture
def line(done: Line, tmp_path: Path) -> Line:
    """A copy of that home, and of its landing zone."""
    return done.copy(tmp_path / "line")


def whole(days: int = DAYS) -> tuple[str, ...]:
    """The arguments of a backfill of the first ``days``."""
    return ("backfill", "--from", str(day(0)), "--to", str(day(days - 1)))


# --- a backfill


def test_a_backfill_is_one_in_the_instance(done: Line) -> None:
    """`winnow backfill` leaves one backfill that succeeded, with a run for each day under its tag, in the order of days."""
    days = [str(day(number)) for number in range(DAYS)]
    with instance_of(done.home / "dagster") as store:
        (backfill,) = store.get_backfills()
        found = runs(store, "ingest")
    assert backfill.status == BulkActionStatus.COMPLETED_SUCCESS
    assert (backfill.job_name, backfill.partition_names) == ("ingest", days)
    assert backfill.backfill_end_timestamp is not None
    assert (days_of(found), backfills_of(found)) == (days, {backfill.backfill_id})


def test_a_backfill_publishes_once_outside_itself(done: Line) -> None:
    """The publication is one run of `publish`, after all days, and no part of the backfill."""
    with instance_of(done.home / "dagster") as store:
        (publication,) = runs(store, "publish")
        assert runs(store)[-1].run_id == publication.run_id
    assert BACKFILL_TAG not in publication.tags


def test_each_day_is_materialized_under_its_partition(done: Line) -> None:
    """Every daily asset has one materialization a day with its rows, every set asset one without partition."""
    with instance_of(done.home / "dagster") as store:
        for stage in DAILY_STAGES:
            assert set(materialized(store, stage.name)) == {str(day(number)) for number in range(DAYS)}
            assert all(rows >= 0 for rows in materialized(store, stage.name).values())
        for name in SET_ASSETS:
            assert set(materialized(store, name)) == {None}


def test_a_backfill_of_done_days_leaves_no_trace(line: Line) -> None:
    """Asked again, no run is made and no backfill recorded: there was nothing to do."""
    line.backfill(DAYS)
    with instance_of(line.home / "dagster") as store:
        assert len(store.get_backfills()) == 1
        assert len(runs(store)) == DAYS + 1


# --- a failed day


@pytest.fixture
def spoilt(line: Line) -> Line:
    """A home where the disk lost the text of the second day's reports, and two days behind the sources are to be made."""
    for stage in ("scrubbed_documents", "examples"):
        for number in (1, 2):
            (line.home / "lake" / stage / "rows" / f"{day(number)}.parquet").unlink()
    path = line.home / "lake" / "internal_reports" / "rows" / f"{day(1)}.parquet"
    group = pq.ParquetFile(path).metadata.row_group(0)
    with path.open("r+b") as file:
        for column in (group.column(place) for place in range(group.num_columns)):
            if column.path_in_schema.startswith("blocks"):
                file.seek(column.data_page_offset)
                file.write(bytes(column.total_compressed_size // 2))
    told = line.folder / "told.jsonl"
    hook = [sys.executable, "-c", f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read() + chr(10))"]
    write_catalog(line.folder / "catalog.yaml", more=f"hooks: {{on_failure: {{command: {json.dumps(hook)}}}}}\n")
    return line


def test_a_failed_day_is_passed_and_nothing_published(spoilt: Line) -> None:
    """A day that fails does not stop the next, its backfill is a failed one, nothing is published, and the exit code says so."""
    latest = spoilt.latest()
    ended = spoilt.winnow(*whole(), "--json")
    assert ended.code == 1
    assert ended.json()["days_failed"] == [str(day(1))]
    assert str(day(2)) in ended.json()["days_done"]
    assert (spoilt.home / "lake" / "examples" / "rows" / f"{day(2)}.parquet").exists()
    assert spoilt.latest() == latest
    with instance_of(spoilt.home / "dagster") as store:
        newest = store.get_backfills()[0]
        ended_as = {run.tags["dagster/partition"]: run.status for run in runs(store, dagster__backfill=newest.backfill_id)}
        assert len(runs(store, "publish")) == 1
    assert newest.status == BulkActionStatus.COMPLETED_FAILED
    assert ended_as == {str(day(1)): dg.DagsterRunStatus.FAILURE, str(day(2)): dg.DagsterRunStatus.SUCCESS}


def test_a_person_is_told_which_day_failed(spoilt: Line) -> None:
    """The message names the failed day and the step, and that nothing was published; it holds nothing of the file."""
    ended = spoilt.winnow(*whole())
    assert f"ingest {day(1)} failed at scrubbed_documents" in ended.err
    assert f"failed: {day(1)}" in ended.err
    assert "Nothing was published" in ended.err


@pytest.mark.parametrize("command", [("run",), whole()], ids=["run", "backfill"])
def test_a_failure_runs_the_hook_once(spoilt: Line, command: tuple[str, ...]) -> None:
    """The catalog's command is told the job and the failed days, once for the whole of `winnow run` or `winnow backfill`."""
    assert spoilt.winnow(*command).code == 1
    (event,) = [json.loads(text) for text in (spoilt.folder / "told.jsonl").read_text().splitlines()]
    assert (event["job"], event["failed_days"], event["failed"]) == (command[0], str(day(1)), 1)


def test_allow_missing_publishes_and_says_what_is_missing(spoilt: Line) -> None:
    """With `--allow-missing` a version without the failed day is published, and its manifest names that day."""
    before = spoilt.latest()
    ended = spoilt.winnow(*whole(), "--allow-missing", "--json")
    assert (ended.code, ended.json()["new_version"]) == (1, True)
    assert spoilt.latest() != before
    manifest = json.loads((spoilt.releases / "versions" / spoilt.latest() / "manifest.json").read_bytes())
    assert manifest["missing_days"] == [str(day(1))]


def test_a_source_that_cannot_be_listed_fails_its_days(line: Line) -> None:
    """A folder that is not there any more fails every open day rather than emptying the dataset."""
    put(line.landing, "reports/late.txt", words(60, "late"), 1)
    (line.landing / "reports").rename(line.landing / "elsewhere")
    latest = line.latest()
    ended = line.winnow(*whole(DAYS + 1), "--json")
    assert ended.code == 1
    assert ended.json()["days_failed"] == [str(day(DAYS))]
    assert line.latest() == latest


def test_the_runs_of_a_killed_command_are_ended_by_the_next(line: Line) -> None:
    """A run that was killed with its command stays "started" only until the next command: the daemon's queue waits for such."""
    write_landing(line.landing, [DAYS])
    killed = line.winnow(*whole(DAYS + 1), kill={"call": "replace", "name": f"{day(DAYS)}.parquet", "when": "before", "nth": 3})
    assert killed.killed
    with instance_of(line.home / "dagster") as store:
        assert [run.status for run in runs(store, dagster__partition=str(day(DAYS)))] == [dg.DagsterRunStatus.STARTED]
    line.backfill(DAYS + 1)
    with instance_of(line.home / "dagster") as store:
        first, second = runs(store, dagster__partition=str(day(DAYS)))
    assert (first.status, second.status) == (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS)


# --- the nightly job


def nightly(line: Line, number: int, monkeypatch: pytest.MonkeyPatch, **tags: str) -> tuple[dg.DagsterRun, str]:
    """Run the job `nightly` for a day as the scheduler would; returns the run and what is recorded of its failure."""
    monkeypatch.setenv("LANDING", str(line.landing))
    monkeypatch.setenv("WINNOW_CLOCK", night(number))
    (line.home / "dagster").mkdir(parents=True, exist_ok=True)
    write_catalog(line.folder / "catalog.yaml")
    job = build(line.folder / "catalog.yaml", line.home).resolve_job_def("nightly")
    given = {name.replace("__", "/"): value for name, value in tags.items()}
    with instance_of(line.home / "dagster") as store:
        ended = job.execute_in_process(partition_key=str(day(number)), instance=store, tags=given, raise_on_error=False)
        close_workspaces()
        return ended.dagster_run, failures(store, ended.dagster_run)


def test_nightly_catches_up(landing: Path, new_line: NewLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nightly job does every open day before its own, reports each under its own partition, and publishes one version."""
    line = new_line(landing)
    run, why = nightly(line, DAYS - 1, monkeypatch)
    assert run.is_success, why
    with instance_of(line.home / "dagster") as store:
        assert len(runs(store)) == 1
        for stage in DAILY_STAGES:
            assert set(materialized(store, stage.name)) >= {str(day(number)) for number in range(DAYS)}
        assert materialized(store, "examples")[str(day(0))] > 0
    assert [path.name for path in (line.releases / "versions").iterdir()] == [line.latest()]


def test_nightly_refuses_to_be_a_backfill(landing: Path, new_line: NewLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A nightly run that is part of a backfill fails before anything is read or written, and says what to do instead."""
    line = new_line(landing)
    run, why = nightly(line, DAYS - 1, monkeypatch, dagster__backfill="aaaabbbb")
    assert run.status == dg.DagsterRunStatus.FAILURE
    assert "backfill `ingest`" in why
    assert not (line.home / "lake").exists()
    assert not (line.home / "ledger.sqlite").exists()


# --- the gate


@pytest.fixture
def blocked(line: Line) -> Line:
    """A home whose catalog asks for more examples of a class than there are."""
    catalog = line.folder / "catalog.yaml"
    catalog.write_text(catalog.read_text().replace("minimum: 2", f"minimum: {STRICT}"))
    return line


def test_a_failed_check_blocks_the_publication(blocked: Line) -> None:
    """`winnow publish` exits with 3, names the check, and neither LATEST nor the versions change."""
    before = blocked.latest()
    ended = blocked.winnow("publish", "--json")
    assert (ended.code, ended.json()["version"]) == (BLOCKED, before)
    assert "classes_large_enough" in ended.json()["blocked"]
    assert blocked.latest() == before
    assert [path.name for path in (blocked.releases / "versions").iterdir()] == [before]
    verdict = json.loads((blocked.releases / "verdict.json").read_bytes())
    assert [name for name, passed in verdict["checks"].items() if not passed] == ["classes_large_enough"]


def test_the_check_is_failed_in_the_instance(blocked: Line) -> None:
    """The asset's page shows which check failed, and the run that published nothing as failed."""
    blocked.winnow("publish")
    with instance_of(blocked.home / "dagster") as store:
        assert runs(store, "publish")[-1].status == dg.DagsterRunStatus.FAILURE
        key = dg.AssetCheckKey(dg.AssetKey("dataset_candidate"), "classes_large_enough")
        (record,) = store.event_log_storage.get_asset_check_execution_history(key, limit=1)
        assert record.event is not None
        assert record.event.dagster_event is not None
        evaluation = record.event.dagster_event.asset_check_evaluation_data
    assert (evaluation.passed, evaluation.severity, evaluation.blocking) == (False, dg.AssetCheckSeverity.ERROR, True)


def test_status_names_the_check(blocked: Line) -> None:
    """`winnow status` says which check stands in the way, and exits with 1."""
    blocked.winnow("publish")
    ended = blocked.winnow("status", "--json")
    assert (ended.code, ended.json()["failed_checks"]) == (1, ["classes_large_enough"])


def launch_train(line: Line, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, str]:
    """Materialize `train` and nothing else, as the UI and `dg launch --assets train` do: whether it succeeded, else why not."""
    monkeypatch.setenv("LANDING", str(line.landing))
    job = build(line.folder / "catalog.yaml", line.home).resolve_implicit_global_asset_job_def()
    train = job.get_subset(asset_selection={dg.AssetKey("train")})
    with instance_of(line.home / "dagster") as store:
        ended = train.execute_in_process(instance=store, raise_on_error=False)
        close_workspaces()
        return ended.success, failures(store, ended.dagster_run)


def test_train_alone_publishes_nothing(blocked: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Launching `train` by itself after the failed check fails and publishes nothing: the gate is in the asset."""
    before = blocked.latest()
    blocked.winnow("publish")
    succeeded, why = launch_train(blocked, monkeypatch)
    assert not succeeded
    assert "PublicationBlocked" in why
    assert "classes_large_enough" in why
    assert blocked.latest() == before
    assert [path.name for path in (blocked.releases / "versions").iterdir()] == [before]


def test_train_alone_is_understood(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the candidate has passed, launching `train` by itself succeeds, and changes nothing that is published already."""
    before = line.latest()
    assert launch_train(line, monkeypatch)[0]
    assert line.latest() == before


def test_the_gate_opens_when_the_cause_is_mended(blocked: Line) -> None:
    """With the former catalog the next publication passes again."""
    blocked.winnow("publish")
    write_catalog(blocked.folder / "catalog.yaml")
    assert blocked.winnow("publish").ok().code == 0
    assert blocked.winnow("status", "--json").ok().json()["failed_checks"] == []


# --- rollback


def test_a_version_that_was_rolled_back_stays_away(line: Line) -> None:
    """After a rollback the former version is in force and publishing the same inputs leaves it so; other inputs make a new one."""
    first = line.latest()
    write_landing(line.landing, [DAYS])
    line.backfill(DAYS + 1)
    withdrawn = line.latest()
    line.winnow("rollback", first).ok()
    assert line.latest() == first
    (line.releases / "candidate.json").unlink()  # so that the set part runs and makes the withdrawn version again
    line.winnow("publish").ok()
    assert line.latest() == first
    write_landing(line.landing, [DAYS + 1])
    line.backfill(DAYS + 2)
    assert line.latest() not in {first, withdrawn}


# --- one writer


@pytest.fixture
def lock(done: Line, monkeypatch: pytest.MonkeyPatch) -> HomeLock:
    """The lock of the home, in the hands of this process."""
    monkeypatch.delenv("WINNOW_LOCK_TOKEN", raising=False)
    return HomeLock(done.home / "lock", "run")


def test_a_second_writer_is_told_who_writes(done: Line, lock: HomeLock) -> None:
    """With `--wait 0` a second writer exits with 75 and names the command and process that hold the home."""
    with lock.held():
        ended = done.winnow("publish", "--wait", "0")
    assert ended.code == LOCKED
    assert f"`winnow run` (process {os.getpid()}" in ended.err


def test_a_second_writer_waits(done: Line, lock: HomeLock) -> None:
    """Without it the second writer goes on as soon as the first is done."""
    lock.acquire()
    threading.Timer(1.5, lock.release).start()
    ended = done.winnow("publish", "--wait", "60")
    assert lock.holder() is None
    assert ended.code == 0
