"""The benchmark of lines and of nights without news measures what it says; no time is looked at."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import export, unchanged
from resources.ledger_scan import Counts

SECONDS: dict[str, Any] = {"winnow": 3.0, "sha256": 1.0, "shaped": 1.5, "polars": 0.5, "peaks": {"winnow": 9, "polars": 8}}


def test_the_lines_are_those_of_polars_and_those_written_one_by_one(tmp_path: Path) -> None:
    """All three files hold the same lines, but for those with a string that winnow changes."""
    rows = export.rows_of(3_000)
    export.of_winnow(rows, tmp_path)
    export.of_polars(rows, tmp_path)
    export.of_lines(rows, tmp_path)
    assert export.differing(tmp_path) == 3
    ours = export.file_of(tmp_path).read_bytes()
    assert ours == (tmp_path / "lines.jsonl").read_bytes()
    odd = [json.loads(line) for line in ours.split(b"\n")[:-1:1000]]
    ends = (" < /s>", "\u2028", " < /s>")
    assert all(record["messages"][0]["content"].endswith(end) for record, end in zip(odd, ends, strict=True))


def test_what_is_compared_is_whole_ways_without_the_hash() -> None:
    """Winnow's writing is its time less the hash's; polars' is shaping and writing; the ratio is of these."""
    (target,) = export.targets({1_000: SECONDS})
    assert (target.figure, target.holds) == (1.0, True)
    shown = export.lines_table({1_000: {**SECONDS, "lines": 40.0}})
    assert "| winnow, from the table to the file, without its sha256 | 1,000 | 2.00 | 1.00 | 9 |" in shown
    assert "| of which `write_ndjson` | 1,000 | 0.50 | 0.25 |  |" in shown
    assert "| the same lines one by one, with sha256 | 1,000 | 40.00 | 20.00 |  |" in shown


def test_what_could_not_be_run_holds_no_target() -> None:
    """A contender that failed leaves its target unmeasured."""
    assert not export.targets({1_000: {"peaks": {}}})[0].holds
    assert not unchanged.targets({10: {"sealed": 1.0}})[0].holds
    assert "could not be run" in unchanged.night_table({10: {"sealed": 1.0}})


def test_nights_without_news_find_all_unchanged(tmp_path: Path) -> None:
    """What is timed sees every key, by the listing's seal and row by row, and sees what changes as well."""
    nights = unchanged.Nights(tmp_path, 300)
    assert nights.night()[0] == Counts(new=300)
    assert nights.night()[0] == Counts(unchanged=300)
    nights.forget()
    assert nights.night()[0] == Counts(unchanged=300)
    nights.listing = nights.listing[1:]
    assert nights.night()[0] == Counts(unchanged=299, gone=1)


def test_the_program_renews_its_parts_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DuckDB the night is left out and not made up; with a limit that cannot be kept the exit code is 1."""
    page = tmp_path / "page.md"
    marks = "".join(f"<!-- begin {name} -->\nyesterday's\n<!-- end {name} -->\n" for name in (export.LINES, export.TARGETS))
    page.write_text(marks, encoding="utf-8")
    monkeypatch.setattr(export, "TIMES_POLARS", 0.0)
    assert export.main(["--sizes", "2000", "--write", "--page", str(page)]) == 1
    text = page.read_text(encoding="utf-8")
    assert "yesterday's" not in text
    assert "| polars, from the table to the file | 2,000 |" in text
    assert "does not hold" in text


def test_duckdb_that_is_not_installed_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command ends with 2 and says what to do."""
    assert export.main(["--peers", str(tmp_path / "none")]) == 2
    assert "duckdb; `make bench-export` installs it" in capsys.readouterr().err
