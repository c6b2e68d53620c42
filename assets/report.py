"""`dataset_report`: what the version holds, what was put aside and why, and how balanced it is, for a person to read."""

from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import sets
from assets.guard import guarded
from resources.durable import write_bytes
from resources.workspace import Workspace, WorkspaceResource
from winnow import balance as balancing
from winnow.examples import REASONS
from winnow.report import balance_charts, dataset_report, label_table, markdown, reason_table, split_table, token_table

NAME = "dataset_report"

DESCRIPTION = "Counts by task, class, source and side before and after balancing, refusals by reason, and tokens."


def write_report(workspace: Workspace) -> str:
    """Write the report of the latest version beside it, and return its Markdown."""
    latest = workspace.releases.latest()
    assert latest is not None, "the report follows a publication"
    rows, before, after = workspace.lake.read(sets.JOINED), workspace.lake.read(sets.SPLIT), workspace.lake.read(sets.BALANCED)
    kept = rows.filter(pc.is_null(rows["reason"]))
    rules = {task.name: task.balance for task in workspace.catalog.tasks}
    few = balancing.shortages(after, kept, rules)
    text = f"# {workspace.catalog.dataset.name} {latest.version}\n\n" + dataset_report(
        rows, before, after, few, REASONS | sets.REASONS
    )
    folder = workspace.releases.path / "reports"
    folder.mkdir(mode=0o700, exist_ok=True)
    write_bytes(folder / f"{latest.version}.md", text.encode())
    return text


def report_asset(code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset."""

    @dg.asset(
        name="dataset_report",
        deps=["train", "validation", "test", sets.SPLIT, sets.BALANCED, sets.JOINED],
        code_version=code_version,
        group_name="release",
        kinds={"markdown"},
        owners=["team:data-platform"],
        description=DESCRIPTION,
    )
    def materialize(workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        space = workspace.open()
        with space.lock.held(), guarded():
            write_report(space)
        return dg.MaterializeResult(metadata=_metadata(space))

    return materialize


def _metadata(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    rows, before, after = workspace.lake.read(sets.JOINED), workspace.lake.read(sets.SPLIT), workspace.lake.read(sets.BALANCED)
    kept: pa.Table = rows.filter(pc.is_null(rows["reason"]))
    labels = label_table(balancing.counts(before, kept), balancing.counts(after, kept))
    parts = {
        "sides": markdown(split_table(balancing.counts(after, kept))),
        "balance": markdown(labels),
        "put_aside": markdown(reason_table(rows, after, REASONS | sets.REASONS)),
        "tokens": markdown(token_table(kept, after)),
    }
    if charts := balance_charts(labels):
        parts["plots"] = charts
    return {name: dg.MetadataValue.md(text) for name, text in parts.items()}
