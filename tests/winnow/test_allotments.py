from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.allotments import most_within, planned, target_of, water_fill, within_share
from winnow.tasks import Balance

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=6)

SHARES = st.sampled_from([0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.9])


@given(st.integers(0, 200), COUNTS)
@settings(max_examples=100, deadline=None)
def test_water_finds_its_level(total: int, capacities: list[int]) -> None:
    """All of it is poured, nothing overflows, and nobody has over one more than someone who has room."""
    filled = water_fill(total, capacities)
    assert sum(filled) == min(total, sum(capacities))
    assert all(0 <= part <= capacity for part, capacity in zip(filled, capacities, strict=True))
    with_room = [part for part, capacity in zip(filled, capacities, strict=True) if part < capacity]
    assert not with_room or max(filled) <= min(with_room) + 1


@given(st.integers(0, 100), COUNTS)
@settings(max_examples=60, deadline=None)
def test_one_more_to_pour_takes_from_nobody(total: int, capacities: list[int]) -> None:
    """With one more, one vessel has one more and all others what they had."""
    before, after = water_fill(total, capacities), water_fill(total + 1, capacities)
    assert sorted(b - a for a, b in zip(before, after, strict=True))[:-1] == [0] * (len(capacities) - 1)


@given(SHARES, st.lists(st.integers(1, 25), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_the_most_within_a_share_is_the_most(share: float, counts: list[int]) -> None:
    """Its sources fill it at the share, and no larger hundredth could be filled."""
    found = most_within(share, counts)
    even = max(Fraction(str(share)), Fraction(1, len(counts)))

    def filled(total: Fraction) -> bool:
        return sum((min(Fraction(count), even * total) for count in counts), Fraction(0)) >= total

    assert filled(Fraction(found) * Fraction(999_999, 1_000_000))
    assert found == sum(counts) or not filled(Fraction(found) + Fraction(1, 100))


@given(SHARES, COUNTS.filter(any), st.integers(1, 30), st.one_of(st.none(), st.integers(1, 60)))
@settings(max_examples=100, deadline=None)
def test_a_share_never_costs_the_floor(share: float, counts: list[int], floor: int, limit: int | None) -> None:
    """What is kept is at least the floor, as far as there is so much and the limit lets it, and the sources can give it."""
    kept, a_source = within_share(share, counts, floor, limit)
    most = min(sum(counts), limit or sum(counts))
    assert min(floor, most) <= kept <= most
    assert sum(min(count, a_source) for count in counts) >= kept


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ({"count": 7}, 7),
        ({"of_largest": 0.5}, 50),
        ({"of_median": 1.0}, 20),
        ({"of_median": 1.5}, 30),
        ({"of_largest": 0.001}, 1),
    ],
)
def test_a_target_follows_the_labels(target: dict[str, float], wanted: int) -> None:
    """A target is a number, or a share of the largest label or of the one in the middle, and never none."""
    assert target_of([10, 100, 20], Balance.model_validate({"target": target})) == wanted


def test_the_middle_of_two_is_between_them() -> None:
    """With an even number of labels the target is drawn from the mean of the two in the middle."""
    assert target_of([10, 20, 40, 90], Balance.model_validate({"target": {"of_median": 1.0}})) == 30


def test_a_lower_target_is_named_as_the_reason() -> None:
    """What is over the limit leaves for the rule that set it."""
    labels = {"a": {-1: {"x": 30}}}
    assert planned(labels, Balance.model_validate({"cap": 20, "target": {"count": 10}}))["a"].over == "over_target"
    assert planned(labels, Balance.model_validate({"cap": 10, "target": {"count": 20}}))["a"].over == "over_cap"
