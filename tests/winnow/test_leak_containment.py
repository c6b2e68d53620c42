"""Texts that stand within longer ones on another side."""

import itertools
import random
import time
from collections.abc import Callable, Sequence
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.leak_limits import LIMITS
from winnow import leak_containment, leak_search
from winnow.containment import CONTAINED
from winnow.dedup import SHORT_THRESHOLD
from winnow.leaks import leaks
from winnow.schemas import DECISIONS, SPLITS

WORDS = [f"word{number}" for number in range(80)]
MANY = [f"w{number}" for number in range(5_000)]


def _decided(examples: pa.Table, sides: Sequence[str]) -> pa.Table:
    rows = [
        {"example_id": example, "task": task, "group": example, "split": side, "weight": 1.0}
        for example, task, side in zip(examples["example_id"].to_pylist(), examples["task"].to_pylist(), sides, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=DECISIONS)


@cache
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(tuple(words[at : at + 5]) for at in range(len(words) - 4)) if len(words) >= 20 else frozenset()


@cache
def _characters(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 5] for at in range(max(len(text) - 4, 1)))


def _within(inner: str, outer: str) -> bool:
    """Whether ``inner`` is contained in ``outer``, the slow way."""
    mine, others = _runs(inner), _runs(outer)
    return bool(mine) and len(others) >= len(mine) and len(mine & others) >= CONTAINED * len(mine) - 1e-9


def _near(left: str, right: str, threshold: float) -> bool:
    """Whether two texts are near, the slow way."""
    short = min(len(left.split()), len(right.split())) < 20
    mine, others = (_characters(text) if short else _runs(text) for text in (left, right))
    likeness = len(mine & others) / len(mine | others)
    return likeness >= (max(threshold, SHORT_THRESHOLD) if short else threshold) - 1e-9


def _grown(rng: random.Random, count: int) -> list[str]:
    """Texts of which many stand within others: cut out of them, put into longer ones, with a word changed or none."""
    texts = [rng.choices(WORDS, k=rng.choice([18, 20, 21, 30, 60, 90])) for _ in range(8)]
    while len(texts) < count:
        words = list(rng.choice(texts))
        if rng.random() < 0.5 and len(words) > 22:
            start = rng.randrange(len(words) - 19)
            words = words[start : start + rng.choice([19, 20, 24, 40, 80])]
        else:
            words = rng.choices(WORDS, k=rng.randrange(12)) + words + rng.choices(WORDS, k=rng.randrange(12))
        for _ in range(rng.choice([0, 0, 0, 1])):
            words[rng.choice([0, -1, rng.randrange(len(words))])] = rng.choice(WORDS)
        texts.append(words)
    return [" ".join(words) for words in texts]


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_exactly_the_contained_pairs_across_sides_are_found(make_examples: Callable[..., pa.Table], seed: int) -> None:
    """Over lengths at the border of 20 words, two tasks and three sides the pairs are those of a slow search, the near ones apart."""
    rng = random.Random(seed)
    texts, thresholds = _grown(rng, 60), {"low": 0.7, "high": 1.0}
    tasks = [rng.choice(sorted(thresholds)) for _ in texts]
    rows = [{"input": text, "label": "a", "task": task} for text, task in zip(texts, tasks, strict=True)]
    examples = make_examples(rows)
    sides = [rng.choice(SPLITS) for _ in texts]
    ids = examples["example_id"].to_pylist()
    near, expected = set(), set()
    for a, b in itertools.permutations(range(len(texts)), 2):
        if sides[a] == sides[b]:
            continue
        if _near(texts[a], texts[b], max(thresholds[tasks[a]], thresholds[tasks[b]])):
            near.add(tuple(sorted((ids[a], ids[b]))))
        elif _within(texts[a], texts[b]) and not (_within(texts[b], texts[a]) and ids[a] > ids[b]):
            expected.add((ids[a], ids[b]))
    found = leaks(examples, _decided(examples, sides), thresholds)
    assert (set(found.pairs), set(found.contained)) == (near, expected)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_under_a_short_prompt_the_targets_are_compared(make_examples: Callable[..., pa.Table], seed: int) -> None:
    """Of two text pairs with near short inputs the one whose target stands within the other's is contained; other inputs, no."""
    rng = random.Random(seed)
    targets = _grown(rng, 40)
    inputs = [rng.choice(["A section on boilers", "a section on boilers!", "Something else"]) for _ in targets]
    examples = make_examples([{"input": text, "target": target} for text, target in zip(inputs, targets, strict=True)])
    sides, ids = [rng.choice(SPLITS) for _ in targets], examples["example_id"].to_pylist()
    plain = [text.casefold().strip("!") for text in inputs]
    near, expected = set(), set()
    for a, b in itertools.permutations(range(len(targets)), 2):
        if sides[a] == sides[b] or plain[a] != plain[b]:
            continue
        if _near(targets[a], targets[b], 0.8):
            near.add(tuple(sorted((ids[a], ids[b]))))
        elif _within(targets[a], targets[b]):
            expected.add((ids[a], ids[b]))
    found = leaks(examples, _decided(examples, sides), {})
    assert (set(found.pairs), set(found.contained)) == (near, expected)


