"""Archives in folder sources: a ZIP is a folder."""

import gzip
import hashlib
import io
import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from resources.sources import Listed, OpenSource, Source, open_source
from resources.sources._archived import Archives, Names
from resources.sources._store import Entry
from tests.winnow.formats.archives import Raw, raw_zip, tarred, zipped
from winnow.errors import UnreadableDocument

Build = Callable[..., Source]

MIB = 1024 * 1024


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def opened(folder_source: Build, root: Path, tmp_path: Path) -> Callable[..., OpenSource]:
    """The folder as a source, opened with a cache."""

    def build(**options: object) -> OpenSource:
        return open_source(folder_source(root, **options), tmp_path / "caches")

    return build


def listed(source: OpenSource) -> dict[str, Listed]:
    """A listing by key; no key comes twice."""
    found = list(source.list())
    assert len({one.key for one in found}) == len(found)
    return {one.key: one for one in found}


def reason(source: OpenSource, key: str, max_bytes: int = 1000) -> str:
    """Why ``key`` cannot be read."""
    with pytest.raises(UnreadableDocument) as caught:
        source.read(key, max_bytes)
    return caught.value.reason


def test_members_are_objects_of_their_own(root: Path, opened: Callable[..., OpenSource]) -> None:
    """Each has a key below the archive's, its own size, bytes and hash, and the archive's times; the archive has none."""
    (root / "x").mkdir()
    (root / "x/a.zip").write_bytes(zipped({"in/one.txt": b"one", "two.txt": b"two!"}))
    (root / "b.txt").write_bytes(b"b")
    source = opened()
    found = listed(source)
    assert found.keys() == {"b.txt", "x/a.zip/in/one.txt", "x/a.zip/two.txt"}
    status = (root / "x/a.zip").stat()
    two = found["x/a.zip/two.txt"]
    assert (two.size, two.mtime_ns, two.ctime_ns) == (4, status.st_mtime_ns, status.st_ctime_ns)
    assert source.read("x/a.zip/two.txt", 4) == b"two!"
    assert source.sha256("x/a.zip/in/one.txt") == hashlib.sha256(b"one").hexdigest()
    assert reason(source, "x/a.zip/two.txt", 3) == "too_large"


def test_every_kind_and_depth_reads_without_a_listing(root: Path, opened: Callable[..., OpenSource]) -> None:
    """A source that was opened for reading alone finds the member of any key that was ever listed."""
    inner = zipped({"deep.txt": b"deep", "more/t.tgz": tarred({"t.txt": b"t"}, mode="w:gz")})
    (root / "a.zip").write_bytes(zipped({"i.zip": inner, "p.html.gz": gzip.compress(b"<p>")}))
    (root / "b.tar").write_bytes(tarred({"é.txt": b"e"}))
    (root / "page.html.gz").write_bytes(gzip.compress(b"<p>page"))
    keys = {
        "a.zip/i.zip/deep.txt": b"deep",
        "a.zip/i.zip/more/t.tgz/t.txt": b"t",
        "a.zip/p.html.gz/p.html": b"<p>",
        "b.tar/é.txt": b"e",
        "page.html.gz/page.html": b"<p>page",
    }
    assert listed(opened()).keys() == keys.keys()
    fresh = opened()
    assert {key: fresh.read(key, 100) for key in sorted(keys, reverse=True)} == keys
    assert all(opened().sha256(key) == hashlib.sha256(content).hexdigest() for key, content in keys.items())


def test_patterns_match_members(root: Path, opened: Callable[..., OpenSource]) -> None:
    """Include and exclude patterns are over the whole key; an excluded archive is not opened, and hidden members are none."""
    for name in ("a.zip", "drafts.zip"):
        files = {"x.pdf": b"1", "y.txt": b"2", "__MACOSX/._x.pdf": b"3", ".git/z.pdf": b"4"}
        (root / name).write_bytes(zipped(files))
    assert listed(opened(include=("**/*.pdf",), exclude=("drafts.zip",))).keys() == {"a.zip/x.pdf"}
    assert listed(opened(include=("a.zip/**",), exclude=("**/*.pdf",))).keys() == {"a.zip/y.txt"}
    assert listed(opened(include=("other/*.pdf",))).keys() == set()


