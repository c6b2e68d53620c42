import itertools
import random
from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.winnow.leak_limits import LIMITS
from winnow import leak_search
from winnow.dedup import deduplicate
from winnow.leaks import leaks
from winnow.schemas import DECISIONS, SPLITS
from winnow.split import split

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
    assert found.counts == {"texts": 1, "groups": 1, "keys": 1, "pairs": 0, "contained": 0, "unseen": 0}


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


def _grams(text: str, *, by_characters: bool) -> set[str]:
    """Runs of five of a text of plain words, the slow way."""
    units = text if by_characters else text.split()
    joint = "" if by_characters else " "
    return {joint.join(units[at : at + 5]) for at in range(max(len(units) - 4, 1))}


def _near(left: str, right: str, threshold: float) -> bool:
    """Whether two texts are near: by characters, and then at 0.85 at least, if one of them is under 20 words."""
    short = min(len(left.split()), len(right.split())) < 20
    sets = [_grams(text, by_characters=short) for text in (left, right)]
    likeness = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
    return likeness >= (max(threshold, 0.85) if short else threshold) - 1e-9


@given(st.integers(0, 10_000))
@settings(max_examples=12, deadline=None)
def test_texts_of_all_lengths_are_compared_as_their_shorter_one_asks(make_examples: Callable[..., pa.Table], seed: int) -> None:
    """Over lengths on both sides of 20 words, of two tasks with thresholds of their own, the pairs are those of a slow search."""
    rng = random.Random(seed)
    texts = [rng.choices(WORDS, k=rng.choice([4, 15, 19, 20, 24, 30, 36])) for _ in range(8)]
    for _ in range(40):
        texts.append(_changed(rng.choice(texts), rng, 2))
    thresholds = {"low": 0.7, "high": 0.9}
    tasks = [rng.choice(sorted(thresholds)) for _ in texts]
    examples = make_examples(
        [{"input": " ".join(words), "label": "a", "task": task} for words, task in zip(texts, tasks, strict=True)]
    )
    sides = [rng.choice(["train", "validation", "test"]) for _ in texts]
    rows = list(zip(examples["example_id"].to_pylist(), examples["input"].to_pylist(), sides, tasks, strict=True))
    expected = {
        frozenset((a[0], b[0]))
        for a, b in itertools.combinations(rows, 2)
        if a[2] != b[2] and _near(a[1], b[1], max(thresholds[a[3]], thresholds[b[3]]))
    }
    found = leaks(examples, _decided(examples, sides), thresholds)
    assert {frozenset(pair) for pair in found.pairs} == expected


def _changed(words: Sequence[str], rng: random.Random, most: int) -> list[str]:
    """``words`` with another one put in, or in the place of one, up to ``most`` times."""
    found = list(words)
    for _ in range(rng.randrange(most + 1)):
        at = rng.randrange(len(found))
        found[at : at + rng.randrange(2)] = [rng.choice(WORDS)]
    return found


@given(st.integers(0, 10_000))
@example(8)  # two text pairs with inputs of 19 and of 20 words
@example(37)  # a label and a short prompt of the same runs of characters
@settings(max_examples=25, deadline=None)
def test_what_the_proof_calls_a_leak_stands_in_one_group(make_examples: Callable[..., pa.Table], seed: int) -> None:
    """Labels and text pairs of three tasks, about 20 words long: none are near or one within the other that no group ties together.

    Otherwise no split of theirs could be sure to be published.
    """
    rng = random.Random(seed)
    texts = [rng.choices(WORDS, k=rng.choice([0, 3, 17, 19, 20, 21, 33, 34, 40])) for _ in range(6)]
    texts += [_changed(rng.choice(texts) or WORDS[:19], rng, 2) for _ in range(24)]
    texts += [[*rng.choice(texts), *rng.choices(WORDS, k=rng.choice([1, 4, 20]))] for _ in range(6)]
    rows = [
        {
            "input": " ".join(rng.choice(texts)),
            "task": rng.choice(["one", "two", "three"]),
            **({"label": "a"} if rng.randrange(3) == 0 else {"target": " ".join(rng.choice(texts[:9]))}),
        }
        for _ in range(60)
    ]
    examples = make_examples(rows)
    decisions = deduplicate(examples, {})
    group = dict(zip(decisions["example_id"].to_pylist(), decisions["group"].to_pylist(), strict=True))
    sides = pa.array([rng.choice(SPLITS) for _ in rows], pa.string())
    found = leaks(examples, decisions.set_column(decisions.column_names.index("split"), "split", sides), {})
    assert [(a, b) for a, b in (*found.pairs, *found.contained) if group[a] != group[b]] == []


