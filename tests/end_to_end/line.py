"""One home over one landing zone, driven by the command line: what the end-to-end tests share."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.forked import Ended, Forked
from tests.end_to_end.landing import PATTERNS_ALONE, day, write_catalog

AFTERWARDS = "2026-10-31T02:00:00Z"
"""A clock long after the days of the landing zone."""


def night(number: int, time: str = "02:00:00") -> str:
    """A clock at ``time`` of the day after the one called ``number``: when the nightly run does it."""
    return f"{day(number + 1)}T{time}Z"


def contents(folder: Path) -> dict[str, str]:
    """Path → SHA-256 of every file below ``folder``."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def records(path: Path) -> list[dict[str, Any]]:
    """The records of a JSONL file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@dataclass(frozen=True)
class Line:
    """A home in ``folder``, the landing zone that it reads, and who runs the commands."""

    folder: Path
    landing: Path
    forked: Forked
    pii: str = PATTERNS_ALONE

    @property
    def home(self) -> Path:
        """Where everything is written."""
        return self.folder / "home"

    @property
    def releases(self) -> Path:
        """Where the versions are."""
        return self.home / "releases" / "small"

    def winnow(self, *arguments: str, at: str = AFTERWARDS, kill: Mapping[str, Any] | None = None) -> Ended:
        """Run ``winnow arguments`` at the clock ``at``."""
        catalog = self.folder / "catalog.yaml"
        if not catalog.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            write_catalog(catalog, pii=self.pii)
        environment = {"WINNOW_HOME": self.home, "WINNOW_CATALOG": catalog, "LANDING": self.landing, "WINNOW_CLOCK": at}
        return self.forked.run(*arguments, environment={key: str(value) for key, value in environment.items()}, kill=kill)

    def backfill(self, days: int, at: str = AFTERWARDS) -> Ended:
        """``winnow backfill`` over the first ``days``, which has to succeed."""
        return self.winnow("backfill", "--from", str(day(0)), "--to", str(day(days - 1)), "--json", at=at).ok()

    def ingest(self, *numbers: int, at: str = AFTERWARDS) -> Ended:
        """The days called ``numbers``, in this order, by the job alone: nothing is published."""
        return self.winnow("dg-ingest", *(str(day(number)) for number in numbers), at=at).ok()

    def copy(self, folder: Path) -> "Line":
        """The same in ``folder``, with a landing zone of its own, from where it goes on by itself."""
        shutil.copytree(self.folder, folder)
        return Line(folder, Path(shutil.copytree(self.landing, folder / "landing")), self.forked, self.pii)

    def latest(self) -> str:
        """The version in force."""
        return str(json.loads((self.releases / "LATEST").read_bytes())["version"])

    def version(self, name: str | None = None) -> dict[str, str]:
        """Path → SHA-256 of every file of a version, by default the one in force."""
        return contents(self.releases / "versions" / (name or self.latest()))

    def index(self, name: str | None = None) -> list[dict[str, Any]]:
        """The index records of all three sides of a version."""
        folder = self.releases / "versions" / (name or self.latest()) / "index"
        return [record for path in sorted(folder.glob("*.jsonl")) for record in records(path)]
