"""When the line runs by itself: every night at 02:00 UTC for the day before."""

import datetime as dt

import dagster as dg

from pipelines.jobs import NIGHTLY

CRON = "0 2 * * *"  # 02:00 UTC: the day is over in every time zone of Europe and Africa, and people come at eight


@dg.schedule(
    name="nightly_at_two",
    job_name=NIGHTLY,
    cron_schedule=CRON,
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Runs `nightly` for the day before, every night at 02:00 UTC.",
)
def nightly_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the partition of the day before the tick; the run key makes a repeated tick harmless."""
    day = day_before(context.scheduled_execution_time)
    return dg.RunRequest(run_key=day, partition_key=day)


def day_before(moment: dt.datetime) -> str:
    """The UTC day before ``moment``, as a partition key."""
    return (moment.astimezone(dt.UTC).date() - dt.timedelta(days=1)).isoformat()
