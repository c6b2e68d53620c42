"""The blocking checks: each passes on what the line made, and notices what it is there for."""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from assets import examples, scrubbed, sets
from assets.audit import REQUIRED
from assets.candidate import stage_candidate
from assets.checks import (
    CHECKS,
    classes_large_enough,
    counts_add_up,
    judge,
    lines_are_whole,
    no_group_on_two_sides,
    one_stage_key,
    quarantine_under_limit,
    sources_are_there,
)
from resources.workspace import Workspace
from tests.assets.conftest import Line
from tests.end_to_end.landing import day, put
from winnow.errors import PublicationBlocked
from winnow.schemas import BALANCED, DOCUMENTS, EXAMPLES, SCRUBBED

DAY = day(0)


@contextlib.contextmanager
def changed(path: Path, content: bytes | None) -> Iterator[None]:
    """``path`` with other content, or gone, for a block."""
    before = path.read_bytes()
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


@contextlib.contextmanager
def without_a_row(space: Workspace, stage: str, day: dt.date | None, schema: pa.Schema, *, kept: bool = True) -> Iterator[None]:
    """The table of ``stage`` with its first row missing (the first that has no reason, with ``kept``), for a block."""
    path = space.lake.path(stage, day)
    with changed(path, path.read_bytes()):
        rows, footer = space.lake.read(stage, day), space.lake.metadata(stage, day) or {}
        places = [place for place, reason in enumerate(rows["reason"].to_pylist()) if not kept or reason is None]
        rest = rows.take(pa.array([place for place in range(len(rows)) if place != places[0]], pa.int64()))
        space.lake.write(stage, day, rest, schema, footer)
        yield


@pytest.fixture(scope="module")
def space(published: Line) -> Iterator[Workspace]:
    """The published company's workspace; tests put back what they change."""
    again = Line(published.folder)
    yield again.space
    again.space.close()


def data_file(space: Workspace, task: str = "topics", kind: str = "chat") -> Path:
    """A data file of the candidate with at least one line."""
    return next(
        path for path in sorted(space.releases.candidate_path().glob(f"data/{task}/{kind}/*.jsonl")) if path.stat().st_size
    )


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_every_check_passes_on_what_the_line_made(space: Workspace, name: str) -> None:
    """The untouched candidate of a clean line passes."""
    finding = CHECKS[name](space)
    assert finding.passed or finding.warn, finding.message


@pytest.mark.parametrize(
    ("stage", "day", "schema"),
    [
        ("departmental_exports", DAY, DOCUMENTS),
        ("internal_reports", DAY, DOCUMENTS),
        (scrubbed.NAME, DAY, SCRUBBED),
        (sets.JOINED, None, EXAMPLES),
        (sets.BALANCED, None, BALANCED),
    ],
)
def test_a_row_that_is_lost_on_the_way_is_noticed(space: Workspace, stage: str, day: dt.date | None, schema: pa.Schema) -> None:
    """One document, example or decision missing from a table makes the counts differ."""
    with without_a_row(space, stage, day, schema):
        finding = counts_add_up(space)
    assert not finding.passed
    assert sum(finding.counts.values()) >= 1


def test_a_candidate_with_an_index_line_too_few_does_not_add_up(copied: Line) -> None:
    """A decision for an example whose lines the candidate lacks makes index, files and table differ."""
    rows = copied.space.lake.read(sets.BALANCED)
    dropped = next(place for place, reason in enumerate(rows["reason"].to_pylist()) if reason is None)
    column = pa.array(["capped" if place == dropped else r for place, r in enumerate(rows["reason"].to_pylist())], pa.string())
    other = rows.set_column(rows.schema.get_field_index("reason"), BALANCED.field("reason"), column)
    copied.space.lake.write(sets.BALANCED, None, other, BALANCED, copied.space.lake.metadata(sets.BALANCED) or {})
    said = counts_add_up(copied.space).message
    assert "index lines of" in said
    assert "lines of data/" in said


def damages(path: Path) -> dict[str, bytes | None]:
    """Ways to damage a file of lines."""
    content = path.read_bytes()
    first, *rest = content.splitlines(keepends=True)
    record = json.loads(first)
    return {
        "a byte changed": content[:30] + bytes([content[30] ^ 1]) + content[31:],
        "cut short": content[:-20],
        "no line end": content[:-1],
        "a line twice": first + content,
        "no JSON": b"{\n" + b"".join(rest),
        "another key": json.dumps({**record, "more": 1}).encode() + b"\n" + b"".join(rest),
        "gone": None,
    }


