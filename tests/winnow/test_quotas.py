"""How groups are handed out to sides."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from winnow.quotas import FREE, assign, targets

SHARES = np.array([0.8, 0.1, 0.1])


def counts(sides: np.ndarray, groups: np.ndarray, strata: np.ndarray, size: int) -> np.ndarray:
    """Examples by stratum and side."""
    found = np.zeros((size, 3), dtype=np.int64)
    np.add.at(found, (strata, sides[groups]), 1)
    return found


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.floats(0, 0.999))
@settings(deadline=None, max_examples=60)
def test_targets_add_up_and_miss_by_less_than_one(sizes: list[int], start: float) -> None:
    """A stratum's targets add up to its size, and none is off its share by one example or more."""
    found = targets(np.array(sizes), SHARES, np.full(len(sizes), start))
    assert found.sum(axis=1).tolist() == sizes
    assert (np.abs(found - np.outer(sizes, SHARES)) < 1 + 1e-6).all()


def test_small_strata_have_their_shares_in_the_mean() -> None:
    """Of 3,000 strata of four each side gets its share, where rounding each by itself would leave test without any."""
    starts = (np.arange(3000) + 0.5) / 3000
    found = targets(np.full(3000, 4), SHARES, starts).sum(axis=0) / 12_000
    assert np.abs(found - SHARES).max() < 0.001


@given(st.integers(0, 10_000), st.integers(1, 12))
@settings(deadline=None, max_examples=40)
def test_single_examples_meet_their_targets_exactly(seed: int, labels: int) -> None:
    """Where every group is one example, each stratum has exactly what `targets` says, whatever was fixed within its room."""
    rng = np.random.default_rng(seed)
    size = 200
    groups, strata = np.arange(size), rng.integers(0, labels, size)
    starts = rng.random(labels)
    wanted = targets(np.bincount(strata, minlength=labels), SHARES, starts)
    fixed = np.full(size, FREE)
    first = assign(groups, strata, fixed, rng.random(size), SHARES, starts)
    some = rng.random(size) < 0.3
    fixed[some] = first[some]
    again = assign(groups, strata, fixed, rng.random(size), SHARES, starts)
    assert (counts(again, groups, strata, labels) == wanted).all()
    assert (again[some] == first[some]).all()


@given(st.integers(0, 10_000))
@example(185)
@settings(deadline=None, max_examples=40)
def test_groups_stay_whole_and_hardly_miss(seed: int) -> None:
    """With groups of several labels every side of every label is off by no more than its largest group."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, 150)
    groups = np.repeat(np.arange(150), sizes)
    strata = rng.integers(0, 3, len(groups))
    sides = assign(groups, strata, np.full(150, FREE), rng.random(150), SHARES, np.full(3, 0.5))
    missed = counts(sides, groups, strata, 3) - targets(np.bincount(strata, minlength=3), SHARES, np.full(3, 0.5))
    assert np.abs(missed).max() <= sizes.max()


def test_a_side_without_a_share_gets_nothing() -> None:
    """A share of 0 takes neither single examples nor groups."""
    rng = np.random.default_rng(0)
    groups = np.concatenate([np.arange(100), np.repeat(np.arange(100, 140), 3)])
    sides = assign(
        groups, np.zeros(len(groups), np.int64), np.full(140, FREE), rng.random(140), np.array([0.9, 0.1, 0.0]), np.array([0.5])
    )
    assert set(sides.tolist()) == {0, 1}


@pytest.mark.parametrize("excess", [40, 90])
def test_what_is_fixed_beyond_its_share_takes_no_more(excess: int) -> None:
    """A side that is overfull of published examples gets no new one until the others have caught up."""
    fixed = np.full(100, FREE)
    fixed[:excess] = 2
    sides = assign(
        np.arange(100), np.zeros(100, np.int64), fixed, np.random.default_rng(0).random(100), SHARES, np.array([0.5])
    )
    assert (sides[excess:] != 2).all()
    assert set(sides[excess:].tolist()) == {0, 1}
