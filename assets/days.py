"""How a daily asset works through its days: skip what is done, write each day by itself, account for it.

A day is done when its file was made under today's stage key from today's inputs. One run may hold one day, a range of days, or,
in the nightly job, one day and every earlier one that is still open; a day that fails leaves those before it done.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.cost import Cost, measured
from assets.guard import guarded
from assets.metadata import column_schema, count_table
from resources.catalog import Catalog
from resources.stage_keys import digest
from resources.workspace import Workspace
from winnow import notes
from winnow.errors import UsageError
from winnow.languages import UNSUPPORTED

CATCH_UP_TAG = "winnow/catch_up"
"""A run with this tag also does every open day before its own."""

SCAN_TAG = "winnow/scanned"
"""A run with this tag was launched by a command that has scanned the sources already."""

BACKFILL_TAG = "dagster/backfill"

COUNTED_ROWS = 65_536  # of a few narrow columns at once


@dataclass(frozen=True)
class DayStage:
    """One daily stage: where its files lie, what makes them stale, and how one is made."""

    name: str
    schema: pa.Schema
    key: Callable[[Catalog], str]
    contents: Callable[[Workspace, dt.date], str]  # names today's inputs; the footer's entry of this name says which were read
    covered: Callable[[Workspace, dt.date, Mapping[str, str]], bool]  # is this footer's file made of today's inputs
    build: Callable[[Workspace, dt.date], tuple[Iterable[pa.RecordBatch], Mapping[str, str]]]  # batches, more for the footer
    upstream_days: Callable[[Workspace], set[dt.date]]
    beside: Callable[[Workspace, dt.date], Mapping[str, int]] | None = None  # writes what else a day has, and counts it


@dataclass
class DayCounts:
    """What one day came to."""

    rows: int = 0
    kept: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    by_group: Counter[str] = field(default_factory=Counter)
    parts_held_back: Counter[str] = field(default_factory=Counter)  # blocks and fields of kept documents, by reason
    notes: Counter[str] = field(default_factory=Counter)  # what readers removed, repaired or suspect in kept documents
    beside: Counter[str] = field(default_factory=Counter)  # what was written besides the rows
    cost: Cost = field(default_factory=Cost)
    skipped: bool = False

    def add(self, other: "DayCounts") -> None:
        """Add ``other`` in place."""
        self.rows += other.rows
        self.kept += other.kept
        self.refused += other.refused
        self.entities += other.entities
        self.by_group += other.by_group
        self.parts_held_back += other.parts_held_back
        self.notes += other.notes
        self.beside += other.beside
        self.cost.seconds += other.cost.seconds
        self.cost.peak_memory_mib = max(self.cost.peak_memory_mib, other.cost.peak_memory_mib)


def is_fresh(workspace: Workspace, stage: DayStage, day: dt.date) -> bool:
    """Whether ``day``'s file of ``stage`` was made by today's code and catalog from today's inputs."""
    footer = workspace.lake.metadata(stage.name, day)
    return (
        footer is not None
        and (stage.name, day) not in workspace.retry.days
        and footer.get("stage_key") == workspace.stage_key(stage.name, stage.key)
        and stage.covered(workspace, day, footer)
    )


def open_days(workspace: Workspace, stage: DayStage, until: dt.date) -> list[dt.date]:
    """The days up to and including ``until`` that ``stage`` has something to do for, oldest first."""
    known = stage.upstream_days(workspace) | set(workspace.lake.days(stage.name))
    return sorted(day for day in known if day <= until and not is_fresh(workspace, stage, day))


def make_day(workspace: Workspace, stage: DayStage, day: dt.date) -> DayCounts:
    """Make ``day``'s file of ``stage`` unless it is fresh, and count what is in it."""
    skipped = is_fresh(workspace, stage, day)
    beside: Mapping[str, int] = {}
    with measured() as cost:
        if not skipped:
            with workspace.lock.held(), guarded():
                batches, footer = stage.build(workspace, day)
                key = workspace.stage_key(stage.name, stage.key)
                if (stage.name, day) in workspace.retry.days:
                    footer = dict(footer)
                    batches = _noting_recovery(batches, footer, _refusals(workspace, stage, day))
                # asked for behind the last batch: reading can bring to light that the inputs were not all there
                workspace.lake.write(stage.name, day, batches, stage.schema, lambda: {"stage_key": key, **footer})
                workspace.retry.days.discard((stage.name, day))
                beside = stage.beside(workspace, day) if stage.beside else {}
    counts = count_rows(workspace.lake.batches(stage.name, [day], _counted(stage.schema), batch_rows=COUNTED_ROWS))
    counts.beside, counts.cost, counts.skipped = Counter(beside), cost, skipped
    return counts


def _refusals(workspace: Workspace, stage: DayStage, day: dt.date) -> set[tuple[str, str]]:
    """Document and reason of every row that ``day``'s file of ``stage`` refuses."""
    found: set[tuple[str, str]] = set()
    if workspace.lake.exists(stage.name, day):
        for batch in workspace.lake.batches(stage.name, [day], ["document_id", "reason"], batch_rows=COUNTED_ROWS):
            found |= _refused(batch)
    return found


def _refused(batch: pa.RecordBatch) -> set[tuple[str, str]]:
    refused = batch.select(["document_id", "reason"]).filter(pc.is_valid(batch.column("reason")))
    return set(zip(refused["document_id"].to_pylist(), refused["reason"].to_pylist(), strict=True))


