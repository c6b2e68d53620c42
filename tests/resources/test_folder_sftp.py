"""Folders of an SSH server as sources, on a real OpenSSH."""

import hashlib
import os
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from resources.sources import OpenSource, Source, _store, open_source
from resources.sources._sftp import SftpStore
from tests.sftp import SftpServer, sftp_server
from tests.winnow.formats.archives import zipped
from winnow.errors import SourceError, UnreadableDocument

Build = Callable[..., Source]

MIB = 1024 * 1024


@pytest.fixture(autouse=True, scope="module")
def readable() -> Iterator[None]:
    """Another user serves what the tests write, also where an earlier test closed everything to others."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="module")
def running() -> Iterator[SftpServer]:
    """The server of all tests here."""
    with sftp_server() as server:
        yield server


@pytest.fixture
def server(running: SftpServer, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SftpServer:
    """The server with a folder of this test's own, and no waiting between attempts."""
    monkeypatch.setattr(_store, "PAUSES", (0.01, 0.01))
    name = str(abs(hash(request.node.name)))
    files = running.files / name
    files.mkdir()
    return replace(running, files=files, url=f"{running.url}/{name}")


@pytest.fixture
def opened(server: SftpServer, folder_source: Build, tmp_path: Path) -> Callable[..., OpenSource]:
    """The folder as a source."""

    def build(**options: object) -> OpenSource:
        return open_source(folder_source(server.url, **{"options": server.options(), **options}), tmp_path / "caches")

    return build


def put(root: Path, **files: bytes) -> None:
    """Write files below ``root``."""
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def keys(source: OpenSource) -> list[str]:
    """The keys in a listing, sorted."""
    return sorted(listed.key for listed in source.list())


def test_a_folder_of_a_server_is_listed_and_read_like_a_local_one(
    server: SftpServer, opened: Callable[..., OpenSource]
) -> None:
    """Patterns, keys, sizes, times, bytes and hashes are as for a local folder; archives are folders."""
    large = os.urandom(3 * MIB)
    put(server.files, **{"a.txt": b"one", "x y/ü #%.bin": large, "c.zip": zipped({"in.txt": b"in"}), "d.doc": b""})
    source = opened(include=("**/*.{txt,bin}",))
    found = {listed.key: listed for listed in source.list()}
    assert found.keys() == {"a.txt", "x y/ü #%.bin", "c.zip/in.txt"}
    assert found["a.txt"].mtime_ns == int((server.files / "a.txt").stat().st_mtime) * 1_000_000_000
    assert (found["a.txt"].size, found["a.txt"].etag, found["a.txt"].ctime_ns) == (3, None, None)
    assert source.read("x y/ü #%.bin", 3 * MIB) == large
    assert source.sha256("x y/ü #%.bin") == hashlib.sha256(large).hexdigest()
    assert source.read("c.zip/in.txt", 10) == b"in"
    for key, limit, reason in (("a.txt", 2, "too_large"), ("no.txt", 2, "gone_while_reading")):
        with pytest.raises(UnreadableDocument, match=reason):
            source.read(key, limit)


def test_no_link_is_followed(server: SftpServer, opened: Callable[..., OpenSource]) -> None:
    """Links to files, folders and archives are not listed, and no key leads through one."""
    outside = server.files.parent / f"{server.files.name} outside"
    put(outside, **{"secret.txt": b"secret", "s.zip": zipped({"secret.txt": b"secret"})})
    put(server.files, **{"a.txt": b"one", "x/b.txt": b"two"})
    for name, target in (("l.txt", "secret.txt"), ("l.zip", "s.zip"), ("folder", ""), ("x/up", "../..")):
        (server.files / name).symlink_to(outside / target if not target.startswith("..") else target)
    (server.files / "loop").symlink_to(".")
    source = opened()
    assert keys(source) == ["a.txt", "x/b.txt"]
    hostile = ["l.txt", "folder/secret.txt", "l.zip/secret.txt", "x/up/a.txt", "loop/a.txt", "../secret.txt", "/etc/passwd"]
    for key in [*hostile, f"../{outside.name}/secret.txt", "x/../a.txt", "", ".", "x"]:
        with pytest.raises(UnreadableDocument, match="gone_while_reading"):
            source.read(key, 1000)


def test_a_file_that_becomes_a_link_is_not_read(server: SftpServer) -> None:
    """Between two readings of a connection a folder may be swapped for a link; the path is resolved again each time."""
    put(server.files, **{"x/a.txt": b"one"})
    put(server.files.parent, **{f"{server.files.name} outside/a.txt": b"secret"})
    store = SftpStore("swapped", server.url, server.options())
    assert b"".join(store.pieces("x/a.txt")) == b"one"
    (server.files / "x").rename(server.files / "y")
    (server.files / "x").symlink_to(server.files.parent / f"{server.files.name} outside")
    with pytest.raises(FileNotFoundError):
        list(store.pieces("x/a.txt"))


OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"


def test_a_server_that_cannot_prove_who_it_is_gets_no_credentials(
    server: SftpServer, opened: Callable[..., OpenSource], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another host key, a list without this host, or no list at all: the source is not listed."""
    monkeypatch.setenv("HOME", str(tmp_path))  # where no known_hosts is
    (tmp_path / "others").write_text(f"elsewhere.example {server.host_key}\n")
    unknown: list[dict[str, object]] = [{"host_key": OTHER_KEY}, {"known_hosts": str(tmp_path / "others")}, {}]
    for given in unknown:
        options = {"client_keys": [str(server.client_key)], **given}
        with pytest.raises(SourceError, match="host key is not the one") as caught:
            list(opened(options=options).list())
        assert "127.0.0.1" not in str(caught.value)


def test_a_list_of_known_hosts_is_taken(server: SftpServer, opened: Callable[..., OpenSource], tmp_path: Path) -> None:
    """`known_hosts` is OpenSSH's own file, and one of several host keys is enough."""
    put(server.files, **{"a.txt": b"one"})
    port = server.url.split(":")[2].partition("/")[0]
    (tmp_path / "known").write_text(f"[127.0.0.1]:{port} {server.host_key}\n")
    client = [str(server.client_key)]
    assert keys(opened(options={"client_keys": client, "known_hosts": str(tmp_path / "known")})) == ["a.txt"]
    assert keys(opened(options={"client_keys": client, "host_key": [OTHER_KEY, server.host_key]})) == ["a.txt"]
    assert keys(opened(options={"client_keys": server.client_key.read_text(), "host_key": server.host_key})) == ["a.txt"]
    with pytest.raises(SourceError, match=r"a file that .* names is not there"):
        list(opened(options={"client_keys": client, "known_hosts": str(tmp_path / "none")}).list())


def test_refused_credentials_are_told_as_such(
    opened: Callable[..., OpenSource], server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that the server does not let in is an error of credentials, and no password shows in it."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    options = {"host_key": server.host_key, "client_keys": [str(tmp_path / "other")], "password": "hunter2hunter2"}
    with pytest.raises(SourceError, match="check the credentials") as caught:
        list(opened(options=options).list())
    assert "hunter2" not in str(caught.value)


def test_names_in_any_form_are_read(server: SftpServer, opened: Callable[..., OpenSource]) -> None:
    """Decomposed names and names that are no UTF-8 have keys that read them, without a listing before."""
    decomposed = unicodedata.normalize("NFD", "é.txt")
    put(server.files, **{decomposed: b"d", os.fsdecode(b"caf\xe9.txt"): b"stray"})
    composed = unicodedata.normalize("NFC", decomposed)
    assert keys(opened()) == sorted([r"caf\xe9.txt", composed])
    assert opened().read(composed, 10) == b"d"
    assert opened().read(r"caf\xe9.txt", 10) == b"stray"


def test_what_cannot_be_looked_into_fails_the_listing(server: SftpServer, opened: Callable[..., OpenSource]) -> None:
    """A folder that the server refuses, and a root that is not there, are errors and no empty listings."""
    put(server.files, **{"a.txt": b"one", "locked/b.txt": b"two"})
    (server.files / "locked").chmod(0)
    with pytest.raises(SourceError, match="PermissionError"):
        list(opened().list())
    (server.files / "locked").chmod(0o755)
    (server.files / "locked/b.txt").unlink()
    (server.files / "locked").rmdir()
    (server.files / "a.txt").unlink()
    assert keys(opened()) == []
    server.files.rmdir()
    with pytest.raises(SourceError, match="nothing is at its address"):
        list(opened().list())


def test_a_connection_that_breaks_is_made_again(server: SftpServer) -> None:
    """Reading goes on where it was, if the file is as it was; else it is said to have changed."""
    content = os.urandom(20 * MIB)
    put(server.files, **{"a.bin": content, "b.bin": content})
    store = SftpStore("broken", server.url, server.options())
    pieces = store.pieces("a.bin")
    read = next(pieces)
    store.connection().ssh.abort()
    assert read + b"".join(pieces) == content
    pieces = store.pieces("b.bin")
    next(pieces)
    store.connection().ssh.abort()
    (server.files / "b.bin").write_bytes(content[::-1] + b"more")
    with pytest.raises(UnreadableDocument, match="changed_while_reading"):
        list(pieces)


def test_times_may_be_trusted(server: SftpServer, opened: Callable[..., OpenSource]) -> None:
    """With `trust_times` size and modification time stand for an etag, which SFTP has none of."""
    put(server.files, **{"a.txt": b"one"})
    (before,) = opened(trust_times=True).list()
    (again,) = opened(trust_times=True).list()
    assert before.etag is not None
    assert before == again
    os.utime(server.files / "a.txt", (0, 1_600_000_000))
    (after,) = opened(trust_times=True).list()
    assert after.etag != before.etag
