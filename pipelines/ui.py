"""The Dagster UI on the loopback interface, behind a guard.

Dagster's web server has no authentication and takes a cross-site GET mutation, so any page that a browser has open could wipe
assets. `Guard` stands in front of it: it refuses a foreign Host (DNS rebinding) and a foreign Origin, and every GraphQL request
that is not a same-origin POST or web socket.
"""

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from winnow.errors import UsageError

HOST = "127.0.0.1"
DEFAULT_PORT = 3000  # the port that Dagster's own documentation uses
DEFINITIONS = "pipelines.definitions"

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
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if headers.get("host") not in self._hosts:
            return False
        if "origin" in headers and headers["origin"] not in self._origins:
            return False
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and headers.get("sec-fetch-mode") != "navigate":
            return False
        # A cross-site <img> or link sends no Origin, and Dagster executes a mutation that stands in a GET's query string.
        graphql = scope["type"] == "http" and scope["path"].rstrip("/").endswith("/graphql")
        return not (graphql and scope["method"] not in {"POST", "OPTIONS"})


def serve(port: int, *, write: bool) -> None:
    """Serve the UI at http://127.0.0.1:``port`` until interrupted; with ``write`` also run the daemon that launches runs.

    Raises:
        UsageError: the port is taken.
    """
    _require_free(port)
    with dg.DagsterInstance.get() as instance, contextlib.ExitStack() as stack:
        instance.optimize_for_webserver(statement_timeout=15_000, pool_recycle=3600, max_overflow=20)
        if write:
            stack.enter_context(_daemon())
        context = stack.enter_context(
            WorkspaceProcessContext(
                instance,
                version=__version__,
                read_only=not write,
                workspace_load_target=ModuleTarget(
                    module_name=DEFINITIONS, attribute=None, working_directory=None, location_name="winnow"
                ),
            )
        )
        app: Any = create_app_from_workspace_process_context(context)
        uvicorn.run(Guard(app, port), host=HOST, port=port, log_level="warning")


@contextlib.contextmanager
def _daemon() -> Iterator[None]:
    """Dagster's daemon: schedules, sensors, the run queue and backfills; it ends with the server."""
    command = [sys.executable, "-m", "dagster", "daemon", "run", "-m", DEFINITIONS]
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
