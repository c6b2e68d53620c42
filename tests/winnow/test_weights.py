import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.tasks import Weighing
from winnow.weights import class_weights, effective_number

BETAS = st.sampled_from([0.0, 0.5, 0.9, 0.99, 0.999, 0.9999])


@given(st.integers(1, 300), BETAS)
@settings(max_examples=60, deadline=None)
def test_the_effective_number_is_a_geometric_sum(count: int, beta: float) -> None:
    """(1 - βⁿ) / (1 - β) is 1 + β + β² + … with n terms, as the paper's proof builds it up."""
    assert effective_number(count, beta) == pytest.approx(math.fsum(beta**power for power in range(count)), rel=1e-9)


def test_the_paper_s_two_ends() -> None:
    """At β = 0 every class has the effective number 1; near 1 it is the number of samples (Cui et al. 2019, section 3.2)."""
    assert [effective_number(count, 0) for count in (1, 10, 5000)] == [1, 1, 1]
    assert [effective_number(count, 1 - 1e-12) for count in (1, 10, 5000)] == pytest.approx([1, 10, 5000], rel=1e-3)


def test_weights_are_the_paper_s_up_to_one_factor() -> None:
    """Scaled so that they add up to the number of classes, the weights are those of the paper's formula."""
    counts = {"head": 5000, "body": 500, "tail": 50}
    found = class_weights(counts, "effective", 0.999)
    raw = {name: (1 - 0.999) / (1 - 0.999**count) for name, count in counts.items()}
    theirs = {name: 3 * value / sum(raw.values()) for name, value in raw.items()}
    ours = {name: 3 * value / sum(found.values()) for name, value in found.items()}
    assert ours == pytest.approx(theirs, rel=1e-9)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 5000), min_size=1),
    st.sampled_from(["inverse", "effective", "none"]),
    BETAS,
)
@settings(max_examples=60, deadline=None)
def test_the_mean_over_the_examples_is_one(counts: dict[str, int], method: Weighing, beta: float) -> None:
    """Whatever the method, the weights of all examples add up to their number, and a larger class never weighs more a piece."""
    found = class_weights(counts, method, beta)
    assert sum(found[name] * count for name, count in counts.items()) == pytest.approx(sum(counts.values()), rel=1e-9)
    ordered = sorted(counts, key=lambda name: counts[name])
    assert all(found[a] >= found[b] * (1 - 1e-12) for a, b in itertools.pairwise(ordered))
