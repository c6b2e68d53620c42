"""The screen on a small company's line: what is remembered, what leaves, and where it is told."""

import json
from collections import Counter
from typing import Any

import pytest

from assets import candidate, report, screened, sets
from assets.candidate import stage_candidate
from assets.checks import counts_add_up, judge, sources_are_there
from assets.evaluation import INPUT_PREFIX
from assets.trace import trace
from tests.assets.conftest import Line, gather
from winnow.errors import CatalogError, UsageError

RULES = "\nquality:\n  drop:\n    - signals: [too_short]\n      tasks: [topics]\n      thresholds: {too_short: {min: 100000}}\n"


def add(line: Line, text: str) -> None:
    """Put ``text`` at the end of the catalog and open it again."""
    line.catalog.write_text(line.catalog.read_text(encoding="utf-8") + text, encoding="utf-8")
    line.reopen()


def rows(line: Line) -> list[dict[str, Any]]:
    """The table of the screen as it lies in the lake."""
    found: list[dict[str, Any]] = line.space.lake.read(screened.NAME).to_pylist()
    return found


def topics(line: Line) -> list[dict[str, Any]]:
    """The examples of the task `topics`, by id."""
    return [row for row in sets.own_examples(line.space).to_pylist() if row["task"] == "topics"]


def evaluation(line: Line, *texts: str) -> None:
    """Name a file with ``texts`` in the catalog."""
    file = line.folder / "bench.jsonl"
    file.write_text("".join(json.dumps({"question": text}) + "\n" for text in texts), encoding="utf-8")
    if "decontaminate" not in line.catalog.read_text(encoding="utf-8"):
        add(line, "\ndecontaminate:\n  files:\n    - {name: bench, path: bench.jsonl}\n")
    line.reopen()


def test_every_example_is_screened_and_none_leaves_by_default(published: Line) -> None:
    """The table has a row for each example, with figures, and no reason."""
    published.reopen()
    found = rows(published)
    assert [row["example_id"] for row in found] == sets.own_examples(published.space)["example_id"].to_pylist()
    assert all(row["input"]["characters"] for row in found)
    assert {row["reason"] for row in found} == {None}


def test_a_second_night_measures_nothing_again(copied: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of texts that are in the last table are taken over: the measuring stage is handed no row."""
    handed: list[int] = []
    real = copied.space.engine.map_batches

    def counting(factory: Any, config: Any, batches: Any, **more: Any) -> Any:
        batches = list(batches)
        handed.append(sum(batch.num_rows for batch in batches))
        return real(factory, config, batches, **more)

    before = copied.space.lake.read(screened.NAME)
    monkeypatch.setattr(copied.space.engine, "map_batches", counting)
    assert screened.decide_screened(copied.space).equals(before)
    assert handed == [0]


def test_who_leaves_by_a_rule_is_accounted_for(copied: Line) -> None:
    """Dropped examples have a decision with the signal, counts add up, and the report names signal, task and source."""
    add(copied, RULES)
    count = len(topics(copied))
    copied.decide()
    assert Counter(row["reason"] for row in copied.space.lake.read(sets.UNIQUE).to_pylist())["too_short"] == count
    stage_candidate(copied.space)
    assert counts_add_up(copied.space).passed
    text = report.quality_section(copied.space.lake.read(screened.NAME), [])
    assert f"| too_short | topics | tickets | {count} |" in text


def test_an_evaluation_text_leaves_and_stands_in_the_manifest(copied: Line) -> None:
    """A text of an evaluation file is in no file of the version, and the file's hash is among the version's inputs."""
    chosen = topics(copied)[0]
    evaluation(copied, chosen["input"])
    copied.decide()
    assert {row["reason"] for row in rows(copied) if row["example_id"] == chosen["example_id"]} == {"contaminated_exact"}
    stage_candidate(copied.space)
    manifest = copied.space.releases.candidate_manifest()
    assert f"{INPUT_PREFIX}bench" in {entry["object_id"] for entry in manifest["inputs"]}
    assert "bench.jsonl" not in json.dumps(manifest)
    assert sources_are_there(copied.space).passed


def test_a_text_with_personal_data_is_found_in_its_scrubbed_form(copied: Line) -> None:
    """An evaluation file that has the person where the example has a placeholder is compared as it looks when scrubbed."""
    chosen = next(row for row in sets.own_examples(copied.space).to_pylist() if "<EMAIL_ADDRESS_1>" in row["input"])
    evaluation(copied, chosen["input"].replace("<EMAIL_ADDRESS_1>", "jane.roe@example.org"))
    copied.decide()
    assert {row["reason"] for row in rows(copied) if row["example_id"] == chosen["example_id"]} == {"contaminated_exact"}


def test_another_content_of_the_file_is_another_stage_key(copied: Line) -> None:
    """The set stages' key and the candidate's inputs change with the file's content, and not with its name or place."""
    evaluation(copied, "one two three four")
    first = candidate.set_inputs(copied.space)
    (copied.folder / "bench.jsonl").rename(copied.folder / "other.jsonl")
    copied.edit(("path: bench.jsonl", "path: other.jsonl"))
    assert candidate.set_inputs(copied.space) == first
    (copied.folder / "other.jsonl").write_text('{"question": "five six seven eight"}\n', encoding="utf-8")
    copied.reopen()
    assert candidate.set_inputs(copied.space) != first


def test_an_evaluation_file_that_cannot_be_read_stops_the_screen(copied: Line) -> None:
    """A broken file is no empty file: nothing is decided, and the message names it by its name in the catalog."""
    evaluation(copied, "one two three")
    (copied.folder / "bench.jsonl").write_text('{"question": ', encoding="utf-8")
    copied.reopen()
    with pytest.raises(UsageError, match=r"bench cannot be read \(malformed"):
        screened.decide_screened(copied.space)


def test_a_missing_evaluation_file_is_a_mistake_in_the_catalog(copied: Line) -> None:
    """The catalog is refused where it names the file, and the message does not repeat the path."""
    with pytest.raises(CatalogError, match=r"decontaminate.files\[0\].path: there is no such file"):
        add(copied, "\ndecontaminate:\n  files:\n    - {name: bench, path: nowhere.jsonl}\n")


def test_a_screen_of_other_examples_is_refused(copied: Line) -> None:
    """Deduplication does not go by a screen that was made before the examples changed."""
    (copied.landing / "exports" / "tickets-0.csv").unlink()
    copied.space.scan()
    sets.write_set(copied.space, sets.JOINED, gather(copied.space), sets.EXAMPLES)
    with pytest.raises(UsageError, match="materialize it first"):
        sets.decide_unique(copied.space)


def test_flags_stand_in_the_index(copied: Line) -> None:
    """Who is flagged and stays can be told from the version alone."""
    add(copied, "\nquality:\n  thresholds: {too_short: {min: 100000}}\n")
    copied.decide()
    stage_candidate(copied.space)
    folder = copied.space.releases.candidate_path()
    records = [
        json.loads(text) for path in sorted((folder / "index").glob("*.jsonl")) for text in path.read_text().splitlines()
    ]
    assert records
    assert all("too_short" in record["flagged"] for record in records)
    assert judge(copied.space)["lines_are_whole"].passed


def test_trace_tells_why_an_example_left(copied: Line) -> None:
    """The way back of a dropped example has the signal with its figure and limits."""
    add(copied, RULES)
    copied.publish()
    found = trace(copied.space, topics(copied)[0]["example_id"])
    assert found["reason"] == "too_short"
    assert [(signal["signal"], signal["min"]) for signal in found["signals"]] == [("too_short", 100000.0)]
    assert found["evaluation"] is None
