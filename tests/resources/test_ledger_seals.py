"""A listing that was seen before to its last entry is recognised without asking for a row, and never wrongly."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.ledger import Counts, Ledger
from resources.ledger_scan import Days, SourceScan, sealed
from resources.sources import Listed
from tests.resources.test_ledger import ASSET, SALT, START, Landing, put, source_at
from winnow.errors import UnreadableDocument

LONG_AGO = 1_700_000_000_000_000_000

listed = st.builds(
    Listed,
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4),
    st.integers(0, 9),
    st.none() | st.integers(LONG_AGO, LONG_AGO + 3),
    st.none() | st.integers(LONG_AGO, LONG_AGO + 3),
    st.none() | st.sampled_from(["x", "y"]),
)
listings = st.lists(listed, max_size=4, unique_by=lambda one: one.key)


class Store:
    """A source that answers with the hash of what a listing says, and counts how often it is asked."""

    def __init__(self, *, broken: bool = False) -> None:
        self.asked, self.broken = 0, broken
        self.listing: Sequence[Listed] = ()

    def sha256(self, key: str) -> str:
        """Of the object's entry."""
        self.asked += 1
        if self.broken:
            raise UnreadableDocument("gone")
        return repr(next(one for one in self.listing if one.key == key))


class Scans:
    """One source of one ledger, scanned with any listing."""

    def __init__(self, folder: Path) -> None:
        Ledger(folder / "ledger.sqlite", SALT).close()
        self.sql = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)
        self.scans = 0

    def scan(self, listing: Sequence[Listed], store: Store | None = None) -> tuple[Counts, int]:
        """What a scan finds, and how often it reads an object."""
        self.scans += 1
        store = store or Store()
        store.listing = listing
        days = Days(START, START, lambda _asset, _day: False)
        scan = SourceScan(self.sql, SALT, source_at("/nowhere"), days, self.scans, "2026-10-05T01:00:00+00:00")
        return scan.run(store, listing), store.asked  # type: ignore[arg-type] # a scan asks no more of it

    def rows(self) -> list[tuple[object, ...]]:
        """What is remembered of objects, and when they were missed."""
        return self.sql.execute("SELECT key, sha256, size, mtime_ns, ctime_ns, etag, gone FROM objects ORDER BY key").fetchall()


@settings(deadline=None, max_examples=30)
@given(nights=st.lists(listings, min_size=1, max_size=5), again=st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_history_is_that_of_a_ledger_without_seals(
    tmp_path_factory: pytest.TempPathFactory, nights: list[list[Listed]], again: list[bool]
) -> None:
    """Counts, readings and rows are the same whether seals are kept or forgotten before each scan."""
    folders = tmp_path_factory.mktemp("kept"), tmp_path_factory.mktemp("forgotten")
    kept, forgotten = (Scans(folder) for folder in folders)
    for listing, twice in zip(nights, again, strict=False):
        for _ in range(1 + twice):
            forgotten.sql.execute("DELETE FROM seals")
            assert kept.scan(listing) == forgotten.scan(listing)
            assert kept.rows() == forgotten.rows()


def test_a_listing_that_says_all_is_sealed_at_once(tmp_path: Path) -> None:
    """The second scan asks for no row: it would not even notice that the rows are gone."""
    scans = Scans(tmp_path)
    listing = [Listed("a", 1, LONG_AGO, LONG_AGO), Listed("b", 2, None, None, "tag")]
    assert scans.scan(listing) == (Counts(new=2), 2)
    scans.sql.execute("DELETE FROM objects")
    assert scans.scan(listing) == (Counts(unchanged=2), 0)


def test_what_must_be_read_again_is_never_sealed(tmp_path: Path) -> None:
    """An object without change time and etag, and one that could not be read, are looked at again each time."""
    scans = Scans(tmp_path)
    listing = [Listed("a", 1, LONG_AGO, LONG_AGO), Listed("b", 2, LONG_AGO)]
    scans.scan(listing)
    assert scans.scan(listing) == (Counts(unchanged=2), 1)
    assert scans.scan(listing[:1], Store(broken=True))[0] == Counts(unchanged=1, gone=1)
    broken = [*listing[:1], Listed("c", 3, LONG_AGO, LONG_AGO)]
    assert scans.scan(broken, Store(broken=True))[0] == Counts(unchanged=1, unreadable=1)
    assert scans.scan(broken) == (Counts(new=1, unchanged=1), 1)


def test_a_scan_by_somebody_who_keeps_no_seals_makes_them_stale(tmp_path: Path) -> None:
    """A seal counts for the scan behind it alone: an older winnow may have been at the ledger in between."""
    scans = Scans(tmp_path)
    listing = [Listed("a", 1, LONG_AGO, LONG_AGO)]
    scans.scan(listing)
    scans.sql.execute("UPDATE objects SET size = 7")
    scans.scans += 1
    assert scans.scan(listing) == (Counts(unchanged=1), 1)


@settings(deadline=None, max_examples=100)
@given(one=listings, other=listings)
def test_two_listings_have_one_seal_only_if_they_are_the_same(one: list[Listed], other: list[Listed]) -> None:
    """Every entry and every part of it counts, and so does their order."""
    assert (sealed(one) == sealed(other)) == (one == other)
    assert sealed(one) == sealed([replace(entry) for entry in one])


def test_a_folder_is_sealed_through_the_ledger(landing_zone: Landing) -> None:
    """A night without news leaves a seal of its own number; one with news is noticed all the same."""
    put(landing_zone.root / "a", b"one")
    landing_zone.scan()
    assert landing_zone.scan().counts == {"reports": Counts(unchanged=1)}
    put(landing_zone.root / "a", b"two")
    put(landing_zone.root / "b", b"new")
    assert landing_zone.scan().counts == {"reports": Counts(new=1, changed=1)}
    (landing_zone.root / "b").unlink()
    assert landing_zone.scan().counts == {"reports": Counts(unchanged=1, gone=1)}
    assert landing_zone.source.asset == ASSET


@pytest.fixture
def landing_zone(tmp_path: Path) -> Landing:
    """An empty landing zone."""
    return Landing(tmp_path)