@pytest.mark.parametrize(("words", "changed", "is_leak"), [(20, 0, True), (19, 0, False), (24, 1, True), (23, 1, False)])
def test_the_borders_are_20_words_and_95_percent(
    make_examples: Callable[..., pa.Table], words: int, changed: int, *, is_leak: bool
) -> None:
    """20 words count and 19 do not; of 20 runs one may be another, which is 95% exactly, and of 19 none may."""
    outer = random.Random(1).sample(MANY, 200)
    inner = outer[50 : 50 + words - changed] + ["other"] * changed
    examples = make_examples([{"input": " ".join(inner), "label": "a"}, {"input": " ".join(outer), "label": "b"}])
    ids = examples["example_id"].to_pylist()
    found = leaks(examples, _decided(examples, ["validation", "train"]), {})
    assert found.contained == (((ids[0], ids[1]),) if is_leak else ())
    assert bool(found) is is_leak
    assert not leaks(examples, _decided(examples, ["train", "train"]), {})


def test_a_label_within_a_text_pair_of_another_task_is_found(make_examples: Callable[..., pa.Table]) -> None:
    """A ticket that stands whole in the mail that another task summarises leaks; that only its words stand there does not."""
    mail = random.Random(2).sample(MANY, 300)
    ticket, shuffled = mail[100:140], sorted(mail[100:140])
    rows = [
        {"input": " ".join(mail), "target": "a summary", "task": "summaries"},
        {"input": " ".join(ticket).upper(), "label": "a"},
        {"input": " ".join(shuffled), "label": "a"},
    ]
    examples = make_examples(rows)
    ids = examples["example_id"].to_pylist()
    found = leaks(examples, _decided(examples, ["train", "test", "test"]), {})
    assert (found.contained, found.counts["contained"], found.counts["pairs"]) == (((ids[1], ids[0]),), 1, 0)


@LIMITS
def test_how_much_is_held_at_once_changes_nothing(
    make_examples: Callable[..., pa.Table], monkeypatch: pytest.MonkeyPatch, constants: dict[str, object]
) -> None:
    """The same contained texts are found with other batches, without memory of the first pass, and if every mark collides."""
    rng = random.Random(3)
    texts = _grown(rng, 80)
    examples = make_examples([{"input": text, "label": "a"} for text in texts])
    decisions = _decided(examples, [rng.choice(SPLITS) for _ in texts])
    found = leaks(examples, decisions, {})
    assert len(found.contained) > 5
    for name, value in constants.items():
        monkeypatch.setattr(leak_search, name, value)
        if hasattr(leak_containment, name):
            monkeypatch.setattr(leak_containment, name, value)
    assert leaks(examples, decisions, {}) == found


def test_what_cannot_be_contained_costs_little(make_examples: Callable[..., pa.Table]) -> None:
    """Of 4,000 texts that share a long letterhead and nothing else none is compared with another: their rare runs do not meet."""
    rng = random.Random(4)
    head = rng.sample(MANY, 60)
    texts = [" ".join([*head, *(f"{number}x{place}" for place in range(20))]) for number in range(4_000)]
    texts += [" ".join(texts[17].split()[40:70]), " ".join(texts[18].split()[55:])]
    examples = make_examples([{"input": text, "label": "a"} for text in texts])
    start = time.process_time()
    found = leaks(
        examples, _decided(examples, [*(("train", "test")[number % 2] for number in range(4_000)), "train", "train"]), {}
    )
    ids = examples["example_id"].to_pylist()
    assert found.contained == ((ids[4_000], ids[17]),)
    assert time.process_time() - start < 20
