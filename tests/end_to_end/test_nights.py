"""Night after night: what is published stays as it is, nothing is published twice, and no example ever changes its side."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end_to_end.landing import DAYS, meeting, minutes, put, write_landing
from tests.end_to_end.line import AFTERWARDS, Line, night

NewLine = Callable[[Path], Line]


@dataclass
class Nights:
    """A home after five nights: every version as it was on the night it came, and the releases as they were before the last."""

    line: Line
    versions: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    before_last: Path = Path()


def seen(line: Line, name: str) -> dict[str, tuple[str, int]]:
    """Path → hash and modification time (ns) of every file of a version."""
    folder = line.releases / "versions" / name
    return {path: (sha256, (folder / path).stat().st_mtime_ns) for path, sha256 in line.version(name).items()}


@pytest.fixture(scope="module")
def nights(new_line: NewLine, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Each night a day's files come; the first day's minutes come on the third, and a meeting is deleted before the last."""
    landing = tmp_path_factory.mktemp("landing")
    found = Nights(new_line(landing))
    for number in range(DAYS):
        write_landing(landing, [number])
        if number < 3:
            (landing / "meetings" / f"{meeting(0)}.minutes.md").unlink(missing_ok=True)
        if number == 3:
            put(landing, f"meetings/{meeting(0)}.minutes.md", minutes(0), 0)
        if number == DAYS - 1:
            (landing / "meetings" / f"{meeting(1)}.vtt").unlink()
            found.before_last = Path(shutil.copytree(found.line.home / "releases", tmp_path_factory.mktemp("before") / "r"))
        found.line.winnow("run", at=night(number)).ok()
        latest = found.line.latest()
        found.versions.setdefault(latest, seen(found.line, latest))
    return found


def test_versions_are_never_touched(nights: Nights) -> None:
    """Five nights with news made five versions, and each still has the bytes and times of the night it came."""
    assert len(nights.versions) == DAYS
    assert {name: seen(nights.line, name) for name in nights.versions} == nights.versions


def test_no_example_changes_its_side(nights: Nights) -> None:
    """An example stands on one side in every version that has it, while the corpus grows and a meeting leaves."""
    sides: dict[str, set[str]] = {}
    for name in nights.versions:
        for record in nights.line.index(name):
            sides.setdefault(record["example_id"], set()).add(record["split"])
    assert {side for found in sides.values() for side in found} == {"train", "validation", "test"}
    assert {name: found for name, found in sides.items() if len(found) > 1} == {}


def test_a_clean_pass_with_the_published_sides(nights: Nights, new_line: NewLine) -> None:
    """One clean pass over the final landing zone, given the sides published before, makes the last night's version again."""
    line = new_line(nights.line.landing)
    shutil.copytree(nights.before_last, line.home / "releases")
    line.backfill(DAYS, at=AFTERWARDS)
    assert line.latest() == nights.line.latest()
    assert line.version() == nights.line.version()


def test_running_again_changes_nothing(nights: Nights) -> None:
    """A second run in the same night and a night without news publish nothing and run no publication."""
    latest = nights.line.releases / "LATEST"
    before = latest.stat().st_mtime_ns
    for at in (night(DAYS - 1), night(DAYS)):
        ended = nights.line.winnow("run", "--json", at=at).ok()
        assert "publish" not in ended.err
        assert ended.json()["new_version"] is False
    assert latest.stat().st_mtime_ns == before
    assert {path.name for path in (nights.line.releases / "versions").iterdir()} == set(nights.versions)
