"""A folder of this machine, walked and read without ever following a symbolic link.

Every folder is opened by its parent's descriptor and only if it is no link, while walking as while reading: a folder that is
swapped for a link in between leads nowhere.
"""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from typing_extensions import Buffer  # in `collections.abc` from Python 3.12 on

from resources.sources._store import PIECE, Entry, is_plain
from winnow.errors import SourceError

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO}
"""Removed, or a link, a folder or a socket now stands in its place."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class LocalStore:
    """See `resources.sources._store.Store`."""

    def __init__(self, name: str, root: Path) -> None:
        """``name`` is the source's, for errors; nothing is touched yet."""
        self._name, self._root = name, root

    def entries(self) -> Iterator[Entry]:
        """Every regular file; SourceError if any folder cannot be read."""
        try:
            yield from self._walk()
        except OSError as error:
            raise self._error("listed", error) from None

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes at ``path``."""
        with self.opened(path) as file:
            while piece := file.read(PIECE):
                yield piece

    def opened(self, path: str) -> BinaryIO:
        """The regular file at ``path``, reached folder by folder so that no link on the way is followed."""
        if not is_plain(path):
            raise FileNotFoundError(errno.ENOENT, "")
        folder, _, name = path.rpartition("/")
        try:
            at = self._descend(folder)
            try:
                # without O_NONBLOCK a named pipe would stop the run
                found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
            finally:
                os.close(at)
        except OSError as error:
            if error.errno in _GONE and self._root.is_dir():
                raise FileNotFoundError(errno.ENOENT, "") from None
            raise self._error("read", error) from None
        if not stat.S_ISREG(os.fstat(found).st_mode):
            os.close(found)
            raise FileNotFoundError(errno.ENOENT, "")
        return io.BufferedReader(_File(found, self._error))

    def refuses(self, _path: str) -> bool:
        """Never: no file system has such names."""
        return False

    def is_folder(self, _path: str) -> bool:
        """Never: no name stands for two things."""
        return False

    def _descend(self, folder: str) -> int:
        """A descriptor of ``folder``; the root alone may be a link."""
        at = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in folder.split("/") if folder else ():
            try:
                below = os.open(part, _FOLDER, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return at

    def _walk(self) -> Iterator[Entry]:
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                descriptor = self._descend(folder)
            except OSError as error:
                if folder and error.errno in _GONE:  # removed since its parent was listed; the root itself must be there
                    continue
                raise
            prefix = f"{folder}/" if folder else ""
            try:
                with os.scandir(descriptor) as found:
                    for entry in found:
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(prefix + entry.name)
                        elif (status := _status(entry)) is not None:
                            yield Entry(prefix + entry.name, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            finally:
                os.close(descriptor)

    def _error(self, action: str, error: OSError) -> SourceError:
        code = errno.errorcode.get(error.errno or 0, type(error).__name__)
        return SourceError(
            f"source {self._name!r} cannot be {action} ({code}); check that its folder is mounted and readable. "
            "Nothing is taken as deleted meanwhile"
        )


class _File(io.FileIO):
    """A file of which a failed read is a `SourceError`."""

    def __init__(self, descriptor: int, error: Callable[[str, OSError], SourceError]) -> None:
        super().__init__(descriptor)
        self._error = error

    def readinto(self, buffer: Buffer) -> int | None:
        """Fill ``buffer`` as far as the file goes."""
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise self._error("read", error) from None


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """The status of a regular file; None for anything else and for one that has just gone."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None
