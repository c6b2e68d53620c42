import random
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.dedup import deduplicate, deduplicate_texts
from winnow.fingerprints import fingerprints

LONG = (
    "the printer on the second floor has not worked since the power was cut on monday and nobody in the office knows whom "
    "they should call about it because the contract with the old supplier ended in march and the new one was never signed"
)
OTHER = (
    "our quarterly figures show that sales in the north grew faster than in the south while costs for transport and energy "
    "rose in both regions which is why the board asked for a plan that brings the warehouses closer to the customers"
)


def _rows(table: pa.Table) -> Any:
    return {row["example_id"]: row for row in table.to_pylist()}


def _edited(text: str, number: int, words: int = 1) -> str:
    """``text`` with ``words`` words replaced, near its end so that few shingles change."""
    parts = text.split()
    return " ".join([*parts[: len(parts) - words], *(f"changed{number}" for _ in range(words))])


def _decide(make_examples: Callable[..., pa.Table], rows: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
    examples = make_examples(rows)
    found = _rows(deduplicate(examples, {}, **options))
    return [found[example] for example in examples["example_id"].to_pylist()]


def test_exact_duplicates_keep_one(make_examples: Callable[..., pa.Table]) -> None:
    """Of examples that are equal but for case, width and white space one stays and is the keeper of the rest."""
    rows = [{"input": text, "label": "a"} for text in ("Hello  World", "hello world", "ＨＥＬＬＯ world\n")]
    decisions = _decide(make_examples, rows)
    kept = [row for row in decisions if row["reason"] is None]
    dropped = [row for row in decisions if row["reason"]]
    assert len(kept) == 1
    assert [(row["reason"], row["keeper"], row["similarity"]) for row in dropped] == [
        ("exact_duplicate", kept[0]["example_id"], 1.0)
    ] * 2


def test_near_duplicates_name_keeper_and_similarity(make_examples: Callable[..., pa.Table]) -> None:
    """A near copy is dropped for the longer text, with their exact Jaccard similarity."""
    first, second = _decide(make_examples, [{"input": LONG, "label": "a"}, {"input": f"{LONG} again today", "label": "a"}])
    shingles = len(LONG.split()) - 4
    assert (first["reason"], first["keeper"]) == ("near_duplicate", second["example_id"])
    assert first["similarity"] == pytest.approx(shingles / (shingles + 2))
    assert first["group"] == second["group"]


def test_same_text_with_another_label_stays_in_one_group(make_examples: Callable[..., pa.Table]) -> None:
    """Near inputs with different labels are no duplicates, and belong together."""
    first, second = _decide(make_examples, [{"input": LONG, "label": "a"}, {"input": _edited(LONG, 1), "label": "b"}])
    assert first["reason"] is second["reason"] is None
    assert first["group"] == second["group"]


def test_text_pairs_must_be_near_in_both_parts(make_examples: Callable[..., pa.Table]) -> None:
    """The same input with another target is no duplicate, with a near target it is."""
    rows = [
        {"input": LONG, "target": OTHER},
        {"input": LONG, "target": _edited(OTHER, 1)},
        {"input": LONG, "target": LONG[:60]},
    ]
    decisions = _decide(make_examples, rows)
    assert sorted(str(row["reason"]) for row in decisions[:2]) == ["None", "near_duplicate"]
    assert decisions[2]["reason"] is None
    assert len({row["group"] for row in decisions}) == 1


def test_a_short_prompt_alone_joins_no_text_pairs(make_examples: Callable[..., pa.Table]) -> None:
    """Two text pairs that share only a short prompt are unrelated."""
    first, second = _decide(
        make_examples, [{"input": "Introduction", "target": LONG}, {"input": "Introduction", "target": OTHER}]
    )
    assert first["group"] != second["group"]


def test_short_prompts_with_near_targets_are_duplicates(make_examples: Callable[..., pa.Table]) -> None:
    """Text pairs with a short prompt are found by their targets."""
    rows = [{"input": "Introduction", "target": LONG}, {"input": "introduction", "target": _edited(LONG, 1)}]
    assert sorted(str(row["reason"]) for row in _decide(make_examples, rows)) == ["None", "near_duplicate"]


def test_short_texts_need_more_likeness(make_examples: Callable[..., pa.Table]) -> None:
    """Two short questions that differ in a word that matters both stay."""
    rows = [{"input": text, "label": "a"} for text in ("my top up was rejected", "my top up was accepted")]
    assert [row["reason"] for row in _decide(make_examples, rows)] == [None, None]


@pytest.mark.parametrize("words", [18, 19, 20, 21, 33, 34])
def test_the_border_between_short_and_long_hides_nothing(make_examples: Callable[..., pa.Table], words: int) -> None:
    """A copy with one word more is found on every side of the borders of 20 and 34 words."""
    text = " ".join(LONG.split()[:words])
    rows = [{"input": text, "label": "a"}, {"input": f"{text} x", "label": "a"}]
    assert [row["reason"] for row in _decide(make_examples, rows)] == ["near_duplicate", None]


def test_likeness_is_not_passed_on_along_a_chain(make_examples: Callable[..., pa.Table]) -> None:
    """Every dropped example is itself near to its keeper, although its neighbours form a chain."""
    words = [f"w{number}" for number in range(100)]
    rows = [
        {"input": " ".join(words[start:] + [f"x{number}" for number in range(start)]), "label": "a"}
        for start in range(0, 60, 6)
    ]
    decisions = _decide(make_examples, rows)
    dropped = [row for row in decisions if row["reason"]]
    assert dropped
    assert all(row["similarity"] >= 0.8 for row in dropped)
    assert {row["keeper"] for row in dropped} <= {row["example_id"] for row in decisions if row["reason"] is None}
    assert sum(row["reason"] is None for row in decisions) > 1


def test_trusted_sources_survive(make_examples: Callable[..., pa.Table]) -> None:
    """The example of the source that the catalog trusts most stays, though it is shorter."""
    rows = [{"input": LONG, "label": "a", "source": "wiki"}, {"input": f"{LONG} again", "label": "a", "source": "support"}]
    first, second = _decide(make_examples, rows, priority={"wiki": 0, "support": 1})
    assert (first["reason"], second["keeper"]) == (None, first["example_id"])


def test_duplicates_live_in_one_task_and_groups_in_all(make_examples: Callable[..., pa.Table]) -> None:
    """The same text in two tasks stays in both, in one group."""
    rows = [{"input": LONG, "label": "a", "task": task} for task in ("tickets", "moods")]
    first, second = _decide(make_examples, rows)
    assert first["reason"] is second["reason"] is None
    assert first["group"] == second["group"]


def test_shared_keys_join_groups_across_tasks(make_examples: Callable[..., pa.Table]) -> None:
    """Examples that share a customer or a document are one group, whatever they say."""
    rows = [
        {"input": LONG, "label": "a", "group_keys": ["d1", "c"]},
        {"input": OTHER, "target": "x", "task": "texts", "group_keys": ["d2", "c"]},
        {"input": "else", "label": "a", "group_keys": ["d3"]},
    ]
    groups = [row["group"] for row in _decide(make_examples, rows)]
    assert groups[0] == groups[1] != groups[2]


def test_a_dropped_duplicate_links_nothing(make_examples: Callable[..., pa.Table]) -> None:
    """What a dropped example shares with others does not join them to its keeper."""
    rows = [
        {"input": "please reset my password", "label": "a", "group_keys": ["d1", "c1"], "source": "trusted"},
        {"input": "please reset my password", "label": "a", "group_keys": ["d2", "c2"]},
        {"input": OTHER, "label": "a", "group_keys": ["d3", "c2"]},
    ]
    first, second, third = _decide(make_examples, rows, priority={"trusted": 0})
    assert first["group"] == second["group"] != third["group"]


def test_a_repeated_id_is_refused(make_examples: Callable[..., pa.Table]) -> None:
    """An id that occurs twice is an error, since it would stand for two examples."""
    with pytest.raises(ValueError, match="occur more than once"):
        deduplicate(make_examples([{"input": "a", "number": 1}, {"input": "b", "number": 1}]), {})


def test_stored_fingerprints_give_the_same_decisions(make_examples: Callable[..., pa.Table]) -> None:
    """Fingerprints made before, in another order, lead to the decisions that fresh ones lead to."""
    examples = make_examples(
        [{"input": _edited(LONG, n % 7), "label": "a"} for n in range(20)] + [{"input": "x", "target": LONG}]
    )
    stored = fingerprints(examples.take(list(reversed(range(len(examples))))))
    assert deduplicate(examples, {}, fingerprints=stored).equals(deduplicate(examples, {}))


def test_missing_fingerprints_are_an_error(make_examples: Callable[..., pa.Table]) -> None:
    """An example without a stored fingerprint is named, not guessed."""
    examples = make_examples([{"input": "a"}, {"input": "b"}])
    with pytest.raises(ValueError, match="no fingerprint"):
        deduplicate(examples, {}, fingerprints=fingerprints(examples.slice(0, 1)))


def test_no_examples_give_no_decisions(make_examples: Callable[..., pa.Table]) -> None:
    """An empty table is not an error."""
    assert len(deduplicate(make_examples([]), {})) == 0


POOL = st.lists(
    st.fixed_dictionaries(
        {
            "base": st.sampled_from([LONG, OTHER, LONG[:70], OTHER[:40], "yes", ""]),
            "edits": st.integers(0, 4),
            "number": st.integers(0, 3),
            "kind": st.sampled_from(["a", "b", None]),
            "task": st.sampled_from(["one", "two"]),
            "source": st.sampled_from(["s", "t"]),
            "keys": st.sets(st.integers(0, 8), max_size=2),
        }
    ),
    max_size=25,
)


def _of(pool: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "input": _edited(row["base"], row["number"], row["edits"]) if row["edits"] else row["base"],
            "target": row["kind"] or OTHER,
            "label": row["kind"],
            "task": row["task"],
            "source": row["source"],
            "group_keys": [f"d{number}", *(f"k{key}" for key in sorted(row["keys"]))],
        }
        for number, row in enumerate(pool)
    ]


