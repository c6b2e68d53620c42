"""ZIP archives, read by their directory (PKWARE APPNOTE 6.3.10).

The standard library's `zipfile` reads a directory as a whole before anything in it can be counted, cuts names at a NUL, and
guesses no encoding but cp437; so the directory is read here, which takes a hundred lines. What one entry says about another is
checked before anything inflates: entries that share bytes (D. Fifield, A better zip bomb, WOOT 2019) are refused.
"""

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from winnow.errors import UnreadableDocument
from winnow.formats._archive import MAX_DIRECTORY_BYTES, PIECE, Limits, Member, is_bomb, refuse_bombs, safe_names

_END = struct.Struct("<4s4H2LH")  # 4.3.16 end of central directory record
_END64 = struct.Struct("<4sQ2H2L4Q")  # 4.3.14 zip64 end of central directory record
_LOCATOR64 = struct.Struct("<4sLQL")  # 4.3.15 zip64 end of central directory locator
_ENTRY = struct.Struct("<4s6H3L5H2L")  # 4.3.12 central directory file header
_LOCAL = struct.Struct("<4s5H3L2H")  # 4.3.7 local file header

_END_SIGNATURE = b"PK\x05\x06"
_LOCAL_SIGNATURE = b"PK\x03\x04"
_ENTRY_SIGNATURE = b"PK\x01\x02"

_SPLIT_SIGNATURES = (b"PK\x07\x08", b"PK00PK\x03\x04")  # how the first part of an archive in several parts begins

_MAX_COMMENT = 65_535  # bytes; what may stand behind the end record

_READ = 64 * 1024  # packed bytes fed to the inflater at once

_STORED, _DEFLATED = 0, 8  # 4.4.5 compression method

_ENCRYPTED, _UTF8, _MASKED = 1 << 0, 1 << 11, 1 << 13  # 4.4.4 general purpose bit flag

_FOLDER = 0x10  # MS-DOS's attribute

_ZIP64_FIELD, _UNICODE_PATH_FIELD = 0x0001, 0x7075  # 4.5.3, 4.6.9


