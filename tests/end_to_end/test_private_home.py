"""After real runs every file below the home is declared, and for its owner alone."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from resources.raw_zone import RAW_ZONE, entry_of
from tests.end_to_end.landing import day, write_catalog, write_landing
from tests.end_to_end.line import AFTERWARDS, Line
from tests.end_to_end.programs import BIN, ROOT, bare_environment

NewLine = Callable[[Path], Line]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, new_line: NewLine) -> Line:
    """A home after a backfill of one day."""
    line = new_line(write_landing(tmp_path_factory.mktemp("landing"), 1))
    line.backfill(1)
    return line


def files_below(home: Path) -> list[str]:
    """The paths of all files below ``home``, relative to it."""
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())


def open_below(home: Path) -> list[str]:
    """Mode and path of everything below ``home``, itself included, that somebody else may enter or read."""
    paths = [home, *home.rglob("*")]
    return [f"{path.stat().st_mode & 0o777:o} {path.relative_to(home)}" for path in paths if path.stat().st_mode & 0o077]


def test_every_file_of_a_home_is_declared_and_private(done: Line) -> None:
    """A backfill with its publication leaves no file that the list does not know, and none that others may read."""
    assert [path for path in files_below(done.home) if entry_of(path) is None] == []
    assert open_below(done.home) == []


def test_the_list_names_nothing_that_a_run_does_not_make(done: Line) -> None:
    """Each place of the raw zone but the demo's, fetched ones and those of writers at work is there after a run."""
    found = files_below(done.home)
    idle = [entry.pattern for entry in RAW_ZONE if not any(entry.covers(path) for path in found)]
    assert idle == ["**/.tmp-*", "fetched/**", "landing/**"]


def test_dagsters_own_programs_leave_nothing_open(done: Line, tmp_path: Path) -> None:
    """`dg launch` from a shell with a wide umask, which opens its databases before it loads winnow, leaves a closed home."""
    home = tmp_path / "home"
    (home / "dagster").mkdir(parents=True, mode=0o755)
    for name in ("dagster.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copy(ROOT / "dagster.yaml", home / "dagster")
    (home / "dagster" / "dagster.yaml").chmod(0o644)
    variables = {
        "WINNOW_HOME": home,
        "DAGSTER_HOME": home / "dagster",
        "WINNOW_CATALOG": write_catalog(tmp_path / "catalog.yaml"),
        "LANDING": done.landing,
        "WINNOW_CLOCK": AFTERWARDS,
    }
    launched = subprocess.run(
        [BIN / "dg", "launch", "--job", "ingest", "--partition", str(day(0))],
        cwd=tmp_path,
        env=bare_environment() | {name: str(value) for name, value in variables.items()},
        umask=0o022,  # a shell's default
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert launched.returncode == 0, launched.stderr[-2000:]
    assert (home / "lake" / "scrubbed_documents").is_dir()
    assert open_below(home) == []
