import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.balance import REASONS, balance, counts, shortages
from winnow.ids import keyed_hash
from winnow.schemas import BALANCED, DECISIONS
from winnow.tasks import Balance

Row = dict[str, Any]

SALT = "a salt of the tests"


def _decided(examples: pa.Table, sides: Sequence[str | None]) -> pa.Table:
    rows = [
        {
            "example_id": example,
            "task": task,
            "group": example,
            "split": side,
            "weight": 1.0,
            "reason": None if side else "near_duplicate",
        }
        for example, task, side in zip(examples["example_id"].to_pylist(), examples["task"].to_pylist(), sides, strict=True)
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["example_id"]), schema=DECISIONS)


def _balanced(examples: pa.Table, rule: Balance, sides: Sequence[str | None] | None = None) -> pa.Table:
    before = _decided(examples, sides or ["train"] * len(examples))
    return balance(before, examples, {"tickets": rule, "reviews": rule, "texts": rule}, SALT)


def _kept(decisions: pa.Table) -> dict[str, int]:
    """How often each example that stays is written."""
    return {row["example_id"]: row["copies"] for row in decisions.to_pylist() if row["reason"] is None}


def _by(examples: pa.Table, kept: dict[str, int], *names: str) -> Counter[Any]:
    """Lines by the values of ``names``."""
    found: Counter[Any] = Counter()
    for row in examples.to_pylist():
        found[row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)] += kept.get(row["example_id"], 0)
    return found


@st.composite
def _rules(draw: st.DrawFn) -> Balance:
    """Any rule that a catalog can hold."""
    number = st.one_of(st.none(), st.integers(1, 8))
    target = draw(
        st.one_of(
            st.none(),
            st.builds(lambda n: {"count": n}, st.integers(1, 20)),
            st.builds(lambda s: {"of_largest": s}, st.sampled_from([0.3, 0.5, 1.0])),
            st.builds(lambda s: {"of_median": s}, st.sampled_from([0.5, 1.0, 2.0])),
        )
    )
    oversample = draw(st.sampled_from(["none", "weight", "copies"])) if target else "none"
    return Balance.model_validate(
        {
            "cap": draw(number),
            "target": target,
            "per_source": {
                "cap": draw(number),
                "share": draw(st.one_of(st.none(), st.sampled_from([0.2, 0.4, 0.5, 0.8]))),
                "weights": draw(st.sampled_from(["none", "inverse", "effective"])),
            },
            "intensity_bins": draw(st.integers(1, 4)),
            "oversample": oversample,
            "oversample_limit": draw(st.integers(2, 5)),
            "weights": draw(st.sampled_from(["none", "inverse", "effective"])) if oversample != "weight" else "none",
            "minimum": draw(st.integers(1, 6)),
        }
    )


def _row(task: str, label: str | None, source: str, intensity: float | None) -> Row:
    return {
        "task": task,
        "label": None if task == "texts" else label,
        "source": source,
        "intensity": intensity if task == "reviews" else None,
    }


ROWS = st.lists(
    st.builds(
        _row,
        st.sampled_from(["tickets", "reviews", "texts", "unruled"]),
        st.sampled_from("abc"),
        st.sampled_from(["support", "sales", "web"]),
        st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]),
    ),
    min_size=1,
    max_size=70,
)

SIDES = st.sampled_from(["train", "train", "train", "validation", "test", None])


@given(ROWS, _rules(), st.data())
@settings(max_examples=60, deadline=None)
def test_validation_and_test_are_never_touched(
    make_examples: Callable[..., pa.Table], rows: list[Row], rule: Balance, data: st.DataObject
) -> None:
    """Whatever the rule, each decision outside train, and each that was dropped before, is what it was."""
    examples = make_examples(rows)
    sides = data.draw(st.lists(SIDES, min_size=len(rows), max_size=len(rows)))
    before = _decided(examples, sides)
    after = balance(before, examples, {"tickets": rule, "reviews": rule, "texts": rule}, SALT)
    assert after.schema == BALANCED
    for old, new in zip(before.to_pylist(), after.to_pylist(), strict=True):
        if old["split"] != "train" or old["task"] == "unruled":
            assert new == {**old, "copies": 1}
        else:
            assert {**new, "reason": None, "weight": 1.0, "copies": 1} == {**old, "copies": 1}


