"""Rows that wait until their object is known to be whole: in memory while there is room, else on disk.

Belongs here: keeping and giving back. Does not belong here: when an object is whole (`resources.engine_objects`).
"""

import collections
import tempfile
from collections.abc import Callable, Iterator
from typing import IO

import pyarrow as pa

from resources.engine_frames import unpack


class Room:
    """How many bytes may be held in memory."""

    def __init__(self, limit_bytes: int) -> None:
        """All of ``limit_bytes`` is free."""
        self._free = limit_bytes

    def take(self, size: int) -> bool:
        """Take ``size`` bytes if there are so many."""
        if size > self._free:
            return False
        self._free -= size
        return True

    def is_left(self) -> bool:
        """Whether there is any."""
        return self._free > 0

    def give_back(self, size: int) -> None:
        """Free ``size`` bytes."""
        self._free += size


class Held:
    """The rows of one object, in order, until it is known to be whole: in memory while there is room, else in a file."""

    def __init__(self, room: Room, schema: pa.Schema, folder: Callable[[], str]) -> None:
        """``folder`` is where an unnamed file may lie."""
        self._room, self._schema, self._folder = room, schema, folder
        self._batches: collections.deque[tuple[pa.RecordBatch, int]] = collections.deque()
        self._file: IO[bytes] | None = None
        self._lengths: list[int] = []
        self.total_bytes = 0

    def add(self, frame: bytes, rows: pa.RecordBatch) -> None:
        """Hold ``rows``, which ``frame`` says."""
        self.total_bytes += len(frame)
        if self._file is None and self._room.take(len(frame)):
            self._batches.append((rows, len(frame)))
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder())  # noqa: SIM115 - closed by `drop`
        self._file.write(frame)
        self._lengths.append(len(frame))

    def taken(self) -> Iterator[pa.RecordBatch]:
        """All rows in order, which are no longer held then."""
        while self._batches:
            rows, size = self._batches.popleft()
            self._room.give_back(size)
            yield rows
        if self._file is not None:
            self._file.seek(0)
            for length in self._lengths:
                yield unpack(self._file.read(length), self._schema)
        self.drop()

    def drop(self) -> None:
        """Hold nothing any more."""
        while self._batches:
            self._room.give_back(self._batches.popleft()[1])
        if self._file is not None:
            self._file.close()
        self._file, self._lengths, self.total_bytes = None, [], 0
