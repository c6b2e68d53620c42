import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.dedup import decide, deduplicate
from winnow.edges import FLOOR, Space, search
from winnow.fingerprints import in_survivor_order
from winnow.groups import RELATED, RELATED_SHORT, components, related_pairs
from winnow.shingles import shingle

FORM = "this mail and what is attached to it are meant for the one it is addressed to and for nobody else who may read it"


def _texts(rng: random.Random, count: int, words: int, common: str = "") -> list[str]:
    """Texts of ``words`` words, half of them edited copies of an earlier one, each with ``common`` behind it."""
    texts: list[list[str]] = []
    for _ in range(count):
        own = list(rng.choice(texts)) if texts and rng.random() < 0.5 else [f"w{rng.randrange(900)}" for _ in range(words)]
        for _ in range(rng.randrange(4)):
            own[rng.randrange(words)] = f"w{rng.randrange(900)}"
        texts.append(own)
    return [f"{' '.join(own)} {common}" for own in texts]


def _found(texts: list[str], most: int = 256) -> dict[tuple[int, int], float]:
    space = Space((shingle(texts),))
    edges = search(space, most).complete(np.ones(len(texts), dtype=np.bool_), RELATED, RELATED_SHORT)
    return dict(zip(zip(edges.left.tolist(), edges.right.tolist(), strict=True), edges.similarity[0].tolist(), strict=True))


def test_edges_are_all_pairs_that_are_alike() -> None:
    """Every pair at or over the thresholds is an edge, with its exact similarity, and no other pair is."""
    texts = _texts(random.Random(1), 250, 50) + _texts(random.Random(2), 60, 12)
    left, right = np.triu_indices(len(texts), 1)
    similarity, short = shingle(texts).similarity(left, right)
    near = similarity >= np.where(short, RELATED_SHORT, RELATED) - 1e-9
    truth = dict(zip(zip(left[near].tolist(), right[near].tolist(), strict=True), similarity[near].tolist(), strict=True))
    assert len(truth) > 100
    assert _found(texts) == truth


@given(st.integers(0, 10_000), st.sampled_from([6, 16, 24, 40]), st.sampled_from(["", FORM]), st.sampled_from([1, 3, 10]))
@settings(max_examples=25, deadline=None)
def test_a_crowd_changes_no_edge(seed: int, words: int, common: str, most: int) -> None:
    """The edges are the same whether many texts that share a key are gone through pair by pair or joined."""
    texts = _texts(random.Random(seed), 60, words, common)
    assert _found(texts, most) == _found(texts)


def test_edges_are_kept_from_the_lowest_threshold_on() -> None:
    """A pair just above the lowest threshold that a catalog may name is an edge of the search, whatever is asked of it later."""
    words = [f"w{number}" for number in range(64)]
    texts = [" ".join(words), " ".join([*words[:46], *(f"x{number}" for number in range(18))])]
    edges = search(Space((shingle(texts),))).edges
    assert FLOOR <= edges.similarity[0, 0] < 0.55
    assert RELATED >= FLOOR


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "base": st.integers(0, 3),
            "length": st.sampled_from([4, 15, 25, 60]),
            "edit": st.integers(0, 5),
            "kind": st.sampled_from(["a", "b", None]),
            "prompt": st.sampled_from(["Introduction", None]),
        }
    ),
    max_size=40,
)


def _example(row: dict[str, Any]) -> dict[str, Any]:
    text = " ".join(f"t{row['base']}w{number}" for number in range(row["length"]))
    text = f"{text} x{row['edit']} {FORM if row['length'] > 15 else ''}" if row["edit"] else text
    if row["prompt"]:
        return {"input": row["prompt"], "target": text, "label": None, "kind": "generation"}
    return {"input": text, "target": row["kind"] or "an answer of its own", "label": row["kind"]}


