"""One confined worker, seen from the engine: what it is sent, and what can be understood of what it says.

Belongs here: bytes to and from a worker, and refusing what no worker of ours says. Does not belong here: what follows from it
(`resources.engine_objects`), and the worker's side (`resources.engine_reader`).
"""

import collections
import json
import os
import re
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from resources.engine_reader import ANSWER, HEAD

FRAME_BYTES = 256 * 1024 * 1024  # of one frame: a document is at most `winnow.extract.MAX_TEXT_BYTES` of text, and its blocks
SAID_BYTES = 4096  # of an answer that is no rows; a longer one is none of ours
PIECE = 256 * 1024  # bytes received at once


@dataclass(eq=False)
class Reader:
    """One confined worker, seen from the engine."""

    pid: int
    channel: socket.socket
    errors: int
    programs: bool
    start_bytes: int
    tasks: collections.deque[Any] = field(default_factory=collections.deque)  # sent and not done; the first is at work
    unsent: collections.deque[memoryview] = field(default_factory=collections.deque)
    received: bytearray = field(default_factory=bytearray)
    began: float = 0.0  # at the object at work, by the clock of the run
    count: int = 0  # objects it was given
    finished: int = 0
    retired: bool = False

    @property
    def unsent_bytes(self) -> int:
        """Bytes of objects that it has not taken yet."""
        return sum(map(len, self.unsent))

    def send(self, kind: bytes, about: bytes, content: bytes) -> None:
        """Have this sent as soon as it is taken."""
        parts = (HEAD.pack(kind, len(about), len(content)), about, content)
        self.unsent.extend(memoryview(part) for part in parts if part)
        self.flush()

    def flush(self) -> None:
        """Send what is taken without waiting; OSError if nobody is there."""
        while self.unsent:
            try:
                sent = self.channel.send(self.unsent[0], socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            if sent == len(self.unsent[0]):
                self.unsent.popleft()
            else:
                self.unsent[0] = self.unsent[0][sent:]

    def answers(self) -> Iterator[tuple[bytes, bytes]]:
        """What has come, each a kind and a payload; OSError behind the last if nobody is there any more."""
        while True:
            while len(self.received) >= ANSWER.size:
                kind, length = ANSWER.unpack_from(self.received)
                if length > (FRAME_BYTES if kind == b"P" else SAID_BYTES):
                    raise NotOurs
                if len(self.received) < ANSWER.size + length:
                    break
                payload = bytes(memoryview(self.received)[ANSWER.size : ANSWER.size + length])
                del self.received[: ANSWER.size + length]
                yield kind, payload
            try:
                piece = self.channel.recv(PIECE, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            if not piece:
                raise ConnectionResetError
            self.received += piece


class NotOurs(OSError):
    """A worker said what no worker of ours says."""


def unnamed() -> int:
    """A file without a name, for what libraries print."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("errors")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def understood(payload: bytes) -> dict[str, Any]:
    """An answer that is no rows, with every field of its kind; `NotOurs` if it is none."""
    try:
        said = json.loads(payload)
        numbers = {name: int(said.get(name, 0)) for name in ("grown_bytes", "peak_bytes")}
        words = {name: str(said.get(name, ""))[:100] for name in ("reason", "kind", "place")}
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        raise NotOurs from None
    if not re.fullmatch(r"[a-z0-9_]{0,32}", words["kind"]) or not re.fullmatch(r"[A-Za-z0-9_.: ]*", words["place"]):
        raise NotOurs
    return {**numbers, **words}
