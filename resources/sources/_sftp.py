"""A folder of an SSH server (SFTP protocol version 3), through asyncssh.

The server proves who it is before it is told anything: by ``host_key``, by ``known_hosts``, else by the user's own
``~/.ssh/known_hosts``; there is no way to switch that off. That is why neither of fsspec's two stores for SFTP is used: its own
(paramiko) accepts and remembers any key by default, sshfs (asyncssh) does not look at the key unless told to, and both follow
symbolic links. Nor is the user's ``~/.ssh/config`` read: what the catalog says is all there is.

SFTP has no way to open a file only if it is no link. So a path is resolved by the server before and after it is read, and must
be itself both times; folders likewise before they are listed.
"""

import logging
import stat
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from resources.sources._store import PIECE, Entry, KeyFileAbsent, Ranges, attempted, is_plain, source_error
from winnow.errors import SourceError, UnreadableDocument

SCHEMES = ("sftp", "ssh")

OPTIONS = ("username", "password", "port", "client_keys", "passphrase", "known_hosts", "host_key")

_LIMITS = {
    "connect_timeout": 20,
    "login_timeout": 30,
    "keepalive_interval": 15,
    "keepalive_count_max": 4,
}  # seconds, and how often

_ANSWER = 120  # seconds that one call may take; a folder of 100,000 files is listed in 5 on a slow line


@dataclass
class _Connection:
    """A connection that is up, the root as the server resolves it, and both of asyncssh's objects."""

    ssh: Any
    sftp: Any
    root: str


Call = Callable[[], Coroutine[Any, Any, Any]]


