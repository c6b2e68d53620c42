"""No key, whatever the names in a folder or an archive, reads a byte from outside of the source."""

import io
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.sources import Source, open_source
from tests.winnow.formats.archives import Raw, raw_zip
from winnow.errors import UnreadableDocument

Build = Callable[..., Source]

SECRET = b"from outside"

INSIDE = b"from inside"

PARTS = ["a", "b.txt", "c.zip", "d.tar", "..", ".", "", "é", "e\u0301", "link", "C:", "\\", "..\\..", "~", "%2e%2e", "x\u202ey"]

NAMES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("/".join)

TARGETS = st.sampled_from(["../outside", "../outside/b.txt", "../outside/c.zip", "..", "/", ".", "a", "loop"])

ENTRIES = st.lists(st.tuples(NAMES, st.one_of(st.none(), TARGETS)), max_size=5)
"""Names, and for a symbolic link what it points to."""


def zip_of(entries: list[tuple[str, str | None]]) -> bytes:
    """A ZIP with these names and links."""
    made = [
        Raw(name.encode(), INSIDE if target is None else target.encode(), mode=0 if target is None else stat.S_IFLNK | 0o777)
        for name, target in entries
    ]
    return raw_zip([*made, Raw(b"last.txt", INSIDE)])


def tar_of(entries: list[tuple[str, str | None]]) -> bytes:
    """A TAR with these names and links."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, target in [*entries, ("last.txt", None)]:
            info = tarfile.TarInfo(name)
            if target is None:
                info.size = len(INSIDE)
            else:
                info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info, io.BytesIO(INSIDE if target is None else b""))
    return stream.getvalue()


def plant(root: Path, entries: list[tuple[str, str | None]], packed: list[tuple[str, str | None]]) -> None:
    """Write ``entries`` below ``root`` as far as a file system takes their names; files called like archives hold ``packed``."""
    for name, target in entries:
        path = root / os.path.normpath(name).replace("..", "dots").lstrip("/")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            if any(parent.is_symlink() for parent in (path, *path.parents)):
                continue
            if target is not None:
                path.symlink_to(target)
            else:
                path.write_bytes(
                    {".zip": zip_of, ".tar": tar_of}[path.suffix](packed) if path.suffix in {".zip", ".tar"} else INSIDE
                )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES, packed=ENTRIES, asked=st.lists(NAMES, max_size=6))
def test_no_key_leads_out(
    folder_source: Build, entries: list[tuple[str, str | None]], packed: list[tuple[str, str | None]], asked: list[str]
) -> None:
    """Of all keys that a listing gives, and of any other, none reads what lies beside the root; listed ones read or say why."""
    with tempfile.TemporaryDirectory() as name:
        root, outside = Path(name, "root"), Path(name, "outside")
        root.mkdir()
        outside.mkdir()
        for secret in ("b.txt", "a", "last.txt"):
            (outside / secret).write_bytes(SECRET)
        (outside / "c.zip").write_bytes(raw_zip([Raw(b"last.txt", SECRET), Raw(b"b.txt", SECRET)]))
        links: list[tuple[str, str | None]] = [
            ("link", "../outside"),
            ("file", "../outside/b.txt"),
            ("link.zip", "../outside/c.zip"),
        ]
        plant(root, [*links, *entries, ("p.zip", None), ("p.tar", None)], packed)
        source = open_source(folder_source(root), Path(name, "caches"))
        listed = [one.key for one in source.list()]
        assert len(set(listed)) == len(listed)
        assert {"p.zip/last.txt", "p.tar/last.txt"} <= set(listed)
        for key in listed:
            assert source.read(key, 10_000) == INSIDE
            assert not key.startswith("/")
            assert not {"", ".", ".."} & set(key.split("/"))
        climbing = [
            f"{key}/{name}" for key in ("p.zip", "p.tar", "link", "..", "../outside") for name in (*asked, "b.txt", "last.txt")
        ]
        for key in [*asked, *climbing, "file", "link.zip", "link.zip/b.txt", "/etc/passwd"]:
            with suppress(UnreadableDocument):
                assert SECRET not in source.read(key, 10_000)
                assert b"root:" not in source.read(key, 10_000)


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_nothing_of_an_archive_is_written(folder_source: Build, tmp_path: Path, kind: str) -> None:
    """Listing and reading an archive of hostile names leaves every folder as it was."""
    root = tmp_path / "root"
    root.mkdir()
    entries: list[tuple[str, str | None]] = [("../../x.txt", None), ("/tmp/x.txt", None), ("l", "/tmp"), ("l/x.txt", None)]
    (root / f"a.{kind}").write_bytes({"zip": zip_of, "tar": tar_of}[kind](entries))
    before = sorted(tmp_path.rglob("*"))
    source = open_source(folder_source(root), tmp_path / "caches")
    assert [source.read(listed.key, 1000) for listed in source.list()] == [INSIDE] * 4
    assert sorted(tmp_path.rglob("*")) == before
    shutil.rmtree(root)
