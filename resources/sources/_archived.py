"""Archives in a folder source: their members as objects of their own, under ``archive.zip/inner/name``.

Belongs here: which member a key means, what a listing says of them, and remembering the names of archives that did not change.
Does not belong here: how an archive is read and what one may hold (`winnow.formats._archive`).

Archives are listed and hashed in the scanning process, not in a confined one: a scan asks for up to 200,000 members one by one. What
touches their bytes is this package's own Python and zlib's inflate, whose window is 32 KiB whatever it is fed; all that inflates is
counted, and given up at `LIMITS`. What is in a member is parsed by a reader alone, which is confined.

A member that cannot be read (encrypted, damaged) is listed all the same, so that it is quarantined with its reason; its hash is
then that of its packed bytes. An archive that cannot be opened at all is listed itself, and the reader of its bytes says why.
"""

import hashlib
import io
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

from resources.home import PRIVATE_FILE, private_folder
from resources.sources._store import Entry
from winnow.errors import SourceError, UnreadableDocument
from winnow.formats._archive import Archive, Budget, Limits, Member, is_archive, open_archive, read_member
from winnow.formats._base import MAX_BYTES, MEBIBYTE

LIMITS = Limits(members=200_000, inflated_bytes=32 * 1024 * MEBIBYTE)
"""Of one archive: its members are read one by one, so this bounds time; hashing as much takes two minutes."""

NESTED_BYTES = MAX_BYTES  # of an archive in an archive, which is held in memory

SPOOLED_BYTES = 2 * 1024 * MEBIBYTE  # of a packed TAR when inflated, which has to be on the disk as a whole to be listed

ATTEMPTS = 3  # to open an archive that someone is writing

TRANSIENT = {"changed_while_reading", "gone_while_reading"}

SETTLED_NS = 2_000_000_000  # an archive changed again this soon may show the same change time: FAT counts in steps of 2 s

VERSION = 1  # of what is remembered; raised by hand when the same archive gives other names

Names = list[tuple[str, int]]
"""Names and sizes of an archive's members, those of archives in it included."""

OpenFile = Callable[[str], BinaryIO]


@dataclass
class _Open:
    """An archive at work: its own name in what lies around it, and its members by name."""

    name: str
    archive: Archive
    file: BinaryIO | None = None
    members: dict[str, Member] = field(init=False)
    folders: set[str] = field(init=False)

    def __post_init__(self) -> None:
        """Look up what is called like an archive and is a folder."""
        self.members = {member.name: member for member in self.archive.members}
        self.folders = {folder for name in self.members for folder in above(name)}

    def inner(self, name: str) -> Member | None:
        """The archive called ``name`` in it; one beside a folder of the same name stays whole."""
        return self.members.get(name) if is_archive(name) and name not in self.folders else None


