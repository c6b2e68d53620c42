"""The engine's side of its worker processes: starting, talking to and stopping them.

One *nursery* process (`resources.engine_nursery`) imports what the stages need and forks a worker in milliseconds. It has one
thread, whatever the caller's process looks like, so forking is safe; it sits in a session of its own, so Ctrl-C reaches only
the caller; and it dies with the caller, whose end of the control socket it watches, and takes the workers with it.

Configuration goes to a worker as a pickle. Nothing that comes back is one: a worker has read untrusted files.
"""

import contextlib
import hashlib
import json
import os
import pickle
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from resources.engine_nursery import BATCHES
from resources.lock import TOKEN

HEADER = struct.Struct(">cQ")  # kind, length of the payload in bytes
PIECE = 1024 * 1024  # bytes received at once

KINDS = {b"R": "result", b"M": "memory", b"E": "raised", b"F": "factory"}

# One thread a worker: they are as many as the cores. One allocator arena or two: each reserves address space, which is limited.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a thread beside the one that forks
    "MALLOC_ARENA_MAX": "2",
    "PYTHONHASHSEED": "0",
}


class EngineError(RuntimeError):
    """The stage itself cannot be set up; no document is to blame. Carries the kind and place of the error, never its text."""


@dataclass(frozen=True)
class Prepared:
    """A factory and its configuration, ready to be sent; ``token`` is their hash."""

    token: bytes
    module: str
    pickled: bytes


@dataclass(frozen=True)
class Answer:
    """What a worker says of a batch."""

    kind: str
    payload: bytes

    def rows(self) -> pa.RecordBatch:
        """The batch in a ``result``."""
        with pa.ipc.open_stream(pa.py_buffer(self.payload)) as stream:
            return stream.read_next_batch()

    def place(self) -> str:
        """Kind and place of the error in any other answer."""
        return self.payload.decode("ascii", "replace")


