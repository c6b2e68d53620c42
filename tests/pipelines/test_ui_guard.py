"""The guard in front of the web server: which requests it lets through."""

import asyncio
from collections.abc import Mapping, MutableMapping
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from pipelines.ui import Guard

PORT = 3000
HOME = {"host": "127.0.0.1:3000", "origin": "http://127.0.0.1:3000", "content-type": "application/json"}

Header = tuple[bytes, bytes]


async def inside(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
    """The server behind the guard: it accepts whatever reaches it."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("inside")(scope, receive, send)


def ask(headers: list[Header], path: str = "/graphql", method: str = "POST", kind: str = "http") -> dict[str, Any]:
    """The first message that a client gets for a request."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": kind, "path": path, "method": method, "headers": headers, "query_string": b""}
    asyncio.run(Guard(inside, PORT)(scope, receive, send))
    return sent[0]


def status(headers: Mapping[str, str], path: str = "/graphql", method: str = "POST") -> int:
    """The status that a request is answered with."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return int(ask(raw, path, method)["status"])


def test_a_page_of_its_own_may_post() -> None:
    """A JSON POST with this server's Host and Origin passes, by either name of the loopback interface."""
    assert status(HOME) == 200
    assert status({**HOME, "host": "localhost:3000", "origin": "http://localhost:3000"}) == 200


def test_a_program_without_origin_may_post() -> None:
    """A client that is no browser and sends no Origin passes: it runs on this machine."""
    assert status({"host": "127.0.0.1:3000", "content-type": "application/json; charset=utf-8"}) == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:3000", "127.0.0.1", "127.0.0.1:3001", "localhost", ""])
def test_a_foreign_host_is_refused(host: str) -> None:
    """A name that was rebound to this address, or another port, gets nothing, not even a page."""
    assert status({**HOME, "host": host}, "/", "GET") == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:3001", "https://127.0.0.1:3000"])
def test_a_foreign_origin_is_refused(origin: str) -> None:
    """A request from a page of another origin is refused, a sandboxed or local file's included."""
    assert status({**HOME, "origin": origin}) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_fetch_from_another_site_is_refused(site: str) -> None:
    """What the browser itself calls cross-site is refused although it carries no Origin, an image for instance."""
    foreign = {"host": HOME["host"], "sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    assert status(foreign, "/server_info", "GET") == 403


def test_a_link_from_another_site_opens() -> None:
    """A person who follows a link to the UI from elsewhere sees it."""
    link = {"host": HOME["host"], "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert status(link, "/runs", "GET") == 200


def test_another_site_cannot_frame_it() -> None:
    """A page of another site that puts the UI in a frame, to have its buttons clicked unseen, gets nothing."""
    frame = {"host": HOME["host"], "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    assert status(frame, "/runs", "GET") == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_graphql_is_posted(path: str, method: str) -> None:
    """GraphQL by any other method is refused even from the server's own page: Dagster executes a GET's mutation."""
    assert status(HOME, path, method) == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_graphql_is_json(kind: str) -> None:
    """A POST that a plain HTML form could send is refused: Dagster would execute what stands in its query string."""
    assert status({"host": HOME["host"], "content-type": kind}) == 403


def test_a_header_that_comes_twice_counts_twice() -> None:
    """A second Host or a second Origin does not hide a foreign first one."""
    fine = [(name.encode(), value.encode()) for name, value in HOME.items()]
    for foreign in ((b"host", b"evil.example"), (b"origin", b"https://evil.example"), (b"content-type", b"text/plain")):
        assert ask([foreign, *fine])["status"] == 403
        assert ask([*fine, foreign])["status"] == 403


def test_a_web_socket_from_a_foreign_page_is_closed() -> None:
    """Browsers open web sockets across origins without asking; one from another page is closed, its own page's is not."""
    fine = [(b"host", b"127.0.0.1:3000"), (b"origin", b"http://127.0.0.1:3000")]
    assert ask(fine, kind="websocket")["type"] == "websocket.accept"
    assert ask([fine[0], (b"origin", b"https://evil.example")], kind="websocket") == {"type": "websocket.close", "code": 1008}
