"""The asset group `fine_tuning`."""

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets import fine_tuning
from assets.graph import build_assets
from pipelines.definitions import build
from pipelines.jobs import FINE_TUNE
from resources.catalog import load_catalog
from resources.workspace import close_workspaces
from tests.end_to_end.landing import write_catalog
from tests.resources import small_version
from tests.resources.jobs_server import KEY, Service, service
from tests.resources.test_measuring import fooled, knowing

BLOCK = """
fine_tuning:
  shots: 0
  promote: {promote}
  models:
    - {{name: topics_gpt, task: topics, kind: api, address: "{address}", api_key: "${{env:SHAM_KEY}}", base: {base}}}
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The service, whose key is in the environment."""
    monkeypatch.setenv("SHAM_KEY", KEY)
    umask = os.umask(0o077)
    with service() as found:
        found.answer, found.quick = knowing, True
        yield found
    close_workspaces()
    os.umask(umask)


def definitions(root: Path, server: Service, base: str = "base-1", promote: str = "manual") -> dg.Definitions:
    """The line of a home with a published version."""
    catalog = write_catalog(
        root / "catalog.yaml", landing=root, more=BLOCK.format(address=server.address, base=base, promote=promote)
    )
    close_workspaces()
    return build(catalog, root / "home")


def run(found: dg.Definitions, store: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The job over the group."""
    return found.resolve_job_def(FINE_TUNE).execute_in_process(instance=store, raise_on_error=False)


def test_without_a_block_there_is_no_group(tmp_path: Path) -> None:
    """A catalog that names no model has neither the assets nor the job."""
    graph = build_assets(load_catalog(write_catalog(tmp_path / "catalog.yaml", landing=tmp_path)))
    assert fine_tuning.GROUP not in {group for asset in graph.assets for group in asset.group_names_by_key.values()}
    assert graph.fine_tuning is None


def test_lineage_goes_from_the_sources_to_the_model(tmp_path: Path, server: Service) -> None:
    """Everything that feeds train lies upstream of the model and its evaluation."""
    graph = definitions(tmp_path, server).resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("topics_gpt_evaluation"))
    names = {key.to_user_string() for key in upstream}
    assert {"topics_gpt_model", "train", "validation", "test", "departmental_exports"} <= names


def test_the_job_trains_measures_and_checks(tmp_path: Path, server: Service) -> None:
    """The events carry version, figures and plots, the check passes, and no text of an example and no key is in any of them."""
    small_version.publish(tmp_path / "home" / "releases", train=8, others=10)
    with dg.DagsterInstance.ephemeral() as store:
        result = run(definitions(tmp_path, server), store)
        assert result.success
        names = ("topics_gpt_model", "topics_gpt_evaluation")
        trained, measured = (result.asset_materializations_for_node(name)[0].metadata for name in names)
        assert trained["service_model"].value == "ft:base-1::ftjob-1"
        assert measured["macro_f1"].value == 1.0
        assert "data:image/svg+xml" in str(measured["plot_classes"].value)
        (check,) = result.get_asset_check_evaluations()
        assert check.passed
        shown = "".join(str(event) for event in store.all_logs(result.run_id))
    assert KEY not in shown
    assert not any(example["input"] in shown for side in ("train", "test") for example in small_version.examples(side, 8))


def test_a_regression_fails_the_check(tmp_path: Path, server: Service) -> None:
    """After a good model a bad one is measured beside it: the check fails, and the good one stays current."""
    small_version.publish(tmp_path / "home" / "releases", train=1, others=20)
    with dg.DagsterInstance.ephemeral() as store:
        assert run(definitions(tmp_path, server, promote="if_better"), store).success
        server.answer = lambda body: knowing(body) if "base-1" in body["model"] else fooled(2)(body)
        result = run(definitions(tmp_path, server, base="base-2", promote="if_better"), store)
        (check,) = result.get_asset_check_evaluations()
        assert not check.passed
        current = result.asset_materializations_for_node("topics_gpt_evaluation")[0].metadata["current"]
        assert current.value is False


def test_a_failed_job_leaves_the_services_words_in_the_history(tmp_path: Path, server: Service) -> None:
    """The step fails with what the service says, and without our words."""
    small_version.publish(tmp_path / "home" / "releases", train=8, others=10)
    example = small_version.examples("train", 1)[0]["input"]
    server.ends, server.error = "failed", {"message": f"The job failed on '{example}' for lack of quota"}
    with dg.DagsterInstance.ephemeral() as store:
        result = run(definitions(tmp_path, server), store)
        shown = "".join(str(event) for event in store.all_logs(result.run_id))
    assert not result.success
    assert "for lack of quota" in shown
    assert example not in shown
