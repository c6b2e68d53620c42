import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.lookup import Names, index_in_step, index_of


def _names(numbers: list[int], alike: int = 1) -> Names:
    """Names of 16 bytes by number; of ``alike`` numbers one after the other the first eight bytes are the same."""
    words = np.array([[number // alike * 0x9E3779B97F4A7C15 % 2**64, number] for number in numbers], dtype=np.uint64)
    return words.reshape(-1, 2).view(np.uint8)


NUMBERS = st.lists(st.integers(0, 300), max_size=60)


@given(NUMBERS, NUMBERS, st.sampled_from([1, 5, 400]), st.sampled_from([index_of, index_in_step]))
@settings(max_examples=25, deadline=None)
def test_names_are_found_where_they_stand(asked: list[int], there: list[int], alike: int, find: object) -> None:
    """Each name's row holds that name, and only those that are nowhere have none: with twins, names that begin alike, in any order."""
    found = find(_names(asked, alike), _names(there, alike)).tolist()  # type: ignore[operator]
    assert [there[row] if row >= 0 else None for row in found] == [number if number in there else None for number in asked]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3])
def test_last_nights_names_are_found_by_their_order(share: float) -> None:
    """Of 5,000 names of which some came and some left each is found, in the order of ids as well as shuffled."""
    rng = random.Random(3)
    there = [number for number in range(5_000) if rng.random() >= share]
    asked = [number for number in range(5_000) if rng.random() >= share]
    for order in (asked, rng.sample(asked, len(asked))):
        found = index_in_step(_names(order), _names(there)).tolist()
        place = {number: row for row, number in enumerate(there)}
        assert found == [place.get(number, -1) for number in order]
