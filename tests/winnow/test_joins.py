import random

import numpy as np
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
)
@settings(max_examples=150, deadline=None)
def test_no_similar_pair_is_missed(members: list[frozenset[int]], copies: int, threshold: float, rng: random.Random) -> None:
    """Every pair at or over the threshold is found if one of it is asked for and both are of different groups; no other such pair."""
    members = [*members, *(members[rng.randrange(len(members))] ^ {rng.randrange(40)} or frozenset({1}) for _ in range(copies))]
    asked = [rng.random() < 0.6 for _ in members]
    groups = [rng.randrange(3) if rng.random() < 0.3 else 10 + number for number in range(len(members))]
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


def test_a_budget_is_spent_on_the_first_that_are_asked_for() -> None:
    """With room for two sets' pairs only the first two that are asked for are compared, whatever comes behind them."""
    join = Join(_sets([frozenset(range(40))] * 50), 0.8, budget=18)  # nine shingles of each meet 49 others: 441 pairs a set
    asked = np.array([7, 3, *(number for number in range(50) if number not in {3, 7})])
    found = {
        pair for left, right in join.pairs(asked, np.arange(50)) for pair in zip(left.tolist(), right.tolist(), strict=True)
    }
    assert found == {(min(one, other), max(one, other)) for one in (3, 7) for other in range(50) if one != other}
    assert join.remaining == 0
