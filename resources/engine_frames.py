"""Record batches from a process that is not trusted: packed as lengths and buffers, unpacked under a schema of our own.

Arrow's own stream would let the sender choose: a schema, dictionaries, compressed buffers that inflate to any size. Here it can
choose numbers of rows and bytes, and nothing else. What comes out is validated whole, offsets and UTF-8 included, so that no later
step can read beyond a buffer.

A frame is a JSON list of numbers (its length first, four bytes, big-endian), then the buffers, each at a multiple of eight bytes.
The numbers are, for each array in the schema's order and depth first: its length, then the length of each of its buffers, -1 for
one that is not there.

Belongs here: packing and unpacking. Does not belong here: what the rows mean.
"""

import json
import struct
from collections.abc import Iterator
from functools import cache

import pyarrow as pa

_LENGTH = struct.Struct(">I")
_STEP = 8  # bytes; Arrow wants buffers of numbers aligned

_MAX_NUMBERS = 4096  # of any schema here; more are not looked at


def pack(batch: pa.RecordBatch) -> list[bytes | memoryview]:
    """``batch`` as pieces of one frame, not copied."""
    numbers: list[int] = []
    buffers: list[pa.Buffer] = []
    for column in batch.columns:
        _take_apart(column if column.offset == 0 else pa.concat_arrays([column]), numbers, buffers)
    head = json.dumps(numbers, separators=(",", ":")).encode()
    head += b" " * (-(_LENGTH.size + len(head)) % _STEP)
    pieces: list[bytes | memoryview] = [_LENGTH.pack(len(head)) + head]
    for buffer in buffers:
        pieces.append(memoryview(buffer))
        pieces.append(b"\0" * (-len(buffer) % _STEP))
    return [piece for piece in pieces if len(piece)]


def unpack(frame: bytes | memoryview, schema: pa.Schema) -> pa.RecordBatch:
    """The batch in ``frame``, which it keeps alive.

    Raises:
        ValueError: ``frame`` is no valid batch of ``schema``; the message quotes nothing of it.
    """
    try:
        (length,) = _LENGTH.unpack_from(frame)
        numbers = json.loads(bytes(memoryview(frame)[_LENGTH.size : _LENGTH.size + length]))
        if not isinstance(numbers, list) or len(numbers) > _MAX_NUMBERS or not all(type(n) is int for n in numbers):
            raise ValueError  # noqa: TRY301 - one place gives the message
        parts = _Parts(iter(numbers), pa.py_buffer(frame), _LENGTH.size + length)
        columns = [parts.put_together(field.type) for field in schema]
        if next(parts.numbers, None) is not None:
            raise ValueError  # noqa: TRY301 - the same
        batch = pa.RecordBatch.from_arrays(columns, schema=schema)
        batch.validate(full=True)
    except (ValueError, TypeError, IndexError, StopIteration, OverflowError, struct.error, RecursionError, pa.ArrowException):
        raise ValueError("a worker sent rows that are not valid") from None
    return batch


def _take_apart(array: pa.Array, numbers: list[int], buffers: list[pa.Buffer]) -> None:
    own = _own_buffers(array.type)
    numbers.append(len(array))
    for buffer in array.buffers()[:own]:
        numbers.append(-1 if buffer is None else len(buffer))
        if buffer is not None:
            buffers.append(buffer)
    for child in _children(array):
        _take_apart(child, numbers, buffers)


@cache  # of a schema of ours there are a dozen, and each frame asks for all of them
def _own_buffers(kind: pa.DataType) -> int:
    """How many buffers an array of ``kind`` has besides those of its children: validity, offsets, values."""
    if pa.types.is_struct(kind):
        return 1
    return 3 if pa.types.is_string(kind) or pa.types.is_binary(kind) else 2


def _children(array: pa.Array) -> Iterator[pa.Array]:
    count = len(_inner(array.type))
    if count and _own_buffers(array.type) == 1:
        yield from map(array.field, range(count))
    elif count:
        yield array.values


@cache
def _inner(kind: pa.DataType) -> tuple[pa.DataType, ...]:
    """The types of the children of an array of ``kind``."""
    return tuple(kind.field(number).type for number in range(kind.num_fields))


class _Parts:
    """Takes one number and one buffer after the other."""

    def __init__(self, numbers: Iterator[int], body: pa.Buffer, start: int) -> None:
        self.numbers, self._body, self._at = numbers, body, start

    def put_together(self, kind: pa.DataType) -> pa.Array:
        """The next array, which is of ``kind``."""
        length = next(self.numbers)
        own = [self._buffer() for _ in range(_own_buffers(kind))]
        children = [self.put_together(inner) for inner in _inner(kind)]
        if length < 0:
            raise ValueError
        return pa.Array.from_buffers(kind, length, own, null_count=-1 if own[0] else 0, children=children or None)

    def _buffer(self) -> pa.Buffer | None:
        size = next(self.numbers)
        if size < 0:
            return None
        if self._at + size > len(self._body):
            raise ValueError
        taken = self._body.slice(self._at, size)
        self._at += size + -size % _STEP
        return taken
