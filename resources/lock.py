"""One writer per home: a lock that the kernel frees when its holder dies.

Two files. ``lock`` is locked by the one command that writes, and says who that is. ``lock.family`` is shared by that command
and the processes it starts (runs that Dagster launches in processes of their own), which know themselves by a token in the
environment: they pass while their parent holds the lock, and if it is killed while they go on, no one else gets in before
they are done.
"""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from resources.clock import Clock, SystemClock
from resources.home import PRIVATE_FILE
from winnow.errors import LockHeld

TOKEN = "WINNOW_LOCK_TOKEN"  # noqa: S105 - the variable's name, not a secret
POLL_SECONDS = 0.1  # flock has no timeout of its own; ten looks a second cost nothing


@dataclass(frozen=True)
class Holder:
    """Who holds a home, as its lock file says."""

    pid: int
    command: str
    since: str
    token: str = ""


class HomeLock:
    """The lock of one home. `acquire` again in the same process tree passes; other processes wait or are refused."""

    def __init__(self, path: Path, command: str, clock: Clock | None = None) -> None:
        """``command`` is what a refused user is told: the subcommand's name, never its arguments."""
        self.command = command
        self._path, self._clock = path, clock or SystemClock()
        self._held: list[int] = []
        self._depth = 0

    def acquire(self, wait: float | None = None) -> None:
        """Hold the lock from now on; ``wait`` is in seconds, None for as long as it takes.

        Raises:
            LockHeld: another process still holds it after ``wait`` seconds; the message names it.
        """
        if self._depth == 0:
            deadline = None if wait is None else time.monotonic() + wait
            while not self._try():
                if deadline is not None and time.monotonic() >= deadline:
                    raise LockHeld(self._refusal())
                time.sleep(POLL_SECONDS)
        self._depth += 1

    def release(self) -> None:
        """Let the next one in; as often as it was acquired."""
        self._depth -= 1
        if self._depth == 0:
            if len(self._held) == 2:  # the head of the family, not a member
                os.ftruncate(self._held[0], 0)
                os.environ.pop(TOKEN, None)
            while self._held:
                os.close(self._held.pop())

    @contextlib.contextmanager
    def held(self, wait: float | None = None) -> Iterator[None]:
        """Hold the lock for a block; see `acquire`."""
        self.acquire(wait)
        try:
            yield
        finally:
            self.release()

    def holder(self) -> Holder | None:
        """Who holds the lock now; None if no one does."""
        if self._read() is None:  # left empty by its last holder: not even for a moment is it locked by looking
            return None
        descriptor = self._open("")
        try:
            if _lock(descriptor, fcntl.LOCK_SH):
                return None
            return self._read()
        finally:
            os.close(descriptor)

    def _try(self) -> bool:
        own, family = self._open(""), self._open(".family")
        if _lock(own, fcntl.LOCK_EX):
            if _lock(family, fcntl.LOCK_EX):
                self._take(own, family)
                return True
        elif _lock(family, fcntl.LOCK_SH) and self._is_family():
            os.close(own)
            self._held = [family]
            return True
        os.close(own)
        os.close(family)
        return False

    def _take(self, own: int, family: int) -> None:
        """Say who holds the lock, then let the family in."""
        token = secrets.token_hex(16)
        since = self._clock.now().isoformat(timespec="seconds")
        holder = Holder(os.getpid(), self.command, since, token)
        os.ftruncate(own, 0)
        os.pwrite(own, json.dumps(asdict(holder)).encode(), 0)
        os.environ[TOKEN] = token
        fcntl.flock(family, fcntl.LOCK_SH)
        self._held = [own, family]

    def _is_family(self) -> bool:
        token, holder = os.environ.get(TOKEN), self._read()
        return bool(token) and holder is not None and secrets.compare_digest(holder.token, token or "")

    def _read(self) -> Holder | None:
        try:
            return Holder(**json.loads(self._path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def _refusal(self) -> str:
        holder = self._read()
        who = f"`winnow {holder.command}` (process {holder.pid}, since {holder.since})" if holder else "another process"
        return f"this home is being written by {who}; wait for it, or ask for another home with --home"

    def _open(self, suffix: str) -> int:
        return os.open(f"{self._path}{suffix}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def _lock(descriptor: int, kind: int) -> bool:
    """Whether the lock of ``kind`` was free to take."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
