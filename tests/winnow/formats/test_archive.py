"""Archives as folders: names, limits, and what is told of those that cannot be read."""

import gzip
import io
import os
import random
import stat
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.archives import Raw, raw_zip, tarred, zipped
from winnow.errors import UnreadableDocument
from winnow.formats._archive import DEPTH, MAX_RATIO, Limits, Part, is_archive, safe_names, unpacked
from winnow.reasons import QUARANTINE

FILES = {"a.txt": b"one", "folder/b.txt": b"two" * 1000}

MIB = 1024 * 1024


def parts(content: bytes, name: str = "x.zip", **limits: int) -> dict[str, bytes | str | None]:
    """Name → bytes, or the reason."""
    return {part.name: part.reason or part.content for part in unpacked(content, name, Limits(**limits) if limits else None)}


def reason(content: bytes, name: str = "x.zip", **limits: int) -> str:
    """Why the archive as a whole cannot be opened."""
    with pytest.raises(UnreadableDocument) as caught:
        parts(content, name, **limits)
    return caught.value.reason


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped(FILES), "x.zip"),
        (zipped(FILES, zipfile.ZIP_STORED), "X.ZIP"),
        (b"#!/bin/sh\nexit\n" + zipped(FILES), "x.zip"),
        (
            raw_zip([Raw(name.encode(), content) for name, content in FILES.items()], comment=b"PK\x05\x06 said the fox"),
            "x.zip",
        ),
        (zipped(FILES) + b"\n\n", "x.zip"),
        (tarred(FILES), "x.tar"),
        (tarred(FILES, tarfile.GNU_FORMAT), "x.tar"),
        (tarred(FILES, tarfile.USTAR_FORMAT), "x.tar"),
        (tarred(FILES, mode="w:gz"), "x.tar.gz"),
        (tarred(FILES, mode="w:gz"), "x.tgz"),
    ],
)
def test_every_kind_gives_its_files(content: bytes, name: str) -> None:
    """ZIP and TAR, stored or packed, with something before or behind them, give the same files."""
    assert parts(content, name) == FILES


def test_a_packed_file_is_an_archive_of_one() -> None:
    """A gzip file holds what it is called without its suffix, in several streams too, whatever name is in its header."""
    packed = gzip.compress(b"<p>one") + gzip.compress(b" two") + bytes(100)
    assert parts(packed, "saved/page.html.gz") == {"page.html": b"<p>one two"}


def test_archives_in_archives_are_opened() -> None:
    """What lies in an archive in an archive comes under both names."""
    inner = zipped({"c.txt": b"deep"})
    outer = zipped({"i.zip": inner, "t/t.tgz": tarred({"d.txt": b"too"}, mode="w:gz"), "p.csv.gz": gzip.compress(b"x")})
    assert parts(outer) == {"i.zip/c.txt": b"deep", "t/t.tgz/d.txt": b"too", "p.csv.gz/p.csv": b"x"}


def test_long_and_foreign_names_of_a_tar_are_whole() -> None:
    """Names beyond a header's 100 bytes, and not of ASCII, are read in all of TAR's forms."""
    names = {"n" * 90 + "/" + "m" * 150 + ".txt": b"1", "Übersicht/été.txt": b"2"}
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert parts(tarred(names, form), "x.tar") == names


def test_a_zip_of_many_gigabytes_is_found_by_its_wide_fields() -> None:
    """Sizes and places that only the zip64 fields hold are read from there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(b"one")
    content = bytearray(stream.getvalue())
    entry = content.rindex(b"PK\x01\x02")
    extra = struct.pack("<2H3Q", 1, 24, 3, 3, 0)
    content[entry + 20 : entry + 28] = b"\xff" * 8
    content[entry + 42 : entry + 46] = b"\xff" * 4
    content[entry + 30 : entry + 32] = struct.pack("<H", len(extra))
    content[entry + 46 + 5 : entry + 46 + 5] = extra
    end = content.rindex(b"PK\x05\x06")
    content[end + 12 : end + 16] = struct.pack("<L", end - entry)
    assert parts(bytes(content)) == {"a.txt": b"one"}


@pytest.mark.parametrize(
    ("raw", "flags", "extra", "name"),
    [
        ("Grüße.txt".encode(), 1 << 11, b"", "Grüße.txt"),
        ("Grüße.txt".encode(), 0, b"", "Grüße.txt"),
        ("Grüße.txt".encode("cp437"), 0, b"", "Grüße.txt"),
        (b"Gr??e.txt", 0, "Grüße.txt", "Grüße.txt"),
        ("e\u0301.txt".encode(), 1 << 11, b"", "é.txt"),
    ],
)
def test_names_are_decoded_as_their_writers_meant_them(raw: bytes, flags: int, extra: bytes | str, name: str) -> None:
    """By the UTF-8 flag, as unflagged UTF-8, as cp437, by Info-ZIP's field; and composed."""
    if isinstance(extra, str):
        body = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + extra.encode()
        extra = struct.pack("<2H", 0x7075, len(body)) + body
    assert parts(raw_zip([Raw(raw, b"x", flags=flags, extra=extra)])) == {name: b"x"}


