"""How near the split came to what was asked of it: shares by task and label, and groups that are too large.

Belongs here: counting finished decisions. Does not belong here: making them (`winnow.split`).
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from winnow.cuts import SMALLEST
from winnow.schemas import SPLITS
from winnow.split import REASONS
from winnow.tally import joined


def reached(decisions: pa.Table, examples: pa.Table, shares: Mapping[str, float]) -> list[dict[str, Any]]:
    """How far each side of each task and label is from its share.

    Args:
        decisions: with sides; those that dropped an example do not count.
        examples: the `EXAMPLES` that they are about; of each only its label is looked at.
        shares: wanted by side.

    Returns:
        Rows of task, label (empty for text targets), split, examples, share, wanted (a share) and missing (examples; below 0 where
        there are too many), by task, label and side.
    """
    kept = joined(decisions, examples).filter(pl.col("reason").is_null())
    counted = kept.group_by("task", "label").agg(*(pl.col("split").eq(side).sum().alias(f"={side}") for side in SPLITS))
    found = []
    for row in counted.sort("task", "label").iter_rows(named=True):
        total = sum(row[f"={side}"] for side in SPLITS)
        for side in SPLITS:
            examples, wanted = row[f"={side}"], shares.get(side, 0.0)
            found.append(
                {
                    "task": row["task"],
                    "label": row["label"],
                    "split": side,
                    "examples": examples,
                    "share": examples / max(total, 1),
                    "wanted": wanted,
                    "missing": round(wanted * total - examples, 1),
                }
            )
    return found


def large_groups(decisions: pa.Table, group_share: float) -> list[dict[str, Any]]:
    """Groups with more than ``group_share`` of a task's examples: rows of task, group, split, examples, share, the largest first.

    It is a share of what the split was asked about, as it is there: what it dropped counts in the task. Only groups of more than
    `winnow.cuts.SMALLEST` examples count.
    """
    frame = pl.from_arrow(decisions.select(["task", "group", "split", "reason"]))
    assert isinstance(frame, pl.DataFrame)
    asked = frame.filter(pl.col("reason").is_null() | pl.col("reason").is_in(list(REASONS)))
    totals = asked.group_by("task").agg(total=pl.len())
    kept = asked.filter(pl.col("reason").is_null())
    counted = kept.group_by("task", "group").agg(split=pl.first("split"), examples=pl.len()).join(totals, on="task")
    counted = counted.with_columns(share=pl.col("examples") / pl.col("total"))
    large = counted.filter((pl.col("share") > group_share + 1e-12) & (pl.col("examples") > SMALLEST))
    return large.select("task", "group", "split", "examples", "share").sort(
        ["examples", "task", "group"], descending=[True, False, False]
    ).to_dicts()  # fmt: skip
