"""The lake."""

import datetime as dt
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from resources.lake import Lake
from winnow.errors import UsageError

SCHEMA = pa.schema([("n", pa.int64()), ("text", pa.string())])
DAY = dt.date(2026, 10, 3)


def batch(*numbers: int) -> pa.RecordBatch:
    """One row a number."""
    return pa.RecordBatch.from_pydict({"n": list(numbers), "text": [f"text {n}" for n in numbers]}, schema=SCHEMA)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(tmp_path / "lake")


def test_what_is_written_is_read(lake: Lake) -> None:
    """Rows come back in order, with the schema and without anything in its metadata, by table and by batch."""
    assert lake.write("examples", DAY, iter([batch(1, 2), batch(3)]), SCHEMA, {}) == 3
    table = lake.read("examples", DAY)
    assert table.schema.equals(SCHEMA, check_metadata=True)
    assert table["n"].to_pylist() == [1, 2, 3]
    assert [b["n"].to_pylist() for b in lake.batches("examples", [DAY], ["n"], batch_rows=2)] == [[1, 2], [3]]


def test_equal_rows_give_equal_bytes(lake: Lake) -> None:
    """The same batches and metadata, in whatever order the metadata is given, make the same file."""
    for stage, metadata in (("a", {"x": "1", "y": "2"}), ("b", {"y": "2", "x": "1"})):
        lake.write(stage, DAY, [batch(1, 2), batch(3)], SCHEMA, metadata)
    assert lake.path("a", DAY).read_bytes() == lake.path("b", DAY).read_bytes()


def test_the_footer_holds_the_stage_key_and_late_counts(lake: Lake) -> None:
    """Metadata may be a function, which is asked after the last row."""
    counted: list[int] = []

    def rows() -> Iterator[pa.RecordBatch]:
        counted.append(1)
        yield batch(1)

    lake.write("examples", DAY, rows(), SCHEMA, lambda: {"stage_key": "k", "count": str(len(counted))})
    assert lake.key("examples", DAY) == "k"
    assert lake.metadata("examples", DAY) == {"stage_key": "k", "count": "1"}


def test_an_absent_or_damaged_table_has_no_key(lake: Lake) -> None:
    """A table that has to be made again says so by having no key."""
    assert lake.key("examples", DAY) is None
    lake.write("examples", DAY, [batch(1)], SCHEMA, {"stage_key": "k"})
    lake.path("examples", DAY).write_bytes(b"PAR1 no more")
    assert lake.key("examples", DAY) is None


def test_a_changed_bit_is_noticed(lake: Lake) -> None:
    """Wherever one bit of a file changes, its footer can be asked for, and a verified read gives no wrong row."""
    lake.write("examples", DAY, [batch(*range(40))], SCHEMA, {"stage_key": "kéy"})
    path = lake.path("examples", DAY)
    whole, rows = path.read_bytes(), lake.read("examples", DAY).to_pylist()
    refused = 0
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        lake.metadata("examples", DAY)
        try:
            found = [row for part in lake.batches("examples", [DAY], verified=True) for row in part.cast(SCHEMA).to_pylist()]
        except (OSError, ValueError, pa.ArrowException, UsageError):
            refused += 1
        else:
            assert found == rows[: len(found)]
    assert refused > len(whole) / 4


def test_one_table_of_a_stage_is_deleted(lake: Lake) -> None:
    """Only the table of that name at that day goes; without a name all of the day."""
    for name in ("rows", "fingerprints"):
        lake.write("examples", DAY, [batch(1)], SCHEMA, {}, name=name)
    assert lake.delete("examples", DAY, "fingerprints") == 1
    assert lake.exists("examples", DAY)
    assert lake.delete("examples", DAY) == 1


@pytest.mark.parametrize(("day", "advice"), [(DAY, "winnow run --day 2026-10-03"), (None, "winnow publish")])
def test_reading_what_was_never_written_says_what_to_run(lake: Lake, day: dt.date | None, advice: str) -> None:
    """The error names the command that makes the table."""
    with pytest.raises(UsageError, match=advice):
        lake.read("examples", day)


def test_tables_without_rows_have_their_schema(lake: Lake) -> None:
    """A day on which nothing came is a table all the same."""
    lake.write("examples", DAY, [], SCHEMA, {"stage_key": "k"})
    assert lake.read("examples", DAY).schema == SCHEMA
    assert lake.row_count("examples", DAY) == 0


def test_days_are_those_that_were_written(lake: Lake) -> None:
    """Days come in order; the unpartitioned table and unfinished files are none."""
    for day in (DAY + dt.timedelta(1), DAY, None):
        lake.write("examples", day, [batch(1)], SCHEMA, {})
    (lake.path("examples", DAY).parent / ".tmp-1-2026-10-09.parquet").touch()
    assert lake.days("examples") == [DAY, DAY + dt.timedelta(1)]
    assert lake.clean() == 1


def test_pruning_takes_every_table_of_the_older_days(lake: Lake) -> None:
    """All tables of a stage before the day go, later days, other stages and unpartitioned tables stay."""
    for stage in ("a", "b"):
        for name in ("rows", "fingerprints"):
            for day in (DAY, DAY + dt.timedelta(1), None):
                lake.write(stage, day, [batch(1)], SCHEMA, {}, name)
    assert lake.prune(["a"], DAY + dt.timedelta(1)) == 2
    assert lake.days("a") == lake.days("a", "fingerprints") == [DAY + dt.timedelta(1)]
    assert lake.days("b") == [DAY, DAY + dt.timedelta(1)]
    assert lake.exists("a")


def test_small_batches_share_a_row_group(lake: Lake) -> None:
    """Many small batches do not become many row groups."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only this test looks into the file

    lake.write("a", DAY, (batch(n) for n in range(500)), SCHEMA, {})
    assert pq.read_metadata(lake.path("a", DAY)).num_row_groups == 1


def test_a_killed_write_leaves_the_former_table(
    lake: Lake, run_python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Killed while rows still come, the table of before stands whole."""
    lake.write("a", DAY, [batch(1)], SCHEMA, {"stage_key": "old"})
    code = """
        import datetime as dt, os, signal, sys
        import pyarrow as pa
        from pathlib import Path
        from resources.lake import Lake
        schema = pa.schema([("n", pa.int64()), ("text", pa.string())])
        def rows():
            for n in range(3):
                yield pa.RecordBatch.from_pydict({"n": [n], "text": ["x" * 40_000_000]}, schema=schema)
            os.kill(os.getpid(), signal.SIGKILL)
        Lake(Path(sys.argv[1])).write("a", dt.date(2026, 10, 3), rows(), schema, {"stage_key": "new"})
        """
    assert run_python(code, lake.root).returncode == -signal.SIGKILL
    assert lake.key("a", DAY) == "old"
    assert lake.read("a", DAY)["n"].to_pylist() == [1]
    assert lake.clean() == 1
