"""The engine: runs a map stage over record batches in worker processes, and survives what a document does to one of them.

Belongs here: handing out batches, putting results back in order, and what follows from a worker's death, a timeout or a lack of
memory. Does not belong here: what a stage does, what stands for a document that could not be done (the caller says), and bytes
that strangers wrote: those are objects, read under confinement (`resources.engine_objects`).

A stage is a *factory*, a module-level function, and its frozen configuration: ``factory(config)`` is called once per worker and
gives the function ``RecordBatch → RecordBatch``. Past one machine the same pair goes to Spark's ``mapInArrow``.

A batch whose worker dies is tried once more, then halved until one row is left, which is tried once more too; that row is
poisoned. Results come in the order of the batches, one for each, whatever happened on the way, so that equal inputs give equal
bytes.
"""

import collections
import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import pyarrow as pa

from resources.confinement import Limits, cleaned, walls
from resources.engine_nursery import OBJECTS
from resources.engine_objects import Found, Object, ObjectRun, read_here
from resources.engine_objects import Stage as ObjectStage
from resources.engine_pool import Answer, EngineError, Nursery, Pool, Worker, readable

__all__ = [
    "Engine",
    "EngineError",
    "Factory",
    "Found",
    "Limits",
    "Object",
    "ObjectStage",
    "OnPoison",
    "Reason",
    "Stage",
    "cores",
]

log = logging.getLogger(__name__)

Stage = Callable[[pa.RecordBatch], pa.RecordBatch]
Factory = Callable[[Any], Stage]
Reason = Literal["worker_died", "timeout", "memory"]
OnPoison = Callable[[pa.RecordBatch, str], pa.RecordBatch]
"""What stands for a row that could not be done: it is given the row as a batch, and the reason."""

_told: list[bool] = []  # once in a process

READ_AHEAD = 2  # batches taken from the source per worker: one at work, one waiting, so that none idles while the caller writes


@dataclass
class _Batch:
    """One batch of the source, and the results of its pieces by their first row."""

    rows: pa.RecordBatch
    results: dict[int, pa.RecordBatch] = field(default_factory=dict)
    open_pieces: int = 1

    def result(self) -> pa.RecordBatch:
        """The results of all pieces, in order, as one batch."""
        pieces = [self.results[first] for first in sorted(self.results)]
        return _joined(pieces)


@dataclass(frozen=True)
class _Piece:
    """Some rows of a batch on their way through a worker."""

    batch: _Batch
    first: int
    rows: pa.RecordBatch
    again: bool  # whether one more death is forgiven


class Engine:
    """Worker processes on this machine. May be used from any thread; `close` it, or use it as a context manager."""

    def __init__(
        self,
        workers: int | None = None,
        timeout_seconds: float = 120,
        memory_bytes: int = 2 * 1024**3,
        limits: Limits | None = None,
    ) -> None:
        """``workers`` is a number of processes, by default one a core; 0 runs the stages inside this process.

        ``timeout_seconds`` is the wall-clock time for one batch; ``memory_bytes`` is the address space that a worker may take
        beyond what it starts with; ``limits`` are those of objects.
        """
        self._workers = cores() if workers is None else workers
        self._timeout_seconds = timeout_seconds
        self._limits = limits or Limits()
        self._pool = Pool(memory_bytes) if self._workers else None
        self._readers = Nursery(OBJECTS, lambda: cleaned(os.environ)) if self._workers else None

    def __enter__(self) -> Self:
        """The engine itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the workers."""
        self.close()

    def close(self) -> None:
        """Stop the workers; a later `map_batches` starts new ones."""
        if self._pool:
            self._pool.close()
        if self._readers:
            self._readers.close()

    def warm_up(self) -> None:
        """Start what reads objects, which imports every reader, and go on meanwhile."""
        if self._readers is not None:
            self._readers.start()

    def map_objects(self, stage: ObjectStage, objects: Iterable[Object]) -> Iterator[Found]:
        """What ``stage`` finds in each of ``objects``, in order; one that cannot be read has a reason instead of rows.

        They are read in confined workers, by `resources.confinement`; a large one gives its rows in several parts.

        Raises:
            EngineError: the stage could not be set up in a worker.
        """
        if self._readers is None:
            with _silenced():
                yield from read_here(stage, objects)
            return
        if not _told and (absent := [name for name, kept in walls().items() if not kept]):
            _told.append(True)
            log.warning("this system keeps readers from less than it should: no wall for %s", ", ".join(absent))
        yield from ObjectRun(self._readers, self._workers, self._limits, stage).results(iter(objects))

    def map_batches(
        self, factory: Factory, config: Any, batches: Iterable[pa.RecordBatch], *, on_poison: OnPoison
    ) -> Iterator[pa.RecordBatch]:
        """``factory(config)`` of every batch, in order; a row that cannot be done is what ``on_poison`` makes of it.

        Raises:
            EngineError: ``factory(config)`` failed in a worker.
        """
        if self._pool is None:
            stage = factory(config)
            for rows in batches:
                yield _inline(stage, rows, on_poison)
            return
        yield from _Run(self._pool, self._workers, self._timeout_seconds, factory, config, on_poison).results(iter(batches))


