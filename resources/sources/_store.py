"""What a folder source needs of the place where its files lie: a listing, and bytes.

Belongs here: the two calls every store answers, what a failed one means, trying again, and reading by ranges. Does not belong
here: any one store (`_local`, `_s3`, `_sftp`, `_remote`), and which files belong to the source (`_folder`).

A store raises `FileNotFoundError` for a file that is not there, or that is no regular file of the source (a link, a folder, a
path that leads out), `UnreadableDocument` with ``changed_while_reading``, and `SourceError` for everything else.
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

from winnow.errors import SourceError, UnreadableDocument

PIECE = 1024 * 1024  # bytes read at once; larger pieces hash no faster

PAUSES = (0.5, 2.0)  # seconds before a call is made again; stores' own clients have tried several times by then

_SMALLEST, _LARGEST = 256 * 1024, 8 * PIECE  # bytes of a range: as a member here and there needs, and as reading on allows

_LASTING = {
    # by name, since their libraries are extras: what another attempt does not mend
    *("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "ParamValidationError", "InvalidRegionError"),
    *("HostKeyNotVerifiable", "PermissionDenied", "KeyImportError", "KeyEncryptionError", "SFTPPermissionDenied"),
}

_CREDENTIALS = {
    *("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "PermissionError", "PermissionDenied"),
    *("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "KeyImportError", "KeyEncryptionError"),
}

_MISSING = {"FileNotFoundError", "NoSuchBucket", "NoSuchKey", "NotADirectoryError", "SFTPNoSuchFile", "SFTPNoSuchPath"}

_CODE = re.compile(r"[A-Za-z]{3,40}")  # what a store may call its errors; nothing else of an answer is repeated

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in a store: its path below the root as the store spells it, and what tells whether it changed."""

    path: str
    size: int
    mtime_ns: int | None = None
    ctime_ns: int | None = None
    etag: str | None = None


class KeyFileAbsent(ValueError):
    """A file of keys that the options name is not there."""


class Store(Protocol):
    """A place that can be listed and read."""

    def entries(self) -> Iterator[Entry]:
        """Every regular file below the root, in any order; raises before the end rather than leave one out."""
        ...

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of the file at ``path``, in order, in pieces of about `PIECE`."""
        ...

    def opened(self, path: str) -> BinaryIO:
        """The file at ``path``, opened for reading here and there."""
        ...

    def refuses(self, path: str) -> bool:
        """Whether ``path`` is listed but never asked for: a bucket takes ``..`` for a name, others on the way to it may not."""
        ...

    def is_folder(self, path: str) -> bool:
        """Whether anything lies below ``path``, of which a file is known; in a bucket both may be."""
        ...


def is_plain(path: str) -> bool:
    """Whether ``path`` leads below its root in every file system: no ``..``, no empty part, no NUL."""
    return "\x00" not in path and not any(part in {"", ".", ".."} for part in path.split("/"))


def source_error(name: str, action: str, error: BaseException) -> SourceError:
    """The error of source ``name`` that cannot be ``action`` (listed, read); says the kind of ``error`` and what to do."""
    kind = _kind(error)
    if isinstance(error, ImportError):
        advice = "its store needs a package that is not installed: `pip install 'winnow[s3]'` for S3, `'winnow[sftp]'` for SFTP"
    elif kind == "HostKeyNotVerifiable":
        advice = "the server's host key is not the one in `options.host_key` or `options.known_hosts`; ask who runs the server"
    elif isinstance(error, KeyFileAbsent):
        advice = "a file that `options.known_hosts` or `options.client_keys` names is not there"
    elif kind in _CREDENTIALS:
        advice = "check the credentials in its `options`, and that they may list and read its address"
    elif kind in _MISSING:
        advice = "nothing is at its address; check it"
    else:
        advice = "check its address, `options` and the network"
    return SourceError(f"source {name!r} cannot be {action} ({kind}); {advice}. Nothing is taken as deleted meanwhile")


def _kind(error: BaseException) -> str:
    """What ``error`` is: the store's own word for it, else the name of its type."""
    for raised in (error, error.__cause__):
        answer = getattr(raised, "response", None)
        code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return type(error).__name__


def lasts(error: BaseException) -> bool:
    """Whether another attempt would end the same way."""
    plain = (FileNotFoundError, PermissionError, NotADirectoryError, IsADirectoryError, ImportError, ValueError, TypeError)
    return isinstance(error, (*plain, SourceError, UnreadableDocument)) or type(error).__name__ in _LASTING


def attempted(name: str, action: str, call: Callable[[], T], *, again: bool = True) -> T:
    """What ``call`` returns, after two more attempts at most, if ``again``; SourceError if all fail, FileNotFoundError at once."""
    for pause in (*(PAUSES if again else ()), None):
        try:
            return call()
        except (FileNotFoundError, SourceError, UnreadableDocument):
            raise
        except Exception as error:  # noqa: BLE001 - every store raises its own
            if pause is None or lasts(error):
                raise source_error(name, action, error) from None
            time.sleep(pause)
    raise AssertionError  # the last attempt returns or raises


class Ranges(io.RawIOBase):
    """A file of which ranges are fetched; it reads ahead further the longer it is read in order."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes], close: Callable[[], None] = lambda: None) -> None:
        """``fetch`` gives the bytes from a first position up to, and without, a second one."""
        self._size, self._fetch, self._close = size, fetch, close
        self._at, self._begin, self._block, self._ahead = 0, 0, b"", _SMALLEST

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to ``offset``, counted from the start (0), from here (1) or from the end (2)."""
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def tell(self) -> int:
        """The position."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes from here, fewer at the end."""
        stop = self._size if size is None or size < 0 else min(self._at + size, self._size)
        if stop <= self._at:
            return b""
        if not self._begin <= self._at < stop <= self._begin + len(self._block):
            self._fill(stop)
        read = self._block[self._at - self._begin : stop - self._begin]
        self._at += len(read)
        return read

    def close(self) -> None:
        """Let the file go."""
        if not self.closed:
            self._close()
        super().close()

    def _fill(self, stop: int) -> None:
        end = self._begin + len(self._block)
        near = self._begin <= self._at <= end + self._ahead
        self._ahead = min(2 * self._ahead, _LARGEST) if self._block and near else _SMALLEST
        self._begin, until = self._at, min(max(stop, self._at + self._ahead), self._size)
        self._block = self._fetch(self._begin, until)
