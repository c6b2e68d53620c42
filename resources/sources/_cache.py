"""What a source has fetched: the bytes, each under the hash of itself, and one index that says what they are.

Belongs here: the index's tables, and writing so that a crash leaves whole objects. Does not belong here: deciding what to fetch
and what to keep.

The bytes lie in ``content/``, written under a temporary name, flushed and renamed, and only then named by the index; so every
name in the index has its bytes. Bytes that the index no longer names are removed by the next `Cache.sweep`. Addresses stand in the
index alone, which is its owner's as the ledger is.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from resources.durable import remove_unfinished, write_bytes
from resources.home import PRIVATE_FILE, private_folder
from winnow.errors import SourceError, UnreadableDocument

PIECE = 1024 * 1024  # bytes read at once

_INDEX = "index.sqlite"
_CONTENT = "content"


@dataclass(slots=True)
class Record:
    """What is known of one address, or of one entry of a feed.

    Attributes:
        address: in its one form; of an entry ``feed's address#hash``, which no address of a page is.
        kind: ``page``, ``feed``, ``sitemap`` or ``entry``.
        found_by: how it came to be here: ``catalog``, or the address of the sitemap or feed that named it.
        key: of the object, empty while there is none.
        state: ``waiting``, ``present``, ``refused``, ``gone`` or ``expired``, and ``read`` of a feed or sitemap; bytes are kept of
            what is ``present`` alone.
        reason: of the state or the last failure, a word; empty if there is nothing to say.
        sha256: of the bytes last stored, hexadecimal.
        size: of them, in bytes.
        dated_ns: the day they say they are of, in ns after the epoch.
        stored_at: when they were stored, as are all times ISO 8601 in UTC.
        visited_at: when the address last gave an answer.
        status: of that answer.
        final: where redirects led.
        etag: for the next conditional request; so is ``modified``, the ``Last-Modified`` header.
        content_type: as sent.
        misses: answers of 404 in a row.
        licence: that the catalog claims, as it did when the bytes were fetched; so is ``basis``.
        verdict: ``allowed`` or ``refused``, with the rule that decided.
        signals: all that was said about use, as JSON.
        licences: found on the page, as JSON.
        headers: of the answer, those that speak of use, as JSON.
        link: of an entry, the address that it is about.
    """

    address: str
    kind: str
    found_by: str
    key: str = ""
    state: str = "waiting"
    reason: str = ""
    sha256: str = ""
    size: int = 0
    dated_ns: int | None = None
    stored_at: str = ""
    visited_at: str = ""
    status: int = 0
    final: str = ""
    etag: str = ""
    modified: str = ""
    content_type: str = ""
    misses: int = 0
    licence: str = ""
    basis: str = ""
    verdict: str = ""
    signals: str = "[]"
    licences: str = "[]"
    headers: str = "{}"
    link: str = ""

    def drop(self, state: str, reason: str) -> None:
        """Keep no bytes of it any more, and nothing that would make a site answer that nothing has changed."""
        self.state, self.reason, self.etag, self.modified = state, reason, "", ""


_NAMES = tuple(field.name for field in fields(Record))

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS records({", ".join(_NAMES)}, PRIMARY KEY(address));
CREATE INDEX IF NOT EXISTS records_by_key ON records(key, address) WHERE state = 'present';
CREATE TABLE IF NOT EXISTS sites(origin TEXT, name TEXT, status INTEGER, fetched_at TEXT, address TEXT, body BLOB,
    PRIMARY KEY(origin, name));
CREATE TABLE IF NOT EXISTS hosts(host TEXT PRIMARY KEY, last_at TEXT, not_before TEXT);
CREATE TABLE IF NOT EXISTS scans(at TEXT, counts TEXT);
"""

KEPT_SCANS = 400  # a year of nights and some more

Found = tuple[str, int, int | None, str]
"""Key, size, day in ns, and SHA-256 of an object."""


