"""What the catalog says about how long things are kept, enforced by `winnow prune`."""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest

from assets.graph import DAILY_STAGES
from assets.retention import enforce
from tests.assets.conftest import AFTERWARDS, Line
from tests.end_to_end.landing import day, markdown_report, put
from tests.end_to_end.planted import marks_in

REPORTS = "name: reports\n    asset: internal_reports"


def keep_reports(line: Line, days: int) -> None:
    """Set the retention of the reports in the catalog."""
    line.edit((REPORTS, f"name: reports\n    retention_days: {days}\n    asset: internal_reports"))


def age(number: int) -> int:
    """Days from the day called ``number`` to the clock."""
    return (AFTERWARDS.date() - day(number)).days


def rows_of(line: Line, source: str) -> int:
    """Rows of ``source`` in all day files."""
    total = 0
    for stage in DAILY_STAGES[:5]:
        for made in line.space.lake.days(stage.name):
            total += line.space.lake.read(stage.name, made, ["source"])["source"].to_pylist().count(source)
    return total


def keys(line: Line, asset: str = "internal_reports") -> set[str]:
    """The names of the current objects of ``asset``."""
    return {s.key for number in range(2) for s in line.space.ledger.objects(asset, day(number))}


def test_without_a_retention_nothing_leaves(copied: Line) -> None:
    """A catalog that says nothing about time keeps everything, texts found clean included."""
    assert set(enforce(copied.space).values()) == {0}


def test_an_object_expires_when_its_days_are_over(copied: Line) -> None:
    """An object leaves when it is older than its source's days, not on the last of them, and others stay."""
    keep_reports(copied, age(0))
    assert enforce(copied.space)["expired_objects"] == 0
    copied.edit((f"retention_days: {age(0)}", f"retention_days: {age(0) - 1}"))
    assert enforce(copied.space)["expired_objects"] == 1
    assert keys(copied) == {"report-1.docx"}
    assert len(keys(copied, "meeting_transcripts")) == 4


def test_the_text_of_what_expired_leaves_every_table(copied: Line) -> None:
    """No table of any stage, no joined example and no memory of clean texts holds anything of an expired object."""
    put(copied.landing, "reports/mark.md", f"{markdown_report(8, 'mark')}\nzqbodyqz\n", 0)
    copied.ingest([AFTERWARDS.date()])
    copied.decide()
    assert "body" in marks_in(copied.folder / "home" / "lake")
    copied.reopen(AFTERWARDS + dt.timedelta(days=400))
    keep_reports(copied, 1)
    removed = enforce(copied.space)
    assert removed["expired_objects"] == 3
    assert removed["rows"] > 0
    assert removed["clean_texts"] > 0
    assert rows_of(copied, "reports") == 0
    assert rows_of(copied, "tickets") > 0
    assert "body" not in marks_in(copied.folder / "home" / "lake")


def test_what_expired_stays_so_on_every_later_scan(copied: Line) -> None:
    """The file is still in the sources; the next scans and a run do not bring it back, and the days count as done."""
    keep_reports(copied, age(1) - 1)
    enforce(copied.space)
    for _ in range(2):
        copied.ingest()
        assert keys(copied) == set()
    assert rows_of(copied, "reports") == 0


def test_the_next_version_lacks_what_expired_and_keeps_all_sides(copied: Line) -> None:
    """After expiry a version is made without those examples; their sides stay remembered, also when old versions are pruned."""
    before = copied.space.releases.published_sides()
    first = copied.space.releases.versions()
    assert "reports" in copied.space.lake.read("joined_examples")["source"].to_pylist()
    keep_reports(copied, age(1) - 1)
    enforce(copied.space)
    copied.publish()
    sources = set(copied.space.lake.read("joined_examples")["source"].to_pylist())
    assert "reports" not in sources
    assert enforce(copied.space, keep=1)["versions"] == len(first)
    assert copied.space.releases.published_sides().equals(before)


def test_replaced_and_deleted_text_leaves_at_the_next_prune(copied: Line) -> None:
    """Day files are not edited by a run; `enforce` takes out rows of contents that are not in the sources any more."""
    put(copied.landing, "reports/report-0.md", markdown_report(0, "rewritten"), 0)
    (copied.landing / "reports" / "report-1.docx").unlink()
    copied.space.scan()
    stored = rows_of(copied, "reports")
    removed = enforce(copied.space)
    assert removed["expired_objects"] == 0
    assert rows_of(copied, "reports") == stored - 4
    assert removed["rows"] >= 4


def test_prune_keeps_as_many_versions_as_the_catalog_says(copied: Line) -> None:
    """``retention.versions`` counts where the command says nothing, and the command's number wins."""
    put(copied.landing, "reports/more.md", markdown_report(9, "more"), 0)
    copied.ingest([AFTERWARDS.date()])
    copied.publish()
    assert len(copied.space.releases.versions()) == 2
    copied.edit(("version: 1\n", "version: 1\nretention: {versions: 1}\n"))
    assert enforce(copied.space, keep=2)["versions"] == 0
    assert enforce(copied.space)["versions"] == 1
    assert copied.space.releases.versions() == [copied.space.releases.latest().version]  # type: ignore[union-attr]


def test_old_runs_leave_with_their_logs(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended runs older than ``retention.log_days`` lose their record, events and captured output; younger ones keep them."""

    @dg.op
    def speak(context: dg.OpExecutionContext) -> None:
        context.log.info("said")

    @dg.job
    def talk() -> None:
        speak()

    home = tmp_path / "dagster"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    with dg.DagsterInstance.get() as instance:
        run = talk.execute_in_process(instance=instance).run_id
    line.edit(("version: 1\n", "version: 1\nretention: {log_days: 30}\n"))
    line.reopen(dt.datetime.now(dt.UTC) + dt.timedelta(days=29))
    assert enforce(line.space)["runs"] == 0
    assert [path for path in home.rglob("*") if run in str(path)]
    line.reopen(dt.datetime.now(dt.UTC) + dt.timedelta(days=31))
    assert enforce(line.space)["runs"] == 1
    assert [path for path in home.rglob("*") if run in str(path)] == []
    with dg.DagsterInstance.get() as instance:
        assert instance.get_run_records() == []


SQL_SOURCE = """sources:
  - name: tickets_db
    asset: departmental_exports
    kind: sql
    licence: proprietary
    retention_days: 1
    url: sqlite:///{path}
    relation: tickets
    day_column: written
    table: {{key: [id], columns: [body]}}
"""


def test_what_was_fetched_of_an_expired_object_leaves_too(copied: Line, tmp_path: Path) -> None:
    """The cache of a source that fetches keeps nothing of what has outlived its retention, nor of a source no longer named."""
    path = tmp_path / "tickets.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE tickets(id INTEGER PRIMARY KEY, body TEXT, written TEXT)")
        database.execute("INSERT INTO tickets VALUES (1, 'zqfetchedqz', ?)", [str(AFTERWARDS.date() - dt.timedelta(days=2))])
    copied.edit(("sources:\n", SQL_SOURCE.format(path=path)))
    copied.ingest()
    cache = copied.space.home.fetched / "tickets_db"
    assert b"zqfetchedqz" in b"".join(file.read_bytes() for file in cache.iterdir())
    assert enforce(copied.space)["fetched"] == 1
    assert b"zqfetchedqz" not in b"".join(file.read_bytes() for file in cache.iterdir())
    copied.edit((SQL_SOURCE.format(path=path), "sources:\n"))
    assert enforce(copied.space)["fetched"] == 1
    assert not cache.exists()
