"""Sides that a named version freezes."""

import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.dedup import deduplicate
from winnow.leaks import leaks
from winnow.split import Frozen, Rules, split

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}
WORDS = [f"word{number}" for number in range(400)]


def _text(number: int, edits: int = 0) -> str:
    words = random.Random(number).sample(WORDS, 30)
    return " ".join([*words[: 30 - edits], *(f"edit{edits}x{place}" for place in range(edits))])


def _rows(
    examples: pa.Table, published: dict[str, str], frozen: Frozen, shares: dict[str, float] | None = None
) -> dict[str, dict[str, Any]]:
    pinned = sorted(frozen.members.keys() - frozen.changed)
    decisions = split(
        deduplicate(examples, {}, pinned=pinned), examples, shares or SHARES, "salt", published, Rules(frozen=frozen)
    )
    assert not leaks(examples, decisions, {})
    return {row["example_id"]: row for row in decisions.to_pylist()}


def _ids(examples: pa.Table) -> list[str]:
    return examples["example_id"].to_pylist()


def test_nothing_joins_a_frozen_side(make_examples: Callable[..., pa.Table]) -> None:
    """Unrelated new examples are shared out among the other sides, as their shares ask, and the frozen one stays as it was."""
    examples = make_examples([{"input": _text(number), "label": "a"} for number in range(300)])
    ids = _ids(examples)
    published = dict.fromkeys(ids[:6], "test")
    found = _rows(examples, published, Frozen(published, frozenset({"test"})))
    sides = [row["split"] for row in found.values()]
    assert {name for name, row in found.items() if row["split"] == "test"} == set(published)
    assert abs(sides.count("validation") / sides.count("train") - 1 / 3) < 0.02


def test_what_is_near_a_frozen_example_is_held_back(make_examples: Callable[..., pa.Table]) -> None:
    """A new relation of a frozen example, and one that was published on its side later, wait; train has neither."""
    examples = make_examples(
        [
            {"input": _text(1), "label": "a", "group_keys": ["d1", "c"]},
            {"input": _text(2), "label": "a", "group_keys": ["d2", "c"]},
            {"input": _text(3), "label": "a"},
            {"input": _text(4), "label": "a"},
        ]
    )
    member, near, later, other = _ids(examples)
    found = _rows(examples, {member: "test", later: "test", other: "train"}, Frozen({member: "test"}, frozenset({"test"})))
    assert found[member]["split"] == "test"
    assert (found[near]["split"], found[near]["reason"]) == (None, "beside_frozen_side")
    assert (found[later]["split"], found[later]["reason"]) == (None, "beside_frozen_side")
    assert found[other]["split"] == "train"


def test_a_changed_member_leaves_and_its_relations_wait(make_examples: Callable[..., pa.Table]) -> None:
    """What is no longer what it was does not count for it, and what resembles it is not trained on."""
    examples = make_examples([{"input": _text(1), "label": "a"}, {"input": _text(1, 6), "label": "a"}])
    member, near = _ids(examples)
    found = _rows(examples, {member: "test"}, Frozen({member: "test"}, frozenset({"test"}), frozenset({member})))
    assert found[member]["reason"] == "changed_since_freeze"
    assert found[near]["reason"] == "beside_frozen_side"


def test_a_frozen_validation_example_stays_before_a_test_example(make_examples: Callable[..., pa.Table]) -> None:
    """Of published examples of two sides that become related the frozen one stays, though test else goes before validation."""
    examples = make_examples([{"input": _text(n), "label": "a", "group_keys": [f"d{n}", "same"]} for n in range(2)])
    first, second = _ids(examples)
    published = {first: "validation", second: "test"}
    assert {name for name, row in _rows(examples, published, Frozen()).items() if row["reason"] is None} == {second}
    found = _rows(examples, published, Frozen({first: "validation"}, frozenset({"validation"})))
    assert {name for name, row in found.items() if row["reason"] is None} == {first}


def test_a_better_copy_does_not_take_a_frozen_example_s_place(make_examples: Callable[..., pa.Table]) -> None:
    """A longer near copy of a frozen example is the one that leaves."""
    examples = make_examples([{"input": _text(1), "label": "a"}, {"input": f"{_text(1)} longer", "label": "a"}])
    member, longer = _ids(examples)
    found = _rows(examples, {member: "test"}, Frozen({member: "test"}, frozenset({"test"})))
    assert found[member]["split"] == "test"
    assert (found[longer]["reason"], found[longer]["keeper"]) == ("near_duplicate", member)


def test_with_both_frozen_all_that_is_new_is_trained_on(make_examples: Callable[..., pa.Table]) -> None:
    """Validation and test frozen, train takes every unrelated new example."""
    examples = make_examples([{"input": _text(number), "label": "a"} for number in range(40)])
    ids = _ids(examples)
    published = {ids[0]: "validation", ids[1]: "test"}
    found = _rows(examples, published, Frozen(published, frozenset({"validation", "test"})))
    assert [found[name]["split"] for name in ids] == ["validation", "test", *["train"] * 38]


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=12)
def test_over_nights_a_frozen_side_is_exactly_what_it_was(make_examples: Callable[..., pa.Table], seed: int) -> None:
    """Over nights of growth, rewriting and deletion the frozen side is what it was less what was deleted or rewritten."""
    rng = random.Random(seed)
    rows = {number: {"number": number, "label": "a", "text": rng.randrange(80)} for number in range(40)}
    published: dict[str, str] = {}
    frozen, texts, before = Frozen(), dict[str, str](), dict[str, str]()
    for night in range(6):
        given_rows = [
            {
                "number": row["number"],
                "label": "a",
                "input": _text(row["text"], row["number"] % 3),
                "group_keys": [f"d{number}", f"c{number % 25}"],
            }
            for number, row in sorted(rows.items())
        ]
        examples = make_examples(given_rows)
        now = dict(zip(_ids(examples), examples["input"].to_pylist(), strict=True))
        if night == 1:
            members = {name: side for name, side in published.items() if side == "test"}
            frozen, texts = Frozen(members, frozenset({"test"})), {name: before[name] for name in members}
        changed = frozenset(name for name, text in texts.items() if now.get(name, text) != text)
        found = _rows(examples, published, Frozen(frozen.members, frozen.sides, changed))
        kept = {name: row["split"] for name, row in found.items() if row["reason"] is None}
        assert all(kept[name] == side for name, side in published.items() if name in kept)
        if frozen.sides:
            expected = {name for name in frozen.members if name in now and name not in changed}
            assert {name for name, side in kept.items() if side == "test"} == expected
        published |= {name: side for name, side in kept.items() if name not in published}
        before = now
        for _ in range(4):
            rows[len(rows) + 1000 * (night + 1)] = {"number": rng.randrange(10_000, 99_999), "text": rng.randrange(80)}
        rows[rng.choice(sorted(rows))]["text"] = rng.randrange(80)
        del rows[rng.choice(sorted(rows))]