@given(ROWS, st.sampled_from([1, 2, 5]))
@settings(max_examples=40, deadline=None)
def test_a_crowd_changes_no_decision(make_examples: Callable[..., pa.Table], rows: list[dict[str, Any]], most: int) -> None:
    """Survivors, keepers, similarities and groups are the same whatever counts as a crowd."""
    examples = make_examples([_example(row) for row in rows])
    nodes = in_survivor_order(examples, {})
    found = decide(nodes, search(nodes.inputs, most), search(nodes.texts, most), {})
    assert found.equals(deduplicate(examples, {}))


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_survivors_are_apart_and_groups_hold_all_that_is_related(
    make_examples: Callable[..., pa.Table], rows: list[dict[str, Any]]
) -> None:
    """The groups of those that stay are the components of all related pairs among them, and of nothing more."""
    examples = make_examples([{**_example(row), "group_keys": []} for row in rows])
    decisions = deduplicate(examples, {})
    kept = examples.filter(pa.array(_stays(decisions, examples["example_id"].to_pylist()), pa.bool_()))
    nodes = in_survivor_order(kept, {})
    pairs = related_pairs(nodes, np.ones(len(nodes.ids), dtype=np.bool_))
    roots = components(len(nodes.ids), [(pairs.left, pairs.right)]).tolist()
    groups = dict(zip(decisions["example_id"].to_pylist(), decisions["group"].to_pylist(), strict=True))
    together = {(groups[example], root) for example, root in zip(nodes.ids, roots, strict=True)}
    assert len(together) == len({group for group, _ in together}) == len({root for _, root in together})


def _stays(decisions: pa.Table, ids: list[str]) -> list[bool]:
    reasons = dict(zip(decisions["example_id"].to_pylist(), decisions["reason"].to_pylist(), strict=True))
    return [reasons[example] is None for example in ids]


def test_related_pairs_say_how_alike_they_are(make_examples: Callable[..., pa.Table]) -> None:
    """A related pair comes once, with the input's similarity, or the lower one where both parts are asked, or 1 if equal."""
    words = [f"w{number}" for number in range(60)]
    near = " ".join([*words[:-4], "a", "b", "c", "d"])
    rows = [
        {"input": " ".join(words), "label": "a"},
        {"input": near, "label": "b"},
        {"input": near.upper(), "label": "a", "task": "other"},
        {"input": "Introduction", "target": " ".join(words)},
        {"input": "Introduction", "target": near},
    ]
    examples = make_examples(rows)
    nodes = in_survivor_order(examples, {})
    pairs = related_pairs(nodes, np.ones(5, dtype=np.bool_))
    number = {example: place for place, example in enumerate(examples["example_id"].to_pylist())}
    found = {
        tuple(sorted((number[nodes.ids[a]], number[nodes.ids[b]]))): value
        for a, b, value in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.similarity.tolist(), strict=True)
    }
    alike = 52 / 60
    assert {pair: round(value, 6) for pair, value in found.items()} == {
        (0, 1): round(alike, 6),
        (0, 2): round(alike, 6),
        (1, 2): 1.0,
        (3, 4): round(alike, 6),
    }


def test_pinned_examples_stay_before_better_ones(make_examples: Callable[..., pa.Table]) -> None:
    """A pinned example survives a longer one of a more trusted source that says the same."""
    text = " ".join(f"w{number}" for number in range(60))
    examples = make_examples(
        [{"input": text, "label": "a", "source": "far"}, {"input": f"{text} more", "label": "a", "source": "near"}]
    )
    short, _ = examples["example_id"].to_pylist()
    free, pinned = (deduplicate(examples, {}, {"near": 0}, pinned=who) for who in ((), (short,)))
    assert dict(zip(free["example_id"].to_pylist(), free["reason"].to_pylist(), strict=True))[short] == "near_duplicate"
    assert dict(zip(pinned["example_id"].to_pylist(), pinned["reason"].to_pylist(), strict=True))[short] is None
