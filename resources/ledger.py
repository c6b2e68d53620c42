"""The ledger: the memory of which objects were seen, when, with which content, and on which day each of them arrives.

Belongs here: scans and what is remembered of them. Does not belong here: how a source is listed (`resources.sources`), what a
partition made of an object (the lake). File names stand in this file and nowhere else; `Ledger.resolve` is the way back.

An object's content at its first sight is a *sighting*, and its arrival day is fixed then. A rewritten object gets another
sighting with a day of its own; if the old content returns, the old sighting is current again.
"""

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from resources.clock import Clock
from resources.home import PRIVATE_FILE, private_folder
from resources.ledger_copy import copy_database
from resources.ledger_scan import Counts, Days, ScanResult, SourceScan, Succeeded, listings
from resources.sources import Source
from winnow.errors import UsageError
from winnow.ids import keyed_hash, object_id

__all__ = ["Counts", "Ledger", "ScanResult", "Sighting", "Succeeded"]

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE salt(fingerprint TEXT NOT NULL);
CREATE TABLE scans(scan INTEGER PRIMARY KEY, at TEXT NOT NULL);
CREATE TABLE sources(name TEXT PRIMARY KEY, asset TEXT NOT NULL, active INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE objects(
    source TEXT NOT NULL, key TEXT NOT NULL, object_id TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER, ctime_ns INTEGER, etag TEXT,
    gone TEXT,
    PRIMARY KEY(source, key)) WITHOUT ROWID;
CREATE TABLE sightings(
    source TEXT NOT NULL, key TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, day TEXT NOT NULL, first_seen TEXT NOT NULL, scan INTEGER NOT NULL,
    expired INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY(source, key, sha256)) WITHOUT ROWID;
CREATE INDEX objects_by_id ON objects(object_id);
CREATE INDEX sightings_by_day ON sightings(source, day);
CREATE VIEW present AS
    SELECT objects.object_id, objects.source, objects.key, objects.sha256, sources.asset,
           sightings.size, sightings.day, sightings.first_seen
    FROM objects JOIN sources ON sources.name = objects.source AND sources.active JOIN sightings USING (source, key, sha256)
    WHERE objects.gone IS NULL AND NOT sightings.expired;
"""

# Beside the schema, and in ledgers that were made without it: what it holds may be lost, and one that does not know it makes it stale
# by the number of its own scan.
_SEALS = "CREATE TABLE IF NOT EXISTS seals(source TEXT PRIMARY KEY, scan INTEGER NOT NULL, seal BLOB NOT NULL) WITHOUT ROWID"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One content of one object; ``day`` is its arrival day, ``gone`` the scan time at which the object was missed."""

    object_id: str
    source: str
    key: str
    sha256: str
    size: int
    day: dt.date
    first_seen: str
    gone: str | None = None


class Ledger:
    """One ledger file. One process writes it at a time, under the home's lock; any number may read."""

    def __init__(self, path: Path, salt: str, *, caches: Path | None = None, copied: bool = False) -> None:
        """Open the file at ``path``, made if need be; ``salt`` is the dataset's, which keys the objects' ids.

        ``caches`` is the folder of the sources' caches; by default ``fetched`` beside the file.

        With ``copied`` a copy in memory is opened, an empty one if there is no file: it answers and rehearses, and writes nothing.

        Raises:
            UsageError: a newer winnow wrote it, or it is no ledger.
        """
        if not copied:
            private_folder(path.parent)
            path.touch(mode=PRIVATE_FILE)
            path.chmod(PRIVATE_FILE)
        self._salt, self._caches = salt, caches or path.parent / "fetched"
        # autocommit: transactions are spelled out; scans may run in a thread of the orchestrator's
        place = ":memory:" if copied else path
        self._sql = sqlite3.connect(place, isolation_level=None, check_same_thread=False, timeout=60)
        try:
            if copied and path.exists():
                copy_database(path, self._sql)
            if self._version() > SCHEMA_VERSION:
                raise UsageError("a newer winnow wrote this home's ledger; use that version, or another --home")
            self._sql.execute("PRAGMA journal_mode = WAL")
            self._sql.execute("PRAGMA synchronous = FULL")  # WAL's default may lose the last commits in a power cut
            if self._version() == 0:
                self._make()
            self._sql.execute(_SEALS)
            self._key()
        except sqlite3.DatabaseError as error:
            self._sql.close()
            raise UsageError(f"the home's ledger.sqlite cannot be used ({error}); restore it, or begin a new --home") from None

    def close(self) -> None:
        """Let the file go."""
        self._sql.close()

    def scan(
        self, sources: Sequence[Source], *, start: dt.date, clock: Clock, succeeded: Succeeded = lambda _asset, _day: False
    ) -> ScanResult:
        """Compare ``sources`` with what is remembered, and remember the difference, in one transaction.

        ``start`` is the first day with a partition: objects with an older day arrive on it. Objects of a source that is no
        longer named are not current; they are again when it returns. A source that cannot be listed is left as it was.
        """
        with self._transaction():
            return self._scan(sources, start, clock, succeeded, refreshed=True)

    @contextmanager
    def rehearsed(
        self, sources: Sequence[Source], *, start: dt.date, clock: Clock, succeeded: Succeeded = lambda _asset, _day: False
    ) -> Iterator[ScanResult]:
        """A scan whose result can be asked for inside the block and is forgotten behind it.

        Nothing is fetched for it: of a source with a cache it sees what the last scan fetched.
        """
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield self._scan(sources, start, clock, succeeded, refreshed=False)
        finally:
            self._sql.execute("ROLLBACK")

    def _scan(
        self, sources: Sequence[Source], start: dt.date, clock: Clock, succeeded: Succeeded, *, refreshed: bool
    ) -> ScanResult:
        listed, failed = listings(sources, self._caches, refreshed=refreshed)
        at = clock.now()
        stamp = at.isoformat(timespec="seconds")
        scan = self._sql.execute("INSERT INTO scans(at) VALUES (?)", [stamp]).lastrowid or 0
        self._name_sources(sources)
        days = Days(start, at.date(), succeeded)
        counts = {
            source.name: SourceScan(self._sql, self._salt, source, days, scan, stamp).run(opened, listing)
            for source, opened, listing in listed
        }
        return ScanResult(scan, counts, failed)

    def objects(self, asset: str, day: dt.date) -> list[Sighting]:
        """The current sightings of the sources of ``asset`` that arrive on ``day``, by source and key."""
        return self._present("WHERE asset = ? AND day = ?", [asset, day.isoformat()])

    def days(self, asset: str) -> list[dt.date]:
        """The days on which something current arrives at ``asset``, in order."""
        rows = self._sql.execute("SELECT DISTINCT day FROM present WHERE asset = ? ORDER BY day", [asset])
        return [dt.date.fromisoformat(day) for (day,) in rows]

    def day_hash(self, asset: str, day: dt.date) -> str:
        """Hash over the contents that arrive on ``day``: another one means that the day's tables lack or outlive something."""
        return _hash((sighting.object_id, sighting.sha256) for sighting in self.objects(asset, day))

    def current(self) -> pa.Table:
        """Every current content: ``object_id`` and ``content_sha256``, by object id."""
        rows = self._sql.execute("SELECT object_id, sha256 FROM present ORDER BY object_id").fetchall()
        columns = list(zip(*rows, strict=True)) or [(), ()]
        return pa.table({"object_id": pa.array(columns[0], pa.string()), "content_sha256": pa.array(columns[1], pa.string())})

    def snapshot_hash(self) -> str:
        """Hash over `current`; it names the inputs in a manifest."""
        return _hash(self._sql.execute("SELECT object_id, sha256 FROM present ORDER BY object_id"))

    def expire(self, source: str, before: dt.date) -> int:
        """Make the contents of ``source`` that arrived before ``before`` not current, for ever; says how many those were."""
        with self._transaction():
            return self._sql.execute(
                "UPDATE sightings SET expired = 1 WHERE source = ? AND day < ? AND NOT expired", [source, before.isoformat()]
            ).rowcount

    def expired(self, source: str) -> list[str]:
        """The keys of the objects of ``source`` that have expired, by key: their text may be kept nowhere."""
        rows = self._sql.execute(
            "SELECT key FROM objects JOIN sightings USING (source, key, sha256) WHERE source = ? AND expired ORDER BY key",
            [source],
        )
        return [key for (key,) in rows]

    def resolve(self, object_id: str) -> list[Sighting]:
        """Every content ever seen of the object, the current one first, then by day; empty if the id is unknown."""
        rows = self._sql.execute(
            "SELECT o.object_id, s.source, s.key, s.sha256, s.size, s.day, s.first_seen, o.gone "
            "FROM objects o JOIN sightings s USING (source, key) WHERE o.object_id = ? "
            "ORDER BY s.sha256 != o.sha256, s.day, s.sha256",
            [object_id],
        )
        return [_sighting(row) for row in rows]

    def last_scan(self) -> str | None:
        """When the newest scan was made, as ISO 8601 in UTC; None before the first."""
        row = self._sql.execute("SELECT at FROM scans ORDER BY scan DESC LIMIT 1").fetchone()
        return row and str(row[0])

    def _present(self, where: str, parameters: Sequence[str]) -> list[Sighting]:
        rows = self._sql.execute(
            "SELECT object_id, source, key, sha256, size, day, first_seen FROM present "  # noqa: S608 - `where` is ours
            f"{where} ORDER BY source, key",
            parameters,
        )
        return [_sighting((*row, None)) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._sql.execute("COMMIT")
        except BaseException:
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            raise

    def _make(self) -> None:
        """Make the tables of a new ledger; another process may be at it too."""
        with self._transaction():
            if self._version() == 0:
                for statement in _SCHEMA.split(";\n"):
                    self._sql.execute(statement)
                self._sql.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _version(self) -> int:
        return int(self._sql.execute("PRAGMA user_version").fetchone()[0])

    def _key(self) -> None:
        """Give every object its id under the salt at hand, if another one was in use."""
        fingerprint = keyed_hash(self._salt, "ledger")
        if self._sql.execute("SELECT 1 FROM salt WHERE fingerprint = ?", [fingerprint]).fetchone():
            return
        with self._transaction():
            rows = self._sql.execute("SELECT source, key FROM objects").fetchall()
            self._sql.executemany(
                "UPDATE objects SET object_id = ? WHERE source = ? AND key = ?",
                [(object_id(self._salt, source, key), source, key) for source, key in rows],
            )
            self._sql.execute("DELETE FROM salt")
            self._sql.execute("INSERT INTO salt VALUES (?)", [fingerprint])

    def _name_sources(self, sources: Sequence[Source]) -> None:
        self._sql.execute("UPDATE sources SET active = 0")
        self._sql.executemany(
            "INSERT INTO sources VALUES (?, ?, 1) ON CONFLICT(name) DO UPDATE SET asset = excluded.asset, active = 1",
            [(source.name, source.asset) for source in sources],
        )


def _sighting(row: Sequence[Any]) -> Sighting:
    identifier, source, key, sha256, size, day, first_seen, gone = row
    return Sighting(identifier, source, key, sha256, size, dt.date.fromisoformat(day), first_seen, gone)


def _hash(pairs: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for first, second in pairs:
        digest.update(f"{first} {second}\n".encode())
    return digest.hexdigest()
