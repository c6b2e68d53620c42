"""What a worker does that reads objects strangers wrote: confine itself, then one object after the other.

Everything it is sent comes from the engine; nothing it sends is believed (`resources.engine_objects`). Frames to it are
`HEAD`, a kind, the length of a small part and of a large one, and the two parts: ``C`` once, the pickled stage; ``O`` for each
object, what it is as JSON and its bytes. Frames from it are `ANSWER`, a kind and a length, and a payload: any number of ``P``,
packed rows (`resources.engine_frames`), and then one end. ``D``: it is done. ``Q``: it cannot be read, as JSON. ``M``: memory ran
out. ``E``: an error, its kind and place. ``F``: the stage could not be set up.

Belongs here: the worker's loop. Does not belong here: limits (`resources.confinement`) and the other end.
"""

import contextlib
import gc
import json
import os
import pickle
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa

from resources import confinement
from resources.engine_frames import pack
from resources.engine_nursery import place
from winnow.errors import UnreadableDocument

HEAD = struct.Struct(">cIQ")
ANSWER = struct.Struct(">cQ")

AT_ONCE = 1024 * 1024  # bytes up to which a frame is copied together, so that its many small parts are one system call

COLLECTED = (20_000, 20, 50)  # a document's objects live as long as it does: looked at less often they cost a twentieth less

ObjectStage = Callable[[Mapping[str, str], bytes], Iterator[pa.RecordBatch]]


def serve_objects(channel: socket.socket, errors: int, folder: Path, request: Mapping[str, Any]) -> NoReturn:
    """Read objects until the engine goes away; ``errors`` is where libraries may print, ``folder`` this worker's own."""
    channel = confinement.confine(channel, errors, folder, request["memory_bytes"], programs=request["programs"])
    start = _address_space()
    gc.set_threshold(*COLLECTED)
    stage: ObjectStage | None = None
    while True:
        kind, about, content = _next(channel)
        confinement.limit_next(request["cpu_seconds"])
        if kind == b"C":
            stage = _set_up(channel, about)
            continue
        with contextlib.suppress(OSError):  # what the last object made libraries print is of no interest now
            os.ftruncate(2, 0)
            os.lseek(2, 0, os.SEEK_SET)
        assert stage is not None, "the engine sends the stage first"
        end, said = _read(channel, stage, json.loads(about), content)
        del content
        said["grown_bytes"] = _address_space() - start
        said["peak_bytes"] = max(0, confinement.highest_address_space() - start) if end in b"QE" else 0
        _send(channel, end, [json.dumps(said).encode()])


def _read(channel: socket.socket, stage: ObjectStage, about: Mapping[str, str], content: bytes) -> tuple[bytes, dict[str, Any]]:
    """Send the rows of one object; the kind of its end and what is said then."""
    try:
        for rows in stage(about, content):
            _send(channel, b"P", pack(rows))
    except UnreadableDocument as error:
        return b"Q", {"reason": error.reason, "kind": error.kind}
    except MemoryError:
        return b"M", {}
    except Exception as error:  # noqa: BLE001 - reported as it is
        return b"E", {"place": place(error).decode("ascii", "replace")}
    return b"D", {}


def _set_up(channel: socket.socket, pickled: bytes) -> ObjectStage:
    try:
        factory, config = pickle.loads(pickled)  # noqa: S301 - from the engine, over a socket of its own
        stage: ObjectStage = factory(config)
    except Exception as error:  # noqa: BLE001 - reported as it is
        _send(channel, b"F", [place(error)])
        os._exit(0)
    return stage


def _next(channel: socket.socket) -> tuple[bytes, bytes, bytes]:
    kind, small, large = HEAD.unpack(_exactly(channel, HEAD.size))
    return kind, _exactly(channel, small), _exactly(channel, large)


def _exactly(channel: socket.socket, length: int) -> bytes:
    """The next ``length`` bytes, received into one object that is not copied; ends the process if the engine has gone."""
    if length == 0:
        return b""
    received = channel.recv(length, socket.MSG_WAITALL)
    while len(received) < length:
        more = channel.recv(length - len(received), socket.MSG_WAITALL)
        if not more:
            os._exit(0)
        received += more
    return received


def _send(channel: socket.socket, kind: bytes, parts: list[Any]) -> None:
    length = sum(len(part) for part in parts)
    head = ANSWER.pack(kind, length)
    if length <= AT_ONCE:
        channel.sendall(b"".join((head, *parts)))
        return
    channel.sendall(head)
    for part in parts:
        channel.sendall(part)


def _address_space() -> int:
    try:
        return confinement.address_space()
    except (OSError, ValueError):
        return 0
