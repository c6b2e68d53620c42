"""The nursery: a process with one thread that imports the stages' modules and forks workers; and what a worker does.

Started by `resources.engine_pool`, never by hand. A worker is one process group, so that what it starts dies with it, has a
limit on its address space, ignores Ctrl-C, and is killed by the kernel when the nursery ends.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

HEADER_BYTES = 9  # as resources.engine_pool.HEADER has it; that module is not loaded here, for it loads what a worker needs not
TOKEN_BYTES = 32

PR_SET_PDEATHSIG = 1  # linux/prctl.h
# The map stages, which take longer to import than a small batch to do; and pandas, which Arrow imports by itself, in .8 s, the
# first time that it is given Python objects.
PRELOADED = ("pandas", "winnow.extract", "winnow.scrub", "winnow.examples")


def main(descriptor: int) -> None:
    """Serve the control socket at ``descriptor`` until its other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    children: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 65_536, 1)
        if not message:
            break
        request = json.loads(message)
        if "spawn" in request:
            channel = socket.socket(fileno=descriptors[0])
            pid = _fork(control, channel, request)
            channel.close()
            children.add(pid)
            control.sendall(json.dumps({"pid": pid}).encode() + b"\n")
        else:
            if request["kill"] in children:
                children.remove(request["kill"])
                _kill(request["kill"])
            control.sendall(b"{}\n")
    for pid in children:
        _kill(pid)


def _kill(pid: int) -> None:
    """Kill a worker and what it started. It is waited for only here, so until then its number is no one else's."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.waitpid(pid, 0)


def _fork(control: socket.socket, channel: socket.socket, request: dict[str, Any]) -> int:
    for module in (*PRELOADED, request["spawn"]):
        if module not in sys.modules:
            with contextlib.suppress(Exception):  # the worker meets the same error and reports it
                importlib.import_module(module)
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
        _confine(request["memory_bytes"])
        serve(channel)
    finally:
        os._exit(1)


def _confine(memory_bytes: int) -> None:
    with contextlib.suppress(AttributeError, OSError):  # only Linux has it; elsewhere the nursery's own end sees to it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError, ValueError):  # only Linux tells and keeps it
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold text


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
        return b"F", _place(error)
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
        return b"E", _place(error)


def _place(error: Exception) -> bytes:
    """Kind and place of ``error``; its text may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f" at {Path(last.filename).name}:{last.lineno}" if last else ""
    return f"{type(error).__name__}{place}".encode("ascii", "replace")


def _receive(channel: socket.socket, length: int) -> memoryview:
    buffer = bytearray(length)
    view, filled = memoryview(buffer), 0
    while filled < length:
        count = channel.recv_into(view[filled:])
        if not count:
            os._exit(0)
        filled += count
    return view
