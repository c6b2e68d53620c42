"""The home's lock, between real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resources.lock import TOKEN, HomeLock
from winnow.errors import LockHeld

Run = Callable[..., subprocess.CompletedProcess[str]]

HOLD = """
import sys, time
from pathlib import Path
from resources.lock import HomeLock
lock = HomeLock(Path(sys.argv[1]), "backfill")
lock.acquire(0)
print("held", flush=True)
if len(sys.argv) > 2:
    import subprocess
    subprocess.Popen([sys.executable, "-c", sys.argv[2], sys.argv[1]])
sys.stdin.read()
lock.release()
"""

TRY = """
import sys
from pathlib import Path
from resources.lock import HomeLock
with HomeLock(Path(sys.argv[1]), "run").held(0):
    print("in")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the lock file lies."""
    return tmp_path / "lock"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its standard input closes."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_told_who_holds_it(path: Path, other: subprocess.Popen[str]) -> None:
    """While another process holds the lock, asking without waiting names its command and its process id."""
    with pytest.raises(LockHeld, match=rf"`winnow backfill` \(process {other.pid}, since "):
        HomeLock(path, "run").acquire(0)


def test_a_patient_process_gets_it_when_the_holder_lets_go(path: Path, other: subprocess.Popen[str]) -> None:
    """Waiting ends as soon as the holder releases."""
    assert other.stdin is not None
    other.stdin.close()
    lock = HomeLock(path, "run")
    lock.acquire(20)
    lock.release()


def test_patience_has_its_end(path: Path, other: subprocess.Popen[str]) -> None:
    """After the seconds given the lock is still refused."""
    assert other.poll() is None
    started = time.monotonic()
    with pytest.raises(LockHeld):
        HomeLock(path, "run").acquire(0.3)
    assert 0.3 <= time.monotonic() - started < 5


def test_a_killed_holder_holds_nothing(path: Path, other: subprocess.Popen[str]) -> None:
    """The kernel frees the lock of a process that was killed, and its old entry names no one."""
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert HomeLock(path, "run").holder() is None
    with HomeLock(path, "run").held(0):
        pass


def test_a_child_of_the_holder_passes(path: Path, run_python: Run) -> None:
    """A process that the holder starts takes part in its lock, and one without the holder's token does not."""
    with HomeLock(path, "run").held(0):
        assert run_python(TRY, path).stdout == "in\n"
        refused = run_python(TRY, path, environment={TOKEN: "0" * 32})
        assert "LockHeld" in refused.stderr


def test_the_token_ends_with_the_lock(path: Path) -> None:
    """After the release nothing in the environment or the file lets anyone pass."""
    with HomeLock(path, "run").held(0):
        assert TOKEN in os.environ
    assert TOKEN not in os.environ
    assert path.read_bytes() == b""


def test_acquiring_twice_needs_releasing_twice(path: Path, run_python: Run) -> None:
    """The same lock is re-entrant."""
    lock = HomeLock(path, "run")
    with lock.held(0):
        with lock.held(0):
            pass
        assert "LockHeld" in run_python(TRY, path, environment={TOKEN: ""}).stderr
    assert run_python(TRY, path).stdout == "in\n"


def test_a_killed_holders_child_still_keeps_others_out(path: Path, run_python: Run) -> None:
    """While a run goes on whose launcher was killed, no other command writes the home; then one may."""
    child = """
import sys, time
from pathlib import Path
from resources.lock import HomeLock
with HomeLock(Path(sys.argv[1]), "run").held(0):
    Path(sys.argv[1] + ".child").touch()
    while not Path(sys.argv[1] + ".stop").exists():
        time.sleep(0.05)
"""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), child], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as holder:
        deadline = time.monotonic() + 20
        while not Path(f"{path}.child").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        holder.kill()
    try:
        assert "LockHeld" in run_python(TRY, path).stderr
    finally:
        Path(f"{path}.stop").touch()
    HomeLock(path, "run").acquire(20)


def test_the_holder_is_named_while_it_holds(path: Path, other: subprocess.Popen[str]) -> None:
    """`holder` says who it is, and asking does not disturb it."""
    holder = HomeLock(path, "status").holder()
    assert holder is not None
    assert (holder.pid, holder.command) == (other.pid, "backfill")
