"""The nursery: a process with one thread that imports the stages' modules and forks workers; and what a worker of batches does.

Started by `resources.engine_pool`, never by hand. A worker is one process group, so that what it starts dies with it, has a
limit on its address space, ignores Ctrl-C, and is killed by the kernel when the nursery ends. A nursery forks one kind of worker:
for batches, here, or for what strangers wrote, objects and feeds, which are confined (`resources.engine_reader`).
"""

import contextlib
import gc
import importlib
import json
import os
import pickle
import resource
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from resources.confinement import die_with_parent, limit, limit_memory

HEADER_BYTES = 9  # as resources.engine_pool.HEADER has it; that module is not loaded here, for it loads what a worker needs not
TOKEN_BYTES = 32

BATCHES, OBJECTS, PARSERS = "batches", "objects", "parsers"  # the kinds of workers; the latter two are confined

# The map stages, which take longer to import than a small batch to do; and pandas, which Arrow imports by itself, in .8 s, the
# first time that it is given Python objects.
PRELOADED = {
    BATCHES: ("pandas", "winnow.extract", "winnow.scrub", "winnow.examples"),
    OBJECTS: ("pandas", "winnow.extract", "resources.engine_reader"),
    PARSERS: ("resources.engine_reader", "resources.sources._entries", "resources.sources._sitemaps"),
}


def main(descriptor: int, kind: str, folder: str) -> None:
    """Serve the control socket at ``descriptor`` until its other end closes; ``folder`` is removed then."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    children: dict[int, Path | None] = {}
    _import(*PRELOADED[kind])  # while the engine, which has not asked yet, loads what it needs itself
    with contextlib.suppress(Exception):
        if kind == OBJECTS:
            sys.modules["winnow.formats"].preload()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65_536, 2)
        if not message:
            break
        request = json.loads(message)
        if "spawn" in request:
            own = None if kind == BATCHES else Path(tempfile.mkdtemp(dir=folder))
            pid = _fork(control, descriptors, request, own)
            for given in descriptors:
                os.close(given)
            children[pid] = own
            answer = {"pid": pid, "start_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT}
        else:
            answer = _end(request["kill"], children) if request["kill"] in children else {}
        control.sendall(json.dumps(answer).encode() + b"\n")
    for pid in list(children):
        _end(pid, children)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # nothing is left to do, and taking all modules apart takes a while


_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes here


def _end(pid: int, children: dict[int, Path | None]) -> dict[str, int]:
    """Kill a worker and what it started, remove its folder, and tell how it ended and the most memory that it had.

    It is waited for only here, so until then its number is no one else's.
    """
    ended = {}
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        _, status, used = os.wait4(pid, 0)
        ended = {"status": status, "peak_bytes": used.ru_maxrss * _MAXRSS_UNIT}
    own = children.pop(pid)
    if own is not None:
        shutil.rmtree(own, ignore_errors=True)
    return ended


def _fork(control: socket.socket, descriptors: list[int], request: dict[str, Any], own: Path | None) -> int:
    _import(request["spawn"])
    gc.freeze()  # the workers share these pages as long as the collector does not write to them
    pid = os.fork()
    if pid:
        with contextlib.suppress(OSError):  # the child does the same: whichever comes first
            os.setpgid(pid, pid)
        return pid
    try:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        control.close()
        channel = socket.socket(fileno=descriptors[0])
        if own is not None:
            from resources.engine_reader import serve_objects  # noqa: PLC0415 - only a worker of objects needs it

            serve_objects(channel, descriptors[1], own, request)
        die_with_parent()
        limit_memory(request["memory_bytes"])
        limit(resource.RLIMIT_CORE, 0)  # a core file would hold text
        serve(channel)
    finally:
        os._exit(1)


def _import(*names: str) -> None:
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(Exception):  # the worker meets the same error and reports it
                importlib.import_module(name)


def serve(channel: socket.socket) -> NoReturn:
    """Do one batch after the other until the engine goes away."""
    stages: dict[bytes, Any] = {}
    while True:
        header = bytes(_receive(channel, HEADER_BYTES))
        payload = _receive(channel, int.from_bytes(header[1:], "big"))
        token = bytes(payload[:TOKEN_BYTES])
        if header[:1] == b"C":
            stages[token] = bytes(payload[TOKEN_BYTES:])
            continue
        kind, answer = _answer(stages, token, payload)
        del payload
        channel.sendall(kind + len(answer).to_bytes(8, "big"))
        channel.sendall(answer)
        del answer


def _answer(stages: dict[bytes, Any], token: bytes, payload: memoryview) -> tuple[bytes, Any]:
    """The kind of answer (see `resources.engine_pool.KINDS`) and its bytes."""
    try:
        if isinstance(stages[token], bytes):
            factory, config = pickle.loads(stages[token])  # noqa: S301 - from the engine, over a socket of its own
            stages[token] = factory(config)
    except Exception as error:  # noqa: BLE001 - reported as it is
        return b"F", place(error)
    try:
        with pa.ipc.open_stream(pa.py_buffer(payload[TOKEN_BYTES:])) as stream:
            rows = stream.read_next_batch()
        result = stages[token](rows)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, result.schema) as stream:
            stream.write_batch(result)
        return b"R", memoryview(sink.getvalue())
    except MemoryError:
        return b"M", b""
    except Exception as error:  # noqa: BLE001 - reported as it is
        return b"E", place(error)


def place(error: BaseException) -> bytes:
    """Kind and place of ``error``; its text may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    where = f" at {Path(last.filename).name}:{last.lineno}" if last else ""
    return f"{type(error).__name__}{where}".encode("ascii", "replace")


def _receive(channel: socket.socket, length: int) -> memoryview:
    buffer = bytearray(length)
    view, filled = memoryview(buffer), 0
    while filled < length:
        count = channel.recv_into(view[filled:])
        if not count:
            os._exit(0)
        filled += count
    return view