HOSTILE = [
    "../../a",
    "/etc/passwd",
    "C:\\w\\a",
    "..\\..\\a",
    "a\x00b",
    "a/./b//c",
    "..",
    "",
    "a/../b",
    "\u202egpj.exe",
    "\\\\host\\x",
]


def test_names_are_only_names() -> None:
    """No name is absolute, climbs, or holds a drive or a control character; and what is the same afterwards is told apart."""
    names = safe_names([*HOSTILE, "a_b", "A_B", "a_b"])
    assert names[:6] == ["__/__/a", "etc/passwd", "C_/w/a", "__/__/a (2)", "a_b", "a/b/c"]
    assert len(set(names)) == len(names)


@settings(max_examples=150, deadline=None)
@given(names=st.lists(st.one_of(st.sampled_from(HOSTILE), st.text("./\\:aA\x00\u0301 ()2", max_size=12)), max_size=12))
def test_safe_names_are_unique_and_stay_below(names: list[str]) -> None:
    """Whatever the names: as many as before, all different, each a plain relative path."""
    safe = safe_names(names)
    assert len(set(safe)) == len(names)
    for name in safe:
        assert name
        assert not name.startswith("/")
        assert not {"", ".", ".."} & set(name.split("/"))
        assert not set(name) & set("\\\x00\n")


def test_links_folders_and_devices_are_no_files() -> None:
    """Only regular files come out, of a ZIP as of a TAR."""
    entries = [
        Raw(b"link", b"/etc/passwd", mode=stat.S_IFLNK | 0o777),
        Raw(b"pipe", b"", mode=stat.S_IFIFO),
        Raw(b"folder/", b"", mode=stat.S_IFDIR),
        Raw(b"a.txt", b"one", mode=stat.S_IFREG),
    ]
    assert parts(raw_zip(entries)) == {"a.txt": b"one"}
    stream = io.BytesIO(tarred({"a.txt": b"one"}))
    with tarfile.open(fileobj=stream, mode="a") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo("link")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert parts(stream.getvalue(), "x.tar") == {"a.txt": b"one"}


GOOD = zipped(FILES)


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (GOOD[: len(GOOD) // 2], "x.zip", "truncated"),
        (GOOD[:-1], "x.zip", "truncated"),
        (GOOD[:40] + b"\x00" * 40 + GOOD[80:-60] + GOOD[-22:], "x.zip", "damaged"),
        (raw_zip([Raw(b"a", b"x")], count=2), "x.zip", "damaged"),
        (raw_zip([]), "x.zip", "empty"),
        (zipped({"folder/": b""}), "x.zip", "empty"),
        (b"", "x.zip", "empty"),
        (b"words", "x.zip", "wrong_type"),
        (b"PK\x07\x08" + GOOD[4:60], "x.zip", "unsupported"),
        (raw_zip([Raw(b"a", b"x", flags=1), Raw(b"b", b"y", flags=1)]), "x.zip", "encrypted"),
        (tarred(FILES)[:700], "x.tar", "truncated"),
        (tarred(FILES)[:2700], "x.tar", "truncated"),
        (b"words" * 200, "x.tar", "wrong_type"),
        (bytes(10240), "x.tar", "empty"),
        (tarred(FILES, mode="w:gz")[:-20], "x.tgz", "truncated"),
        (b"words", "x.gz", "wrong_type"),
    ],
)
def test_an_archive_that_cannot_be_opened_says_why(content: bytes, name: str, why: str) -> None:
    """Cut, broken, empty, encrypted, split and foreign ones have the reason that its owner can act on."""
    assert reason(content, name) == why


