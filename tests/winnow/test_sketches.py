import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.shingles import shingle
from winnow.sketches import MARGIN, SKETCH, Sketched, candidates, estimate, sketch


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


def _candidates(
    sketched: Sketched, size: int, floor: float = 0.0, classes: Any = None, members: int = 256
) -> tuple[list[tuple[int, int]], bool]:
    numbers = np.zeros(size, dtype=np.int64) if classes is None else classes
    left, right, complete = candidates(sketched, numbers, np.full(size, floor), members)
    return list(zip(left.tolist(), right.tolist(), strict=True)), complete


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
    """All pairs of similarity 0.6 or more share a key, and none far below the floor is left."""
    texts = _texts(400)
    similarity = _similarity(texts)
    found, complete = _candidates(sketch(shingle(texts).words), len(texts), floor=0.6 - MARGIN)
    near = {pair for pair, value in similarity.items() if value >= 0.6}
    assert complete
    assert len(near) > 20
    assert near <= set(found)
    assert min(similarity[pair] for pair in found) > 0.1


def test_the_union_of_two_parts_resembles_what_is_near_in_both() -> None:
    """Two examples with both parts near agree on their union; with one part near they agree less."""
    first, second = _texts(2)[0], " ".join(f"v{number}" for number in range(60))
    inputs, targets = (sketch(shingle(texts).words) for texts in ([first] * 3, [second, second, first]))
    estimates = estimate(inputs.and_also(targets).values, np.array([0, 0]), np.array([1, 2]))
    assert estimates[0] == 1.0
    assert 0.1 < estimates[1] < 0.6


def test_classes_keep_candidates_apart() -> None:
    """Equal texts of two classes are no candidates."""
    sketched = sketch(shingle(["one two three four five six"] * 3).characters)
    assert _candidates(sketched, 3, classes=np.array([0, 1, 0]))[0] == [(0, 2)]


def test_a_key_that_too_many_have_says_so() -> None:
    """Where more texts than the limit share a key every one still meets the first, and the answer says that pairs are missing."""
    sketched = sketch(shingle(["one two three four five six"] * 50).characters)
    pairs, complete = _candidates(sketched, 50, members=10)
    assert not complete
    assert {(0, other) for other in range(1, 50)} <= set(pairs)
    assert len(pairs) < 50 * 49 / 2
