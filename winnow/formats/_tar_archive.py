"""TAR archives: POSIX ustar and pax (IEEE Std 1003.1, pax), GNU's long names, and the old V7 form.

The standard library's `tarfile` reads a long name of any size into memory, and its patterns over pax headers took exponential
time until late 2024 (CVE-2024-6232); of a TAR only names, sizes and places are needed, so its headers are read here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from winnow.errors import UnreadableDocument
from winnow.formats._archive import PIECE, Limits, Member, refuse_bombs, safe_names

_BLOCK = 512  # bytes; everything begins at a multiple of it

_MAX_HEADER = 1024 * 1024  # bytes of one pax header or long name; real ones are below a kilobyte

_MAX_DIGITS = 20  # of a size; Python refuses to read numbers of thousands of digits

_FILES = {b"\x00", b"0", b" ", b"7"}  # type flags of a regular file: V7, ustar, old Solaris, contiguous

_WITHOUT_BYTES = {b"1", b"2", b"3", b"4", b"5", b"6"}  # links, devices, folders and pipes, whatever size they say

_LONG_NAME, _PAX, _PAX_GLOBAL, _SPARSE = b"L", b"x", b"g", b"S"


@dataclass(slots=True)
class _Header:
    name: bytes
    size: int
    kind: bytes


class TarArchive:
    """See `winnow.formats._archive.Archive`."""

    def __init__(self, file: BinaryIO, members: Sequence[Member]) -> None:
        """``members`` of ``file``."""
        self._file, self.members = file, members

    def pieces(self, member: Member) -> Iterator[bytes]:
        """See `winnow.formats._archive.Archive.pieces`."""
        if member.reason is not None:
            raise UnreadableDocument(member.reason)
        yield from self.packed(member)

    def packed(self, member: Member) -> Iterator[bytes]:
        """See `winnow.formats._archive.Archive.packed`."""
        for at in range(member.offset, member.offset + member.packed, PIECE):
            wanted = min(PIECE, member.offset + member.packed - at)
            self._file.seek(at)
            piece = self._file.read(wanted)
            if len(piece) < wanted:
                raise UnreadableDocument("truncated")
            yield piece


def open_tar(file: BinaryIO, limits: Limits) -> TarArchive:
    """The archive in ``file``; raises as `winnow.formats._archive.open_archive` does."""
    size = file.seek(0, 2)
    if not size:
        raise UnreadableDocument("empty")
    found = list(_files(file, size, limits))
    names = safe_names(header.name.decode("utf-8", "replace") for header, _ in found)
    members = [
        Member(name, header.size, header.size, offset, "unsupported" if header.kind == _SPARSE else None)
        for (header, offset), name in zip(found, names, strict=True)
    ]
    refuse_bombs(members, size, limits)
    return TarArchive(file, members)


def _files(file: BinaryIO, size: int, limits: Limits) -> Iterator[tuple[_Header, int]]:
    """The header of every regular file, and where its bytes begin."""
    at, count, long_name = 0, 0, None
    pax: dict[bytes, bytes] = {}
    shared: dict[bytes, bytes] = {}
    while (header := _header(file, at, size)) is not None:
        count += 1
        if count > 2 * limits.members:  # a long name has a header of its own
            raise UnreadableDocument("too_large")
        body = at + _BLOCK
        if header.kind in {_LONG_NAME, _PAX, _PAX_GLOBAL}:
            read = _body(file, body, header.size)
            if header.kind == _LONG_NAME:
                long_name = read.rstrip(b"\x00")
            else:
                (pax if header.kind == _PAX else shared).update(_records(read))
            at = _behind(body, header.size, size)
            continue
        said = {**shared, **pax}
        header.name = long_name if long_name is not None else said.get(b"path", header.name)
        if (decimal := said.get(b"size", b"")).isdigit():
            header.size = int(decimal[:_MAX_DIGITS])
        if b"GNU.sparse.major" in said:
            header.kind = _SPARSE
        if header.kind == _SPARSE or (header.kind in _FILES and not header.name.endswith(b"/")):
            yield header, body
        at = _behind(body, 0 if header.kind in _WITHOUT_BYTES else header.size, size)
        long_name, pax = None, {}
    if at > size or pax or long_name is not None:
        raise UnreadableDocument("truncated")


def _header(file: BinaryIO, at: int, size: int) -> _Header | None:
    """The header at ``at``; None at the end, which is a block of zeros or the end of the file."""
    file.seek(at)
    block = file.read(_BLOCK)
    if not block or block.count(0) == len(block):
        if not at:
            raise UnreadableDocument("empty")
        return None
    if len(block) < _BLOCK:
        raise UnreadableDocument("truncated" if at else "wrong_type")
    # The checksum is over the header with spaces in place of itself; some old writers summed signed bytes.
    unsigned = sum(block) - sum(block[148:156]) + 8 * 32
    signed = unsigned - 256 * sum(byte > 127 for byte in block[:148] + block[156:])
    if block[148:156].strip(b" \x00").lstrip(b"0") not in {b"%o" % unsigned, b"%o" % signed}:
        raise UnreadableDocument("damaged" if at else "wrong_type")
    name = block[:100].split(b"\x00", 1)[0]
    if block[257:263] == b"ustar\x00" and (prefix := block[345:500].split(b"\x00", 1)[0]):
        name = prefix + b"/" + name
    header = _Header(name, _number(block[124:136]), block[156:157])
    if header.size > size:
        raise UnreadableDocument("truncated")
    return header


def _number(field: bytes) -> int:
    """A header's number: octal digits or, with the first bit set, base 256 (GNU)."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \x00")
    try:
        return int(digits, 8) if digits else 0
    except ValueError:
        raise UnreadableDocument("damaged") from None


def _body(file: BinaryIO, at: int, length: int) -> bytes:
    if length > _MAX_HEADER:
        raise UnreadableDocument("bomb")
    file.seek(at)
    read = file.read(length)
    if len(read) < length:
        raise UnreadableDocument("truncated")
    return read


def _records(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of the records ``length key=value`` of a pax header."""
    at = 0
    while at < len(body):
        space = body.find(b" ", at, at + 20)
        digits = body[at:space] if space > 0 else b""
        if not digits.isdigit() or not space - at < (length := int(digits)) <= len(body) - at:
            return
        key, equals, value = body[space + 1 : at + length - 1].partition(b"=")
        if equals:
            yield key, value
        at += length


def _behind(body: int, length: int, size: int) -> int:
    """Where the next header begins."""
    if body + length > size:
        raise UnreadableDocument("truncated")
    return body + -(-length // _BLOCK) * _BLOCK
