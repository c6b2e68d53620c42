"""One request over HTTP, to exactly the address that was checked, with a bound on everything the other side can choose.

Belongs here: the connection, its limits, inflating. Does not belong here: which machines may be reached (`_guard`), whether a
site wants it, redirects and repetition (`_visit`).

What is bounded: time to connect, between two bytes, and altogether (a watchdog ends the connection, so that a server that sends
a byte now and then gains nothing); number and bytes of headers; bytes on the wire; bytes after inflating, counted while inflating.
Cookies and passwords are never sent or kept. The environment's proxies are not used; the catalog's ``proxy`` is.
"""

import base64
import http.client
import os
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from resources.sources._addresses import Address
from resources.sources._guard import Guard, Refused

MEBIBYTE = 1024 * 1024

PIECE = 64 * 1024  # bytes read, and inflated, at once

MAX_HEADER_BYTES = (
    64 * 1024
)  # of all headers together; large sites send 4 KiB. http.client itself takes no more than 100 of them

PRODUCT = "winnow"  # the token that robots.txt knows this program by

FAILURES: dict[str, str] = {
    "name_not_found": "the name has no address; check the spelling and the resolver",
    "refused_address": "the name leads to a machine that is not public; name it in `allow_addresses` if it is meant",
    "refused_port": "neither port 80 nor 443; name host and port in `allow_addresses` if they are meant",
    "connection": "the connection could not be made, or broke off",
    "tls": "the certificate is none that this machine trusts for the name",
    "timeout": "the answer took longer than `page_seconds`",
    "headers_too_large": "more headers than any page needs",
    "too_large": "more bytes than `page_bytes`, as sent or after inflating",
    "encoding": "the body is compressed otherwise than asked for, or its compression is broken",
    "malformed": "the answer is not HTTP",
}
"""Why there is no answer, each with what it means."""


class FetchFailed(Exception):
    """No answer, or one over a limit; ``reason`` is one of `FAILURES`."""

    def __init__(self, reason: str) -> None:
        """Remember ``reason``; there is no more to say that might be logged."""
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request, in seconds."""

    connect_seconds: float = 10
    read_seconds: float = 20
    total_seconds: float = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case, ``body`` is inflated, ``cut`` says that it went on over the limit."""

    address: Address
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    wire_bytes: int = 0
    cut: bool = False

    @property
    def content_type(self) -> str:
        """Type and subtype in lower case; empty if none was given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The ``charset`` parameter of the content type in lower case; empty if none was given."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip(" \t\"'").lower()
        return ""


class Fetcher:
    """Makes requests, one at a time."""

    def __init__(
        self,
        guard: Guard,
        *,
        contact: str,
        limits: Limits = Limits(),
        proxy: str | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """``contact`` stands in the user agent; ``proxy`` is an http address; ``trust`` is by default the system's certificates."""
        self._guard, self._limits = guard, limits
        self._agent = f"{PRODUCT}/1 (+{contact})"
        self._proxy = urlsplit(proxy) if proxy else None
        self._trust = trust

    def get(
        self, address: Address, headers: Mapping[str, str] | None = None, *, max_bytes: int = 16 * MEBIBYTE, cut: bool = False
    ) -> Answer:
        """The answer to one GET; a redirect is one too. With ``cut`` a longer body ends at ``max_bytes`` instead of failing.

        Raises:
            FetchFailed: see `FAILURES`.
        """
        asked = {
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "User-Agent": self._agent,
            "Connection": "close",
            **(headers or {}),
        }
        raw = self._connected(address)
        with closing(raw), _Watchdog(raw, self._limits.total_seconds) as watchdog:
            try:
                answer = self._exchange(address, raw, asked, max_bytes, cut=cut)
            except Exception as error:  # noqa: BLE001 - `_failure` raises again what it does not know
                if watchdog.bitten:
                    raise FetchFailed("timeout") from None
                raise _failure(error) from None
            if watchdog.bitten:  # a body without a length ends where the connection does
                raise FetchFailed("timeout")
            return answer

    def _connected(self, address: Address) -> socket.socket:
        """A connection to the first address of ``address`` that takes one, or to the proxy."""
        try:
            if self._proxy:
                self._guard.literal(address)
                places = [(self._proxy.hostname or "", self._proxy.port or 3128)]
            else:
                places = [(ip, address.port) for ip in self._guard.reachable(address)]
        except Refused as error:
            raise FetchFailed(error.reason) from None
        reason = "connection"
        for place in places:
            try:
                raw = socket.create_connection(place, timeout=self._limits.connect_seconds)
            except TimeoutError:
                reason = "timeout"
            except OSError:
                continue
            else:
                raw.settimeout(self._limits.read_seconds)
                return raw
        raise FetchFailed(reason)

    def _exchange(self, address: Address, raw: socket.socket, asked: Mapping[str, str], max_bytes: int, *, cut: bool) -> Answer:
        target, headers = address.target, dict(asked)
        if self._proxy and address.scheme == "http":
            target = str(address)
            headers |= self._proxy_headers()
        elif self._proxy:
            _tunnel(raw, address, self._proxy_headers())
        if address.scheme == "https":
            raw = self._trusted().wrap_socket(raw, server_hostname=address.host)
        connection = http.client.HTTPConnection(address.host, address.port)
        connection.sock = raw
        with closing(connection):
            connection.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": address.authority, **headers}.items():
                connection.putheader(name, value)
            connection.endheaders()
            with closing(connection.getresponse()) as response:
                return _read(address, response, max_bytes, cut=cut)

    def _proxy_headers(self) -> dict[str, str]:
        proxy = self._proxy
        if proxy is None or proxy.username is None:
            return {}
        said = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()
        return {"Proxy-Authorization": f"Basic {base64.b64encode(said).decode()}"}

    def _trusted(self) -> ssl.SSLContext:
        if self._trust is None:
            self._trust = ssl.create_default_context()  # the system's authorities, or those that SSL_CERT_FILE names
        return self._trust


