import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.joins import Join
from winnow.shingles import Sets, offsets_of

MEMBERS = st.frozensets(st.integers(0, 40), min_size=1, max_size=25)


def _sets(members: list[frozenset[int]]) -> Sets:
    values = np.concatenate([np.array(sorted(one), dtype=np.uint32) for one in members])
    return Sets(values, offsets_of(np.array([len(one) for one in members])))


def _found(members: list[frozenset[int]], threshold: float, asked: list[bool], groups: list[int]) -> set[tuple[int, int]]:
    parts = Join(_sets(members), threshold).pairs(np.flatnonzero(asked), np.array(groups))
    return {pair for left, right in parts for pair in zip(left.tolist(), right.tolist(), strict=True)}


@given(
    st.lists(MEMBERS, min_size=2, max_size=25),
    st.integers(0, 4),
    st.sampled_from([0.5, 0.6, 0.75, 0.8, 1.0]),
    st.randoms(use_true_random=False),
    st.sampled_from([1, 1 << 30]),  # always by rare shingles, always by the product
)
@settings(max_examples=150, deadline=None)
def test_no_similar_pair_is_missed(
    members: list[frozenset[int]], copies: int, threshold: float, rng: random.Random, product: int
) -> None:
    """Every pair at or over the threshold is found if one of it is asked for and both are of different groups; no other such pair."""
    members = [*members, *(members[rng.randrange(len(members))] ^ {rng.randrange(40)} or frozenset({1}) for _ in range(copies))]
    asked = [rng.random() < 0.6 for _ in members]
    groups = [rng.randrange(3) if rng.random() < 0.3 else 10 + number for number in range(len(members))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winnow.joins._PRODUCT", product)
        patch.setattr("winnow.joins._BLOCK_SETS", 4)
        found = _found(members, threshold, asked, groups)
    possible = {
        (a, b)
        for a in range(len(members))
        for b in range(a + 1, len(members))
        if (asked[a] or asked[b]) and groups[a] != groups[b]
    }
    similar = {(a, b) for a, b in possible if len(members[a] & members[b]) >= threshold * len(members[a] | members[b]) - 1e-12}
    assert similar <= found <= possible


def test_what_all_have_in_common_brings_nobody_together() -> None:
    """Sets that share a long disclaimer and nothing else never meet, so their number does not matter."""
    rng = np.random.default_rng(3)
    common = frozenset(range(30))
    members = [common | frozenset((1000 + rng.integers(0, 2**31, 60)).tolist()) for _ in range(400)]
    assert not _found(members, 0.6, [True] * 400, list(range(400)))


def test_one_asked_set_meets_all_like_it() -> None:
    """Of a family only as many pairs are gone through as there are members, when one of them is asked for."""
    members = [frozenset(range(40)) | {100 + number} for number in range(300)]
    asked = [number == 7 for number in range(300)]
    found = _found(members, 0.8, asked, list(range(300)))
    assert found == {(min(7, other), max(7, other)) for other in range(300) if other != 7}


@pytest.mark.parametrize(("product", "remaining"), [(1, 900), (1 << 13, 3)])
def test_a_budget_is_spent_on_the_first_that_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, product: int, remaining: int
) -> None:
    """With room for two sets' pairs only the first two that are asked for are compared, and the others are counted."""
    monkeypatch.setattr("winnow.joins._PRODUCT", product)
    join = Join(_sets([frozenset(range(40))] * 50), 0.8)
    join.remaining = remaining  # nine shingles of each meet 49 others: 441 pairs a set; or 50 x (40 + 128) additions
    asked = np.array([7, 3, *(number for number in range(50) if number not in {3, 7})])
    found = {
        pair for left, right in join.pairs(asked, np.arange(50)) for pair in zip(left.tolist(), right.tolist(), strict=True)
    }
    assert found == {(min(one, other), max(one, other)) for one in (3, 7) for other in range(50) if one != other}
    assert (join.remaining, join.left_out) == (0, 48)


def test_thousands_just_under_the_threshold_are_all_compared() -> None:
    """Of 3,000 sets that share most of a form the few that are similar are found within the budget, and little else is given."""
    rng = np.random.default_rng(2)
    members = [
        frozenset(rng.choice(120, 96, replace=False).tolist()) | frozenset((1000 + rng.integers(0, 2**30, 24)).tolist())
        for _ in range(3000)
    ]
    members[2999] = frozenset([*sorted(members[1])[:-1], 7_000])
    join = Join(_sets(members), 0.8)
    found = [
        pair
        for left, right in join.pairs(np.arange(3000), np.arange(3000))
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert (set(found), join.left_out) == ({(1, 2999)}, 0)
