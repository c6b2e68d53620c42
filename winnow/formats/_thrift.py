"""Structs in Thrift's compact protocol, as Parquet writes its footer and page headers, read without trusting a number in them.

Belongs here: the encoding (Apache Thrift, "Thrift Compact protocol encoding"). Does not belong here: what the fields mean.

Parquet's own library has readers for the same, but ends the whole process on some broken footers, and says nothing of pages.
"""

from collections.abc import Mapping
from typing import Any

from winnow.errors import UnreadableDocument

Wanted = Mapping[int, Any]
"""Field ids to keep → what they must be: `int`, `bytes` (a list of them), a `Wanted` (a struct), or ``[Wanted]`` (a list)."""

_DEEPEST = 32  # structs and lists in each other; Parquet's own take eight

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 11, 12

_INTEGERS = (4, 5, 6)

_LONGEST_VARINT = 10  # bytes that 64 bits take


class Thrift:
    """A reader over ``content``, which is at ``at``; every method raises `UnreadableDocument` (``damaged``) past the end."""

    def __init__(self, content: bytes, at: int, end: int) -> None:
        """Read from ``at``, and never at or beyond ``end``."""
        self._content, self.at, self._end = content, at, min(end, len(content))

    def struct(self, wanted: Wanted, depth: int = 0) -> dict[int, Any]:
        """The struct that comes next: of its fields those that are ``wanted``."""
        found: dict[int, Any] = {}
        field = 0
        while head := self._byte():
            kind = head & 15
            field = field + (head >> 4) if head >> 4 else self._integer()
            value = self._value(kind, wanted.get(field), depth + 1)
            if field in wanted:
                found[field] = value
                if not _is(value, wanted[field]):
                    raise UnreadableDocument("damaged")
        return found

    def _value(self, kind: int, wanted: Any, depth: int) -> Any:
        """The value of ``kind`` that comes next; of what is not wanted only as much as passing over it takes."""
        if depth > _DEEPEST:
            raise UnreadableDocument("damaged")
        if kind in {_LIST, _SET}:
            return self._list(wanted, depth)
        if kind in _INTEGERS:
            return self._integer()
        if kind == _BINARY:
            return self._bytes(self._varint())
        if kind == _STRUCT:
            return self.struct(wanted if isinstance(wanted, Mapping) else {}, depth)
        if kind == _MAP:
            self._map(depth)
        elif kind in {_BYTE, _DOUBLE}:
            self._bytes(1 if kind == _BYTE else 8)
        elif kind not in {_TRUE, _FALSE}:
            raise UnreadableDocument("damaged")
        return None

    def _list(self, wanted: Any, depth: int) -> list[Any]:
        head = self._byte()
        kind, size = head & 15, head >> 4
        size = self._varint() if size == 15 else size
        kind = _BYTE if kind in {_TRUE, _FALSE} else kind  # inside of lists a truth value is a byte
        inner = wanted[0] if isinstance(wanted, list) else None
        values = []
        for _ in range(self._size(size)):
            value = self._value(kind, inner, depth + 1)
            if wanted is not None:
                values.append(value)
        return values

    def _map(self, depth: int) -> None:
        size = self._size(self._varint())
        kinds = self._byte() if size else 0
        for _ in range(size):
            self._value(kinds >> 4, None, depth + 1)
            self._value(kinds & 15, None, depth + 1)

    def _size(self, size: int) -> int:
        """``size`` of a list or map, each of whose entries takes a byte at least."""
        if size > self._end - self.at:
            raise UnreadableDocument("damaged")
        return size

    def _byte(self) -> int:
        if self.at >= self._end:
            raise UnreadableDocument("damaged")
        self.at += 1
        return self._content[self.at - 1]

    def _bytes(self, length: int) -> bytes:
        if length > self._end - self.at:
            raise UnreadableDocument("damaged")
        self.at += length
        return self._content[self.at - length : self.at]

    def _varint(self) -> int:
        value = 0
        for number in range(_LONGEST_VARINT):
            byte = self._byte()
            value |= (byte & 127) << (7 * number)
            if byte < 128:
                return value
        raise UnreadableDocument("damaged")

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return isinstance(value, list) and all(isinstance(inner, dict) for inner in value)
    if wanted is bytes:
        return isinstance(value, list) and all(isinstance(inner, bytes) for inner in value)
    return isinstance(value, int if wanted is int else dict)