@given(ROWS, _rules(), st.data())
@settings(max_examples=60, deadline=None)
def test_counts_add_up(make_examples: Callable[..., pa.Table], rows: list[Row], rule: Balance, data: st.DataObject) -> None:
    """By task and label, what stays and what was dropped for each reason together are what there was."""
    examples = make_examples(rows)
    sides = data.draw(st.lists(SIDES, min_size=len(rows), max_size=len(rows)))
    after = _balanced(examples, rule, sides).to_pylist()
    labels = {row["example_id"]: (row["task"], row["label"]) for row in examples.to_pylist()}
    there = Counter(labels.values())
    stays = Counter(labels[row["example_id"]] for row in after if row["reason"] is None)
    left = Counter(labels[row["example_id"]] for row in after if row["reason"] in REASONS)
    gone_before = Counter(labels[row["example_id"]] for row in after if row["reason"] == "near_duplicate")
    assert {name: stays[name] + left[name] + gone_before[name] for name in there} == dict(there)
    counted = counts(_balanced(examples, rule, sides), examples).to_pylist()
    assert sum(row["examples"] for row in counted) == stays.total()


@given(ROWS, _rules(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_examples_does_not_matter(
    make_examples: Callable[..., pa.Table], rows: list[Row], rule: Balance, rng: random.Random
) -> None:
    """The same examples in any order are balanced in the same way, weights included to the last bit."""
    examples = make_examples(rows)
    order = list(range(len(rows)))
    rng.shuffle(order)
    assert _balanced(examples, rule).equals(_balanced(examples.take(order), rule))


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_the_cap_holds(make_examples: Callable[..., pa.Table], labels: list[str], cap: int) -> None:
    """Each label keeps min(cap, n) train examples: those with the lowest keyed hash."""
    examples = make_examples([{"label": label} for label in labels])
    after = _balanced(examples, Balance(cap=cap))
    kept = _kept(after)
    assert set(after["reason"].drop_null().to_pylist()) <= {"over_cap"}
    for label, number in Counter(labels).items():
        ids = [row["example_id"] for row in examples.to_pylist() if row["label"] == label]
        ids.sort(key=lambda name: keyed_hash(SALT, "balance", name))
        assert [name for name in ids if name in kept] == ids[: min(cap, number)]


# --- one example more


def _changes(few: dict[str, int], many: dict[str, int], newest: str) -> int:
    """How many examples but the newest are in, out, or written another number of times."""
    return sum(few.get(name) != many.get(name) for name in {*few, *many} - {newest})


STABLE = [
    (Balance(cap=5), 1),
    (Balance.model_validate({"target": {"count": 5}}), 1),
    (Balance.model_validate({"target": {"of_largest": 0.5}}), 4),  # one of each label, and one for the new one
    (Balance.model_validate({"target": {"of_median": 1.0}}), 4),
    (Balance.model_validate({"per_source": {"cap": 3}}), 1),
    # With one source held at half, one example more lets two more in; with two, each of the limits is rounded.
    (Balance.model_validate({"per_source": {"share": 0.5}, "minimum": 1}), 3),
    (Balance.model_validate({"per_source": {"share": 0.5}, "cap": 6, "minimum": 1}), 3),
    # A new example has up to 4 copies, which others of its label lose.
    (Balance.model_validate({"target": {"count": 20}, "oversample": "copies", "oversample_limit": 4}), 4),
]


@pytest.mark.parametrize(("rule", "bound"), STABLE)
@given(rows=ROWS)
@settings(max_examples=30, deadline=None)
def test_one_example_more_or_fewer_changes_few_others(
    make_examples: Callable[..., pa.Table], rule: Balance, bound: int, rows: list[Row]
) -> None:
    """With one example more, no more others come, go or change their copies than the rule lets; so with one fewer."""
    rows = [{**row, "task": "tickets", "label": row["label"] or "a", "intensity": None} for row in rows]
    examples = make_examples(rows)
    few = _kept(_balanced(examples.slice(0, len(rows) - 1), rule)) if len(rows) > 1 else {}
    many = _kept(_balanced(examples, rule))
    assert _changes(few, many, examples["example_id"][-1].as_py()) <= bound


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_one_review_more_displaces_two_at_most(make_examples: Callable[..., pa.Table], rows: list[Row]) -> None:
    """Over intensity bins, one example more under a cap takes the place of one, and can shift one other bin by one."""
    examples = make_examples([{**row, "task": "reviews", "label": "a", "intensity": row["intensity"] or 0.0} for row in rows])
    few = _kept(_balanced(examples.slice(0, len(rows) - 1), Balance(cap=7))) if len(rows) > 1 else {}
    many = _kept(_balanced(examples, Balance(cap=7)))
    assert _changes(few, many, examples["example_id"][-1].as_py()) <= 2


# --- what each rule does


@given(ROWS, st.sampled_from([0.2, 0.4, 0.5, 0.8]), st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_no_source_drowns_the_others(
    make_examples: Callable[..., pa.Table], rows: list[Row], share: float, minimum: int
) -> None:
    """A source gives its share of a label at most, up to one example, unless the label would fall under the minimum."""
    examples = make_examples([{**row, "task": "reviews", "label": "a"} for row in rows])
    rule = Balance.model_validate({"per_source": {"share": share}, "minimum": minimum})
    kept = _by(examples, _kept(_balanced(examples, rule)), "source")
    even = max(share, 1 / len({row["source"] for row in rows}))
    assert kept.total() <= min(len(rows), minimum) or max(kept.values()) < even * kept.total() + 1
    assert kept.total() >= min(len(rows), minimum)


def test_the_sources_of_a_label_are_capped(make_examples: Callable[..., pa.Table]) -> None:
    """No more examples of a label than `per_source.cap` come from one source, and the reason says so."""
    examples = make_examples([{"label": "a", "source": "support" if n % 4 else "sales"} for n in range(20)])
    after = _balanced(examples, Balance.model_validate({"per_source": {"cap": 8}}))
    assert _by(examples, _kept(after), "source") == {"support": 8, "sales": 5}
    assert Counter(after["reason"].drop_null().to_pylist()) == {"source_over_cap": 7}


def test_texts_are_one_class(make_examples: Callable[..., pa.Table]) -> None:
    """A task without labels is cut and shared among its sources as one class."""
    examples = make_examples([{"task": "texts", "source": "a" if n % 5 else "b"} for n in range(50)])
    kept = _kept(_balanced(examples, Balance.model_validate({"cap": 16, "minimum": 1, "per_source": {"share": 0.5}})))
    assert _by(examples, kept, "source") == {"a": 8, "b": 8}


@given(st.lists(st.integers(1, 30), min_size=2, max_size=4), st.integers(2, 5))
@settings(max_examples=30, deadline=None)
def test_copies_fill_up_to_the_target_and_no_further(
    make_examples: Callable[..., pa.Table], sizes: list[int], limit: int
) -> None:
    """A label below the target is written as often as the target says, each example nearly as often, none over the limit."""
    examples = make_examples([{"label": "abcd"[place]} for place, size in enumerate(sizes) for _ in range(size)])
    rule = Balance.model_validate({"target": {"of_largest": 1.0}, "oversample": "copies", "oversample_limit": limit})
    kept = _kept(_balanced(examples, rule))
    lines = _by(examples, kept, "label")
    assert [lines["abcd"[place]] for place in range(len(sizes))] == [min(max(sizes), limit * size) for size in sizes]
    for place in range(len(sizes)):
        times = [kept[row["example_id"]] for row in examples.to_pylist() if row["label"] == "abcd"[place]]
        assert max(times) - min(times) <= 1
        assert max(times) <= limit


def test_a_weight_stands_for_copies(make_examples: Callable[..., pa.Table]) -> None:
    """With `oversample: weight` the examples of a small label weigh as much together as the copies would be many."""
    examples = make_examples([{"label": label} for label in "aaaaaaaaaabbb"])
    rule = Balance.model_validate({"target": {"of_largest": 1.0}, "oversample": "weight"})
    after = _balanced(examples, rule)
    weights = dict(zip(after["example_id"].to_pylist(), after["weight"].to_pylist(), strict=True))
    found = {row["label"]: weights[row["example_id"]] for row in examples.to_pylist()}
    assert found == {"a": 1.0, "b": pytest.approx(10 / 3)}
    assert set(after["copies"].to_pylist()) == {1}


def test_sentiment_is_balanced_by_pole_and_intensity(make_examples: Callable[..., pa.Table]) -> None:
    """Under a cap each pole keeps as many of each intensity as there are, up to an even part."""
    sizes = {("positive", 1.0): 60, ("positive", 0.5): 10, ("negative", 1.0): 20, ("negative", 0.5): 20, ("neutral", 0.0): 5}
    rows = [
        {"task": "reviews", "label": pole, "intensity": intensity}
        for (pole, intensity), size in sizes.items()
        for _ in range(size)
    ]
    examples = make_examples(rows)
    kept = _kept(_balanced(examples, Balance(cap=30)))
    assert _by(examples, kept, "label", "intensity") == {
        ("positive", 1.0): 20,
        ("positive", 0.5): 10,
        ("negative", 1.0): 15,
        ("negative", 0.5): 15,
        ("neutral", 0.0): 5,
    }


@given(st.lists(st.tuples(st.sampled_from("abc"), SIDES), min_size=1, max_size=60))
@settings(max_examples=30, deadline=None)
def test_inverse_weights_even_out_and_average_one(
    make_examples: Callable[..., pa.Table], rows: list[tuple[str, str | None]]
) -> None:
    """Weights of train sum to the same for each label and to n over all; other sides keep weight 1."""
    examples = make_examples([{"label": label} for label, _ in rows])
    decisions = _balanced(examples, Balance(weights="inverse"), [side for _, side in rows])
    labels = dict(zip(examples["example_id"].to_pylist(), examples["label"].to_pylist(), strict=True))
    sums: Counter[str] = Counter()
    for row in decisions.to_pylist():
        if row["split"] == "train":
            sums[labels[row["example_id"]]] += row["weight"]
        else:
            assert row["weight"] == 1.0
    if sums:
        assert max(sums.values()) == pytest.approx(min(sums.values()), rel=1e-5)
        assert sum(sums.values()) == pytest.approx(sum(side == "train" for _, side in rows), rel=1e-5)


def test_each_pole_weighs_the_same_and_each_intensity_in_it(make_examples: Callable[..., pa.Table]) -> None:
    """Weights are nested: a pole with more intensities than another weighs no more, and no intensity more than its pole's others."""
    sizes = {("positive", 1.0): 60, ("positive", 0.5): 12, ("negative", 1.0): 20, ("neutral", 0.0): 5}
    rows = [{"task": "reviews", "label": p, "intensity": i} for (p, i), size in sizes.items() for _ in range(size)]
    examples = make_examples(rows)
    after = _balanced(examples, Balance(weights="inverse"))
    weights = dict(zip(after["example_id"].to_pylist(), after["weight"].to_pylist(), strict=True))
    sums: Counter[Any] = Counter()
    for row in examples.to_pylist():
        sums[row["label"], row["intensity"]] += weights[row["example_id"]]
    third = len(rows) / 3
    wanted = {("positive", 1.0): third / 2, ("positive", 0.5): third / 2, ("negative", 1.0): third, ("neutral", 0.0): third}
    assert dict(sums) == {key: pytest.approx(value, rel=1e-5) for key, value in wanted.items()}


def test_no_weight_is_over_its_limit(make_examples: Callable[..., pa.Table]) -> None:
    """The weight of a label's only example stops at the limit."""
    examples = make_examples([{"label": "b" if n == 0 else "a"} for n in range(100)])
    assert max(_balanced(examples, Balance(weights="inverse"))["weight"].to_pylist()) == 50
    assert max(_balanced(examples, Balance(weights="inverse", weight_limit=5))["weight"].to_pylist()) == 5


def test_what_a_cap_cuts_is_no_shortage(make_examples: Callable[..., pa.Table]) -> None:
    """A label is short of what there is, not of what a rule keeps; examples in test alone do not help it."""
    examples = make_examples([{"label": label} for label in "aaaab"])
    rule = Balance(cap=1, minimum=3)
    after = _balanced(examples, rule, ["train", "train", "train", "test", "test"])
    assert [(s.label, s.examples, s.remedy) for s in shortages(after, examples, {"tickets": rule})] == [("b", 0, "warn")]


def test_tasks_without_a_rule_are_left_alone(make_examples: Callable[..., pa.Table]) -> None:
    """A task that no rule names keeps everything, with weight 1 and one copy."""
    examples = make_examples([{"label": "x", "task": "unruled"} for _ in range(9)])
    after = _balanced(examples, Balance(cap=1, weights="inverse"))
    assert after.equals(
        _decided(examples, ["train"] * 9).append_column(BALANCED.field("copies"), pa.array([1] * 9, pa.int32()))
    )


def test_a_decision_without_its_example_is_an_error(make_examples: Callable[..., pa.Table]) -> None:
    """Decisions and examples of different states of the lake are refused, with how many do not fit."""
    examples = make_examples([{"label": "x"}, {"label": "y"}])
    with pytest.raises(KeyError, match="1 decisions"):
        balance(_decided(examples, ["train", "train"]), examples.slice(0, 1), {"tickets": Balance(cap=1)}, SALT)
