"""The lake: the tables between the stages, as Parquet, one file a stage, table and day.

Belongs here: where a table lies, how it is written whole or not at all, what its footer says. Does not belong here: what a
table means (`winnow.schemas`) and when it is stale (the assets). ``lake/<stage>/<table>/<day>.parquet``, with ``all`` instead
of a day behind the daily stages. Equal batches and metadata give equal bytes under one version of Arrow.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from resources.durable import flush_folder, remove_unfinished, replacing
from winnow.errors import UsageError

KEY = "stage_key"  # the footer's entry that says what made the table
ROWS = "rows"  # the main table of a stage
ALL = "all"

GROUP_BYTES = 32 * 1024 * 1024  # of a row group in memory; smaller ones compress worse, larger ones cost every reader
GROUP_ROWS = 65_536
BATCH_ROWS = 1_024  # handed to a reader at once; texts are long, and the engine cuts by bytes
COMPRESSION_LEVEL = 3  # zstd's own default: a fifth smaller than level 1 at a quarter more time

Metadata = Mapping[str, str]


class Lake:
    """The tables below one folder."""

    def __init__(self, root: Path) -> None:
        """``root`` need not exist yet."""
        self.root = root

    def path(self, stage: str, day: dt.date | None = None, name: str = ROWS) -> Path:
        """Where a table lies; ``day`` is None behind the daily stages."""
        return self.root / stage / name / f"{day.isoformat() if day else ALL}.parquet"

    def write(  # noqa: PLR0913, PLR0917 - a table has an address, a schema, rows and a footer
        self,
        stage: str,
        day: dt.date | None,
        rows: pa.Table | Iterable[pa.RecordBatch],
        schema: pa.Schema,
        metadata: Metadata | Callable[[], Metadata],
        name: str = ROWS,
    ) -> int:
        """Put ``rows`` in the table's place, whole or not at all, and return how many there were.

        ``metadata`` goes into the footer; a function is asked for it after the last batch, so that it can hold counts.
        """
        batches = rows.to_batches() if isinstance(rows, pa.Table) else rows
        total = 0
        with (
            replacing(self.path(stage, day, name)) as temporary,
            pq.ParquetWriter(
                temporary, schema, compression="zstd", compression_level=COMPRESSION_LEVEL, write_page_checksum=True
            ) as writer,
        ):
            for group in _groups(batches, schema):
                writer.write_table(group, row_group_size=GROUP_ROWS)
                total += group.num_rows
            footer = metadata() if callable(metadata) else metadata
            writer.add_key_value_metadata(dict(sorted(footer.items())))
        return total

    def read(self, stage: str, day: dt.date | None = None, columns: Sequence[str] | None = None, name: str = ROWS) -> pa.Table:
        """The whole table, or some ``columns`` of it; UsageError if it was never written."""
        with self._open(stage, day, name) as file:
            return file.read(columns=columns).replace_schema_metadata(None)

    def batches(  # noqa: PLR0913 - a table has an address, and a reader wants it in his own way
        self,
        stage: str,
        days: Iterable[dt.date | None] = (None,),
        columns: Sequence[str] | None = None,
        name: str = ROWS,
        batch_rows: int = BATCH_ROWS,
        *,
        verified: bool = False,
    ) -> Iterator[pa.RecordBatch]:
        """The rows of some days in order, at most ``batch_rows`` at once; UsageError if a day was never written.

        With ``verified`` each page's CRC-32 is computed again, and OSError is raised where a bit has changed since it was written.
        """
        for day in days:
            with self._open(stage, day, name, verified=verified) as file:
                for batch in file.iter_batches(batch_rows, columns=columns):
                    yield batch.replace_schema_metadata(None)

    def metadata(self, stage: str, day: dt.date | None = None, name: str = ROWS) -> dict[str, str] | None:
        """What the footer says; None if there is no such table, or it is damaged and so has to be made again."""
        try:
            stored = pq.read_metadata(self.path(stage, day, name)).metadata or {}
            return {key.decode(): value.decode() for key, value in stored.items() if key != b"ARROW:schema"}
        except (OSError, ValueError, pa.ArrowException):  # ValueError: what was a word is no UTF-8
            return None

    def key(self, stage: str, day: dt.date | None = None, name: str = ROWS) -> str | None:
        """The stage key in the footer; None if there is no such table."""
        found = self.metadata(stage, day, name)
        return None if found is None else found.get(KEY)

    def row_count(self, stage: str, day: dt.date | None = None, name: str = ROWS) -> int:
        """How many rows the table has; UsageError if it was never written."""
        with self._open(stage, day, name) as file:
            return int(file.metadata.num_rows)

    def exists(self, stage: str, day: dt.date | None = None, name: str = ROWS) -> bool:
        """Whether the table was written."""
        return self.path(stage, day, name).is_file()

    def days(self, stage: str, name: str = ROWS) -> list[dt.date]:
        """The days that the table was written for, in order."""
        stems = sorted(path.stem for path in (self.root / stage / name).glob("*.parquet") if not path.name.startswith("."))
        return [dt.date.fromisoformat(stem) for stem in stems if stem != ALL]

    def delete(self, stage: str, day: dt.date | None = None, name: str = "*") -> int:
        """Remove every table of the stage at ``day``, or the one called ``name``, and say how many there were."""
        found = sorted((self.root / stage).glob(f"{name}/{self.path(stage, day).name}"))
        for path in found:
            path.unlink()
            flush_folder(path.parent)
        return len(found)

    def prune(self, stages: Iterable[str], before: dt.date) -> int:
        """Remove the tables of ``stages`` for every day before ``before``, and say how many there were."""
        removed = 0
        for stage in stages:
            names = sorted(path.name for path in (self.root / stage).glob("*") if path.is_dir())
            for day in sorted({day for name in names for day in self.days(stage, name) if day < before}):
                removed += self.delete(stage, day)
        return removed

    def clean(self) -> int:
        """Remove what interrupted writers left; for the holder of the home's lock only."""
        return remove_unfinished(self.root) if self.root.is_dir() else 0

    def _open(self, stage: str, day: dt.date | None, name: str, *, verified: bool = False) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.path(stage, day, name), page_checksum_verification=verified)
        except FileNotFoundError:
            when = f" for {day}; run `winnow run --day {day}` first" if day else "; run `winnow publish` first"
            raise UsageError(f"stage {stage!r} has no table {name!r}{when}") from None
        except pa.ArrowInvalid:
            when = f"--day {day}" if day else "again"
            raise UsageError(f"the table {name!r} of stage {stage!r} is damaged; delete it and run {when}") from None


def _groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """``batches`` gathered into tables of about `GROUP_BYTES`, so that small batches do not make small row groups."""
    gathered: list[pa.RecordBatch] = []
    size = rows = 0
    for batch in batches:
        gathered.append(batch)
        size, rows = size + batch.nbytes, rows + batch.num_rows
        if size >= GROUP_BYTES or rows >= GROUP_ROWS:
            yield pa.Table.from_batches(gathered, schema)
            gathered, size, rows = [], 0, 0
    yield pa.Table.from_batches(gathered, schema)
