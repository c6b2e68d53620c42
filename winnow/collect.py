"""What the figures of a dataset ask for: labels with too few examples, what cannot be measured, and what to collect next.

Belongs here: advice that follows from counts. Does not belong here: the counts themselves (`winnow.tally`), and what the line does
to small labels (`winnow.classes`).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import polars as pl

from winnow.leak_rate import wilson
from winnow.schemas import SPLITS
from winnow.tasks import Balance

Rows: TypeAlias = list[dict[str, Any]]

MEASURABLE = 5
"""Test examples of a class below which its score says nothing: with four, one answer more moves recall by a quarter."""

REMEDIES: Mapping[str, str] = {
    "warn": "kept, with this warning",
    "error": "blocks the publication",
    "drop": "left out of the dataset",
    "other": "part of the label for small ones",
}
"""What the catalog's `below_minimum` does."""

_TRAIN, _VALIDATION, _TEST = SPLITS


@dataclass(frozen=True, slots=True)
class Known:
    """What the advice is drawn from.

    Attributes:
        there: `winnow.tally.tally` of the decisions before balancing: all that there is. What left the dataset because its label
            is small counts too, and has no side.
        rules: by task.
        shares: side → share that the catalog wants.
        closest: (task, label) → the label whose texts are most alike, and how much (`winnow.variety.closest`).
    """

    there: pl.DataFrame
    rules: Mapping[str, Balance]
    shares: Mapping[str, float]
    closest: Mapping[tuple[str, str], tuple[str, float]]

    @property
    def left_out(self) -> set[tuple[str, str]]:
        """Task and label of what left the dataset."""
        gone = self.there.filter(pl.col("split") == "")
        return set(zip(gone["task"].to_list(), gone["label"].to_list(), strict=True))


def small_labels(known: Known) -> Rows:
    """Labels with fewer train examples than their task's minimum, what the catalog does about it, and what else it could do."""
    rows, left_out = [], known.left_out
    for task, label, counts in _labels(known):
        rule = known.rules.get(task)
        if rule is None or counts[_TRAIN] >= rule.minimum:
            continue
        other, likeness = known.closest.get((task, label), ("", 0.0))
        rows.append(
            {
                "task": task,
                "label": label,
                "train": counts[_TRAIN],
                "minimum": rule.minimum,
                "now": REMEDIES[rule.below_minimum] if (task, label) in left_out else _kept_as(rule),
                "most like": other,
                "likeness": likeness,
                "else": _else(rule, other),
            }
        )
    return rows


def not_measurable(known: Known) -> Rows:
    """Classes, and tasks without labels, with fewer test examples than `MEASURABLE`: scores on them are noise."""
    rows, left_out = [], known.left_out
    for task, label, counts in _classes(known):
        if counts[_TEST] < MEASURABLE and (task, label) not in left_out:
            rows.append({"task": task, "label": label, **{side: counts[side] for side in SPLITS}, "says": _says(counts)})
    return rows


def empty_sides(known: Known) -> Rows:
    """Tasks of which a side that should have examples has none, and why."""
    rows = []
    totals = known.there.filter(pl.col("split") != "").group_by("task", "split").agg(pl.col("examples").sum())
    counts = {(task, side): count for task, side, count in totals.iter_rows()}
    for task in sorted({task for task, _ in counts}):
        whole = sum(counts.get((task, side), 0) for side in SPLITS)
        for side in SPLITS:
            if known.shares.get(side, 0.0) > 0 and not counts.get((task, side)):
                wanted = known.shares[side] * whole
                why = f"{known.shares[side]:.0%} of {whole} examples is {wanted:.1f}, and what belongs together stays together"
                rows.append({"task": task, "side": side, "examples": 0, "why": why})
    return rows


