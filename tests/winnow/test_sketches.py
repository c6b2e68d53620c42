import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.shingles import shingle
from winnow.sketches import (
    MARGIN,
    SKETCH,
    Sketched,
    candidates,
    crowd,
    entries,
    estimate,
    keys_of,
    share_a_key,
    sketch,
    with_keys,
)


def _texts(count: int) -> list[str]:
    """Texts of 60 words, a third of them edited copies of an earlier one."""
    rng = random.Random(5)
    texts: list[list[str]] = []
    for _ in range(count):
        words = list(rng.choice(texts)) if texts and rng.random() < 0.35 else [f"w{rng.randrange(5000)}" for _ in range(60)]
        for _ in range(rng.randrange(4)):
            words[rng.randrange(60)] = f"w{rng.randrange(5000)}"
        texts.append(words)
    return [" ".join(words) for words in texts]


def _similarity(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    """The exact similarity of every pair of ``texts``."""
    left, right = np.triu_indices(len(texts), 1)
    exact, _ = shingle(texts).similarity(left, right)
    return dict(zip(zip(left.tolist(), right.tolist(), strict=True), exact.tolist(), strict=True))


def _candidates(sketched: Sketched, most: int = 256, fresh: int = 0) -> list[tuple[int, int]]:
    parts = candidates(entries(sketched), fresh, most)
    return [pair for left, right in parts for pair in zip(left.tolist(), right.tolist(), strict=True)]


def test_a_sketch_is_the_smallest_shingles_of_its_set() -> None:
    """A text's sketch holds the 32 smallest of its shingles in order, or all of them."""
    for text in (*_texts(3), "short one here"):
        shingled = shingle([text])
        for sets in (shingled.words, shingled.characters):
            found = sketch(sets).values.ravel().tolist()
            smallest = sorted(sets.values.tolist())[:SKETCH]
            assert found == (smallest + [2**32 - 1] * (SKETCH - len(smallest)) if smallest else [])


def test_the_estimate_is_near_the_similarity() -> None:
    """The estimate of a pair is within the margin of the exact similarity, and unbiased over many pairs."""
    texts = _texts(120)
    left, right = np.triu_indices(len(texts), 1)
    exact, _ = shingle(texts).similarity(left, right)
    found = estimate(sketch(shingle(texts).words).values, left, right)
    assert np.abs(found - exact).max() < MARGIN
    assert abs((found - exact)[exact > 0.3].mean()) < 0.02


@given(st.lists(st.integers(0, 60), max_size=30), st.lists(st.integers(0, 60), max_size=30))
@settings(max_examples=100, deadline=None)
def test_the_estimate_of_whole_sets_is_exact(first: list[int], second: list[int]) -> None:
    """Two sets that fit their sketches are estimated exactly."""
    sets = [set(first) | {99}, set(second) | {98}]
    rows = np.full((2, SKETCH), 2**32 - 1, dtype=np.uint32)
    for row, members in enumerate(sets):
        rows[row, : len(members)] = sorted(members)
    (found,) = estimate(rows, np.array([0]), np.array([1])).tolist()
    assert found == pytest.approx(len(sets[0] & sets[1]) / len(sets[0] | sets[1]))


def test_every_pair_over_the_threshold_is_a_candidate() -> None:
    """All pairs of similarity 0.6 or more share a key."""
    texts = _texts(400)
    near = {pair for pair, value in _similarity(texts).items() if value >= 0.6}
    sketched = sketch(shingle(texts).words)
    assert len(near) > 20
    assert near <= set(_candidates(sketched))
    left, right = (np.array(side) for side in zip(*near, strict=True))
    assert share_a_key(sketched.values, left, right).all()


def test_new_texts_meet_all_and_old_ones_meet_nobody_again() -> None:
    """Candidates of the texts from a number on are those of all that have such a text."""
    sketched = sketch(shingle(_texts(300)).words)
    everybody = _candidates(sketched)
    assert _candidates(sketched, fresh=250) == [pair for pair in everybody if pair[1] >= 250]
    assert any(pair[0] < 250 for pair in _candidates(sketched, fresh=250))


def test_sorted_keys_in_parts_answer_as_in_one() -> None:
    """What several sorted lists have under some keys is what one list of all would have."""
    ordered = entries(sketch(shingle(_texts(120)).words))
    parts = [np.sort(ordered[start::3]) for start in range(3)]
    keys = np.unique(keys_of(ordered))[::2]
    assert np.array_equal(with_keys(parts, keys), ordered[np.isin(keys_of(ordered), keys)])


def test_the_union_of_two_parts_resembles_what_is_near_in_both() -> None:
    """Two examples with both parts near agree on their union; with one part near they agree less."""
    first, second = _texts(2)[0], " ".join(f"v{number}" for number in range(60))
    inputs, targets = (sketch(shingle(texts).words) for texts in ([first] * 3, [second, second, first]))
    estimates = estimate(inputs.and_also(targets).values, np.array([0, 0]), np.array([1, 2]))
    assert estimates[0] == 1.0
    assert 0.1 < estimates[1] < 0.6


def test_a_key_that_too_many_have_makes_a_crowd() -> None:
    """Texts that share a key with more than the limit are a crowd and no candidates by it; within the limit they are candidates."""
    sketched = sketch(shingle(["one two three four five six"] * 50).characters)
    assert crowd(entries(sketched), most=49).tolist() == list(range(50))
    assert not _candidates(sketched, most=49)
    assert not len(crowd(entries(sketched), most=50))
    assert len(_candidates(sketched, most=50)) == 50 * 49 // 2
