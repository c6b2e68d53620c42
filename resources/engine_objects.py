"""Reading objects that strangers wrote: one after the other in confined workers, so that each of them costs nobody but itself.

A worker has a few objects waiting, reads them in turn and sends the rows of each as they are made. What has come of an object is
kept aside until the worker says that it is whole, in memory or, beyond `HELD_BYTES`, in an unnamed file; so a break takes all of
it back, and the caller's memory is bounded whatever a file grows to. If a worker dies, only the object at work has a reason to be
suspected, and the others go to another worker.

Why an object could not be read is asked in this order: how the worker ended, how much memory it had, what it said. A reason that
may be another's fault is given only on second sight, by a worker that has read nothing else: `worker_died`, since somebody may have
killed it, and `memory`, since earlier objects may have left none.

Belongs here: the loop and the verdicts. Does not belong here: the worker's side (`resources.engine_reader`), its walls
(`resources.confinement`), and what rows mean.
"""

import collections
import contextlib
import json
import logging
import os
import pickle
import re
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from resources.confinement import Limits
from resources.engine_channel import SAID_BYTES, NotOurs, Reader, understood, unnamed
from resources.engine_frames import unpack
from resources.engine_held import Held, Room
from resources.engine_pool import Ended, EngineError, Nursery
from winnow.errors import UnreadableDocument
from winnow.reasons import BROKEN, QUARANTINE

log = logging.getLogger(__name__)

HELD_BYTES = 64 * 1024 * 1024  # of rows that wait for their turn, or for the rest of their object
UNSENT_BYTES = 64 * 1024 * 1024  # of objects that their workers have not taken yet; one alone may be larger
QUEUED = 8  # objects that a worker has waiting, so that it need not wait for the caller …
QUEUED_BYTES = 1024 * 1024  # … if they are small
AHEAD = 64  # objects for each worker that may be done before the oldest is

PROGRAMS = 10  # times the wall-clock time, where a program recognises text page by page

BOMB = 100  # times an object's own bytes: with so much text too much is no longer just a large object

NEARLY = 0.6  # of the memory allowed: a worker that dies with so much had too little
SPENT = 0.9  # of the address space allowed: an error there is more likely for lack of it
GROWN = 0.25  # of the same: a worker that keeps so much between objects is replaced

_NO_MEMORY = re.compile(rb"memory allocation of \d+ bytes failed|std::bad_alloc|[Oo]ut of memory|[Cc]annot allocate memory")
"""What the runtimes of Rust and C++ and libraries print before they abort."""

_CRASHES = frozenset(
    {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP, signal.SIGFPE, signal.SIGKILL}
)


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """One object to read.

    Attributes:
        about: what the stage is told of it.
        size: its bytes, as far as they are known before.
        content: gives the bytes; called when a worker is free, and once more if another has to try. It may raise
            `winnow.errors.UnreadableDocument`, which is the object's reason then.
        programs: whether reading it may start programs.
        ticket: whatever the caller needs to know it by.
    """

    about: Mapping[str, str]
    size: int
    content: Callable[[], bytes]
    programs: bool = False
    ticket: Any = None


@dataclass(frozen=True, slots=True)
class Found:
    """Some rows of an object, or why there are none; a large one has several of these in a row."""

    object: Object
    rows: pa.RecordBatch | None = None
    reason: str | None = None
    kind: str = ""  # the format, if it was known when the object was given up


@dataclass(frozen=True)
class Stage:
    """What is done with objects: ``factory(config)`` in the worker, and what its rows have to be here."""

    factory: Callable[[Any], Any]
    config: Any
    schema: pa.Schema
    check: Callable[[pa.RecordBatch], None]  # raises ValueError for rows that no stage of ours sends
    module: str = ""  # what has to be imported before a worker is confined; by default that of ``factory``