class Archives:
    """The archives of one source."""

    def __init__(self, open_file: OpenFile, cache: Path) -> None:
        """``open_file`` opens an archive by its key; in the folder ``cache`` names are remembered once `remember` was called."""
        self._open_file, self._cache = open_file, _Cache(cache / "archives.sqlite")
        self._chain: list[_Open] = []
        self._remembers = False

    def remember(self) -> None:
        """Let listings be written to the cache; until then it is only read."""
        self._remembers = True

    def listed(self, found: Iterable[tuple[str, Entry]]) -> Iterator[tuple[str, Entry, Names | None]]:
        """Each archive with its members, or with None if it must be listed itself; what has vanished is left out.

        What these archives hold is remembered, and all others are forgotten, when the last one has been asked for.
        """
        with self._cache.reading() as known:
            fresh: dict[str, tuple[str, str]] = {}
            kept: set[str] = set()
            for key, entry in found:
                names = known(key, _stamp(entry))
                if names is not None:
                    kept.add(key)
                else:
                    try:
                        names = json.dumps(self._names(key))
                    except FileNotFoundError:
                        continue
                    if _settled(entry):
                        fresh[key] = _stamp(entry), names
                found_names = json.loads(names)
                yield key, entry, None if found_names is None else [(str(name), int(size)) for name, size in found_names]
        self.close()
        if self._remembers:
            self._cache.write(fresh, kept)

    def find(self, key: str) -> tuple[Archive, Member] | None:
        """The member that ``key`` means; None if no archive on its way has it. FileNotFoundError never."""
        for archive, inner in _splits(key):
            try:
                opened = self._outer(archive)
            except (FileNotFoundError, UnreadableDocument):
                continue
            if (found := self._within(opened, inner, 1)) is not None:
                return found
        return None

    def read(self, key: str, found: tuple[Archive, Member], max_bytes: int) -> bytes:
        """The bytes of the member ``found`` for ``key``; an archive below the deepest level that is opened is a bomb."""
        if is_archive(key) and len(self._chain) >= LIMITS.depth:
            raise UnreadableDocument("bomb")
        return read_member(*found, max_bytes)

    def close(self) -> None:
        """Let the files go."""
        self._cut(0)

    def _names(self, key: str) -> Names | None:
        for _ in range(ATTEMPTS):
            try:
                opened = self._outer(key)
            except UnreadableDocument as error:
                if error.reason not in TRANSIENT:
                    return None
            else:
                break
        else:
            raise SourceError("an archive changed each time that it was opened; the next run lists its source")
        budget = Budget(LIMITS)
        budget.spend(opened.archive)
        return list(self._below(opened, "", budget, 1))

    def _below(self, opened: _Open, prefix: str, budget: Budget, depth: int) -> Iterator[tuple[str, int]]:
        for name, member in opened.members.items():
            packed = opened.inner(name)
            inner = None if packed is None else self._nested(opened, packed, budget, depth)
            if inner is None:
                yield prefix + name, member.packed if member.size is None else member.size
            else:
                yield from self._below(inner, f"{prefix}{name}/", budget, depth + 1)

    def _nested(self, above: _Open, member: Member, budget: Budget, depth: int) -> _Open | None:
        """The archive that ``member`` is; None if it cannot be opened, and is listed itself."""
        if depth >= LIMITS.depth:
            return None
        try:
            archive = _archive(io.BytesIO(read_member(above.archive, member, NESTED_BYTES)), member.name, budget.left())
        except UnreadableDocument:
            return None
        budget.spend(archive)
        return _Open(member.name, archive)

    def _outer(self, key: str) -> _Open:
        """The archive at ``key`` of the store, opened unless it is already."""
        if self._chain and self._chain[0].name == key:
            return self._chain[0]
        self._cut(0)
        file = self._open_file(key)
        try:
            archive = _archive(file, key, LIMITS)
        except BaseException:
            file.close()
            raise
        self._chain = [_Open(key, archive, file)]
        return self._chain[0]

    def _within(self, opened: _Open, name: str, depth: int) -> tuple[Archive, Member] | None:
        """The member called ``name`` of the archive ``opened``, or of one in it; keys come in order, so what is open stays so."""
        if name in opened.members:
            self._cut(depth)
            return opened.archive, opened.members[name]
        for archive, inner in _splits(name):
            member = opened.inner(archive)
            if member is None:
                continue
            if len(self._chain) <= depth or self._chain[depth].name != archive:
                self._cut(depth)
                nested = self._nested(opened, member, Budget(LIMITS), depth)
                if nested is None:
                    continue
                self._chain.append(nested)
            return self._within(self._chain[depth], inner, depth + 1)
        return None

    def _cut(self, depth: int) -> None:
        for opened in self._chain[depth:]:
            if opened.file is not None:
                opened.file.close()
        del self._chain[depth:]


