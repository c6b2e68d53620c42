"""`dataset_report`: what the version holds, what was put aside and why, and how balanced it is, for a person to read."""

from collections import Counter, defaultdict
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets import sets
from assets.audit import leak_columns, leak_rate
from assets.figures import figures_of
from assets.guard import guarded
from assets.held_back import held_back, reader_notes
from assets.metadata import records_table
from resources.durable import write_bytes
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.report import Figures, Rows, balance_charts, dataset_report, markdown, quality_section, reason_table, token_table
from winnow.schemas import SPLITS
from winnow.tokens import is_exact

NAME = "dataset_report"

MOST_ROWS = 500  # of a table in the event log, which is kept for ever; the report beside the releases has them all

EVENNESS = {
    "classes": "classes",
    "effective before": "even before",
    "as trained": "even trained",
    "sources": "sources",
    "sources after": "even sources",
}
"""Columns of the table of effective numbers, by what fits on the asset page."""

BAR = 12  # blocks of the longest bar: what the asset page shows beside the other columns without scrolling

LEAK_RATE = (
    "What the name model, at its more sensitive operating point, takes for personal data in a sample of the finished examples: an upper "
    "estimate with its 95 % interval (Wilson), since many of these are no personal data. Nothing here blocked the version."
)

DESCRIPTION = (
    "Counts by task, class, source and side before and after balancing, how even and how varied train is, what to collect next, "
    "refusals by reason, and tokens."
)


def write_report(workspace: Workspace) -> str:
    """Write the report of the latest version beside it, and return its Markdown."""
    latest = workspace.releases.latest()
    assert latest is not None, "the report follows a publication"
    rows, advice = workspace.lake.read(sets.JOINED, columns=["task", "reason"]), sets.ADVICE
    text = f"# {workspace.catalog.dataset.name} {latest.version}\n\n"
    text += dataset_report(figures_of(workspace, by_name=True), rows, advice)
    text += f"\nIn place of personal data: {workspace.catalog.pii.replacement}.\n"
    text += f"\n{quality_section(workspace.lake.read(sets.SCREENED), _evaluation_files(workspace))}"
    text += f"\n## Token limits\n\n{markdown(token_limits(workspace, rows))}"
    text += f"\n## Noted by the readers\n\n{markdown(reader_notes(workspace))}"
    text += f"\n## Held back by the scrubber\n\n{markdown(held_back(workspace))}"
    text += f"\n## Estimated leak rate\n\n{LEAK_RATE}\n\n{markdown(leak_columns(leak_rate(workspace)))}"
    folder = workspace.releases.path / "reports"
    folder.mkdir(mode=0o700, exist_ok=True)
    write_bytes(folder / f"{latest.version}.md", text.encode())
    return text


def _evaluation_files(workspace: Workspace) -> list[str]:
    return [file.name for file in workspace.catalog.decontaminate.files]


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
        deps=["train", "validation", "test", sets.SPLIT, sets.BALANCED, sets.JOINED, sets.SCREENED],
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
    rows, figures = workspace.lake.read(sets.JOINED, columns=["task", "reason"]), figures_of(workspace, by_name=False)
    aside = reason_table(rows, figures.after, sets.ADVICE)
    return {
        **{side: dg.MetadataValue.int(sum(row[side] for row in figures.sides)) for side in SPLITS},
        "replacement": dg.MetadataValue.text(workspace.catalog.pii.replacement),
        "put_aside": dg.MetadataValue.int(sum(row["examples"] for row in aside)),
        "by_side": records_table(_columns(figures.sides, "task", "label", *SPLITS)),
        **_balance_metadata(figures),
        "reasons": records_table(_columns(aside, "task", "reason", "examples")),
        "advice": records_table(sorted_advice(aside)),
        "tokens": records_table(_columns(token_table(figures.examples, figures.after), "task", "min", "p50", "p90", "max")),
        "limits": records_table(token_limits(workspace, rows)),
        "notes": records_table(_columns(reader_notes(workspace), "source", "note", "documents", "count")),
        "held_back": records_table(held_back(workspace)),
        "leak_rate": records_table(leak_columns(leak_rate(workspace))),
        "in_full": dg.MetadataValue.md(markdown(figures.labels[:MOST_ROWS])),
    }


def _balance_metadata(figures: Figures) -> dict[str, dg.MetadataValue[Any]]:
    """What the asset page shows of balance; a table holds what fits beside the others, the page's own report holds the rest."""
    few, unmeasured = figures.small, figures.not_measurable
    return {
        "plots": dg.MetadataValue.md(balance_charts(figures) or "no task has labels or several sources"),
        "balance": records_table(balance_bars(figures.labels)),
        "evenness": records_table(_evenness(figures.evenness)),
        "classes": records_table(
            _rounded(_columns(figures.classes, "task", "label", "lines", "weight", "sources", "largest after"))
        ),
        "dropped": records_table(figures.dropped[:MOST_ROWS]),
        "token_share": records_table(
            _rounded(_columns(figures.token_shares, "task", "label", "examples after", "tokens after"))
        ),
        "variety": records_table(
            _rounded(_columns(figures.variety, "task", "part", "train", "type-token", "distinct-2", "spread"))
        ),
        "intensity": records_table(_columns(figures.intensities, "task", "pole", "intensity", "before", "after")),
        "languages": records_table(figures.languages),
        "renamed": records_table(figures.renamed),
        "small_labels": records_table(_columns(few, "task", "label", "train", "minimum", "now", "most like")),
        "not_measurable": records_table(_columns(unmeasured, "task", "label", *SPLITS)),
        "empty_sides": records_table(figures.empty_sides),
        "collect_next": records_table(_columns(figures.to_collect, "said")),
        "small_label_count": dg.MetadataValue.int(len(few)),
        "not_measurable_count": dg.MetadataValue.int(len(unmeasured)),
    }


def _evenness(rows: Rows) -> Rows:
    """The tasks that have several classes or sources."""
    several = [row for row in rows if (row["classes"] or 1) > 1 or row["sources"] > 1]
    return [{"task": row["task"], **{short: row[name] for name, short in EVENNESS.items()}} for row in _rounded(several)]


def _rounded(rows: Rows) -> Rows:
    return [{key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()} for row in rows]


def _columns(rows: Rows, *names: str) -> Rows:
    """Some columns of ``rows``, `MOST_ROWS` at most: the asset page shows some sixty characters without scrolling."""
    return [{name: row[name] for name in names} for row in rows[:MOST_ROWS]]


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
    highest: dict[str, int] = defaultdict(lambda: 1)
    for (task, _), (before, _) in counted.items():
        highest[task] = max(highest[task], before)
    return [
        {
            "task": task,
            "label": label,
            "before": before,
            "after": after,
            "": "█" * max(round(BAR * after / highest[task]), int(after > 0)),
        }
        for (task, label), (before, after) in sorted(counted.items(), key=lambda pair: (pair[0][0], -pair[1][0], pair[0][1]))
    ]
