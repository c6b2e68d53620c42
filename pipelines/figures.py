"""Figures of the version in force, as Markdown: what came in, what became of it, what it cost. `make figures` prints them.

Belongs here: reading what the line has recorded of itself. Nothing is measured anew, and nothing is written.
"""

import sys
from collections import Counter
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import scrubbed, sets
from assets.graph import DAILY_STAGES, SET_ASSETS
from assets.pairs import is_current
from pipelines.runner import prepare_instance
from resources.catalog import ASSETS
from resources.places import catalog_path, home_path
from resources.workspace import Workspace, shared_workspace
from winnow.balance import counts
from winnow.report import markdown, token_table
from winnow.schemas import SPLITS

RECORDS = 1_000  # newest materializations of an asset that are looked at: two and a half years of days


def figures(workspace: Workspace) -> str:
    """All tables, one below the other."""
    parts = {
        "Objects and documents": _sources(workspace),
        "Quarantined by reason": _quarantine(workspace),
        "Candidates by task": _tasks(workspace),
        "Refused and dropped by reason": _reasons(workspace),
        "Examples by task and side": _sides(workspace),
        "Tokens": token_table(sets.kept_examples(workspace), workspace.lake.read(sets.BALANCED)),
        "Entities replaced": _entities(workspace),
        "Cost by stage": _costs(),
    }
    return "\n".join(f"## {title}\n\n{markdown(rows)}" for title, rows in parts.items())


COLUMNS = ["object_id", "content_sha256", "source", "row_number", "reason"]


def _rows(workspace: Workspace, asset: str) -> list[pa.Table]:
    tables = [workspace.lake.read(asset, day, COLUMNS) for day in workspace.lake.days(asset)]
    current = workspace.ledger.current()
    return [table.filter(is_current(table, current)) for table in tables]


def _sources(workspace: Workspace) -> list[dict[str, Any]]:
    objects: dict[str, set[str]] = {source.name: set() for source in workspace.catalog.sources}
    documents: Counter[str] = Counter()
    held: Counter[str] = Counter()
    for asset in ASSETS:
        for table in _rows(workspace, asset):
            for row in table.to_pylist():
                objects[row["source"]].add(row["object_id"])
                (documents if row["reason"] is None else held)[row["source"]] += 1
    return [
        {"source": name, "objects": len(ids), "documents": documents[name], "quarantined": held[name]}
        for name, ids in sorted(objects.items())
    ]


def _quarantine(workspace: Workspace) -> list[dict[str, Any]]:
    found = Counter(
        (row["source"], row["reason"])
        for asset in ASSETS
        for table in _rows(workspace, asset)
        for row in table.filter(pc.is_valid(table["reason"])).to_pylist()
    )
    return [{"source": source, "reason": reason, "rows": number} for (source, reason), number in sorted(found.items())]


def _tasks(workspace: Workspace) -> list[dict[str, Any]]:
    rows = workspace.lake.read(sets.JOINED, columns=["task", "reason"]).to_pylist()
    all_of, made = Counter(row["task"] for row in rows), Counter(row["task"] for row in rows if row["reason"] is None)
    return [
        {"task": task, "candidates": number, "examples": made[task], "refused": number - made[task]}
        for task, number in sorted(all_of.items())
    ]


def _reasons(workspace: Workspace) -> list[dict[str, Any]]:
    joined = workspace.lake.read(sets.JOINED, columns=["task", "reason"]).to_pylist()
    totals = Counter(row["task"] for row in joined)
    decisions = workspace.lake.read(sets.BALANCED, columns=["task", "reason"]).to_pylist()
    found = Counter((row["task"], row["reason"]) for row in (*joined, *decisions) if row["reason"] is not None)
    return [
        {"task": task, "reason": reason, "number": number, "share": f"{number / totals[task]:.1%}"}
        for (task, reason), number in sorted(found.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1]))
    ]


def _sides(workspace: Workspace) -> list[dict[str, Any]]:
    table = counts(workspace.lake.read(sets.BALANCED), sets.kept_examples(workspace)).to_pylist()
    found: Counter[tuple[str, str]] = Counter()
    for row in table:
        found[row["task"], row["split"]] += row["examples"]
    return [{"task": task, **{side: found[task, side] for side in SPLITS}} for task in sorted({row["task"] for row in table})]


def _entities(workspace: Workspace) -> list[dict[str, Any]]:
    found: Counter[str] = Counter()
    for batch in workspace.lake.batches(scrubbed.NAME, workspace.lake.days(scrubbed.NAME), ["pii"]):
        for pair in pc.list_flatten(batch.column("pii")).to_pylist():
            found[pair["name"]] += pair["count"]
    return [{"entity": name, "replaced": number} for name, number in found.most_common()]


def _costs() -> list[dict[str, Any]]:
    """Seconds and peak memory by stage: days added up, of each day the run in which it was made last."""
    rows = []
    with dg.DagsterInstance.get() as instance:
        for asset in (*(stage.name for stage in DAILY_STAGES), *SET_ASSETS):
            records = instance.fetch_materializations(dg.AssetKey(asset), limit=RECORDS).records
            seen: dict[str | None, dict[str, Any]] = {}
            for record in records:
                event = record.asset_materialization
                if event is None or "seconds" not in event.metadata or _value(event, "up_to_date_before"):
                    continue
                seen.setdefault(event.partition, {name: _value(event, name) for name in ("seconds", "peak_memory_mib")})
            if seen:
                seconds = round(sum(cost["seconds"] for cost in seen.values()), 1)
                peak = max(cost["peak_memory_mib"] for cost in seen.values())
                rows.append({"stage": asset, "runs": len(seen), "seconds": seconds, "peak memory, MiB": peak})
    return rows


def _value(event: dg.AssetMaterialization, name: str) -> Any:
    return event.metadata[name].value if name in event.metadata else None


if __name__ == "__main__":
    prepare_instance(home_path())
    space = shared_workspace(catalog_path(), home_path())
    if space.releases.latest() is None:
        sys.exit("nothing is published in this home yet; `winnow backfill` makes the first version")
    sys.stdout.write(figures(space))
