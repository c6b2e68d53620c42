"""The list of what lies below a home: patterns, and closing what stands open."""

from pathlib import Path

import pytest

from resources.catalog import ASSETS
from resources.home import PRIVATE_FILE, Home
from resources.raw_zone import ENTRIES, RAW_ZONE, close_home, entry_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("ledger.sqlite", "names"),
        ("ledger.sqlite-wal", "names"),
        ("lake/internal_reports/rows/2026-10-05.parquet", "raw"),
        ("lake/scrubbed_documents/known/2026-10-05.parquet", "interim"),
        ("lake/unique_examples/rows/all.parquet", "none"),
        ("lake/unique_examples/rows/.tmp-17-all.parquet", "interim"),
        ("lake/joined_examples/rows/all.parquet", "interim"),
        ("releases/small/versions/2ad0620e/data/sections/chat/train.jsonl", "released"),
        ("releases/small/staging/2ad0620e/manifest.json", "released"),
        ("releases/small/history.json", "none"),
        ("dagster/storage/run/compute_logs/step.err", "none"),
        ("lock.family", "none"),
    ],
)
def test_a_file_is_what_its_path_says(path: str, kind: str) -> None:
    """Each kind of file below a home is on the list, and an unfinished one counts as text wherever it lies."""
    found = entry_of(path)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("path", ["notes.txt", "lake/other/rows/all.parquet", "releases/small/notes/a.txt", "lake", "xlock"])
def test_a_file_that_nobody_declared_is_told(path: str) -> None:
    """What is on no list has no entry, so that a new kind of file cannot pass for an old one."""
    assert entry_of(path) is None


def test_every_source_asset_is_in_the_raw_zone() -> None:
    """Each class of sources keeps its unscrubbed text in a place that is declared raw."""
    found = [entry_of(f"lake/{asset}/rows/2026-10-05.parquet") for asset in ASSETS]
    assert [entry.kind if entry else None for entry in found] == ["raw"] * len(ASSETS)


def test_every_place_says_what_it_holds_and_who_clears_it() -> None:
    """No entry is silent, none opens a file to others, and no pattern stands there twice."""
    assert all(entry.holds and entry.cleared_by and entry.mode == PRIVATE_FILE for entry in ENTRIES)
    assert len({entry.pattern for entry in ENTRIES}) == len(ENTRIES)
    assert {entry.kind for entry in RAW_ZONE} == {"raw", "interim", "names"}


def test_what_stands_open_is_counted_then_closed(tmp_path: Path) -> None:
    """Files and folders that other programs wrote with a wide mode are closed, once, and a rehearsal changes nothing."""
    home = Home(tmp_path / "home").create()
    folder = home.dagster / "history"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "runs.db").touch()
    (folder / "runs.db").chmod(0o644)
    assert close_home(home.path, dry=True) == 2
    assert close_home(home.path) == 2
    assert (folder.stat().st_mode & 0o777, (folder / "runs.db").stat().st_mode & 0o777) == (0o700, 0o600)
    assert close_home(home.path) == 0


def test_a_landing_zone_and_what_a_link_leads_to_are_left_alone(tmp_path: Path) -> None:
    """The demo's files keep their modes, since a scan would take them for changed, and no link is followed."""
    outside = tmp_path / "outside"
    outside.touch()
    outside.chmod(0o644)
    home = Home(tmp_path / "home").create()
    (home.path / "landing").mkdir()
    ours = home.path / "landing" / "report.md"
    ours.touch()
    ours.chmod(0o644)
    (home.dagster / "link").symlink_to(outside)
    assert close_home(home.path) == 0
    assert {outside.stat().st_mode & 0o777, ours.stat().st_mode & 0o777} == {0o644}


def test_a_home_that_is_not_there_has_nothing_open(tmp_path: Path) -> None:
    """Asking before the first run is no error."""
    assert close_home(tmp_path / "none", dry=True) == 0