def test_archives_may_be_kept_whole(root: Path, opened: Callable[..., OpenSource]) -> None:
    """With `archives: keep` an archive is an object like any other."""
    content = zipped({"x.pdf": b"1"})
    (root / "a.zip").write_bytes(content)
    source = opened(archives="keep")
    assert listed(source).keys() == {"a.zip"}
    assert source.read("a.zip", 1000) == content
    assert reason(source, "a.zip/x.pdf") == "gone_while_reading"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped({"x.txt": b"x" * 100})[:-7]),
        ("a.zip", b"no archive"),
        ("a.zip", b""),
        ("a.zip", raw_zip([Raw(b"a.txt", b"x", flags=1)])),
        ("a.zip", raw_zip([Raw(b"0", bytes(MIB)), *(Raw(b"%d" % n, bytes(MIB), same_bytes_as=0) for n in range(1, 99))])),
        ("a.tgz", tarred({"x.txt": b"x"}, mode="w:gz")[:-9]),
    ],
)
def test_an_archive_that_cannot_be_opened_is_listed_itself(
    root: Path, opened: Callable[..., OpenSource], name: str, content: bytes
) -> None:
    """Nothing is lost in silence: the archive is the object, whatever the include pattern, and its reader says why."""
    (root / name).write_bytes(content)
    source = opened(include=("**/*.pdf",))
    assert listed(source).keys() == {name}
    assert source.sha256(name) == hashlib.sha256(content).hexdigest()
    assert source.read(name, MIB) == content


def test_a_member_that_cannot_be_read_is_quarantined_by_itself(root: Path, opened: Callable[..., OpenSource]) -> None:
    """It is listed with a hash of its packed bytes, and reading it gives its own reason."""
    entries = [Raw(b"good.txt", b"x"), Raw(b"locked.txt", b"y", flags=1), Raw(b"broken.txt", b"z", crc=1)]
    (root / "a.zip").write_bytes(raw_zip(entries))
    source = opened()
    found = listed(source)
    assert found.keys() == {"a.zip/good.txt", "a.zip/locked.txt", "a.zip/broken.txt"}
    assert len({source.sha256(key) for key in found}) == 3
    assert reason(source, "a.zip/locked.txt") == "encrypted"
    assert reason(source, "a.zip/broken.txt") == "damaged"
    assert source.read("a.zip/good.txt", 10) == b"x"


def test_archives_below_the_deepest_level_are_bombs(root: Path, opened: Callable[..., OpenSource]) -> None:
    """An archive 80 levels deep ends in one object at the deepest level that is opened."""
    content = zipped({"a.txt": b"x"})
    for _ in range(80):
        content = zipped({"b.zip": content})
    (root / "a.zip").write_bytes(content)
    source = opened()
    (key,) = listed(source)
    assert key == "a.zip/b.zip/b.zip/b.zip"
    assert reason(source, key, MIB) == "bomb"


def test_an_inner_archive_that_cannot_be_opened_is_a_member(root: Path, opened: Callable[..., OpenSource]) -> None:
    """Its bytes go to the reader of archives, which says why."""
    (root / "a.zip").write_bytes(zipped({"cut.zip": zipped({"x": b"x"})[:-3], "y.txt": b"y"}))
    source = opened()
    assert listed(source).keys() == {"a.zip/cut.zip", "a.zip/y.txt"}
    assert source.read("a.zip/cut.zip", 1000) == zipped({"x": b"x"})[:-3]


def test_no_two_members_share_a_key(root: Path, opened: Callable[..., OpenSource]) -> None:
    """Names given twice, names that differ by case, and a folder called like an archive beside it all keep their bytes."""
    inner = zipped({"x.txt": b"inner"})
    (root / "a.zip").write_bytes(raw_zip([Raw(b"x.txt", b"1"), Raw(b"x.txt", b"2"), Raw(b"X.txt", b"3")]))
    (root / "b.zip").write_bytes(zipped({"c.zip": inner, "c.zip/x.txt": b"folder"}))
    (root / "d.zip").mkdir()
    (root / "d.zip/x.txt").write_bytes(b"a folder called like an archive")
    source = opened()
    found = {key: source.read(key, 1000) for key in listed(source)}
    assert found == {
        "a.zip/x.txt": b"1",
        "a.zip/x (2).txt": b"2",
        "a.zip/X.txt": b"3",
        "b.zip/c.zip": inner,
        "b.zip/c.zip/x.txt": b"folder",
        "d.zip/x.txt": b"a folder called like an archive",
    }