@LIMITS
def test_how_much_is_held_at_once_changes_nothing(
    make_examples: Callable[..., pa.Table], monkeypatch: pytest.MonkeyPatch, constants: dict[str, object]
) -> None:
    """The same leaks are found with other batches, without memory of the first pass, and if every mark collides."""
    rng = random.Random(3)
    texts = [" ".join(rng.choices(WORDS, k=30)) for _ in range(40)]
    texts += [f"{text} more" for text in texts[:25]]
    examples = make_examples([{"input": text, "label": "a"} for text in texts])
    decisions = _decided(examples, [rng.choice(["train", "validation", "test"]) for _ in texts])
    found = leaks(examples, decisions, {})
    assert len(found.pairs) > 5
    for name, value in constants.items():
        monkeypatch.setattr(leak_search, name, value)
    assert leaks(examples, decisions, {}) == found
    chunked = pa.concat_tables([examples.slice(0, 11), examples.slice(11, 1), examples.slice(12)])
    assert leaks(chunked, decisions, {}) == found


@pytest.mark.parametrize("kind", ["texts", "groups", "keys", "pairs"])
def test_a_split_that_forgets_one_relation_is_found_out(make_examples: Callable[..., pa.Table], kind: str) -> None:
    """With sides as the split gives them nothing leaks; with any related example moved elsewhere, that relation is named."""
    rng = random.Random(5)
    texts = [" ".join(rng.choices([f"w{n}" for n in range(900)], k=30)) for _ in range(60)]
    rows: list[dict[str, object]] = [{"input": text, "label": "a"} for text in texts]
    second = {
        "texts": {"input": f" {texts[0].upper()} ", "label": "A", "target": "a", "task": "other"},
        "groups": {"input": " ".join([*texts[0].split()[2:], "x", "y"]), "label": "b"},
        "keys": {"input": "something else", "label": "a", "group_keys": ["customer"]},
        "pairs": {"input": f"{texts[0]} more", "label": "b"},
    }[kind]
    if kind == "keys":
        rows[0]["group_keys"] = ["customer"]
    examples = make_examples([*rows, second])
    decisions = split(deduplicate(examples, {}), examples, {"train": 0.6, "validation": 0.2, "test": 0.2}, "salt")
    assert not leaks(examples, decisions, {})
    first, moved = examples["example_id"].to_pylist()[0], examples["example_id"].to_pylist()[-1]
    lines = decisions.to_pylist()
    side = next(line["split"] for line in lines if line["example_id"] == first)
    other = "test" if side == "train" else "train"
    broken = [line | {"split": other} if line["example_id"] == moved else line for line in lines]
    if kind != "groups":  # a split that overlooks a relation does not call it a group either
        broken = [line | {"group": "alone"} if line["example_id"] == moved else line for line in broken]
    found = leaks(examples, pa.Table.from_pylist(broken, schema=DECISIONS), {})
    assert [set(pair) for pair in getattr(found, kind)] == [{first, moved}]
    assert found.counts[kind] == 1


def test_a_split_by_the_hash_of_each_example_leaks_all_over(make_examples: Callable[..., pa.Table]) -> None:
    """What many a tool does, a side for each example by itself, is noticed in about as many pairs as it must part."""
    rng = random.Random(7)
    texts = [" ".join(rng.choices([f"w{n}" for n in range(900)], k=30)) for _ in range(200)]
    examples = make_examples([{"input": f"{text}{end}", "label": "ab"[bool(end)]} for text in texts for end in ("", " more")])
    sides = [("train", "validation", "test")[int(name[:8], 16) % 3] for name in examples["example_id"].to_pylist()]
    found = leaks(examples, _decided(examples, sides), {})
    apart = sum(sides[at] != sides[at + 1] for at in range(0, 400, 2))
    assert found.counts["pairs"] == apart > 100


def test_an_example_that_is_not_there_is_no_proof(make_examples: Callable[..., pa.Table]) -> None:
    """A decision about an example whose text is missing fails the proof, and one without a side is an error."""
    examples = make_examples([{"input": "one", "label": "a"}, {"input": "two", "label": "a"}])
    found = leaks(examples.slice(1), _decided(examples, ["train", "test"]), {})
    assert found
    assert (found.unseen, found.examples) == ((examples["example_id"][0].as_py(),), 1)
    undecided = _decided(examples, ["train", "test"]).to_pylist()
    undecided[0]["split"] = None
    with pytest.raises(ValueError, match="1 examples stay without a side"):
        leaks(examples, pa.Table.from_pylist(undecided, schema=DECISIONS), {})
