"""A line that is killed at any moment leaves nothing half-visible, and the same command goes on from there to the same bytes.

The kills are real: the process sends itself SIGKILL just before or after a chosen step that makes something durable, or the kernel
kills it in the middle of what SQLite writes for a commit. Each attempt is a process of its own; the clock crosses midnight.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.forked import seeded
from tests.end_to_end.landing import day, write_catalog, write_landing
from tests.end_to_end.line import Line, contents, night

DAYS = 2

BEFORE, AFTER = night(DAYS - 1, "23:59:50"), night(DAYS, "00:00:10")
"""Clocks on both sides of a midnight."""

LEDGER: list[dict[str, Any]] = [
    {"call": "commit", "when": "before"},  # the first commit makes the tables
    {"call": "commit", "when": "inside", "bytes": 6_000},
    {"call": "commit", "when": "after"},
    {"call": "commit", "when": "inside", "bytes": 100},  # the second says under which salt the ids are
    {"call": "commit", "when": "after"},
    *({"call": "write", "when": "before", "nth": nth} for nth in seeded("scan", 3, 2, 20)),  # then the scan
    *({"call": "commit", "when": "inside", "bytes": size} for size in seeded("pages", 3, 1, 12_000)),
    {"call": "commit", "when": "before"},
    {"call": "commit", "when": "after"},
]
"""Moments of a first run up to the end of its scan, in the order in which attempts come to them."""

RELEASE: list[dict[str, Any]] = [
    {"call": "replace", "name": "all.parquet", "when": "before", "nth": 2},
    {"call": "replace", "name": "all.parquet", "when": "after", "nth": 4},
    *({"call": "fsync", "when": "before", "nth": nth} for nth in seeded("sealing", 2, 30, 60)),
    {"call": "rename", "when": "before"},  # the staged folder gets the version's name
    {"call": "rename", "when": "after"},
    {"call": "replace", "name": "candidate.json", "when": "before"},
    {"call": "replace", "name": "verdict.json", "when": "after"},
    {"call": "rename", "when": "before", "nth": 2},  # the version's folder goes where versions are
    {"call": "replace", "name": "history.json", "when": "before"},
]
"""Moments of the set part up to the publication, each in an attempt of its own."""

GATE: dict[str, dict[str, Any]] = {
    "between candidate and verdict": {"call": "replace", "name": "verdict.json", "when": "before"},
    "between rename and history": {"call": "rename", "when": "after", "nth": 2},
    "between rename and LATEST": {"call": "replace", "name": "LATEST", "when": "before"},
    "behind LATEST": {"call": "replace", "name": "LATEST", "when": "after"},
}


@pytest.fixture(scope="module")
def clean(new_line: Callable[[Path], Line], tmp_path_factory: pytest.TempPathFactory) -> Line:
    """One clean pass."""
    line = new_line(write_landing(tmp_path_factory.mktemp("landing"), DAYS))
    line.backfill(DAYS)
    return line


@pytest.fixture(scope="module")
def ingested(clean: Line, new_line: Callable[[Path], Line]) -> Line:
    """A home whose days are done and of which nothing is published."""
    line = new_line(clean.landing)
    line.ingest(*range(DAYS), at=BEFORE)
    return line


def whole(line: Line) -> bool:
    """Whether the version in force, if there is one, has every file that its manifest names, and LATEST names that manifest."""
    if not (line.releases / "LATEST").exists():
        return True
    latest = json.loads((line.releases / "LATEST").read_bytes())
    folder = line.releases / "versions" / latest["version"]
    found = contents(folder)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    named = {file["path"]: file["sha256"] for file in manifest["files"]}
    return found == {**named, "manifest.json": latest["manifest_sha256"]}


def killed(line: Line, kill: dict[str, Any], at: str) -> None:
    """Kill ``winnow run`` at a moment; whatever is visible then is whole."""
    ended = line.winnow("run", at=at, kill=kill)
    assert ended.killed, (kill, ended)
    assert whole(line)


def test_kills_while_scanning_and_reading(clean: Line, new_line: Callable[[Path], Line]) -> None:
    """25 kills, one after the other, inside ledger commits and between the steps of the days, change no byte of the version."""
    line = new_line(clean.landing)
    for kill in LEDGER:
        killed(line, kill, BEFORE)
    for number, count in enumerate(seeded("days", 12, 3, 9)):
        killed(line, {"count": count}, BEFORE if number < 6 else AFTER)
    line.winnow("run", at=AFTER).ok()
    assert line.version() == clean.version()


def test_kill_with_workers(clean: Line, new_line: Callable[[Path], Line]) -> None:
    """A kill while workers read, who outlive it for a moment, keeps the next run waiting for seconds at most; it ends the same."""
    line = new_line(clean.landing)
    write_catalog(line.folder / "catalog.yaml", workers=2)
    killed(line, {"call": "replace", "name": f"{day(1)}.parquet", "when": "before", "nth": 2}, BEFORE)
    line.winnow("run", "--wait", "20", at=AFTER).ok()
    assert line.version() == clean.version()


def test_kills_while_publishing(clean: Line, ingested: Line, tmp_path: Path) -> None:
    """Ten kills, one after the other, on the way from the examples to the published version change no byte of it."""
    line = ingested.copy(tmp_path / "line")
    for kill in RELEASE:
        killed(line, kill, BEFORE)
        assert not (line.releases / "LATEST").exists()
    line.winnow("run", at=AFTER).ok()
    assert line.version() == clean.version()
    assert line.winnow("verify").ok()


@pytest.mark.parametrize("moment", GATE)
def test_kill_at_the_gate(clean: Line, ingested: Line, tmp_path: Path, moment: str) -> None:
    """A kill between the candidate, its verdict, the rename and LATEST is made good by the next run, after midnight."""
    line = ingested.copy(tmp_path / "line")
    killed(line, GATE[moment], BEFORE)
    line.winnow("run", at=AFTER).ok()
    assert line.latest() == clean.latest()
    assert line.version() == clean.version()
    assert sorted(path.name for path in (line.releases / "versions").iterdir()) == [clean.latest()]
    assert list((line.releases / "staging").iterdir()) == []
