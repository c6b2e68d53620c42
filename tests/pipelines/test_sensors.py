"""The sensors: when a publication follows a backfill, and whom a failed run tells."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from assets.days import BACKFILL_TAG
from assets.graph import SET_ASSETS
from pipelines.jobs import COMMAND_TAG, INGEST
from pipelines.location import partition_set
from pipelines.sensors import AFTER_TAG, publish_after_backfill, tell_on_failure
from resources.workspace import close_workspaces
from resources.workspace_resource import WorkspaceResource
from tests.end_to_end.landing import START, day, write_catalog

BACKFILL = "aaaabbbb"
DAYS = [str(day(number)) for number in range(3)]

FAIL = "fail"
"""Tag of a run that is to fail."""


@dg.op
def work(context: dg.OpExecutionContext) -> None:
    """Succeed, or not."""
    if FAIL in context.run_tags:
        raise RuntimeError("a sentence that a document may have held")


@dg.job(name=INGEST, partitions_def=dg.DailyPartitionsDefinition(START.isoformat()))
def ingest() -> None:
    """Stands for the real job, whose name it has: the sensor reads what the instance recorded of its runs."""
    work()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """An instance in memory."""
    with dg.DagsterInstance.ephemeral() as store:
        yield store


def run(instance: dg.DagsterInstance, date: str, *tags: str, backfill: str = BACKFILL) -> dg.DagsterRun:
    """One run of ``backfill``."""
    everything = {BACKFILL_TAG: backfill, **dict.fromkeys(tags, "true")}
    ended = ingest.execute_in_process(partition_key=date, instance=instance, tags=everything, raise_on_error=False)
    return ended.dagster_run


def record(
    instance: dg.DagsterInstance, name: str = BACKFILL, *tags: str, job: str = INGEST, days: Sequence[str] = DAYS
) -> None:
    """Record a backfill of ``job``, launched as `dagster job backfill` does."""
    instance.add_backfill(
        PartitionBackfill(
            backfill_id=name,
            status=BulkActionStatus.COMPLETED,
            from_failure=False,
            tags=dict.fromkeys(tags, "true"),
            backfill_timestamp=1.0,
            partition_set_origin=partition_set(job),
            partition_names=list(days),
        )
    )


def requested(instance: dg.DagsterInstance, cursor: str | None = None) -> tuple[list[str], str | None]:
    """The backfills after which the sensor asks for a publication, and its new cursor."""
    result = publish_after_backfill(dg.build_sensor_context(instance=instance, cursor=cursor))
    if isinstance(result, dg.SkipReason):
        return [], cursor
    assert isinstance(result, dg.SensorResult)
    requests = list(result.run_requests or ())
    assert [request.run_key for request in requests] == [f"after-backfill-{request.tags[AFTER_TAG]}" for request in requests]
    return [request.tags[AFTER_TAG] for request in requests], result.cursor


def test_a_complete_backfill_is_followed_by_one_publication(instance: dg.DagsterInstance) -> None:
    """When every day has succeeded one publication is asked for, and at the next look none."""
    record(instance)
    for date in DAYS:
        run(instance, date)
    backfills, cursor = requested(instance)
    assert backfills == [BACKFILL]
    assert requested(instance, cursor)[0] == []


def test_a_backfill_that_still_runs_is_waited_for(instance: dg.DagsterInstance) -> None:
    """While a day has no run yet, nothing is asked for, although all runs so far have succeeded."""
    record(instance)
    for date in DAYS[:-1]:
        run(instance, date)
    assert requested(instance)[0] == []


def test_a_failed_day_stops_the_publication(instance: dg.DagsterInstance) -> None:
    """While a day's last run has failed, nothing is asked for; when it was run again and succeeded, it is."""
    record(instance)
    run(instance, DAYS[0], FAIL)
    for date in DAYS[1:]:
        run(instance, date)
    assert requested(instance)[0] == []
    run(instance, DAYS[0])
    assert requested(instance)[0] == [BACKFILL]


def test_the_last_run_of_a_day_counts(instance: dg.DagsterInstance) -> None:
    """A day that succeeded and then failed when it was run again is a failed day."""
    record(instance)
    for date in DAYS:
        run(instance, date)
    run(instance, DAYS[1], FAIL)
    assert requested(instance)[0] == []


