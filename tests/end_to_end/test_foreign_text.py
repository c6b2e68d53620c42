"""A landing zone with German, French and Polish text, from the files to a published version."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.landing import put, words, write_landing
from tests.end_to_end.line import Line
from winnow.languages import UNSUPPORTED

NewLine = Callable[[Path], Line]

SENTENCES = {
    "de": "Der Bericht von Frau Schmidt liegt seit gestern auf dem Tisch, und niemand hat ihn gelesen.",
    "fr": "Le rapport de Madame Lefèvre est sur la table depuis hier et personne ne l'a encore lu.",
    "pl": "Raport pani Kowalskiej leży od wczoraj na stole i nikt go jeszcze nie przeczytał.",
}
MARKS = ("Schmidt", "Lefèvre", "Kowalskiej", "gestern auf", "depuis hier", "wczoraj")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, new_line: NewLine) -> Line:
    """A home after a backfill of one day, in which a report is foreign, and another has a foreign paragraph, for each language."""
    landing = write_landing(tmp_path_factory.mktemp("landing"), 1)
    for code, sentence in SENTENCES.items():
        put(landing, f"reports/whole-{code}.md", f"# {sentence}\n\n" + f"## {sentence}\n\n{f'{sentence} ' * 9}\n\n" * 2, 0)
        english = f"# Report\n\n## Findings\n\n{words(80, 'mixed', code)}"
        put(landing, f"reports/mixed-{code}.md", f"{english}\n\n{sentence}\n\n{words(80, 'more', code)}\n", 0)
    line = new_line(landing)
    line.backfill(1)
    return line


def test_no_file_outside_the_raw_zone_has_the_text(done: Line) -> None:
    """Neither the version nor reports, logs and Dagster's history hold a word of it, and the English around it is released."""
    found = [path for path in done.home.rglob("*") if path.is_file() and "lake" not in path.parts]
    contents = [path.read_bytes() for path in found]
    assert [mark for mark in MARKS if any(mark.encode() in content for content in contents)] == []
    assert all(any(words(80, "mixed", code)[:60].encode() in content for content in contents) for code in SENTENCES)


def test_the_report_and_the_list_say_so(done: Line) -> None:
    """The report counts documents and parts by source, and `winnow quarantine` names each with what to do."""
    report = next(done.releases.glob("reports/*.md")).read_text(encoding="utf-8")
    (row,) = [row for row in report.splitlines() if UNSUPPORTED in row]
    assert [cell.strip() for cell in row.split("|")][1:5] == ["reports", UNSUPPORTED, "3", "3"]
    listed = json.loads(done.winnow("quarantine", "--reason", UNSUPPORTED, "--json").ok().out)
    assert sorted((entry["key"], entry["parts"]) for entry in listed) == [
        *((f"mixed-{code}.md", 1) for code in SENTENCES),
        *((f"whole-{code}.md", None) for code in SENTENCES),
    ]
    assert "pii.model" in done.winnow("quarantine").ok().out