class Cache:
    """The cache of one source."""

    def __init__(self, name: str, folder: Path) -> None:
        """``name`` is the source's, for errors; nothing is touched yet."""
        self._name, self._folder = name, folder
        self._open: sqlite3.Connection | None = None

    def exists(self) -> bool:
        """Whether anything was ever fetched."""
        return (self._folder / _INDEX).exists()

    @contextmanager
    def writing(self) -> Iterator["Cache"]:
        """Open for writing inside the block, made if need be; what is saved inside stays, however the block ends."""
        for folder in (self._folder.parent, self._folder, self._folder / _CONTENT):
            private_folder(folder)
        remove_unfinished(self._folder)
        path = self._folder / _INDEX
        path.touch(mode=PRIVATE_FILE)
        path.chmod(PRIVATE_FILE)
        try:
            with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as sql:
                sql.execute("PRAGMA synchronous = FULL")
                sql.executescript(_SCHEMA)
                self._open = sql
                yield self
        except sqlite3.DatabaseError as error:
            raise self._error(error) from None
        finally:
            self._open = None

    def store(self, record: Record, content: bytes, at: str) -> bool:
        """Make ``content`` the bytes of ``record``; whether they are others than before."""
        sha256 = hashlib.sha256(content).hexdigest()
        changed = sha256 != record.sha256
        path = self._path(sha256)
        if not path.exists():
            write_bytes(path, content)
        record.sha256, record.size = sha256, len(content)
        if changed:
            record.stored_at = at
        return changed

    def save(self, record: Record) -> None:
        """Remember ``record``, durably."""
        places = ", ".join("?" * len(_NAMES))
        self._sql().execute(f"INSERT OR REPLACE INTO records VALUES ({places})", astuple(record))  # noqa: S608 - question marks

    def save_all(self, records: Iterable[Record]) -> None:
        """Remember ``records``, all or none."""
        self._sql().execute("BEGIN IMMEDIATE")
        try:
            for record in records:
                self.save(record)
        except BaseException:
            self._sql().execute("ROLLBACK")
            raise
        self._sql().execute("COMMIT")

    def has(self, record: Record) -> bool:
        """Whether the bytes of ``record`` are there."""
        return record.state == "present" and self._path(record.sha256).exists()

    def content(self, record: Record) -> bytes:
        """The bytes of ``record``, which `has` them."""
        return self._path(record.sha256).read_bytes()

    def record(self, address: str) -> Record | None:
        """What is known of ``address``."""
        row = self._sql().execute("SELECT * FROM records WHERE address = ?", [address]).fetchone()
        return row and Record(*row)

    def records(self, kind: str) -> list[Record]:
        """All of ``kind``, by address."""
        rows = self._sql().execute("SELECT * FROM records WHERE kind = ? ORDER BY address", [kind])
        return [Record(*row) for row in rows]

    def records_at(self, key: str) -> list[Record]:
        """Those of which the object at ``key`` is, or could be."""
        rows = self._sql().execute("SELECT * FROM records WHERE key = ? AND state = 'present' ORDER BY address", [key])
        return [Record(*row) for row in rows]

    def forget(self, address: str) -> None:
        """Remember nothing of ``address``: the catalog no longer wants it."""
        self._sql().execute("DELETE FROM records WHERE address = ?", [address])

    def sweep(self) -> None:
        """Remove the bytes that no record names."""
        named = {sha256 for (sha256,) in self._sql().execute("SELECT sha256 FROM records WHERE state = 'present'")}
        for path in sorted((self._folder / _CONTENT).glob("*/*")):
            if path.name not in named:
                path.unlink(missing_ok=True)

    def site_file(self, origin: str, name: str) -> tuple[int, str, str, bytes] | None:
        """A file that speaks for ``origin``: status, when it was fetched, its address, its bytes."""
        row = self._sql().execute(
            "SELECT status, fetched_at, address, body FROM sites WHERE origin = ? AND name = ?", [origin, name]
        )
        found = row.fetchone()
        return found and (int(found[0]), str(found[1]), str(found[2]), bytes(found[3]))

    def save_site_file(self, origin: str, name: str, said: tuple[int, str, str, bytes]) -> None:
        """Remember what `site_file` gives."""
        self._sql().execute("INSERT OR REPLACE INTO sites VALUES (?, ?, ?, ?, ?, ?)", [origin, name, *said])

    def host(self, host: str) -> tuple[str, str]:
        """When the last request to ``host`` ended, and before when there is to be no other; empty where nothing is known."""
        row = self._sql().execute("SELECT last_at, not_before FROM hosts WHERE host = ?", [host]).fetchone()
        return (row[0] or "", row[1] or "") if row else ("", "")

    def save_host(self, host: str, last_at: str, not_before: str) -> None:
        """Remember what `host` gives."""
        self._sql().execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?)", [host, last_at, not_before])

    def save_scan(self, at: str, counts: Mapping[str, int]) -> None:
        """Remember what a scan did, by word."""
        self._sql().execute("INSERT INTO scans VALUES (?, ?)", [at, json.dumps(counts, sort_keys=True)])
        self._sql().execute("DELETE FROM scans WHERE rowid <= (SELECT MAX(rowid) FROM scans) - ?", [KEPT_SCANS])

    def last_scan(self) -> dict[str, int]:
        """What the last scan did, by word; empty before the first."""
        rows = self._query("SELECT counts FROM scans ORDER BY rowid DESC LIMIT 1", [])
        return dict(json.loads(rows[0][0])) if rows else {}

    def objects(self) -> list[Found]:
        """Every object that is present, by key; of several addresses with one key the first."""
        rows = self._query(
            "SELECT key, size, dated_ns, sha256, MIN(address) FROM records WHERE state = 'present' GROUP BY key ORDER BY key",
            [],
        )
        return [(key, size, dated_ns, sha256) for key, size, dated_ns, sha256, _ in rows]

    def about(self, key: str) -> dict[str, Any]:
        """The `Record` of the object at ``key``, as plain values; empty if there is none."""
        rows = self._query("SELECT * FROM records WHERE key = ? AND state = 'present' ORDER BY address LIMIT 1", [key])
        return dict(zip(_NAMES, rows[0], strict=True)) if rows else {}

    def pieces(self, key: str) -> Iterator[bytes]:
        """The bytes of the object at ``key``.

        Raises:
            UnreadableDocument: ``gone_while_reading``.
            SourceError: the cache cannot be read.
        """
        sha256 = self.about(key).get("sha256")
        if not sha256:
            raise UnreadableDocument("gone_while_reading")
        try:
            with self._path(str(sha256)).open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        except FileNotFoundError:
            raise UnreadableDocument("gone_while_reading") from None
        except OSError as error:
            raise self._error(error) from None

    def _path(self, sha256: str) -> Path:
        return self._folder / _CONTENT / sha256[:2] / sha256

    def _sql(self) -> sqlite3.Connection:
        if self._open is None:
            message = "the cache is not open for writing"
            raise RuntimeError(message)
        return self._open

    def _query(self, statement: str, parameters: list[str]) -> list[tuple[Any, ...]]:
        """The rows of ``statement``; none if nothing was ever fetched."""
        path = self._folder / _INDEX
        if not path.exists():
            return []
        try:
            # not read-only: what a crash has left half done could then not be undone
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=60)) as sql:
                return sql.execute(statement, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._error(error) from None

    def _error(self, error: Exception) -> SourceError:
        return SourceError(
            f"the cache of source {self._name!r} cannot be used ({type(error).__name__}); delete its folder below `fetched` in the "
            "home, and the next scan fetches everything again"
        )
