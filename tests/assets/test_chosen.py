"""The examples of a version by task and side."""

from typing import Any

import pyarrow as pa
import pytest

from assets import chosen
from assets.chosen import Chosen
from winnow.schemas import BALANCED, EXAMPLES


def _decision(example: str, task: str, side: str | None, copies: int = 1) -> dict[str, Any]:
    return {
        "example_id": example,
        "task": task,
        "group": example,
        "split": side,
        "weight": 1.0,
        "copies": copies,
        "reason": None if side else "near_duplicate",
    }


@pytest.mark.parametrize("at_once", [1, 2, 2_000])
def test_lines_come_by_id_and_then_in_rounds_of_copies(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """Whatever order the tables have and however many rows are read at once, each example stands in its place."""
    monkeypatch.setattr(chosen, "ROWS_AT_ONCE", at_once)
    names = ["e", "b", "d", "a", "c", "f"]
    tasks = {"a": "one", "b": "two", "c": "one", "d": "one", "e": "one", "f": "one"}
    rows = [{"example_id": name, "task": tasks[name], "input": name, "label": f"l{name}"} for name in names]
    decided = [
        _decision("c", "one", "train", 3),
        _decision("a", "one", "train"),
        _decision("d", "one", "test"),
        _decision("e", "one", "train", 2),
        _decision("b", "two", "train"),
        _decision("f", "one", None),
    ]
    found = Chosen(pa.Table.from_pylist(rows, schema=EXAMPLES), pa.Table.from_pylist(decided, schema=BALANCED))
    assert found.tasks() == ["one", "two"]
    assert [row["input"] for row in found.lines("one", "train")] == ["a", "c", "e", "c", "e", "c"]
    assert found.copies("one") == 3
    pairs = [(example["input"], decision["example_id"]) for example, decision in found.decided("one", "train")]
    assert pairs == [("a", "a"), ("c", "c"), ("e", "e")]
    assert [(example["input"], decision["reason"]) for example, decision in found.dropped()] == [("f", "near_duplicate")]
    assert found.labels() == {"one": ["la", "lc", "ld", "le"], "two": ["lb"]}
    assert list(found.lines("two", "test")) == []


@pytest.mark.parametrize("at_once", [1, 3, 8_000_000])
def test_blocks_hold_what_lines_do(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    """However long texts are and however many are taken together: the same examples in the same order, as columns and as rows."""
    monkeypatch.setattr(chosen, "TEXT_AT_ONCE", at_once)
    names = ["a", "b", "c", "d", "e"]
    rows = [{"example_id": name, "task": "one", "input": name * 20, "target": None if name == "b" else name} for name in names]
    decided = [_decision(name, "one", "test" if name == "d" else "train", 2 if name in "ae" else 1) for name in names]
    found = Chosen(pa.Table.from_pylist(rows, schema=EXAMPLES), pa.Table.from_pylist(decided, schema=BALANCED))
    lines = list(found.lines("one", "train", ["example_id", "input", "target"]))
    blocks = list(found.blocks("one", "train", ["example_id", "input", "target"]))
    assert [row for block in blocks for row in block.rows()] == lines
    assert [text for block in blocks for text in block.inputs.series()] == [line["input"] for line in lines]
    assert [text for block in blocks for text in block.targets.series()] == [line["target"] or "" for line in lines]
    assert [row["input"] for row in blocks[0].rows(blocks[0].places[:1] * 0)] == ["a" * 20]
    assert len(blocks) == {1: 6, 3: 6}.get(at_once, 2)
    assert list(found.blocks("two", "train")) == []


def test_without_examples_there_is_nothing() -> None:
    """An empty table has no tasks and no lines."""
    found = Chosen(EXAMPLES.empty_table(), BALANCED.empty_table())
    assert (found.tasks(), found.labels(), list(found.dropped())) == ([], {}, [])