class SftpStore:
    """See `resources.sources._store.Store`."""

    def __init__(self, name: str, url: str, options: Mapping[str, Any]) -> None:
        """``url`` is ``sftp://user@host:port/folder``; ``options`` are some of `OPTIONS`. Nothing is touched yet."""
        self._name, self._options = name, dict(options)
        parts = urlsplit(url)
        self._host, self._root = parts.hostname or "", unquote(parts.path).rstrip("/") or "/"
        port = self._options.get("port") or parts.port
        self._port = int(port) if port else 22
        self._username = self._options.get("username") or (unquote(parts.username) if parts.username else None)
        self._password = self._options.get("password") or (unquote(parts.password) if parts.password else None)
        self._connected: _Connection | None = None

    def entries(self) -> Iterator[Entry]:
        """Every regular file; SourceError if the folder is not there or anything below it cannot be listed."""
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                found = self.ask("listed", lambda folder=folder: self._listed(folder))  # type: ignore[misc]
            except FileNotFoundError as error:
                if not folder:
                    raise source_error(self._name, "listed", error) from None
                continue  # removed since its parent was listed, or a link now
            for name, attributes in found:
                path = f"{folder}/{name}" if folder else name
                mode = attributes.permissions or 0
                if stat.S_ISDIR(mode):
                    folders.append(path)
                elif stat.S_ISREG(mode):
                    mtime_ns = None if attributes.mtime is None else int(attributes.mtime) * 1_000_000_000
                    yield Entry(path, int(attributes.size or 0), mtime_ns)

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes at ``path``."""
        with self.opened(path) as file:
            while piece := file.read(PIECE):
                yield piece
        self.ask("read", lambda: self.resolved(path))  # it was no link before, and is none now

    def opened(self, path: str) -> BinaryIO:
        """The file at ``path``; a connection that breaks is made again, if the file is as it was."""
        if not is_plain(path):
            raise FileNotFoundError
        found = _File(self, path)
        self.ask("read", found.open)
        return cast("BinaryIO", Ranges(found.size, found.fetch, found.close))

    def refuses(self, _path: str) -> bool:
        """Never: no file system has such names."""
        return False

    def is_folder(self, _path: str) -> bool:
        """Never: no name stands for two things."""
        return False

    async def _listed(self, folder: str) -> list[tuple[str, Any]]:
        place = await self.resolved(folder)
        found = await self.connection().sftp.readdir(place)
        named = [(str(one.filename), one.attrs) for one in found]
        return [(name, attributes) for name, attributes in named if is_plain(name) and "/" not in name]

    async def resolved(self, path: str) -> str:
        """Where ``path`` is on the server; FileNotFoundError if it is not itself there, but by way of a link."""
        connection = self.connection()
        place = f"{connection.root.rstrip('/')}/{path}" if path else connection.root
        if path and await connection.sftp.realpath(place) != place:
            raise FileNotFoundError
        return place

    def ask(self, action: str, call: Call) -> Any:
        """What ``call`` gives once there is a connection; a broken one is made again, and a link is FileNotFoundError."""

        def attempt() -> Any:
            import asyncssh  # noqa: PLC0415 - an extra, and a local folder needs none of it

            if self._connected is None:
                self._connected = self._sync(self._connect)
            try:
                return self._sync(call)
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                raise FileNotFoundError from None
            except (FileNotFoundError, UnreadableDocument):
                raise
            except asyncssh.SFTPPermissionDenied:
                raise PermissionError from None
            except Exception:
                self._drop()
                raise

        return attempted(self._name, action, attempt)

    def connection(self) -> _Connection:
        """The connection that `ask` has made."""
        assert self._connected is not None
        return self._connected

    def _drop(self) -> None:
        """Forget the connection; the next call makes another."""
        if self._connected is not None:
            self._connected.ssh.abort()
        self._connected = None

    def _sync(self, call: Call) -> Any:
        from fsspec.asyn import get_loop, sync  # noqa: PLC0415 - a local folder needs none of it

        return sync(get_loop(), call, timeout=_ANSWER)

    async def _connect(self) -> _Connection:
        import asyncssh  # noqa: PLC0415 - an extra

        logging.getLogger("asyncssh").setLevel(logging.WARNING)  # below it every line names the host, the user and files
        given: dict[str, Any] = {"username": self._username, "password": self._password, "client_keys": self._client_keys()}
        ssh = await asyncssh.connect(
            self._host,
            self._port,
            config=None,
            known_hosts=self._known_hosts(),
            **{name: value for name, value in given.items() if value},
            **_LIMITS,
        )
        sftp = await ssh.start_sftp_client(path_errors="surrogateescape")
        root = str(await sftp.realpath(self._root))
        if not await sftp.isdir(root):
            raise NotADirectoryError
        return _Connection(ssh, sftp, root)

    def _known_hosts(self) -> Any:
        """What asyncssh compares the server's key with; an empty tuple is the user's own file."""
        import asyncssh  # noqa: PLC0415 - an extra

        if keys := _several(self._options.get("host_key")):
            return [asyncssh.import_public_key(key) for key in keys], [], []
        return [_existing(path) for path in _several(self._options.get("known_hosts"))] or ()

    def _client_keys(self) -> list[Any]:
        """The private keys: paths as they are, key texts (from `${file:…}`) read."""
        import asyncssh  # noqa: PLC0415 - an extra

        phrase = self._options.get("passphrase")
        return [
            asyncssh.import_private_key(key, phrase)
            if "PRIVATE KEY" in key
            else asyncssh.read_private_key(_existing(key), phrase)
            for key in _several(self._options.get("client_keys"))
        ]


def _several(given: str | Sequence[str] | None) -> Sequence[str]:
    return [given] if isinstance(given, str) else given or []


def _existing(path: str) -> str:
    if not Path(path).is_file():
        raise KeyFileAbsent
    return path


class _File:
    """One open file, which is opened again when the connection was."""

    def __init__(self, store: SftpStore, path: str) -> None:
        self._store, self._path = store, path
        self._file: Any = None
        self._sftp: Any = None
        self._seen: tuple[int | None, int | None] | None = None

    @property
    def size(self) -> int:
        """Bytes, as the server said when it was opened."""
        return int((self._seen or (0, None))[0] or 0)

    async def open(self) -> None:
        place = await self._store.resolved(self._path)
        sftp = self._store.connection().sftp
        file = await sftp.open(place, "rb")
        attributes = await file.stat()
        seen = attributes.size, attributes.mtime
        if not stat.S_ISREG(attributes.permissions or 0) or self._seen not in {None, seen}:
            await file.close()
            raise FileNotFoundError if self._seen is None else UnreadableDocument("changed_while_reading")
        self._file, self._sftp, self._seen = file, sftp, seen

    def fetch(self, start: int, stop: int) -> bytes:
        return bytes(self._store.ask("read", lambda: self._range(start, stop)))

    async def _range(self, start: int, stop: int) -> bytes:
        if self._sftp is not self._store.connection().sftp:
            await self.open()
        read = bytes(await self._file.read(stop - start, start))
        if len(read) != stop - start:
            raise UnreadableDocument("changed_while_reading")
        return read

    def close(self) -> None:
        with suppress(SourceError):  # a connection that has gone took the file with it
            self._store.ask("read", self._closed)

    async def _closed(self) -> None:
        if self._sftp is self._store.connection().sftp:
            await self._file.close()
