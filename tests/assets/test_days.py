"""When a day is done, and what opens it again."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assets.days import is_fresh, make_day
from assets.graph import DAILY_STAGES
from assets.retention import enforce
from resources.workspace import Workspace, open_workspace
from tests.end_to_end.landing import START, markdown_report, put, write_catalog, write_landing

REPORT = "reports/report-0.md"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A home over one day's files, with nothing done yet."""
    write_landing(tmp_path / "landing", 1)
    monkeypatch.setenv("WINNOW_CLOCK", "2026-10-31T02:00:00Z")
    opened = open_workspace(write_catalog(tmp_path / "catalog.yaml", tmp_path / "landing"), tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """The files that `workspace` reads."""
    return tmp_path / "landing"


def make(workspace: Workspace, day: dt.date = START) -> None:
    """Make every stage of a day that is not done."""
    for stage in DAILY_STAGES:
        make_day(workspace, stage, day)


def open_stages(workspace: Workspace, day: dt.date = START) -> list[str]:
    """The stages of a day that have something to do."""
    return [stage.name for stage in DAILY_STAGES if not is_fresh(workspace, stage, day)]


def reasons(workspace: Workspace, day: dt.date = START) -> list[str | None]:
    """The reasons in the day's reports."""
    found: list[str | None] = workspace.lake.read("internal_reports", day)["reason"].to_pylist()
    return found


def test_a_made_day_is_done(workspace: Workspace) -> None:
    """A day whose stages were made has nothing to do, also after another scan."""
    workspace.scan()
    make(workspace)
    workspace.scan()
    assert open_stages(workspace) == []


@pytest.mark.parametrize("meanwhile", [Path.unlink, lambda path: path.write_text("something else")])
def test_what_was_absent_is_read_when_it_returns(
    workspace: Workspace, landing: Path, meanwhile: Callable[[Path], object]
) -> None:
    """A file that vanished or changed between scan and reading leaves its day open, and is read when it is back."""
    content = (landing / REPORT).read_text(encoding="utf-8")
    workspace.scan()
    meanwhile(landing / REPORT)
    make(workspace)
    assert reasons(workspace)[0] in {"gone_while_reading", "changed_while_reading"}
    put(landing, REPORT, content, 0)
    workspace.scan()
    assert open_stages(workspace) == ["internal_reports"]
    make(workspace)
    assert reasons(workspace) == [None]
    assert open_stages(workspace) == []


def test_an_absent_file_that_stays_away_closes_its_day(workspace: Workspace, landing: Path) -> None:
    """A day is done without a file that was deleted before it could be read."""
    workspace.scan()
    (landing / REPORT).unlink()
    make(workspace)
    workspace.scan()
    assert open_stages(workspace) == []


def test_what_was_forgotten_is_read_when_it_returns(workspace: Workspace, landing: Path) -> None:
    """Content that was replaced, forgotten by `winnow prune` and then restored is in its day's tables again."""
    content = (landing / REPORT).read_text(encoding="utf-8")
    workspace.scan()
    make(workspace)
    before = [workspace.lake.read(stage.name, START) for stage in DAILY_STAGES]
    put(landing, REPORT, markdown_report(0, "another"), 1)
    workspace.scan()
    assert enforce(workspace)["rows"] > 0
    assert open_stages(workspace) == []
    put(landing, REPORT, content, 0)
    workspace.scan()
    assert open_stages(workspace)
    make(workspace)
    assert [workspace.lake.read(stage.name, START) for stage in DAILY_STAGES] == before