def test_a_broken_member_does_not_take_the_others_with_it() -> None:
    """Encrypted, damaged and exotically packed files have their own reason; the rest is read."""
    entries = [
        Raw(b"a", b"one"),
        Raw(b"locked", b"x", flags=1),
        Raw(b"exotic", b"x", method=12),
        Raw(b"wrong", b"x", crc=1),
        Raw(b"short", b"xyz" * 10, size=31),
        Raw(b"long", b"xyz" * 10, size=29),
    ]
    found = {"locked": "encrypted", "exotic": "unsupported", "wrong": "damaged", "short": "damaged", "long": "damaged"}
    assert parts(raw_zip(entries)) == {"a": b"one", **found}


def test_a_cut_packed_file_is_truncated() -> None:
    """A gzip file that ends too early is a part with its reason, and one of other bytes is damaged."""
    packed = gzip.compress(os.urandom(10_000))
    assert parts(packed[:-200], "a.txt.gz") == {"a.txt": "truncated"}
    assert parts(packed[:500] + b"\x00" * 500 + packed[1000:], "a.txt.gz")["a.txt"] in {"damaged", "truncated"}


def nested(levels: int) -> bytes:
    """A ZIP in a ZIP, ``levels`` deep."""
    content = zipped({"a.txt": b"x"})
    for _ in range(levels - 1):
        content = zipped({"b.zip": content})
    return content


def overlapping() -> bytes:
    """D. Fifield's idea in its simplest form: many entries over the same packed bytes."""
    first = Raw(b"0", bytes(MIB))
    return raw_zip([first, *(Raw(str(number).encode(), bytes(MIB), same_bytes_as=0) for number in range(1, 200))])


