"""No word of a document, no name of a file or a person leaves the files that hold them: not in logs, metadata, errors or output.

Marks are planted in every kind of source and place; then every byte of what a run records and prints is searched for them, after
success and after failures of every kind.
"""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end_to_end.forked import Ended, Forked
from tests.end_to_end.landing import day, put, words, write_landing
from tests.end_to_end.planted import HELD, LABEL, SCRUBBED, UNREAD, mark, marks_in, plant, planted_catalog

DAYS = 2

BACKFILL = ("backfill", "--from", str(day(0)), "--to", str(day(DAYS - 1)))

HERE = Path(__file__).parent


@dataclass
class Home:
    """One home, and everything that its commands printed."""

    folder: Path
    catalog: Path
    printed: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """Where everything is written."""
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """What points a command at it."""
        clock = "2026-10-31T02:00:00Z"
        return {"WINNOW_HOME": str(self.path), "WINNOW_CATALOG": str(self.catalog), "WINNOW_CLOCK": clock, "LANDING": "unused"}

    def version(self) -> Path:
        """The folder of the version in force."""
        latest = json.loads((self.path / "releases" / "small" / "LATEST").read_bytes())["version"]
        return self.path / "releases" / "small" / "versions" / latest

    def run(self, forked: Forked, *arguments: str) -> Ended:
        """Run a winnow command, and keep what it prints."""
        ended = forked.run(*arguments, environment=self.environment)
        self.printed += [ended.out, ended.err]
        return ended

    def start(self, command: Sequence[str | Path], **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program of its own, and keep what it prints."""
        environment = {**os.environ, **self.environment, **more}
        ended = subprocess.run(
            list(map(str, command)), env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        self.printed += [ended.stdout, ended.stderr]
        return ended


def recorded(home: Home) -> set[str]:
    """The marks in what Dagster keeps, in what was printed, and in the names of everything below the home."""
    names = "\n".join(path.relative_to(home.path).as_posix() for path in home.path.rglob("*"))
    return marks_in(home.path / "dagster", names, *home.printed)


def build(folder: Path, *, workers: int, more: str = "", sources: str = "") -> Home:
    """A home over a landing zone with everything planted in it."""
    landing = write_landing(folder / "landing", DAYS)
    plant(landing, DAYS - 1)
    hook = f"hooks: {{on_failure: {{command: [sh, -c, 'cat >> {folder}/told; env >> {folder}/told']}}}}\n"
    return Home(folder, planted_catalog(folder / "catalog.yaml", landing, workers=workers, more=more + hook, sources=sources))


@pytest.fixture(scope="module")
def successful(tmp_path_factory: pytest.TempPathFactory, forked: Forked) -> Home:
    """A home after a backfill and every command that only looks."""
    home = build(tmp_path_factory.mktemp("planted"), workers=1)
    home.run(forked, *BACKFILL).ok()
    for command in ("backfill", "run", "publish", "plan", "status", "versions", "verify"):
        arguments = BACKFILL if command == "backfill" else (command,)
        home.run(forked, *arguments, "--json").ok()
        if command in {"plan", "status", "versions", "verify"}:
            home.run(forked, *arguments).ok()
    return home


def test_everything_planted_was_read(successful: Home) -> None:
    """Every mark that a source holds as text stands in the lake or the ledger: the other tests search for what is there."""
    held = marks_in(successful.path / "lake", successful.path / "ledger.sqlite")
    assert {*HELD, *SCRUBBED, LABEL} - held == set()
    assert {"article", "ticket", LABEL} <= marks_in(successful.version() / "data")


def test_a_successful_run_records_and_prints_no_mark(successful: Home) -> None:
    """Neither Dagster's files, nor names of files, nor the output of any command holds a word of a source."""
    assert recorded(successful) == set()


def test_a_release_says_nothing_beside_its_examples(successful: Home) -> None:
    """Manifest, card, Croissant, index and the dropped list hold no mark but the class that the data has as a label."""
    version = successful.version()
    beside = [path for path in version.rglob("*") if path.is_file() and "data" not in path.relative_to(version).parts[:1]]
    assert len(beside) >= 6
    assert marks_in(*beside) <= {LABEL}


def test_what_was_scrubbed_is_not_released(successful: Home) -> None:
    """No part of planted personal data stands anywhere in the releases."""
    assert marks_in(successful.path / "releases") & set(SCRUBBED) == set()


def test_columns_that_no_one_named_are_kept_nowhere(successful: Home) -> None:
    """A column that the catalog does not name, one without a name, and what could not be read are in no file of the home."""
    assert marks_in(successful.path) & set(UNREAD) == set()


def test_everything_below_the_home_is_its_owners_alone(successful: Home) -> None:
    """Every folder is 0700 and every file 0600, Dagster's own and the releases included."""
    open_to_others = [
        path.relative_to(successful.path).as_posix()
        for path in [successful.path, *successful.path.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]
    assert open_to_others == []


@pytest.fixture(scope="module", params=[0, 1], ids=["in the process", "in workers"])
def choked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose readers, scrubber and example builder print, log and raise the text of documents that they choke on."""
    home = build(tmp_path_factory.mktemp("choked"), workers=request.param)
    for stage in ("extract", "scrub", "examples"):
        text = f"# A title\n\n## A heading\n\n{words(60, stage)} {mark('poison')}{stage}\n"
        put(home.folder / "landing", f"planted/reports/{stage}.md", text, 0)
    path = f"{HERE / 'poison'}{os.pathsep}{HERE.parents[1]}"
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *BACKFILL]
    ended = home.start(command, PYTHONPATH=path, POISON="extract,scrub,examples")
    assert ended.returncode == 0, ended.stderr
    return home


def test_a_document_that_a_stage_chokes_on_leaves_no_word_behind(choked: Home, forked: Forked) -> None:
    """What a library prints, logs, warns and raises about a document reaches neither Dagster's files nor the terminal."""
    assert recorded(choked) == set()
    reasons = [row["reason"] for row in forked.run("quarantine", "--json", environment=choked.environment).json()]
    assert "scrub_failed" in reasons  # confined readers do not even load what shouts: their environment is cleaned


FAULTS = (
    "resources.ledger:Ledger.scan run",
    "assets.joined:join_examples publish",
    "assets.similar:deduplicate_tonight publish",
    "assets.sets:decision_metadata publish",
    "assets.candidate:data_card publish --json",
    "assets.checks:leaks publish",
    "resources.releases:Releases.publish publish",
    "assets.release:_metadata publish",
    "assets.report:dataset_report publish",
    "assets.plan:open_days plan",
    f"assets.sources:source_keys run --day {day(1)}",
    f"assets.scrubbed:split_batches run --day {day(1)}",
    f"assets.days:count_rows run --day {day(1)}",
)
"""Where an error with a document's text is raised, and the command that comes by; those that publish before a day fails."""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, forked: Forked) -> tuple[Home, list[str]]:
    """A home in which one function after the other raised with a document's text, and the exit code of each command."""
    home = build(tmp_path_factory.mktemp("faulty"), workers=0)
    home.run(forked, "dg-ingest", str(day(0))).ok()
    ended = home.start([sys.executable, HERE / "poisoned.py", *FAULTS], PYTHONPATH=str(HERE.parents[1]))
    assert ended.returncode == 0, ended.stderr
    return home, [line for line in ended.stdout.splitlines() if line.startswith("exit ")]


def test_a_fault_anywhere_leaves_no_word_behind(faulty: tuple[Home, list[str]]) -> None:
    """An error with a document's text, raised in any stage, check, publication or report, is recorded without that text."""
    home, ends = faulty
    assert len(ends) == len(FAULTS)
    assert [line for line in ends if line.endswith(" 0")] == []
    assert recorded(home) == set()
    assert b"withheld" in b"".join(path.read_bytes() for path in (home.path / "dagster").rglob("*") if path.is_file())


def test_the_hook_is_told_no_word(faulty: tuple[Home, list[str]]) -> None:
    """What the failure hook gets on its input and in its environment are counts, days and names from the catalog."""
    told = (faulty[0].folder / "told").read_bytes()
    assert b"WINNOW_EVENT_FAILED" in told
    assert marks_in(told) == set()


def test_a_source_that_cannot_be_listed_is_named_as_the_catalog_names_it(tmp_path: Path, forked: Forked) -> None:
    """The error of a folder that is not there says which source it is, and neither its path nor any file's name."""
    gone = (
        f"  - {{name: gone, asset: internal_reports, kind: folder, licence: proprietary, url: {tmp_path}/{mark('unlisted')}}}\n"
    )
    home = build(tmp_path, workers=0, sources=gone)
    ended = home.run(forked, *BACKFILL)
    assert ended.code == 1
    assert "source 'gone' cannot be listed" in ended.err
    home.run(forked, "plan")
    assert recorded(home) == set()
