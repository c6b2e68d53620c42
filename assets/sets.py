"""The set stages: all days' examples joined, made unique, split and balanced.

Belongs here: gathering what is current, calling the set functions, and showing what they decided. Does not belong here: how they
decide (`winnow.dedup`, `winnow.split`, `winnow.balance`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import examples, fingerprints, scrubbed, similar
from assets.boilerplate import boilerplate_metadata
from assets.cost import measured
from assets.days import DayCounts, count_rows
from assets.frozen import frozen, settled_labels, unchanged
from assets.guard import guarded
from assets.joined import NAME as _JOINED
from assets.joined import OUTSIDE_AUDIENCE, joined, todays
from assets.known import known_forms
from assets.labels import opaque_labels
from assets.metadata import column_schema, count_table, records_table, table
from assets.trace import SCREENED_STAGE
from resources.stage_keys import set_key
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow import classes
from winnow.alike import ADVICE as ALIKE_ADVICE
from winnow.alike import TOO_FEW_ALIKE
from winnow.balance import balance
from winnow.dedup import deduplicate
from winnow.errors import UsageError
from winnow.examples import REASONS as RECIPE_REASONS
from winnow.figures import dropped_table
from winnow.finished import PERSONAL_DATA_LEFT
from winnow.periods import Periods
from winnow.reasons import QUARANTINE
from winnow.schemas import DECISIONS, EXAMPLES
from winnow.screen import staying, with_dropped
from winnow.shares import large_groups, reached
from winnow.split import Rules as SplitRules
from winnow.split import split
from winnow.stripping import ADVICE as BOILERPLATE_ADVICE
from winnow.stripping import ONLY_BOILERPLATE

JOINED, UNIQUE, SPLIT, BALANCED = _JOINED, "unique_examples", "split_examples", "balanced_examples"
SCREENED = SCREENED_STAGE

REASONS = {
    OUTSIDE_AUDIENCE: "add the source's audience to the dataset's, or leave the source out of the task",
    TOO_FEW_ALIKE: ALIKE_ADVICE,
    ONLY_BOILERPLATE: BOILERPLATE_ADVICE,
    PERSONAL_DATA_LEFT: "parts that were clean by themselves say something personal together; nothing to do, it was held back",
}

UNIQUE_COLUMNS = ("example_id", "task", "label", "input", "target", "source", "day", "group_keys")
SPLIT_COLUMNS = (*UNIQUE_COLUMNS, "origin")
COUNTED = classes.COLUMNS
"""What is read of the examples: of a million of them the rest would take gigabytes."""

ROWS_AT_ONCE = 1 << 16  # read at a time

SHOWN_OF_JOINED = ("task", "pii", "known", "reason")

MOST_LABELS = 500  # rows of a table in the event log, which is kept for ever

ADVICE = QUARANTINE | RECIPE_REASONS | REASONS
"""What can be done about every reason in ``joined_examples``; a document that killed its worker has quarantine's reasons."""


def own_examples(workspace: Workspace, columns: Collection[str] = EXAMPLES.names) -> pa.Table:
    """The rows of ``joined_examples`` that are examples, by example id, under the labels that their recipes gave them."""
    names = [name for name in EXAMPLES.names if name in columns or name == "reason"]
    parts = []
    for batch in workspace.lake.batches(JOINED, columns=names, batch_rows=ROWS_AT_ONCE):
        reasons = batch.column("reason")
        parts.append(batch if reasons.null_count == len(batch) else batch.filter(pc.is_null(reasons)))
    rows = pa.Table.from_batches(parts) if parts else EXAMPLES.empty_table()
    return todays(rows, [name for name in names if name in columns])


def kept_examples(workspace: Workspace, columns: Collection[str] = EXAMPLES.names) -> pa.Table:
    """The same under the labels that they are released with (`winnow.classes`)."""
    dataset, tasks, lake = workspace.catalog.dataset, workspace.catalog.tasks, workspace.lake
    if not any(task.balance.merge or task.balance.below_minimum == "other" for task in tasks):
        return own_examples(workspace, columns)
    own = own_examples(workspace, {*columns, *classes.COLUMNS})
    settles = lake.exists(UNIQUE) and any(task.balance.below_minimum == "other" for task in tasks)
    settled = settled_labels(workspace, own) if settles else None
    unique = lake.read(UNIQUE) if settles else None
    found = classes.released(own, unique, tasks, dataset.shares.train, settled)
    return found.select([name for name in EXAMPLES.names if name in columns])


