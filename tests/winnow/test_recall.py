import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow import recall
from winnow.dedup import decide
from winnow.edges import search
from winnow.fingerprints import in_survivor_order
from winnow.memory import ArraysInMemory
from winnow.recall import deduplicate_tonight
from winnow.survivor_rules import RULES

FORM = "this mail and what is attached to it are meant for the one it is addressed to and for nobody else who may read it"
PRIORITY = {"trusted": 0}


def _pool(rng: random.Random, size: int) -> list[dict[str, Any]]:
    """Examples of all kinds, most of them like others: short and long, labels and texts, with a common form, in pieces, quoted."""
    rows: list[dict[str, Any]] = []
    texts: list[str] = []
    for _ in range(size):
        length = rng.choice([4, 15, 25, 60])
        words = [f"t{rng.randrange(3)}w{number}" for number in range(length)]
        for _ in range(rng.randrange(3)):
            words[rng.randrange(length)] = f"x{rng.randrange(4)}"
        text = " ".join([*words, *([FORM] if rng.random() < 0.4 else [])])
        text = text.upper() if rng.random() < 0.1 else text
        if texts and rng.random() < 0.3:
            other = rng.choice(texts)
            text = rng.choice(
                [f"{text} > {other}", " ".join(other.split()[: rng.choice([20, 30])])]
            )  # quoted, or a piece of it
        texts.append(text)
        row: dict[str, Any] = {"source": rng.choice(["trusted", "support"]), "task": rng.choice(["one", "two"])}
        if rng.random() < 0.5:
            row |= {"input": text, "label": rng.choice("ab")}
        elif rng.random() < 0.5:
            row |= {"input": "Introduction", "target": text}
        else:
            row |= {"input": text, "target": rng.choice([text, "an answer", f"{FORM} {FORM}"])}
        day = rng.choice([None, dt.date(2026, 1, 1 + rng.randrange(3))])
        rows.append({**row, "day": day, "group_keys": [f"k{rng.randrange(3 * size)}"]})
    return rows


@given(st.integers(0, 100_000), st.sampled_from([2, 4, 256]), st.integers(20, 60))
@settings(max_examples=40, deadline=None)
def test_night_by_night_is_as_all_at_once(make_examples: Callable[..., pa.Table], seed: int, most: int, size: int) -> None:
    """Whatever comes, changes or goes in whatever order, with whatever thresholds and rules: each night is as a rebuild from nothing."""
    rng = random.Random(seed)
    pool = make_examples(_pool(rng, size))
    there: set[int] = set()
    store = ArraysInMemory()
    for _ in range(rng.randrange(2, 6)):
        there |= set(rng.sample(range(size), rng.randrange(size // 2)))
        there -= set(rng.sample(sorted(there), rng.randrange(len(there) // 2 + 1)))
        order = sorted(there)
        rng.shuffle(order)
        tonight = pool.take(pa.array(order, pa.int64()))
        thresholds = {"one": rng.choice([0.5, 0.7, 0.8, 0.95])}
        pinned = rng.sample(sorted(tonight["example_id"].to_pylist()), min(len(order), 2))
        rules = rng.sample(RULES, rng.randrange(1, len(RULES) + 1))
        kept = rng.choice([(), ("one",)])
        found = deduplicate_tonight(tonight, thresholds, PRIORITY, store, pinned, most, rules, keep_contained=kept)
        nodes = in_survivor_order(tonight, PRIORITY, pinned=pinned, survivor=rules)
        assert found.equals(decide(nodes, search(nodes.inputs, most), search(nodes.texts, most), thresholds, kept))


def test_texts_that_are_gone_make_no_two_equal(make_examples: Callable[..., pa.Table]) -> None:
    """However many texts have come and gone, two that differ are no exact duplicates of each other."""
    pool = make_examples(
        [{"input": f"prompt {number % 7}" if number else "old", "target": f"answer {number}"} for number in range(60)]
    )
    store = ArraysInMemory()
    for night in range(1, 40):
        parts = [pool.slice(night, 20), pool.slice(0, 1)]
        tonight = pa.concat_tables(parts if night > 1 else parts[::-1])
        found = deduplicate_tonight(tonight, {}, {}, store)
        assert found["reason"].null_count == len(found)


def test_only_new_texts_are_fingerprinted(make_examples: Callable[..., pa.Table], monkeypatch: Any) -> None:
    """A night that adds three examples and drops some makes three fingerprints; one without news makes none."""
    pool = make_examples(_pool(random.Random(4), 60))
    made: list[int] = []
    own = recall.fingerprints

    def counted(examples: pa.Table) -> pa.Table:
        made.append(len(examples))
        return own(examples)

    monkeypatch.setattr(recall, "fingerprints", counted)
    store = ArraysInMemory()
    for part in (pool.slice(0, 50), pool.slice(5, 48), pool.slice(5, 48)):
        deduplicate_tonight(part, {}, {}, store)
    assert made == [50, 3]