@pytest.mark.parametrize(
    "damage", ["a byte changed", "cut short", "no line end", "a line twice", "no JSON", "another key", "gone"]
)
def test_a_damaged_file_of_lines_is_noticed(space: Workspace, damage: str) -> None:
    """Whatever happens to a staged file, the check names the file and quotes nothing of it."""
    path = data_file(space)
    with changed(path, damages(path)[damage]):
        finding = lines_are_whole(space)
    assert not finding.passed
    assert path.name in finding.message


def test_a_file_that_the_manifest_does_not_name_is_noticed(space: Workspace) -> None:
    """What lies beside the staged files without being named fails the check."""
    path = space.releases.candidate_path() / "data" / "more.jsonl"
    path.write_bytes(b"{}\n")
    try:
        assert "not in the manifest" in lines_are_whole(space).message
    finally:
        path.unlink()


def test_an_example_over_its_token_limit_is_noticed(space: Workspace) -> None:
    """Tokens are counted again; a task whose limit is lower now than when the example was made fails."""
    tasks = tuple(task.model_copy(update={"token_limit": 5}) for task in space.catalog.tasks)
    other = replace(space, catalog=space.catalog.model_copy(update={"tasks": tasks}))
    assert lines_are_whole(other).counts["over_limit"] > 0


def test_a_day_made_under_another_key_is_noticed(space: Workspace) -> None:
    """One day of one stage with another stage key fails, is counted under its stage, and the message says what to do."""
    path = space.lake.path(examples.NAME, DAY)
    with changed(path, path.read_bytes()):
        rows, footer = space.lake.read(examples.NAME, DAY), space.lake.metadata(examples.NAME, DAY) or {}
        space.lake.write(examples.NAME, DAY, rows, EXAMPLES, {**footer, "stage_key": "another"})
        finding = one_stage_key(space)
    assert not finding.passed
    assert finding.counts[examples.NAME] == 1
    assert "`winnow run` makes them again" in finding.message


def with_limits(space: Workspace, **limits: float) -> Workspace:
    """The workspace under other limits."""
    changed_limits = space.catalog.limits.model_copy(update=limits)
    return replace(space, catalog=space.catalog.model_copy(update={"limits": changed_limits}))


def test_too_much_in_quarantine_is_noticed(line: Line) -> None:
    """Whole objects in quarantine count against the limit, those that were mended do not any more."""
    for number in range(3):
        put(line.landing, f"reports/broken-{number}.docx", b"PK\x03\x04 no more", 0)
    line.ingest()
    assert not quarantine_under_limit(with_limits(line.space, quarantine_limit=0.2)).passed
    assert quarantine_under_limit(with_limits(line.space, quarantine_limit=0.3)).passed
    assert quarantine_under_limit(line.space).counts == {"quarantined": 3, "objects": 14}
    for number in range(3):
        put(line.landing, f"reports/broken-{number}.docx", b"PK\x03\x04 no more", 0).unlink()
    line.space.scan()
    assert quarantine_under_limit(line.space).counts["quarantined"] == 0


def test_a_share_that_was_mounted_empty_is_noticed(copied: Line) -> None:
    """When most objects of the last version are gone from the sources the check fails, up to the share that the catalog allows."""
    copied.space.scan()
    assert sources_are_there(copied.space).counts["gone"] == 0
    files = [path for path in copied.landing.rglob("*") if path.is_file()]
    for path in files:
        path.unlink()
    copied.space.scan()
    found = sources_are_there(copied.space)
    assert not found.passed
    assert found.counts == {"gone": len(files), "before": len(files)}
    assert sources_are_there(with_limits(copied.space, gone_limit=1.0)).passed


def test_the_first_version_has_no_sources_to_miss(line: Line) -> None:
    """Before anything is published nothing can be gone."""
    assert sources_are_there(line.space).passed