@dataclass(frozen=True, slots=True)
class _Entry:
    """One header of the directory, as it stands there; ``offset`` counts from the file's first byte."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    attributes: int

    def is_file(self) -> bool:
        """Whether it is a regular file: no folder, link or device. A folder that holds bytes is a file with an odd name."""
        kind = stat.S_IFMT(self.attributes >> 16)  # Unix's mode; other systems leave it 0
        if (self.name.endswith(("/", "\\")) or self.attributes & _FOLDER) and not self.size:
            return False
        return kind in {0, stat.S_IFREG} or (kind == stat.S_IFDIR and self.size > 0)

    def reason(self) -> str | None:
        """Why it cannot be read, if its header says so."""
        if self.flags & (_ENCRYPTED | _MASKED):
            return "encrypted"
        if self.method not in {_STORED, _DEFLATED}:
            return "unsupported"
        if self.method == _STORED and self.packed != self.size:
            return "damaged"
        return "bomb" if is_bomb(self.size, self.packed) else None


class ZipArchive:
    """See `winnow.formats._archive.Archive`."""

    def __init__(self, file: BinaryIO, members: Sequence[Member], end: int) -> None:
        """``members`` of ``file``, whose directory begins at ``end``."""
        self._file, self.members, self._end = file, members, end

    def pieces(self, member: Member) -> Iterator[bytes]:
        """See `winnow.formats._archive.Archive.pieces`; length and checksum are compared with what the directory says."""
        if member.reason is not None:
            raise UnreadableDocument(member.reason)
        crc, total = 0, 0
        for piece in _inflated(self.packed(member)) if member.method == _DEFLATED else self.packed(member):
            total += len(piece)
            if is_bomb(total, member.packed):
                raise UnreadableDocument("bomb")
            if total <= (member.size or 0):  # what says less than it holds is only counted on, to tell a bomb from damage
                crc = zlib.crc32(piece, crc)
                yield piece
        if total != member.size or crc != member.crc:
            raise UnreadableDocument("damaged")

    def packed(self, member: Member) -> Iterator[bytes]:
        """See `winnow.formats._archive.Archive.packed`."""
        header = _read(self._file, member.offset, _LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(_LOCAL_SIGNATURE):
            raise UnreadableDocument("damaged")
        *_, name_length, extra_length = _LOCAL.unpack(header)
        start = member.offset + _LOCAL.size + name_length + extra_length
        if start + member.packed > self._end:
            raise UnreadableDocument("damaged")
        for at in range(start, start + member.packed, _READ):
            wanted = min(_READ, start + member.packed - at)
            piece = _read(self._file, at, wanted)
            if len(piece) < wanted:
                raise UnreadableDocument("truncated")
            yield piece


def open_zip(file: BinaryIO, limits: Limits) -> ZipArchive:
    """The archive in ``file``; raises as `winnow.formats._archive.open_archive` does."""
    size = file.seek(0, 2)
    start, directory, end, count = _directory(file, size, limits)
    entries = list(_entries(directory, start, limits))
    if (len(entries) - count) % 65_536:  # some writers count to 65,535 and begin again
        raise UnreadableDocument("damaged")
    _refuse_overlaps(entries, end)
    files = [entry for entry in entries if entry.is_file()]
    members = [
        Member(name, entry.size, entry.packed, entry.offset, entry.reason(), entry.method, entry.crc)
        for entry, name in zip(files, safe_names(entry.name for entry in files), strict=True)
    ]
    refuse_bombs(members, size, limits)
    return ZipArchive(file, members, end)


def _directory(file: BinaryIO, size: int, limits: Limits) -> tuple[int, bytes, int, int]:
    """What offsets in the directory count from, the directory, where it begins, and how many entries it should have."""
    tail = _read(file, max(0, size - _END.size - _MAX_COMMENT), _END.size + _MAX_COMMENT)
    at = _end_record(tail)
    if at is None:
        raise _without_end(file, size, tail)
    _, disk, first_disk, _, count, length, offset, _ = _END.unpack_from(tail, at)
    end = size - len(tail) + at
    if found := _zip64(file, end):
        disk, first_disk, count, length, offset, end = found
    if disk or first_disk:
        raise UnreadableDocument("unsupported")  # one part of a split archive
    if count * _ENTRY.size > length or length > end:
        raise UnreadableDocument("damaged")
    if count > limits.members or length > MAX_DIRECTORY_BYTES:
        raise UnreadableDocument("too_large")
    for begin in (end - length, offset):  # something may stand before the archive, or between directory and end record
        if begin < 0:
            continue
        directory = _read(file, begin, length)
        if len(directory) == length and (not length or directory.startswith(_ENTRY_SIGNATURE)):
            return begin - offset, directory, begin, count
    raise UnreadableDocument("damaged")


def _end_record(tail: bytes) -> int | None:
    """Where in ``tail`` the end record stands: the last one whose comment fills the file, else the last that is whole."""
    loose, at = None, len(tail)
    while (at := tail.rfind(_END_SIGNATURE, 0, at)) >= 0:
        behind = len(tail) - at - _END.size
        if behind < 0:
            continue
        comment = _END.unpack_from(tail, at)[-1]
        if comment == behind:
            return at
        if comment < behind and loose is None:
            loose = at
    return loose


def _without_end(file: BinaryIO, size: int, tail: bytes) -> UnreadableDocument:
    """Why there is no end record."""
    head = _read(file, 0, 8)
    if not size:
        return UnreadableDocument("empty")
    if head.startswith(_SPLIT_SIGNATURES):
        return UnreadableDocument("unsupported")
    if head.startswith((_LOCAL_SIGNATURE, _END_SIGNATURE)):
        return UnreadableDocument("truncated")
    return UnreadableDocument("damaged" if _ENTRY_SIGNATURE in tail else "wrong_type")


def _zip64(file: BinaryIO, end: int) -> tuple[int, int, int, int, int, int] | None:
    """Disks, count, length and offset by the record of large archives, and where that record stands; None if there is none."""
    if end < _LOCATOR64.size + _END64.size:
        return None
    locator = _read(file, end - _LOCATOR64.size, _LOCATOR64.size)
    if not locator.startswith(b"PK\x06\x07"):
        return None
    _, _, declared, _ = _LOCATOR64.unpack(locator)
    for at in (declared, end - _LOCATOR64.size - _END64.size):
        if at > end:
            continue
        record = _read(file, at, _END64.size)
        if len(record) == _END64.size and record.startswith(b"PK\x06\x06"):
            _, _, _, _, disk, first_disk, _, count, length, offset = _END64.unpack(record)
            return disk, first_disk, count, length, offset, at
    raise UnreadableDocument("damaged")


def _entries(directory: bytes, start: int, limits: Limits) -> Iterator[_Entry]:
    at, count = 0, 0
    while at < len(directory) and directory.startswith(_ENTRY_SIGNATURE, at):
        if at + _ENTRY.size > len(directory):
            raise UnreadableDocument("damaged")
        count += 1
        if count > limits.members:
            raise UnreadableDocument("too_large")
        fields = _ENTRY.unpack_from(directory, at)
        _, _, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment_length, _, _, attributes, offset = (
            fields
        )
        at += _ENTRY.size
        name = directory[at : at + name_length]
        extra = directory[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length + comment_length
        if at > len(directory):
            raise UnreadableDocument("damaged")
        size, packed, offset = _wide(extra, size, packed, offset)
        yield _Entry(_name(name, extra, flags), flags, method, crc, packed, size, start + offset, attributes)


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields of an entry; what is cut off is left out."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _wide(extra: bytes, *narrow: int) -> list[int]:
    """Inflated size, packed size and offset; those that say 0xFFFFFFFF stand in the zip64 field, in this order."""
    body = next((body for kind, body in _fields(extra) if kind == _ZIP64_FIELD), b"")
    wide, at = [], 0
    for value in narrow:
        if value == 0xFFFFFFFF and body:
            if at + 8 > len(body):
                raise UnreadableDocument("damaged")
            wide.append(int.from_bytes(body[at : at + 8], "little"))
            at += 8
        else:
            wide.append(value)
    return wide


def _name(raw: bytes, extra: bytes, flags: int) -> str:
    """The name in the entry: by its flag UTF-8, by Info-ZIP's field, as UTF-8 that nobody flagged (macOS), else cp437."""
    if flags & _UTF8:
        return raw.decode("utf-8", "replace")
    for kind, body in _fields(extra):
        if kind == _UNICODE_PATH_FIELD and body[:1] == b"\x01" and body[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
            return body[5:].decode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _refuse_overlaps(entries: Sequence[_Entry], end: int) -> None:
    """Raise if entries share bytes: ``bomb`` if all of them together are longer than the file, else some offset is wrong."""
    if any(entry.offset < 0 or entry.offset + _LOCAL.size + entry.packed > end for entry in entries):
        raise UnreadableDocument("damaged")
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < reached:
            raise UnreadableDocument("bomb" if sum(entry.packed for entry in entries) > end else "damaged")
        reached = entry.offset + _LOCAL.size + entry.packed


def _inflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            left = piece
            while left and not inflater.eof:
                yield inflater.decompress(left, PIECE)
                left = inflater.unconsumed_tail
        while not inflater.eof and (rest := inflater.decompress(b"", PIECE)):
            yield rest
    except zlib.error:
        raise UnreadableDocument("damaged") from None
    if not inflater.eof:
        raise UnreadableDocument("damaged")


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
