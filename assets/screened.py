"""`screened_examples`: what the quality signals, evaluation files and contradicting labels say of every example, and who leaves.

Belongs here: handing examples to the measuring stage, remembering what was measured, and showing what was decided. Does not belong
here: what a figure means (`winnow.quality`) and what follows from it (`winnow.screen`).

A figure depends on its text alone. So those of the last table are taken over for every text that is in it, and a night measures and
compares only what is new.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from assets import evaluation, sets
from assets.frozen import members
from assets.metadata import column_schema, records_table
from resources.batches import split_batches
from resources.stage_keys import set_key
from resources.workspace import Workspace
from winnow import classes
from winnow.decontaminate import MATCHES, Contamination, Index, common_runs, contaminations, matches
from winnow.quality.measures import (
    MEASURES,
    NEEDED,
    QUALITY_VERSION,
    MeasureConfig,
    answers,
    digests,
    measurer,
    unmeasured,
)
from winnow.report import markdown
from winnow.screen import (
    SCREENED,
    contradiction_table,
    evaluation_table,
    kept_table,
    language_table,
    reason_table,
    screen,
    signal_table,
)

NAME = sets.SCREENED

DESCRIPTION = (
    "The quality signals of every example, evaluation texts and contradicting labels found among them, and who leaves for it by the "
    "catalog; by default nobody does."
)

_MATCHES = "matches"  # the table of what was found in evaluation files
_ROWS = 1 << 14  # examples taken to Python's strings at once
_MOST_ROWS = 500  # of a table in the event log, which is kept for ever


def decide_screened(workspace: Workspace) -> pa.Table:
    """`SCREENED` of all examples."""
    catalog = workspace.catalog
    own = sets.own_examples(workspace, {*NEEDED, "task", "source", *classes.COLUMNS})
    names = pa.chunked_array([pa.array(part, pa.binary(16)) for part in _digests(own)], pa.binary(16))
    measures = _measures(workspace, own, names)
    found = _contaminations(workspace, own, names)
    pinned = frozenset(record["example_id"] for record in members(workspace))
    return screen(classes.merged(own, catalog.tasks), measures, catalog.quality, found, pinned)


def _measures(workspace: Workspace, own: pa.Table, names: pa.ChunkedArray) -> pa.Table:
    """`MEASURES` of ``own``, whose texts have the digests ``names``, in its order; what the last table knows is not measured again."""
    known = _last_measures(workspace)
    places = pc.index_in(names, value_set=known["digest"].combine_chunks())
    batches = split_batches(_at(own.select(list(NEEDED)), pc.is_null(places)), workspace.catalog.engine.batch_bytes)
    made = pa.Table.from_batches(
        workspace.engine.map_batches(measurer, MeasureConfig(), batches, on_poison=unmeasured), schema=MEASURES
    )
    both = pa.concat_tables([known, made])
    fresh = pc.add(pc.cumulative_sum(pc.cast(pc.is_null(places), pa.int64())), len(known) - 1)
    rows = both.take(pc.if_else(pc.is_null(places), fresh, pc.cast(places, pa.int64())))
    return rows.set_column(0, MEASURES.field("example_id"), own["example_id"])


def _at(rows: pa.Table, which: pa.ChunkedArray) -> Iterator[pa.RecordBatch]:
    """Those of ``rows`` for which ``which`` is true; never a copy of all of them, which is a gigabyte where all are new."""
    for start in range(0, len(rows), _ROWS):
        yield from rows.slice(start, _ROWS).filter(which.slice(start, _ROWS)).to_batches()


def _digests(own: pa.Table) -> Iterator[list[bytes]]:
    for batch in own.select(list(NEEDED)).to_batches(max_chunksize=_ROWS):
        yield digests(batch)


def _last_measures(workspace: Workspace) -> pa.Table:
    """What was measured last time, each text once; nothing where another version did."""
    footer = workspace.lake.metadata(NAME)
    if footer is None or footer.get("quality") != QUALITY_VERSION:
        return MEASURES.empty_table()
    rows = workspace.lake.read(NAME, columns=MEASURES.names)
    if rows.schema != MEASURES:  # an older program's, whose figures were others
        return MEASURES.empty_table()
    rows = rows.take(_first_of(rows["digest"]))
    return rows.filter(pc.not_equal(rows["digest"], pa.scalar(bytes(16), pa.binary(16))))


def _first_of(column: pa.ChunkedArray) -> pa.Array:
    """The first row of each different value of ``column``, ascending."""
    found = pl.DataFrame({"value": pl.Series(column.to_pylist(), dtype=pl.Binary)}).with_row_index("row")
    return found.group_by("value").agg(pl.col("row").min())["row"].sort().to_arrow()


def _contaminations(workspace: Workspace, own: pa.Table, names: pa.ChunkedArray) -> list[Contamination | None]:
    """What the evaluation files have of each of ``own``; nothing if the catalog names none."""
    config = workspace.catalog.decontaminate
    if not config.files:
        return []
    texts = evaluation.evaluation_texts(workspace)
    key = evaluation.evaluation_key(workspace)
    footer = workspace.lake.metadata(NAME, name=_MATCHES)
    known = workspace.lake.read(NAME, name=_MATCHES) if footer and footer["stage_key"] == key else MATCHES.empty_table()
    firsts = _first_of(names)
    wanted = own.take(firsts).select(list(NEEDED))
    values = names.take(firsts).combine_chunks()
    kept = known.filter(pc.is_in(known["digest"], value_set=values))
    new = pc.invert(pc.is_in(values, value_set=known["digest"].combine_chunks()))
    found = pa.concat_tables([kept, *_compared(Index(texts), wanted.filter(new), values.filter(new))])
    workspace.lake.write(NAME, None, found, MATCHES, {"stage_key": key}, name=_MATCHES)
    common = common_runs(found, config.common_ngrams)
    thresholds = {task.name: task.near_duplicate_threshold for task in workspace.catalog.tasks}
    rows = found.take(pc.index_in(names, value_set=found["digest"].combine_chunks()))
    return contaminations(rows, own["task"].to_pylist(), thresholds, common)


def _compared(index: Index, rows: pa.Table, names: pa.Array) -> Iterator[pa.Table]:
    for start in range(0, len(rows), _ROWS):
        part = rows.slice(start, _ROWS)
        yield matches(index, names.slice(start, _ROWS).to_pylist(), part["input"].to_pylist(), answers(part))


def write_screened(workspace: Workspace, rows: pa.Table) -> None:
    """Put the whole table in its place."""
    footer = {"stage_key": workspace.stage_key("sets", set_key), "quality": QUALITY_VERSION}
    workspace.lake.write(NAME, None, rows, SCREENED, footer)


def screened_asset(code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset."""
    return sets.set_asset(NAME, [sets.JOINED], DESCRIPTION, code_version, _screened)


