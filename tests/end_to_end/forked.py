"""Commands that cost no imports, and that die where a test wants it: one process imports everything and forks for each.

Belongs here: starting commands and telling how they ended. Does not belong here: what the children do (`server.py`), and what the
commands should have done (the tests).
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVER = Path(__file__).with_name("server.py")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, or the negative number of the signal that killed it, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def killed(self) -> bool:
        """Whether it died as the test wanted: by SIGKILL, or by the kernel in the middle of a write."""
        return self.code in {-signal.SIGKILL, -signal.SIGXFSZ}

    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)

    def ok(self) -> "Ended":
        """Itself, if it succeeded."""
        assert self.code == 0, f"exit code {self.code}:\n{self.out}\n{self.err}"
        return self


class Forked:
    """The process that forks, seen from the tests. Every command is a process of its own, in a session of its own."""

    def __init__(self) -> None:
        """Start it; the first command waits for its imports."""
        environment = os.environ | {
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self._process = subprocess.Popen(
            [sys.executable, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(self, *arguments: str, environment: Mapping[str, str], kill: Mapping[str, Any] | None = None) -> Ended:
        """Run ``winnow arguments``; ``dg-ingest DAY…`` runs the job of that name as ``dg launch`` does.

        ``kill`` names the moment at which the command kills itself: ``{"count": 7}`` for the seventh of all, or ``{"call":
        "replace", "name": "LATEST", "when": "before"}``; see `server.Moments`.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            request = {"arguments": arguments, "environment": dict(environment), "kill": kill or {}, "folder": folder}
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            code = json.loads(self._process.stdout.readline())
            return Ended(code, *(Path(folder, name).read_text(encoding="utf-8") for name in ("out", "err")))

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def seeded(seed: str, count: int, low: int, high: int) -> list[int]:
    """``count`` numbers from ``low`` to ``high``, always the same for one ``seed``."""
    dice = random.Random(seed)
    return [dice.randint(low, high) for _ in range(count)]
