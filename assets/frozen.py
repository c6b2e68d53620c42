"""The sides that the catalog freezes: what they were in the version that it names.

Belongs here: reading that version's index, and what is left of it now. Does not belong here: what freezing means for the split
(`winnow.split`) and for small labels (`winnow.classes`).
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assets.trace import records
from resources.workspace import Workspace
from winnow.classes import Settled, merged, settled_by
from winnow.index import text_sha256
from winnow.split import Frozen

DELETED = "deleted"
"""Why an example of a frozen side is not there: none of the sources makes it any more."""

ROWS_AT_ONCE = 2_000  # texts hashed at a time


def frozen_versions(workspace: Workspace) -> set[str]:
    """The versions that the catalog freezes a side of."""
    return {version for _, version in _named(workspace)}


def members(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """The index records of the frozen sides, as they were published; VersionError if there is no such version."""
    for side, version in _named(workspace):
        yield from records(workspace.releases.version_path(version) / "index" / f"{side}.jsonl")


def unchanged(workspace: Workspace, own: pa.Table) -> frozenset[str]:
    """Ids of the frozen sides' examples that say what they said; ``own`` are the `EXAMPLES` under the labels of their recipes.

    Small labels are not settled yet where this is asked, so a label may be its own or that for small ones.
    """
    were = {record["example_id"]: record for record in members(workspace)}
    if not were:
        return frozenset()
    rows = merged(own, workspace.catalog.tasks)
    rows = rows.filter(pc.is_in(rows["example_id"], value_set=pa.array(sorted(were), pa.string())))
    others = {task.name: task.balance.other for task in workspace.catalog.tasks}
    found = set()
    for batch in rows.select(["example_id", "task", "label", "input", "target"]).to_batches(ROWS_AT_ONCE):
        for row in batch.to_pylist():
            targets = {row["target"]} if row["label"] is None else {row["target"], others.get(row["task"], "")}
            if were[row["example_id"]]["sha256"] in {text_sha256(row["input"], target) for target in targets}:
                found.add(row["example_id"])
    return frozenset(found)


def frozen(workspace: Workspace, rows: pa.Table) -> Frozen:
    """What the catalog freezes; ``rows`` are the `EXAMPLES` there are now, under the labels that they are released with."""
    sides = frozenset(side for side, _ in _named(workspace))
    if not sides:
        return Frozen()
    were = {record["example_id"]: record for record in members(workspace)}
    present = rows.filter(pc.is_in(rows["example_id"], value_set=pa.array(sorted(were), pa.string())))
    changed = {
        row["example_id"]
        for batch in present.select(["example_id", "input", "target"]).to_batches(ROWS_AT_ONCE)
        for row in batch.to_pylist()
        if text_sha256(row["input"], row["target"]) != were[row["example_id"]]["sha256"]
    }
    return Frozen({name: record["split"] for name, record in were.items()}, sides, frozenset(changed))


def settled_labels(workspace: Workspace, own: pa.Table) -> Settled:
    """Which labels the frozen sides settle; ``own`` are the `EXAMPLES` under the labels of their recipes."""
    tasks = workspace.catalog.tasks
    if not _named(workspace) or all(task.balance.below_minimum not in {"other", "drop"} for task in tasks):
        return {}
    return settled_by({record["example_id"]: record["label"] for record in members(workspace)}, own, tasks)


def missing(workspace: Workspace, joined: pa.Table, decisions: pa.Table) -> Counter[tuple[str, str]]:
    """How many examples of each frozen side are not on it, by side and reason.

    Args:
        workspace: whose catalog and releases.
        joined: ``example_id`` and ``reason`` of ``joined_examples``.
        decisions: of the split or later.
    """
    refused = joined.filter(pc.is_valid(joined["reason"]))
    why = dict(zip(refused["example_id"].to_pylist(), refused["reason"].to_pylist(), strict=True))
    now = {
        name: (side, reason)
        for name, side, reason in zip(*(decisions[name].to_pylist() for name in ("example_id", "split", "reason")), strict=True)
    }
    found: Counter[tuple[str, str]] = Counter()
    for record in members(workspace):
        side, name = record["split"], record["example_id"]
        stands, reason = now.get(name, (None, why.get(name, DELETED)))
        if reason is not None or stands != side:
            found[side, reason or "other_side"] += 1
    return found


def _named(workspace: Workspace) -> list[tuple[str, str]]:
    """Side and version, of the sides that the catalog freezes."""
    dataset = workspace.catalog.dataset
    named = (("validation", dataset.freeze_validation), ("test", dataset.freeze_test))
    return [(side, version) for side, version in named if version is not None]
