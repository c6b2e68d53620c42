"""Backfills by Dagster's own daemon: of the job, followed by one publication, and of all assets at once."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import PartitionBackfill

from assets.graph import DAILY_STAGES, SET_ASSETS
from pipelines.definitions import build
from pipelines.sensors import AFTER_TAG, publish_after_backfill
from tests.end_to_end.dagster_records import days_of, instance_of, materialized, runs
from tests.end_to_end.landing import day, write_landing
from tests.end_to_end.programs import Project, make_project, wait_for

DAYS = 2

DAILY = [stage.name for stage in DAILY_STAGES]

SENSOR = "publish_after_backfill"


def over(project: Project, wanted: int) -> bool:
    """Whether the home's instance has ``wanted`` runs and none of them is still to end."""
    with instance_of(project.dagster_home) as store:
        found = runs(store)
    return len(found) >= wanted and all(run.is_finished for run in found)


@dataclass(frozen=True)
class Homes:
    """Two homes on which daemons have worked at the same time, until everything was over."""

    by_job: Project
    by_asset: Project


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """One after `dagster job backfill` of `ingest`, one after a backfill of all assets as the UI's page launches it."""
    landing = write_landing(tmp_path_factory.mktemp("landing"), DAYS)
    made = Homes(*(make_project(tmp_path_factory.mktemp(name), landing) for name in ("job", "asset")))
    days = ("--from", str(day(0)), "--to", str(day(DAYS - 1)))
    made.by_job.run("dagster", "job", "backfill", "--job", "ingest", *days, "--noprompt")
    launch_all_assets(made.by_asset, landing)
    with ExitStack() as daemons:
        for project in (made.by_job, made.by_asset):
            daemons.enter_context(project.started("dagster-daemon", "run", ready=lambda: True))
        wait_for("a run of all days and one of the set part", lambda: over(made.by_asset, 2), 150)
        wait_for("a run for each day and one publication", lambda: over(made.by_job, DAYS + 1), 150)
        time.sleep(2)  # the daemon records the tick behind the run that it launched
    return made


def launch_all_assets(project: Project, landing: Path) -> None:
    """Ask the daemon for a backfill of every asset over all days, as the UI's page does."""
    with pytest.MonkeyPatch.context() as patch, instance_of(project.dagster_home) as store:
        patch.setenv("LANDING", str(landing))
        store.add_backfill(
            PartitionBackfill.from_asset_partitions(
                backfill_id="aaaabbbb",
                asset_graph=build(project.folder / "catalog.yaml", project.home).resolve_asset_graph(),
                partition_names=[str(day(number)) for number in range(DAYS)],
                asset_selection=[dg.AssetKey(name) for name in (*DAILY, *SET_ASSETS)],
                backfill_timestamp=time.time(),
                tags={},
                dynamic_partitions_store=store,
                all_partitions=False,
                title=None,
                description=None,
                run_config=None,
            )
        )


def test_the_daemon_runs_every_day(homes: Homes) -> None:
    """Every day of the backfill has one run, which succeeded, under the backfill's tag."""
    with instance_of(homes.by_job.dagster_home) as store:
        (backfill,) = store.get_backfills()
        found = runs(store, "ingest", dagster__backfill=backfill.backfill_id)
    assert sorted(days_of(found)) == [str(day(number)) for number in range(DAYS)]
    assert all(run.is_success for run in found)


def test_one_publication_follows(homes: Homes) -> None:
    """The sensor launched `publish` once, after the last day, and a version is in force."""
    with instance_of(homes.by_job.dagster_home) as store:
        (publication,) = runs(store, "publish")
        (backfill,) = store.get_backfills()
        last = max(store.get_run_record_by_id(run.run_id).end_time or 0 for run in runs(store, "ingest"))  # type: ignore[union-attr]
        launched = store.get_run_record_by_id(publication.run_id)
    assert publication.is_success
    assert publication.tags[AFTER_TAG] == backfill.backfill_id
    assert launched is not None
    assert launched.create_timestamp.timestamp() >= last
    in_force(homes.by_job)


def test_the_sensor_has_nothing_more_to_ask_for(homes: Homes) -> None:
    """Evaluated again with the cursor that the daemon kept, the sensor skips."""
    with instance_of(homes.by_job.dagster_home) as store:
        (state,) = [state for state in store.all_instigator_state() if state.instigator_name == SENSOR]
        cursor = getattr(state.instigator_data, "cursor", None)
        assert cursor
        again = publish_after_backfill(dg.build_sensor_context(instance=store, cursor=cursor))
    assert isinstance(again, dg.SkipReason)


def test_a_backfill_of_all_assets_runs_the_set_part_once(homes: Homes) -> None:
    """The days are one run, the set part one more behind it, and a version is in force: nobody has to publish."""
    with instance_of(homes.by_asset.dagster_home) as store:
        found = runs(store)
        for name in DAILY:
            assert set(materialized(store, name)) == {str(day(number)) for number in range(DAYS)}
        for name in SET_ASSETS:
            assert len(store.fetch_materializations(dg.AssetKey(name), limit=10).records) == 1
    assert [run.is_success for run in found] == [True, True]
    assert not [run for run in found if AFTER_TAG in run.tags]
    in_force(homes.by_asset)


def in_force(project: Project) -> str:
    """The one version of a home, which is in force."""
    (version,) = (project.home / "releases" / "small" / "versions").iterdir()
    assert version.name in (project.home / "releases" / "small" / "LATEST").read_text()
    return version.name


def test_both_ways_make_the_same_version(homes: Homes) -> None:
    """Two homes over one landing zone, backfilled by job and by asset, publish the same version."""
    assert in_force(homes.by_job) == in_force(homes.by_asset)
