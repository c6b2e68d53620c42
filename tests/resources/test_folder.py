"""Folders and buckets."""

import errno
import hashlib
import os
import socket
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path

import fsspec
import fsspec.implementations.memory
import pytest
from pydantic import ValidationError

from resources.sources import Source, _store, open_source
from resources.sources._globs import Globs, translate
from tests.winnow.formats.archives import zipped
from winnow.errors import SourceError, UnreadableDocument

Build = Callable[..., Source]

RunPython = Callable[..., subprocess.CompletedProcess[str]]

NO_CACHE = Path("not-there")  # a folder is read where it lies


def keys(source: Source) -> list[str]:
    """The keys in a listing, sorted."""
    return sorted(listed.key for listed in open_source(source, NO_CACHE).list())


def put(root: Path, *names: str) -> None:
    """Write files that hold their own names."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize(
    ("glob", "key", "taken"),
    [
        ("**/*.pdf", "a.pdf", True),
        ("**/*.pdf", "x/y/A.PDF", True),
        ("*.pdf", "x/a.pdf", False),
        ("x/**", "x/y/z.txt", True),
        ("x/**", "xy/z.txt", False),
        ("**/*.{pdf,docx}", "a.docx", True),
        ("**/*.{pdf,docx}", "a.doc", False),
        ("a?.txt", "a/.txt", False),
        ("[!a-c]*.md", "d.md", True),
        ("[!a-c]*.md", "b.md", False),
        ("a+b(1).txt", "a+b(1).txt", True),
        ("**/*.pdf", "x//a.pdf", True),
    ],
)
def test_a_glob_takes_what_its_words_say(glob: str, key: str, taken: bool) -> None:
    """Stars stay within a folder, double stars do not, sets and braces choose, and other characters stand for themselves."""
    assert (translate(glob).fullmatch(key) is not None) is taken


@pytest.mark.parametrize("glob", ["../*.txt", "/etc/*", "x/{a,b", "a/../../b"])
def test_a_glob_that_leaves_the_folder_is_refused(folder_source: Build, tmp_path: Path, glob: str) -> None:
    """A pattern that is malformed or points outside is a mistake in the catalog."""
    with pytest.raises(ValidationError):
        folder_source(tmp_path, include=(glob,))


def test_hidden_and_unfinished_files_are_left_out() -> None:
    """Dot files, locks of office programs and half-copied files belong to no source."""
    globs = Globs(["**/*"], [])
    names = [".a", "x/.git/a", "~$a.docx", "a.tmp", "a.pdf.part", "a.crdownload", "#a#", "a~", "Thumbs.db", "x/desktop.ini"]
    assert [name for name in names if globs.take(name)] == []
    assert all(globs.take(name) for name in ["a.pdf", "x/notes.md", "a.temp.txt"])


def test_include_and_exclude_decide_together(folder_source: Build, tmp_path: Path) -> None:
    """A file is listed if an include pattern takes it and no exclude pattern does."""
    put(tmp_path, "a.pdf", "b.txt", "drafts/c.pdf", "x/d.pdf")
    assert keys(folder_source(tmp_path, include=("**/*.pdf",), exclude=("drafts/**",))) == ["a.pdf", "x/d.pdf"]


def test_links_pipes_and_sockets_are_not_objects(folder_source: Build, tmp_path: Path) -> None:
    """Only regular files are listed, and no symbolic link to a file or a folder is followed."""
    root = tmp_path / "root"
    put(tmp_path, "outside/secret.txt", "root/a.txt")
    (root / "file").symlink_to(tmp_path / "outside/secret.txt")
    (root / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "s"))
        assert keys(folder_source(root)) == ["a.txt"]


@pytest.mark.parametrize("key", ["../outside/secret.txt", "folder/secret.txt", "file", "pipe", "/etc/passwd", "x/../a.txt", ""])
def test_reading_never_leaves_the_folder(folder_source: Build, tmp_path: Path, key: str) -> None:
    """A key that climbs out, or on whose way a link or a pipe stands, reads as gone."""
    root = tmp_path / "root"
    put(tmp_path, "outside/secret.txt", "root/a.txt")
    (root / "file").symlink_to(tmp_path / "outside/secret.txt")
    (root / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "pipe")
    with pytest.raises(UnreadableDocument, match="gone_while_reading"):
        open_source(folder_source(root), NO_CACHE).read(key, 100)


def test_a_listing_tells_size_and_times(folder_source: Build, tmp_path: Path) -> None:
    """Size, modification and change time are those of the file system, to the nanosecond."""
    put(tmp_path, "a.txt")
    os.utime(tmp_path / "a.txt", ns=(1, 1_600_000_000_123_456_789))
    status = (tmp_path / "a.txt").stat()
    (listed,) = open_source(folder_source(tmp_path), NO_CACHE).list()
    assert (listed.size, listed.mtime_ns, listed.ctime_ns) == (5, 1_600_000_000_123_456_789, status.st_ctime_ns)


def test_reading_stops_at_the_size_limit(folder_source: Build, tmp_path: Path) -> None:
    """A file of the limit's size is read, a larger one is too_large."""
    (tmp_path / "a").write_bytes(b"x" * 10)
    source = open_source(folder_source(tmp_path), NO_CACHE)
    assert source.read("a", 10) == b"x" * 10
    with pytest.raises(UnreadableDocument, match="too_large"):
        source.read("a", 9)