def decide_unique(workspace: Workspace, prints: fingerprints.Prints | None = None) -> pa.Table:
    """Which examples stay when duplicates leave, and what belongs together; ``prints`` counts where fingerprints came from."""
    thresholds = {task.name: task.near_duplicate_threshold for task in workspace.catalog.tasks}
    priority, survivor = trust(workspace), workspace.catalog.dataset.survivor
    tasks, rows = workspace.catalog.tasks, own_examples(workspace, {*UNIQUE_COLUMNS, *classes.COLUMNS})

    pinned = unchanged(workspace, rows)
    known = prints or fingerprints.Prints(workspace)
    keep_contained = {task.name for task in tasks if task.keep_contained}

    def without_duplicates(some: pa.Table) -> pa.Table:
        return deduplicate(some, thresholds, priority, known(some), pinned, survivor, keep_contained)

    screened = _screened(workspace, rows)
    stays = classes.merged(staying(rows, screened), tasks)
    unique = similar.without_duplicates(
        workspace,
        stays,
        thresholds,
        priority,
        pinned,
        survivor=survivor,
        prints=known,
        keep_contained=keep_contained,
        told=known.told,
    )
    known.remembered = len(stays) - known.asked
    unique = with_dropped(unique, screened)
    settled = settled_labels(workspace, rows)
    return classes.settle(unique, rows, tasks, workspace.catalog.dataset.shares.train, without_duplicates, settled)


def trust(workspace: Workspace) -> dict[str, int]:
    """The sources as `winnow.survivors` ranks them, the most trusted one first; the catalog counts trust upwards."""
    return {source.name: -source.priority for source in workspace.catalog.sources}


def _screened(workspace: Workspace, rows: pa.Table) -> pa.Table:
    """What was decided of ``rows`` in ``screened_examples``; UsageError if that was made of other examples."""
    screened = workspace.lake.read(SCREENED, columns=["example_id", "task", "evaluation_similarity", "reason"])
    if not screened["example_id"].equals(rows["example_id"]):
        raise UsageError(f"{SCREENED} was made of other examples than {JOINED} holds; materialize it first")
    return screened


def decide_split(workspace: Workspace) -> pa.Table:
    """Which side each remaining example stands on; published sides stay."""
    dataset, rows = workspace.catalog.dataset, kept_examples(workspace, SPLIT_COLUMNS)
    sides = workspace.releases.published_sides()
    published = dict(zip(sides["example_id"].to_pylist(), sides["split"].to_pylist(), strict=True))
    by_time = Periods(**dataset.split.model_dump(exclude={"by"})) if dataset.split.by == "time" else None
    rules = SplitRules(dataset.group_share, by_time, frozen(workspace, rows))
    return split(workspace.lake.read(UNIQUE), rows, dataset.shares.mapping(), dataset.salt, published, rules)


def decide_balance(workspace: Workspace) -> pa.Table:
    """Which train examples remain when the classes are evened out, and with which weight."""
    rules = {task.name: task.balance for task in workspace.catalog.tasks}
    return balance(workspace.lake.read(SPLIT), kept_examples(workspace, COUNTED), rules, workspace.catalog.dataset.salt)


