"""A bucket or another store behind fsspec, listed and read."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from resources.sources._base import Listed
from resources.sources._globs import Globs
from resources.sources._local import PIECE, normalised
from winnow.errors import SourceError, UnreadableDocument

_MODIFIED = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")  # as S3, Azure, GCS, SFTP, … say it
_ETAG = ("ETag", "etag", "md5Hash", "content_md5")


class RemoteFolder:
    """See `resources.sources._base.OpenSource`."""

    def __init__(self, name: str, url: str, globs: Globs) -> None:
        """``name`` is the source's, for errors; nothing is touched yet."""
        self._name, self._url, self._globs = name, url, globs
        self._spelling: dict[str, str] = {}  # key → path as the store spells it, where the two differ

    def list(self) -> Iterator[Listed]:
        """Every object that the patterns take; SourceError if the address is not there or cannot be listed."""
        try:
            store, root = self._store()
            store.invalidate_cache()
            there = store.isdir(root)
            found = {path.removeprefix(root).lstrip("/"): info for path, info in store.find(root, detail=True).items()}
        except Exception as error:  # noqa: BLE001 - every store raises its own
            raise self._error("listed", error) from None
        if not there:  # most stores list what is not there as empty
            raise self._error("listed", FileNotFoundError())
        self._spelling = {}
        for path, info in found.items():
            key = normalised(path)
            if key != path:
                if key in found:
                    key = path
                self._spelling[key] = path
            if path and self._globs.take(key):
                yield Listed(key, int(info.get("size") or 0), _modified(info), etag=_etag(info))

    def read(self, key: str, max_bytes: int) -> bytes:
        """The bytes at ``key``; UnreadableDocument if there are more than ``max_bytes``, or it has gone."""
        pieces, total = [], 0
        for piece in self._pieces(key):
            pieces.append(piece)
            total += len(piece)
            if total > max_bytes:
                raise UnreadableDocument("too_large")
        return b"".join(pieces)

    def sha256(self, key: str) -> str:
        """SHA-256 of the bytes at ``key``."""
        digest = hashlib.sha256()
        for piece in self._pieces(key):
            digest.update(piece)
        return digest.hexdigest()

    def _pieces(self, key: str) -> Iterator[bytes]:
        if ".." in key.split("/"):
            raise UnreadableDocument("gone_while_reading")
        try:
            store, root = self._store()
            with store.open(f"{root.rstrip('/')}/{self._spelling.get(key, key)}", "rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        except FileNotFoundError:
            raise UnreadableDocument("gone_while_reading") from None
        except GeneratorExit:
            raise
        except Exception as error:  # noqa: BLE001 - every store raises its own
            raise self._error("read", error) from None

    def _store(self) -> tuple[Any, str]:
        import fsspec  # noqa: PLC0415 - a local folder needs none of it

        store, root = fsspec.core.url_to_fs(self._url)
        return store, str(root)

    def _error(self, action: str, error: Exception) -> SourceError:
        return SourceError(
            f"source {self._name!r} cannot be {action} ({type(error).__name__}); check its address, its credentials in the "
            "environment and the network. Nothing is taken as deleted meanwhile"
        )


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
            value = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
            return (value - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1) * 1000
        if isinstance(value, int | float):
            return int(value * 1_000_000_000)
    return None


def _etag(info: Mapping[str, Any]) -> str | None:
    return next((str(info[name]) for name in _ETAG if info.get(name)), None)
