"""The ledger."""

import datetime as dt
import hashlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.clock import FixedClock
from resources.ledger import Counts, Ledger, ScanResult
from resources.sources import Source, kinds
from winnow.errors import SourceError, UsageError
from winnow.ids import object_id

SALT = "a salt of the tests, long enough"
START = dt.date(2026, 10, 1)
ASSET = "internal_reports"

Build = Callable[..., Source]


def source_at(root: Path | str, **options: object) -> Source:
    """A source over a folder."""
    given = {"name": "reports", "asset": ASSET, "kind": "folder", "licence": "CC0-1.0", "url": str(root)}
    return kinds()["folder"].options.model_validate({**given, **options})


def at(day: int) -> FixedClock:
    """A clock that stands at 01:00 on a day of October 2026."""
    return FixedClock(dt.datetime(2026, 10, day, 1, tzinfo=dt.UTC))


def put(path: Path, content: bytes, day: int = 3) -> None:
    """Write a file that was modified on a day of October 2026."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stamp = dt.datetime(2026, 10, day, 12, tzinfo=dt.UTC).timestamp()
    os.utime(path, (stamp, stamp))


class Landing:
    """A folder, its source and its ledger."""

    def __init__(self, path: Path) -> None:
        self.root = path / "landing"
        self.root.mkdir()
        self.source = source_at(self.root)
        self.ledger = Ledger(path / "home" / "ledger.sqlite", SALT)
        self.succeeded: set[dt.date] = set()

    def scan(self, day: int = 5, *sources: Source) -> ScanResult:
        """Scan on a day of October 2026."""
        return self.ledger.scan(
            sources or [self.source], start=START, clock=at(day), succeeded=lambda _, day: day in self.succeeded
        )

    def current(self) -> dict[str, tuple[str, dt.date]]:
        """Hash and arrival day of every current object, by key."""
        found = [one for day in self.ledger.days(ASSET) for one in self.ledger.objects(ASSET, day)]
        return {one.key: (one.sha256, one.day) for one in found}


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """An empty landing zone."""
    return Landing(tmp_path)


def digest(content: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def test_an_object_arrives_on_its_own_day(landing: Landing) -> None:
    """An object first seen while its partition is open arrives on the day of its modification."""
    put(landing.root / "a", b"one", day=3)
    assert landing.scan().counts == {"reports": Counts(new=1)}
    assert landing.current() == {"a": (digest(b"one"), dt.date(2026, 10, 3))}


def test_the_days_pattern_comes_before_the_modification_time(landing: Landing) -> None:
    """A day in the path decides; where none or an impossible one stands, the modification time does."""
    landing.source = source_at(landing.root, day={"pattern": r"(?P<day>\d{4}-\d{2}-\d{2})"})
    for name in ("x-2026-10-02.csv", "x-2026-13-02.csv", "plain.csv"):
        put(landing.root / name, b"one", day=4)
    landing.scan()
    assert [day.day for _, day in (landing.current()[key] for key in sorted(landing.current()))] == [4, 2, 4]


def test_a_late_object_arrives_on_the_day_of_the_scan(landing: Landing) -> None:
    """An object whose own partition has succeeded arrives on the first open day from the scan's on."""
    landing.succeeded = {dt.date(2026, 10, day) for day in (3, 5, 6)}
    put(landing.root / "a", b"one", day=3)
    landing.scan(5)
    assert landing.current()["a"][1] == dt.date(2026, 10, 7)


def test_days_before_the_first_and_after_today_are_moved_inside(landing: Landing) -> None:
    """An object older than the first partition arrives on that, and one dated in the future arrives today."""
    put(landing.root / "old", b"one", day=1)
    os.utime(landing.root / "old", (0, 0))
    put(landing.root / "new", b"two", day=30)
    landing.scan(5)
    assert {key: day.day for key, (_, day) in landing.current().items()} == {"old": 1, "new": 5}


def test_the_arrival_day_is_fixed_at_first_sight(landing: Landing) -> None:
    """Neither a later scan, nor a succeeded partition, nor a touched file moves an object to another day."""
    put(landing.root / "a", b"one", day=3)
    landing.scan(5)
    landing.succeeded = {dt.date(2026, 10, 3)}
    put(landing.root / "a", b"one", day=6)
    assert landing.scan(8).counts["reports"] == Counts(unchanged=1)
    assert landing.current()["a"][1] == dt.date(2026, 10, 3)


def test_a_rewrite_under_the_same_modification_time_is_noticed(landing: Landing) -> None:
    """Same size and same modification time do not hide another content."""
    put(landing.root / "a", b"one")
    landing.scan()
    put(landing.root / "a", b"two")
    assert landing.scan().counts["reports"] == Counts(changed=1)
    assert landing.current()["a"][0] == digest(b"two")


