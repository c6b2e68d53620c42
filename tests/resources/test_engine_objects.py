"""Objects that strangers wrote, read by real workers that crash, hang, lie and run out of everything."""

import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import object_stages as stages
import pyarrow as pa
import pytest

from resources import engine_channel, engine_objects
from resources.confinement import Limits
from resources.engine import Engine, EngineError, Found, Object, ObjectStage
from resources.engine_held import Held, Room
from resources.engine_objects import verdict
from resources.engine_pool import Ended
from winnow.errors import UnreadableDocument

MIB = 1024 * 1024


def stage(**config: Any) -> ObjectStage:
    """The test's reader."""
    return ObjectStage(stages.reader, config, stages.SCHEMA, stages.check)


def objects(*words: str) -> list[Object]:
    """An object for each word, known by its number."""
    return [
        Object({"key": str(number)}, len(word), word.encode, ticket=number, programs=word.startswith(("program", "bomb")))
        for number, word in enumerate(words)
    ]


def outcome(founds: Iterator[Found] | Sequence[Found]) -> list[tuple[int, str]]:
    """Number and word, or reason, of every part of every object, in order."""
    return [
        (found.object.ticket, found.reason if found.rows is None else found.rows.column("word")[0].as_py()) for found in founds
    ]


def pids(founds: Sequence[Found]) -> list[int]:
    """The processes that read, in order."""
    return [found.rows.column("pid")[0].as_py() for found in founds if found.rows is not None]


def read(engine: Engine, *words: str, **config: Any) -> list[tuple[int, str]]:
    """The outcome of reading an object for each word."""
    return outcome(engine.map_objects(stage(**config), objects(*words)))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """Two workers with little memory and time."""
    with Engine(2, limits=Limits(memory_bytes=256 * MIB, cpu_seconds=2, timeout_seconds=3, output_bytes=8 * MIB)) as engine:
        yield engine


@pytest.fixture(scope="module")
def single() -> Iterator[Engine]:
    """One worker, so that objects follow each other in it."""
    with Engine(1, limits=Limits(memory_bytes=256 * MIB, cpu_seconds=2, timeout_seconds=30)) as engine:
        yield engine


def test_results_come_in_the_order_of_the_objects(engine: Engine) -> None:
    """Whoever reads them and however many there are, results keep the order, and each object has one."""
    words = [f"w{number}" for number in range(300)]
    assert read(engine, *words) == list(enumerate(words))


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("crash", "worker_died"),
        ("abort", "worker_died"),
        ("exit", "worker_died"),
        ("fail", "worker_died"),
        ("trickle", "worker_died"),
        ("shout", "worker_died"),
        ("forged", "worker_died"),
        ("hang", "timeout"),
        ("spin", "timeout"),
        ("eat", "memory"),
        ("nibble", "memory"),
        ("abort_for_memory", "memory"),
        ("refuse encrypted", "encrypted"),
        ("refuse nonsense", "worker_died"),
        ("large 9000000", "bomb"),
        ("parts 9000", "bomb"),
        ("half crash", "worker_died"),
        ("half hang", "timeout"),
    ],
)
def test_an_object_costs_only_itself(engine: Engine, word: str, reason: str) -> None:
    """Whatever an object does to its worker, it alone has a reason, the right one, and all others have their rows."""
    found = read(engine, "a", "b", word, "c", "d", "e")
    assert found == [(0, "a"), (1, "b"), (2, reason), (3, "c"), (4, "d"), (5, "e")]


def test_many_bad_objects_in_a_row_are_all_given_up(engine: Engine) -> None:
    """A source full of such files gets through, and the good one in it is read."""
    found = read(engine, "crash", "eat", "crash", "nibble", "good", "abort", "refuse damaged")
    assert found == list(enumerate(["worker_died", "memory", "worker_died", "memory", "good", "worker_died", "damaged"]))


