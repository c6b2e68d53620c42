"""Stages for the engine's tests: each row's ``n`` decides what happens to it. Worker processes import this module by name."""

import ctypes
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

Stage = Callable[[pa.RecordBatch], pa.RecordBatch]

SCHEMA = pa.schema([("n", pa.int64()), ("pid", pa.int64()), ("note", pa.string())])


def rows(numbers: list[int], note: str = "") -> pa.RecordBatch:
    """``numbers`` as the stages' output."""
    return pa.RecordBatch.from_pylist([{"n": n, "pid": os.getpid(), "note": note} for n in numbers], schema=SCHEMA)


def echo(note: str) -> Stage:
    """Every row as it came, with ``note``."""
    return lambda batch: rows(batch["n"].to_pylist(), note)


def slow_then_fast(seconds: float) -> Stage:
    """Earlier batches take longer, so that they finish out of order."""

    def stage(batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch["n"].to_pylist()
        time.sleep(seconds if numbers and numbers[0] == 0 else 0)
        return rows(numbers)

    return stage


def crash_on(bad: tuple[int, ...]) -> Stage:
    """A null pointer is followed when one of ``bad`` comes."""

    def stage(batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch["n"].to_pylist()
        if set(numbers) & set(bad):
            ctypes.string_at(0)
        return rows(numbers)

    return stage


def crash_once(flag: str) -> Stage:
    """The first call of all workers dies."""

    def stage(batch: pa.RecordBatch) -> pa.RecordBatch:
        if not Path(flag).exists():
            Path(flag).touch()
            os.abort()
        return rows(batch["n"].to_pylist())

    return stage


def hang_on(bad: tuple[int, ...]) -> Stage:
    """One of ``bad`` takes for ever."""

    def stage(batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch["n"].to_pylist()
        while set(numbers) & set(bad):
            time.sleep(60)
        return rows(numbers)

    return stage


def hang_with_child(folder: str) -> Stage:
    """A program is started that outlives its parent, unless the whole group is killed."""

    def stage(_: pa.RecordBatch) -> pa.RecordBatch:
        child = subprocess.Popen(["sleep", "300"])
        (Path(folder) / "pid").write_text(f"{child.pid} {os.getpid()}", encoding="ascii")
        time.sleep(300)
        raise AssertionError

    return stage


def eat_on(bad: tuple[int, ...]) -> Stage:
    """One of ``bad`` asks for more memory than there may be."""

    def stage(batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch["n"].to_pylist()
        hoard = bytearray(1 << 33) if set(numbers) & set(bad) else b""
        return rows(numbers, str(len(hoard)))

    return stage


def raise_on(bad: tuple[int, ...]) -> Stage:
    """One of ``bad`` is a bug in Python, whose message quotes the row."""

    def stage(batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = batch["n"].to_pylist()
        if set(numbers) & set(bad):
            message = "quoted document text"
            raise ValueError(message)
        return rows(numbers)

    return stage


def broken(_: object) -> Stage:
    """A factory that fails."""
    message = "quoted document text"
    raise KeyError(message)


def counting(folder: str) -> Stage:
    """Leaves one file a call of the factory."""
    (Path(folder) / f"{os.getpid()}-{time.monotonic_ns()}").touch()
    return lambda batch: rows(batch["n"].to_pylist())


def large(length: int) -> Stage:
    """Answers with a long text a row."""
    return lambda batch: rows(batch["n"].to_pylist(), "x" * length)
