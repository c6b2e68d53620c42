"""What follows from a run: publication after a backfill, and the catalog's hook after a failure.

Both need Dagster's daemon. `winnow run` and `winnow backfill` need none: they publish and tell the hook themselves, and their
runs carry a tag by which these sensors pass over them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus

from assets.days import BACKFILL_TAG
from pipelines.jobs import COMMAND_TAG, PUBLISH
from resources.hook import run_hook
from resources.workspace import WorkspaceResource

LOOK_BACK_RUNS = 2_000  # a backfill of more than five years of days does not fit; then publish by hand

ENDED = {BulkActionStatus.COMPLETED, BulkActionStatus.COMPLETED_SUCCESS}

PARTITION_TAG = "dagster/partition"
RANGE_TAG = "dagster/asset_partition_range_start"


@dg.sensor(
    name="publish_after_backfill",
    job_name=PUBLISH,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Launches `publish` once after a backfill of `ingest` whose every day succeeded.",
)
def publish_after_backfill(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """A publication for every backfill that is complete; the run key keeps it to one."""
    records = context.instance.get_run_records(dg.RunsFilter(), limit=LOOK_BACK_RUNS)
    ready = [
        backfill
        for backfill, days in complete_backfills([record.dagster_run for record in records]).items()
        if _is_launched(context.instance, backfill, days)
    ]
    if not ready:
        yield dg.SkipReason("no backfill of the daily assets has completed")
    for backfill in ready:
        yield dg.RunRequest(run_key=f"after-backfill-{backfill}", tags={"winnow/after_backfill": backfill})


def complete_backfills(runs: Sequence[dg.DagsterRun]) -> dict[str, int]:
    """The backfills by Dagster's own means among ``runs`` (newest first) whose every day's last run succeeded: id → runs.

    A backfill that already ran set assets itself (an asset backfill over the whole graph) is left out.
    """
    latest: dict[str, dict[str, dg.DagsterRun]] = defaultdict(dict)
    for run in runs:
        backfill = run.tags.get(BACKFILL_TAG)
        if backfill is None or COMMAND_TAG in run.tags:
            continue
        day = run.tags.get(PARTITION_TAG) or run.tags.get(RANGE_TAG) or ""
        latest[backfill].setdefault(day, run)
    return {
        backfill: len(days)
        for backfill, days in sorted(latest.items())
        if "" not in days and all(run.status == dg.DagsterRunStatus.SUCCESS for run in days.values())
    }


def _is_launched(instance: dg.DagsterInstance, backfill: str, runs: int) -> bool:
    """Whether no run of ``backfill`` is still to come: a job backfill has a run a day, an asset backfill ends by itself."""
    found = instance.get_backfill(backfill)
    if found is None:
        return False
    return runs >= len(found.partition_names) if found.partition_names else found.status in ENDED


@dg.run_failure_sensor(
    name="tell_on_failure",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=15,
    description="Runs the catalog's hook (a command or a webhook) after a failed run.",
)
def tell_on_failure(context: dg.RunFailureSensorContext, workspace: WorkspaceResource) -> None:
    """Tell the hook which job, day and run failed, and at which steps; never why, since that may quote a document."""
    run = context.dagster_run
    if COMMAND_TAG in run.tags:
        return
    hook = workspace.open().catalog.hooks.on_failure
    if hook is not None:
        steps = sorted({event.step_key for event in context.get_step_failure_events() if event.step_key})
        event = {"job": run.job_name, "day": run.tags.get(PARTITION_TAG, ""), "run_id": run.run_id, "steps": ",".join(steps)}
        result = run_hook(hook, event)
        if not result.told:
            context.log.warning("the failure hook was not told: %s", result.detail)


SENSORS = [publish_after_backfill, tell_on_failure]