def test_the_hash_is_that_of_the_bytes(folder_source: Build, tmp_path: Path) -> None:
    """Hashing in pieces gives the SHA-256 of the whole."""
    content = bytes(range(256)) * 10_000
    (tmp_path / "a").write_bytes(content)
    assert open_source(folder_source(tmp_path), NO_CACHE).sha256("a") == hashlib.sha256(content).hexdigest()


def test_keys_are_composed_and_still_open_the_file(folder_source: Build, tmp_path: Path) -> None:
    """A decomposed name is listed in composed form, and that key reads the file even without a listing before."""
    decomposed = unicodedata.normalize("NFD", "Übersicht.txt")
    put(tmp_path, decomposed)
    composed = unicodedata.normalize("NFC", decomposed)
    assert keys(folder_source(tmp_path)) == [composed]
    assert open_source(folder_source(tmp_path), NO_CACHE).read(composed, 100) == decomposed.encode()


def test_two_spellings_of_one_name_stay_two_objects(folder_source: Build, tmp_path: Path) -> None:
    """Where the composed and the decomposed name lie side by side, each key reads its own file."""
    names = [unicodedata.normalize(form, "é.txt") for form in ("NFC", "NFD")]
    put(tmp_path, *names)
    source = open_source(folder_source(tmp_path), NO_CACHE)
    assert sorted(listed.key for listed in source.list()) == sorted(names)
    assert [source.read(name, 100) for name in names] == [name.encode() for name in names]


def test_names_that_are_no_utf8_can_be_stored_and_read(folder_source: Build, tmp_path: Path) -> None:
    """A name with stray bytes gets a key without lone surrogates, and that key reads the file."""
    name = os.fsdecode(b"caf\xe9.txt")
    put(tmp_path, name)
    source = open_source(folder_source(tmp_path), NO_CACHE)
    (listed,) = source.list()
    assert listed.key.encode() == rb"caf\xe9.txt"
    assert source.read(listed.key, 100) == b"caf\xe9.txt"


def test_a_missing_root_is_an_error_and_not_an_empty_listing(folder_source: Build, tmp_path: Path) -> None:
    """A folder that is not there cannot be listed, and the error names the source but not the path."""
    with pytest.raises(SourceError, match="'reports'") as caught:
        list(open_source(folder_source(tmp_path / "Jane Doe"), NO_CACHE).list())
    assert errno.errorcode[errno.ENOENT] in str(caught.value)
    assert "Jane" not in str(caught.value)


