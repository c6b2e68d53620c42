"""The figures that the report and the asset pages show, worked out once for one version.

Belongs here: which figures there are, and the tables that are no more than counts. Does not belong here: those of balance
(`winnow.evenness`), of texts (`winnow.variety`), advice (`winnow.collect`), and how any of it is written (`winnow.report`).

A table is a list of dicts with the same keys in the same order.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow import balance as balancing
from winnow import classes, collect, dedup
from winnow import split as splitting
from winnow.balance import counts
from winnow.evenness import Rows, class_table, evenness, intensity_table, language_table, token_shares
from winnow.reasons import SCREENED
from winnow.samples import closest_labels, variety_table
from winnow.schemas import SPLITS
from winnow.shares import reached
from winnow.tally import joined, tally
from winnow.tasks import Balance

ADVICE: dict[str, str] = {**SCREENED, **dedup.REASONS, **classes.REASONS, **splitting.REASONS, **balancing.REASONS}
"""What to do about each reason of the set stages."""

_QUANTILES = {"min": 0.0, "p50": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}


@dataclass(frozen=True)
class Figures:
    """Everything that the report says of labels and sources, worked out once.

    Attributes:
        examples: the `EXAMPLES` that the decisions are about, under the labels that they are released with.
        before: decisions before balancing.
        after: `BALANCED`.
        rules: by task.
        shares: side → share that the catalog wants.
        renamed: of `winnow.classes.renamings`.
        compare_texts: whether labels are compared by their texts.
    """

    examples: pa.Table
    before: pa.Table
    after: pa.Table
    rules: Mapping[str, Balance] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    renamed: Sequence[Mapping[str, str | int]] = ()
    compare_texts: bool = True

    @cached_property
    def tally_before(self) -> pl.DataFrame:
        """Counts of what stays before balancing."""
        return tally(self.before, self.examples, self.rules)

    @cached_property
    def tally_after(self) -> pl.DataFrame:
        """Counts of what stays after balancing."""
        return tally(self.after, self.examples, self.rules)

    @cached_property
    def known(self) -> collect.Known:
        """What advice is drawn from."""
        there = tally(self.before, self.examples, self.rules, also=tuple(classes.REASONS))
        closest = closest_labels(self.examples, self.before) if self.compare_texts else {}
        return collect.Known(there, self.rules, self.shares, closest)

    @cached_property
    def labels(self) -> Rows:
        """Of `label_table`."""
        return label_table(counts(self.before, self.examples), counts(self.after, self.examples))

    @cached_property
    def sides(self) -> Rows:
        """Of `split_table`."""
        return split_table(counts(self.after, self.examples))

    @cached_property
    def missed_shares(self) -> Rows:
        """Of `winnow.shares.reached`, before balancing: what misses its share by an example or more."""
        found = reached(self.before, self.examples, self.shares) if self.shares else []
        return [row for row in found if abs(row["missing"]) >= 1]

    @cached_property
    def evenness(self) -> Rows:
        """Of `winnow.evenness.evenness`."""
        return evenness(self.tally_before, self.tally_after)

    @cached_property
    def classes(self) -> Rows:
        """Of `winnow.evenness.class_table`."""
        return class_table(self.tally_before, self.tally_after)

    @cached_property
    def token_shares(self) -> Rows:
        """Of `winnow.evenness.token_shares`."""
        return token_shares(self.tally_before, self.tally_after)

    @cached_property
    def intensities(self) -> Rows:
        """Of `winnow.evenness.intensity_table`."""
        return intensity_table(self.tally_before, self.tally_after, dict(self.rules))

    @cached_property
    def languages(self) -> Rows:
        """Of `winnow.evenness.language_table`."""
        return language_table(self.tally_after)

    @cached_property
    def variety(self) -> Rows:
        """Of `winnow.samples.variety_table`."""
        return variety_table(self.examples, self.before, self.after)

    @cached_property
    def dropped(self) -> Rows:
        """Train examples before balancing, what stays, and what was dropped for each reason, by task and label: they add up."""
        return dropped_table(self.after, self.examples)

    @cached_property
    def small(self) -> Rows:
        """Of `winnow.collect.small_labels`."""
        return collect.small_labels(self.known)

    @cached_property
    def not_measurable(self) -> Rows:
        """Of `winnow.collect.not_measurable`."""
        return collect.not_measurable(self.known)

    @cached_property
    def empty_sides(self) -> Rows:
        """Of `winnow.collect.empty_sides`."""
        return collect.empty_sides(self.known)

    @cached_property
    def to_collect(self) -> Rows:
        """Of `winnow.collect.to_collect`."""
        return collect.to_collect(self.known)


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
    return [
        {"task": task, "label": label, **{side: counts[side] for side in SPLITS}, "all": sum(counts.values())}
        for (task, label), counts in sorted(counted.items())
    ]


def dropped_table(after: pa.Table, examples: pa.Table) -> Rows:
    """Train examples by task and label: before balancing, after it, and one column for each reason of balancing that occurs."""
    train = joined(after, examples).filter(pl.col("split") == SPLITS[0])
    train = train.filter(pl.col("reason").is_null() | pl.col("reason").is_in(list(balancing.REASONS)))
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for task, label, reason, number in train.group_by("task", "label", "reason").len().iter_rows():
        counted[task, label][reason or ""] += number
    reasons = [reason for reason in balancing.REASONS if any(reason in found for found in counted.values())]
    return [
        {
            "task": task,
            "label": label,
            "before": found.total(),
            "after": found[""],
            **{reason: found[reason] for reason in reasons},
        }
        for (task, label), found in sorted(counted.items())
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
        refused = table.select(["task", "reason"]).filter(pc.is_valid(table["reason"]))
        for row in refused.group_by(["task", "reason"]).aggregate([([], "count_all")]).to_pylist():
            counted[row["task"], row["reason"]] += row["count_all"]
    return [
        {"task": task, "reason": reason, "examples": count, "advice": known.get(reason, "")}
        for (task, reason), count in sorted(counted.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1]))
    ]


def token_table(examples: pa.Table, decisions: pa.Table) -> Rows:
    """Tokens of input and target together, of examples that stay: smallest, quantiles, largest and sum, by task."""
    kept = joined(decisions, examples).filter(pl.col("reason").is_null())
    tokens = pl.col("tokens")
    quantiles = [tokens.quantile(share, "lower").cast(pl.Int64).alias(name) for name, share in _QUANTILES.items()]
    found = kept.group_by("task").agg(pl.len().cast(pl.Int64).alias("examples"), *quantiles, tokens.sum().alias("sum"))
    return list(found.sort("task").iter_rows(named=True))