@given(POOL, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_does_not_matter(make_examples: Callable[..., pa.Table], pool: list[dict[str, Any]], rng: random.Random) -> None:
    """The decisions are the same for the same examples in any order."""
    examples = make_examples(_of(pool))
    order = list(range(len(examples)))
    rng.shuffle(order)
    assert deduplicate(examples, {}).equals(deduplicate(examples.take(pa.array(order, pa.int64())), {}))


@given(POOL)
@settings(max_examples=40, deadline=None)
def test_keepers_stay_and_counts_add_up(make_examples: Callable[..., pa.Table], pool: list[dict[str, Any]]) -> None:
    """Every example is decided once; a dropped one has a keeper of its task that stays, in the same group."""
    examples = make_examples(_of(pool))
    found = _rows(deduplicate(examples, {}))
    assert sorted(found) == sorted(examples["example_id"].to_pylist())
    for row in found.values():
        if row["reason"]:
            keeper = found[row["keeper"]]
            assert keeper["reason"] is None
            assert (keeper["task"], keeper["group"]) == (row["task"], row["group"])
        else:
            assert row["keeper"] is row["similarity"] is None


@given(POOL)
@settings(max_examples=25, deadline=None)
def test_what_stays_is_not_thinned_again(make_examples: Callable[..., pa.Table], pool: list[dict[str, Any]]) -> None:
    """Deduplicating what stayed drops nothing more."""
    examples = make_examples(_of(pool))
    found = _rows(deduplicate(examples, {}))
    stays = [found[example]["reason"] is None for example in examples["example_id"].to_pylist()]
    kept = examples.filter(pa.array(stays, pa.bool_()))
    assert deduplicate(kept, {})["reason"].null_count == len(kept)


def test_a_thousand_copies_of_one_form_leave_one() -> None:
    """A cluster far larger than a bucket that is compared in full ends as one survivor."""
    texts = [_edited(LONG, number) for number in range(1500)]
    decisions = deduplicate_texts([f"{number:04}" for number in range(1500)], texts)
    assert decisions["reason"].null_count == 1
    assert len(set(decisions["group"].to_pylist())) == 1


def test_bare_texts_are_deduplicated() -> None:
    """Texts without a task are compared with each other by the same rules."""
    decisions = _rows(deduplicate_texts(["1", "2", "3"], [LONG, _edited(LONG, 1), OTHER]))
    assert [decisions[name]["reason"] for name in "123"].count("near_duplicate") == 1
    assert decisions["3"]["group"] not in {decisions["1"]["group"], decisions["2"]["group"]}


def test_five_thousand_texts_take_under_a_second_or_so() -> None:
    """5,000 texts of 700 bytes are decided within 3 CPU seconds: nothing is done pair by pair or text by text in Python."""
    rng = random.Random(1)
    vocabulary = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(5000)]
    texts = [" ".join(rng.choices(vocabulary, k=108)) for _ in range(5_000)]
    start = time.process_time()
    decisions = deduplicate_texts([str(number) for number in range(len(texts))], texts)
    assert decisions["reason"].null_count == len(texts)
    assert time.process_time() - start < 3
