import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.dedup import deduplicate
from winnow.leaks import leaks
from winnow.shares import reached
from winnow.split import Rules, split

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}
WORDS = [f"word{number}" for number in range(400)]


def _text(number: int, edits: int = 0) -> str:
    """30 words of their own for each ``number``, the last ``edits`` of them replaced."""
    rng = random.Random(number)
    words = rng.sample(WORDS, 30)
    return " ".join([*words[: 30 - edits], *(f"edit{edits}x{place}" for place in range(edits))])


def _split(
    examples: pa.Table,
    published: dict[str, str] | None = None,
    salt: str = "salt",
    shares: Any = None,
    rules: Rules | None = None,
) -> pa.Table:
    return split(deduplicate(examples, {}), examples, shares or SHARES, salt, published, rules)


def _sides(decisions: pa.Table) -> dict[str, str]:
    return {row["example_id"]: row["split"] for row in decisions.to_pylist() if row["reason"] is None}


def _ids(examples: pa.Table) -> list[str]:
    return examples["example_id"].to_pylist()


def test_shares_are_kept_over_many_groups(make_examples: Callable[..., pa.Table]) -> None:
    """Of 3,000 unrelated examples each side gets its share within three percentage points."""
    examples = make_examples([{"input": _text(number), "label": "a"} for number in range(3000)])
    rows = reached(_split(examples), examples, SHARES)
    assert [row["split"] for row in rows] == ["train", "validation", "test"]
    assert all(abs(row["share"] - row["wanted"]) < 0.03 for row in rows)
    assert sum(row["examples"] for row in rows) == 3000


def test_another_salt_draws_other_sides(make_examples: Callable[..., pa.Table]) -> None:
    """The sides depend on the salt."""
    examples = make_examples([{"input": _text(number), "label": "a"} for number in range(50)])
    assert _sides(_split(examples)) != _sides(_split(examples, salt="other"))


def test_what_comes_later_moves_nobody_that_was_published(make_examples: Callable[..., pa.Table]) -> None:
    """Unrelated examples that come after a publication leave all sides as they are, and bring the shares nearer."""
    rows = [{"input": _text(number), "label": "a"} for number in range(80)]
    few = _sides(_split(make_examples(rows[:60])))
    many = _sides(_split(make_examples(rows), few))
    assert few == {example: many[example] for example in few}
    counts = Counter(many.values())
    assert all(abs(counts[side] - share * 80) < 1 for side, share in SHARES.items())


def test_published_sides_win(make_examples: Callable[..., pa.Table]) -> None:
    """A group with a published example stands where that was published, even if only a dropped copy was."""
    examples = make_examples([{"input": _text(1), "label": "a"}, {"input": f"{_text(1)} longer", "label": "a"}])
    first, second = _ids(examples)
    for side in SHARES:
        assert _sides(_split(examples, {first: side})) == {second: side}


def test_an_example_between_two_sides_is_held_back(make_examples: Callable[..., pa.Table]) -> None:
    """An unpublished example that is tied to two sides leaves; those published stay, in groups of their own."""
    examples = make_examples(
        [
            {"input": _text(1), "label": "a", "group_keys": ["d1", "c1"]},
            {"input": _text(2), "label": "a", "group_keys": ["d2", "c2"]},
            {"input": _text(3), "label": "a", "group_keys": ["d3", "c1", "c2"]},
        ]
    )
    first, second, bridge = _ids(examples)
    decisions = _split(examples, {first: "train", second: "test"})
    rows = {row["example_id"]: row for row in decisions.to_pylist()}
    assert _sides(decisions) == {first: "train", second: "test"}
    assert (rows[bridge]["reason"], rows[bridge]["split"]) == ("bridges_splits", None)
    assert rows[first]["group"] != rows[second]["group"]