def test_a_rewrite_within_one_tick_of_the_change_time_is_noticed(landing: Landing) -> None:
    """A file rewritten right after a scan is read again even if its change time were the same: that time is not trusted yet."""
    put(landing.root / "a", b"one")
    landing.scan()
    stored = sqlite3.connect(landing.ledger._sql.execute("PRAGMA database_list").fetchone()[2])
    assert stored.execute("SELECT ctime_ns FROM objects").fetchone() == (None,)


def test_a_settled_file_is_not_read_again(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the change time is old enough, an unchanged object is known without reading it."""
    put(landing.root / "a", b"one")
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 10_000_000_000)  # ten seconds after the file was written
    landing.scan()
    (landing.root / "a").chmod(0o600)  # moves the change time: read once more
    landing.scan()
    atime = (landing.root / "a").stat().st_atime_ns
    opened: list[str] = []
    real_open = os.open

    def spy(path: str, *args: int, **kwargs: int) -> int:
        opened.append(str(path))
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", spy)
    assert landing.scan().counts["reports"] == Counts(unchanged=1)
    assert "a" not in opened  # its folder is
    assert (landing.root / "a").stat().st_atime_ns == atime


def test_a_file_copied_in_with_an_older_time_is_noticed(landing: Landing) -> None:
    """A new object older than the last scan is new all the same."""
    put(landing.root / "a", b"one", day=4)
    landing.scan()
    put(landing.root / "b", b"two", day=2)
    assert landing.scan().counts["reports"] == Counts(new=1, unchanged=1)


class Tagged(MemoryFileSystem):  # type: ignore[misc]  # fsspec is untyped
    """A store in memory that tells an etag, as S3 does, and one modification time for everything."""

    protocol = "tagged"
    store: ClassVar[dict[str, object]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    reads: ClassVar[list[str]] = []

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(super()._strip_protocol(path.replace("tagged://", "memory://")))

    def info(self, path: str, **kwargs: object) -> dict[str, object]:
        """What is known of one object."""
        return self._tagged(super().info(path, **kwargs))

    def ls(self, path: str, detail: bool = True, **kwargs: object) -> object:
        """What is known of every object in ``path``."""
        found = super().ls(path, detail=detail, **kwargs)
        return [self._tagged(info) for info in found] if detail else found

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: object) -> object:
        """Remember what is read."""
        self.reads.append(path)
        return super().cat_file(path, start=start, end=end, **kwargs)

    def _tagged(self, info: dict[str, object]) -> dict[str, object]:
        stamp = {"LastModified": dt.datetime(2026, 10, 3, tzinfo=dt.UTC)}
        return info | stamp | {"ETag": digest(self.store[info["name"]].getvalue())} if info["type"] == "file" else info


def test_an_etag_tells_a_change_and_spares_the_reading(tmp_path: Path) -> None:
    """With an etag an unchanged object is not read again, and a rewrite is noticed though size and time agree."""
    fsspec.register_implementation("tagged", Tagged, clobber=True)
    source, ledger = source_at("tagged://landing"), Ledger(tmp_path / "ledger.sqlite", SALT)
    store = fsspec.filesystem("tagged")
    store.pipe("/landing/a", b"one")
    counts = []
    for content in (b"one", b"one", b"two"):
        store.pipe("/landing/a", content)
        counts.append(ledger.scan([source], start=START, clock=at(5)).counts["reports"])
    assert counts == [Counts(new=1), Counts(unchanged=1), Counts(changed=1)]
    assert len(Tagged.reads) == 2


def test_without_etag_and_change_time_every_content_is_hashed(tmp_path: Path) -> None:
    """A store that tells neither is read again each time, so that a rewrite of the same size and time is noticed."""
    source, ledger = source_at("memory://plain"), Ledger(tmp_path / "ledger.sqlite", SALT)
    store = fsspec.filesystem("memory")
    store.pipe("/plain/a", b"one")
    created = store.info("/plain/a")["created"]
    counts = [ledger.scan([source], start=START, clock=at(5)).counts["reports"]]
    store.pipe("/plain/a", b"two")
    store.store["/plain/a"].created = created
    counts.append(ledger.scan([source], start=START, clock=at(5)).counts["reports"])
    assert counts == [Counts(new=1), Counts(changed=1)]


def test_a_deleted_object_is_not_current_and_still_resolved(landing: Landing) -> None:
    """A deletion is counted once, takes the object out of what is current, and leaves its name to be traced."""
    put(landing.root / "a", b"one")
    landing.scan()
    (landing.root / "a").unlink()
    assert landing.scan().counts["reports"] == Counts(gone=1)
    assert landing.scan().counts["reports"] == Counts()
    assert landing.current() == {}
    (found,) = landing.ledger.resolve(object_id(SALT, "reports", "a"))
    assert (found.source, found.key, found.sha256) == ("reports", "a", digest(b"one"))
    assert found.gone is not None


def test_returning_content_makes_its_first_sighting_current_again(landing: Landing) -> None:
    """A then B then A: the object is back on the day that A was first seen for, and all sightings are kept."""
    put(landing.root / "a", b"one", day=2)
    landing.scan(5)
    put(landing.root / "a", b"two", day=4)
    landing.scan(6)
    put(landing.root / "a", b"one", day=6)
    assert landing.scan(7).counts["reports"] == Counts(returned=1)
    assert landing.current()["a"] == (digest(b"one"), dt.date(2026, 10, 2))
    assert [one.day.day for one in landing.ledger.resolve(object_id(SALT, "reports", "a"))] == [2, 4]


def test_a_deleted_object_that_comes_back_is_current_again(landing: Landing) -> None:
    """The same content after a deletion is a return, on the old day."""
    put(landing.root / "a", b"one", day=2)
    landing.scan(5)
    (landing.root / "a").unlink()
    landing.scan(6)
    put(landing.root / "a", b"one", day=6)
    assert landing.scan(7).counts["reports"] == Counts(returned=1)
    assert landing.current()["a"][1] == dt.date(2026, 10, 2)


def test_an_unreachable_source_loses_nothing_and_stops_no_other(landing: Landing, tmp_path: Path) -> None:
    """If one root is missing, its objects stay current, the other source is scanned, and the result says so."""
    put(landing.root / "a", b"one")
    other = source_at(tmp_path / "other", name="other")
    put(tmp_path / "other" / "b", b"two")
    landing.scan(5, landing.source, other)
    before = landing.ledger.snapshot_hash()
    landing.root.rename(tmp_path / "unmounted")
    result = landing.scan(5, landing.source, other)
    assert result.counts == {"other": Counts(unchanged=1)}
    assert landing.ledger.snapshot_hash() == before
    with pytest.raises(SourceError, match="'reports'"):
        result.require_complete()


def test_a_source_taken_out_of_the_catalog_is_not_current_until_it_returns(landing: Landing, tmp_path: Path) -> None:
    """Objects of a source that is no longer named leave what is current, and come back with it unchanged."""
    put(landing.root / "a", b"one")
    other = source_at(tmp_path, name="other", include=("nothing",))
    landing.scan(5, landing.source, other)
    before = landing.ledger.snapshot_hash()
    landing.scan(5, other)
    assert landing.ledger.current().num_rows == 0
    assert landing.scan(5, landing.source, other).counts["reports"] == Counts(unchanged=1)
    assert landing.ledger.snapshot_hash() == before


def test_current_and_its_hash_depend_on_contents_alone(tmp_path: Path) -> None:
    """Two ledgers that came to the same contents by other ways, days and times agree on the snapshot."""
    hashes = []
    for number, order in enumerate([("a", "b"), ("b", "a")]):
        (tmp_path / str(number)).mkdir()
        landing = Landing(tmp_path / str(number))
        for step, name in enumerate(order):
            put(landing.root / name, name.encode(), day=2 + step)
            landing.scan(5 + number + step)
        hashes.append((landing.ledger.snapshot_hash(), landing.ledger.current().to_pylist()))
    assert hashes[0] == hashes[1]
    assert [row["content_sha256"] for row in hashes[0][1]] != []


def test_another_salt_gives_every_object_another_id(landing: Landing, tmp_path: Path) -> None:
    """Opening the ledger with another salt renews the ids and loses nothing."""
    put(landing.root / "a", b"one")
    landing.scan()
    landing.ledger.close()
    again = Ledger(tmp_path / "home" / "ledger.sqlite", SALT[::-1])
    assert again.current().to_pylist() == [
        {"object_id": object_id(SALT[::-1], "reports", "a"), "content_sha256": digest(b"one")}
    ]


def test_the_day_hash_changes_with_the_days_contents_only(landing: Landing) -> None:
    """A day's hash is moved by a change on that day and by no other."""
    put(landing.root / "a", b"one", day=2)
    put(landing.root / "b", b"two", day=3)
    landing.scan()
    before = [landing.ledger.day_hash(ASSET, dt.date(2026, 10, day)) for day in (2, 3)]
    (landing.root / "a").unlink()
    landing.scan()
    after = [landing.ledger.day_hash(ASSET, dt.date(2026, 10, day)) for day in (2, 3)]
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_the_file_is_private(landing: Landing) -> None:
    """Names of files stand in the ledger, so no one else may read it or its journal."""
    put(landing.root / "a", b"one")
    landing.scan()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (landing.root.parent / "home").iterdir()}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("content", [b"no database at all" * 100, None])
