"""The home, its clock, and files that are written whole or not at all."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resources.clock import FixedClock, SystemClock, clock_from
from resources.durable import remove_unfinished, replacing, write_bytes
from resources.home import Home
from winnow.errors import UsageError

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_everything_in_the_home_is_private(tmp_path: Path, run_python: Run) -> None:
    """Folders are 0700 and files 0600, those that other libraries create included, and an open home is closed."""
    (tmp_path / "home").mkdir(mode=0o755)
    code = """
        import sys
        from resources.home import Home
        home = Home(sys.argv[1]).create()
        (home.dagster / "deep").mkdir()
        (home.dagster / "deep" / "file").write_text("x")
        """
    assert run_python(code, tmp_path / "home").returncode == 0
    paths = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_file()} == {0o600}


def test_a_home_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    """Where a file stands in its way, the home names the option that chooses another."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="--home"):
        Home(tmp_path / "file").create()


def test_the_clock_is_the_machines_unless_set() -> None:
    """Without the variable the time is now, in UTC."""
    clock = clock_from({})
    assert isinstance(clock, SystemClock)
    assert abs(clock.now().timestamp() - time.time()) < 5
    assert clock.now().tzinfo is dt.UTC


@pytest.mark.parametrize("text", ["2026-10-31T02:00:00Z", "2026-10-31T04:00:00+02:00", "2026-10-31T02:00"])
def test_a_set_clock_stands_still_in_utc(text: str) -> None:
    """An ISO time in any zone, or in none and so in UTC, fixes the moment."""
    clock = clock_from({"WINNOW_CLOCK": text})
    assert clock == FixedClock(clock.now())
    assert clock.now() == dt.datetime(2026, 10, 31, 2, tzinfo=dt.UTC)
    assert clock.today() == dt.date(2026, 10, 31)


def test_a_set_clock_with_a_plus_runs_on_over_midnight() -> None:
    """Started a fraction of a second before midnight, it shows the next day soon after."""
    clock = clock_from({"WINNOW_CLOCK": "2026-10-31T23:59:59.700000Z+"})
    first = clock.today()
    time.sleep(0.5)
    assert (first.isoformat(), clock.today().isoformat()) == ("2026-10-31", "2026-11-01")


def test_a_clock_that_is_no_time_is_refused() -> None:
    """The error shows how to write one."""
    with pytest.raises(UsageError, match="2026-10-31T02:00:00Z"):
        clock_from({"WINNOW_CLOCK": "noon"})


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    """An exception while writing changes nothing."""
    write_bytes(tmp_path / "a", b"old")
    with pytest.raises(IsADirectoryError), replacing(tmp_path / "a") as temporary:
        shutil.copy(tmp_path, temporary)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_killed_write_leaves_the_old_file_whole(tmp_path: Path, run_python: Run, step: str) -> None:
    """Killed before the rename, the old content stands; what was unfinished can be told and removed."""
    write_bytes(tmp_path / "a", b"old")
    code = """
        import os, signal, sys
        from pathlib import Path
        from resources import durable
        kill = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
        if sys.argv[2] == "fsync":
            os.fsync = kill
        if sys.argv[2] == "rename":
            Path.replace = kill
        with durable.replacing(Path(sys.argv[1]) / "a") as temporary:
            temporary.write_bytes(b"new")
            if sys.argv[2] == "write":
                kill()
        """
    assert run_python(code, tmp_path, step).returncode == -signal.SIGKILL
    assert (tmp_path / "a").read_bytes() == b"old"
    assert remove_unfinished(tmp_path) == 1
    assert os.listdir(tmp_path) == ["a"]  # noqa: PTH208 - names are compared