class Worker:
    """One worker process, at work on at most one batch."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        """``channel`` is the engine's end of the worker's socket."""
        self.pid, self.channel = pid, channel
        self.sent_at = 0.0  # monotonic seconds
        self._known: set[bytes] = set()
        self._buffer = bytearray()

    @property
    def answering(self) -> bool:
        """Whether part of the answer has come: the work is done, and only the caller keeps it waiting."""
        return bool(self._buffer)

    def send(self, stage: Prepared, rows: pa.RecordBatch, timeout_seconds: float) -> None:
        """Hand ``rows`` over; TimeoutError if the worker does not take them, another OSError if it is dead."""
        self._buffer.clear()
        self.sent_at = time.monotonic()
        self.channel.settimeout(timeout_seconds)
        if stage.token not in self._known:
            self._frame(b"C", stage.token + stage.pickled)
            self._known.add(stage.token)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_batch(rows)
        self._frame(b"B", stage.token, memoryview(sink.getvalue()))
        self.sent_at = time.monotonic()

    def receive(self) -> Answer | None:
        """The answer, if all of it has come; OSError if the worker is dead."""
        try:
            while piece := self.channel.recv(PIECE, socket.MSG_DONTWAIT):
                self._buffer += piece
                answer = self._answer()
                if answer:
                    return answer
        except BlockingIOError:
            return None
        raise ConnectionResetError

    def _answer(self) -> Answer | None:
        if len(self._buffer) < HEADER.size:
            return None
        kind, length = HEADER.unpack_from(self._buffer)
        if len(self._buffer) < HEADER.size + length:
            return None
        payload = bytes(memoryview(self._buffer)[HEADER.size :])
        self._buffer.clear()
        return Answer(KINDS.get(kind, "factory"), payload)

    def _frame(self, kind: bytes, *parts: bytes | memoryview) -> None:
        self.channel.sendall(HEADER.pack(kind, sum(len(part) for part in parts)))
        for part in parts:
            self.channel.sendall(part)


def readable(workers: Iterable[Worker], patience: float) -> list[Worker]:
    """Those of ``workers`` with something to read, or dead, after at most ``patience`` seconds."""
    by_descriptor = {worker.channel.fileno(): worker for worker in workers}
    poll = select.poll()
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    return [by_descriptor[descriptor] for descriptor, _ in poll.poll(int(patience * 1000) + 1 if patience else 0)]


@dataclass(frozen=True)
class Ended:
    """How a worker ended.

    Attributes:
        status: as `os.waitpid` gives it; None if nobody knows.
        peak_bytes: the most memory that it had at once.
    """

    status: int | None
    peak_bytes: int


class Nursery:
    """The process that forks workers of one kind, as seen from the engine; safe to use from several threads."""

    def __init__(self, kind: str, environment: Callable[[], Mapping[str, str]]) -> None:
        """Start nothing yet; ``kind`` is one of `resources.engine_nursery`, ``environment`` what its workers see of this one's."""
        self._kind, self._environment = kind, environment
        self._guard = threading.RLock()
        self._child: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: str | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, once there is one."""
        return self._child.pid if self._child else None

    def spawn(self, request: Mapping[str, Any], *descriptors: int) -> dict[str, int]:
        """A new worker with the modules that ``request`` names imported, and ``descriptors``; its ``pid`` and ``start_bytes``."""
        with self._guard:
            try:
                self._start()
                return self._ask(request, *descriptors)
            except OSError:  # the nursery was killed from outside
                self.close()
                self._start()
                return self._ask(request, *descriptors)

    def end(self, pid: int) -> Ended:
        """Kill the worker ``pid`` and whatever it started; how it had ended, or ends now."""
        with self._guard, contextlib.suppress(OSError):  # without a nursery it is dead already
            if self._control:
                answer = self._ask({"kill": pid})
                return Ended(answer.get("status"), answer.get("peak_bytes", 0))
        return Ended(None, 0)

    def start(self) -> None:
        """Have it import what workers need, and go on meanwhile."""
        with self._guard:
            self._start()

    def folder(self) -> str:
        """A private folder that lives as long as the process does."""
        with self._guard:
            self._start()
            assert self._folder is not None, "it is made with the process"
            return self._folder

    def close(self) -> None:
        """Stop it and all of its workers."""
        with self._guard:
            if self._control and self._child:
                self._control.close()
                self._child.wait()
            if self._folder is not None:  # the process removes it, unless it was killed
                shutil.rmtree(self._folder, ignore_errors=True)
            self._control = self._child = self._folder = None

    def _start(self) -> None:
        if self._child is not None:
            return
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path if entry)  # noqa: PTH100 - a string is wanted
        self._folder = tempfile.mkdtemp(prefix="winnow-")
        program = "import sys; from resources.engine_nursery import main; main(int(sys.argv[1]), *sys.argv[2:])"
        with theirs:
            self._child = subprocess.Popen(  # noqa: S603 - this interpreter, and no argument from outside
                [sys.executable, "-P", "-c", program, str(theirs.fileno()), self._kind, self._folder],
                pass_fds=[theirs.fileno()],
                env={**self._environment(), **_ENVIRONMENT, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # libraries print what they read
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control = ours

    def _ask(self, request: Mapping[str, Any], *descriptors: int) -> dict[str, int]:
        control = self._control
        if control is None:
            raise ConnectionResetError
        socket.send_fds(control, [json.dumps(request).encode() + b"\n"], list(descriptors))
        line = b""
        while not line.endswith(b"\n"):
            piece = control.recv(4096)
            if not piece:
                raise ConnectionResetError
            line += piece
        return dict(json.loads(line))


def own_environment() -> dict[str, str]:
    """This process's environment, without what would let a worker pass for a holder of the home's lock."""
    return {name: value for name, value in os.environ.items() if name != TOKEN}


class Pool:
    """A nursery and its idle workers of batches; safe to use from several threads."""

    def __init__(self, memory_bytes: int) -> None:
        """Start nothing yet; ``memory_bytes`` is what one worker may take beyond what it starts with."""
        self._memory_bytes = memory_bytes
        self._guard = threading.RLock()
        self._idle: list[Worker] = []
        self.nursery = Nursery(BATCHES, own_environment)

    @staticmethod
    def prepare(factory: Callable[[Any], Any], config: Any) -> Prepared:
        """``factory`` and ``config``, ready to be sent."""
        pickled = pickle.dumps((factory, config))
        return Prepared(hashlib.sha256(pickled).digest(), factory.__module__, pickled)

    def lease(self, stage: Prepared) -> Worker:
        """An idle worker, or a new one with the modules of ``stage`` imported."""
        with self._guard:
            while self._idle:
                worker = self._idle.pop()
                if not readable([worker], 0):  # an idle worker says nothing unless it has died
                    return worker
                self.discard(worker)
            return self._spawn(stage.module)

    def give_back(self, workers: Iterable[Worker]) -> None:
        """Keep idle ``workers`` for the next run."""
        with self._guard:
            self._idle.extend(workers)

    def discard(self, worker: Worker) -> None:
        """Kill ``worker`` and whatever it started."""
        worker.channel.close()
        self.nursery.end(worker.pid)

    def close(self) -> None:
        """Stop everything."""
        with self._guard:
            for worker in self._idle:
                worker.channel.close()
            self._idle.clear()
            self.nursery.close()

    def _spawn(self, module: str) -> Worker:
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                answer = self.nursery.spawn({"spawn": module, "memory_bytes": self._memory_bytes}, theirs.fileno())
        except BaseException:
            ours.close()
            raise
        return Worker(answer["pid"], ours)
