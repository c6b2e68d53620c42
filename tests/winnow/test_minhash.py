import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from winnow.minhash import Signed, agreement, candidates, sign
from winnow.shingles import Similarity

FIRST_FOUR = [76235601, 51145391, 8861307, 35023018]


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


def _all(texts: Sequence[str]) -> Signed:
    """Signatures by words of ``texts`` that all have them."""
    signed = sign(texts).words
    assert len(signed.rows) == len(texts)
    return signed


def _candidates(
    signed: Signed, size: int, floor: float = 0.0, classes: Any = None, members: int = 256
) -> tuple[list[tuple[int, int]], bool]:
    numbers = np.zeros(size, dtype=np.uint64) if classes is None else classes
    left, right, complete = candidates(signed, numbers, np.full(size, floor), members)
    return list(zip(left.tolist(), right.tolist(), strict=True)), complete


def test_signature_of_a_text_does_not_depend_on_its_neighbours() -> None:
    """A text has the same signatures alone and among others."""
    texts = ["", "one", *_texts(40), "short one here", " ".join(["w"] * 25)]
    together = sign(texts)
    for part in ("words", "characters"):
        signed = getattr(together, part)
        alone = [getattr(sign([texts[row]]), part).values[0].tolist() for row in signed.rows.tolist()]
        assert signed.values.tolist() == alone


def test_signatures_never_change() -> None:
    """The signature of a fixed text is what it was when signatures were first stored."""
    signed = sign(["The quick brown fox jumps over the lazy dog"])
    assert (signed.counts.tolist(), signed.words.rows.tolist(), signed.characters.rows.tolist()) == ([9], [], [0])
    assert signed.characters.values[0, :4].tolist() == FIRST_FOUR


@pytest.mark.parametrize(("count", "words", "characters"), [(0, 0, 0), (19, 0, 1), (20, 1, 1), (33, 1, 1), (34, 1, 0)])
def test_texts_are_signed_by_what_they_are_compared_by(count: int, words: int, characters: int) -> None:
    """From 20 words on a text is signed by words, under 34 by characters."""
    signed = sign([" ".join(["word"] * count)])
    assert (len(signed.words.rows), len(signed.characters.rows)) == (words, characters)


def test_agreement_estimates_similarity() -> None:
    """The share of equal minima is within five standard errors of the exact similarity for every pair."""
    texts = _texts(120)
    left, right = np.triu_indices(len(texts), 1)
    exact, _ = Similarity(texts).of(left, right)
    assert np.abs(agreement(_all(texts).values, left, right) - exact).max() < 5 * 0.0442
    assert (exact > 0.5).any()


def test_every_pair_over_the_threshold_is_a_candidate() -> None:
    """All pairs of similarity 0.75 or more share a band, and none far below it is left."""
    texts = _texts(400)
    left, right = np.triu_indices(len(texts), 1)
    exact, _ = Similarity(texts).of(left, right)
    similarity = dict(zip(zip(left.tolist(), right.tolist(), strict=True), exact.tolist(), strict=True))
    found, complete = _candidates(_all(texts), len(texts), floor=0.55)
    near = {pair for pair, value in similarity.items() if value >= 0.75}
    assert complete
    assert len(near) > 20
    assert near <= set(found)
    assert min(similarity[pair] for pair in found) > 0.3


def test_the_union_of_two_parts_resembles_what_is_near_in_both() -> None:
    """Two examples with both parts near agree on their union; with one part near they agree less."""
    first, second = _texts(2)[0], " ".join(f"v{number}" for number in range(60))
    inputs, targets = sign([first, first, first]).words, sign([second, second, first], tag=1).words
    union = inputs.and_also(targets)
    estimates = agreement(union.values, np.array([0, 0]), np.array([1, 2]))
    assert estimates[0] == 1.0
    assert 0.25 < estimates[1] < 0.6


def test_classes_keep_candidates_apart() -> None:
    """Equal texts of two classes are no candidates."""
    signed = sign(["one two three four five six"] * 3).characters
    assert _candidates(signed, 3, classes=np.array([0, 1, 0], dtype=np.uint64))[0] == [(0, 2)]


def test_a_bucket_that_is_too_large_says_so() -> None:
    """In a bucket over the limit every row still meets its first row, and the answer says that pairs are missing."""
    pairs, complete = _candidates(sign(["one two three four five six"] * 50).characters, 50, members=10)
    assert not complete
    assert {(0, other) for other in range(1, 50)} <= set(pairs)
    assert len(pairs) < 50 * 49 / 2
