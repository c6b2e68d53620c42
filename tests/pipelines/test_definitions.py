"""The definitions of a catalog: which assets, checks and jobs Dagster sees, and that each says what it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

import assets
from assets.audit import CHECKS as AUDIT_CHECKS
from assets.checks import CHECKS
from assets.days import CATCH_UP_TAG
from assets.graph import DAILY_STAGES, SET_ASSETS
from pipelines.definitions import build
from pipelines.location import DEFINITIONS, LOCATION, load_target, partition_set
from resources.catalog import ASSETS
from tests.end_to_end.landing import START, write_catalog

DAILY = {stage.name for stage in DAILY_STAGES}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    """The definitions of a small catalog."""
    folder = tmp_path_factory.mktemp("definitions")
    return build(write_catalog(folder / "catalog.yaml", folder), folder / "home")


def specs(definitions: dg.Definitions) -> Iterator[dg.AssetSpec]:
    """Every asset's spec."""
    return iter(definitions.resolve_all_asset_specs())


def test_definitions_load(definitions: dg.Definitions) -> None:
    """Dagster accepts the definitions as a whole: jobs, schedule, sensors and resources fit together."""
    dg.Definitions.validate_loadable(definitions)


def test_every_asset_of_the_design_is_there(definitions: dg.Definitions) -> None:
    """The graph has the four source assets, the two stages behind them and the set assets, and no other."""
    assert {spec.key.to_user_string() for spec in specs(definitions)} == {*DAILY, *SET_ASSETS}
    assert set(ASSETS) < DAILY


def test_daily_up_to_examples_and_unpartitioned_behind(definitions: dg.Definitions) -> None:
    """The daily assets have one partition a day from the catalog's start on, the set assets have none."""
    for spec in specs(definitions):
        if spec.key.to_user_string() in DAILY:
            assert isinstance(spec.partitions_def, dg.DailyPartitionsDefinition)
            assert spec.partitions_def.get_first_partition_key() == START.isoformat()
        else:
            assert spec.partitions_def is None


def test_a_range_of_days_is_one_run(definitions: dg.Definitions) -> None:
    """Every daily asset has the single-run policy that `dg launch --partition-range` asks for."""
    for asset in definitions.resolve_asset_graph().assets_defs:
        if asset.partitions_def is not None and asset.keys:
            assert asset.backfill_policy == dg.BackfillPolicy.single_run(), asset.keys


def test_every_asset_says_what_it_is(definitions: dg.Definitions) -> None:
    """Each asset has a description that is a sentence, a group, a kind, an owner and a code version."""
    for spec in specs(definitions):
        assert (spec.description or "").endswith("."), spec.key
        assert spec.group_name not in {None, "default"}, spec.key
        assert spec.kinds, spec.key
        assert spec.owners, spec.key
        assert spec.code_version, spec.key


def test_every_check_of_the_candidate_blocks(definitions: dg.Definitions) -> None:
    """Each function in `CHECKS` is a blocking check of the candidate, with its docstring as description."""
    graph = definitions.resolve_asset_graph()
    keys = graph.get_check_keys_for_assets({dg.AssetKey("dataset_candidate")})
    assert {key.name for key in keys} == set(CHECKS)
    for key in keys:
        node = graph.get(key)
        assert node.blocking
        assert node.description == (CHECKS[key.name].__doc__ or "").strip()


def test_every_check_of_the_audit_blocks(definitions: dg.Definitions) -> None:
    """Each check in the audit's list blocks what is behind `personal_data_audit`, and the three sides are behind it."""
    graph = definitions.resolve_asset_graph()
    keys = graph.get_check_keys_for_assets({dg.AssetKey("personal_data_audit")})
    assert {key.name for key in keys} == set(AUDIT_CHECKS)
    for key in keys:
        assert graph.get(key).blocking
    assert {"train", "validation", "test"} <= {
        key.to_user_string() for key in graph.get(dg.AssetKey("personal_data_audit")).child_keys
    }


@pytest.mark.parametrize(
    ("job", "chosen"), [("ingest", DAILY), ("publish", set(SET_ASSETS)), ("nightly", {*DAILY, *SET_ASSETS})]
)
def test_jobs_hold_what_they_are_named_for(definitions: dg.Definitions, job: str, chosen: set[str]) -> None:
    """`ingest` is the daily part, `publish` the set part, `nightly` both."""
    layer = definitions.resolve_job_def(job).asset_layer
    assert {key.to_user_string() for key in layer.selected_asset_keys} == chosen


def test_only_nightly_catches_up(definitions: dg.Definitions) -> None:
    """The tag that makes a run do earlier open days too is on `nightly` and on no other job."""
    assert {job: CATCH_UP_TAG in definitions.resolve_job_def(job).tags for job in ("ingest", "publish", "nightly")} == {
        "ingest": False,
        "publish": False,
        "nightly": True,
    }


@pytest.mark.parametrize("job", ["ingest", "publish", "nightly"])
def test_runs_of_any_origin_stand_on_their_jobs_page(definitions: dg.Definitions, job: str) -> None:
    """Each job has the tag by which the UI finds its runs, which Dagster sets only on those that it launched itself."""
    assert definitions.resolve_job_def(job).tags[".dagster/repository"] == f"__repository__@{LOCATION}"


def test_steps_share_one_process(definitions: dg.Definitions) -> None:
    """Runs use the in-process executor: parallel steps on SQLite answer "database is locked"."""
    assert definitions.executor is dg.in_process_executor


def test_no_asset_module_postpones_annotations() -> None:
    """No module of `assets` imports `annotations` from `__future__`, which would bring the pickling IO manager back."""
    for path in Path(assets.__path__[0]).glob("*.py"):
        found = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
        assert not any(node.module == "__future__" for node in found), path.name


def test_assets_hand_nothing_to_an_io_manager(definitions: dg.Definitions) -> None:
    """Every output has Dagster's Nothing type: tables go through the lake, never through a pickle."""
    for asset in definitions.resolve_asset_graph().assets_defs:
        if asset.keys:
            assert all(
                output.dagster_type.is_nothing
                for output in asset.node_def.output_defs
                if output.name in asset.keys_by_output_name
            )


def test_every_program_knows_the_code_by_one_name() -> None:
    """The web server, the daemon's workspace and the records of winnow's own runs name the same code location."""
    (origin,) = load_target().create_origins()
    assert origin.location_name == LOCATION
    record = partition_set("ingest").repository_origin
    assert record.code_location_origin.location_name == LOCATION
    pyproject = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    assert f'code_location_name = "{LOCATION}"' in pyproject
    assert f'module_name = "{DEFINITIONS}"' in pyproject
