"""A real S3 server for tests (moto's, over HTTP), and a line to it that breaks when it is told to.

Belongs here: starting and stopping them. Does not belong here: what a source makes of them (the tests).
"""

import http.client
import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import boto3
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

KEY, SECRET = "of the tests", "hunter2hunter2"

Trouble = Literal["slow down", "break", "hang up"]
"""Status 503 with S3's word for throttling; an answer that ends in its middle; no answer at all."""


@dataclass
class S3Server:
    """A server, the line to it, and what went over the line.

    Attributes:
        endpoint: where the line begins.
        client: boto3's, without the line.
        troubles: what happens to the next requests, one after another; None: nothing.
        asked: method, path and query of each request so far.
    """

    endpoint: str
    client: Any
    troubles: deque[Trouble | None] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)

    def options(self, **others: object) -> dict[str, object]:
        """The options of a source; botocore does not try again by itself, so that tests of what lasts are quick."""
        quick = {"retries": {"mode": "standard", "max_attempts": 1}}
        return {"endpoint_url": self.endpoint, "key": KEY, "secret": SECRET, "config_kwargs": quick, **others}

    def put(self, bucket: str, **objects: bytes) -> None:
        """Make a bucket of objects by their keys."""
        self.client.create_bucket(Bucket=bucket)
        for key, content in objects.items():
            self.client.put_object(Bucket=bucket, Key=key, Body=content)


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A server that runs until the block ends."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name="us-east-1",
    )
    line = ThreadingHTTPServer(("127.0.0.1", 0), _Line)
    server = S3Server(f"http://127.0.0.1:{line.server_address[1]}", client)
    line.server, line.behind = server, (host, port)  # type: ignore[attr-defined] - what the handler reads
    thread = threading.Thread(target=line.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        line.shutdown()
        line.server_close()
        moto.stop()


class _Line(BaseHTTPRequestHandler):
    """Passes a request on and its answer back, but for the trouble it is told to make."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Pass on what S3 is asked."""
        server = self.server.server  # type: ignore[attr-defined] - set beside it
        server.asked.append(f"{self.command} {self.path}")
        trouble = server.troubles.popleft() if server.troubles else None
        if trouble == "hang up":
            self.close_connection = True
            return
        if trouble == "slow down":
            body = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
            self._answer(503, [("Content-Type", "application/xml")], body, len(body))
            return
        connection = http.client.HTTPConnection(*self.server.behind)  # type: ignore[attr-defined] - set beside it
        connection.request(self.command, self.path, headers=dict(self.headers.items()))
        answer = connection.getresponse()
        body = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in {"content-length", "connection"}]
        length = int(answer.getheader("Content-Length") or len(body))
        self._answer(answer.status, kept, body[: len(body) // 2] if trouble == "break" else body, length)
        self.close_connection = self.close_connection or trouble == "break"

    do_HEAD = do_GET  # noqa: N815 - the name is the standard library's

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, length: int) -> None:
        self.send_response_only(status)
        for name, value in [*headers, ("Content-Length", str(length))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""
