"""Intervals against published values."""

import pytest

from evaluation.intervals import Share, bootstrap


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, Statist. Med. 17, 857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),  # the same
        (0, 20, 0.0, 0.1611),  # the same
        (1, 29, 0.0061, 0.1718),  # the same
    ],
)
def test_wilson_as_published(hits: int, total: int, low: float, high: float) -> None:
    """The score interval agrees with Newcombe's table to four places."""
    assert Share(hits, total).interval() == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nothing_counted_says_nothing() -> None:
    """Of nothing, the interval is everything, and nothing was missed."""
    assert Share().interval() == (0.0, 1.0)
    assert Share().value == 1.0
    assert bootstrap([]) == bootstrap([Share()]) == (0.0, 1.0)


def test_bootstrap_is_the_same_each_time_and_holds_the_share() -> None:
    """The seed is fixed, and the interval lies around the pooled share."""
    shares = [Share(9, 10), Share(5, 10), Share(10, 10), Share(7, 10)]
    low, high = bootstrap(shares)
    assert (low, high) == bootstrap(shares)
    assert 0.5 <= low < 31 / 40 < high <= 1.0


def test_documents_that_agree_leave_no_doubt() -> None:
    """Where every document has the same share, drawing others changes nothing."""
    assert bootstrap([Share(3, 4)] * 5) == (0.75, 0.75)
