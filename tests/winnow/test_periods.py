"""Splits by time."""

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.dedup import deduplicate
from winnow.leaks import leaks
from winnow.periods import Periods
from winnow.split import Rules, split

SHARES = {"train": 0.6, "validation": 0.2, "test": 0.2}
FIRST = dt.date(2024, 1, 1)
WORDS = [f"word{number}" for number in range(400)]
ORDER = {"train": 0, "validation": 1, "test": 2}


def _text(number: int) -> str:
    return " ".join(random.Random(number).sample(WORDS, 30))


def _row(number: int, day: int | None, **more: object) -> dict[str, object]:
    return {"input": _text(number), "label": "a", "day": None if day is None else FIRST + dt.timedelta(day), **more}


def _decided(examples: pa.Table, published: dict[str, str] | None = None, **named: Any) -> dict[str, dict[str, Any]]:
    rules = Rules(1.0, Periods(**named))
    decisions = split(deduplicate(examples, {}), examples, SHARES, "salt", published, rules)
    assert not leaks(examples, decisions, {})
    return {row["example_id"]: row for row in decisions.to_pylist()}


def _by_time(examples: pa.Table, **named: Any) -> dict[str, tuple[str | None, str | None]]:
    return {name: (row["split"], row["reason"]) for name, row in _decided(examples, None, **named).items()}


def test_sides_begin_where_the_catalog_says(make_examples: Callable[..., pa.Table]) -> None:
    """An example stands on the side that its day falls into, whatever the shares."""
    examples = make_examples([_row(day, day) for day in range(30)])
    found = _by_time(examples, validation_from=dt.date(2024, 1, 11), test_from=dt.date(2024, 1, 21))
    sides = [found[example][0] for example in examples["example_id"].to_pylist()]
    assert sides == ["train"] * 10 + ["validation"] * 10 + ["test"] * 10


def test_without_days_the_shares_decide(make_examples: Callable[..., pa.Table]) -> None:
    """Where the catalog names no days each side has its share, in the order of the days."""
    examples = make_examples([_row(number, number % 50) for number in range(200)])
    found = _by_time(examples)
    sides = [side for side, _ in found.values()]
    assert {side: sides.count(side) / 200 for side in SHARES} == SHARES


def test_a_group_over_two_periods_stands_with_its_latest_and_loses_the_earlier_side(
    make_examples: Callable[..., pa.Table],
) -> None:
    """An old unpublished example tied to a new one moves to the later side with it: never is a later one trained on."""
    rows = [_row(day, day) for day in range(30)]
    rows[2]["group_keys"] = rows[28]["group_keys"] = ["customer"]
    examples = make_examples(rows)
    ids = examples["example_id"].to_pylist()
    found = _by_time(examples, validation_from=dt.date(2024, 1, 11), test_from=dt.date(2024, 1, 21))
    assert found[ids[2]] == found[ids[28]] == ("test", None)


def test_the_days_before_a_side_can_stay_empty(make_examples: Callable[..., pa.Table]) -> None:
    """What lies within the embargo before the next side's first day is dropped, and nothing else."""
    examples = make_examples([_row(day, day) for day in range(30)])
    found = _by_time(examples, validation_from=dt.date(2024, 1, 11), test_from=dt.date(2024, 1, 21), embargo_days=2)
    reasons = [found[example][1] for example in examples["example_id"].to_pylist()]
    assert [day for day, reason in enumerate(reasons) if reason] == [8, 9, 18, 19]
    assert {reason for reason in reasons if reason} == {"in_embargo"}


def test_examples_without_a_day_wait_or_are_trained_on(make_examples: Callable[..., pa.Table]) -> None:
    """An example of no own day is held back unless the catalog lets it into train; it never measures."""
    examples = make_examples([*(_row(day, day) for day in range(20)), _row(20, None)])
    undated = examples["example_id"].to_pylist()[20]
    assert _by_time(examples)[undated] == (None, "no_own_day")
    assert _by_time(examples, undated="train")[undated] == ("train", None)


@given(st.integers(0, 10_000), st.integers(0, 3))
@settings(deadline=None, max_examples=15)
def test_no_published_example_moves_and_no_side_is_earlier_than_the_one_before(
    make_examples: Callable[..., pa.Table], seed: int, embargo: int
) -> None:
    """Over nights of new and of late examples published ones keep their side, and no side reaches into the next one's days."""
    rng = random.Random(seed)
    rows = [_row(number, rng.randrange(40), group_keys=[f"c{rng.randrange(60)}", f"d{number}"]) for number in range(60)]
    published: dict[str, str] = {}
    for night in range(4):
        examples = make_examples(rows)
        days = dict(zip(examples["example_id"].to_pylist(), examples["day"].to_pylist(), strict=True))
        kept = {name: row for name, row in _decided(examples, published, embargo_days=embargo).items() if row["reason"] is None}
        assert all(kept[name]["split"] == side for name, side in published.items() if name in kept)
        latest: dict[tuple[str, str], dt.date] = {}
        for name, row in kept.items():
            group = (row["split"], row["group"])
            latest[group] = max(latest.get(group, days[name]), days[name])
        for side, later in (("train", "validation"), ("validation", "test")):
            begins = min((day for (stands, _), day in latest.items() if stands == later), default=None)
            if begins is not None:
                assert all(days[name] < begins for name, row in kept.items() if ORDER[row["split"]] <= ORDER[side])
        published |= {name: row["split"] for name, row in kept.items()}
        late = [rng.randrange(40), 40 + night * 5 + rng.randrange(5)]
        rows += [_row(len(rows) + place, day, group_keys=[f"d{len(rows) + place}"]) for place, day in enumerate(late)]
    assert published
