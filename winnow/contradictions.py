"""Prompts that occur with contradicting labels.

Belongs here: which examples of one task say the same and are labelled differently, and which of them leave. Does not belong here:
near copies with different labels, which are different prompts.

"The same" is what an exact duplicate is: equal once case, compatibility forms and white space are folded. A model that is shown the
same words with two labels learns neither, and one of the two is a mistake, or the label says something that the text does not.
Labels are compared as they are released, after those that the catalog merges.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.screen_config import Contradictions
from winnow.shingles import fold

CONTRADICTIONS_VERSION = "1"

REASON = "contradicting_labels"

COLUMNS = ("example_id", "task", "label", "input")
"""What is read of `winnow.schemas.EXAMPLES`."""

_ROWS = 1 << 14  # texts turned into Python's at once


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One prompt of one task.

    Attributes:
        task: the task.
        members: example id → its label.
    """

    task: str
    members: Mapping[str, str]

    @property
    def majority(self) -> str | None:
        """The label of more than half of its examples; None if no label has so many."""
        label, count = min(Counter(self.members.values()).items(), key=lambda pair: (-pair[1], pair[0]))
        return label if count * 2 > len(self.members) else None


def contradictions(examples: pa.Table) -> list[Contradiction]:
    """Every prompt with several labels among ``examples`` (`winnow.schemas.EXAMPLES`), sorted by task and first example."""
    labelled = pc.is_valid(examples["label"])
    prompts = [
        hashlib.blake2b(fold(text).encode("utf-8", "replace"), digest_size=16).digest()
        for start in range(0, len(examples), _ROWS)
        for text in examples["input"].slice(start, _ROWS).filter(labelled.slice(start, _ROWS)).to_pylist()
    ]
    frame = pl.from_arrow(examples.select(["example_id", "task", "label"]).filter(labelled))
    assert isinstance(frame, pl.DataFrame)
    frame = frame.with_columns(prompt=pl.Series(prompts, dtype=pl.Binary))
    several = frame.group_by("task", "prompt").agg(pl.col("label").n_unique().alias("labels")).filter(pl.col("labels") > 1)
    found: dict[tuple[str, bytes], dict[str, str]] = defaultdict(dict)
    for row in frame.join(several, on=["task", "prompt"], how="semi").sort("example_id").iter_rows(named=True):
        found[row["task"], row["prompt"]][row["example_id"]] = row["label"]
    together = [Contradiction(task, members) for (task, _), members in found.items()]
    return sorted(together, key=lambda one: (one.task, min(one.members)))


def leaving(found: Contradiction, rule: Contradictions) -> list[str]:
    """The examples of ``found`` that leave by ``rule``, sorted."""
    if rule.action == "report" or (rule.tasks and found.task not in rule.tasks):
        return []
    majority = found.majority if rule.action == "drop_minority" else None
    return sorted(example for example, label in found.members.items() if label != majority)
