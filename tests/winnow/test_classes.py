from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from winnow.classes import merged, released, renamings, settle, settled_by
from winnow.schemas import DECISIONS
from winnow.tasks import Balance, Task

SHARE = 0.8


def _task(**balance: Any) -> Task:
    return Task(name="tickets", kind="classification", sources=("support",), balance=Balance.model_validate(balance))


def _deduplicated(examples: pa.Table) -> pa.Table:
    """Decisions that drop all but the first example of one label and input, as the set stage does with exact copies."""
    first: dict[tuple[str, str], str] = {}
    rows = []
    for row in sorted(examples.to_pylist(), key=lambda row: row["example_id"]):
        keeper = first.setdefault((row["label"], row["input"]), row["example_id"])
        dropped = keeper != row["example_id"]
        rows.append(
            {
                "example_id": row["example_id"],
                "task": row["task"],
                "group": row["input"],
                "keeper": keeper if dropped else None,
                "similarity": 1.0 if dropped else None,
                "weight": 1.0,
                "reason": "exact_duplicate" if dropped else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=DECISIONS)


def _settled(examples: pa.Table, task: Task) -> tuple[pa.Table, pa.Table]:
    """The decisions, and the examples as they are released."""
    unique = settle(_deduplicated(merged(examples, [task])), examples, [task], SHARE, _deduplicated)
    return unique, released(examples, unique, [task], SHARE)


def _reasons(decisions: pa.Table) -> Counter[str]:
    return Counter(decisions["reason"].drop_null().to_pylist())


def test_a_merged_label_is_its_target_too(make_examples: Callable[..., pa.Table]) -> None:
    """Label, target and number of target tokens change together, and no other label does."""
    examples = make_examples([{"input": "1", "label": "grinder"}, {"input": "2", "label": "invoice"}])
    task = _task(merge={"grinder": "a machine that does not work"})
    rows = sorted(released(examples, None, [task], SHARE).to_pylist(), key=lambda row: row["input"])
    assert [(row["label"], row["target"]) for row in rows] == [("a machine that does not work",) * 2, ("invoice", "invoice")]
    assert rows[0]["target_tokens"] > rows[1]["target_tokens"] == 1


def test_texts_of_merged_labels_are_duplicates(make_examples: Callable[..., pa.Table]) -> None:
    """Two labels that become one are one when duplicates are looked for."""
    examples = make_examples([{"input": "the same", "label": "a"}, {"input": "the same", "label": "b"}])
    unique, _ = _settled(examples, _task(merge={"a": "b"}))
    assert _reasons(unique) == {"exact_duplicate": 1}


def test_small_labels_become_other(make_examples: Callable[..., pa.Table]) -> None:
    """A label of which too few unique examples are to be expected in train is part of `other`, wherever its examples will stand."""
    rows = [{"input": f"{label}{n}", "label": label} for label, size in (("a", 13), ("b", 12), ("c", 3)) for n in range(size)]
    rows += [{"input": "b0", "label": "b"} for _ in range(20)]  # copies do not make a label large
    examples = make_examples(rows)
    unique, final = _settled(examples, _task(minimum=10, below_minimum="other", other="rest"))
    assert Counter(final["label"].to_pylist()) == {"a": 13, "rest": 35}
    assert renamings(examples, final) == [
        {"task": "tickets", "label": "b", "now": "rest", "examples": 32},
        {"task": "tickets", "label": "c", "now": "rest", "examples": 3},
    ]
    assert _reasons(unique) == {"exact_duplicate": 20}


def test_copies_in_other_leave(make_examples: Callable[..., pa.Table]) -> None:
    """A text that stood under two small labels stands once in `other`, and the keeper is named."""
    rows = [{"input": f"{label}{n}", "label": label} for label in "ab" for n in range(3)]
    examples = make_examples([*rows, {"input": "both", "label": "a"}, {"input": "both", "label": "b"}])
    unique, final = _settled(examples, _task(minimum=10, below_minimum="other"))
    assert set(final["label"].to_pylist()) == {"other"}
    (dropped,) = [row for row in unique.to_pylist() if row["reason"]]
    assert (dropped["reason"], dropped["similarity"]) == ("exact_duplicate", 1.0)
    assert dropped["keeper"] in {row["example_id"] for row in unique.to_pylist() if not row["reason"]}


def test_a_second_look_changes_no_label(make_examples: Callable[..., pa.Table]) -> None:
    """What settling drops does not move a label over the border: labels read back are those that it decided on."""
    rows = [{"input": f"{label}{n}", "label": label} for label, size in (("a", 13), ("b", 12)) for n in range(size)]
    rows += [{"input": "b0", "label": "c"}]
    examples = make_examples(rows)
    task = _task(minimum=10, below_minimum="other")
    unique, final = _settled(examples, task)
    assert _reasons(unique) == {"exact_duplicate": 1}
    assert released(examples, unique, [task], SHARE).equals(final)
    assert Counter(final["label"].to_pylist()) == {"a": 13, "other": 13}


@pytest.mark.parametrize(("rule", "left"), [("drop", {"class_below_minimum": 12}), ("warn", {}), ("error", {})])
def test_small_labels_leave_if_asked(make_examples: Callable[..., pa.Table], rule: str, left: dict[str, int]) -> None:
    """With `drop` a small label leaves before there are sides; with `warn` and `error` it stays as it is."""
    rows = [{"input": f"{label}{n}", "label": label} for label, size in (("a", 13), ("b", 12)) for n in range(size)]
    examples = make_examples(rows)
    unique, final = _settled(examples, _task(minimum=10, below_minimum=rule))
    assert _reasons(unique) == left
    assert final.equals(examples)


def test_a_name_too_long_for_its_text_drops_the_example(make_examples: Callable[..., pa.Table]) -> None:
    """An example that fits its task's limit under its own label and not under the new one is dropped, and said to be too long."""
    long, short = {"input": "1", "label": "a", "input_tokens": 46}, {"input": "2", "label": "a", "input_tokens": 10}
    examples = make_examples([long, short])
    task = _task(merge={"a": "a label of so many words that it takes more tokens"}).model_copy(update={"token_limit": 64})
    unique, _ = _settled(examples, task)
    assert _reasons(unique) == {"over_token_limit": 1}


def test_texts_have_no_label_to_merge(make_examples: Callable[..., pa.Table]) -> None:
    """Text targets pass through every rule."""
    examples = make_examples([{"input": str(n), "target": "a text"} for n in range(3)])
    unique, final = _settled(examples, _task(minimum=10, below_minimum="other"))
    assert final.equals(examples)
    assert not _reasons(unique)


def _counted(make_examples: Callable[..., pa.Table], **labels: int) -> pa.Table:
    rows = [{"input": f"{label} {n}", "label": label} for label, number in labels.items() for n in range(number)]
    return make_examples(rows)


@pytest.mark.parametrize("remedy", ["drop", "other"])
def test_a_frozen_label_stays_when_it_falls_below_the_minimum(make_examples: Callable[..., pa.Table], remedy: str) -> None:
    """A label that a frozen side has keeps its examples and its name, whatever is left of it; one that it lacks does not."""
    examples, task = _counted(make_examples, a=20, b=3, c=3), _task(minimum=10, below_minimum=remedy)
    frozen = {
        name: label
        for name, label in zip(*(examples[n].to_pylist() for n in ("example_id", "label")), strict=True)
        if label == "b"
    }
    known = settled_by(dict(list(frozen.items())[:1]), examples, [task])
    assert known == {("tickets", "b"): False}
    unique = settle(_deduplicated(examples), examples, [task], SHARE, _deduplicated, known)
    kept = {row["example_id"] for row in unique.to_pylist() if row["reason"] is None}
    assert frozen.keys() <= kept
    labels = Counter(released(examples, unique, [task], SHARE, known)["label"].to_pylist())
    assert (labels["a"], labels["b"]) == (20, 3)
    assert _settled(examples, task)[0]["reason"].to_pylist().count("class_below_minimum") == (6 if remedy == "drop" else 0)


def test_what_was_frozen_as_other_stays_other(make_examples: Callable[..., pa.Table]) -> None:
    """A label that a frozen side holds as part of `other` remains so although it has grown beyond the minimum."""
    examples, task = _counted(make_examples, a=20, b=20), _task(minimum=10, below_minimum="other")
    was_other = next(row["example_id"] for row in examples.to_pylist() if row["label"] == "b")
    known = settled_by({was_other: "other"}, examples, [task])
    assert known == {("tickets", "b"): True}
    unique = settle(_deduplicated(examples), examples, [task], SHARE, _deduplicated, known)
    assert Counter(released(examples, unique, [task], SHARE, known)["label"].to_pylist()) == {"a": 20, "other": 20}
    assert Counter(released(examples, unique, [task], SHARE)["label"].to_pylist()) == {"a": 20, "b": 20}
