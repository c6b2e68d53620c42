"""One function of a stranger's bytes, called in a confined process: for parsers that are not readers of documents.

Feeds and sitemaps are parsed while a source is scanned, by libraries written in C, and the scan knows the catalog's secrets. So
they are parsed as objects are read (`resources.engine_objects`): in a process of their own, behind `resources.confinement`'s walls,
with limits on memory and time, and what comes back is plain values that the caller checks. It is a call like any other; the
process that forks the others starts with the first one, and takes less than a second.

Belongs here: the call. Does not belong here: what is parsed (`resources.sources`), and documents (`resources.engine`).
"""

import atexit
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from resources.confinement import MIB, Limits, cleaned
from resources.engine_nursery import PARSERS
from resources.engine_objects import Object, ObjectRun, Stage
from resources.engine_pool import Nursery
from resources.engine_reader import ObjectStage
from winnow.errors import UnreadableDocument

Parse = Callable[[bytes, Mapping[str, str]], Any]
"""A function of a module, of bytes and of what is known about them; it gives plain values that JSON can hold."""

LIMITS = Limits(
    memory_bytes=512 * MIB,  # a feed of 16 MiB and a million tags takes 300 once parsed
    cpu_seconds=10,  # and two seconds
    timeout_seconds=60.0,
    output_bytes=128 * MIB,  # entries repeat the names of their feed
    objects_per_worker=1,
)

_SAID = pa.schema([("said", pa.binary())])

_guard = threading.Lock()
_nurseries: list[Nursery] = []  # one, once it is needed


def confined(parse: Parse, content: bytes, about: Mapping[str, str] | None = None, limits: Limits = LIMITS) -> Any:
    """``parse(content, about)``, called in a confined process. Its values may be anything: the process is not believed.

    Raises:
        UnreadableDocument: the reason that ``parse`` gave; ``timeout``, ``memory``, ``too_large`` or ``bomb`` for what took more
            than ``limits``; ``worker_died`` for whatever else its process came to.
    """
    said: list[bytes] = []
    stage = Stage(_stage, parse, _SAID, _require_one, parse.__module__)
    for found in ObjectRun(_nursery(), 1, limits, stage).results(iter([Object(about or {}, len(content), lambda: content)])):
        if found.rows is None:
            raise UnreadableDocument(found.reason or "worker_died")
        said += found.rows.column("said").to_pylist()
    try:
        (value,) = map(json.loads, said)
    except (ValueError, RecursionError):
        raise UnreadableDocument("worker_died") from None
    return value


def _stage(parse: Parse) -> ObjectStage:
    """The worker's side: the values as one row."""

    def said(about: Mapping[str, str], content: bytes) -> Iterator[pa.RecordBatch]:
        text = json.dumps(parse(content, about)).encode("ascii")
        yield pa.RecordBatch.from_arrays([pa.array([text], pa.binary())], schema=_SAID)

    return said


def _require_one(rows: pa.RecordBatch) -> None:
    if rows.num_rows != 1 or rows.column("said").null_count:
        raise ValueError("a parser says one thing")


def _nursery() -> Nursery:
    with _guard:
        if not _nurseries:
            _nurseries.append(Nursery(PARSERS, lambda: cleaned(os.environ)))
            atexit.register(_nurseries[0].close)
        return _nurseries[0]