BOMBS: dict[str, Callable[[], dict[str, bytes | str | None] | str]] = {
    "one member": lambda: parts(zipped({"a": bytes(64 * MIB), "b": os.urandom(MIB)})),
    "the whole": lambda: reason(zipped({str(number): bytes(4 * MIB) for number in range(20)})),
    "shared bytes": lambda: reason(overlapping()),
    "says less than it holds": lambda: parts(raw_zip([Raw(b"a", bytes(64 * MIB), size=10), Raw(b"b", os.urandom(MIB))])),
    "gzip": lambda: parts(gzip.compress(bytes(64 * MIB)), "a.gz"),
    "packed TAR": lambda: reason(gzip.compress(tarred({"a": bytes(64 * MIB)})), "a.tgz"),
    "streams": lambda: parts(gzip.compress(b"") * 70_000, "a.gz"),
    "long name of a TAR": lambda: reason(tarred({"n" * 2 * MIB: b""}, tarfile.GNU_FORMAT), "a.tar"),
    "80 deep": lambda: parts(nested(80)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_told_before_it_bursts(name: str) -> None:
    """Whatever the trick, the reason is `bomb`, and nothing is unpacked beyond the free first bytes."""
    make = BOMBS[name]
    found = make()
    assert "bomb" in (found.values() if isinstance(found, dict) else [found])


def test_a_bomb_takes_no_memory() -> None:
    """A gigabyte of zeros is refused before more than its head was inflated."""
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    content = b"".join([*(packed.compress(bytes(16 * MIB)) for _ in range(64)), packed.flush()])
    tracemalloc.start()
    try:
        assert parts(content, "a.gz") == {"a": "bomb"}
        assert tracemalloc.get_traced_memory()[1] < 100 * MIB
    finally:
        tracemalloc.stop()


def test_what_packs_well_and_is_honest_is_no_bomb() -> None:
    """A log of one repeated line, and little that packs perfectly, are read."""
    log = b"".join(b"2026-01-01T00:00:%02d.%06d level=info everything is fine\n" % (n % 60, n) for n in range(300_000))
    assert parts(zipped({"log": log, "zeros": bytes(4 * MIB)})).keys() == {"log", "zeros"}
    assert len(log) < MAX_RATIO * len(gzip.compress(log))


@pytest.mark.parametrize("limits", [{"members": 1}, {"inflated_bytes": 100}])
def test_limits_hold_for_every_kind(limits: dict[str, int]) -> None:
    """More members or bytes than allowed are too_large, and nothing of them comes out."""
    assert reason(zipped(FILES), **limits) == "too_large"
    if "inflated_bytes" in limits:
        assert reason(tarred(FILES), "x.tar", **limits) == "too_large"
        assert reason(tarred(FILES, mode="w:gz"), "x.tgz", **limits) == "too_large"
        assert parts(gzip.compress(bytes(200)), "x.gz", **limits) == {"x": "too_large"}
    else:
        assert reason(tarred({str(n): b"" for n in range(9)}), "x.tar", **limits) == "too_large"


def test_limits_count_archives_in_archives() -> None:
    """What inner archives hold counts towards the outer one's limits."""
    inner = zipped({str(number): b"x" * 100 for number in range(10)})
    found = parts(zipped({f"{number}.zip": inner for number in range(5)}), members=30)
    assert [found.get("0.zip/9"), found.get("4.zip")] == [b"x" * 100, "too_large"]


def test_archives_may_lie_in_one_another_to_a_depth() -> None:
    """As deep as the limit allows they are opened, and one below is a bomb."""
    assert list(parts(nested(DEPTH)).values()) == [b"x"]
    assert list(parts(nested(DEPTH + 1)).values()) == ["bomb"]


def test_a_member_over_the_size_limit_is_too_large() -> None:
    """A part of more than the most bytes has its reason, whether its size was known before or not."""
    found = {part.name: part.reason for part in unpacked(zipped({"a": bytes(11), "b": bytes(10)}), "x.zip", max_bytes=10)}
    assert found == {"a": "too_large", "b": None}
    assert [part.reason for part in unpacked(gzip.compress(bytes(11)), "x.gz", max_bytes=10)] == ["too_large"]


def test_office_files_are_no_archives() -> None:
    """What is a ZIP by content is a folder only by its own suffix."""
    assert [name for name in ("a.zip", "B.ZIP", "c.tar.gz", "d.tgz", "e.csv.gz", "f.tar") if not is_archive(name)] == []
    assert [name for name in ("a.docx", "b.odt", "c.jar", "zip", "d.gz.txt", "e.7z") if is_archive(name)] == []


def attempted(content: bytes, name: str) -> list[Part] | str:
    """The parts, or the reason why there are none."""
    try:
        return list(unpacked(content, name))
    except UnreadableDocument as error:
        return error.reason


@pytest.mark.parametrize("seed", range(3))
def test_damage_anywhere_loses_nothing_in_silence(seed: int) -> None:
    """With any byte changed an archive is refused with a reason, or every file is there, with its own bytes or a reason."""
    chance = random.Random(seed)
    whole = {"a.txt": b"one", "b/c.txt": chance.randbytes(300), "d.txt": b"line\n" * 200}
    samples = [(zipped(whole), "x.zip"), (tarred(whole), "x.tar"), (tarred(whole, mode="w:gz"), "x.tgz")]
    for _ in range(150):
        content, name = chance.choice(samples)
        at = chance.randrange(len(content))
        changed = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        found = attempted(changed, name)
        if isinstance(found, str):
            continue
        intact = sum(part.content in whole.values() for part in found)
        said = sum(part.reason is not None for part in found)
        unchecked = name == "x.tar"  # whose files have no checksum, and whose type flags make a link of a file
        assert intact + said >= len(whole) - 1 if not unchecked else found


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400), kind=st.sampled_from([".zip", ".tar", ".tgz", ".gz"]))
def test_any_bytes_end_in_parts_or_a_reason(content: bytes, kind: str) -> None:
    """No bytes make it raise anything else."""
    heads = {".zip": raw_zip([Raw(b"a", b"x")]), ".tar": tarred({"a": b"x"}), ".tgz": b"\x1f\x8b\x08", ".gz": b"\x1f\x8b\x08"}
    for given_bytes in (content, heads[kind][:30] + content, content + heads[kind]):
        found = attempted(given_bytes, f"x{kind}")
        reasons = [found] if isinstance(found, str) else [part.reason for part in found if part.reason is not None]
        assert set(reasons) <= set(QUARANTINE)
