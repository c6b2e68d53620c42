"""The program that measures, on texts made here and without a name model."""

import json
from pathlib import Path

import pytest

from evaluation import corporate, figures, sets, tables, technical, unseen
from evaluation.gold import Gold, Mention
from evaluation.intervals import Share
from evaluation.metrics import Scores, score
from evaluation.pages import renewed
from winnow.models import NoModel


@pytest.fixture(autouse=True)
def _few_own_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sets.OWN, "corporate", lambda: corporate.generate()[::20])
    monkeypatch.setitem(sets.OWN, "technical", lambda: technical.generated()[:20])
    monkeypatch.setattr(unseen, "_training_words", lambda: None)  # the pools take seconds to read


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public sets, one document each."""
    found = tmp_path_factory.mktemp("sets")
    text = "Dear Ms Keller,\nplease write to ola@example.com.\n"
    person = {"start_offset": 8, "end_offset": 14, "entity_type": "PERSON", "identifier_type": "DIRECT", "entity_id": "a"}
    (found / "tab_dev.jsonl").write_text(json.dumps({"doc_id": "1", "text": text, "entities": [person]}), encoding="utf-8")
    (found / "emerging.dev.conll").write_text("Dear\tO\nMs\tO\nKeller\tB-person\n,\tO\n\n", encoding="utf-8")
    sentence = "# newdoc id = a\n# text = Dear Ms Keller,\n1\tDear\tO\n2\tMs\tO\n3\tKeller\tB-PER\n4\t,\tO\n"
    (found / "ewt_dev.iob2").write_text(sentence, encoding="utf-8")
    return found


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with a part for the tables."""
    found = tmp_path / "pii.md"
    found.write_text(f"before\n<!-- begin {figures.PART} -->\nold\n<!-- end {figures.PART} -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(figures, "PAGE", found)
    return found


def test_the_whole_scrubber_is_measured() -> None:
    """A name found once counts in all places of its document, as the scrubber replaces it."""
    text = "Dear Ms Keller,\nwe wrote to Keller twice."
    gold = Gold("d", text, tuple(Mention(at, at + 6, "PERSON", "k") for at in (8, 28)))
    found = figures.removed([gold], figures.detectors(NoModel())("corporate"))
    assert score([gold], found).persons == Share(2, 2)


def test_the_page_is_renewed_between_its_comments(folder: Path, page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables of every set stand in the page, the rest of it is as it was, and no text of a set is in either."""
    assert figures.main([str(folder), "--model", "none", "--write"]) == 0
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "old" not in written
    for part in ("tab_dev", "emerging", "ewt_dev", "corporate", "technical"):
        assert part in written
    assert "Keller" not in written + capsys.readouterr().out


def test_programs_get_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """--json gives hits and totals; without a folder, of the own texts."""
    assert figures.main(["--model", "none", "--json"]) == 0
    raw = json.loads(capsys.readouterr().out)
    assert set(raw) == {"corporate", "corporate_unseen", "technical", "technical_entities"}
    assert raw["corporate"]["mentions"]["EMAIL_ADDRESS"]["total"] > 2


def test_what_is_missing_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without the sets, or a model that is not there, ends the program with 2 and a sentence."""
    assert figures.main([str(tmp_path), "--model", "none"]) == 2
    assert figures.main([str(folder), "--model", str(tmp_path / "none")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_tables_are_not_written_without_the_sets() -> None:
    """--write without a folder would lose figures, so it is refused."""
    with pytest.raises(SystemExit):
        figures.main(["--write"])


def test_shortfalls_are_named() -> None:
    """A figure below its limit is named with both; one at its limit is not."""
    good = Scores(
        identifiers={"DIRECT": Share(19, 20), "QUASI": Share(9, 10)}, mentions={"PERSON": Share(97, 100)}, precision=Share(3, 4)
    )
    assert tables.missed(good) == []
    assert tables.missed(Scores(identifiers={"DIRECT": Share(18, 20)})) == ["recall of direct identifiers 0.900 < 0.95"]


def test_unseen_names_share_no_word_with_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mentions of names that a pool holds go, whatever their case and accents; documents without others go."""
    monkeypatch.setattr(unseen, "_training_words", lambda: {"jose"})
    seen, rare = (Mention(0, 4, "PERSON", "p", form_source=name) for name in ("josé berg", "tui-la vakatawa"))
    kept = unseen.only_unseen([Gold("a", "José", (seen,)), Gold("b", "Tui-La", (rare,))])
    assert [document.document_id for document in kept] == ["b"]
    monkeypatch.setattr(unseen, "_training_words", lambda: None)
    assert unseen.only_unseen([]) is None


@pytest.mark.parametrize("text", ["", "<!-- begin a-b -->\n", "<!-- end a-b -->\n<!-- begin a-b -->\n"])
def test_a_page_without_its_part_is_refused(text: str) -> None:
    """Nothing is guessed about where tables belong."""
    with pytest.raises(ValueError, match="no part"):
        renewed(text, "a-b", "body")
