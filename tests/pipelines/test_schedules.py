"""The nightly schedule: which day a tick runs, and that a repeated tick does nothing more."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.definitions import build
from pipelines.jobs import NIGHTLY
from pipelines.schedules import CRON, day_before, nightly_schedule
from tests.end_to_end.landing import write_catalog

Tick = Callable[[dt.datetime], dg.RunRequest]

ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions of a small catalog."""
    folder = tmp_path_factory.mktemp("schedules")
    return build(write_catalog(folder / "catalog.yaml", folder), folder / "home")


@pytest.fixture(scope="module")
def tick(definitions: dg.Definitions) -> Tick:
    """The run that the schedule asks for at a moment, as the scheduler evaluates it."""

    def evaluate(at: dt.datetime) -> dg.RunRequest:
        context = dg.build_schedule_context(
            scheduled_execution_time=at,
            repository_def=definitions.get_repository_def(),
            instance=dg.DagsterInstance.ephemeral(),
        )
        requests = nightly_schedule.evaluate_tick(context).run_requests
        assert requests is not None
        (request,) = requests
        return request

    return evaluate


def test_a_tick_runs_the_day_before(tick: Tick) -> None:
    """At 02:00 on the 6th the partition of the 5th is run."""
    request = tick(dt.datetime(2026, 10, 6, 2, tzinfo=dt.UTC))
    assert request.partition_key == "2026-10-05"
    assert request.tags["dagster/partition"] == "2026-10-05"


def test_a_repeated_tick_has_the_same_run_key(tick: Tick) -> None:
    """Two evaluations of one tick ask for one run, two nights for two: Dagster drops a run key that it has seen."""
    first, again = (tick(dt.datetime(2026, 10, 6, 2, tzinfo=dt.UTC)) for _ in range(2))
    next_night = tick(dt.datetime(2026, 10, 7, 2, tzinfo=dt.UTC))
    assert first.run_key == again.run_key
    assert first.run_key != next_night.run_key


@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001 - bounds are naive
    st.sampled_from(ZONES),
)
@settings(max_examples=50, deadline=None)
def test_the_day_is_counted_in_utc(moment: dt.datetime, zone: str) -> None:
    """Whatever zone a moment is told in, its partition is the UTC day before it."""
    assert day_before(moment.astimezone(ZoneInfo(zone))) == (moment.date() - dt.timedelta(days=1)).isoformat()


def test_the_schedule_is_at_two_in_utc_and_on() -> None:
    """The cron line is 02:00, in UTC, for the job `nightly`, and runs without anybody switching it on."""
    assert (CRON, nightly_schedule.execution_timezone) == ("0 2 * * *", "UTC")
    assert nightly_schedule.job_name == NIGHTLY
    assert nightly_schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_the_day_before_though_today_is_a_partition_too(definitions: dg.Definitions, tick: Tick) -> None:
    """With the running day among the partitions (end offset 1) a tick still takes the last day that is over."""
    partitions = definitions.resolve_job_def(NIGHTLY).partitions_def
    assert isinstance(partitions, dg.DailyPartitionsDefinition)
    assert partitions.end_offset == 1
    now = dt.datetime(2026, 10, 20, 2, tzinfo=dt.UTC)
    *_, over, running = partitions.get_partition_keys(current_time=now)
    assert (tick(now).partition_key, running) == (over, now.date().isoformat())
