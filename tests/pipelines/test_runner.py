"""The instance that winnow's commands prepare: where it is, and that its settings are complete and valid."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.run_coordinator.queued_run_coordinator import QueuedRunCoordinator
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.runs import SqliteRunStorage

from pipelines.runner import prepare_instance
from tests.end_to_end.dagster_records import instance_of

ROOT = Path(__file__).parents[2]

POSTGRES = ROOT / "docs" / "examples" / "dagster.postgres.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose instance nothing has named yet; what `prepare_instance` sets is undone."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "")
    return tmp_path / "home"


def settings(path: Path) -> dict[str, Any]:
    """An instance file as YAML."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def test_the_instance_is_in_the_home(home: Path) -> None:
    """Without DAGSTER_HOME the instance is made in the home, with the project's settings, and Dagster finds it there."""
    assert prepare_instance(home) == home / "dagster"
    with dg.DagsterInstance.get() as store:
        assert (store.root_directory, store.is_persistent) == (str(home / "dagster"), True)
    assert settings(home / "dagster" / "dagster.yaml") == settings(ROOT / "dagster.yaml")


def test_an_instance_that_is_named_is_kept(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A DAGSTER_HOME that is set is used, and a dagster.yaml that is there is not touched."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(elsewhere))
    assert prepare_instance(home) == elsewhere
    assert (elsewhere / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"


def test_the_instance_is_private(home: Path) -> None:
    """Nobody else can look into the instance's folder."""
    assert prepare_instance(home).stat().st_mode & 0o777 == 0o700


def test_the_settings_are_those_of_one_machine(home: Path) -> None:
    """Dagster accepts the whole file: SQLite, a queue of one, retries of crashes alone, monitoring, retention, no telemetry."""
    with instance_of(prepare_instance(home)) as store:
        assert isinstance(store.run_storage, SqliteRunStorage)
        assert isinstance(store.run_coordinator, QueuedRunCoordinator)
        assert store.get_concurrency_config().run_queue_config.max_concurrent_runs == 1  # type: ignore[union-attr]
        assert (store.run_retries_enabled, store.run_retries_max_retries) == (True, 1)
        assert not store.run_retries_retry_on_asset_or_op_failure
        assert store.run_monitoring_enabled
        assert store.run_monitoring_max_runtime_seconds == 6 * 3600
        kept = {kind: store.get_tick_retention_settings(kind) for kind in (InstigatorType.SCHEDULE, InstigatorType.SENSOR)}
        assert not store.telemetry_enabled
        assert not store.nux_enabled
        assert "winnow" in store.managed_python_loggers
    assert {kind: days[TickStatus.SUCCESS] for kind, days in kept.items()} == dict.fromkeys(kept, 90)
    assert kept[InstigatorType.SENSOR][TickStatus.SKIPPED] == 7


def test_the_postgres_variant_differs_in_storage_alone() -> None:
    """docs/examples/dagster.postgres.yaml has every setting of dagster.yaml, and a storage."""
    variant = settings(POSTGRES)
    assert set(variant.pop("storage")) == {"postgres"}
    assert variant == settings(ROOT / "dagster.yaml")