class _Run:
    """One call of `map_batches`."""

    def __init__(  # noqa: PLR0913, PLR0917 - the state of one loop
        self, pool: Pool, workers: int, timeout_seconds: float, factory: Factory, config: Any, on_poison: OnPoison
    ) -> None:
        self._pool, self._limit, self._timeout_seconds = pool, workers, timeout_seconds
        self._stage = pool.prepare(factory, config)
        self._on_poison = on_poison
        self._idle: list[Worker] = []
        self._busy: dict[Worker, _Piece] = {}
        self._waiting: collections.deque[_Piece] = collections.deque()
        self._order: collections.deque[_Batch] = collections.deque()

    def results(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Every result in order."""
        try:
            while self._fill(batches):
                if self._order[0].open_pieces:
                    self._collect(self._patience())
                else:
                    yield self._order.popleft().result()
        finally:
            for worker in self._busy:  # the caller has gone: what they work at is of no use
                self._pool.discard(worker)
            self._pool.give_back(self._idle)

    def _fill(self, batches: Iterator[pa.RecordBatch]) -> bool:
        """Take batches while there is room, and keep the workers busy; whether any batch is left to yield."""
        self._hand_out()
        while len(self._order) < READ_AHEAD * self._limit and (rows := next(batches, None)) is not None:
            batch = _Batch(rows)
            self._order.append(batch)
            self._waiting.append(_Piece(batch, 0, rows, again=True))
            self._collect(0)
            self._hand_out()
        return bool(self._order)

    def _hand_out(self) -> None:
        """Give waiting pieces to idle workers, or to new ones up to the limit."""
        while self._waiting and (self._idle or len(self._busy) < self._limit):
            worker = self._idle.pop() if self._idle else self._pool.lease(self._stage)
            piece = self._waiting.popleft()
            self._busy[worker] = piece
            try:
                worker.send(self._stage, piece.rows, self._timeout_seconds)
            except TimeoutError:
                self._lose(worker, "timeout")
            except OSError:
                self._lose(worker, "worker_died")

    def _patience(self) -> float:
        """Seconds until the first worker runs out of time."""
        now = time.monotonic()
        left = [worker.sent_at + self._timeout_seconds - now for worker in self._busy if not worker.answering]
        return max(0.0, min(left, default=1.0))

    def _collect(self, patience: float) -> None:
        """Wait up to ``patience`` seconds for answers, and kill the workers that ran out of time without one."""
        for worker in readable(self._busy, patience):
            try:
                answer = worker.receive()
            except OSError:
                self._lose(worker, "worker_died")
                continue
            if answer is not None:
                self._settle(worker, answer)
        now = time.monotonic()
        late = [w for w in self._busy if not w.answering and now - w.sent_at > self._timeout_seconds]
        for worker in late:
            self._lose(worker, "timeout")

    def _settle(self, worker: Worker, answer: Answer) -> None:
        """Take what a worker said of its piece."""
        match answer.kind:
            case "result":
                piece = self._busy.pop(worker)
                self._idle.append(worker)
                self._done(piece, answer.rows())
            case "memory":  # what it freed lies in fragments: a fresh process has all its memory
                self._lose(worker, "memory")
            case "raised":
                log.warning("a worker raised %s; its rows are tried in halves", answer.place())
                piece = self._busy.pop(worker)
                self._idle.append(worker)
                self._retry(piece, "worker_died", again=False)
            case _:
                self._lose(worker, "worker_died", forgiven=False)
                raise EngineError(f"the stage could not be set up in a worker: {answer.place()}")

    def _lose(self, worker: Worker, reason: Reason, *, forgiven: bool = True) -> None:
        """Kill ``worker``, and see to the piece it had."""
        piece = self._busy.pop(worker)
        self._pool.discard(worker)
        if forgiven:
            self._retry(piece, reason, again=piece.again and reason == "worker_died")

    def _retry(self, piece: _Piece, reason: Reason, *, again: bool) -> None:
        """Try the piece once more, or in halves, or give its one row up."""
        if again:
            self._waiting.appendleft(_Piece(piece.batch, piece.first, piece.rows, again=False))
        elif piece.rows.num_rows == 0:
            raise EngineError("the stage fails on a batch without rows; it must give one back")
        elif piece.rows.num_rows == 1:
            log.warning("a row was given up: %s", reason)
            self._done(piece, self._on_poison(piece.rows, reason))
        else:
            middle = piece.rows.num_rows // 2
            halves = [(0, piece.rows.slice(0, middle)), (middle, piece.rows.slice(middle))]
            piece.batch.open_pieces += 1
            for first, rows in reversed(halves):  # the earlier half is done first: its batch is waited for
                again = rows.num_rows == 1 and reason == "worker_died"
                self._waiting.appendleft(_Piece(piece.batch, piece.first + first, rows, again=again))

    @staticmethod
    def _done(piece: _Piece, result: pa.RecordBatch) -> None:
        piece.batch.results[piece.first] = result
        piece.batch.open_pieces -= 1


def cores() -> int:
    """The cores that this process may use; a container's limit counts where the system tells it."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _inline(stage: Stage, rows: pa.RecordBatch, on_poison: OnPoison) -> pa.RecordBatch:
    """``stage(rows)`` in this process, with the same halving; nothing guards it against a crash or an endless loop."""
    try:
        with _silenced():
            return stage(rows)
    except MemoryError:
        reason: Reason = "memory"
    except Exception as error:  # noqa: BLE001 - a row is given up, not the run
        log.warning("a stage raised %s; its rows are tried in halves", type(error).__name__)
        reason = "worker_died"
    if rows.num_rows == 0:
        raise EngineError("the stage fails on a batch without rows; it must give one back")
    if rows.num_rows == 1:
        return on_poison(rows, reason)
    middle = rows.num_rows // 2
    halves = [_inline(stage, half, on_poison) for half in (rows.slice(0, middle), rows.slice(middle))]
    return _joined(halves)


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Nothing that libraries print or log about what they read reaches the terminal or a run's log, as in a worker process."""
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: PTH123 - a device, not a path
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


def _joined(pieces: list[pa.RecordBatch]) -> pa.RecordBatch:
    """``pieces`` as one batch, empty if all of them are."""
    full = [piece for piece in pieces if piece.num_rows] or pieces[:1]
    return full[0] if len(full) == 1 else pa.Table.from_batches(full).combine_chunks().to_batches()[0]