def to_collect(known: Known) -> Rows:
    """What to collect next, the most wanted first: how many examples, and where they are most likely to be found.

    So many that train reaches the minimum and test can measure, with new examples falling on the sides by the catalog's shares. The
    best source is the one of whose examples the label has the largest share, as far as that can be told from their number (lower
    end of Wilson's 95 % interval); a source in which the label was never seen is none.
    """
    rows = []
    sources = _sources(known)
    for task, label, counts in _classes(known):
        if not (lacking := _lacking(counts, known.rules.get(task), known.shares)):
            continue
        best = max(
            ((wilson(hits, whole)[0], source, hits, whole) for source, hits, whole in sources.get((task, label), ())),
            default=None,
        )
        source, share = (best[1], best[2] / best[3]) if best else ("", 0.0)
        rows.append(
            {
                "task": task,
                "label": label,
                "collect": lacking,
                "train": counts[_TRAIN],
                "test": counts[_TEST],
                "best source": source,
                "share there": share if label else None,
                "to look through": math.ceil(lacking / share) if label and share else lacking,
                "said": _said(task, label, lacking, source, share),
            }
        )
    return sorted(rows, key=lambda row: (-int(str(row["collect"])), str(row["task"]), str(row["label"])))


def _labels(known: Known) -> Iterator[tuple[str, str, dict[str, int]]]:
    return ((task, label, counts) for task, label, counts in _classes(known) if label)


def _classes(known: Known) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Task, label (empty for texts) and examples by side, sorted; what left the dataset counts as if it stood where shares say."""
    counted = known.there.group_by("task", "label", "split").agg(pl.col("examples").sum())
    found: dict[tuple[str, str], dict[str, int]] = {}
    for task, label, side, count in counted.iter_rows():
        counts = found.setdefault((task, label), dict.fromkeys(SPLITS, 0))
        for name, part in {side: 1.0}.items() if side else known.shares.items():
            counts[name] += int(part * count)
    for (task, label), counts in sorted(found.items()):
        yield task, label, counts


def _lacking(counts: Mapping[str, int], rule: Balance | None, shares: Mapping[str, float]) -> int:
    """How many new examples a class needs."""
    minimum = {_TRAIN: rule.minimum if rule else 0, _TEST: MEASURABLE}
    needed = [(least - counts[side]) / shares[side] for side, least in minimum.items() if shares.get(side, 0.0) > 0]
    return max(0, math.ceil(max(needed, default=0.0) - 1e-9))


def _sources(known: Known) -> dict[tuple[str, str], list[tuple[str, int, int]]]:
    """For each class its sources: name, examples of the class, and all examples of the task from there."""
    counted = known.there.group_by("task", "label", "source").agg(pl.col("examples").sum()).sort("task", "label", "source")
    wholes: dict[tuple[str, str], int] = {}
    for task, _, source, count in counted.iter_rows():
        wholes[task, source] = wholes.get((task, source), 0) + count
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for task, label, source, count in counted.iter_rows():
        found.setdefault((task, label), []).append((source, count, wholes[task, source]))
    return found


def _kept_as(rule: Balance) -> str:
    """What became of a small label that is still there: more were expected in train than came, where it was to leave."""
    return REMEDIES[rule.below_minimum] if rule.below_minimum in {"warn", "error"} else REMEDIES["warn"]


def _else(rule: Balance, other: str) -> str:
    said = [f"merge it into {other}"] if other else []
    said += [] if rule.below_minimum == "other" else ["gather small labels (`below_minimum: other`)"]
    said += [] if rule.below_minimum == "drop" else ["leave it out (`below_minimum: drop`)"]
    return "; ".join(["collect more", *said])


def _says(counts: Mapping[str, int]) -> str:
    number = counts[_TEST]
    return f"not measurable: {number or 'no'} test example{'s' if number > 1 else ''}"


def _said(task: str, label: str, lacking: int, source: str, share: float) -> str:
    what = f"label {label} of task {task}" if label else f"task {task}"
    examples = f"{lacking} more example{'s' if lacking > 1 else ''}"
    if not source:
        return f"{what}: {examples}; no source is known to have it"
    if not label:
        return f"{what}: {examples}; most come from {source}"
    return f"{what}: {examples}; best from {source}, where {share:.0%} have it: about {math.ceil(lacking / share):,} to look through"
