"""What follows from a run: publication after a backfill, and the catalog's hook after a failure.

Both need Dagster's daemon. `winnow run` and `winnow backfill` need none: they publish and tell the hook themselves, and their
runs carry a tag by which these sensors pass over them.
"""

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from assets import examples
from assets.days import BACKFILL_TAG
from assets.graph import SET_ASSETS
from pipelines.jobs import COMMAND_TAG, INGEST, PUBLISH
from resources.hook import run_hook
from resources.workspace_resource import WorkspaceResource

LOOK_BACK = 20  # the newest backfills; the sensor looks every 15 seconds, and an older one is published by hand

ENDED = {BulkActionStatus.COMPLETED, BulkActionStatus.COMPLETED_SUCCESS}

PARTITION_TAG = "dagster/partition"

AFTER_TAG = "winnow/after_backfill"
"""Says which backfill a publication follows."""


@dg.sensor(
    name="publish_after_backfill",
    job_name=PUBLISH,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Launches `publish` once after a backfill of `ingest`, or of assets up to `examples`, whose every day succeeded.",
)
def publish_after_backfill(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """A publication for every backfill that is complete; the cursor remembers them, and the run key keeps it to one."""
    seen = set((context.cursor or "").split())
    recent = [backfill for backfill in context.instance.get_backfills(limit=LOOK_BACK) if feeds_publication(backfill)]
    ready = sorted(b.backfill_id for b in recent if b.backfill_id not in seen and is_complete(context.instance, b))
    if not ready:
        return dg.SkipReason("no backfill of the daily assets has completed since the last publication after one")
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=f"after-backfill-{name}", tags={AFTER_TAG: name}) for name in ready],
        cursor=" ".join(sorted({backfill.backfill_id for backfill in recent} & seen | set(ready))),
    )


def feeds_publication(backfill: PartitionBackfill) -> bool:
    """Whether ``backfill`` makes examples and does not publish them itself, as winnow's own commands and one of all assets do."""
    if COMMAND_TAG in backfill.tags:
        return False
    if backfill.asset_selection is not None:
        chosen = {key.to_user_string() for key in backfill.asset_selection}
        return examples.NAME in chosen and chosen.isdisjoint(SET_ASSETS)
    return backfill.job_name == INGEST


def is_complete(instance: dg.DagsterInstance, backfill: PartitionBackfill) -> bool:
    """Whether every day of ``backfill`` has a run and the last run of each succeeded, one that a person started again included."""
    if backfill.is_asset_backfill:
        return backfill.status in ENDED
    last: dict[str | None, dg.DagsterRun] = {}
    for record in instance.get_run_records(dg.RunsFilter(tags={BACKFILL_TAG: backfill.backfill_id})):  # newest first
        last.setdefault(record.dagster_run.tags.get(PARTITION_TAG), record.dagster_run)
    return all(
        day in last and last[day].status == dg.DagsterRunStatus.SUCCESS for day in backfill.partition_names or ()
    ) and bool(backfill.partition_names)


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
