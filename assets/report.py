"""`dataset_report`: what the version holds, what was put aside and why, and how balanced it is, for a person to read."""

from collections import Counter, defaultdict
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import sets
from assets.audit import leak_columns, leak_rate
from assets.guard import guarded
from assets.held_back import held_back
from assets.labels import opaque_labels
from assets.metadata import records_table
from resources.durable import write_bytes
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow import balance as balancing
from winnow.report import Rows, balance_charts, dataset_report, label_table, markdown, reason_table, split_table, token_table
from winnow.schemas import SPLITS
from winnow.tokens import is_exact

NAME = "dataset_report"

BAR = 12  # blocks of the longest bar: what the asset page shows beside the other columns without scrolling

LEAK_RATE = (
    "What the name model, at its more sensitive operating point, takes for personal data in a sample of the finished examples: an upper "
    "estimate with its 95 % interval (Wilson), since many of these are no personal data. Nothing here blocked the version."
)

DESCRIPTION = "Counts by task, class, source and side before and after balancing, refusals by reason, and tokens."


def write_report(workspace: Workspace) -> str:
    """Write the report of the latest version beside it, and return its Markdown."""
    latest = workspace.releases.latest()
    assert latest is not None, "the report follows a publication"
    rows, before, after = workspace.lake.read(sets.JOINED), workspace.lake.read(sets.SPLIT), workspace.lake.read(sets.BALANCED)
    kept = rows.filter(pc.is_null(rows["reason"]))
    rules = {task.name: task.balance for task in workspace.catalog.tasks}
    few = balancing.shortages(after, kept, rules)
    text = f"# {workspace.catalog.dataset.name} {latest.version}\n\n" + dataset_report(rows, before, after, few, sets.ADVICE)
    text += f"\nIn place of personal data: {workspace.catalog.pii.replacement}.\n"
    text += f"\n## Token limits\n\n{markdown(token_limits(workspace, rows))}"
    text += f"\n## Held back by the scrubber\n\n{markdown(held_back(workspace))}"
    text += f"\n## Estimated leak rate\n\n{LEAK_RATE}\n\n{markdown(leak_columns(leak_rate(workspace)))}"
    folder = workspace.releases.path / "reports"
    folder.mkdir(mode=0o700, exist_ok=True)
    write_bytes(folder / f"{latest.version}.md", text.encode())
    return text


def token_limits(workspace: Workspace, rows: pa.Table) -> list[dict[str, Any]]:
    """How each task's tokens are counted and what its limit cost: where only an upper bound is known, more than it need."""
    over = rows.filter(pc.equal(rows["reason"], "over_token_limit"))
    refused = Counter(over["task"].to_pylist())
    return [
        {
            "task": task.name,
            "tokenizer": task.tokenizer,
            "count": "exact" if is_exact(task.tokenizer) else "upper bound",
            "limit": task.limit_tokens,
            "refused": refused[task.name],
        }
        for task in sorted(workspace.catalog.tasks, key=lambda task: task.name)
    ]


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
    """The report's tables as the UI draws them, and its figures as numbers, of which the UI plots one point a version."""
    rows, before, after = workspace.lake.read(sets.JOINED), workspace.lake.read(sets.SPLIT), workspace.lake.read(sets.BALANCED)
    kept = opaque_labels(rows.filter(pc.is_null(rows["reason"])), workspace.catalog)
    labels = label_table(balancing.counts(before, kept), balancing.counts(after, kept))
    sides = split_table(balancing.counts(after, kept))
    aside = reason_table(rows, after, sets.ADVICE)
    metadata: dict[str, dg.MetadataValue[Any]] = {
        **{side: dg.MetadataValue.int(sum(row[side] for row in sides)) for side in SPLITS},
        "replacement": dg.MetadataValue.text(workspace.catalog.pii.replacement),
        "put_aside": dg.MetadataValue.int(sum(row["examples"] for row in aside)),
        "by_side": records_table(_columns(sides, "task", "label", *SPLITS)),
        "balance": records_table(balance_bars(labels)),
        "reasons": records_table(_columns(aside, "task", "reason", "examples")),
        "advice": records_table(sorted_advice(aside)),
        "tokens": records_table(_columns(token_table(kept, after), "task", "min", "p50", "p90", "max")),
        "limits": records_table(token_limits(workspace, rows)),
        "held_back": records_table(held_back(workspace)),
        "leak_rate": records_table(leak_columns(leak_rate(workspace))),
        "in_full": dg.MetadataValue.md(markdown(labels)),
    }
    if charts := balance_charts(labels):
        metadata["plots"] = dg.MetadataValue.md(charts)
    return metadata


def _columns(rows: Rows, *names: str) -> Rows:
    """Some columns of ``rows``: the asset page shows some sixty characters without scrolling."""
    return [{name: row[name] for name in names} for row in rows]


def sorted_advice(aside: Rows) -> Rows:
    """What can be done about each reason of ``aside``, a row of `reason_table` each."""
    advice = {row["reason"]: row["advice"] for row in aside if row["advice"]}
    return [{"reason": reason, "what to do": text} for reason, text in sorted(advice.items())]


def balance_bars(labels: Rows) -> Rows:
    """Train examples by task and label before and after balancing, of `label_table`'s ``labels``; ``after`` also as a bar."""
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in labels:
        if row["split"] == "train" and row["label"]:
            for place, name in enumerate(("before", "after")):
                counted[row["task"], row["label"]][place] += row[name]
    highest = max((before for before, _ in counted.values()), default=1) or 1
    return [
        {
            "task": task,
            "label": label,
            "before": before,
            "after": after,
            "": "█" * max(round(BAR * after / highest), int(after > 0)),
        }
        for (task, label), (before, after) in sorted(counted.items(), key=lambda pair: (pair[0][0], -pair[1][0], pair[0][1]))
    ]