def _screened(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    rows = decide_screened(workspace)
    write_screened(workspace, rows)
    return _metadata(workspace, rows)


def _metadata(workspace: Workspace, rows: pa.Table) -> dict[str, dg.MetadataValue[Any]]:
    """What the UI shows: who is kept, dropped and why, and the signals that flag somebody."""
    kept, signals = kept_table(rows), signal_table(rows)
    dropped = [{key: value for key, value in row.items() if key != "advice"} for row in reason_table(rows)]
    files = [file.name for file in workspace.catalog.decontaminate.files]
    return {
        "dagster/row_count": dg.MetadataValue.int(len(rows)),
        "dagster/column_schema": column_schema(SCREENED),
        "kept": dg.MetadataValue.int(sum(row["kept"] for row in kept)),
        "flagged": dg.MetadataValue.int(sum(row["flagged"] for row in kept)),
        "kept_and_dropped": dg.MetadataValue.md(markdown(kept[:_MOST_ROWS])),
        "dropped_by_reason": dg.MetadataValue.md(markdown(dropped[:_MOST_ROWS])),
        "signals": dg.MetadataValue.md(markdown(signals[:_MOST_ROWS])),
        "languages": records_table(language_table(rows)[:_MOST_ROWS]),
        "contradictions": records_table(contradiction_table(rows)),
        "evaluation_files": records_table(evaluation_table(rows, files)),
    }
