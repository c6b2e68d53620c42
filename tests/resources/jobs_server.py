"""A fine-tuning service on this machine: files, jobs and answers with the shapes of OpenAI's interface, and failures on request.

Belongs here: the service. Does not belong here: what a client should do about a failure (the tests).
"""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "sk-sham-0123456789abcdef"


@dataclass
class Failure:
    """What goes wrong once with the next request that it fits.

    Attributes:
        method: of the request.
        path: that the request's begins with, below ``/v1``.
        kind: ``answer`` (a status instead of the work), ``cut`` (the connection, before the work) or ``lost`` (the answer alone).
    """

    method: str
    path: str
    kind: str = "answer"
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "The server had an error"


@dataclass
class Service:
    """State of the service, and what was asked of it."""

    address: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    contents: dict[str, bytes] = field(default_factory=dict)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    lists: bool = True  # whether files and jobs can be listed
    metadata: bool = True  # whether jobs keep theirs
    quick: bool = False  # whether a job has ended when it is first looked at
    ends: str = "succeeded"
    error: dict[str, Any] | None = None
    answer: Callable[[dict[str, Any]], str] = lambda _body: "order"
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, method: str, path: str) -> int:
        """How often that was asked."""
        return sum(one == (method, path) for one in self.requests)


@contextmanager
def service() -> Iterator[Service]:
    """The service while the block runs."""
    state = Service()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _serve(self, state, "GET")

        def do_POST(self) -> None:
            _serve(self, state, "POST")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def _serve(handler: BaseHTTPRequestHandler, state: Service, method: str) -> None:
    url = urlsplit(handler.path)
    path = url.path.removeprefix("/v1")
    body = (
        handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if "chunked" not in str(handler.headers.get("Transfer-Encoding"))
        else _chunks(handler)
    )
    with state.lock:
        state.requests.append((method, path))
        failure = next((one for one in state.failures if one.method == method and path.startswith(one.path)), None)
        if failure is not None:
            state.failures.remove(failure)
    if failure is not None and failure.kind == "cut":
        return _cut(handler)
    if failure is not None and failure.kind == "answer":
        return _send(handler, failure.status, {"error": {"message": failure.message}}, failure.headers)
    if handler.headers.get("Authorization") != f"Bearer {KEY}":
        return _send(
            handler, 401, {"error": {"message": "Incorrect API key provided: " + str(handler.headers.get("Authorization"))}}
        )
    with state.lock:
        status, value = _work(state, method, path, parse_qs(url.query), body, handler.headers.get("Content-Type", ""))
    if failure is not None:  # the work is done, and nobody hears of it
        return _cut(handler)
    return _send(handler, status, value)


def _work(  # noqa: PLR0911, PLR0917 - one line a path
    state: Service, method: str, path: str, query: dict[str, list[str]], body: bytes, kind: str
) -> tuple[int, dict[str, Any]]:
    if (method, path) == ("POST", "/files"):
        return 200, _uploaded(state, body, kind)
    if (method, path) == ("POST", "/fine_tuning/jobs"):
        return _created(state, json.loads(body))
    if method == "POST" and path in {"/chat/completions", "/completions"}:
        asked = json.loads(body)
        state.bodies.append(asked)
        said = state.answer(asked)
        choice = {"message": {"role": "assistant", "content": said}} if "messages" in asked else {"text": said}
        whole = {"id": "c-1", "object": "chat.completion", "created": 0, "model": asked["model"]}
        return 200, {**whole, "choices": [{"index": 0, "finish_reason": "stop", **choice}]}
    if method == "GET" and path in {"/files", "/fine_tuning/jobs"}:
        if not state.lists:
            return 404, {"error": {"message": "no such path"}}
        return 200, _page(list(reversed(state.files if path == "/files" else state.jobs)), query)
    for entries, prefix in ((state.files, "/files/"), (state.jobs, "/fine_tuning/jobs/")):
        if method == "GET" and path.startswith(prefix):
            found = next((one for one in entries if one["id"] == path.removeprefix(prefix)), None)
            if found is not None:
                _advance(state, found)
                return 200, found
    return 404, {"error": {"message": "no such path"}}


def _uploaded(state: Service, body: bytes, kind: str) -> dict[str, Any]:
    boundary = kind.partition("boundary=")[2].encode()
    parts = body.split(b"--" + boundary)
    file = next(part for part in parts if b"filename=" in part)
    head, _, content = file.partition(b"\r\n\r\n")
    name = re.search(rb'filename="([^"]*)"', head)
    assert name is not None
    content = content.removesuffix(b"\r\n")
    number = len(state.files) + 1
    made = {
        "id": f"file-{number}",
        "object": "file",
        "filename": name[1].decode(),
        "bytes": len(content),
        "purpose": "fine-tune",
        "status": "processed",
        "created_at": int(time.time()),
    }
    state.files.append(made)
    state.contents[made["id"]] = content
    return made


def _created(state: Service, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    known = {file["id"] for file in state.files}
    if asked["training_file"] not in known:
        return 400, {"error": {"message": f"invalid training_file: {asked['training_file']}", "type": "invalid_request_error"}}
    state.bodies.append(asked)
    made = {
        "id": f"ftjob-{len(state.jobs) + 1}",
        "object": "fine_tuning.job",
        "status": "running" if state.quick else "queued",
        "model": asked["model"],
        "training_file": asked["training_file"],
        "validation_file": asked.get("validation_file"),
        "error": None,
        "user_provided_suffix": asked.get("suffix"),
        "fine_tuned_model": None,
        "created_at": 0,
        "result_files": [],
        "hyperparameters": asked.get("hyperparameters", {}),
        "organization_id": "org",
        "seed": 1,
        "trained_tokens": None,
    }
    if state.metadata:
        made["metadata"] = asked.get("metadata")
    state.jobs.append(made)
    return 200, made


def _advance(state: Service, entry: dict[str, Any]) -> None:
    """A job goes one step on each time it is looked at."""
    if entry.get("object") != "fine_tuning.job":
        return
    steps = {"queued": "running", "running": state.ends}
    entry["status"] = steps.get(entry["status"], entry["status"])
    if entry["status"] == "succeeded":
        entry["fine_tuned_model"] = f"ft:{entry['model']}:{entry['user_provided_suffix'] or ''}:{entry['id']}"
    if entry["status"] == "failed":
        entry["error"] = state.error


def _page(entries: list[dict[str, Any]], query: dict[str, list[str]]) -> dict[str, Any]:
    """Two entries a page, newest first, so that clients have to turn pages."""
    ids = [entry["id"] for entry in entries]
    start = ids.index(query["after"][0]) + 1 if "after" in query else 0
    return {"object": "list", "data": entries[start : start + 2], "has_more": start + 2 < len(entries)}


def _chunks(handler: BaseHTTPRequestHandler) -> bytes:
    found = b""
    while size := int(handler.rfile.readline().strip(), 16):
        found += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return found


def _send(handler: BaseHTTPRequestHandler, status: int, value: object, headers: dict[str, str] | None = None) -> None:
    content = json.dumps(value).encode()
    handler.send_response(status)
    for name, text in {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}.items():
        handler.send_header(name, text)
    handler.end_headers()
    handler.wfile.write(content)


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)
