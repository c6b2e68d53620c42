"""Dagster's own commands and the web server on one home: what `dg launch` did shows in `winnow ui`, in a real browser."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from assets.audit import CHECKS as AUDIT_CHECKS
from assets.checks import CHECKS
from assets.graph import DAILY_STAGES
from tests.end_to_end.dagster_records import days_of, instance_of, materialized, runs
from tests.end_to_end.landing import day, write_landing
from tests.end_to_end.programs import Project, Server, make_project, wait_for

DAYS = 3

DAILY = [stage.name for stage in DAILY_STAGES]

WIPE = 'mutation { wipeAssets(assetPartitionRanges: [{assetKey: {path: ["train"]}}]) { __typename } }'
"""What a hostile page would like to send."""

RUNS = "{ runsOrError { ... on Runs { results { jobName status runId } } } }"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A home that was filled by Dagster's own commands alone: one day by job, the others by range, then the set part."""
    landing = write_landing(tmp_path_factory.mktemp("landing"), DAYS)
    made = make_project(tmp_path_factory.mktemp("project"), landing)
    made.run("dg", "launch", "--job", "ingest", "--partition", str(day(0)))
    selection = " or ".join(f"key:{name}" for name in DAILY)
    made.run("dg", "launch", "--assets", selection, "--partition-range", f"{day(1)}...{day(DAYS - 1)}")
    made.run("dg", "launch", "--job", "publish")
    return made


@pytest.fixture(scope="module")
def server(project: Project) -> Iterator[Server]:
    """The UI on that home, read-only."""
    with project.ui() as running:
        yield running


# --- dg launch


def test_dg_launch_leaves_runs_in_the_home(project: Project) -> None:
    """With no variable but the `.env` that `make` wrote, a job's run and a range's run are in the home's instance, and succeeded."""
    with instance_of(project.dagster_home) as store:
        found = runs(store)
        assert days_of(runs(store, "ingest")) == [str(day(0))]
    assert [(run.job_name, run.is_success) for run in found] == [("ingest", True), ("__ASSET_JOB", True), ("publish", True)]


def test_a_range_is_one_run_with_a_materialization_a_day(project: Project) -> None:
    """`--partition-range` makes one run, and each of its days has a materialization with its own rows."""
    with instance_of(project.dagster_home) as store:
        (ranged,) = runs(store, "__ASSET_JOB")
        rows = materialized(store, "departmental_exports")
        for name in DAILY:
            assert set(materialized(store, name)) == {str(day(number)) for number in range(DAYS)}
    assert ranged.tags["dagster/asset_partition_range_start"] == str(day(1))
    assert all(count > 0 for count in rows.values())


def test_dg_launch_publishes(project: Project) -> None:
    """`dg launch --job publish` leaves a version in force, as `winnow publish` does."""
    (latest,) = (project.home / "releases" / "small").glob("LATEST")
    (version,) = (project.home / "releases" / "small" / "versions").iterdir()
    assert version.name in latest.read_text()


# --- the server


def test_a_dg_launch_run_shows_in_the_ui(project: Project, server: Server) -> None:
    """The server answers with the runs that `dg launch` made."""
    results = server.graphql(RUNS).json()["data"]["runsOrError"]["results"]
    with instance_of(project.dagster_home) as store:
        assert {result["runId"] for result in results} == {run.run_id for run in runs(store)}
    assert {result["status"] for result in results} == {"SUCCESS"}


def test_read_only_refuses_a_mutation(project: Project, server: Server) -> None:
    """Without `--write` even a page of its own can change nothing: neither a mutation nor a reported materialization."""
    answer = server.graphql(WIPE).json()["data"]["wipeAssets"]
    assert answer["__typename"] == "UnauthorizedError"
    assert server.ask("/report_asset_materialization/train", b"{}").status in {401, 403}
    with instance_of(project.dagster_home) as store:
        assert len(materialized(store, "train")) == 1


def test_it_listens_on_the_loopback_interface_alone(server: Server) -> None:
    """A request under another name of this machine is refused, and so is one from another page or by GET."""
    assert server.ask("/server_info", Host="printer.example").status == 403
    assert server.graphql(RUNS, Origin="https://evil.example").status == 403
    assert server.ask("/graphql?query={version}", method="GET").status == 403


