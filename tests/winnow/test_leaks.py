import itertools
import random
from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.leaks import leaks
from winnow.schemas import DECISIONS

WORDS = [f"word{number}" for number in range(60)]


def _decided(examples: pa.Table, sides: Sequence[str], groups: dict[str, str] | None = None) -> pa.Table:
    rows = [
        {"example_id": example, "task": task, "group": (groups or {}).get(example, example), "split": side, "weight": 1.0}
        for example, task, side in zip(examples["example_id"].to_pylist(), examples["task"].to_pylist(), sides, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=DECISIONS)


def _jaccard(left: str, right: str) -> float:
    sets = [{tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in (left.split(), right.split())]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.7, 0.8, 0.9]))
@settings(max_examples=25, deadline=None)
def test_exactly_the_near_pairs_across_sides_are_found(
    make_examples: Callable[..., pa.Table], seed: int, threshold: float
) -> None:
    """The pairs found are those that plain sets of word shingles find, and only across sides."""
    rng = random.Random(seed)
    texts = [rng.choices(WORDS, k=40)]
    for _ in range(30):
        words = list(rng.choice(texts))
        for _ in range(rng.randrange(6)):
            words[rng.randrange(40)] = rng.choice(WORDS)
        texts.append(words)
    examples = make_examples([{"input": " ".join(words), "label": "a"} for words in texts])
    sides = [rng.choice(["train", "validation", "test"]) for _ in texts]
    rows = list(zip(examples["example_id"].to_pylist(), examples["input"].to_pylist(), sides, strict=True))
    expected = {
        frozenset((a[0], b[0]))
        for a, b in itertools.combinations(rows, 2)
        if a[2] != b[2] and _jaccard(a[1], b[1]) >= threshold - 1e-9
    }
    found = leaks(examples, _decided(examples, sides), {"tickets": threshold})
    assert {frozenset(pair) for pair in found.pairs} == expected


@pytest.mark.parametrize("words", [1, 5, 19, 20, 33, 34])
def test_copies_of_any_length_are_found(make_examples: Callable[..., pa.Table], words: int) -> None:
    """A copy on the other side is found whether it is compared by words or by characters."""
    text = " ".join(WORDS[:words])
    examples = make_examples([{"input": text, "label": "a"}, {"input": f"{text}!", "label": "b"}])
    assert leaks(examples, _decided(examples, ["train", "test"]), {}).counts["pairs"] == 1
    assert not leaks(examples, _decided(examples, ["test", "test"]), {})


def test_texts_groups_and_keys_on_two_sides_are_found(make_examples: Callable[..., pa.Table]) -> None:
    """An equal text, a shared key and a shared group are each reported with one example of both sides."""
    examples = make_examples(
        [
            {"input": "!", "label": "a"},
            {"input": " ! ", "label": "a"},
            {"input": "one", "label": "a", "group_keys": ["k"]},
            {"input": "two", "label": "a", "group_keys": ["k"]},
            {"input": "three", "label": "a"},
            {"input": "four", "label": "a"},
        ]
    )
    ids = examples["example_id"].to_pylist()
    decisions = _decided(examples, ["train", "test"] * 3, {ids[4]: "g", ids[5]: "g"})
    found = leaks(examples, decisions, {})
    assert (found.texts, found.keys, found.groups) == ((tuple(ids[:2]),), (tuple(ids[2:4]),), (tuple(ids[4:]),))
    assert found.counts == {"texts": 1, "groups": 1, "keys": 1, "pairs": 0}


def test_what_was_dropped_does_not_leak(make_examples: Callable[..., pa.Table]) -> None:
    """An example that does not stay is no leak."""
    examples = make_examples([{"input": "the same", "label": "a"}, {"input": "the same", "label": "a"}])
    decisions = _decided(examples, ["train", "test"]).to_pylist()
    decisions[1] |= {"reason": "exact_duplicate", "split": None}
    assert not leaks(examples, pa.Table.from_pylist(decisions, schema=DECISIONS), {})


def test_a_short_prompt_in_common_is_no_leak(make_examples: Callable[..., pa.Table]) -> None:
    """Two text pairs leak only if their targets are near as well, unless the prompt is long."""
    long = " ".join(WORDS[:40])
    rows = [{"input": "Introduction", "target": long}, {"input": "Introduction", "target": " ".join(WORDS[20:])}]
    examples = make_examples(rows)
    assert not leaks(examples, _decided(examples, ["train", "test"]), {})
    near = make_examples([rows[0], {"input": "introduction!", "target": long + " more"}])
    assert leaks(near, _decided(near, ["train", "test"]), {}).counts["pairs"] == 1
    prompts = make_examples([{"input": long, "target": "one"}, {"input": long, "target": "two"}])
    assert leaks(prompts, _decided(prompts, ["train", "test"]), {}).counts["pairs"] == 1
