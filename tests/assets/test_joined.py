"""All days' examples, a range of ids at a time: the same whatever the ranges."""

import pyarrow as pa
import pytest

from assets.joined import joined
from tests.assets.conftest import Line, gather
from winnow.schemas import EXAMPLES


@pytest.mark.parametrize("rows", [1, 7])
def test_ranges_of_any_size_give_the_same_table(copied: Line, rows: int) -> None:
    """Texts, refusals and their order do not depend on how many examples are seen to at once."""
    whole = gather(copied.space)
    parts = pa.Table.from_batches(joined(copied.space, rows), EXAMPLES)
    assert len(whole) > 50
    assert parts.equals(whole)


def test_examples_stand_by_their_id(copied: Line) -> None:
    """The order is that of ids, over all days and joining tasks."""
    ids = gather(copied.space)["example_id"].to_pylist()
    assert ids == sorted(ids)