@pytest.mark.browser
def test_the_lineage_in_a_browser(server: Server) -> None:
    """The lineage draws the four groups of the company's data flow, and opened, a group's assets with their checks."""
    groups = ("sources", "documents", "examples", "release")
    shown = server.page("/asset-groups", *groups)
    assert [name for name in groups if name not in shown] == []
    names = ("dataset_candidate", "personal_data_audit", "train", "validation", "test", "dataset_report", "balanced_examples")
    checks = [f"{len(found)} / {len(found)} Passed" for found in (CHECKS, AUDIT_CHECKS)]
    opened = server.page("/locations/winnow/asset-groups/release/lineage", *names, *checks)
    assert [words for words in (*names, *checks, "Materialized") if words not in opened] == []


@pytest.mark.browser
def test_a_materialization_in_a_browser(project: Project, server: Server) -> None:
    """The candidate's page shows its description, its version and its number of examples."""
    with instance_of(project.dagster_home) as store:
        rows = materialized(store, "dataset_candidate")[None]
    (version,) = (project.home / "releases" / "small" / "versions").iterdir()
    figures = (version.name, f"Row count {rows}", "Published only after its checks")
    shown = server.page("/assets/dataset_candidate", *figures)
    assert [words for words in figures if words not in shown] == []


@pytest.mark.browser
def test_a_day_in_a_browser(server: Server) -> None:
    """A day's page of a source asset shows how many rows each of its sources gave that day."""
    sources = ("tickets", "questions")
    shown = server.page(f"/assets/departmental_exports?view=partitions&partition={day(1)}", *sources)
    assert [name for name in sources if name not in shown] == []


# --- with --write


@pytest.fixture(scope="module")
def writing(project: Project) -> Iterator[Server]:
    """The UI on that home, with everything allowed; it must not leave a daemon behind."""
    with project.ui("--write") as running:
        yield running
    assert daemons(project) == []


def daemons(project: Project) -> list[int]:
    """The processes that are daemons on the project's DAGSTER_HOME."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes()
            if b"dagster._daemon" in command and bytes(project.dagster_home) in command:
                found.append(int(process.name))
    return found


@pytest.mark.parametrize(
    "foreign", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Content-Type": "text/plain"}]
)
def test_write_takes_no_foreign_mutation(project: Project, writing: Server, foreign: Mapping[str, str]) -> None:
    """With `--write` a mutation from another page, to another name or by a plain form is refused and changes nothing."""
    assert writing.graphql(WIPE, **foreign).status == 403
    with instance_of(project.dagster_home) as store:
        assert materialized(store, "train")


def test_write_takes_no_mutation_by_get(project: Project, writing: Server) -> None:
    """A mutation in a link's query string, which Dagster itself would execute, is refused and changes nothing."""
    assert writing.ask(f"/graphql?query={quote(WIPE)}", method="GET").status == 403
    with instance_of(project.dagster_home) as store:
        assert materialized(store, "train")


def test_write_runs_every_daemon(project: Project, writing: Server) -> None:
    """With `--write` every daemon that the instance asks for is at work."""
    query = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"

    def required(*, healthy: bool) -> set[str]:
        found = writing.graphql(query).json()["data"]["instance"]["daemonHealth"]["allDaemonStatuses"]
        return {status["daemonType"] for status in found if status["required"] and bool(status["healthy"]) is healthy}

    wait_for("the daemons' heartbeats", lambda: not required(healthy=False))
    assert len(daemons(project)) == 1
    assert {"SENSOR", "SCHEDULER", "BACKFILL", "QUEUED_RUN_COORDINATOR"} <= required(healthy=True)


def test_write_takes_a_mutation_from_its_own_page(project: Project, writing: Server) -> None:
    """With `--write` a mutation that a page of its own posts is executed."""
    assert writing.graphql(WIPE).json()["data"]["wipeAssets"]["__typename"] == "AssetWipeSuccess"
    with instance_of(project.dagster_home) as store:
        assert not materialized(store, "train")
