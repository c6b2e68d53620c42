"""The rows that a `sql` source has fetched: one SQLite file, changed in one transaction a scan.

Belongs here: which rows are known, in which file of rows each lies, and what those files are. Does not belong here: databases.

Rows are gathered into chunks by day, and a chunk keeps its rows as long as they live: so a changed row makes one chunk be read
again, and none of the others. A chunk's etag is the hash over its lines.
"""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.home import PRIVATE_FILE, private_folder
from resources.sources._sql_query import cursor_text, cursor_value, highest, wire_value

CHUNK_ROWS = 20_000  # and
CHUNK_BYTES = 16 * 1024 * 1024  # of a chunk at most: what one changed row makes the line read again

_SCHEMA = """
CREATE TABLE about(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rows(key TEXT PRIMARY KEY, cursor TEXT, chunk TEXT NOT NULL, line TEXT NOT NULL, pass INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX rows_by_chunk ON rows(chunk, key);
CREATE TABLE chunks(chunk TEXT PRIMARY KEY, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, etag TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One fetched row: its key, the cursor's own value, its day if it says one, and its values as JSON can hold them."""

    key: tuple[Any, ...]
    cursor: Any
    day: dt.date | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A file of rows: its name, day (ISO 8601), size in bytes, and the hash over its lines."""

    name: str
    day: str
    size: int
    etag: str


class SqlCache:
    """See the module; open for writing inside `writing` only."""

    def __init__(self, path: Path, fingerprint: str, columns: tuple[str, ...]) -> None:
        """``fingerprint`` names what it is filled by; nothing is touched yet."""
        self._path, self._fingerprint, self._columns = path, fingerprint, columns
        self._sql: sqlite3.Connection | None = None
        self._today = dt.date.min
        self._pass = 0
        self._dirty: set[str] = set()
        self._latest: dict[dt.date, list[int]] = {}  # day → number of its newest chunk, rows and bytes in it
        self.cursor: Any = None
        self.reconciled_at: dt.datetime | None = None

    def exists(self) -> bool:
        """Whether anything was ever fetched."""
        return self._path.exists()

    @contextmanager
    def writing(self, now: dt.datetime) -> Iterator["SqlCache"]:
        """One transaction: everything that happens inside the block, or nothing if it ends badly."""
        private_folder(self._path.parent)
        self._path.touch(mode=PRIVATE_FILE)
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=60)) as self._sql:
            self._sql.execute("PRAGMA journal_mode = WAL")
            self._sql.execute("PRAGMA synchronous = FULL")
            self._sql.execute("PRAGMA secure_delete = ON")  # what is deleted is text: its place is overwritten
            self._sql.execute("BEGIN IMMEDIATE")
            try:
                self._begin(now)
                yield self
                self._end()
                self._sql.execute("COMMIT")
            except BaseException:
                self._sql.execute("ROLLBACK")
                raise
            finally:
                for path in self._path.parent.glob(f"{self._path.name}*"):
                    path.chmod(PRIVATE_FILE)

    @property
    def rows(self) -> int:
        """How many rows are known."""
        return int(self._one("SELECT count(*) FROM rows"))

    def replace_all(self, rows: Iterable[Row]) -> None:
        """Make ``rows`` all that is known."""
        self._pass += 1
        self.upsert(rows)
        self._drop("SELECT key, chunk FROM rows WHERE pass != ?", [self._pass])

    def upsert(self, rows: Iterable[Row]) -> None:
        """Add ``rows``, or put them in the place of those with their keys."""
        sql = self._writable()
        for row in rows:
            key = _key(row.key)
            line = json.dumps({name: row.values[name] for name in self._columns}, ensure_ascii=False, separators=(",", ":"))
            known = sql.execute("SELECT chunk, line FROM rows WHERE key = ?", [key]).fetchone()
            if known and known[1] == _forgotten(line):
                sql.execute("UPDATE rows SET pass = ? WHERE key = ?", [self._pass, key])
                continue
            fresh = known is None or known[1].startswith(_FORGOTTEN)
            chunk = self._place(row.day or self._today, len(line.encode())) if fresh else known[0]
            if fresh or known[1] != line:
                self._dirty.add(chunk)
            cursor = None if row.cursor is None else cursor_text(row.cursor)
            sql.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", [key, cursor, chunk, line, self._pass])
            self.cursor = highest((self.cursor, row.cursor))

    def compare(self, there: Iterable[tuple[tuple[Any, ...], Any]]) -> list[tuple[Any, ...]]:
        """Drop the rows that are not in ``there`` (keys and cursors); the keys that are new or whose cursor is another."""
        sql = self._writable()
        self._pass += 1
        different = []
        for key, cursor in there:
            text = None if cursor is None else cursor_text(cursor)
            name = _key(tuple(map(wire_value, key)))
            known = sql.execute("SELECT cursor FROM rows WHERE key = ?", [name]).fetchone()
            if known is None or known[0] != text:
                different.append(key)
            if known is not None:
                sql.execute("UPDATE rows SET pass = ? WHERE key = ?", [self._pass, name])
        self._drop("SELECT key, chunk FROM rows WHERE pass != ?", [self._pass])
        return different

    def forget(self, chunks: Iterable[str]) -> int:
        """Delete the text of the rows in ``chunks`` for ever, and say how many those were; they are still known by a hash."""
        sql, forgotten = self._writable(), 0
        for chunk in chunks:
            for key, line in sql.execute("SELECT key, line FROM rows WHERE chunk = ?", [chunk]).fetchall():
                sql.execute("UPDATE rows SET line = ?, chunk = '' WHERE key = ?", [_forgotten(line), key])
                forgotten += 1
            sql.execute("DELETE FROM chunks WHERE chunk = ?", [chunk])
        return forgotten

    def chunks(self) -> list[Chunk]:
        """The files of rows, by name."""
        with self._reading() as sql:
            found = sql.execute("SELECT chunk, bytes, etag FROM chunks ORDER BY chunk").fetchall()
        return [Chunk(name, name.rpartition(".")[0], size, etag) for name, size, etag in found]

    def lines(self, chunk: str) -> Iterator[bytes]:
        """The lines of ``chunk``, by their keys."""
        with self._reading() as sql:
            for (line,) in sql.execute("SELECT line FROM rows WHERE chunk = ? ORDER BY key", [chunk]):
                yield f"{line}\n".encode("utf-8", "replace")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"file:{self._path.as_posix()}?mode=ro", uri=True, timeout=60)) as sql:
            yield sql

    def _writable(self) -> sqlite3.Connection:
        assert self._sql is not None, "only inside `writing`"
        return self._sql

    def _begin(self, now: dt.datetime) -> None:
        sql = self._writable()
        self._today, self._dirty, self._latest = now.date(), set(), {}
        self.cursor = self.reconciled_at = None
        if not self._one("SELECT count(*) FROM sqlite_master WHERE name = 'about'"):
            for statement in filter(None, map(str.strip, _SCHEMA.split(";"))):
                sql.execute(statement)
        about = dict(sql.execute("SELECT name, value FROM about"))
        if about.get("fingerprint") != self._fingerprint:
            for table in ("about", "rows", "chunks"):
                sql.execute(f"DELETE FROM {table}")  # noqa: S608 - one of three names
            about = {}
        self._pass = int(about.get("pass", 0))
        if "cursor" in about and "reconciled_at" in about:
            self.cursor, self.reconciled_at = cursor_value(about["cursor"]), dt.datetime.fromisoformat(about["reconciled_at"])

    def _end(self) -> None:
        """Renew the changed chunks and what is known about the whole."""
        sql = self._writable()
        for chunk in sorted(self._dirty):
            digest, rows, size = hashlib.sha256(), 0, 0
            for (line,) in sql.execute("SELECT line FROM rows WHERE chunk = ? ORDER BY key", [chunk]):
                encoded = f"{line}\n".encode("utf-8", "replace")
                digest.update(encoded)
                rows, size = rows + 1, size + len(encoded)
            sql.execute("DELETE FROM chunks WHERE chunk = ?", [chunk])
            if rows:
                sql.execute("INSERT INTO chunks VALUES (?, ?, ?, ?)", [chunk, rows, size, digest.hexdigest()])
        about = {"fingerprint": self._fingerprint, "pass": str(self._pass)}
        if self.cursor is not None:
            about["cursor"] = cursor_text(self.cursor)
        if self.reconciled_at is not None:
            about["reconciled_at"] = self.reconciled_at.isoformat()
        sql.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())

    def _place(self, day: dt.date, size: int) -> str:
        """The chunk for a new row of ``day`` and ``size`` bytes: the newest of the day that has room, or another."""
        if day not in self._latest:
            found = self._writable().execute(
                "SELECT chunk, rows, bytes FROM chunks WHERE chunk GLOB ?", [f"{day.isoformat()}.*"]
            )
            newest = max(((int(name.rpartition(".")[2]), rows, held) for name, rows, held in found), default=(0, 0, 0))
            self._latest[day] = list(newest)
        latest = self._latest[day]
        if latest[1] >= CHUNK_ROWS or (latest[1] and latest[2] + size > CHUNK_BYTES):
            latest[:] = [latest[0] + 1, 0, 0]
        latest[1] += 1
        latest[2] += size
        return f"{day.isoformat()}.{latest[0]}"

    def _drop(self, query: str, parameters: list[Any]) -> None:
        sql = self._writable()
        gone = sql.execute(query, parameters).fetchall()
        self._dirty.update(chunk for _, chunk in gone if chunk)
        sql.executemany("DELETE FROM rows WHERE key = ?", ([key] for key, _ in gone))

    def _one(self, query: str) -> Any:
        return self._writable().execute(query).fetchone()[0]


_FORGOTTEN = "#"  # how the hash that stands in place of a forgotten row begins; no JSON object does


def _forgotten(line: str) -> str:
    return f"{_FORGOTTEN}{hashlib.sha256(line.encode('utf-8', 'replace')).hexdigest()}"


def _key(values: tuple[Any, ...]) -> str:
    """``values`` of a key as one text that no other values have."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