def test_backfills_of_winnow_itself_are_left_alone(instance: dg.DagsterInstance) -> None:
    """`winnow backfill` publishes by itself, so the sensor does not."""
    record(instance, BACKFILL, COMMAND_TAG)
    for date in DAYS:
        run(instance, date, COMMAND_TAG)
    assert requested(instance)[0] == []


def test_backfills_of_other_jobs_are_left_alone(instance: dg.DagsterInstance) -> None:
    """A backfill of another job is followed by nothing."""
    record(instance, job="nightly")
    for date in DAYS:
        run(instance, date)
    assert requested(instance)[0] == []


def test_two_backfills_are_told_apart(instance: dg.DagsterInstance) -> None:
    """Runs of one backfill do not complete another over the same days."""
    record(instance)
    record(instance, "ccccdddd")
    for date in DAYS:
        run(instance, date, backfill="ccccdddd")
    assert requested(instance)[0] == ["ccccdddd"]


ASSET_BACKFILLS = [
    (("internal_reports", "scrubbed_documents", "examples"), BulkActionStatus.COMPLETED_SUCCESS, True),
    (("internal_reports", "scrubbed_documents", "examples"), BulkActionStatus.COMPLETED_FAILED, False),
    (("internal_reports", "scrubbed_documents", "examples"), BulkActionStatus.REQUESTED, False),
    (("internal_reports",), BulkActionStatus.COMPLETED_SUCCESS, False),
    (("examples", *SET_ASSETS), BulkActionStatus.COMPLETED_SUCCESS, False),
]


@pytest.mark.parametrize(("names", "status", "wanted"), ASSET_BACKFILLS)
def test_asset_backfills(instance: dg.DagsterInstance, names: Sequence[str], status: BulkActionStatus, wanted: bool) -> None:
    """One of days' assets up to `examples` is followed by a publication when it succeeded; one that publishes itself is not."""
    keys = [dg.AssetKey(name) for name in names]
    instance.add_backfill(
        PartitionBackfill(
            backfill_id=BACKFILL,
            status=status,
            from_failure=False,
            tags={},
            backfill_timestamp=1.0,
            asset_selection=keys,
            serialized_asset_backfill_data="{}",
        )
    )
    assert requested(instance)[0] == ([BACKFILL] if wanted else [])


Tell = Callable[..., list[dict[str, str]]]


@pytest.fixture
def tell(instance: dg.DagsterInstance, tmp_path: Path) -> Iterator[Tell]:
    """Let a run with some tags fail and evaluate the sensor; returns the events that the catalog's hook was told."""
    told = tmp_path / "told.jsonl"
    program = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read() + chr(10))"
    hook = f"hooks: {{on_failure: {{command: {json.dumps([sys.executable, '-c', program])}}}}}\n"
    catalog = write_catalog(tmp_path / "catalog.yaml", tmp_path, more=hook)
    workspace = WorkspaceResource(catalog_path=str(catalog), home_path=str(tmp_path / "home"))

    def evaluate(*tags: str) -> list[dict[str, str]]:
        ended = ingest.execute_in_process(
            partition_key=DAYS[0], instance=instance, tags={FAIL: "true", **dict.fromkeys(tags, "true")}, raise_on_error=False
        )
        event = next(event for event in ended.all_events if event.is_failure and event.is_job_event)
        context = dg.build_run_status_sensor_context(
            sensor_name="tell_on_failure", dagster_instance=instance, dagster_run=ended.dagster_run, dagster_event=event
        )
        tell_on_failure(context.for_run_failure(), workspace=workspace)
        return [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []

    yield evaluate
    close_workspaces()


def test_a_failed_run_tells_the_hook(tell: Tell) -> None:
    """The catalog's command is told the job, the day, the run and the step that failed, and not a word of why."""
    (event,) = tell()
    assert (event["job"], event["day"], event["steps"]) == (INGEST, DAYS[0], "work")
    assert set(event) == {"job", "day", "run_id", "steps"}
    assert "sentence" not in json.dumps(event)


def test_runs_of_winnow_itself_tell_nobody_twice(tell: Tell) -> None:
    """A run of a winnow command, which tells the hook itself, is passed over."""
    assert tell(COMMAND_TAG) == []
