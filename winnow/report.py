"""The tables and plots of the dataset report.

Belongs here: figures about a dataset, as rows and as Markdown. Does not belong here: deciding anything, and text of any
example.

A table is a list of dicts with the same keys in the same order; `markdown` renders it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow import balance as balancing
from winnow import dedup
from winnow import split as splitting
from winnow.balance import Shortage
from winnow.charts import bar_chart, embed

Rows: TypeAlias = list[dict[str, Any]]

ADVICE: dict[str, str] = {**dedup.REASONS, **splitting.REASONS, **balancing.REASONS}
"""What to do about each reason of the set stages."""

_QUANTILES = (0.0, 0.5, 0.9, 0.99, 1.0)
_BARS = 40  # the largest labels only; more than a screen of bars is read by nobody, and the table has them all


def label_table(before: pa.Table, after: pa.Table) -> Rows:
    """Examples by task, label, source and split before and after balancing; both of `winnow.balance.counts`."""
    keys = ("task", "label", "source", "split")
    counted: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for place, table in enumerate((before, after)):
        for row in table.to_pylist():
            counted[tuple(row[key] or "" for key in keys)][place] += row["examples"]
    return [
        {**dict(zip(keys, key, strict=True)), "before": counts[0], "after": counts[1]}
        for key, counts in sorted(counted.items())
    ]


def split_table(after: pa.Table) -> Rows:
    """Examples by task and label, one column a side, from `winnow.balance.counts`."""
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in after.to_pylist():
        counted[row["task"], row["label"] or ""][row["split"]] += row["examples"]
    sides = ("train", "validation", "test")
    return [
        {"task": task, "label": label, **{side: counts[side] for side in sides}, "all": sum(counts.values())}
        for (task, label), counts in sorted(counted.items())
    ]


def reason_table(examples: pa.Table, decisions: pa.Table, advice: Mapping[str, str] | None = None) -> Rows:
    """Why candidates and examples were put aside: by task and reason, with what can be done.

    Args:
        examples: `EXAMPLES` with refusals (rows that have a reason).
        decisions: `DECISIONS` about the others.
        advice: by reason, for the recipes' reasons.
    """
    known = {**ADVICE, **(advice or {})}
    counted: Counter[tuple[str, str]] = Counter()
    for table in (examples, decisions):
        refused = table.filter(pc.is_valid(table["reason"]))
        counted.update(zip(refused["task"].to_pylist(), refused["reason"].to_pylist(), strict=True))
    return [
        {"task": task, "reason": reason, "examples": count, "advice": known.get(reason, "")}
        for (task, reason), count in sorted(counted.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1]))
    ]


def token_table(examples: pa.Table, decisions: pa.Table) -> Rows:
    """Tokens of input and target together, of examples that stay: smallest, quantiles, largest and sum, by task."""
    kept = set(decisions.filter(pc.is_null(decisions["reason"]))["example_id"].to_pylist())
    tokens: dict[str, list[int]] = defaultdict(list)
    columns = (examples[name].to_pylist() for name in ("example_id", "task", "input_tokens", "target_tokens"))
    for example, task, before, after in zip(*columns, strict=True):
        if example in kept:
            tokens[task].append((before or 0) + (after or 0))
    names = ("min", "p50", "p90", "p99", "max")
    return [
        {
            "task": task,
            "examples": len(counts),
            **dict(zip(names, np.quantile(counts, _QUANTILES, method="lower").tolist(), strict=True)),
            "sum": sum(counts),
        }
        for task, counts in sorted(tokens.items())
    ]


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """``rows`` as a Markdown table; numbers to the right. No rows give a line that says so."""
    if not rows:
        return "none\n"
    names = list(rows[0])
    is_number = [all(isinstance(row[name], int | float) for row in rows) for name in names]
    lines = [names, ["---:" if right else "---" for right in is_number]]
    lines += [[_cell(row[name]) for name in names] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def balance_charts(table: Rows) -> str:
    """One chart for each task with labels: train examples by label before and after balancing, as Markdown images."""
    counted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for row in table:
        if row["split"] == "train" and row["label"]:
            for place, name in enumerate(("before", "after")):
                counted[row["task"]][row["label"]][place] += row[name]
    charts = []
    for task, labels in sorted(counted.items()):
        names = sorted(labels, key=lambda label: (-labels[label][0], label))[:_BARS]
        series = [(name, [labels[label][place] for label in names]) for place, name in enumerate(("before", "after"))]
        title = f"{task}: train examples by label"
        charts.append(embed(bar_chart(title, names, series), title))
    return "\n\n".join(charts)


def dataset_report(
    examples: pa.Table,
    split_decisions: pa.Table,
    decisions: pa.Table,
    shortages: Sequence[Shortage] = (),
    advice: Mapping[str, str] | None = None,
) -> str:
    """The whole report in Markdown; ``split_decisions`` before balancing, ``decisions`` after, ``examples`` with refusals."""
    kept = examples.filter(pc.is_null(examples["reason"]))
    table = label_table(balancing.counts(split_decisions, kept), balancing.counts(decisions, kept))
    few = [
        {"task": s.task, "label": s.label, "train examples": s.examples, "minimum": s.minimum, "rule": s.remedy}
        for s in shortages
    ]
    sections = [
        ("Examples by side", markdown(split_table(balancing.counts(decisions, kept)))),
        ("Balance", "\n\n".join(part for part in (balance_charts(table), markdown(table)) if part)),
        ("Labels with few examples", markdown(few)),
        ("Put aside", markdown(reason_table(examples, decisions, advice))),
        ("Tokens", markdown(token_table(kept, decisions))),
    ]
    return "\n".join(f"## {title}\n\n{body}" for title, body in sections)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value).replace("|", "\\|").replace("\n", " ")
