import random
from collections import Counter
from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.balance import balance, counts, shortages
from winnow.schemas import DECISIONS
from winnow.tasks import Balance


def _decided(examples: pa.Table, sides: Sequence[str]) -> pa.Table:
    rows = [
        {"example_id": example, "task": task, "group": example, "split": side, "weight": 1.0}
        for example, task, side in zip(examples["example_id"].to_pylist(), examples["task"].to_pylist(), sides, strict=True)
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["example_id"]), schema=DECISIONS)


def _kept(decisions: pa.Table) -> set[str]:
    return {row["example_id"] for row in decisions.to_pylist() if row["reason"] is None}


LABELS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["train", "train", "validation", "test"])), min_size=1, max_size=60
)


@given(LABELS, st.integers(1, 8), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_cap_holds_in_train_and_touches_nothing_else(
    make_examples: Callable[..., pa.Table], rows: list[tuple[str, str]], cap: int, rng: random.Random
) -> None:
    """Each label keeps min(cap, n) train examples, validation and test keep all, and order does not matter."""
    examples = make_examples([{"input": str(number), "label": label} for number, (label, _) in enumerate(rows)])
    before = _decided(examples, [side for _, side in rows])
    after = balance(before, examples, {"tickets": Balance(cap=cap)}, "salt")
    was = {
        key: n for *key, n in map(tuple, (row.values() for row in counts(before, examples).to_pylist())) for key in [tuple(key)]
    }
    now = {
        key: n for *key, n in map(tuple, (row.values() for row in counts(after, examples).to_pylist())) for key in [tuple(key)]
    }
    assert now == {key: min(n, cap) if key[3] == "train" else n for key, n in was.items()}
    order = list(range(len(rows)))
    rng.shuffle(order)
    assert after.equals(balance(before, examples.take(order), {"tickets": Balance(cap=cap)}, "salt"))


@given(st.integers(2, 40), st.integers(1, 10))
@settings(max_examples=25, deadline=None)
def test_one_new_example_displaces_one_at_most(make_examples: Callable[..., pa.Table], size: int, cap: int) -> None:
    """With one example more, at most one other leaves the capped train set."""
    examples = make_examples([{"input": str(number), "label": "a"} for number in range(size)])
    rules = {"tickets": Balance(cap=cap)}
    many = _kept(balance(_decided(examples, ["train"] * size), examples, rules, "salt"))
    fewer = examples.slice(0, size - 1)
    few = _kept(balance(_decided(fewer, ["train"] * (size - 1)), fewer, rules, "salt"))
    assert len(few - many) <= 1


@given(LABELS)
@settings(max_examples=30, deadline=None)
def test_inverse_weights_even_out_and_average_one(make_examples: Callable[..., pa.Table], rows: list[tuple[str, str]]) -> None:
    """Weights of train sum to the same for each label and to n over all; other sides keep weight 1."""
    examples = make_examples([{"input": str(number), "label": label} for number, (label, _) in enumerate(rows)])
    decisions = balance(_decided(examples, [side for _, side in rows]), examples, {"tickets": Balance(weights="inverse")}, "s")
    labels = dict(zip(examples["example_id"].to_pylist(), examples["label"].to_pylist(), strict=True))
    sums = Counter()
    for row in decisions.to_pylist():
        if row["split"] == "train":
            sums[labels[row["example_id"]]] += row["weight"]
        else:
            assert row["weight"] == 1.0
    if sums:
        assert max(sums.values()) == pytest.approx(min(sums.values()), rel=1e-5)
        assert sum(sums.values()) == pytest.approx(sum(side == "train" for _, side in rows), rel=1e-5)


def test_a_label_below_the_minimum_leaves_everywhere_if_asked(make_examples: Callable[..., pa.Table]) -> None:
    """With `drop` a small label leaves all sides, with `warn` it is reported and stays."""
    examples = make_examples([{"input": str(n), "label": label} for n, label in enumerate("aaaab")])
    before = _decided(examples, ["train", "train", "train", "test", "test"])
    warned = Balance(minimum=2)
    assert balance(before, examples, {"tickets": warned}, "s").equals(before)
    assert [(s.label, s.examples, s.remedy) for s in shortages(before, examples, {"tickets": warned})] == [("b", 0, "warn")]
    dropping = {"tickets": Balance(minimum=2, below_minimum="drop")}
    after = balance(before, examples, dropping, "s")
    assert [row["reason"] for row in after.to_pylist()].count("class_below_minimum") == 1
    assert shortages(after, examples, dropping) == []


def test_tasks_without_a_rule_or_labels_are_left_alone(make_examples: Callable[..., pa.Table]) -> None:
    """A task that no rule names, and text targets, keep everything."""
    examples = make_examples([{"input": "a", "label": "x", "task": "other"}, {"input": "b", "target": "text"}])
    before = _decided(examples, ["train", "train"])
    assert balance(before, examples, {"tickets": Balance(cap=1, weights="inverse")}, "s").equals(before)