def test_what_hangs_on_one_side_only_stays_with_it(make_examples: Callable[..., pa.Table]) -> None:
    """Beside a bridge, unpublished examples that are tied to one side alone go there."""
    examples = make_examples(
        [
            {"input": _text(1), "label": "a", "group_keys": ["c1"]},
            {"input": _text(2), "label": "a", "group_keys": ["c2"]},
            {"input": _text(3), "label": "a", "group_keys": ["c1", "c2"]},
            {"input": _text(4), "label": "a", "group_keys": ["c2", "e"]},
            {"input": _text(5), "label": "a", "group_keys": ["c1", "f"]},
            {"input": _text(5, 3), "label": "b", "group_keys": ["g"]},
        ]
    )
    first, second, bridge, after, before, resembling = _ids(examples)
    published = {first: "validation", second: "train"}
    decisions = _split(examples, published)
    # The bridge shares a key with both of its neighbours, so what cannot be told apart from it leaves too.
    assert _sides(decisions).items() >= published.items()
    assert bridge not in _sides(decisions)
    assert not leaks(examples, decisions, {})
    alone = examples.filter([example != bridge for example in _ids(examples)])
    assert _sides(_split(alone, published)) == {**published, after: "train", before: "validation", resembling: "validation"}


def test_related_examples_of_two_sides_cost_train_its_own(make_examples: Callable[..., pa.Table]) -> None:
    """If published examples of two sides come to share a customer, the one in train leaves and the measuring one stays."""
    examples = make_examples([{"input": _text(n), "label": "a", "group_keys": [f"d{n}", "same"]} for n in range(2)])
    first, second = _ids(examples)
    assert _sides(_split(examples, {first: "train", second: "test"})) == {second: "test"}
    assert _sides(_split(examples, {first: "test", second: "validation"})) == {first: "test"}


def test_model_text_never_measures(make_examples: Callable[..., pa.Table]) -> None:
    """What a model made goes to train; beside published test examples it is dropped."""
    rows = [{"input": _text(number), "label": "a", "origin": "model"} for number in range(40)]
    assert set(_sides(_split(make_examples(rows))).values()) == {"train"}
    pair = make_examples([{"input": _text(1), "label": "a"}, {"input": _text(1), "label": "b", "origin": "model"}])
    person, model = _ids(pair)
    decisions = {row["example_id"]: row for row in _split(pair, {person: "test"}).to_pylist()}
    assert (decisions[person]["reason"], decisions[model]["reason"]) == (None, "model_text_held_out")
    assert _sides(_split(pair, {person: "train"})) == {person: "train", model: "train"}


@pytest.mark.parametrize("shares", [{"train": 0.5}, {"train": 1.5, "test": -0.5}, {"train": 0.5, "dev": 0.5}])
def test_wrong_shares_are_refused(make_examples: Callable[..., pa.Table], shares: Any) -> None:
    """Shares that do not add up, are negative or name an unknown side are an error."""
    with pytest.raises(ValueError, match=r"shares|sides"):
        _split(make_examples([{"input": "a", "label": "a"}]), shares=shares)


def test_unknown_published_sides_are_refused(make_examples: Callable[..., pa.Table]) -> None:
    """A published side that does not exist is an error."""
    with pytest.raises(ValueError, match="unknown sides"):
        _split(make_examples([{"input": "a", "label": "a"}]), {"x": "dev"})


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.integers(0, 9),
            "edits": st.sampled_from([0, 0, 2, 6]),
            "label": st.sampled_from(["a", "b", None]),
            "task": st.sampled_from(["one", "two"]),
            "origin": st.sampled_from(["human", "human", "human", "model"]),
            "keys": st.sets(st.integers(0, 12), max_size=2),
        }
    ),
    min_size=1,
    max_size=24,
)


def _rows(pool: list[dict[str, Any]]) -> Any:
    return [
        {
            "input": _text(row["text"], row["edits"]),
            "target": row["label"] or _text(row["text"] + 20, row["edits"]),
            "label": row["label"],
            "task": row["task"],
            "origin": row["origin"],
            "group_keys": [f"d{number}", *(f"k{key}" for key in sorted(row["keys"]))],
        }
        for number, row in enumerate(pool)
    ]