class _Watchdog:
    """Ends a connection after ``seconds``, wherever its reader stands."""

    def __init__(self, raw: socket.socket, seconds: float) -> None:
        # A descriptor of its own: TLS takes the socket away from the one who opened it.
        self._mine = socket.socket(fileno=os.dup(raw.fileno()))
        self._timer = threading.Timer(seconds, self._bite)
        self._timer.daemon = True
        self.bitten = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        self._timer.join()
        self._mine.close()

    def _bite(self) -> None:
        self.bitten = True
        with suppress(OSError):
            self._mine.shutdown(socket.SHUT_RDWR)


def _tunnel(raw: socket.socket, address: Address, headers: Mapping[str, str]) -> None:
    """Have the proxy behind ``raw`` open a way to ``address``."""
    place = f"[{address.host}]:{address.port}" if ":" in address.host else f"{address.host}:{address.port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    raw.sendall("\r\n".join(lines).encode("ascii"))
    said = b""
    while not said.endswith(b"\r\n\r\n"):
        byte = raw.recv(1)  # not one byte more than the answer, which is the proxy's; what follows is the site's
        if not byte or len(said) > MAX_HEADER_BYTES:
            raise FetchFailed("connection")
        said += byte
    if said.split(b" ", 2)[1:2] != [b"200"]:
        raise FetchFailed("connection")


def _read(address: Address, response: http.client.HTTPResponse, max_bytes: int, *, cut: bool) -> Answer:
    headers: dict[str, str] = {}
    total = 0
    for name, value in response.getheaders():
        total += len(name) + len(value) + 4
        known = name.lower()
        separator = "\n" if known == "x-robots-tag" else ", "  # each of these lines may begin with the crawler it is for
        headers[known] = f"{headers[known]}{separator}{value}" if known in headers else value
    if total > MAX_HEADER_BYTES:
        raise FetchFailed("headers_too_large")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchFailed("encoding")
    wire = _Wire(response, max_bytes, cut=cut)
    pieces = inflated(wire, max_bytes, cut=cut) if encoding.endswith("gzip") else wire
    body = b"".join(pieces)
    return Answer(address, response.status, headers, body[:max_bytes], wire.count, wire.cut or len(body) > max_bytes)


class _Wire:
    """The pieces of a body as they come, counted."""

    def __init__(self, response: http.client.HTTPResponse, max_bytes: int, *, cut: bool) -> None:
        self._response, self._max, self._may_cut = response, max_bytes, cut
        self.count, self.cut = 0, False

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._response.read(PIECE):
            self.count += len(piece)
            if self.count > self._max:
                if not self._may_cut:
                    raise FetchFailed("too_large")
                self.cut = True
                yield piece[: self._max - self.count]
                return
            yield piece
        if self._response.length:  # of what Content-Length promised; None where it promised nothing
            raise FetchFailed("connection")


def inflated(pieces: Iterator[bytes] | _Wire, max_bytes: int, *, cut: bool = False) -> Iterator[bytes]:
    """The gzip stream ``pieces`` inflated; at most one piece more than ``max_bytes`` is ever held.

    Raises:
        FetchFailed: ``too_large`` (unless ``cut``), or ``encoding``: not gzip, damaged or broken off.
    """
    total, begun, done = 0, False, False
    engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for piece in pieces:
        waiting, full = piece, False
        while waiting or full:
            if done:  # a stream may hold several members (RFC 1952, 2.2)
                engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                found = engine.decompress(waiting, PIECE)
            except zlib.error:
                raise FetchFailed("encoding") from None
            total += len(found)
            yield found
            if total > max_bytes:
                if cut:
                    return
                raise FetchFailed("too_large")
            begun, done = True, engine.eof
            full = len(found) == PIECE and not done  # zlib may hold more without needing another byte for it
            waiting = engine.unused_data.lstrip(b"\x00") if done else engine.unconsumed_tail
    if begun and not done and not cut:
        raise FetchFailed("encoding")


def _failure(error: Exception) -> FetchFailed:  # noqa: PLR0911 - a table with one line a kind
    """What went wrong, in one word; the messages of the libraries may quote the address."""
    match error:
        case FetchFailed():
            return error
        case ssl.SSLCertVerificationError():
            return FetchFailed("tls")
        case TimeoutError():
            return FetchFailed("timeout")
        case ssl.SSLError():
            return FetchFailed("tls")
        case http.client.IncompleteRead() | OSError():  # the latter is also http.client.RemoteDisconnected
            return FetchFailed("connection")
        case http.client.LineTooLong():
            return FetchFailed("headers_too_large")
        case http.client.HTTPException() if "headers" in str(error):
            return FetchFailed("headers_too_large")
        case http.client.HTTPException() | ValueError():
            return FetchFailed("malformed")
    raise error
