"""How even train is before and after balancing: classes, sources, tokens, intensities and languages, as tables.

Belongs here: figures that follow from counts (`winnow.tally.tally`). Does not belong here: counting, texts (`winnow.variety`),
and what to do about a figure (`winnow.collect`).

A table is a list of dicts with the same keys in the same order.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import polars as pl

from winnow.schemas import SPLITS
from winnow.tally import NO_LEAF
from winnow.tasks import Balance

Rows: TypeAlias = list[dict[str, Any]]

TRAIN = SPLITS[0]


def effective_number(counts: Iterable[float]) -> float:
    """How many classes of equal size would be as even as ``counts``: exp of their Shannon entropy (Hill 1973, order 1); 0 of none."""
    positive = [count for count in counts if count > 0]
    total = math.fsum(positive)
    return math.exp(-math.fsum(count / total * math.log(count / total) for count in positive)) if positive else 0.0


def evenness(before: pl.DataFrame, after: pl.DataFrame) -> Rows:
    """Each task's classes (None without labels) and sources in train: how many, and their effective number.

    ``before`` and ``after`` count examples; ``as trained`` counts what a consumer sees that takes copies and weights.
    """
    rows = []
    for task in _tasks(before, after):
        was, now = _train(before, task), _train(after, task)
        labels, sources = (_sums(was, name, "examples") for name in ("label", "source"))
        classes = {
            "classes": len(labels),
            "effective before": effective_number(labels.values()),
            "after": effective_number(_sums(now, "label", "examples").values()),
            "as trained": effective_number(_sums(now, "label", "weight").values()),
        }
        rows.append(
            {
                "task": task,
                **(classes if any(labels) else dict.fromkeys(classes)),
                "sources": len(sources),
                "effective sources before": effective_number(sources.values()),
                "sources after": effective_number(_sums(now, "source", "examples").values()),
            }
        )
    return rows


def class_table(before: pl.DataFrame, after: pl.DataFrame) -> Rows:
    """Each label in train: examples before and after, lines with copies, mean weight of a line, and how many sources it has.

    Its largest source's share says whether one department drowns the others.
    """
    rows = []
    for task in _tasks(before, after):
        was, now = _train(before, task), _train(after, task)
        for label in sorted({*was["label"].to_list(), *now["label"].to_list()}):
            had, has = (part.filter(pl.col("label") == label) for part in (was, now))
            examples, lines = int(has["examples"].sum()), int(has["lines"].sum())
            rows.append(
                {
                    "task": task,
                    "label": label,
                    "before": int(had["examples"].sum()),
                    "after": examples,
                    "lines": lines,
                    "weight": float(has["weight"].sum()) / lines if lines else 0.0,
                    "sources": had["source"].n_unique(),
                    "effective sources": effective_number(_sums(has, "source", "examples").values()),
                    "largest before": _largest(had),
                    "largest after": _largest(has),
                }
            )
    return rows


def token_shares(before: pl.DataFrame, after: pl.DataFrame) -> Rows:
    """Each label's share of its task's train lines and of their tokens: long texts can outweigh what counts make even."""
    rows = []
    before, after = (part.filter(pl.col("label") != "") for part in (before, after))
    for task in _tasks(before, after):
        was, now = _train(before, task), _train(after, task)
        for label in sorted({*was["label"].to_list(), *now["label"].to_list()}):
            row: dict[str, Any] = {"task": task, "label": label}
            for name, part in (("before", was), ("after", now)):
                mine = part.filter(pl.col("label") == label)
                row[f"examples {name}"] = _share(int(mine["lines"].sum()), int(part["lines"].sum()))
                row[f"tokens {name}"] = _share(int(mine["tokens"].sum()), int(part["tokens"].sum()))
            rows.append(row)
    return rows


def intensity_table(before: pl.DataFrame, after: pl.DataFrame, rules: dict[str, Balance]) -> Rows:
    """Sentiment: train examples by pole and step of intensity, and the mean weight of a line."""
    rows = []
    for task in _tasks(before, after):
        bins = rules[task].intensity_bins if task in rules else 1
        was, now = (_train(part, task).filter(pl.col("leaf") != NO_LEAF) for part in (before, after))
        for label, leaf in sorted({*zip(was["label"].to_list(), was["leaf"].to_list(), strict=True)}):
            cell = (pl.col("label") == label) & (pl.col("leaf") == leaf)
            had, has = was.filter(cell), now.filter(cell)
            lines = int(has["lines"].sum())
            rows.append(
                {
                    "task": task,
                    "pole": label,
                    "intensity": f"{leaf / bins:.2f} to {(leaf + 1) / bins:.2f}",
                    "before": int(had["examples"].sum()),
                    "after": int(has["examples"].sum()),
                    "lines": lines,
                    "weight": float(has["weight"].sum()) / lines if lines else 0.0,
                }
            )
    return rows


def language_table(after: pl.DataFrame) -> Rows:
    """Examples by task and language, one column a side; nothing is evened out by language."""
    counted = after.group_by("task", "language", "split").agg(pl.col("examples").sum()).sort("task", "language", "split")
    found: dict[tuple[str, str], dict[str, int]] = {}
    for task, language, side, count in counted.iter_rows():
        found.setdefault((task, language), dict.fromkeys(SPLITS, 0))[side] = count
    return [{"task": task, "language": language or "unknown", **sides} for (task, language), sides in found.items()]


def source_counts(after: pl.DataFrame, task: str) -> dict[str, dict[str, int]]:
    """Label → source → train examples of one task, for a chart."""
    found: dict[str, dict[str, int]] = {}
    counted = _train(after, task).group_by("label", "source").agg(pl.col("examples").sum()).sort("label", "source")
    for label, source, count in counted.iter_rows():
        found.setdefault(label, {})[source] = count
    return found


def _tasks(*tables: pl.DataFrame) -> list[str]:
    return sorted({task for table in tables for task in table["task"].to_list()})


def _train(table: pl.DataFrame, task: str) -> pl.DataFrame:
    return table.filter((pl.col("task") == task) & (pl.col("split") == TRAIN))


def _sums(table: pl.DataFrame, key: str, value: str) -> dict[str, float]:
    summed = table.group_by(key).agg(pl.col(value).sort().sum()).sort(key)
    return dict(summed.iter_rows())


def _largest(table: pl.DataFrame) -> float:
    counts: Sequence[float] = list(_sums(table, "source", "examples").values())
    return _share(max(counts, default=0), sum(counts))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