@given(
    ROWS, st.dictionaries(st.integers(0, 23), st.sampled_from(sorted(SHARES)), max_size=12), st.randoms(use_true_random=False)
)
@settings(max_examples=50, deadline=None)
def test_nothing_moves_nothing_straddles_and_order_does_not_matter(
    make_examples: Callable[..., pa.Table], pool: list[dict[str, Any]], given_sides: dict[int, str], rng: random.Random
) -> None:
    """Whatever was published: it stays on its side or leaves, no group or near pair straddles, and order changes nothing."""
    examples = make_examples(_rows(pool))
    ids = _ids(examples)
    published = {ids[number]: side for number, side in given_sides.items() if number < len(ids)}
    decisions = _split(examples, published)
    sides = _sides(decisions)
    assert all(sides[example] == side for example, side in published.items() if example in sides)
    assert not leaks(examples, decisions, {})
    assert None not in sides.values()
    assert all(row["split"] is None for row in decisions.to_pylist() if row["reason"])
    origins = dict(zip(ids, examples["origin"].to_pylist(), strict=True))
    assert all(side == "train" for example, side in sides.items() if origins[example] == "model")
    order = list(range(len(examples)))
    rng.shuffle(order)
    assert decisions.equals(_split(examples.take(order), published))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("group_share", [1.0, 0.05], ids=["whole groups", "cut groups"])
def test_no_published_example_moves_over_twenty_nights(
    make_examples: Callable[..., pa.Table], monkeypatch: pytest.MonkeyPatch, seed: int, group_share: float
) -> None:
    """Over twenty nights of growth, rewriting and deletion no example changes its side and nothing ever leaks.

    What a night decides is what a rebuild from nothing but the published sides decides, in any order of arrival.
    """
    monkeypatch.setattr("winnow.split.SMALLEST", 3)
    rng = random.Random(seed)
    rows, published, held_back = {}, {}, 0
    for night in range(20):
        for _ in range(4):
            number = rng.randrange(10_000)
            keys = [f"d{number}", f"c{rng.randrange(60)}"]
            rows[number] = {"number": number, "input": _text(rng.randrange(60), rng.choice([0, 2, 6])), "group_keys": keys}
        if night % 3 == 2:
            rewritten = rng.choice(sorted(rows))
            rows[rewritten] = {**rows[rewritten], "input": _text(rng.randrange(60), 1)}
            del rows[rng.choice(sorted(rows))]
        examples = make_examples([{**row, "label": "a"} for _, row in sorted(rows.items())])
        decisions = _split(examples, published, rules=Rules(group_share))
        sides = _sides(decisions)
        assert all(published.get(example, side) == side for example, side in sides.items())
        assert not leaks(examples, decisions, {})
        shuffled = examples.take(rng.sample(range(len(examples)), len(examples)))
        assert decisions.equals(_split(shuffled, dict(sorted(published.items(), reverse=True)), rules=Rules(group_share)))
        published |= sides
        held_back += decisions["reason"].to_pylist().count("bridges_splits")
    assert set(published.values()) == set(SHARES)
    assert held_back > 0


def test_every_label_of_every_task_has_its_share(make_examples: Callable[..., pa.Table]) -> None:
    """Of unrelated examples each label of each task misses its shares by less than one example, however rare it is."""
    rng = random.Random(1)
    rows = [
        {"input": _text(number), "label": f"l{min(int(rng.expovariate(0.5)), 9)}", "task": rng.choice(["one", "two"])}
        for number in range(800)
    ]
    examples = make_examples(rows)
    found = reached(_split(examples), examples, SHARES)
    assert len({(row["task"], row["label"]) for row in found}) > 12
    assert all(abs(row["missing"]) < 1 + 1e-9 for row in found)


def test_groups_of_the_same_customers_leave_each_label_near_its_share(make_examples: Callable[..., pa.Table]) -> None:
    """With 300 customers of one to five examples of mixed labels no label of 100 or more is off by over two points."""
    rng = random.Random(2)
    rows = [
        {"input": _text(1000 * customer + place), "label": rng.choice("abc"), "group_keys": [f"c{customer}"]}
        for customer in range(300)
        for place in range(rng.randrange(1, 6))
    ]
    examples = make_examples(rows)
    assert all(abs(row["share"] - row["wanted"]) < 0.02 for row in reached(_split(examples), examples, SHARES))