def test_a_worker_that_dies_by_chance_costs_no_object(single: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """If somebody kills a worker, the object at work is read by another one."""
    killed: list[int] = []
    genuine = engine_channel.Reader.send

    def killing(self: engine_channel.Reader, kind: bytes, about: bytes, content: bytes) -> None:
        if kind == b"O" and not killed:
            killed.append(self.pid)
            os.kill(self.pid, signal.SIGKILL)
        genuine(self, kind, about, content)

    monkeypatch.setattr(engine_channel.Reader, "send", killing)
    assert read(single, "a", "b") == [(0, "a"), (1, "b")]
    assert killed


def test_what_earlier_objects_left_behind_is_no_objects_fault(single: Engine) -> None:
    """Memory that one object leaves in its process is no reason for the next: it is tried where nothing else was read."""
    words = ["leak"] * 6
    assert read(single, *words) == list(enumerate(words))


def test_a_worker_that_keeps_memory_is_replaced(single: Engine) -> None:
    """A process that grew is not used for long."""
    founds = list(single.map_objects(stage(), objects(*["leak"] * 30)))
    assert len(set(pids(founds))) > 2


def test_no_two_objects_share_a_process_if_the_catalog_wants_it() -> None:
    """With one object a worker each object has a process of its own."""
    with Engine(2, limits=Limits(objects_per_worker=1)) as engine:
        founds = list(engine.map_objects(stage(), objects(*"abcdef")))
    assert outcome(founds) == list(enumerate("abcdef"))
    assert len(set(pids(founds))) == 6


def test_a_large_object_comes_in_parts_and_whole(engine: Engine) -> None:
    """All parts of an object come, in order, one after the other; the next object follows them."""
    founds = list(engine.map_objects(stage(), objects("parts 40", "after")))
    assert outcome(founds) == [(0, "parts")] * 40 + [(1, "after")]
    texts = [found.rows.column("said")[0].as_py()[0]["text"] for found in founds[:-1] if found.rows is not None]
    assert texts == [str(number) * 1000 for number in range(40)]


def test_what_waits_lies_on_disk_and_not_in_memory(single: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows beyond a bound are kept in a file until their object is whole, and come from it as they were."""
    monkeypatch.setattr(engine_objects, "HELD_BYTES", 3000)
    founds = list(single.map_objects(stage(), objects("parts 40", "after", "parts 5")))
    assert outcome(founds) == [(0, "parts")] * 40 + [(1, "after")] + [(2, "parts")] * 5
    texts = [found.rows.column("said")[0].as_py()[0]["text"] for found in founds[:40] if found.rows is not None]
    assert texts == [str(number) * 1000 for number in range(40)]


def test_held_rows_give_their_room_back() -> None:
    """Whether rows are taken or dropped, the memory they had is free for others."""
    room = Room(100)
    for end in (lambda held: list(held.taken()), lambda held: held.drop()):
        held = Held(room, stages.SCHEMA, lambda: "/nonexistent")
        held.add(b"x" * 100, stages.rows("a"))
        assert not room.is_left()
        end(held)
        assert room.take(100)
        room.give_back(100)


def test_a_slow_caller_is_no_timeout(engine: Engine) -> None:
    """Time in which nobody listens is not the workers'."""
    seen = []
    for found in engine.map_objects(stage(), objects(*["large 3000000"] * 8)):
        time.sleep(3.2 if not seen else 0)
        seen.append(found.reason)
    assert seen == [None] * 8


def test_contents_are_asked_for_as_workers_take_them(engine: Engine) -> None:
    """However many large objects there are, only those are in memory that workers are at; each is read once."""
    asked: list[int] = []

    def content(number: int) -> bytes:
        asked.append(number)
        return b"hang" if number < 2 else b"x"

    given = (Object({"key": ""}, 30 * MIB, partial(content, number), ticket=number) for number in range(40))
    founds = engine.map_objects(stage(), given)
    next(founds)
    assert len(asked) <= 4
    assert [found.object.ticket for found in founds] == list(range(1, 40))
    assert sorted(asked) == list(range(40))


def test_an_object_whose_content_cannot_be_had_has_that_reason(engine: Engine) -> None:
    """What the content's giver raises is the object's reason; another error ends the run."""

    def gone() -> bytes:
        raise UnreadableDocument("gone_while_reading")

    def broken() -> bytes:
        raise ZeroDivisionError

    assert outcome(engine.map_objects(stage(), [Object({"key": ""}, 1, gone)])) == [(None, "gone_while_reading")]
    with pytest.raises(ZeroDivisionError):
        list(engine.map_objects(stage(), [Object({"key": ""}, 1, broken)]))
    assert read(engine, "again") == [(0, "again")]


def test_an_abandoned_run_leaves_nothing_behind(engine: Engine) -> None:
    """Closing a run half-way ends its workers, and the next run works."""
    founds = engine.map_objects(stage(), objects("a", "hang", "hang"))
    next(founds)
    founds.close()
    assert read(engine, "b") == [(0, "b")]


def test_a_reader_that_cannot_be_set_up_is_an_error_that_quotes_nothing(engine: Engine) -> None:
    """No object is blamed for it: the run ends, saying where."""
    with pytest.raises(EngineError, match=r"KeyError at object_stages\.py") as caught:
        read(engine, "a", broken=True)
    assert "quoted" not in str(caught.value)


def test_nothing_of_a_document_is_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    """What a reader raises is known by kind and place alone."""
    with caplog.at_level(logging.DEBUG):
        read(engine, "fail", "crash", "refuse damaged")
    assert "RuntimeError at object_stages.py:" in caplog.text
    assert "quoted" not in caplog.text


def test_a_killed_nursery_is_replaced(single: Engine) -> None:
    """If the process that forks is killed, the next run starts another."""
    read(single, "a")
    assert single._readers is not None
    assert single._readers.pid is not None
    os.kill(single._readers.pid, signal.SIGKILL)
    assert read(single, "b") == [(0, "b")]


def test_without_workers_objects_are_read_here() -> None:
    """Zero workers means this process, with the same reasons for what an exception can say."""
    with Engine(0) as engine:
        founds = list(engine.map_objects(stage(), objects("a", "refuse empty", "fail", "parts 2")))
    assert outcome(founds) == [(0, "a"), (1, "empty"), (2, "worker_died"), (3, "parts"), (3, "parts")]
    assert set(pids(founds)) == {os.getpid()}


@pytest.mark.parametrize(
    ("signalled", "said", "peak", "reason"),
    [
        (signal.SIGXCPU, False, 0, "timeout"),
        (signal.SIGXCPU, True, 200, "timeout"),
        (signal.SIGABRT, True, 0, "memory"),
        (signal.SIGKILL, False, 200, "memory"),
        (signal.SIGSEGV, False, 200, "memory"),
        (signal.SIGSEGV, False, 50, "worker_died"),
        (signal.SIGKILL, False, 50, "worker_died"),
        (signal.SIGTERM, False, 200, "worker_died"),
        (None, False, 200, "worker_died"),
    ],
)
def test_the_verdict_asks_for_the_status_first_and_then_for_memory(
    signalled: signal.Signals | None, said: bool, peak: int, reason: str
) -> None:
    """Time is told by the signal alone; a crash with much memory is a lack of it; all else is a death."""
    assert verdict(Ended(signalled, peak), said, 100) == reason


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"7", b'{"reason": "a" * 9}', b'{"kind": "../x"}', b'{"place": "a\\nb"}', b"\xff", b"[" * 90_000]
)
def test_an_answer_that_is_none_of_ours_is_refused(said: bytes) -> None:
    """What is no answer, or names what no reader names, ends its worker."""
    with pytest.raises(engine_channel.NotOurs):
        engine_channel.understood(said)