def test_a_foreign_or_newer_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """A file that is no ledger, or one of a newer schema, is named and left as it is."""
    path = tmp_path / "ledger.sqlite"
    if content is None:
        with sqlite3.connect(path) as sql:
            sql.execute("PRAGMA user_version = 99")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(UsageError):
        Ledger(path, SALT)
    assert path.read_bytes() == before


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from("abc"), st.sampled_from([b"one", b"two", b"xyz"]), st.integers(1, 12)),
        st.tuples(st.just("delete"), st.sampled_from("abc")),
        st.tuples(st.just("scan")),
        st.tuples(st.just("succeed"), st.integers(1, 12)),
        st.tuples(st.just("night")),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(ACTIONS)
def test_any_history_ends_as_the_model_says(actions: list[tuple[object, ...]]) -> None:
    """After any writes, deletions, successes and scans, what is current and its days are what the rule in words gives."""
    with TemporaryDirectory() as folder:
        landing, today = Landing(Path(folder)), 5
        files: dict[str, tuple[bytes, int]] = {}
        days: dict[tuple[str, bytes], int] = {}
        for action in [*actions, ("scan",)]:
            match action:
                case ("write", str(name), bytes(content), int(day)):
                    put(landing.root / name, content, day)
                    files[name] = content, day
                case ("delete", str(name)):
                    (landing.root / name).unlink(missing_ok=True)
                    files.pop(name, None)
                case ("succeed", int(day)):
                    landing.succeeded.add(dt.date(2026, 10, day))
                case ("night",):
                    today += 1
                case _:
                    landing.scan(today)
                    for name, (content, day) in files.items():
                        if (name, content) not in days:
                            own = min(day, today)
                            done = {day.day for day in landing.succeeded}
                            days[name, content] = own if own not in done else next(d for d in range(today, 99) if d not in done)
        expected = {
            name: (digest(content), dt.date(2026, 10, 1) + dt.timedelta(days[name, content] - 1))
            for name, (content, _) in files.items()
        }
        assert landing.current() == expected
        landing.ledger.close()


