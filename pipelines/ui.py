"""The Dagster UI on the loopback interface, behind a guard.

Dagster's web server has no authentication and takes a cross-site GET mutation, so any page that a browser has open could wipe
assets. `Guard` stands in front of it: it refuses a foreign Host (DNS rebinding) and a foreign Origin, and every GraphQL request
that is not a same-origin POST of JSON or web socket.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipelines.location import load_target, write_workspace
from winnow.errors import UsageError

HOST = "127.0.0.1"
DEFAULT_PORT = 3000  # the port that Dagster's own documentation uses
LOG_LEVEL = "warning"  # the terminal is for what goes wrong; ticks and runs are in the UI

REFUSED = "refused: this server answers pages that it served itself, at http://{host}\n"


class Guard:
    """ASGI middleware that lets through only requests for this host that come from pages of this host."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Guard ``app``, which listens on ``port`` of the loopback interface."""
        self._app = app
        self._hosts = {f"{name}:{port}" for name in (HOST, "localhost")}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 (a web socket is closed before it opens)."""
        if scope["type"] == "lifespan" or self._welcome(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(REFUSED.format(host=min(self._hosts)), status_code=403)(scope, receive, send)

    def _welcome(self, scope: Scope) -> bool:
        headers: dict[str, list[str]] = defaultdict(list)
        for name, value in scope["headers"]:
            headers[name.decode("latin-1").lower()].append(value.decode("latin-1"))
        if len(headers["host"]) != 1 or headers["host"][0] not in self._hosts:
            return False
        if not self._origins.issuperset(headers["origin"]):
            return False
        foreign = not {"cross-site", "same-site"}.isdisjoint(headers["sec-fetch-site"])
        if foreign and (headers["sec-fetch-mode"], headers["sec-fetch-dest"]) != (["navigate"], ["document"]):
            return False  # a link may lead here, but no image, script or frame of another page
        # A cross-site <img> or link sends no Origin, and Dagster executes a mutation that stands in a query string, even of a
        # POST that is no JSON. JSON from another site is asked for first (CORS), and that request has its Origin.
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/graphql"):
            return scope["method"] == "POST" and _is_json(headers["content-type"])
        return True


def _is_json(content_types: Sequence[str]) -> bool:
    return [value.partition(";")[0].strip().lower() for value in content_types] == ["application/json"]


def serve(port: int, *, write: bool) -> None:
    """Serve the UI at http://127.0.0.1:``port`` until interrupted; with ``write`` also run the daemon that launches runs.

    Raises:
        UsageError: the port is taken.
    """
    _require_free(port)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)  # else uvicorn, once it is down, lets the signal kill this process and leaves the daemon
    with dg.DagsterInstance.get() as instance, contextlib.ExitStack() as stack:
        instance.optimize_for_webserver(statement_timeout=15_000, pool_recycle=3600, max_overflow=20)
        if write:
            stack.enter_context(_daemon(Path(instance.root_directory)))
        context = stack.enter_context(
            WorkspaceProcessContext(
                instance,
                version=__version__,
                read_only=not write,
                workspace_load_target=load_target(),
                code_server_log_level=LOG_LEVEL,
            )
        )
        app: Any = create_app_from_workspace_process_context(context)
        uvicorn.run(Guard(app, port), host=HOST, port=port, log_level=LOG_LEVEL)


def _stop(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)  # as shells have it


@contextlib.contextmanager
def _daemon(folder: Path) -> Iterator[None]:
    """Dagster's daemon on the instance in ``folder``: schedules, sensors, the run queue and backfills; it ends with the server."""
    levels = ["--log-level", LOG_LEVEL, "--code-server-log-level", LOG_LEVEL]
    command = [sys.executable, "-m", "dagster._daemon", "run", "--workspace", str(write_workspace(folder)), *levels]
    child = subprocess.Popen(command, env=os.environ | {"DAGSTER_DISABLE_TELEMETRY": "1"})  # noqa: S603 - our own interpreter
    try:
        yield
    finally:
        child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(f"port {port} is taken; choose another with --port") from error