def test_a_folder_that_cannot_be_looked_into_is_an_error(run_python: RunPython) -> None:
    """A folder the system refuses to open fails the listing, for what lies in it is not known to be gone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        put(Path(name), "a.txt", "locked/b.txt")
        (Path(name) / "locked").chmod(0)
        done = run_python(
            """
            import os, sys
            from pathlib import Path
            from resources.sources import kinds, open_source
            given = {"name": "reports", "asset": "internal_reports", "kind": "folder", "licence": "x", "url": sys.argv[1]}
            source = open_source(kinds()["folder"].options.model_validate(given), Path("not-there"))
            if not os.geteuid():
                os.setuid(65534)  # no permission stops root
            list(source.list())
            """,
            name,
        )
        (Path(name) / "locked").chmod(0o755)
    assert "SourceError: source 'reports' cannot be listed (EACCES)" in done.stderr


def test_folders_of_any_depth_are_listed_and_read(folder_source: Build, tmp_path: Path) -> None:
    """A path may be longer than what the system takes in one call: each folder is opened from the one above it."""
    here = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(20):
            Path("x" * 250).mkdir()
            os.chdir("x" * 250)
        Path("a.txt").write_bytes(b"deep")
    finally:
        os.chdir(here)
    source = open_source(folder_source(tmp_path), NO_CACHE)
    (listed,) = source.list()
    assert len(listed.key) > 4096
    assert source.read(listed.key, 100) == b"deep"


def test_a_relative_address_counts_from_the_catalog(folder_source: Build, tmp_path: Path) -> None:
    """A relative path is below the folder of the catalog, a file address is a path, and another scheme stays."""
    build = type(folder_source(tmp_path)).model_validate
    given = {"name": "a", "asset": "internal_reports", "kind": "folder", "licence": "x"}
    urls = [build({**given, "url": url}, context={"folder": tmp_path}).url for url in ("in", "file:///x%20y", "s3://b/c")]
    assert urls == [str(tmp_path / "in"), "/x y", "s3://b/c"]


def test_a_remote_folder_lists_and_reads_like_a_local_one(folder_source: Build) -> None:
    """Behind fsspec the same patterns give the same keys, bytes and hashes."""
    store = fsspec.filesystem("memory")
    store.pipe({"/landing/a.txt": b"one", "/landing/x/b.pdf": b"two", "/other/c.txt": b"three"})
    source = open_source(folder_source("memory://landing", include=("**/*.{txt,pdf}",)), NO_CACHE)
    listed = sorted(source.list(), key=lambda one: one.key)
    assert [(one.key, one.size) for one in listed] == [("a.txt", 3), ("x/b.pdf", 3)]
    assert source.read("x/b.pdf", 3) == b"two"
    assert source.sha256("a.txt") == hashlib.sha256(b"one").hexdigest()
    with pytest.raises(UnreadableDocument, match="too_large"):
        source.read("x/b.pdf", 2)
    with pytest.raises(UnreadableDocument, match="gone_while_reading"):
        source.read("no.txt", 2)


def test_a_missing_remote_root_is_an_error(folder_source: Build) -> None:
    """A bucket or prefix that is not there is not an empty one."""
    with pytest.raises(SourceError, match="Nothing is taken as deleted"):
        list(open_source(folder_source("memory://nowhere-at-all"), NO_CACHE).list())


def test_a_folder_of_a_store_that_cannot_be_listed_fails_the_listing(
    folder_source: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fsspec's own search would leave such a folder out, and what lies in it would count as deleted."""
    monkeypatch.setattr(_store, "PAUSES", (0.01, 0.01))

    class Broken(fsspec.implementations.memory.MemoryFileSystem):  # type: ignore[misc, name-defined] - fsspec is untyped
        """A store of which one folder is out of order, as a disk may be."""

        protocol = "broken"

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return str(super()._strip_protocol(path.replace("broken://", "memory://")))

        def ls(self, path: str, detail: bool = True, **more: object) -> object:
            if path.endswith("bad"):
                raise OSError(errno.EIO, "secret-name")
            return super().ls(path, detail=detail, **more)

    fsspec.register_implementation("broken", Broken, clobber=True)
    Broken().pipe({"/lost/good/a.txt": b"one", "/lost/bad/b.txt": b"two"})
    with pytest.raises(SourceError, match="cannot be listed \\(OSError\\)") as caught:
        list(open_source(folder_source("broken://lost"), NO_CACHE).list())
    assert "secret-name" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"url": "https://example.com/x"}, "kind: web"),
        ({"url": "zip://x::s3://bucket/a.zip"}, "name the store itself"),
        ({"url": "simplecache://x"}, "name the store itself"),
        ({"url": "nostore://x"}, "no store is known"),
        ({"url": "in", "options": {"key": "x"}}, "takes none"),
        ({"url": "sftp://host/in", "options": {"host_key_policy": "auto_add"}}, "no such option"),
        ({"url": "sftp://host/in", "options": {"known_hosts": None, "look_for_keys": True}}, "no such option"),
    ],
)
def test_an_address_that_is_no_folder_is_refused(folder_source: Build, given: dict[str, object], says: str) -> None:
    """The catalog's check says what to write instead."""
    with pytest.raises(ValidationError, match=says):
        folder_source(given.pop("url"), **given)