def write_set(workspace: Workspace, name: str, rows: pa.Table | Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    """Put the whole table of the set stage ``name`` in its place."""
    workspace.lake.write(name, None, rows, schema, {"stage_key": workspace.stage_key("sets", set_key)})


def decision_metadata(decisions: pa.Table) -> dict[str, dg.MetadataValue[Any]]:
    """What the UI shows of a table of decisions: kept and dropped by reason, groups, and kept by task and side."""
    kept = decisions.filter(pc.is_null(decisions["reason"]))
    sides = Counter(zip(kept["task"].to_pylist(), kept["split"].to_pylist(), strict=True))
    dropped = Counter(decisions["reason"].drop_null().to_pylist())
    metadata: dict[str, dg.MetadataValue[Any]] = {
        "dagster/row_count": dg.MetadataValue.int(len(decisions)),
        "dagster/column_schema": column_schema(DECISIONS),
        "kept": dg.MetadataValue.int(len(kept)),
        "groups": dg.MetadataValue.int(len(pc.unique(decisions["group"]))),
        "kept_by_task": table(
            ("task", "split", "examples"), [(task, side, count) for (task, side), count in sorted(sides.items(), key=str)]
        ),
    }
    if dropped:
        metadata["dropped_by_reason"] = count_table(dropped)
    return metadata


def joined_metadata(rows: pa.Table | Iterable[pa.RecordBatch]) -> dict[str, dg.MetadataValue[Any]]:
    """What the UI shows of all examples: counts by task, refusals by task and reason. The columns `SHOWN_OF_JOINED` are read."""
    totals, replaced = DayCounts(), Counter[str]()
    refused: Counter[tuple[str, str]] = Counter()
    for batch in rows.to_batches() if isinstance(rows, pa.Table) else rows:
        totals.add(count_rows([batch]))
        for pair in pc.list_flatten(batch.column("known")).to_pylist():
            replaced[pair["name"]] += pair["count"]
        put_aside = batch.select(["task", "reason"]).filter(pc.is_valid(batch.column("reason")))
        refused.update(zip(put_aside["task"].to_pylist(), put_aside["reason"].to_pylist(), strict=True))
    return {
        "dagster/row_count": dg.MetadataValue.int(totals.rows),
        "dagster/column_schema": column_schema(EXAMPLES),
        "examples_by_task": count_table(totals.by_group),
        "known_people_replaced": count_table(replaced),
        "refused_by_task": table(
            ("task", "reason", "candidates"), [(task, reason, count) for (task, reason), count in sorted(refused.items())]
        ),
    }


def deviation_table(decisions: pa.Table, rows: pa.Table, shares: Mapping[str, float]) -> dg.TableMetadataValue:
    """How far each side of each task and label is from the share that the catalog wants."""
    found = reached(decisions, rows, shares)
    return records_table([{**row, "share": round(row["share"], 4)} for row in found[:MOST_LABELS]])


def set_asset(
    name: str,
    deps: list[str],
    description: str,
    code_version: str,
    make: Callable[[Workspace], dict[str, dg.MetadataValue[Any]]],
) -> dg.AssetsDefinition:
    """A set stage as a Dagster asset: ``make`` writes its table, and says what the UI shows of it."""

    @dg.asset(
        name=name,
        deps=deps,
        description=description,
        code_version=code_version,
        group_name="examples",
        kinds={"parquet"},
        owners=["team:data-platform"],
    )
    def materialize(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        space = workspace.open()
        with space.lock.held(), guarded(), measured(makes_room=True) as cost:
            metadata = make(space)
        return dg.MaterializeResult(metadata={**metadata, **cost.metadata()})

    return materialize


def _unique(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    prints = fingerprints.Prints(workspace)
    decisions = decide_unique(workspace, prints)
    write_set(workspace, UNIQUE, decisions, decisions.schema)
    return decision_metadata(decisions) | {name: dg.MetadataValue.int(count) for name, count in prints.counts().items()}


def _sided(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    decisions = decide_split(workspace)
    write_set(workspace, SPLIT, decisions, decisions.schema)
    shares = workspace.catalog.dataset.shares.mapping()
    return {
        **decision_metadata(decisions),
        "shares": deviation_table(decisions, opaque_labels(kept_examples(workspace, COUNTED), workspace.catalog), shares),
        "large_groups": records_table(large_groups(decisions, workspace.catalog.dataset.group_share)[:MOST_LABELS]),
    }


def _balanced(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    decisions = decide_balance(workspace)
    write_set(workspace, BALANCED, decisions, decisions.schema)
    rows = dropped_table(decisions, opaque_labels(kept_examples(workspace, COUNTED), workspace.catalog))
    return {
        **decision_metadata(decisions),
        "dagster/column_schema": column_schema(decisions.schema),
        "train_by_label": records_table(rows[:MOST_LABELS]),
        "copies": dg.MetadataValue.int(pc.sum(pc.subtract(decisions["copies"], 1)).as_py() or 0),
    }


def _joined(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    write_set(workspace, JOINED, joined(workspace), EXAMPLES)
    rows = workspace.lake.batches(JOINED, columns=SHOWN_OF_JOINED, batch_rows=ROWS_AT_ONCE)
    known = dg.MetadataValue.int(len(known_forms(workspace)))
    return {**joined_metadata(rows), "known_people_forms": known, **boilerplate_metadata(workspace)}


def set_assets(code_version: str) -> list[dg.AssetsDefinition]:
    """The four set stages as Dagster assets."""
    return [
        set_asset(
            JOINED,
            [examples.NAME, scrubbed.NAME],
            "Examples of all days made of what the sources hold now, with those that join documents of several days.",
            code_version,
            _joined,
        ),
        set_asset(
            UNIQUE,
            [JOINED, SCREENED],
            "Exact and near duplicates dropped, and what a longer example contains, each with its keeper; the rest grouped by what "
            "belongs together.",
            code_version,
            _unique,
        ),
        set_asset(
            SPLIT,
            [UNIQUE],
            "Every group on one side, by a keyed hash; what was published stays on its side for ever.",
            code_version,
            _sided,
        ),
        set_asset(
            BALANCED,
            [SPLIT],
            "Classes, and sources within a class, evened out in train by the catalog's caps, targets, copies and weights; "
            "validation and test untouched.",
            code_version,
            _balanced,
        ),
    ]