CRASH = """
import datetime as dt, os, resource, signal, sqlite3, sys
from pathlib import Path
from resources.clock import FixedClock
from resources.ledger import Ledger
from resources.sources import kinds
home, root, how = sys.argv[1:]
source = kinds()["folder"].options.model_validate(
    {"name": "reports", "asset": "internal_reports", "kind": "folder", "licence": "CC0-1.0", "url": root})
ledger = Ledger(Path(home), "a salt of the tests, long enough")
statements = []
def trace(statement):
    statements.append(statement)
    if how.startswith("statement") and len(statements) == int(how.split(":")[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "commit" and statement == "COMMIT":
        os.kill(os.getpid(), signal.SIGKILL)
    if how.startswith("bytes") and statement == "COMMIT":
        # the kernel kills the process in the middle of the write that crosses this size
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(how.split(":")[1]),) * 2)
ledger._sql.set_trace_callback(trace)
clock = FixedClock(dt.datetime(2026, 10, 5, tzinfo=dt.UTC))
ledger.scan([source], start=dt.date(2026, 10, 1), clock=clock)
if how == "after":
    os.kill(os.getpid(), signal.SIGKILL)
print(len(statements))
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    "how", ["statement:2", "statement:9", "statement:20", "commit", "bytes:5000", "bytes:20001", "bytes:30000", "after"]
)
def test_a_scan_that_is_killed_leaves_all_of_it_or_nothing(landing: Landing, run_python: Run, how: str) -> None:
    """Killed at any statement, or before, in or after the commit, the ledger is whole, and a rescan completes it."""
    put(landing.root / "kept", b"kept")
    landing.scan(4)
    before = landing.ledger.snapshot_hash()
    path = landing.root.parent / "home" / "ledger.sqlite"
    landing.ledger.close()
    for number in range(40):
        put(landing.root / f"{number}", str(number).encode())
    done = run_python(CRASH, path, landing.root, how)
    assert done.returncode in {-signal.SIGKILL, -signal.SIGXFSZ}, done.stderr
    landing.ledger = Ledger(path, SALT)
    assert landing.ledger._sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    whole = landing.ledger.current().num_rows
    assert whole == (41 if how == "after" else 1)
    assert (landing.ledger.snapshot_hash() == before) is (how != "after")
    landing.scan(6)
    assert landing.ledger.current().num_rows == 41
    assert {day.day for _, day in landing.current().values()} == {3}