def test_a_frame_that_promises_too_much_ends_its_worker() -> None:
    """A length that no frame has is not waited for."""
    reader = engine_channel.Reader(0, None, 0, programs=False, start_bytes=0)  # type: ignore[arg-type]  # it is not asked
    reader.received += engine_channel.ANSWER.pack(b"P", 1 << 40)
    with pytest.raises(engine_channel.NotOurs):
        next(reader.answers())


def test_an_answers_fields_are_what_they_should_be() -> None:
    """Words and numbers come as such, whatever was sent in their place."""
    said = engine_channel.understood(json.dumps({"reason": ["x"], "grown_bytes": 3.7, "kind": "pdf"}).encode())
    assert said == {"grown_bytes": 3, "peak_bytes": 0, "reason": "['x']", "kind": "pdf", "place": ""}


def test_rows_have_the_schema_that_was_asked_for(engine: Engine) -> None:
    """The schema is the caller's, whatever a worker has."""
    (found,) = engine.map_objects(stage(), objects("a"))
    assert isinstance(found.rows, pa.RecordBatch)
    assert found.rows.schema == stages.SCHEMA


def test_readers_and_their_folders_go_with_their_caller(
    run_python: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """A caller that is killed leaves neither a process nor a folder behind, not even of a busy reader."""
    code = f"""
        import os, signal, sys, threading, time
        sys.path.append({str(Path(stages.__file__).parent)!r})
        import object_stages as stages
        from pathlib import Path
        from resources.engine import Engine, Object, ObjectStage
        engine = Engine(1)
        def end():
            while not engine._readers._folder or not any(Path(engine._readers._folder).iterdir()):
                time.sleep(0.05)
            time.sleep(0.3)
            Path({str(tmp_path / "told")!r}).write_text(f"{{engine._readers._folder}} {{engine._readers.pid}}")
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=end, daemon=True).start()
        stage = ObjectStage(stages.reader, {{}}, stages.SCHEMA, stages.check)
        list(engine.map_objects(stage, [Object({{"key": ""}}, 4, b"hang".strip)]))
        """
    assert run_python(code).returncode == -signal.SIGKILL
    folder, nursery = (tmp_path / "told").read_text(encoding="ascii").split()
    deadline = time.monotonic() + 20
    while (Path(folder).exists() or Path(f"/proc/{nursery}").exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