class _Cache:
    """One SQLite file: by an archive's key its stamp and, as JSON, the names in it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[Callable[[str, str], str | None]]:
        """A function that gives the names in the archive of a key and a stamp; None if they are not remembered."""
        if not self._path.exists():
            yield lambda _key, _stamp: None
            return
        with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)) as sql:

            def names(key: str, stamp: str) -> str | None:
                try:
                    row = sql.execute("SELECT names FROM archives WHERE key = ? AND stamp = ?", [key, stamp]).fetchone()
                except sqlite3.Error:  # a cache: what cannot be read of it is asked of the archives again
                    return None
                return None if row is None else str(row[0])

            yield names

    def write(self, fresh: Mapping[str, tuple[str, str]], kept: AbstractSet[str]) -> None:
        """Remember ``fresh`` besides ``kept``, and nothing else."""
        if not fresh and not kept and not self._path.exists():
            return
        try:
            self._update(fresh, kept)
        except sqlite3.Error:
            with suppress(sqlite3.Error, OSError):  # what is not remembered is asked of the archives again
                self._path.unlink(missing_ok=True)
                self._update(fresh, set())

    def _update(self, fresh: Mapping[str, tuple[str, str]], kept: AbstractSet[str]) -> None:
        private_folder(self._path.parent)
        self._path.touch(mode=PRIVATE_FILE)
        with closing(sqlite3.connect(self._path)) as sql, sql:
            sql.execute("CREATE TABLE IF NOT EXISTS archives(key TEXT PRIMARY KEY, stamp TEXT NOT NULL, names TEXT NOT NULL)")
            gone = [(key,) for (key,) in sql.execute("SELECT key FROM archives").fetchall() if key not in kept]
            sql.executemany("DELETE FROM archives WHERE key = ?", gone)
            sql.executemany("INSERT INTO archives VALUES (?, ?, ?)", [(key, *row) for key, row in fresh.items()])


def member_sha256(archive: Archive, member: Member) -> str:
    """SHA-256 of the bytes of ``member``; of one that cannot be read, of its bytes as they lie in ``archive``."""
    digest = hashlib.sha256()
    try:
        for piece in archive.pieces(member):
            digest.update(piece)
    except UnreadableDocument as error:
        if error.reason in TRANSIENT:
            raise
        return _packed_sha256(archive, member)
    return digest.hexdigest()


def _packed_sha256(archive: Archive, member: Member) -> str:
    digest = hashlib.sha256()
    try:
        for piece in archive.packed(member):
            digest.update(piece)
    except UnreadableDocument as error:  # not even those can be had: what the directory says of them
        if error.reason in TRANSIENT:
            raise
        digest.update(f"{member.offset} {member.packed} {member.size} {member.crc}".encode())
    return digest.hexdigest()


def _archive(file: BinaryIO, name: str, limits: Limits) -> Archive:
    """The archive in ``file``; what a packed TAR inflates to goes to a file without a name, closed to everyone else."""
    if name.lower().endswith((".tgz", ".tar.gz")):
        limits = replace(limits, inflated_bytes=min(limits.inflated_bytes, SPOOLED_BYTES))
    try:
        return open_archive(file, name, limits, lambda: cast("BinaryIO", tempfile.TemporaryFile()))
    except OSError:
        raise SourceError(
            "a packed TAR finds no room to be unpacked; make room in the system's folder for temporary files"
        ) from None


def _splits(key: str) -> Iterator[tuple[str, str]]:
    """``key`` cut behind each of its parts that is called like an archive: what may be one, and what is then in it."""
    at = key.find("/")
    while at >= 0:
        if is_archive(key[:at]):
            yield key[:at], key[at + 1 :]
        at = key.find("/", at + 1)


def above(key: str) -> Iterator[str]:
    """The folders of ``key`` that are called like archives."""
    return (archive for archive, _ in _splits(key))


def _stamp(entry: Entry) -> str:
    return f"{VERSION} {entry.size} {entry.mtime_ns} {entry.ctime_ns} {entry.etag}"


def _settled(entry: Entry) -> bool:
    """Whether a change of the archive would show in its stamp."""
    return entry.etag is not None or (entry.ctime_ns is not None and entry.ctime_ns < time.time_ns() - SETTLED_NS)
