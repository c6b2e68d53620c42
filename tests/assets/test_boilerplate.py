"""Boilerplate from end to end: mails under one disclaimer, saved pages under one menu, and what the catalog says of them."""

import datetime as dt
import json
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from assets import boilerplate, sets
from assets.trace import trace
from tests.assets.conftest import Line, gather
from tests.end_to_end.landing import PATTERNS_ALONE, day, put, words
from tests.pipelines.cli import Place
from winnow.stripping import ONLY_BOILERPLATE

MAILS = 30

DISCLAIMER = (
    "We roast on Mondays and on Thursdays. Orders that reach the roastery by noon leave it on the same day, all others on the next; "
    "whoever wants them sooner may fetch them at the quay."
)
"""A notice that no reader of mail knows for one."""

SIGNATURE = "roasters on the old quay\nregistered in Bergen"

MARKS = ("roast on Mondays", "registered in Bergen", "on the old quay")

CATALOG = """\
version: 1
start: 2026-10-01
dataset:
  name: small
  salt: 0123456789abcdef
  audiences: [internal]
pii: {pii}
engine: {{workers: 0}}
sources:
  - name: mails
    asset: internal_reports
    kind: folder
    url: {landing}/mails
    licence: proprietary
{rule}
  - name: notes
    asset: internal_reports
    kind: folder
    url: {landing}/notes
    licence: proprietary
tasks:
  - name: departments
    kind: classification
    sources: [mails, notes]
    label: $source
    min_words: 6
limits: {{quarantine_limit: 1.0, quarantine_share: 1.0}}
"""


def mail(number: int, text: str) -> bytes:
    """A mail that says ``text`` above the signature and the disclaimer."""
    message = EmailMessage()
    message["Subject"] = words(4, "subject", number)
    message["From"], message["To"] = "one@example.org", "two@example.org"
    message["Date"] = dt.datetime(2026, 10, 5, 8, number % 60, tzinfo=dt.UTC)
    message.set_content(f"{text}\n\nBest regards\n{SIGNATURE}\n\n{DISCLAIMER}\n")
    return message.as_bytes()


def made(folder: Path, rule: str, texts: dict[int, str] | None = None) -> Line:
    """A company with `MAILS` mails and five notes, after its daily stages; ``texts`` are those of single mails."""
    landing = folder / "landing"
    for number in range(MAILS):
        text = (texts or {}).get(number, words(30 + number, "mail", number))
        put(landing, f"mails/{number}.eml", mail(number, text), 0)
    for number in range(5):
        put(landing, f"notes/{number}.txt", words(60, "note", number) + "\n", 0)
    text = CATALOG.format(landing=landing, rule=f"    {rule}\n" if rule else "", pii=PATTERNS_ALONE)
    (folder / "catalog.yaml").write_text(text, encoding="utf-8")
    line = Line(folder)
    line.ingest([day(0)])
    return line


@pytest.fixture(scope="module")
def striped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The company whose catalog strips its mails, published; one of the mails says next to nothing."""
    line = made(tmp_path_factory.mktemp("stripped"), "boilerplate: strip", {7: "Approved."})
    line.publish()
    yield line
    line.space.close()


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The same company whose catalog says nothing of boilerplate, after its set stages."""
    line = made(tmp_path_factory.mktemp("reported"), "", {7: "Approved."})
    line.decide()
    yield line
    line.space.close()


def joined(line: Line) -> list[dict[str, Any]]:
    """The rows of ``joined_examples``."""
    rows: list[dict[str, Any]] = line.space.lake.read(sets.JOINED).to_pylist()
    return rows


def test_a_disclaimer_leaves_every_mail_alike(striped: Line) -> None:
    """No mail keeps the disclaimer or the signature, each keeps its own words, and none stays for having come first."""
    kept = [row for row in joined(striped) if row["source"] == "mails" and row["reason"] is None]
    assert len(kept) == MAILS - 1
    assert [row["example_id"] for row in kept if any(mark in row["input"] for mark in MARKS)] == []
    own = {words(30 + number, "mail", number) for number in range(MAILS)}
    assert all(any(" ".join(row["input"].split()).endswith(text) for text in own) for row in kept)


def test_labels_and_tokens_are_those_of_what_is_left(striped: Line, reported: Line) -> None:
    """A stripped example has the label and id that it had, and fewer tokens."""
    before = {row["example_id"]: row for row in joined(reported)}
    for row in joined(striped):
        was = before[row["example_id"]]
        assert row["label"] in {was["label"], None}
        if row["source"] == "mails" and row["reason"] is None:
            assert row["input_tokens"] < was["input_tokens"]
        elif row["source"] == "notes":
            assert row == was


def test_a_mail_with_too_little_left_is_refused_with_advice(striped: Line) -> None:
    """A mail of one word above its disclaimer falls below the task's minimum and is refused, without text, for a reason of its own."""
    (row,) = [row for row in joined(striped) if row["reason"] == ONLY_BOILERPLATE]
    assert (row["input"], row["target"], row["label"], row["spans"]) == (None, None, None, [])
    assert "winnow boilerplate" in sets.ADVICE[ONLY_BOILERPLATE]


