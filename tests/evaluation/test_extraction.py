"""The program that measures the readers, on files made here."""

import gzip
import json
import math
from pathlib import Path

import pytest

from evaluation import articles, extraction, extraction_tables, files, meetings
from evaluation.articles import Score, mean, score
from evaluation.files import Reading
from evaluation.meetings import Kept
from tests.winnow.formats.samples import SAMPLES, jats

TURNS = [("Ann", "Sales rose {disfmarker} in spring ."), ("Bo", "It 's true ."), ("Ann", "We do n't know {vocalsound} .")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three sets, a file or two each."""
    found = tmp_path_factory.mktemp("files")
    for name in ("public", "reports", "transcripts"):
        (found / name).mkdir()
    article = "The council voted on Tuesday to rebuild the bridge over the river. " * 6
    page = f"<html><body><nav>Menu</nav><article><h1>Bridge</h1><p>{article}</p></article></body></html>"
    (found / "public" / "a.html.gz").write_bytes(gzip.compress(page.encode()))
    (found / "public" / articles.TRUTH).write_text(json.dumps({"a": {"articleBody": article}}), encoding="utf-8")
    (found / "public" / "study.xml").write_bytes(jats("<sec><title>Results</title><p>We found CO<sub>2</sub>.</p></sec>"))
    (found / "reports" / "marker.pdf").write_bytes(SAMPLES["pdf"])
    (found / "reports" / "broken.docx").write_bytes(b"no package")
    told = [{"speaker": speaker, "content": words} for speaker, words in TURNS]
    (found / "transcripts" / "m.json").write_text(json.dumps({"meeting_transcripts": told}), encoding="utf-8")
    return found


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with a part for the tables."""
    found = tmp_path / "extraction.md"
    found.write_text(
        f"before\n<!-- begin {extraction.PART} -->\nold\n<!-- end {extraction.PART} -->\nafter\n", encoding="utf-8"
    )
    monkeypatch.setattr(extraction, "PAGE", found)
    return found


def test_shingles_count_as_often_as_they_stand() -> None:
    """Four words in a row are a shingle; one that is read twice but stands once is right once and wrong once."""
    assert score("a b c d e", "a b c d e") == Score(1.0, 1.0)
    assert score("a b c d e", "a b c d") == Score(1.0, 0.5)
    assert score("a b c d", "a b c d x y z a b c d") == Score(1 / 8, 1.0)
    assert score("a b", "a b c") == Score(0.0, 0.0)
    assert math.isnan(score("a b c d", "").precision)


def test_pages_count_alike_and_what_is_empty_has_no_precision() -> None:
    """Averages are over pages; one of which nothing was read counts for recall alone, as in the benchmark."""
    whole = mean([Score(1.0, 0.5), Score(0.5, 0.5), Score(math.nan, 0.0)])
    assert (whole.precision, whole.recall) == (0.75, pytest.approx(1 / 3))
    assert whole.f1 == pytest.approx(2 * 0.75 / 3 / (0.75 + 1 / 3))
    assert Score(0.0, 0.0).f1 == 0.0


def test_the_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    """It is that of F1 over pages drawn again, from a fixed seed."""
    scores = [Score(1.0, number / 40) for number in range(20, 40)]
    low, high = articles.interval(scores)
    assert low < mean(scores).f1 < high
    assert (low, high) == articles.interval(scores)


@pytest.mark.parametrize("shape", sorted(meetings.SHAPES))
def test_every_shape_of_a_meeting_is_compared_with_what_was_said(shape: str) -> None:
    """Turns, speakers and words are those of the meeting; markers and apostrophes set apart cost nothing."""
    suffix, write = meetings.SHAPES[shape]
    kept = meetings.compared(TURNS, write(TURNS).encode(), f"m{suffix}")
    assert (kept.files, kept.turns, kept.named, kept.markers, kept.markers_left) == (1, 3, 3, 2, 0)
    assert kept.words == kept.kept == kept.attributed == 9
    assert kept.foreign == 0


def test_words_under_another_speaker_are_not_attributed() -> None:
    """What is lost, what stands under another's name and what was never said are told apart."""
    swapped = "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Bo>Sales rose again</v>\n"
    kept = meetings.compared([("Ann", "Sales rose in spring")], swapped.encode(), "m.vtt")
    assert (kept.words, kept.kept, kept.attributed, kept.foreign) == (4, 2, 0, 1)


def test_the_running_text_of_a_study_is_its_body_s() -> None:
    """Words of figures, formulas and references are not asked for; marks within a word do not split it."""
    body = "<sec><title>Results</title><p>We found CO<sub>2</sub> <xref>3</xref>.</p><fig><caption><p>Hidden.</p></caption></fig></sec>"
    kept = meetings.study(jats(body))
    assert (kept.files, kept.words, kept.kept) == (1, 4, 4)
    assert meetings.study(b"<article/>") == Kept()


def test_a_file_is_read_in_a_process_of_its_own(folder: Path) -> None:
    """Its format, words, reason and cost come back from there."""
    broken, whole = files.readings(sorted((folder / "reports").iterdir()))
    assert (broken.kind, broken.reason, broken.words) == ("docx", "not_a_package", 0)
    assert (whole.kind, whole.reason, whole.pages, whole.words) == ("pdf", None, 1, 6)
    assert whole.seconds > 0


def test_a_process_that_dies_is_a_file_that_could_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program goes on, and says so."""
    monkeypatch.setattr(files, "counted", lambda *_: exec("raise SystemExit(3)"))
    assert {one.reason for one in files.readings(sorted((folder / "reports").iterdir()))} == {"died"}


def test_the_page_is_renewed_between_its_comments(folder: Path, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every table stands in the page, the rest of it is as it was, and neither a name nor a word of a file is in either."""
    assert extraction.main([str(folder), "--write"]) == 0
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    for part in ("Articles", "Reports", "Pages of PDFs", "Transcripts", "Studies"):
        assert f"### {part}\n" in written
    assert "`not_a_package` 1" in written
    assert not any(word in written + capsys.readouterr().out for word in ("old\n", "marker.pdf", "broken", "council", "spring"))


def test_programs_get_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--json gives what the tables are made of, without names of files."""
    assert extraction.main([str(folder), "--json"]) == 0
    raw = json.loads(capsys.readouterr().out)
    assert set(raw) == {"articles", "reports", "transcripts", "studies"}
    assert set(raw["articles"]) == set(articles.READERS)
    assert "name" not in raw["reports"][0]


def test_what_is_missing_is_said(tmp_path: Path, folder: Path, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without the sets, or a page without its part, ends the program with 2 and a sentence."""
    assert extraction.main([str(tmp_path)]) == 2
    page.write_text("no part", encoding="utf-8")
    assert extraction.main([str(folder), "--write"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_shortfalls_are_named() -> None:
    """A figure on the wrong side of its limit is named with both; one at its limit is not."""
    good = Reading("", "pdf", pages=100, notes={"pages_disputed": 3}, seconds=30.0, megabytes=1000.0)
    assert extraction_tables.missed({"winnow": [Score(0.95, 0.95)]}, [good]) == []
    bad = Reading("", "pdf", pages=100, notes={"pages_disputed": 4}, seconds=31.0, megabytes=1001.0)
    assert extraction_tables.missed({"winnow": [Score(0.94, 0.95)]}, [bad]) == [
        "F1 of articles 0.945 < 0.95",
        "4 of 100 pages disputed > 3%",
        "1 files over 30 s",
        "1 files over 1000 MB",
    ]
