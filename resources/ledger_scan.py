"""One scan: what is listed now against what the ledger remembers.

Belongs here: what counts as unchanged, and which day an object arrives on. Does not belong here: the ledger's tables and
transactions (`resources.ledger`).
"""

import datetime as dt
import hashlib
import marshal
import operator
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resources.sources import Listed, OpenSource, Source, open_source
from winnow.errors import SourceError, UnreadableDocument
from winnow.ids import object_id

SETTLED_NS = 2_000_000_000  # a file changed again this soon may show the same change time: FAT counts in steps of 2 s

SEALED_AT_ONCE = 4_096  # rows of a listing that are turned into bytes together: they stay in the processor's cache

Succeeded = Callable[[str, dt.date], bool]
"""Whether the partition of an asset (by name) at a day has already succeeded."""


@dataclass
class Counts:
    """What one scan found in one source; ``unreadable`` objects are left as they were and looked at again next time."""

    new: int = 0
    changed: int = 0
    returned: int = 0
    gone: int = 0
    unchanged: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class ScanResult:
    """What one scan found: counts by source, and the message of every source that could not be listed."""

    scan: int
    counts: dict[str, Counts] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def require_complete(self) -> None:
        """SourceError if any source could not be listed; what the others hold is remembered all the same."""
        if self.failed:
            raise SourceError("\n".join(self.failed[name] for name in sorted(self.failed)))


@dataclass(frozen=True)
class Days:
    """The arrival-day rule."""

    start: dt.date
    today: dt.date
    succeeded: Succeeded

    def arrival(self, source: Source, listed: Listed) -> dt.date:
        """The object's own day, between ``start`` and today; if its partition has succeeded, the first open one from today."""
        own = source.day.day(listed.key, listed.mtime_ns) or self.today
        day = max(self.start, min(own, self.today))
        if self.succeeded(source.asset, day):
            day = max(self.start, self.today)
            while self.succeeded(source.asset, day):
                day += dt.timedelta(days=1)
        return day