def test_an_example_on_two_sides_is_noticed(copied: Line) -> None:
    """A near-duplicate or member of a group moved to another side fails the independent search."""
    rows = copied.space.lake.read(sets.BALANCED)
    kept = [row for row in rows.to_pylist() if row["reason"] is None]
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in kept:
        groups.setdefault(row["group"], []).append(row)
    moved = next(members[0] for members in groups.values() if len(members) > 1)
    other = {"train": "test", "test": "train", "validation": "train"}[moved["split"]]
    sides = [other if name == moved["example_id"] else side for name, side in _sides(rows)]
    table = rows.set_column(rows.schema.get_field_index("split"), BALANCED.field("split"), pa.array(sides, pa.string()))
    copied.space.lake.write(sets.BALANCED, None, table, BALANCED, copied.space.lake.metadata(sets.BALANCED) or {})
    assert not no_group_on_two_sides(copied.space).passed


def test_a_text_within_a_longer_one_on_another_side_blocks(copied: Line) -> None:
    """A test example that stands whole in a train example of any task is named with it, and the candidate is not published."""
    rows = copied.space.lake.read(sets.JOINED).to_pylist()
    sides = dict(_sides(copied.space.lake.read(sets.BALANCED)))
    inner = next(row for row in rows if sides.get(row["example_id"]) == "test" and row["task"] == "topics")
    outer = next(row for row in rows if sides.get(row["example_id"]) == "train" and row["task"] == "summaries")
    outer["input"] = f"{outer['input']} {inner['input']} {outer['target']}"
    footer = copied.space.lake.metadata(sets.JOINED) or {}
    copied.space.lake.write(sets.JOINED, None, pa.Table.from_pylist(rows, schema=EXAMPLES), EXAMPLES, footer)
    found = no_group_on_two_sides(copied.space)
    # The ticket is an example of two tasks, which stand on one side.
    assert (found.passed, found.counts["contained"], found.counts["pairs"]) == (False, 2, 0)
    assert f"{inner['example_id']} in {outer['example_id']}" in found.message
    assert "stands within a longer one on another side" in found.message
    assert inner["input"].split()[0] not in found.message
    assert not judge(copied.space)["no_group_on_two_sides"].passed
    with pytest.raises(PublicationBlocked):
        copied.space.releases.publish(REQUIRED)


def _sides(rows: pa.Table) -> list[tuple[str, str | None]]:
    return list(zip(rows["example_id"].to_pylist(), rows["split"].to_pylist(), strict=True))


@pytest.mark.parametrize(("remedy", "warn"), [("warn", True), ("error", False)])
def test_a_small_class_warns_or_blocks_as_the_catalog_says(space: Workspace, remedy: str, *, warn: bool) -> None:
    """Fewer train examples of a class than the minimum are a warning, or an error where the catalog says so."""
    tasks = tuple(
        task.model_copy(update={"balance": task.balance.model_copy(update={"minimum": 999, "below_minimum": remedy})})
        if task.name == "topics"
        else task
        for task in space.catalog.tasks
    )
    finding = classes_large_enough(replace(space, catalog=space.catalog.model_copy(update={"tasks": tasks})))
    assert (finding.passed, finding.warn) == (False, warn)
    assert finding.counts["topics"] == 3


def test_a_failed_check_is_in_the_verdict_and_blocks(copied: Line) -> None:
    """The verdict names the check that failed, and publication refuses while it stands."""
    strict = replace(
        copied.space,
        catalog=copied.space.catalog.model_copy(
            update={
                "tasks": tuple(
                    task.model_copy(
                        update={"balance": task.balance.model_copy(update={"minimum": 999, "below_minimum": "error"})}
                    )
                    for task in copied.space.catalog.tasks
                )
            }
        ),
    )
    stage_candidate(strict, ["2026-10-09"])
    judge(strict)
    assert strict.releases.failed_checks() == ["classes_large_enough"]
    with pytest.raises(PublicationBlocked, match="classes_large_enough"):
        strict.releases.publish(REQUIRED)


def test_every_reason_table_of_counts_is_free_of_text(space: Workspace) -> None:
    """No finding's message holds a word of the examples that is longer than what the checks themselves say."""
    inputs = " ".join(sets.kept_examples(space)["input"].to_pylist())
    words = {word for word in inputs.lower().replace(".", " ").split() if len(word) > 6}
    said = " ".join(check(space).message for check in CHECKS.values()).lower().replace(".", " ").split()
    assert words & set(said) <= {"reaches"}
    assert pc.sum(pc.is_valid(sets.kept_examples(space)["input"])).as_py() > 10
