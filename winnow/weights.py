"""The weight of each train example, from how many its class and its source have.

Belongs here: inverse and effective-number weights. Does not belong here: how often an example is written, and who stays
(`winnow.balance`).

Weights are nested: labels within the task, intensity bins within a label, sources within those. Each level spreads the weight of
the one above it, so that a label with many bins or sources weighs no more than one with few, and the mean over the task's lines
is 1 (below it where `weight_limit` held a weight down).
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import polars as pl

from winnow.tasks import Balance, Weighing

Name = TypeVar("Name", bound=Hashable)


def effective_number(count: float, beta: float) -> float:
    """The effective number of ``count`` samples, (1 - βⁿ) / (1 - β).

    Cui, Jia, Lin, Song and Belongie 2019, "Class-Balanced Loss Based on Effective Number of Samples", equation 2: the volume
    that n samples cover when each new one lies with some chance where there is one already. 1 at β = 0, n as β goes to 1.
    """
    return -math.expm1(count * math.log(beta)) / (1 - beta) if beta > 0 else 1.0


def class_weights(counts: Mapping[Name, int], method: Weighing, beta: float) -> dict[Name, float]:
    """The weight of one example of each class, in proportion to 1 / n or to 1 / (effective number of n), 1 on average.

    The paper lets the weights of all C classes add up to C. A mean of 1 over the examples differs from that by one factor for
    all of them, and leaves the size of the loss, and so the learning rate, as it was.

    Args:
        counts: examples by class.
        method: `none` gives 1 to all.
        beta: of `effective`.
    """
    raw = {name: 1 / _size(count, method, beta) if method != "none" else 1.0 for name, count in counts.items()}
    mean = math.fsum(raw[name] * count for name, count in counts.items()) / max(1, sum(counts.values()))
    return {name: value / mean for name, value in raw.items()}


def weighed(rows: pl.DataFrame, rule: Balance) -> pl.DataFrame:
    """``rows`` with their ``weight`` multiplied by what ``rule`` says of their label, intensity bin and source.

    Args:
        rows: the train examples of one task that stay: ``label``, ``leaf``, ``source``, ``copies`` and ``weight``, among others.
        rule: of the task.
    """
    levels: tuple[tuple[Sequence[str], str, Weighing], ...] = (
        ((), "label", rule.weights),
        (("label",), "leaf", rule.weights),
        (("label", "leaf"), "source", rule.per_source.weights),
    )
    for above, level, method in levels:
        if method != "none":
            rows = _multiplied(rows, above, level, method, rule.beta)
    if rule.weight_limit is not None:
        rows = rows.with_columns(pl.min_horizontal("weight", pl.lit(rule.weight_limit, pl.Float32)).alias("weight"))
    return rows


def _size(count: int, method: Weighing, beta: float) -> float:
    return float(count) if method == "inverse" else effective_number(count, beta)


def _multiplied(rows: pl.DataFrame, above: Sequence[str], level: str, method: Weighing, beta: float) -> pl.DataFrame:
    keys = [*above, level]
    counted = rows.group_by(keys).agg(pl.col("copies").cast(pl.Int64).sum().alias("lines")).sort(keys)
    parents: dict[tuple[str | int, ...], dict[str | int, int]] = {}
    for *parent, name, lines in counted.iter_rows():
        parents.setdefault(tuple(parent), {})[name] = lines
    factors = [
        (*parent, name, value)
        for parent, found in parents.items()
        for name, value in class_weights(found, method, beta).items()
    ]
    table = pl.DataFrame(factors, schema={**{key: rows.schema[key] for key in keys}, "factor": pl.Float64}, orient="row")
    weight = (pl.col("weight").cast(pl.Float64) * pl.col("factor")).cast(pl.Float32)
    return rows.join(table, on=keys, how="left").with_columns(weight.alias("weight")).drop("factor")
