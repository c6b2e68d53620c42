"""The survivor order: what comes first among examples that say the same."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.dedup import deduplicate
from winnow.survivor_rules import PINNED, PLAINEST, RULES, SMALLEST_ID, SURVIVOR
from winnow.survivors import preferred_by, survivor_order

Make = Callable[..., pa.Table]

PRIORITY = {"wiki": 0, "desk": 1}

WORDS = (
    "the printer on the second floor has not worked since the power was cut on monday and nobody knows whom they should call"
)

DAYS = st.one_of(st.none(), st.dates(dt.date(1969, 1, 1), dt.date(2030, 1, 1)))

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["wiki", "desk", "forum", None]),
            "input": st.sampled_from(["a", "Bb", "ccc", "C C", "c    c", "é😀x"]),
            "target": st.sampled_from(["", "d", "ee"]),
            "day": DAYS,
        }
    ),
    min_size=1,
    max_size=12,
)

SOME_RULES = st.permutations(RULES).flatmap(lambda rules: st.integers(1, len(RULES)).map(lambda size: tuple(rules[:size])))


def _standing(row: dict[str, Any], rule: str) -> Any:
    """What a rule compares, the better the lower; written down here once more, from what the catalog promises."""
    if rule == "trusted":
        return PRIORITY.get(row["source"], len(PRIORITY))
    if rule == "longest":
        return -len(re.sub(" +", " ", row["input"])) - len(row["target"])
    if rule == PLAINEST:
        return (row["input"] in {row["input"].lower(), row["input"].upper()}) + ("  " in row["input"])
    return (1, 0) if row["day"] is None else (0, -row["day"].toordinal())


@given(ROWS, SOME_RULES, st.randoms(use_true_random=False), st.sets(st.integers(0, 11), max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_order_is_total_and_the_rules_decide_in_turn(
    make_examples: Make, rows: list[dict[str, Any]], rules: tuple[str, ...], dice: Any, frozen: set[int]
) -> None:
    """Pinned, then each of the catalog's rules, then plain writing, then the smallest id: one order, however the examples come."""
    examples = make_examples(rows)
    ids = examples["example_id"].to_pylist()
    pinned = [ids[place] for place in frozen if place < len(ids)]
    rank = {
        name: (name not in pinned, *(_standing(row, rule) for rule in (*rules, PLAINEST)), name)
        for name, row in zip(ids, rows, strict=True)
    }
    shuffled = examples.take(pa.array(dice.sample(range(len(ids)), len(ids)), pa.int64()))
    found = shuffled.take(survivor_order(shuffled, PRIORITY, pinned, rules))["example_id"].to_pylist()
    assert found == sorted(ids, key=rank.__getitem__)


@given(ROWS.filter(lambda rows: len(rows) > 1), SOME_RULES, st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_rule_that_decides_is_the_first_in_which_two_differ(
    make_examples: Make, rows: list[dict[str, Any]], rules: tuple[str, ...], frozen: bool
) -> None:
    """Of two examples the better one is told from the other by the first rule that does not find them equal, and never the reverse."""
    examples = make_examples(rows[:2])
    pinned = examples["example_id"].to_pylist()[:1] if frozen else []
    first, second = survivor_order(examples, PRIORITY, pinned, rules)
    better, worse = rows[first], rows[second]
    differ = (rule for rule in (*rules, PLAINEST) if _standing(better, rule) != _standing(worse, rule))
    assert preferred_by(examples.take([first, second]), PRIORITY, pinned, rules) == (
        PINNED if frozen else next(differ, SMALLEST_ID)
    )
    assert preferred_by(examples.take([second, first]), PRIORITY, pinned, rules) is None


@pytest.mark.parametrize(
    ("rules", "stays"),
    [
        (SURVIVOR, "trusted"),
        (("longest", "trusted"), "long"),
        (("newest",), "new"),
        (("newest", "longest"), "new"),
        (("longest",), "long"),
    ],
)
def test_the_first_rule_decides_who_of_near_copies_stays(make_examples: Make, rules: tuple[str, ...], stays: str) -> None:
    """Of three near copies, one of a trusted source, one longer and one of a later day, the first rule's own stays alone."""
    rows: dict[str, dict[str, Any]] = {
        "trusted": {"input": WORDS, "source": "wiki", "day": dt.date(2025, 1, 1)},
        "long": {"input": f"{WORDS} again today", "source": "forum", "day": None},
        "new": {"input": WORDS.upper(), "source": "forum", "day": dt.date(2026, 1, 1)},
    }
    examples = make_examples([{**row, "label": "a"} for row in rows.values()])
    decisions = {row["example_id"]: row for row in deduplicate(examples, {}, PRIORITY, survivor=rules).to_pylist()}
    found = [decisions[name] for name in examples["example_id"].to_pylist()]
    keeper = examples["example_id"].to_pylist()[list(rows).index(stays)]
    assert [row["keeper"] for row in found] == [None if name == stays else keeper for name in rows]


@given(ROWS, SOME_RULES, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_who_survives_hangs_on_no_order(
    make_examples: Make, rows: list[dict[str, Any]], rules: tuple[str, ...], dice: Any
) -> None:
    """Whatever the rules, deduplication answers the same in any order of the examples."""
    examples = make_examples([{**row, "label": "a", "target": "a"} for row in rows])
    order = dice.sample(range(len(rows)), len(rows))
    assert deduplicate(examples.take(pa.array(order, pa.int64())), {}, PRIORITY, survivor=rules).equals(
        deduplicate(examples, {}, PRIORITY, survivor=rules)
    )


def test_an_example_without_a_day_comes_last(make_examples: Make) -> None:
    """What has no day loses against any day there is, those before 1970 too."""
    examples = make_examples([{"day": None}, {"day": dt.date(1, 1, 1)}, {"day": dt.date(9999, 12, 31)}])
    assert survivor_order(examples, {}, (), ("newest",)).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    "copy", ["WHERE IS MY CARD? IT IS GONE.", "where is my card? it is gone.", "Where  is  my  card?  It is gone."]
)
def test_of_equal_texts_the_plainly_written_one_stays(make_examples: Make, copy: str) -> None:
    """Neither a shout, nor small letters throughout, nor doubled spaces survive the same text as people write it."""
    plain = "Where is my card? It is gone."
    for rows in ([plain, copy], [copy, plain]):
        examples = make_examples([{"input": text, "label": "a"} for text in rows])
        decisions = deduplicate(examples, {})
        kept = decisions.filter(pc.is_null(decisions["reason"]))["example_id"].to_pylist()
        assert examples.filter(pc.is_in(examples["example_id"], value_set=pa.array(kept)))["input"].to_pylist() == [plain]
