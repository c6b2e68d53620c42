"""Hostile archives: bombs, lies in their directories, names that lead out, links and devices, archives in archives without end."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from functools import cache

from tests.hostile.case import SECRET, WORDS, Case, readable, refused
from tests.winnow.formats.archives import Raw, raw_zip, tarred, zipped

MIB = 1024 * 1024

GOOD = f"{WORDS} and looked at the figures.\n".encode()

OUTWARD = (
    "../../../above.txt",
    "/root.txt",
    "C:\\drive.txt",
    "..\\..\\back.txt",
    "a/../../../b.txt",
    "./.././c.txt",
    "\\\\host\\d.txt",
)
"""Names that lead out of a folder, on one system or another."""


@cache
def zeros(size: int = 48 * MIB) -> bytes:
    """A ZIP whose one text is zeros, a thousandth of their size."""
    return zipped({"a.txt": bytes(size)})


def layered(levels: int, width: int, size: int) -> bytes:
    """Zeros in ``width`` equal ZIPs, each in ``width`` equal ZIPs, and so on: 42.zip."""
    content = zipped({"a.txt": bytes(size)})
    for _ in range(levels):
        content = zipped({f"{number}.zip": content for number in range(width)})
    return content


def nested_zip(depth: int) -> bytes:
    """A text in so many archives."""
    content = zipped({"a.txt": GOOD}, zipfile.ZIP_STORED)
    for _ in range(depth):
        content = zipped({"a.zip": content}, zipfile.ZIP_STORED)
    return content


def nested_gzip(depth: int) -> bytes:
    """The same for gzip, in one ZIP, whose name for it says how deep it is."""
    content = GOOD
    for _ in range(depth):
        content = gzip.compress(content, mtime=0)
    return zipped({f"a.txt{'.gz' * depth}": content})


def with_links() -> bytes:
    """A ZIP with a text, a symbolic link, a named pipe and a device."""
    kinds = {b"link.txt": stat.S_IFLNK, b"pipe.txt": stat.S_IFIFO, b"device.txt": stat.S_IFCHR, b"socket.txt": stat.S_IFSOCK}
    odd = [Raw(name, b"/etc/passwd", mode=kind | 0o777) for name, kind in kinds.items()]
    return raw_zip([Raw(b"a.txt", GOOD), *odd])


def tar_of(*members: tuple[str, bytes, str], content: bytes = GOOD) -> bytes:
    """A TAR with a text and ``members`` (name, type flag, target)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return stream.getvalue()


def tar_header(name: bytes, size: bytes, kind: bytes = b"0") -> bytes:
    """One header block with any size field."""
    block = bytearray(512)
    block[: len(name)] = name
    block[100:108], block[124:136], block[136:148], block[156:157] = (
        b"0000644\0",
        size.ljust(12, b"\0"),
        b"0" * 11 + b"\0",
        kind,
    )
    block[257:265] = b"ustar\x0000"
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def zip64_lie() -> bytes:
    """A directory whose entry says 2^62 bytes."""
    extra = struct.pack("<HHQ", 1, 8, 1 << 62)
    return raw_zip([Raw(b"a.txt", GOOD, size=0xFFFFFFFF, extra=extra)])