@dataclass(frozen=True)
class SourceScan:
    """One source within a scan's transaction."""

    sql: sqlite3.Connection
    salt: str
    source: Source
    days: Days
    scan: int
    at: str

    def run(self, opened: OpenSource, listing: Sequence[Listed]) -> Counts:
        """Bring what is remembered of the source in line with ``listing``.

        Where the last scan saw the very same listing, and everything in it was known by then, no row is asked for.
        """
        seal = sealed(listing)
        if self._sealed() == (self.scan - 1, seal):
            self._seal(seal)
            return Counts(unchanged=len(listing))
        counts, settled = self._compare(opened, listing)
        if settled:
            self._seal(seal)
        return counts

    def _sealed(self) -> tuple[int, bytes] | None:
        """The scan that last knew all of a listing of the source, and the seal of that listing."""
        found: tuple[int, bytes] | None = self.sql.execute(
            "SELECT scan, seal FROM seals WHERE source = ?", [self.source.name]
        ).fetchone()
        return found

    def _seal(self, seal: bytes) -> None:
        self.sql.execute(
            "INSERT OR REPLACE INTO seals(source, scan, seal) VALUES (?, ?, ?)", [self.source.name, self.scan, seal]
        )

    def _compare(self, opened: OpenSource, listing: Sequence[Listed]) -> tuple[Counts, bool]:
        """Compare row by row; also whether the next scan would find nothing to look at in the same listing."""
        counts, settled = Counts(), True
        rows = self.sql.execute(
            "SELECT key, sha256, size, mtime_ns, ctime_ns, etag, gone FROM objects WHERE source = ?", [self.source.name]
        )
        known = {row[0]: row for row in rows}
        for listed in sorted(listing, key=lambda listed: listed.key):
            row = known.pop(listed.key, None)
            if row is not None and row[6] is None and _same(listed, row):
                counts.unchanged += 1
            else:
                settled &= self._look(opened, listed, row, counts)
        missed = [key for key, row in known.items() if row[6] is None]
        self.sql.executemany(
            "UPDATE objects SET gone = ? WHERE source = ? AND key = ?", [(self.at, self.source.name, key) for key in missed]
        )
        counts.gone = len(missed)
        return counts, settled

    def _look(self, opened: OpenSource, listed: Listed, row: Sequence[object] | None, counts: Counts) -> bool:
        """Hash an object that may have changed, and remember it; whether it will be recognised by its listing alone."""
        hashed_ns = time.time_ns()
        try:
            sha256 = opened.sha256(listed.key)
        except UnreadableDocument:  # gone again: the next scan settles it
            counts.unreadable += 1
            return False
        except SourceError:
            counts.unreadable += 1
            return False
        seen = self._sight(listed, sha256)
        settled = self._remember(listed, sha256, hashed_ns)
        if row is None:
            counts.new += 1
        elif row[1] == sha256 and row[6] is None:
            counts.unchanged += 1
        elif seen:
            counts.changed += 1
        else:
            counts.returned += 1
        return settled

    def _sight(self, listed: Listed, sha256: str) -> bool:
        """Whether this content of the object is new; if so its arrival day is fixed."""
        place = (self.source.name, listed.key, sha256)
        if self.sql.execute("SELECT 1 FROM sightings WHERE source = ? AND key = ? AND sha256 = ?", place).fetchone():
            return False
        day = self.days.arrival(self.source, listed).isoformat()
        self.sql.execute(
            "INSERT INTO sightings(source, key, sha256, size, day, first_seen, scan) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*place, listed.size, day, self.at, self.scan),
        )
        return True

    def _remember(self, listed: Listed, sha256: str, hashed_ns: int) -> bool:
        # A file that changed just before it was read may change again without showing it: its change time is not kept, so that
        # the next scan reads it again.
        settled = listed.ctime_ns is not None and listed.ctime_ns < hashed_ns - SETTLED_NS
        self.sql.execute(
            "INSERT OR REPLACE INTO objects(source, key, object_id, sha256, size, mtime_ns, ctime_ns, etag, gone) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                self.source.name,
                listed.key,
                object_id(self.salt, self.source.name, listed.key),
                sha256,
                listed.size,
                listed.mtime_ns,
                listed.ctime_ns if settled else None,
                listed.etag,
            ),
        )
        return settled or listed.etag is not None


def sealed(listing: Sequence[Listed]) -> bytes:
    """SHA-256 of all that ``listing`` says, in its order: two listings with one seal are the same listing."""
    digest = hashlib.sha256()
    for start in range(0, len(listing), SEALED_AT_ONCE):
        part = listing[start : start + SEALED_AT_ONCE]
        for name in ("key", "size", "mtime_ns", "ctime_ns", "etag"):
            # Version 2 of this encoding writes every value in full, however often it is referred to.
            digest.update(marshal.dumps(list(map(operator.attrgetter(name), part)), 2))
    return digest.digest()


def listings(
    sources: Sequence[Source], caches: Path, *, refreshed: bool
) -> tuple[list[tuple[Source, OpenSource, list[Listed]]], dict[str, str]]:
    """Every source that can be listed with its whole listing, and the others' errors; ``refreshed``: what fetches does so first."""
    found, failed = [], {}
    for source in sorted(sources, key=lambda source: source.name):
        opened = open_source(source, caches)
        try:
            if refreshed:
                opened.refresh()
            found.append((source, opened, list(opened.list())))
        except SourceError as error:
            failed[source.name] = str(error)
    return found, failed


def _same(listed: Listed, row: Sequence[object]) -> bool:
    """Whether nothing shows a change since ``row``; never without a change time or an etag."""
    _, _, size, mtime_ns, ctime_ns, etag, _ = row
    if (size, mtime_ns) != (listed.size, listed.mtime_ns):
        return False
    if listed.etag is not None:
        return etag == listed.etag
    return listed.ctime_ns is not None and ctime_ns == listed.ctime_ns
