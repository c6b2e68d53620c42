"""`winnow submit`, `evaluate` and `models` over a small version and a service on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from tests.end_to_end.landing import write_catalog
from tests.pipelines.cli import Place
from tests.resources import small_version
from tests.resources.jobs_server import KEY, Service, service
from tests.resources.test_measuring import knowing

BLOCK = """
fine_tuning:
  shots: 0
  models:
    - {{name: topics_gpt, task: topics, kind: api, address: "{address}", api_key: "${{env:SHAM_KEY}}", base: base-1}}
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Service]:
    """The service."""
    with service() as found:
        found.answer, found.quick = knowing, True
        yield found


@pytest.fixture(scope="module")
def place(server: Service, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A home with a version and a trained, measured model."""
    found = Place(tmp_path_factory.mktemp("models"))
    write_catalog(found.catalog, landing=found.landing, more=BLOCK.format(address=server.address))
    small_version.publish(found.home / "releases", train=8, others=10)
    for command in ("submit", "evaluate"):
        ended = found.winnow(command, "topics_gpt", SHAM_KEY=KEY)
        assert ended.code == 0, ended.err
    return found


def test_submit_tells_the_model_and_does_nothing_twice(place: Place, server: Service) -> None:
    """The same command again names the same model and asks the service nothing."""
    before = len(server.requests)
    shown = place.winnow("submit", "topics_gpt", "--json", SHAM_KEY=KEY).json()
    assert shown["model"] == "ft:base-1::ftjob-1"
    assert shown["current"] is False
    assert len(server.requests) == before


def test_the_commands_options_make_another_model(place: Place, server: Service) -> None:
    """Base, suffix and hyperparameters of the command line go to the service and into the record."""
    shown = place.winnow(
        "submit", "topics_gpt", "--base", "base-2", "--suffix", "mine", "--set", "n_epochs=2", "--json", SHAM_KEY=KEY
    ).json()
    assert (shown["settings"]["base"], shown["settings"]["suffix"]) == ("base-2", "mine")
    assert server.jobs[-1]["hyperparameters"] == {"n_epochs": 2}


def test_models_lists_them_with_scores_and_promotes(place: Place) -> None:
    """The list has the score, and `--promote` marks the current one and writes CURRENT."""
    rows = place.winnow("models", "--json", SHAM_KEY=KEY).json()
    scored = next(row for row in rows if row["evaluations"])
    assert scored["evaluations"][0]["figures"]["model"]["macro_f1"][0] == 1.0
    assert place.winnow("models", "--promote", scored["name"], SHAM_KEY=KEY).code == 0
    assert [
        row["current"] for row in place.winnow("models", "--json", SHAM_KEY=KEY).json() if row["name"] == scored["name"]
    ] == [True]
    current = json.loads((place.home / "releases" / "small" / "models" / "CURRENT").read_bytes())
    assert current["tasks"]["topics"]["name"] == scored["name"]
    assert "1.000 (1.000 to 1.000)" in place.winnow("models", SHAM_KEY=KEY).out


def test_evaluate_prints_the_figures_and_the_page(place: Place) -> None:
    """The tables and the path of the page are shown, and fewer than two hundred examples are warned of."""
    ended = place.winnow("evaluate", "topics_gpt", SHAM_KEY=KEY)
    assert "macro_f1" in ended.out
    assert "evaluation.md" in ended.out
    assert "only 24 train examples" in ended.err


def test_the_ui_has_the_models_events(place: Place) -> None:
    """What a command trained and measured stands in Dagster's history as the assets, with version and manifest hash, without texts."""
    with dg.DagsterInstance.from_config(str(place.home / "dagster")) as store:
        for name in ("topics_gpt_model", "topics_gpt_evaluation"):
            event = store.get_latest_materialization_event(dg.AssetKey(name))
            assert event is not None
            assert event.asset_materialization is not None
            metadata = event.asset_materialization.metadata
            assert {"version", "manifest_sha256", "task", "format", "settings"} <= set(metadata)
            shown = str(event)
            assert KEY not in shown
            assert not any(example["input"] in shown for example in small_version.examples("test", 10))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("submit", "nobody"), "no model 'nobody'; choose of topics_gpt"),
        (("submit", "topics_gpt", "--set", "epochs"), "NAME=VALUE"),
        (("submit", "topics_gpt", "--version", "ffff"), "winnow versions"),
        (("evaluate", "nobody"), "winnow models"),
        (("evaluate", "topics_gpt", "--set", "dev"), "choose of test, validation, train"),
    ],
)
def test_a_wrong_request_says_what_would_be_right(place: Place, arguments: tuple[str, ...], said: str) -> None:
    """It exits with 2 and names the choices."""
    ended = place.winnow(*arguments, SHAM_KEY=KEY)
    assert ended.code == 2
    assert said in ended.err


def test_without_a_block_the_commands_say_so(tmp_path: Path) -> None:
    """A catalog without `fine_tuning:` has no models, and the error says where to read on."""
    place = Place(tmp_path)
    write_catalog(place.catalog, landing=place.landing)
    ended = place.winnow("models")
    assert ended.code == 2
    assert "fine_tuning" in ended.err
