"""Runs winnow commands in this process, for the tests of the command line."""

import contextlib
import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.cli._app import _run, command_line

AFTERWARDS = "2026-10-31T02:00:00Z"
"""A clock long after the days of the landing zone."""

WINNOW = (sys.executable, "-c", "from pipelines.cli import main; main()")
"""The command in a process of its own."""

AT_A_TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
"""A shell that runs its tests in the background hands down that interrupts are ignored; at a terminal they are not."""


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Place:
    """A catalog and a home; nothing of them need exist."""

    folder: Path

    @property
    def home(self) -> Path:
        """Where everything is written."""
        return self.folder / "home"

    @property
    def catalog(self) -> Path:
        """The catalog's file."""
        return self.folder / "catalog.yaml"

    @property
    def landing(self) -> Path:
        """The landing zone."""
        return self.folder / "landing"

    def environment(self, **more: str) -> dict[str, str]:
        """What points a command here."""
        named = {"WINNOW_HOME": str(self.home), "WINNOW_CATALOG": str(self.catalog), "LANDING": str(self.landing)}
        return {**named, "WINNOW_CLOCK": AFTERWARDS, **more}

    def winnow(self, *arguments: str, **more: str) -> Ended:
        """Run ``winnow arguments`` in this process."""
        out, err = io.StringIO(), io.StringIO()
        with environment(self.environment(**more)), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = _run(list(arguments))
        return Ended(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start ``winnow arguments`` in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", AT_A_TERMINAL + WINNOW[-1], *arguments],
            env={**os.environ, **self.environment(**more)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def on_terminal(self, columns: int, *arguments: str) -> str:
        """What ``winnow arguments`` shows on a terminal of that width, without colours."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        variables = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "NO_COLOR"}}
        command = subprocess.Popen(
            [*WINNOW, *arguments],
            env={**variables, **self.environment(), "TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # Linux tells the end of a terminal by an error
            while piece := os.read(ours, 65_536):
                shown += piece
        os.close(ours)
        assert command.wait(timeout=60) == 0
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r\n", "\n")


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Exactly the present variables and ``variables``, and afterwards the former ones again."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("WINNOW_", "DAGSTER_"))]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def commands() -> dict[str, Any]:
    """Every command by its name."""
    return dict(command_line().commands)
