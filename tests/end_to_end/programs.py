"""A project folder as `make` leaves it, and the programs that run in it: Dagster's own, winnow's servers, and a browser.

Belongs here: starting and stopping them. Does not belong here: what they should have done (the tests).
"""

import html
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.landing import write_catalog

ROOT = Path(__file__).parents[2]

BIN = Path(sys.executable).parent

CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--virtual-time-budget=30000",
)
"""Nothing that reaches for a network, and as much of the page's own time as its queries and its layout worker take."""


def require(name: str, program: str | None, packages: str) -> str:
    """``program``, or a skipped test that says what to install; with WINNOW_REQUIRE_ALL=1 a failed one."""
    if program is not None:
        return program
    message = f"{name} is not installed; on Debian and Ubuntu: apt install {packages}"
    if os.environ.get("WINNOW_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, ready: Callable[[], bool], seconds: float = 90) -> None:
    """Return as soon as ``ready`` says so; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.3)


@dataclass(frozen=True)
class Answer:
    """What a server answered: the status and the body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A web server that runs on a port of the loopback interface."""

    port: int

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Answer:
        """The answer to a request; ``headers`` are added to, or replace, those of a page of its own."""
        own = {"Host": f"127.0.0.1:{self.port}", "Origin": self.address, "Content-Type": "application/json"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"{self.address}{path}", data=body, headers={**own, **given}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read())

    def graphql(self, query: str, **headers: str) -> Answer:
        """The answer to a GraphQL query as the UI sends it."""
        return self.ask("/graphql", json.dumps({"query": query}).encode(), **headers)

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return self.ask("/server_info").status == 200
        except OSError:
            return False

    def page(self, path: str, *awaited: str) -> str:
        """The words of the page at ``path`` as Chromium shows it; loaded again, twice at most, while one ``awaited`` is not there.

        Chromium gives a page thirty seconds of its own clock, which on a busy machine can end before the server's answer.
        """
        shown = ""
        for _ in range(3):
            shown = visible(self._dump(path))
            if all(words in shown for words in awaited):
                break
        return shown

    def _dump(self, path: str) -> str:
        program = require("Chromium", shutil.which("chromium") or shutil.which("chromium-browser"), "chromium")
        with tempfile.TemporaryDirectory() as profile:
            command = [program, *CHROMIUM, "--window-size=1800,1200", f"--user-data-dir={profile}", "--dump-dom"]
            url = f"{self.address}{path}"
            done = subprocess.run(
                [*command, url], capture_output=True, text=True, timeout=120, check=True, env=bare_environment()
            )
        return done.stdout


def visible(page: str) -> str:
    """The words of an HTML page, without its markup."""
    bare = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", bare)))


@dataclass(frozen=True)
class Project:
    """A folder with what `make` leaves in a clone: the project's settings and ``.env``, but no shell that knows of them."""

    folder: Path

    @property
    def home(self) -> Path:
        """Where everything is written, as ``.env`` says."""
        return self.folder / ".winnow"

    @property
    def dagster_home(self) -> Path:
        """Where Dagster keeps its history, as ``.env`` says."""
        return self.home / "dagster"

    def run(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program of the virtual environment in this folder, in an environment that says nothing about it."""
        done = subprocess.run(
            [BIN / command[0], *command[1:]],
            cwd=self.folder,
            env=bare_environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    @contextmanager
    def started(self, *command: str, ready: Callable[[], bool]) -> Iterator[subprocess.Popen[bytes]]:
        """A program that runs until the block ends; the block begins when it is ``ready``."""
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            program = subprocess.Popen(
                [BIN / command[0], *command[1:]], cwd=self.folder, env=bare_environment(), stdout=log, stderr=log
            )
        try:
            wait_for(f"the start of {command[0]}", lambda: program.poll() is not None or ready())
            assert program.poll() is None, (self.folder / f"{command[0]}.log").read_text()
            yield program
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait(timeout=60)

    @contextmanager
    def ui(self, *options: str) -> Iterator[Server]:
        """``winnow ui`` on a free port."""
        server = Server(free_port())
        with self.started("winnow", "ui", "--port", str(server.port), *options, ready=server.is_up):
            yield server


def bare_environment() -> dict[str, str]:
    """An environment without a variable of Dagster's or winnow's."""
    return {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": os.environ["HOME"]}


def make_project(folder: Path, landing: Path) -> Project:
    """A project in ``folder`` whose ``.env`` was written by `make` and points at the small catalog over ``landing``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("Makefile", "dagster.yaml", "pyproject.toml", "requirements.lock", "requirements-installers.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "docs" / "examples").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "examples" / "demo.yaml", folder / "docs" / "examples")
    (folder / ".venv").mkdir()
    (folder / ".venv" / ".installed").touch()  # as if the environment that runs the tests were this one's
    subprocess.run(["make", "--silent", ".env"], cwd=folder, env=bare_environment(), check=True)
    settings = (folder / ".env").read_text().splitlines()
    own = {"WINNOW_CATALOG": write_catalog(folder / "catalog.yaml"), "LANDING": landing}
    lines = [f"{name}={own.get(name, value)}" for name, _, value in (line.partition("=") for line in settings) if value]
    (folder / ".env").write_text("\n".join(lines) + "\n")
    return Project(folder)