def test_the_published_version_holds_none_of_it(striped: Line) -> None:
    """Nothing of the block is in any file of the version, and its checks passed."""
    folder = striped.space.releases.version_path(striped.space.releases.versions()[-1])
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.jsonl"))
    assert words(30, "mail", 0)[:40] in text
    assert [mark for mark in MARKS if mark in text] == []


def test_by_default_nothing_is_taken_out_and_all_is_counted(reported: Line) -> None:
    """A catalog that says nothing leaves the texts as they are; the table counts documents, examples and share."""
    mails = [row for row in joined(reported) if row["source"] == "mails"]
    assert len(mails) == MAILS
    assert all(all(mark in row["input"] for mark in MARKS) for row in mails)
    found = boilerplate.boilerplate_metadata(reported.space)["boilerplate"].records
    rows = {record.data["source"]: record.data for record in found}
    assert rows["mails"] | {"share_of_words": 0, "blocks": 0} == {
        "source": "mails",
        "action": "report",
        "documents": MAILS,
        "examples": MAILS,
        "blocks": 0,
        "documents_with_blocks": MAILS,
        "examples_with_blocks": MAILS,
        "share_of_words": 0,
    }
    assert 0.2 < rows["mails"]["share_of_words"] < 0.6
    assert rows["notes"]["blocks"] == 0


def test_no_text_is_in_the_metadata_or_the_table(striped: Line, reported: Line) -> None:
    """What the UI shows and what is remembered of blocks are hashes and counts: no word of a mail, and no name of a file."""
    for line in (striped, reported):
        metadata = boilerplate.boilerplate_metadata(line.space)
        shown = repr({name: getattr(value, "value", value) for name, value in metadata.items()})
        shown += repr(line.space.lake.read(boilerplate.NAME).to_pylist())
        assert [word for word in (*MARKS, "Approved", ".eml", words(3, "subject", 0).split()[0]) if word in shown] == []
        assert "mails" in shown


def test_trace_says_what_an_example_lost(striped: Line) -> None:
    """The way back from a stripped example names the block, its words and the part; a note has none."""
    rows = {row["source"]: row["example_id"] for row in joined(striped) if row["reason"] is None}
    (block,) = trace(striped.space, rows["mails"])["boilerplate"]
    assert (block["part"], block["taken_out"]) == ("input", True)
    assert block["words"] > 35
    assert trace(striped.space, rows["notes"])["boilerplate"] == []


def test_a_source_that_is_kept_is_not_looked_at(tmp_path: Path) -> None:
    """With ``keep`` a source is in no table."""
    line = made(tmp_path, "boilerplate: keep")
    line.space.scan()
    gather(line.space)
    found = boilerplate.boilerplate_metadata(line.space)["boilerplate"].records
    assert [record.data["source"] for record in found] == ["notes"]
    line.space.close()


def test_another_rule_makes_the_set_stages_stale(striped: Line) -> None:
    """The action of a source and the catalog's minimum are part of the set stages' key."""
    catalog = striped.space.catalog
    sources = tuple(source.model_copy(update={"boilerplate": "report"}) for source in catalog.sources)
    quality = catalog.quality.model_copy(
        update={"boilerplate": catalog.quality.boilerplate.model_copy(update={"documents": 30})}
    )
    changed = [catalog.model_copy(update={"sources": sources}), catalog.model_copy(update={"quality": quality})]
    assert len({sets.set_key(one) for one in (catalog, *changed)}) == 3


def test_twenty_copies_of_one_mail_are_no_boilerplate(tmp_path: Path) -> None:
    """Thirty mails that say the same, but for the number in their subject, are copies: nothing is taken out of them."""
    line = made(tmp_path, "boilerplate: strip", dict.fromkeys(range(MAILS), words(60, "round robin")))
    rows = [row for row in gather(line.space).to_pylist() if row["source"] == "mails"]
    assert [row["reason"] for row in rows] == [None] * MAILS
    assert all(all(mark in row["input"] for mark in MARKS) for row in rows)
    line.space.close()


def test_the_command_shows_the_text_on_standard_output_alone(reported: Line) -> None:
    """``winnow boilerplate`` prints the block with its counts and an example; with --json as values for a program."""
    place = Place(reported.folder)
    ended = place.winnow("boilerplate", "--source", "mails")
    assert ended.code == 0
    assert DISCLAIMER[:60] in ended.out
    assert DISCLAIMER[:60] not in ended.err
    found = place.winnow("boilerplate", "--top", "1", "--json").json()
    assert [row["source"] for row in found["sources"]] == ["mails", "notes"]
    (block,) = found["blocks"]
    assert block["text"].endswith(DISCLAIMER[-40:])
    assert block["documents"] == MAILS
    assert block["example_id"] in {row["example_id"] for row in joined(reported)}


def test_the_command_knows_its_sources(reported: Line) -> None:
    """A source that there is not is a mistake in the request, which names those that there are."""
    ended = Place(reported.folder).winnow("boilerplate", "--source", "letters")
    assert ended.code == 2
    assert "mails, notes" in ended.err
    assert json.loads(json.dumps(ended.out)) == ""
