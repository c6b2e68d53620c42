"""The engine: real worker processes that crash, hang and run out of memory."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import engine_stages as stages
import pyarrow as pa
import pytest

from resources.batches import batches_by_bytes, split_batches
from resources.engine import Engine, EngineError

NUMBERS = pa.schema([("n", pa.int64())])


def batches(*groups: list[int]) -> Iterator[pa.RecordBatch]:
    """One batch of numbers a group."""
    return (pa.RecordBatch.from_pydict({"n": group}, schema=NUMBERS) for group in groups)


def poisoned(batch: pa.RecordBatch, reason: str) -> pa.RecordBatch:
    """The row with the reason as its note."""
    return stages.rows(batch["n"].to_pylist(), reason)


def outcome(results: Iterator[pa.RecordBatch]) -> list[list[tuple[int, str]]]:
    """Number and note of every row, by batch."""
    return [list(zip(batch["n"].to_pylist(), batch["note"].to_pylist(), strict=True)) for batch in results]


def alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be reaped does not."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False


def ends(pid: int, within_seconds: float = 20) -> bool:
    """Whether the process is gone by then: a signal is sent before it has had its effect."""
    deadline = time.monotonic() + within_seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Two workers with ample limits."""
    with Engine(2, timeout_seconds=60, memory_bytes=1 << 30) as engine:
        yield engine


@pytest.fixture(scope="module")
def hasty() -> Iterator[Engine]:
    """Two workers with a second for a batch."""
    with Engine(2, timeout_seconds=1.2, memory_bytes=1 << 30) as engine:
        yield engine


def test_results_come_in_the_order_of_the_batches(engine: Engine) -> None:
    """A slow first batch holds the others back but loses none of them, and each batch gives one result."""
    results = outcome(engine.map_batches(stages.slow_then_fast, 0.3, batches([0], [1, 2], [3], [4]), on_poison=poisoned))
    assert results == [[(0, "")], [(1, ""), (2, "")], [(3, "")], [(4, "")]]


def test_the_work_is_done_elsewhere_and_by_several(engine: Engine) -> None:
    """No batch is worked at in this process, and two workers share a long run."""
    results = engine.map_batches(stages.slow_then_fast, 0.3, batches(*[[n] for n in range(20)]), on_poison=poisoned)
    pids = {pid for batch in results for pid in batch["pid"].to_pylist()}
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_the_factory_is_called_once_a_worker(engine: Engine, tmp_path: Path) -> None:
    """However many batches and runs there are, a worker sets the same stage up once."""
    for _ in range(2):
        list(engine.map_batches(stages.counting, str(tmp_path), batches(*[[n] for n in range(10)]), on_poison=poisoned))
    pids = [path.name.split("-")[0] for path in tmp_path.iterdir()]
    assert 1 <= len(pids) == len(set(pids)) <= 2


def test_a_row_that_kills_its_worker_is_given_up_alone(engine: Engine) -> None:
    """After a crash every other row of the batch is done, in order, and the bad ones carry the reason."""
    results = outcome(engine.map_batches(stages.crash_on, (3, 6), batches([1, 2, 3, 4], [5], [6]), on_poison=poisoned))
    assert results == [[(1, ""), (2, ""), (3, "worker_died"), (4, "")], [(5, "")], [(6, "worker_died")]]


def test_a_worker_that_dies_by_chance_costs_no_row(engine: Engine, tmp_path: Path) -> None:
    """A batch whose worker died once is tried again whole."""
    results = outcome(engine.map_batches(stages.crash_once, str(tmp_path / "flag"), batches([1, 2]), on_poison=poisoned))
    assert results == [[(1, ""), (2, "")]]


def test_a_row_that_takes_for_ever_is_given_up_alone(hasty: Engine) -> None:
    """Past its time a worker is killed, and only the row that hangs is a timeout."""
    results = outcome(hasty.map_batches(stages.hang_on, (2,), batches([1, 2], [3]), on_poison=poisoned))
    assert results == [[(1, ""), (2, "timeout")], [(3, "")]]