def test_links_to_archives_and_links_in_archives_lead_nowhere(root: Path, opened: Callable[..., OpenSource]) -> None:
    """An archive behind a symbolic link is not opened, and a link in an archive is not an object."""
    (root.parent / "outside.zip").write_bytes(zipped({"secret.txt": b"secret"}))
    (root / "link.zip").symlink_to(root.parent / "outside.zip")
    (root / "a.zip").write_bytes(raw_zip([Raw(b"l", b"/etc/passwd", mode=stat.S_IFLNK), Raw(b"x.txt", b"x")]))
    source = opened()
    assert listed(source).keys() == {"a.zip/x.txt"}
    assert reason(source, "link.zip/secret.txt") == "gone_while_reading"


def settle(path: Path) -> None:
    """Wait until the next change of ``path`` shows: the cache trusts no change time of the last two seconds."""
    time.sleep(max(0.0, path.stat().st_ctime + 2.1 - time.time()))


def test_an_unchanged_archive_is_not_opened_again(tmp_path: Path) -> None:
    """What a scan has seen is asked of the cache, until the archive's size, times or etag differ."""
    asked: list[str] = []

    def open_file(key: str) -> BinaryIO:
        asked.append(key)
        return io.BytesIO(zipped({"x.txt": b"x", "i.zip": zipped({"y.txt": b"y"})}))

    def names(entry: Entry) -> Names | None:
        archives = Archives(open_file, tmp_path / "caches")
        archives.remember()
        ((_, _, found),) = archives.listed([("a.zip", entry)])
        return found

    first = Entry("a.zip", 300, 1, etag="one")
    assert names(first) == names(first) == [("x.txt", 1), ("i.zip/y.txt", 1)]
    assert len(asked) == 1
    for changed in (replace(first, etag="two"), replace(first, size=301), replace(first, mtime_ns=2)):
        names(changed)
    assert len(asked) == 4
    just_now = Entry("a.zip", 300, 1, ctime_ns=time.time_ns())
    names(just_now)
    names(just_now)
    assert len(asked) == 6  # it may change again without showing it
    assert stat.S_IMODE((tmp_path / "caches" / "archives.sqlite").stat().st_mode) == 0o600


def test_what_is_remembered_is_used_and_forgotten(root: Path, opened: Callable[..., OpenSource], tmp_path: Path) -> None:
    """A listing without a scan writes nothing; the names of an archive that has gone leave the cache with the next scan."""
    cache = tmp_path / "caches" / "reports" / "archives.sqlite"
    (root / "a.zip").write_bytes(zipped({"x.txt": b"x"}))
    (root / "b.zip").write_bytes(zipped({"who.txt": b"x"}))
    settle(root / "b.zip")
    assert listed(opened()).keys() == {"a.zip/x.txt", "b.zip/who.txt"}
    assert not cache.exists()
    for _ in range(2):
        source = opened()
        source.refresh()
        assert listed(source).keys() == {"a.zip/x.txt", "b.zip/who.txt"}
    assert b"who.txt" in cache.read_bytes()
    (root / "b.zip").unlink()
    source = opened()
    source.refresh()
    assert listed(source).keys() == {"a.zip/x.txt"}
    assert b"who.txt" not in cache.read_bytes()
    cache.write_bytes(b"no database")
    source = opened()
    source.refresh()
    assert listed(source).keys() == {"a.zip/x.txt"}


def test_an_archive_that_changes_while_it_is_read_does_no_harm(root: Path, opened: Callable[..., OpenSource]) -> None:
    """A member of an archive that was cut short meanwhile has a reason, and one that has gone is gone."""
    (root / "a.zip").write_bytes(zipped({f"{number}.txt": os.urandom(200_000) for number in range(3)}, 0))
    source = opened()
    source.read("a.zip/0.txt", MIB)
    os.truncate(root / "a.zip", 250_000)
    assert reason(source, "a.zip/2.txt", MIB) in {"damaged", "truncated"}
    (root / "a.zip").unlink()
    assert reason(opened(), "a.zip/2.txt", MIB) == "gone_while_reading"


def test_a_large_archive_is_read_member_by_member(root: Path, opened: Callable[..., OpenSource]) -> None:
    """Thousands of members are listed and hashed in about the time that their bytes take: the directory is read once."""
    files = {f"folder {number % 10}/{number}.txt": b"%d" % number for number in range(5000)}
    (root / "a.zip").write_bytes(zipped(files))
    source = opened()
    began = time.process_time()
    found = listed(source)
    assert {source.sha256(key) for key in sorted(found)} == {hashlib.sha256(content).hexdigest() for content in files.values()}
    assert time.process_time() - began < 3
