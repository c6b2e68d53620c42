"""In whatever order days and files come, the version is that of one clean pass over the final landing zone."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.landing import WITH_MODEL, day, meeting, minutes, put, write_catalog, write_landing
from tests.end_to_end.line import Line, contents, night

DAYS = 3

ROOT = Path(__file__).parents[2]

NewLine = Callable[[Path, str], Line]


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landing zone as it is in the end."""
    return write_landing(tmp_path_factory.mktemp("final"), DAYS)


@pytest.fixture(scope="module")
def clean(final: Path, new_line: NewLine) -> Line:
    """One clean pass over the final landing zone."""
    line = new_line(final, WITH_MODEL)
    line.backfill(DAYS)
    return line


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory, new_line: NewLine) -> Line:
    """A home that ingested each day in its night, and the first day's minutes three days late; nothing is published yet."""
    line = new_line(tmp_path_factory.mktemp("landing"), WITH_MODEL)
    for number in range(DAYS):
        write_landing(line.landing, [number])
        (line.landing / "meetings" / f"{meeting(0)}.minutes.md").unlink(missing_ok=True)
        line.ingest(number, at=night(number))
    put(line.landing, f"meetings/{meeting(0)}.minutes.md", minutes(0), 0)
    line.ingest(DAYS, at=night(DAYS - 1, "12:00:00"))
    arrived = pq.read_table(line.home / "lake" / "meeting_transcripts" / "rows" / f"{day(DAYS)}.parquet")
    assert arrived["source"].to_pylist() == ["minutes"]
    return line


def test_reversed_days(clean: Line, new_line: NewLine, tmp_path: Path) -> None:
    """Days that come and are done from the last to the first give the same version and the same bytes of every file."""
    line = new_line(tmp_path, WITH_MODEL)
    for number in reversed(range(DAYS)):
        write_landing(tmp_path, [number])
        line.ingest(number)
    line.winnow("publish").ok()
    assert line.latest() == clean.latest()
    assert line.version() == clean.version()


def test_late_minutes(clean: Line, late: Line, tmp_path: Path) -> None:
    """Minutes that come three days after their meeting join it, as if they had come in time."""
    line = late.copy(tmp_path / "line")
    line.winnow("publish").ok()
    assert line.latest() == clean.latest()
    assert line.version() == clean.version()


def test_deleted_meeting(clean: Line, late: Line, new_line: NewLine, tmp_path: Path) -> None:
    """After a meeting was deleted, the version is that of a landing zone which never had it."""
    gone = f"meetings/{meeting(1)}.vtt"
    without = new_line(write_landing(tmp_path / "without", DAYS), WITH_MODEL)
    (without.landing / gone).unlink()
    without.backfill(DAYS)
    line = late.copy(tmp_path / "line")
    (line.landing / gone).unlink()
    line.winnow("run", at=night(DAYS)).ok()
    assert line.latest() == without.latest() != clean.latest()
    assert line.version() == without.version()


def test_another_machine(clean: Line, tmp_path: Path) -> None:
    """Another time zone, locale, hash seed, number of workers, clock and place of the files give the same bytes."""
    landing = write_landing(tmp_path / "elsewhere" / "landing", DAYS)
    catalog = write_catalog(tmp_path / "other.yaml", landing, workers=2, pii=WITH_MODEL)
    home = tmp_path / "another home"
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "--catalog", catalog, "--home", home, "backfill"]
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "4242", "LC_ALL": "C"}
    environment |= {"TZ": "Pacific/Kiritimati", "WINNOW_CLOCK": "2027-01-31T23:59:59Z+"}
    arguments = ["--from", str(day(0)), "--to", str(day(DAYS - 1))]
    subprocess.run([*command, *arguments], check=True, capture_output=True, env=environment, cwd=tmp_path)
    (version,) = (home / "releases" / "small" / "versions").iterdir()
    assert version.name == clean.latest()
    assert contents(version) == clean.version()