def words(size: int) -> bytes:
    """Text that packs as text does, of about so many bytes, the same each time."""
    state, found = 1, []
    for _ in range(size // 8):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        found.append(b"%07x" % (state >> 3 & 0xFFFFFFF))
    return b" ".join(found)


NOTICED = {"a.txt": GOOD}

CASES: tuple[Case, ...] = (
    refused("zip_flat_bomb", "bomb", ".zip", zeros, "bomb"),
    refused("zip_layers_bomb", "bomb", ".zip", lambda: layered(4, 10, 10 * MIB), "bomb"),
    refused("zip_shallow_layers_bomb", "bomb", ".zip", lambda: layered(2, 10, 16 * MIB), "bomb"),
    readable(
        "zip_bomb_beside_text",
        "bomb",
        ".zip",
        lambda: zipped({"a.txt": GOOD, "b.txt": bytes(32 * MIB)}),
        beside={"bomb"},
        reasons={"bomb"},
    ),
    refused(
        "zip_overlapping",
        "bomb",
        ".zip",
        lambda: raw_zip(
            [Raw(b"0.txt", words(100_000)), *(Raw(b"%d.txt" % n, words(100_000), same_bytes_as=0) for n in range(1, 50))]
        ),
        "bomb",
    ),
    refused(
        "zip_says_less_than_it_holds",
        "lie",
        ".zip",
        lambda: raw_zip([Raw(b"a.txt", bytes(20 * MIB), size=10)]),
        "bomb",
        "damaged",
    ),
    refused("zip_says_more_than_it_holds", "lie", ".zip", lambda: raw_zip([Raw(b"a.txt", GOOD, size=900)]), "damaged"),
    refused("zip_says_exabytes", "lie", ".zip", zip64_lie, "bomb", "damaged"),
    refused("zip_wrong_checksum", "lie", ".zip", lambda: raw_zip([Raw(b"a.txt", GOOD, crc=1)]), "damaged"),
    refused("zip_wrong_count", "lie", ".zip", lambda: raw_zip([Raw(b"a.txt", GOOD)], count=999), "damaged"),
    readable("zip_links_and_devices", "link", ".zip", with_links, lacks=("/etc/passwd", "root:")),
    readable("zip_names_leading_out", "path", ".zip", lambda: raw_zip([Raw(name.encode(), GOOD) for name in OUTWARD])),
    readable(
        "zip_strange_names",
        "path",
        ".zip",
        lambda: raw_zip(
            [
                Raw(b"a\0b.txt", GOOD),
                Raw(b"line\nend.txt", GOOD),
                Raw(b"n" * 5000 + b".txt", GOOD),
                Raw("\u202etxt.exe.txt".encode(), GOOD),
                Raw(b"\xff\xfe.txt", GOOD),
                Raw(b"CON.txt", GOOD),
            ]
        ),
    ),
    readable(
        "zip_equal_names",
        "lie",
        ".zip",
        lambda: raw_zip([Raw(b"a.txt", GOOD), Raw(b"a.txt", b"Another text of the same name.\n"), Raw(b"A.TXT", GOOD)]),
        WORDS,
        "Another text of the same name.",
    ),
    refused("zip_nested_80_deep", "depth", ".zip", lambda: nested_zip(80), "bomb"),
    refused("zip_gzips_80_deep", "depth", ".zip", lambda: nested_gzip(80), "bomb"),
    readable("zip_nested_twice", "depth", ".zip", lambda: nested_zip(2)),
    refused("zip_encrypted", "encrypted", ".zip", lambda: raw_zip([Raw(b"a.txt", GOOD, flags=1)]), "encrypted"),
    refused(
        "zip_encrypted_by_aes", "encrypted", ".zip", lambda: raw_zip([Raw(b"a.txt", GOOD, flags=1, method=99)]), "encrypted"
    ),
    readable(
        "zip_encrypted_in_part",
        "encrypted",
        ".zip",
        lambda: raw_zip([Raw(b"a.txt", GOOD), Raw(b"b.txt", GOOD, flags=1)]),
        beside={"encrypted"},
    ),
    refused("zip_unknown_method", "lie", ".zip", lambda: raw_zip([Raw(b"a.txt", GOOD, method=14)]), "unsupported"),
    refused("zip_of_nothing", "empty", ".zip", lambda: zipped({}), "empty"),
    refused("zip_of_folders", "empty", ".zip", lambda: zipped({"a/": b"", "b/": b""}), "empty"),
    readable("zip_1500_small_files", "many", ".zip", lambda: zipped({f"{n}/a.txt": GOOD for n in range(1500)}), heavy=True),
    readable("zip_behind_a_program", "lie", ".zip", lambda: b"MZ" + bytes(5000) + zipped(NOTICED), reasons={"wrong_type"}),
    refused("gzip_bomb", "bomb", ".txt.gz", lambda: gzip.compress(bytes(64 * MIB), mtime=0), "bomb"),
    refused("gzip_many_streams", "bomb", ".txt.gz", lambda: gzip.compress(b"", mtime=0) * 70_000, "bomb", "damaged"),
    refused("gzip_wrong_checksum", "lie", ".txt.gz", lambda: gzip.compress(GOOD, mtime=0)[:-8] + bytes(8), "damaged"),
    refused("gzip_cut", "cut", ".txt.gz", lambda: gzip.compress(words(100_000), mtime=0)[:20_000], "truncated"),
    refused("gzip_of_plain_text", "suffix", ".txt.gz", lambda: GOOD, "wrong_type"),
    refused("gzip_of_nothing", "empty", ".txt.gz", lambda: gzip.compress(b"", mtime=0), "empty"),
    refused("tar_gzip_bomb", "bomb", ".tar.gz", lambda: tarred({"a.txt": bytes(48 * MIB)}, mode="w:gz"), "bomb"),
    readable(
        "tar_links_and_devices",
        "link",
        ".tar",
        lambda: tar_of(
            ("link.txt", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard.txt", tarfile.LNKTYPE, "../../../etc/passwd"),
            ("pipe.txt", tarfile.FIFOTYPE, ""),
            ("device.txt", tarfile.CHRTYPE, ""),
            ("folder", tarfile.SYMTYPE, "/etc"),
        ),
        lacks=("root:",),
    ),
    readable("tar_names_leading_out", "path", ".tar", lambda: tarred(dict.fromkeys(OUTWARD, GOOD))),
    refused("tar_cut", "cut", ".tar", lambda: tarred({"a.txt": words(50_000)})[:20_000], "truncated"),
    refused(
        "tar_endless_header", "lie", ".tar", lambda: tar_header(b"x", b"77777777777", b"x") + bytes(1024), "truncated", "bomb"
    ),
    refused(
        "tar_says_exabytes",
        "lie",
        ".tar",
        lambda: tar_header(b"a.txt", b"\x80" + b"\xff" * 11) + GOOD.ljust(512, b"\0"),
        "truncated",
        "damaged",
    ),
    refused(
        "tar_broken_checksum",
        "lie",
        ".tar",
        lambda: tarred({"a.txt": GOOD}).replace(b"a.txt", b"b.txt", 1),
        "damaged",
        "wrong_type",
    ),
    refused("tar_of_nothing", "empty", ".tar", lambda: bytes(10_240), "empty", "wrong_type"),  # or a copy that failed
    readable(
        "tar_pax_records_that_lie",
        "lie",
        ".tar",
        lambda: _with_pax(b"999999999999 path=" + SECRET.encode() + b"\n"),
        reasons={"damaged", "truncated"},
    ),
)


def _with_pax(record: bytes) -> bytes:
    return tar_header(b"x", b"%011o" % len(record), b"x") + record.ljust(512, b"\0") + tar_of()