def test_a_store_whose_package_is_absent_says_which_extra_to_install(run_python: RunPython) -> None:
    """Without the package of S3 or SFTP the source cannot be listed, and the message names the extra."""
    for url, module, extra in (("s3://b/x", "s3fs", "winnow[s3]"), ("sftp://h/x", "asyncssh", "winnow[sftp]")):
        done = run_python(
            """
            import sys
            sys.modules[sys.argv[2]] = None
            from pathlib import Path
            from resources.sources import kinds, open_source
            given = {"name": "reports", "asset": "internal_reports", "kind": "folder", "licence": "x", "url": sys.argv[1]}
            list(open_source(kinds()["folder"].options.model_validate(given), Path("not-there")).list())
            """,
            url,
            module,
        )
        assert "SourceError" in done.stderr
        assert extra in done.stderr


def test_a_folder_swapped_for_a_link_leads_nowhere(folder_source: Build, tmp_path: Path) -> None:
    """Between listing a folder and looking into it, it may become a link; nothing behind it is listed."""
    root = tmp_path / "root"
    put(tmp_path, "outside/secret.txt", "root/a/1.txt", "root/b/2.txt")
    found = open_source(folder_source(root), NO_CACHE).list()
    first = next(found).key  # the other folder is waiting
    other = root / ("b" if first.startswith("a") else "a")
    other.rename(tmp_path / "away")
    other.symlink_to(tmp_path / "outside")
    assert [listed.key for listed in found] == []


def test_what_a_browser_saves_beside_a_page_is_left_out(folder_source: Build, tmp_path: Path) -> None:
    """A folder ``X_files`` beside ``X.html`` holds pictures and frames of that page; alone, or by wish, it is a folder like any other."""
    saved = ("Report.html", "report_files/ad.html", "report_files/in/frame.htm", "news.htm", "news-Dateien/x.txt")
    put(tmp_path, *saved, "own_files/plan.pdf", "a/page_files/b.txt", "page.html")
    kept = ["Report.html", "a/page_files/b.txt", "news.htm", "own_files/plan.pdf", "page.html"]
    assert keys(folder_source(tmp_path)) == kept
    assert len(keys(folder_source(tmp_path, page_files="read"))) == 8
    assert keys(folder_source(tmp_path, include=["**/*.txt"])) == ["a/page_files/b.txt", "news-Dateien/x.txt"]


def test_saved_pages_in_archives_are_the_same(folder_source: Build, tmp_path: Path) -> None:
    """What a browser saved is left out of archives as well."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "pages.zip").write_bytes(zipped({"a.html": b"<p>x</p>", "a_files/b.html": b"<p>y</p>"}))
    assert [one.key for one in open_source(folder_source(root), tmp_path / "names").list()] == ["pages.zip/a.html"]
