"""What the assets' tests share: a small company's line, driven without the orchestrator."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assets import screened, sets
from assets.audit import REQUIRED, judge_audit
from assets.candidate import stage_candidate
from assets.checks import judge
from assets.days import make_day
from assets.graph import DAILY_STAGES
from assets.joined import joined
from resources.clock import FixedClock
from resources.workspace import Workspace, open_workspace
from tests.end_to_end.landing import write_catalog, write_landing
from winnow.schemas import EXAMPLES

DAYS = 2

AFTERWARDS = dt.datetime(2026, 10, 31, 2, tzinfo=dt.UTC)


def gather(workspace: Workspace) -> pa.Table:
    """All rows of `assets.joined.joined` as one table."""
    return pa.Table.from_batches(joined(workspace), EXAMPLES)


@dataclass
class Line:
    """One catalog at work in one home below ``folder``; a test calls the stages itself."""

    folder: Path
    at: dt.datetime = AFTERWARDS

    def __post_init__(self) -> None:
        """Open the workspace."""
        self.space: Workspace = self._opened()

    @property
    def landing(self) -> Path:
        """The landing zone."""
        return self.folder / "landing"

    @property
    def catalog(self) -> Path:
        """The catalog's file."""
        return self.folder / "catalog.yaml"

    def _opened(self) -> Workspace:
        return replace(open_workspace(self.catalog, self.folder / "home"), clock=FixedClock(self.at))

    def edit(self, *pairs: tuple[str, str]) -> None:
        """Replace texts in the catalog, each of which must be there, and open it again."""
        text = self.catalog.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        self.catalog.write_text(text, encoding="utf-8")
        self.reopen()

    def reopen(self, at: dt.datetime | None = None) -> None:
        """Open the workspace again, as a later command does; ``at`` moves the clock."""
        self.at = at or self.at
        self.space.close()
        self.space = self._opened()

    def ingest(self, days: Sequence[dt.date] | None = None) -> None:
        """Scan, then make ``days`` in every stage; by default each that has anything."""
        self.space.scan()
        found = days or sorted({day for stage in DAILY_STAGES[:4] for day in stage.upstream_days(self.space)})
        for day in found:
            for stage in DAILY_STAGES:
                make_day(self.space, stage, day)

    def decide(self) -> None:
        """The set stages."""
        sets.write_set(self.space, sets.JOINED, joined(self.space), EXAMPLES)
        screened.write_screened(self.space, screened.decide_screened(self.space))
        stages: list[tuple[str, Callable[[Workspace], Any]]] = [
            (sets.UNIQUE, sets.decide_unique),
            (sets.SPLIT, sets.decide_split),
            (sets.BALANCED, sets.decide_balance),
        ]
        for name, decide in stages:
            rows = decide(self.space)
            sets.write_set(self.space, name, rows, rows.schema)

    def publish(self) -> str:
        """The set stages, the candidate, its checks and the publication; the version."""
        self.decide()
        sealed = stage_candidate(self.space)
        judge(self.space)
        judge_audit(self.space)
        self.space.releases.publish(REQUIRED)
        return sealed.version

    def example_ids(self) -> set[str]:
        """The examples that the last candidate kept."""
        decisions = self.space.lake.read(sets.BALANCED).to_pylist()
        return {row["example_id"] for row in decisions if row["reason"] is None}


def build(folder: Path) -> Line:
    """A company with `DAYS` days and an empty home."""
    write_landing(folder / "landing", DAYS)
    write_catalog(folder / "catalog.yaml", folder / "landing")
    return Line(folder)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """A company whose home is empty."""
    made = build(tmp_path)
    yield made
    made.space.close()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """A company after its first publication; not to be changed."""
    made = build(tmp_path_factory.mktemp("published"))
    made.ingest()
    made.publish()
    made.space.close()
    return made


@pytest.fixture
def copied(published: Line, tmp_path: Path) -> Iterator[Line]:
    """A copy of `published` that a test may change."""
    for name in ("landing", "home"):
        shutil.copytree(published.folder / name, tmp_path / name)
    write_catalog(tmp_path / "catalog.yaml", tmp_path / "landing")
    made = Line(tmp_path)
    yield made
    made.space.close()