@dataclass(eq=False)
class _Task:
    """One object on its way."""

    object: Object
    held: Held
    done: bool = False
    reason: str | None = None
    kind: str = ""
    tries: int = 0  # that a worker died of
    alone: bool = False  # whether it needs a worker that has read nothing else

    def give_up(self, reason: str, kind: str = "") -> None:
        """The object has no rows, for ``reason``."""
        self.held.drop()
        self.done, self.reason, self.kind = True, reason, kind


class ObjectRun:
    """One pass over objects."""

    def __init__(self, nursery: Nursery, workers: int, limits: Limits, stage: Stage) -> None:
        """Start nothing yet; ``workers`` is how many at most."""
        self._nursery, self._limit, self._limits, self._stage = nursery, workers, limits, stage
        self._pickled = pickle.dumps((stage.factory, stage.config))
        self._room = Room(HELD_BYTES)
        self._readers: list[Reader] = []
        self._order: collections.deque[_Task] = collections.deque()
        self._waiting: collections.deque[_Task] = collections.deque()
        self._away = 0.0  # seconds in which nobody listened to the workers: no fault of theirs

    def results(self, objects: Iterator[Object]) -> Iterator[Found]:
        """What came of each object, in order."""
        try:
            while self._fill(objects):
                task = self._order[0]
                if not task.done:
                    self._collect()
                    continue
                self._order.popleft()
                yield from self._absent_during(self._founds(task))
        finally:
            for task in self._order:
                task.held.drop()
            for reader in self._readers:
                self._end(reader)

    def _founds(self, task: _Task) -> Iterator[Found]:
        if task.reason is not None:
            yield Found(task.object, reason=task.reason, kind=task.kind)
            return
        for rows in task.held.taken():
            yield Found(task.object, rows)

    def _absent_during(self, founds: Iterator[Found]) -> Iterator[Found]:
        """``founds``, while the time that the caller takes over them is no worker's."""
        for found in founds:
            since = time.monotonic()
            yield found
            self._away += time.monotonic() - since

    def _clock(self) -> float:
        """Seconds in which workers were listened to."""
        return time.monotonic() - self._away

    def _fill(self, objects: Iterator[Object]) -> bool:
        """Take objects while there is room, and keep the workers busy; whether anything is left to yield."""
        while len(self._order) < AHEAD * self._limit and self._room.is_left() and (taken := next(objects, None)) is not None:
            task = _Task(taken, Held(self._room, self._stage.schema, self._nursery.folder))
            self._order.append(task)
            self._waiting.append(task)
            if not self._hand_out():
                break
        self._hand_out()
        return bool(self._order)

    def _hand_out(self) -> bool:
        """Give waiting objects to workers; whether none has to wait."""
        while self._waiting:
            task = self._waiting[0]
            unsent = sum(reader.unsent_bytes for reader in self._readers)
            if unsent and unsent + task.object.size > UNSENT_BYTES:
                return False
            reader = self._reader_for(task)
            if reader is None:
                return False
            self._waiting.popleft()
            self._give(reader, task)
        return True

    def _reader_for(self, task: _Task) -> Reader | None:
        """A worker that can take ``task`` now: an idle one, else a new one, else one with few objects waiting."""
        alike = [r for r in self._readers if r.programs == task.object.programs and not r.retired]
        if not task.alone:
            idle = next((r for r in alike if not r.tasks), None)
            if idle is not None:
                return idle
        unwanted = next((r for r in self._readers if not r.tasks), None)
        if len(self._readers) >= self._limit and unwanted is not None:  # of the other kind, or no longer fresh
            self._end(unwanted)
        if len(self._readers) < self._limit:
            return self._started(programs=task.object.programs)
        if task.alone:
            return None
        return min((r for r in alike if self._has_place(r, task)), key=lambda r: len(r.tasks), default=None)

    def _has_place(self, reader: Reader, task: _Task) -> bool:
        queued = sum(queued.object.size for queued in reader.tasks) + task.object.size
        alone = any(queued.alone for queued in reader.tasks)
        return len(reader.tasks) < QUEUED and queued <= QUEUED_BYTES and not alone

    def _started(self, *, programs: bool) -> Reader:
        ours, theirs = socket.socketpair()
        errors = unnamed()
        request = {
            "spawn": self._stage.module or self._stage.factory.__module__,
            "memory_bytes": self._limits.memory_bytes,
            "cpu_seconds": self._limits.cpu_seconds,
            "programs": programs,
        }
        try:
            with theirs:
                answer = self._nursery.spawn(request, theirs.fileno(), errors)
        except BaseException:
            ours.close()
            os.close(errors)
            raise
        reader = Reader(answer["pid"], ours, errors, programs, answer["start_bytes"])
        self._readers.append(reader)
        with contextlib.suppress(OSError):  # if it is dead, that shows when the first object is sent
            reader.send(b"C", self._pickled, b"")
        return reader

    def _give(self, reader: Reader, task: _Task) -> None:
        since = time.monotonic()
        try:
            content = task.object.content()
        except UnreadableDocument as error:
            task.give_up(error.reason)
            return
        finally:
            self._away += time.monotonic() - since
        if not reader.tasks:
            reader.began = self._clock()
        reader.tasks.append(task)
        reader.count += 1
        reader.retired = reader.count >= self._limits.objects_per_worker or task.alone
        try:
            reader.send(b"O", json.dumps(dict(task.object.about)).encode(), content)
        except OSError:
            self._lose(reader)

    def _collect(self) -> None:
        """Wait for something to come or to be taken, and kill the workers whose objects ran out of time."""
        poll = select.poll()
        by_descriptor = {reader.channel.fileno(): reader for reader in self._readers}
        for descriptor, reader in by_descriptor.items():
            poll.register(descriptor, select.POLLIN | (select.POLLOUT if reader.unsent else 0))
        left = [self._left(reader) for reader in self._readers if reader.tasks]
        for descriptor, event in poll.poll(int(1000 * max(0.0, min(left, default=0.1))) + 1):
            self._attend(by_descriptor[descriptor], event)
        for reader in [reader for reader in self._readers if self._is_late(reader)]:
            self._lose(reader, "timeout")

    def _attend(self, reader: Reader, event: int) -> None:
        try:
            if event & select.POLLOUT:
                reader.flush()
            for kind, payload in reader.answers():
                self._hear(reader, kind, payload)
                if reader not in self._readers or self._is_late(reader):
                    return
        except NotOurs:
            self._lose(reader, "worker_died")
        except OSError:
            self._lose(reader)

    def _is_late(self, reader: Reader) -> bool:
        return bool(reader.tasks) and self._left(reader) < 0

    def _left(self, reader: Reader) -> float:
        """Seconds that the object at work still has."""
        timeout = self._limits.timeout_seconds * (PROGRAMS if reader.programs else 1)
        return reader.began + timeout - self._clock()

    def _hear(self, reader: Reader, kind: bytes, payload: bytes) -> None:
        """Take what a worker says; `NotOurs` if it is none of ours."""
        if kind == b"F":
            self._end(reader)
            raise EngineError(f"the stage could not be set up in a worker: {payload.decode('ascii', 'replace')}")
        if not reader.tasks:
            raise NotOurs
        task = reader.tasks[0]
        if kind == b"P":
            self._hold(reader, task, payload)
            return
        said = understood(payload)
        reader.tasks.popleft()
        reader.finished += 1
        reader.began = self._clock()
        if kind == b"D" and task.held.total_bytes:
            task.done = True
        elif kind == b"Q" and said["reason"] in QUARANTINE:
            self._refuse(reader, task, said)
        elif kind == b"M":
            self._suspect(reader, task, "memory")
            reader.retired = True
        else:
            log.warning("a reader raised %s", said["place"] if kind == b"E" else "what no reader does")
            self._suspect(reader, task, "worker_died")
            reader.retired = True
        reader.retired |= said["grown_bytes"] > GROWN * self._limits.memory_bytes
        if reader.retired and not reader.tasks:
            self._end(reader)

    def _hold(self, reader: Reader, task: _Task, frame: bytes) -> None:
        made = task.held.total_bytes + len(frame)
        if made > self._limits.output_bytes:
            self._lose(reader, "bomb" if made > BOMB * task.object.size else "too_large")
            return
        try:
            rows = unpack(frame, self._stage.schema)
            self._stage.check(rows)
        except ValueError:
            raise NotOurs from None
        if rows.num_rows == 0:
            raise NotOurs
        task.held.add(frame, rows)

    def _refuse(self, reader: Reader, task: _Task, said: Mapping[str, Any]) -> None:
        """The reader gave the object up; what it calls broken may be whole, if there was no memory left to see that."""
        if said["reason"] == "memory" or (said["reason"] in BROKEN and said["peak_bytes"] > SPENT * self._limits.memory_bytes):
            self._suspect(reader, task, "memory", said["kind"])
        else:
            task.give_up(said["reason"], said["kind"])

    def _suspect(self, reader: Reader, task: _Task, reason: str, kind: str = "") -> None:
        """Give ``task`` up for ``reason``, or have it tried alone if that may not have been its own fault."""
        task.tries += 1
        fresh = reader.finished <= 1 and (reason == "memory" or task.tries > 1)
        if fresh or task.tries > 2:
            task.give_up(reason, kind)
            return
        task.held.drop()
        task.alone = True
        self._waiting.appendleft(task)

    def _lose(self, reader: Reader, known: str | None = None) -> None:
        """Kill ``reader``; its object at work is given up or tried again, the others wait for another worker."""
        tasks = list(reader.tasks)
        reader.tasks.clear()
        said = os.pread(reader.errors, SAID_BYTES, max(0, os.fstat(reader.errors).st_size - SAID_BYTES))
        ended = self._end(reader)
        self._waiting.extendleft(reversed(tasks[1:]))
        if not tasks:
            return
        reason = known or verdict(ended, bool(_NO_MEMORY.search(said)), reader.start_bytes + NEARLY * self._limits.memory_bytes)
        log.warning("a reader was lost: %s (status %s)", reason, ended.status)
        if reason in {"memory", "worker_died"}:
            reader.finished += 1  # the object that it died of
            self._suspect(reader, tasks[0], reason)
        else:
            tasks[0].give_up(reason)

    def _end(self, reader: Reader) -> Ended:
        self._readers.remove(reader) if reader in self._readers else None
        reader.channel.close()
        os.close(reader.errors)
        return self._nursery.end(reader.pid)


def verdict(ended: Ended, said_no_memory: bool, much_bytes: float) -> str:
    """Why an object could not be read whose worker died by itself."""
    killed_by = os.WTERMSIG(ended.status) if ended.status is not None and os.WIFSIGNALED(ended.status) else None
    if killed_by == signal.SIGXCPU:
        return "timeout"
    if said_no_memory or (killed_by in _CRASHES and ended.peak_bytes > much_bytes):
        return "memory"
    return "worker_died"


def read_here(stage: Stage, objects: Iterable[Object]) -> Iterator[Found]:
    """The same in this process; nothing guards it against a crash, an endless loop or a lack of memory."""
    read = stage.factory(stage.config)
    for each in objects:
        try:
            rows = list(read(each.about, each.content()))
        except UnreadableDocument as error:
            yield Found(each, reason=error.reason, kind=error.kind)
        except MemoryError:
            yield Found(each, reason="memory")
        except Exception as error:  # noqa: BLE001 - an object is given up, not the run
            log.warning("a stage raised %s", type(error).__name__)
            yield Found(each, reason="worker_died")
        else:
            yield from (Found(each, batch) for batch in rows)
