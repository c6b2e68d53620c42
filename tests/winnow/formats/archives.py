"""Archives made for the tests: plain ones, and such as no program would write."""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Files = Mapping[str, bytes] | Iterable[tuple[str, bytes]]


def zipped(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of ``files`` by their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return stream.getvalue()


def tarred(files: Files, form: int = tarfile.PAX_FORMAT, mode: str = "w") -> bytes:
    """A TAR of ``files``, packed if ``mode`` is ``w:gz``."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode, format=form) as archive:  # type: ignore[call-overload] - mode is a variable
        for name, content in files.items() if isinstance(files, Mapping) else files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


@dataclass(frozen=True)
class Raw:
    """One entry of a ZIP, every field of which may lie; None: as it should be."""

    name: bytes
    content: bytes = b""
    flags: int = 0
    method: int = 8
    mode: int = 0
    size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    same_bytes_as: int | None = None  # the number of an entry whose bytes it points to


def raw_zip(entries: Sequence[Raw], comment: bytes = b"", count: int | None = None) -> bytes:
    """A ZIP with exactly these entries."""
    body, directory, offsets = b"", b"", []
    for entry in entries:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = entry.content if entry.method != 8 else deflater.compress(entry.content) + deflater.flush()
        size = len(entry.content) if entry.size is None else entry.size
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        offset = len(body) if entry.same_bytes_as is None else offsets[entry.same_bytes_as]
        offsets.append(offset)
        shared = (20, entry.flags, entry.method, 0, 33, crc, len(packed), size, len(entry.name))
        if entry.same_bytes_as is None:
            body += struct.pack("<4s5H3L2H", b"PK\x03\x04", *shared, 0) + entry.name + packed
        fields = (0x0314, *shared, len(entry.extra), 0, 0, 0, entry.mode << 16, offset)
        directory += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *fields) + entry.name + entry.extra
    number = len(entries) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, len(directory), len(body), len(comment))
    return body + directory + end + comment
