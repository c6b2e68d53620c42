"""Rows in ranges: all of them come back, in order of their ranges, whatever is cut."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.spill import borders, in_ranges

SCHEMA = pa.schema([("key", pa.string()), ("number", pa.int64())])
KEYS = st.lists(st.lists(st.one_of(st.none(), st.sampled_from("abcdefgh"), st.text(max_size=3)), max_size=12), max_size=5)


def tables(parts: Sequence[Sequence[str | None]]) -> list[pa.Table]:
    """A table of each part, numbered through."""
    starts = [sum(map(len, parts[:number])) for number in range(len(parts))]
    return [
        pa.table([pa.array(part, pa.string()), pa.array(range(start, start + len(part)), pa.int64())], schema=SCHEMA)
        for start, part in zip(starts, parts, strict=True)
    ]


@settings(deadline=None, max_examples=40)
@given(parts=KEYS, rows=st.integers(1, 9))
def test_ranges_hold_every_row_once_in_order(parts: list[list[str | None]], rows: int) -> None:
    """Sorting each range alone and putting them behind one another is sorting the whole, rows of one key as they came."""
    made = tables(parts)
    cuts = borders((table["key"] for table in made), rows)
    with TemporaryDirectory() as folder:
        found = list(in_ranges(made, "key", cuts, SCHEMA, Path(folder)))
        assert not list(Path(folder).iterdir())
    order = [("key", "ascending"), ("number", "ascending")]
    whole = pa.concat_tables([SCHEMA.empty_table(), *made])
    assert pa.concat_tables([part.sort_by(order) for part in found]).to_pylist() == whole.sort_by(order).to_pylist()
    for part in found:
        assert part["number"].to_pylist() == sorted(part["number"].to_pylist())


def test_a_range_has_about_as_many_rows_as_were_asked_for(tmp_path: Path) -> None:
    """A thousand different keys in ranges of a hundred make ten, none larger."""
    (made,) = tables([[f"{number * 7919 % 1000:04}" for number in range(1000)]])
    found = list(in_ranges([made], "key", borders([made["key"]], 100), SCHEMA, tmp_path))
    assert [len(part) for part in found] == [100] * 10


def test_what_fits_into_one_range_is_written_nowhere(tmp_path: Path) -> None:
    """Without cuts no file is made: the folder need not even be there."""
    (made,) = tables([["b", "a"]])
    (found,) = in_ranges([made], "key", borders([made["key"]]), SCHEMA, tmp_path / "none")
    assert found.equals(made)