def _noting_recovery(
    batches: Iterable[pa.RecordBatch], footer: dict[str, str], before: set[tuple[str, str]]
) -> Iterator[pa.RecordBatch]:
    """``batches`` of a day made once more of the same inputs; if they refuse other rows than ``before``, the footer says so.

    Otherwise nothing behind it would notice, since inputs and keys are the same.
    """
    after: set[tuple[str, str]] = set()
    for batch in batches:
        after |= _refused(batch)
        yield batch
    if after != before:
        footer["contents"] = f"{footer['contents']} refusing {digest(sorted(after))}"


def count_rows(batches: Iterable[pa.RecordBatch]) -> DayCounts:
    """Rows kept and refused by reason, entities by type, and kept rows by source or task."""
    counts = DayCounts()
    for batch in batches:
        reasons = batch.column("reason")
        kept = pc.is_null(reasons)
        counts.rows += batch.num_rows
        counts.kept += pc.sum(kept).as_py() or 0
        counts.refused += _values(reasons.drop_null())
        grouping = "task" if "task" in batch.schema.names else "source"
        counts.by_group += _values(batch.column(grouping).filter(kept))
        for pair in pc.list_flatten(batch.column("pii")).to_pylist():
            counts.entities[pair["name"]] += pair["count"]
        if "notes" in batch.schema.names:
            for pair in pc.list_flatten(batch.column("notes").filter(kept)).to_pylist():
                if pair["name"] == UNSUPPORTED:  # of the scrubber; other notes are the readers'
                    counts.parts_held_back[pair["name"]] += pair["count"]
                else:
                    counts.notes[pair["name"] if notes.known(pair["name"]) else notes.OTHER] += pair["count"]
    return counts


def _values(column: pa.Array) -> Counter[str]:
    return Counter({pair["values"]: pair["counts"] for pair in pc.value_counts(column).to_pylist()})


def _counted(schema: pa.Schema) -> list[str]:
    return [name for name in ("source", "task", "pii", "notes", "reason") if name in schema.names]


def kept_rows(workspace: Workspace, stages: Iterable[str], day: dt.date) -> Iterator[pa.RecordBatch]:
    """The rows of ``day`` in the files of ``stages``, one after the other, that no stage has refused."""
    for stage in stages:
        for batch in workspace.lake.batches(stage, [day]):
            kept = batch.filter(pc.is_null(batch.column("reason")))
            if kept.num_rows:
                yield kept


def identity(workspace: Workspace, stage: str, day: dt.date) -> str | None:
    """What one day's file was made of and by: stages behind it are stale when this changes; None if there is no file."""
    footer = workspace.lake.metadata(stage, day)
    return None if footer is None else digest(stage, footer.get("stage_key"), footer.get("contents"))


def refuse_nightly_backfill(tags: Mapping[str, str]) -> None:
    """UsageError if a run with ``tags`` is one of a backfill and of the nightly job.

    Each of its runs would do every earlier day again and publish a version of its own.
    """
    if CATCH_UP_TAG in tags and BACKFILL_TAG in tags:
        raise UsageError("`nightly` does every open day and publishes by itself, so it is no backfill; backfill `ingest`")


def materialize_days(context: dg.AssetExecutionContext, workspace: Workspace, stage: DayStage) -> dg.MaterializeResult[None]:
    """Make every day of this run's partitions (and, catching up, the open days before them) and report each by itself."""
    with guarded():
        return _materialize(context, workspace, stage)


def _materialize(context: dg.AssetExecutionContext, workspace: Workspace, stage: DayStage) -> dg.MaterializeResult[None]:
    refuse_nightly_backfill(context.run_tags)
    requested = [dt.date.fromisoformat(key) for key in context.partition_keys]
    totals = DayCounts()
    for day in _days(context, workspace, stage, requested):
        counts = make_day(workspace, stage, day)
        totals.add(counts)
        metadata = day_metadata(stage, counts)
        if day in requested:
            context.add_asset_metadata(metadata, asset_key=context.asset_key, partition_key=day.isoformat())
        else:
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=day.isoformat(), metadata=metadata))
        done = "already up to date" if counts.skipped else f"{counts.cost.seconds:.1f} s"
        context.log.info("%s %s: %d rows, %d kept, %s", stage.name, day, counts.rows, counts.kept, done)
    return dg.MaterializeResult(metadata={} if len(requested) == 1 else {"days": len(requested), "rows": totals.rows})


def _days(
    context: dg.AssetExecutionContext, workspace: Workspace, stage: DayStage, requested: list[dt.date]
) -> Iterator[dt.date]:
    if CATCH_UP_TAG in context.run_tags:
        yield from (day for day in open_days(workspace, stage, max(requested)) if day not in requested)
    yield from requested


def day_metadata(stage: DayStage, counts: DayCounts) -> dict[str, dg.MetadataValue[Any]]:
    """What the UI shows of one day: counts by reason and by source or task, never text."""
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "dagster/row_count": dg.MetadataValue.int(counts.rows),
        "dagster/column_schema": column_schema(stage.schema),
        "kept": dg.MetadataValue.int(counts.kept),
        "refused": dg.MetadataValue.int(counts.rows - counts.kept),
        **{name: dg.MetadataValue.int(count) for name, count in sorted(counts.beside.items())},
        **counts.cost.metadata(),
        "up_to_date_before": dg.MetadataValue.bool(counts.skipped),
    }
    kept_by = "kept_by_task" if "task" in stage.schema.names else "kept_by_source"
    shown = {
        kept_by: counts.by_group,
        "refused_by_reason": counts.refused,
        "parts_held_back": counts.parts_held_back,
        "notes": counts.notes,
        "entities": counts.entities,
    }
    for name, counter in shown.items():
        if counter:
            metadata[name] = count_table(counter)
    return metadata
