"""A folder source over any store: keys, patterns, and archives as folders.

Belongs here: what is true of every store: how a path becomes a key, which keys belong to the source, where a key leads. Does not
belong here: the stores themselves, and the catalog's words (`folder`).

Keys are paths below the root with forward slashes, in Unicode's composed form (NFC), because the same name comes decomposed
from one file server and composed from another. Where both forms lie in one folder each keeps its own spelling.
"""

import hashlib
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from resources.sources._archived import Archives, above, member_sha256
from resources.sources._base import Listed
from resources.sources._globs import Globs
from resources.sources._saved_pages import without_page_files
from resources.sources._store import Entry, Store
from winnow.errors import UnreadableDocument
from winnow.formats._archive import is_archive


class Folder:
    """See `resources.sources._base.OpenSource`."""

    def __init__(  # noqa: PLR0913 - a source's options are its arguments
        self,
        store: Store,
        globs: Globs,
        cache: Path,
        *,
        archives: bool = True,
        trust_times: bool = False,
        page_files: bool = True,
    ) -> None:
        """``cache`` is a private folder for the names in archives; nothing is touched yet.

        With ``trust_times`` a file of a store that tells neither change time nor etag is known by size and modification time;
        without ``page_files`` what browsers save beside a page is left out.
        """
        self._store, self._globs, self._trusts, self._page_files = store, globs, trust_times, page_files
        self._archives = Archives(self._opened, cache) if archives else None
        self._spelling: dict[str, str] = {}  # key → path as the store spells it, where the two differ
        self._learnt = False

    def refresh(self) -> None:
        """Nothing is fetched: a folder is read where it lies. But names in archives may now be remembered."""
        if self._archives is not None:
            self._archives.remember()

    def list(self) -> Iterator[Listed]:
        """Every file that the patterns take, and of archives every member; SourceError if any folder cannot be read."""
        return self._taken() if self._page_files else without_page_files(self._taken())

    def _taken(self) -> Iterator[Listed]:
        found: list[tuple[str, Entry]] = []
        folders: set[str] = set()
        for key, entry in self._keyed():
            folders.update(above(key))
            if self._archives is not None and is_archive(key) and self._globs.may_hold(key):
                found.append((key, entry))
            elif self._globs.take(key):
                yield self._listed(key, entry.size, entry)
        # An archive beside a folder of the same name, which a bucket may hold, stays whole: its keys could be the folder's.
        lone = sorted((key, entry) for key, entry in found if key not in folders)
        yield from (self._listed(key, entry.size, entry) for key, entry in found if key in folders and self._globs.take(key))
        if self._archives is not None:
            for key, entry, names in self._archives.listed(lone):
                if names is None:
                    yield self._listed(key, entry.size, entry)
                else:
                    inner = ((f"{key}/{name}", size) for name, size in names)
                    yield from (self._listed(name, size, entry) for name, size in inner if self._globs.take(name))

    def read(self, key: str, max_bytes: int) -> bytes:
        """The bytes at ``key``; UnreadableDocument if there are more than ``max_bytes``, it has gone, or its archive is damaged."""
        if self._archives is not None and (found := self._archives.find(key)) is not None:
            return self._archives.read(key, found, max_bytes)
        if self._store.refuses(self._path(key)):
            raise UnreadableDocument("unsupported")
        content = bytearray()
        for piece in self._pieces(key):
            content += piece
            if len(content) > max_bytes:
                raise UnreadableDocument("too_large")
        return bytes(content)

    def sha256(self, key: str) -> str:
        """SHA-256 of the bytes at ``key``; of a member that cannot be read that of its packed bytes."""
        if self._archives is not None and (found := self._archives.find(key)) is not None:
            return member_sha256(*found)
        digest = hashlib.sha256()
        if self._store.refuses(self._path(key)):
            digest.update(key.encode())
        else:
            for piece in self._pieces(key):
                digest.update(piece)
        return digest.hexdigest()

    def forget(self, keys: Collection[str]) -> int:
        """Nothing: the files are their owner's, and of archives only names are kept."""
        del keys
        return 0

    def _listed(self, key: str, size: int, entry: Entry) -> Listed:
        return Listed(key, size, entry.mtime_ns, entry.ctime_ns, entry.etag)

    def _keyed(self) -> Iterator[tuple[str, Entry]]:
        """Every file of the store with its key; those whose key is not how the store spells them come last."""
        self._spelling = {}
        others: list[tuple[str, Entry]] = []
        taken: set[str] = set()
        for entry in map(self._stamped, self._store.entries()):
            key = normalised(entry.path)
            if key != entry.path:
                others.append((key, entry))
                continue
            if not key.isascii() or "\\" in key:
                taken.add(key)
            yield key, entry
        for key, entry in others:
            own = _printable(entry.path) if key in taken else key
            taken.add(own)
            self._spelling[own] = entry.path
            yield own, entry
        self._learnt = True

    def _stamped(self, entry: Entry) -> Entry:
        if self._trusts and entry.etag is None and entry.ctime_ns is None and entry.mtime_ns is not None:
            return replace(entry, etag=f"{entry.size} {entry.mtime_ns}")
        return entry

    def _pieces(self, key: str) -> Iterator[bytes]:
        try:
            yield from self._store.pieces(self._path(key))
        except FileNotFoundError:
            raise UnreadableDocument("gone_while_reading") from None

    def _opened(self, key: str) -> BinaryIO:
        """The archive at ``key``; FileNotFoundError if there is none, or a folder of the same name beside it."""
        path = self._path(key)
        if self._store.is_folder(path):
            raise FileNotFoundError
        return self._store.opened(path)

    def _path(self, key: str) -> str:
        """How the store spells ``key``; asked of a listing, if this source was opened for reading only and the name may differ."""
        if not self._learnt and (not key.isascii() or "\\x" in key):
            for _ in self._keyed():
                pass
        return self._spelling.get(key, key)


def _printable(path: str) -> str:
    r"""``path`` with bytes that are not UTF-8 written as ``\xNN``, so that a database can hold it."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def normalised(path: str) -> str:
    """The key of the file at ``path`` below its root."""
    return unicodedata.normalize("NFC", _printable(path))
