"""Hooks, told by a real command and a real server."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from resources.catalog import Hook
from resources.hook import run_hook

EVENT = {"event": "publication_blocked", "job": "nightly", "failed_days": "2026-10-01,2026-10-02", "count": 3}


class Server(HTTPServer):
    """Remembers what it was sent, and answers with a set status."""

    status = 200
    bodies: list[bytes]


class Answers(BaseHTTPRequestHandler):
    """Answers POST."""

    def do_POST(self) -> None:
        """Remember the body."""
        assert isinstance(self.server, Server)
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on this machine."""
    with Server(("127.0.0.1", 0), Answers) as server:
        server.bodies = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_command_is_told_by_its_input_and_environment(tmp_path: Path) -> None:
    """The command gets the event as JSON and as variables."""
    code = "import json, os, sys; open(sys.argv[1], 'w').write(sys.stdin.read() + os.environ['WINNOW_EVENT_COUNT'])"
    result = run_hook(Hook(command=(sys.executable, "-c", code, str(tmp_path / "told"))), EVENT)
    assert result.told
    assert (tmp_path / "told").read_text(encoding="utf-8") == json.dumps(EVENT, sort_keys=True) + "3"


@pytest.mark.parametrize(
    ("command", "detail"),
    [
        ((sys.executable, "-c", "raise SystemExit(3)"), "exited with 3"),
        (("/no/such/program",), "did not start"),
        ((sys.executable, "-c", "import time; time.sleep(60)"), "more than 0.5 s"),
    ],
)
def test_a_command_that_fails_is_reported_and_raises_nothing(command: tuple[str, ...], detail: str) -> None:
    """Exit status, a missing program and a hang are results, not errors."""
    result = run_hook(Hook(command=command, timeout_seconds=0.5), EVENT)
    assert not result.told
    assert detail in result.detail


def test_an_address_gets_a_post(server: Server) -> None:
    """The body of the POST is the event."""
    result = run_hook(Hook(webhook=f"http://127.0.0.1:{server.server_port}/x"), EVENT)
    assert result.told
    assert [json.loads(body) for body in server.bodies] == [EVENT]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_address_that_refuses_is_reported(server: Server, status: int) -> None:
    """An error or a redirection to somewhere else is a result that says so."""
    server.status = status
    result = run_hook(Hook(webhook=f"http://127.0.0.1:{server.server_port}/x"), EVENT)
    assert not result.told
    assert str(status) in result.detail


def test_an_address_that_is_not_there_is_reported() -> None:
    """No connection is a result too."""
    assert not run_hook(Hook(webhook="http://127.0.0.1:1/x", timeout_seconds=2), EVENT).told


def test_a_hook_is_told_nothing_that_could_be_text() -> None:
    """A value with a space is no id, day or count, and is refused before anyone is told."""
    with pytest.raises(ValueError, match="not an id, a day or a count"):
        run_hook(Hook(command=("true",)), {"message": "Dear Jane"})
