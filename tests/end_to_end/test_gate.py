"""The blocking checks find what they are there for: each on a candidate that somebody has tampered with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assets import sets
from assets.audit import REQUIRED, judge_audit
from assets.candidate import stage_candidate
from assets.checks import judge
from resources.workspace import Workspace, open_workspace
from tests.end_to_end.landing import write_landing
from tests.end_to_end.line import Line
from winnow.errors import PublicationBlocked, VersionError

DAYS = 3

NewLine = Callable[[Path], Line]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, new_line: NewLine) -> Line:
    """A home after one backfill."""
    line = new_line(write_landing(tmp_path_factory.mktemp("landing"), DAYS))
    line.backfill(DAYS)
    return line


@pytest.fixture
def space(done: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A copy of it with a candidate that nobody has judged."""
    line = done.copy(tmp_path / "line")
    monkeypatch.setenv("LANDING", str(line.landing))
    workspace = open_workspace(line.folder / "catalog.yaml", line.home)
    stage_candidate(workspace)
    yield workspace
    workspace.close()


def largest(space: Workspace) -> Path:
    """The largest train file of the candidate."""
    return max(space.releases.candidate_path().glob("data/*/chat/train.jsonl"), key=lambda path: path.stat().st_size)


def failed(space: Workspace) -> set[str]:
    """The checks that the candidate fails."""
    return {name for name, finding in {**judge(space), **judge_audit(space)}.items() if not (finding.passed or finding.warn)}


def test_a_sound_candidate_passes_every_check(space: Workspace) -> None:
    """What the line itself staged fails no check, and may be published."""
    assert failed(space) == set()
    assert space.releases.publish(REQUIRED).version == space.releases.manifest()["version"]


def test_personal_data_in_a_line_is_found(space: Workspace) -> None:
    """An address in one staged line blocks the publication, and the verdict says it is personal data."""
    path = largest(space)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[0] = lines[0].replace('"content":"', '"content":"Write to ingrid.bakke@tarnvale.example.com. ', 1)
    path.write_text("".join(lines), encoding="utf-8")
    assert {"no_personal_data", "lines_are_whole"} <= failed(space)
    with pytest.raises(PublicationBlocked, match="no_personal_data"):
        space.releases.publish(REQUIRED)


def test_a_finding_holds_no_word_of_the_text(space: Workspace) -> None:
    """What a check says of the personal data that it found is its kind and number."""
    path = largest(space)
    path.write_text(path.read_text().replace('"content":"', '"content":"ingrid.bakke@tarnvale.example.com ', 1))
    finding = judge_audit(space)["no_personal_data"]
    assert dict(finding.counts) == {"EMAIL_ADDRESS": 1}
    assert "ingrid" not in finding.message


def test_a_line_that_is_cut_off_is_found(space: Workspace) -> None:
    """A file that lost its end is not whole."""
    path = largest(space)
    path.write_bytes(path.read_bytes()[:-20])
    assert failed(space) == {"lines_are_whole"}


def test_a_group_on_two_sides_is_found(space: Workspace) -> None:
    """One example of a group moved to another side is found by a search that knows nothing of the split."""
    decisions = space.lake.read(sets.BALANCED)
    rows = decisions.to_pylist()
    grouped: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row["reason"] is None and row["split"] == "train":
            grouped.setdefault(row["group"], []).append(place)
    moved = next(places[0] for places in grouped.values() if len(places) > 1)
    rows[moved]["split"] = "test"
    sets.write_set(space, sets.BALANCED, type(decisions).from_pylist(rows, schema=decisions.schema), decisions.schema)
    assert "no_group_on_two_sides" in failed(space)


def test_a_lost_example_is_found(space: Workspace) -> None:
    """A decision without an example, or an example without a line, breaks the account from source to line."""
    decisions = space.lake.read(sets.BALANCED)
    sets.write_set(space, sets.BALANCED, decisions.slice(1), decisions.schema)
    assert "counts_add_up" in failed(space)


def test_a_candidate_changed_after_its_checks_is_not_published(space: Workspace) -> None:
    """A verdict holds for the bytes that were judged: a file changed later stops the publication."""
    assert failed(space) == set()
    with largest(space).open("ab") as file:
        file.write(b"\n")
    latest = space.releases.latest()
    with pytest.raises(VersionError, match="changed after its checks"):
        space.releases.publish(REQUIRED)
    assert space.releases.latest() == latest
