"""Any other store that fsspec knows (Google, Azure, SMB, WebDAV, …), listed folder by folder and read.

fsspec's own `find` leaves out folders that fail (``on_error="omit"``) and counts links as files, so the walk is done here: a
folder that cannot be listed fails the whole listing, and only what the store calls a file is one.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from resources.sources._store import PIECE, Entry, Ranges, attempted, is_plain, source_error
from winnow.errors import UnreadableDocument

_MODIFIED = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")  # as S3, Azure, GCS, SFTP, … say it
_ETAG = ("ETag", "etag", "md5Hash", "content_md5")


class RemoteStore:
    """See `resources.sources._store.Store`."""

    def __init__(self, name: str, url: str, options: Mapping[str, Any]) -> None:
        """``name`` is the source's, for errors; nothing is touched yet."""
        self._name, self._url, self._options = name, url, dict(options)
        self._connected: tuple[Any, str] | None = None

    def entries(self) -> Iterator[Entry]:
        """Every file; SourceError if the address is not there or any folder cannot be listed."""
        store, root = attempted(self._name, "listed", self._store)
        there = attempted(self._name, "listed", lambda: self._is_folder(store, root))
        if not there:  # most stores list what is not there as empty
            raise source_error(self._name, "listed", NotADirectoryError())
        folders, seen = [root], {root}
        while folders:
            folder = folders.pop()
            for info in attempted(self._name, "listed", lambda folder=folder: store.ls(folder, detail=True)):  # type: ignore[misc]
                path = str(info["name"]).rstrip("/")
                below = path.removeprefix(root).lstrip("/")
                if not path.startswith(root) or path in seen or not below:
                    continue
                if info["type"] == "directory":
                    seen.add(path)
                    folders.append(path)
                elif info["type"] == "file" and not info.get("islink"):
                    yield Entry(below, int(info.get("size") or 0), _modified(info), etag=_etag(info))

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes at ``path``."""
        with self.opened(path) as file:
            while piece := file.read(PIECE):
                yield piece

    def opened(self, path: str) -> BinaryIO:
        """The file at ``path``."""
        if not is_plain(path):
            raise FileNotFoundError
        store, root = attempted(self._name, "read", self._store)
        place = f"{root}/{path}"
        info = attempted(self._name, "read", lambda: store.info(place))
        if info["type"] != "file" or info.get("islink"):
            raise FileNotFoundError

        def fetch(start: int, stop: int) -> bytes:
            read = attempted(self._name, "read", lambda: store.cat_file(place, start=start, end=stop))
            if len(read) != stop - start:
                raise UnreadableDocument("changed_while_reading")
            return bytes(read)

        return cast("BinaryIO", Ranges(int(info["size"] or 0), fetch))

    def refuses(self, path: str) -> bool:
        """Whether ``path`` has a part that means another folder."""
        return not is_plain(path)

    def is_folder(self, path: str) -> bool:
        """Whether the store lists anything below ``path``."""
        store, root = attempted(self._name, "read", self._store)
        place = f"{root}/{path}"
        try:
            return any(str(info["name"]).rstrip("/") != place for info in store.ls(place, detail=True))
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _is_folder(self, store: Any, root: str) -> bool:
        store.invalidate_cache()
        return bool(store.isdir(root))

    def _store(self) -> tuple[Any, str]:
        if self._connected is None:
            import fsspec  # noqa: PLC0415 - a local folder needs none of it

            fresh = {"skip_instance_cache": True, "use_listings_cache": False}  # other credentials are another connection
            store, root = fsspec.core.url_to_fs(self._url, **{**self._options, **fresh})
            self._connected = store, str(root).rstrip("/")
        return self._connected


def _modified(info: Mapping[str, Any]) -> int | None:
    """Modification time in nanoseconds after the epoch; None where the store tells none."""
    for name in _MODIFIED:
        value = info.get(name)
        if isinstance(value, str):
            try:
                value = dt.datetime.fromisoformat(value)
            except ValueError:
                continue
        if isinstance(value, dt.datetime):
            return nanoseconds(value)
        if isinstance(value, int | float):
            return int(value * 1_000_000_000)
    return None


def nanoseconds(time: dt.datetime) -> int:
    """``time`` in nanoseconds after the epoch; without a zone it is UTC."""
    time = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
    return (time - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) * 1000


def _etag(info: Mapping[str, Any]) -> str | None:
    return next((str(info[name]) for name in _ETAG if info.get(name)), None)
