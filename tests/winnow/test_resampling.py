"""Intervals by the bootstrap over groups."""

import numpy as np
import pytest

from winnow.leak_rate import wilson
from winnow.resampling import difference, estimate, mean_of, of_sums


def test_the_interval_of_a_share_is_near_wilsons() -> None:
    """Of 200 independent examples the bootstrap's interval is that of the score interval, within a hundredth."""
    right = np.array([1.0] * 150 + [0.0] * 50)
    found = estimate(mean_of(right), [str(number) for number in range(200)])
    low, high = wilson(150, 200)
    assert found.value == 0.75
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.01)


def test_examples_of_one_group_are_drawn_together() -> None:
    """Twenty groups of ten equal examples are known no better than twenty examples, so the interval is three times as wide."""
    right = np.repeat([1.0] * 15 + [0.0] * 5, 10)
    alone = estimate(mean_of(right), [str(number) for number in range(200)])
    grouped = estimate(mean_of(right), [str(number // 10) for number in range(200)])
    assert (grouped.high - grouped.low) / (alone.high - alone.low) == pytest.approx(10**0.5, rel=0.15)


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    """A model that is right wherever another is, and on 10 of 400 more, is better, though their own intervals overlap widely."""
    groups = [str(number) for number in range(400)]
    worse, better = np.array([1.0] * 300 + [0.0] * 100), np.array([1.0] * 310 + [0.0] * 90)
    assert estimate(mean_of(worse), groups).high > estimate(mean_of(better), groups).value
    found = difference(mean_of(better), mean_of(worse), groups)
    assert found.is_positive
    assert found.value == pytest.approx(0.025)


def test_equal_models_do_not_differ() -> None:
    """The difference of a model and itself is nought, and neither better nor worse."""
    figure = mean_of([1.0, 0.0, 1.0])
    found = difference(figure, figure, ["a", "b", "c"])
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert not found.is_positive
    assert not found.is_negative


def test_the_same_input_gives_the_same_interval() -> None:
    """There is no chance in it from call to call."""
    figure = of_sums([[1, 2], [2, 2], [0, 3]], lambda sums: sums[:, 0] / sums[:, 1])
    assert estimate(figure, ["a", "b", "c"]) == estimate(figure, ["a", "b", "c"])


def test_no_example_has_no_figure() -> None:
    """Over nothing there is no number that could be mistaken for one."""
    assert np.isnan(estimate(mean_of([]), []).value)
