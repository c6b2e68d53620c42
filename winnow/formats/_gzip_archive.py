"""A file packed by gzip (RFC 1952): an archive of one member, whose size nobody knows before it is inflated.

Belongs here: inflating under limits. Does not belong here: what is inside (a TAR is `winnow.formats._tar_archive`'s).
"""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import BinaryIO

from winnow.errors import UnreadableDocument
from winnow.formats._archive import PIECE, Limits, Member, is_bomb, safe_name
from winnow.formats._base import MEBIBYTE

_MAGIC = b"\x1f\x8b"

_WITH_HEADER = 16 + zlib.MAX_WBITS  # zlib's way to say gzip

_READ = 16 * 1024  # packed bytes fed at once; what is left of them is copied at the end of each stream

_HEAD = (
    64 * MEBIBYTE
)  # inflated; so much may pack well at the head of a file that does not as a whole, as zeros before a TAR do

_MAX_STREAMS = 65_536  # one behind the other: blocked gzip has one a 64 KiB, hostile files one every 20 bytes


class GzipArchive:
    """See `winnow.formats._archive.Archive`."""

    def __init__(self, file: BinaryIO, name: str, limits: Limits) -> None:
        """``name`` is the packed file's; its own, without the suffix, is the member's."""
        self._file, self._limits = file, limits
        own = safe_name(PurePosixPath(name.replace("\\", "/")).name)
        inner = own[: -len(".gz")] if own.lower().endswith(".gz") and len(own) > len(".gz") else own
        self.members: Sequence[Member] = (Member(inner, None, file.seek(0, 2), 0),)

    def pieces(self, member: Member) -> Iterator[bytes]:
        """See `winnow.formats._archive.Archive.pieces`."""
        inflated, fed = 0, 0

        def counted() -> Iterator[bytes]:
            nonlocal fed
            for packed in self.packed(member):
                fed += len(packed)
                yield packed

        for piece in _streams(counted()):
            inflated += len(piece)
            if is_bomb(inflated, member.packed if inflated < _HEAD else fed):
                raise UnreadableDocument("bomb")
            if inflated > self._limits.inflated_bytes:
                raise UnreadableDocument("too_large")
            yield piece

    def packed(self, member: Member) -> Iterator[bytes]:
        """See `winnow.formats._archive.Archive.packed`."""
        for at in range(0, member.packed, _READ):
            self._file.seek(at)
            yield self._file.read(_READ)


def open_gzip(file: BinaryIO, name: str, limits: Limits) -> GzipArchive:
    """The archive in ``file`` called ``name``; raises as `winnow.formats._archive.open_archive` does."""
    file.seek(0)
    head = file.read(len(_MAGIC))
    if not head:
        raise UnreadableDocument("empty")
    if head != _MAGIC:
        raise UnreadableDocument("wrong_type")
    return GzipArchive(file, name, limits)


def inflated(file: BinaryIO, limits: Limits, into: BinaryIO) -> BinaryIO:
    """``into`` with what the gzip ``file`` holds; raises as `GzipArchive.pieces` does."""
    archive = open_gzip(file, "", limits)
    into.writelines(archive.pieces(archive.members[0]))
    return into


def _streams(packed: Iterator[bytes]) -> Iterator[bytes]:
    """What ``packed`` inflates to: one stream, and those right behind it; zeros and other rubbish behind them are left out."""
    inflater, streams = zlib.decompressobj(_WITH_HEADER), 1
    try:
        for piece in packed:
            left = piece
            while left:
                if inflater.eof:
                    if not left.startswith(_MAGIC[: len(left)]):
                        return
                    inflater, streams = zlib.decompressobj(_WITH_HEADER), streams + 1
                    if streams > _MAX_STREAMS:
                        raise UnreadableDocument("bomb")
                yield inflater.decompress(left, PIECE)
                left = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
        while not inflater.eof and (rest := inflater.decompress(b"", PIECE)):
            yield rest
    except zlib.error:
        raise UnreadableDocument("damaged") from None
    if not inflater.eof:
        raise UnreadableDocument("truncated")
