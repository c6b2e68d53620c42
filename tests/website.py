"""A website on this machine, and a world without its clock: what the tests of the kinds that fetch share."""

import datetime as dt
import gzip
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from resources.sources._visit import World

START = dt.datetime(2026, 10, 5, 1, tzinfo=dt.UTC)


@dataclass
class Reply:
    """What a page answers; with ``etag`` it answers 304 to whoever has it."""

    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        return self.body.encode() if isinstance(self.body, str) else self.body


Answering = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers from the site's pages."""

    protocol_version = "HTTP/1.1"
    site: "Website"

    def do_GET(self) -> None:
        """Answer one request; what is unknown is 404."""
        self.site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        reply = self.site.pages.get(self.path, Reply(status=404))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        if not isinstance(reply, Reply):
            reply(self)
            return
        unchanged = bool(reply.etag) and self.headers.get("If-None-Match") == reply.etag
        self.send_response(304 if unchanged else reply.status)
        for name, value in reply.headers.items():
            for line in value.split("\n"):
                self.send_header(name, line)
        if reply.etag:
            self.send_header("ETag", reply.etag)
        if not unchanged:
            if reply.type:
                self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(reply.content)

    def log_message(self, *_: Any) -> None:
        """Nothing: a test's output is its own."""


class Website:
    """Pages by path, and the requests that came in."""

    def __init__(self, port: int, scheme: str = "http") -> None:
        self.pages: dict[str, Reply | Answering | list[Reply | Answering]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.port, self.scheme = port, scheme

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of ``path``."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def asked(self, path: str) -> int:
        """How often ``path`` was asked for."""
        return sum(known == path for known, _ in self.requests)

    @property
    def allowed(self) -> tuple[str, ...]:
        """What the catalog has to allow so that this site can be reached."""
        return (f"127.0.0.1:{self.port}",)


@contextmanager
def website(context: ssl.SSLContext | None = None) -> Iterator[Website]:
    """A site that runs inside the block."""
    handler = type("SiteHandler", (Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site = Website(server.server_port, "https" if context else "http")
    handler.site = site
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, at: dt.datetime = START) -> None:
        self.at, self.slept = at, []  # type: dt.datetime, list[float]

    def now(self) -> dt.datetime:
        """This moment."""
        return self.at

    def today(self) -> dt.date:
        """This day."""
        return self.at.date()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.at += dt.timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self.at - START).total_seconds()

    def next_night(self, nights: int = 1) -> None:
        """The same hour, a day later."""
        self.at += dt.timedelta(days=nights)


def world(time: Time, names: Mapping[str, Sequence[str]] | None = None, trust: ssl.SSLContext | None = None) -> World:
    """A world of ``time`` in which ``names`` alone have addresses; an address stands for itself."""
    known = names or {}

    def lookup(host: str, _port: int) -> Sequence[str]:
        try:
            return [str(ipaddress.ip_address(host))]
        except ValueError:
            pass
        if host not in known:
            raise OSError
        return known[host]

    return World(clock=time, sleep=time.sleep, monotonic=time.monotonic, lookup=lookup, trust=trust)


def page(text: str = "Words about winnowing grain.", head: str = "", foot: str = "") -> str:
    """A page with enough text to be one."""
    return f"<!doctype html><html><head><title>Page</title>{head}</head><body><main><p>{text}</p></main>{foot}</body></html>"


def zipped(content: bytes) -> bytes:
    """``content`` in gzip."""
    return gzip.compress(content, mtime=0)


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for ``name``, and a client's that trusts who signed it."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
    begin, end = dt.datetime.now(dt.UTC) - dt.timedelta(days=1), dt.datetime.now(dt.UTC) + dt.timedelta(days=1)

    def build(subject: x509.Name, public: Any, extensions: Sequence[tuple[x509.ExtensionType, bool]]) -> x509.Certificate:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(authority_key, hashes.SHA256())

    identifier = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = build(
        issuer,
        authority_key.public_key(),
        [
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (identifier, False),
            (x509.KeyUsage(*[False] * 5, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False), True),
        ],
    )
    leaf = build(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        key.public_key(),
        [
            (x509.SubjectAlternativeName([x509.DNSName(name)]), False),
            (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
        ],
    )
    chain = folder / f"{name}.pem"
    chain.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)
    client = ssl.create_default_context(cadata=authority.public_bytes(serialization.Encoding.PEM).decode())
    return server, client
