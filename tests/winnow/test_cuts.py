"""Groups that are too large are taken apart at their weakest links."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow import cuts
from winnow.cuts import cut
from winnow.dedup import deduplicate
from winnow.fingerprints import in_survivor_order
from winnow.groups import related_pairs
from winnow.leaks import leaks
from winnow.shares import large_groups
from winnow.split import Rules, split

WORDS = [f"word{number}" for number in range(3000)]
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def _cluster(core: int, number: int) -> str:
    """A text of a cluster: 60 words of its own for each ``core``, two of them replaced; two of a cluster are related."""
    words = random.Random(core).sample(WORDS, 60)
    for place, word in zip((20, 40), random.Random(f"{core}/{number}").sample(WORDS, 2), strict=True):
        words[place] = word
    return " ".join(words)


def _chain(size: int, length: int) -> list[dict[str, Any]]:
    """``length`` sliding windows over one text: each is related to its neighbours alone, and all hang together."""
    words = random.Random(size).sample(WORDS, 60 + 12 * length)
    return [{"input": " ".join(words[12 * at : 12 * at + 60]), "label": "a"} for at in range(length)]


def _pairs(examples: pa.Table) -> set[frozenset[str]]:
    nodes = in_survivor_order(examples, {})
    found = related_pairs(nodes, np.ones(len(nodes.ids), dtype=np.bool_))
    return {frozenset((nodes.ids[a], nodes.ids[b])) for a, b in zip(found.left.tolist(), found.right.tolist(), strict=True)}


def test_a_chain_falls_apart_at_few_links(make_examples: Callable[..., pa.Table]) -> None:
    """A chain of 120 windows is cut into pieces within the limit, by dropping no more than one example a cut."""
    examples = make_examples(_chain(1, 120))
    found = cut(examples, {"tickets": 30}, frozenset())
    sizes = [list(found.groups.values()).count(group) for group in set(found.groups.values())]
    assert max(sizes) <= 30
    assert 0 < len(found.bridges) <= len(sizes) + 1
    assert set(found.groups) | found.bridges == set(examples["example_id"].to_pylist())


@given(st.integers(0, 1000), st.integers(8, 40))
@settings(deadline=None, max_examples=10)
def test_nothing_related_stands_in_two_pieces(make_examples: Callable[..., pa.Table], seed: int, limit: int) -> None:
    """Whatever is cut: of two examples in two pieces none are related and none share a key, and order does not matter."""
    rng = random.Random(seed)
    rows = _chain(seed, 50)
    for number, row in enumerate(rows):
        row["group_keys"] = [f"d{number}", *([f"c{rng.randrange(30)}"] if rng.random() < 0.3 else [])]
    examples = make_examples(rows)
    ids = examples["example_id"].to_pylist()
    published = frozenset(rng.sample(ids, 6))
    found = cut(examples, {"tickets": limit}, published)
    assert not published & found.bridges
    keys = dict(zip(ids, map(set, examples["group_keys"].to_pylist()), strict=True))
    near = _pairs(examples)
    kept = sorted(found.groups)
    for number, a in enumerate(kept):
        for b in kept[number + 1 :]:
            if found.groups[a] != found.groups[b]:
                assert frozenset((a, b)) not in near
                assert not keys[a] & keys[b]
    shuffled = list(range(len(ids)))
    rng.shuffle(shuffled)
    assert cut(examples.take(shuffled), {"tickets": limit}, published) == found


def test_a_body_stays_whole(make_examples: Callable[..., pa.Table]) -> None:
    """Where everything resembles everything, cutting would cost more than a tenth: nobody leaves."""
    examples = make_examples([{"input": _cluster(1, number), "label": "a"} for number in range(60)])
    assert len(_pairs(examples)) == 60 * 59 / 2
    found = cut(examples, {"tickets": 20}, frozenset())
    assert not found.bridges
    assert len(set(found.groups.values())) == 1


def test_a_body_too_large_to_look_at_stays_whole(
    make_examples: Callable[..., pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pairs of a large body are not made: a sample tells that there are too many."""
    monkeypatch.setattr(cuts, "_SAMPLE", 20)
    monkeypatch.setattr(cuts, "_MOST_PAIRS", 1000)
    body = make_examples([{"input": _cluster(1, number), "label": "a"} for number in range(60)])
    assert cuts.is_body(in_survivor_order(body, {}))
    assert not cuts.is_body(in_survivor_order(make_examples(_chain(1, 60)), {}))
    assert not cut(body, {"tickets": 20}, frozenset()).bridges


def test_one_customer_is_never_taken_apart(make_examples: Callable[..., pa.Table]) -> None:
    """What belongs together by a key stays, however much it is."""
    rows = [{**row, "group_keys": [f"d{number}", "one customer"]} for number, row in enumerate(_chain(1, 60))]
    found = cut(make_examples(rows), {"tickets": 20}, frozenset())
    assert not found.bridges
    assert len(set(found.groups.values())) == 1


def _split_of(examples: pa.Table, group_share: float, published: dict[str, str] | None = None) -> pa.Table:
    return split(deduplicate(examples, {}), examples, SHARES, "salt", published, Rules(group_share))


def test_a_large_group_is_cut_and_a_published_one_stays_cut(make_examples: Callable[..., pa.Table]) -> None:
    """A chain over the limit is spread over the sides, its bridges wait, and the next nights neither move nor join anybody."""
    rows: list[dict[str, Any]] = [*_chain(1, 120), *({"input": _cluster(100 + n, 0), "label": "a"} for n in range(200))]
    examples = make_examples(rows)
    whole, parted = _split_of(examples, 1.0), _split_of(examples, 0.1)
    assert large_groups(whole, 0.1)
    assert not large_groups(parted, 0.1)
    assert not leaks(examples, parted, {})
    assert 0 < parted["reason"].to_pylist().count("cut_from_group") <= 12
    published = {row["example_id"]: row["split"] for row in parted.to_pylist() if row["reason"] is None}
    assert len({published.get(name) for name in examples["example_id"].to_pylist()[:120]} - {None}) > 1
    grown = make_examples([*rows, {"input": _cluster(999, 0), "label": "a"}])
    again = {row["example_id"]: row for row in _split_of(grown, 0.1, published).to_pylist()}
    assert all(again[name]["split"] == side for name, side in published.items())
    waiting = [row["reason"] for row in again.values() if row["reason"] is not None]
    assert set(waiting) <= {"bridges_splits", "cut_from_group"}


def test_small_tasks_keep_their_groups(make_examples: Callable[..., pa.Table]) -> None:
    """A share of a few dozen examples is no chain: groups of up to twenty are left alone, and not complained of."""
    examples = make_examples(_chain(1, 20))
    decisions = _split_of(examples, 0.02)
    assert decisions["reason"].null_count == len(decisions)
    assert large_groups(decisions, 0.02) == []
