"""A folder of this machine, walked and read without ever following a symbolic link.

Keys are paths below the root with forward slashes, in Unicode's composed form (NFC), because the same name comes decomposed
from one file server and composed from another. Where both forms lie in one folder each keeps its own spelling.
"""

import errno
import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from resources.sources._base import Listed
from resources.sources._globs import Globs
from winnow.errors import SourceError, UnreadableDocument

PIECE = 1024 * 1024  # bytes read at once; larger pieces hash no faster

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR}  # removed, or a link or a folder now stands in its place


class LocalFolder:
    """See `resources.sources._base.OpenSource`."""

    def __init__(self, name: str, root: Path, globs: Globs) -> None:
        """``name`` is the source's, for errors; nothing is touched yet."""
        self._name, self._root, self._globs = name, root, globs
        self._spelling: dict[str, str] = {}  # key → path as the file system spells it, where the two differ

    def list(self) -> Iterator[Listed]:
        """Every regular file that the patterns take; SourceError if any folder cannot be read."""
        try:
            found = dict(self._walk())
        except OSError as error:
            raise self._error("listed", error) from None
        self._spelling = {}
        for path, status in found.items():
            key = normalised(path)
            if key != path:
                if key in found:
                    key = _printable(path)
                self._spelling[key] = path
            if self._globs.take(key):
                yield Listed(key, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def read(self, key: str, max_bytes: int) -> bytes:
        """The bytes at ``key``; UnreadableDocument if there are more than ``max_bytes``, or it has gone."""
        descriptor = self._open(key)
        try:
            with os.fdopen(descriptor, "rb") as file:
                content = file.read(max_bytes + 1)
        except OSError as error:
            raise self._error("read", error) from None
        if len(content) > max_bytes:
            raise UnreadableDocument("too_large")
        return content

    def sha256(self, key: str) -> str:
        """SHA-256 of the bytes at ``key``."""
        descriptor = self._open(key)
        digest = hashlib.sha256()
        try:
            with os.fdopen(descriptor, "rb", buffering=0) as file:
                while piece := file.read(PIECE):
                    digest.update(piece)
        except OSError as error:
            raise self._error("read", error) from None
        return digest.hexdigest()

    def _walk(self) -> Iterator[tuple[str, os.stat_result]]:
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                entries = os.scandir(self._root / folder)
            except OSError as error:
                if folder and error.errno in _GONE:  # removed since its parent was listed; the root itself must be there
                    continue
                raise
            with entries:
                for entry in entries:
                    path = f"{folder}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{path}/")
                    elif (status := _status(entry)) is not None:
                        yield path, status

    def _open(self, key: str) -> int:
        """A descriptor of the regular file at ``key``, reached folder by folder so that no link on the way is followed."""
        path = self._spelling.get(key, key)
        *folders, name = path.split("/")
        if not name or any(part in {"", ".", ".."} for part in (*folders, name)) or "\x00" in path:
            raise UnreadableDocument("gone_while_reading")
        try:
            at = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise self._error("read", error) from None
        try:
            for folder in folders:
                below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
                os.close(at)
                at = below
            # without O_NONBLOCK a named pipe would stop the run
            opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
        except OSError as error:
            if error.errno in _GONE:
                if not self._spelling and self._relist(key):
                    return self._open(key)
                raise UnreadableDocument("gone_while_reading") from None
            raise self._error("read", error) from None
        finally:
            os.close(at)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise UnreadableDocument("gone_while_reading")
        return opened

    def _relist(self, key: str) -> bool:
        """Learn the spellings, if this folder was opened for reading only; whether ``key`` has one of its own."""
        for _ in self.list():
            pass
        return key in self._spelling

    def _error(self, action: str, error: OSError) -> SourceError:
        code = errno.errorcode.get(error.errno or 0, type(error).__name__)
        return SourceError(
            f"source {self._name!r} cannot be {action} ({code}); check that its folder is mounted and readable. "
            "Nothing is taken as deleted meanwhile"
        )


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The status of a regular file; None for anything else and for one that has just gone."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _printable(path: str) -> str:
    r"""``path`` with bytes that are not UTF-8 written as ``\xNN``, so that a database can hold it."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def normalised(path: str) -> str:
    """The key of the file at ``path`` below its root."""
    return unicodedata.normalize("NFC", _printable(path))