def test_what_a_killed_worker_started_dies_with_it(hasty: Engine, tmp_path: Path) -> None:
    """A program that a worker started is killed with the worker."""
    outcome(hasty.map_batches(stages.hang_with_child, str(tmp_path), batches([1]), on_poison=poisoned))
    pids = [int(pid) for pid in (tmp_path / "pid").read_text(encoding="ascii").split()]
    assert [ends(pid) for pid in pids] == [True, True]


def test_a_row_that_takes_too_much_memory_is_given_up_alone(engine: Engine) -> None:
    """Over the limit on address space the row is given up for lack of memory, and its neighbours are done."""
    results = outcome(engine.map_batches(stages.eat_on, (2,), batches([1, 2, 3]), on_poison=poisoned))
    assert results == [[(1, "0"), (2, "memory"), (3, "0")]]


def test_an_exception_gives_up_its_row_and_quotes_nothing(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """A bug in a stage costs the rows it meets; the log has its kind and place but not its text."""
    with caplog.at_level(logging.WARNING):
        results = outcome(engine.map_batches(stages.raise_on, (2,), batches([1, 2]), on_poison=poisoned))
    assert results == [[(1, ""), (2, "worker_died")]]
    assert "ValueError at engine_stages.py:" in caplog.text
    assert "quoted" not in caplog.text


def test_a_factory_that_fails_is_an_error_that_quotes_nothing(engine: Engine) -> None:
    """A stage that cannot be set up blames no document: the run ends, saying where."""
    with pytest.raises(EngineError, match=r"KeyError at engine_stages\.py") as caught:
        list(engine.map_batches(stages.broken, None, batches([1]), on_poison=poisoned))
    assert "quoted" not in str(caught.value)


def test_large_results_come_whole(engine: Engine) -> None:
    """Answers far beyond a socket's buffer arrive, several at once, even at a caller who takes his time."""
    results = engine.map_batches(stages.large, 5_000_000, batches([1], [2], [3], [4]), on_poison=poisoned)
    lengths = []
    for batch in results:
        time.sleep(0.05)
        lengths.append(len(batch["note"][0].as_py()))
    assert lengths == [5_000_000] * 4


def test_a_slow_caller_is_no_timeout(hasty: Engine) -> None:
    """A worker that waits for the caller to take a large answer has not run out of time."""
    results = hasty.map_batches(stages.large, 5_000_000, batches([1], [2], [3], [4]), on_poison=poisoned)
    seen = []
    for batch in results:
        seen.append(len(batch["note"][0].as_py()))
        if len(seen) == 1:
            time.sleep(2)
    assert seen == [5_000_000] * 4


def test_batches_are_read_only_a_little_ahead(engine: Engine) -> None:
    """However long the source is, no more than a few batches are in flight."""
    taken: list[int] = []

    def source() -> Iterator[pa.RecordBatch]:
        for n in range(1000):
            taken.append(n)
            yield from batches([n])

    results = engine.map_batches(stages.echo, "x", source(), on_poison=poisoned)
    next(results)
    assert len(taken) <= 6
    results.close()


def test_runs_can_be_nested(engine: Engine) -> None:
    """The results of one stage feed another through the same engine."""
    first = engine.map_batches(stages.echo, "a", batches([1], [2], [3]), on_poison=poisoned)
    assert outcome(engine.map_batches(stages.echo, "b", first, on_poison=poisoned)) == [[(1, "b")], [(2, "b")], [(3, "b")]]


def test_an_abandoned_run_leaves_the_engine_usable(hasty: Engine) -> None:
    """Closing a run half-way kills what was under way, and the next run works."""
    results = hasty.map_batches(stages.hang_on, (2,), batches([1], [2], [2]), on_poison=poisoned)
    next(results)
    results.close()
    assert outcome(hasty.map_batches(stages.echo, "x", batches([7]), on_poison=poisoned)) == [[(7, "x")]]


def test_any_thread_may_run_it(engine: Engine) -> None:
    """A thread that is not the main one gets its results, and its end kills no worker."""
    found: list[list[list[tuple[int, str]]]] = []
    for _ in range(2):
        thread = threading.Thread(
            target=lambda: found.append(outcome(engine.map_batches(stages.echo, "x", batches([1]), on_poison=poisoned)))
        )
        thread.start()
        thread.join(30)
    assert found == [[[(1, "x")]]] * 2


def test_a_killed_nursery_is_replaced(engine: Engine) -> None:
    """If the process that forks the workers is killed, the next run starts another."""
    list(engine.map_batches(stages.echo, "x", batches([1]), on_poison=poisoned))
    assert engine._pool is not None
    assert engine._pool.nursery.pid is not None
    os.kill(engine._pool.nursery.pid, signal.SIGKILL)
    time.sleep(0.2)
    assert outcome(engine.map_batches(stages.echo, "x", batches([1], [2]), on_poison=poisoned)) == [[(1, "x")], [(2, "x")]]


def test_the_nursery_has_one_thread(engine: Engine) -> None:
    """The process that forks has no second thread that could hold a lock at that moment, whatever it imported."""
    list(engine.map_batches(stages.echo, "x", batches([1]), on_poison=poisoned))
    assert engine._pool is not None
    assert len(list(Path(f"/proc/{engine._pool.nursery.pid}/task").iterdir())) == 1


def test_batches_without_rows_pass(engine: Engine) -> None:
    """An empty batch gives an empty batch of the stage's schema."""
    (result,) = engine.map_batches(stages.echo, "x", batches([]), on_poison=poisoned)
    assert result.num_rows == 0
    assert result.schema == stages.SCHEMA


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_die_with_their_caller(
    run_python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, how: signal.Signals
) -> None:
    """A caller that is killed leaves no process behind, not even a busy one."""
    code = f"""
        import os, sys, threading
        sys.path.append({str(Path(stages.__file__).parent)!r})
        import engine_stages as stages, pyarrow as pa
        from resources.engine import Engine
        engine = Engine(1, timeout_seconds=100)
        batch = pa.RecordBatch.from_pydict({{"n": [1]}})
        def end():
            import time
            while not os.path.exists({str(tmp_path / "pid")!r}):
                time.sleep(0.05)
            time.sleep(0.1)
            os.kill(os.getpid(), {int(how)})
        threading.Thread(target=end, daemon=True).start()
        list(engine.map_batches(stages.hang_with_child, {str(tmp_path)!r}, [batch], on_poison=None))
        """
    assert run_python(code).returncode == -how
    _, worker = (int(pid) for pid in (tmp_path / "pid").read_text(encoding="ascii").split())
    assert ends(worker)


def test_without_workers_the_stage_runs_here() -> None:
    """Zero workers means this process, with the same halving around an exception."""
    engine = Engine(0)
    results = list(engine.map_batches(stages.raise_on, (2,), batches([1, 2, 3]), on_poison=poisoned))
    assert outcome(iter(results)) == [[(1, ""), (2, "worker_died"), (3, "")]]
    assert {pid for batch in results for pid in batch["pid"].to_pylist()} == {os.getpid()}


def test_rows_are_gathered_up_to_a_number_of_bytes() -> None:
    """No batch of several rows is over the limit, a longer row stands alone, and the order stays."""
    schema = pa.schema([("content", pa.binary())])
    lengths = [3, 4, 20, 1, 1, 9]
    cut = list(batches_by_bytes(({"content": b"x" * length} for length in lengths), schema, 10))
    assert [[len(value) for value in batch["content"].to_pylist()] for batch in cut] == [[3, 4], [20], [1, 1], [9]]


def test_large_batches_are_halved_until_they_fit() -> None:
    """No piece of several rows is over the limit, and no row is lost or moved."""
    batch = pa.RecordBatch.from_pydict({"n": list(range(100))}, schema=NUMBERS)
    pieces = list(split_batches([batch, batch.slice(0, 0)], 100))
    assert [n for piece in pieces for n in piece["n"].to_pylist()] == list(range(100))
    assert max(piece.nbytes for piece in pieces) <= 100
