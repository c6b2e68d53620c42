"""Evens out the labels of each task, and the sources within a label, in train only.

Belongs here: which train examples stay, how often each counts, and with which weight. Does not belong here: sides
(`winnow.split`), which labels there are (`winnow.classes`), and the arithmetic of shares (`winnow.allotments`) and of weights
(`winnow.weights`).

Validation and test keep their natural shares, without exception: no decision about them is touched.

Who stays is decided by hash rank: each example has a keyed hash, and the lowest stay. With one example more or fewer, at most
one other of its label changes under a cap or a fixed target; what a target that follows the other labels, or a share of
sources, can change besides is bounded by the rule (see `winnow.allotments`). Members of one group are cut apart like any others:
all of them are in train.

A task without labels is one class. A sentiment label is evened out over its intensity bins, so that train is balanced by pole
and intensity.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from winnow.allotments import Leaf, planned
from winnow.schemas import BALANCED
from winnow.tally import joined, tally
from winnow.tasks import Balance
from winnow.weights import weighed

REASONS: dict[str, str] = {
    "over_cap": "its label has more train examples than balance.cap; raise the cap to keep more",
    "over_target": "its label has more train examples than balance.target asks for; raise the target to keep more",
    "source_over_cap": "its source has more train examples of this label than balance.per_source.cap; raise it to keep more",
    "source_over_share": "its source would give more of this label than balance.per_source.share; raise the share, or collect "
    "the label from other sources",
}
"""Why an example was dropped here."""

_CELL = ("label", "leaf")


@dataclass(frozen=True, slots=True)
class Shortage:
    """A label of ``task`` with fewer train examples than ``minimum``, and what its rule says to do about it."""

    task: str
    label: str
    examples: int
    minimum: int
    remedy: str


def balance(decisions: pa.Table, examples: pa.Table, rules: Mapping[str, Balance], salt: str) -> pa.Table:
    """``decisions`` after the rules of each task that is named in ``rules``.

    Args:
        decisions: of `winnow.split.split`.
        examples: the `EXAMPLES` that the decisions are about, in any order.
        rules: by task.
        salt: the dataset's salt.

    Returns:
        `BALANCED`: the decisions in their order, with ``copies``, the lines that an example has in each train file.

    Raises:
        KeyError: a decision is about an example that is not there.
    """
    frame = joined(decisions, examples, rules)
    train = frame.filter(pl.col("reason").is_null() & (pl.col("split") == "train") & pl.col("task").is_in(list(rules)))
    parts = [_of_task(rows, rules[task], salt) for task, rows in _by_task(train)]
    if parts:
        changed = pl.concat(parts)
        frame = frame.join(changed, on="row", how="left", suffix="_new").sort("row")
        frame = frame.with_columns(pl.coalesce(f"{name}_new", name).alias(name) for name in ("reason", "weight", "copies"))
    arrays = [
        frame[field.name].to_arrow().cast(field.type) if field.name in {"reason", "weight", "copies"} else decisions[field.name]
        for field in BALANCED
    ]
    return pa.table(arrays, schema=BALANCED)


def counts(decisions: pa.Table, examples: pa.Table) -> pa.Table:
    """How many examples stay (column ``examples``), by task, label (null for texts), source and split; sorted."""
    keys = ("task", "label", "source", "split")
    counted = tally(decisions, examples).group_by(keys).agg(pl.col("examples").sum()).sort(keys)
    named = [pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name) for name in keys]
    schema = pa.schema([*((name, pa.string()) for name in keys), ("examples", pa.int64())])
    return counted.select(*named, "examples").to_arrow().cast(schema)


def shortages(decisions: pa.Table, examples: pa.Table, rules: Mapping[str, Balance]) -> list[Shortage]:
    """Labels with fewer train examples than their task's minimum.

    What balancing cut counts, since it is there; a label of which no example stays on any side does not.
    """
    known = joined(decisions, examples).filter((pl.col("label") != "") & pl.col("task").is_in(list(rules)))
    there = known.filter(pl.col("reason").is_null() | pl.col("reason").is_in(list(REASONS)))
    in_train = (pl.col("split") == "train").fill_null(value=False).sum().cast(pl.Int64)
    counted = there.group_by("task", "label").agg(in_train.alias("train")).sort("task", "label")
    return [
        Shortage(task, label, train, rules[task].minimum, rules[task].below_minimum)
        for task, label, train in counted.iter_rows()
        if train < rules[task].minimum
    ]


def _by_task(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for task in sorted(frame["task"].unique().to_list()):
        yield task, frame.filter(pl.col("task") == task)


def _of_task(rows: pl.DataFrame, rule: Balance, salt: str) -> pl.DataFrame:
    """``row``, ``reason``, ``weight`` and ``copies`` of the train examples of one task."""
    rows = rows.select("row", "example_id", "label", "source", "leaf", "reason", "weight", "copies")
    if rule.cuts:
        rows = _cut(_ranked(rows, salt), rule)
    stays = rows.filter(pl.col("reason").is_null())
    leaves = rows.filter(pl.col("reason").is_not_null())
    return pl.concat([part.select("row", "reason", "weight", "copies") for part in (weighed(stays, rule), leaves)])


def _ranked(rows: pl.DataFrame, salt: str) -> pl.DataFrame:
    """``rows`` in the order of `winnow.ids.keyed_hash` under the purpose ``balance``, by its first 64 bits and then by id.

    Written out here, since it is the one step that cannot be done by column: half the time of a call for each example.
    """
    key, start = salt.encode(), _sized("balance")
    hashes = b"".join(hmac.digest(key, start + _sized(name), "sha256")[:8] for name in rows["example_id"].to_list())
    ranks = pl.Series("rank", np.frombuffer(hashes, dtype=">u8").astype(np.uint64))
    return rows.with_columns(ranks).sort("rank", "example_id").drop("rank")


def _sized(text: str) -> bytes:
    encoded = text.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(8, "big") + encoded


def _cut(rows: pl.DataFrame, rule: Balance) -> pl.DataFrame:
    """``rows`` in hash order, cut to what each label's intensity bin and each source in it are allotted, and repeated."""
    rows = rows.with_row_index("place").join(_allotted(rows, rule), on=[*_CELL, "source"], how="left").sort("place")
    rows = _refused(rows, _position(*_CELL, "source") >= pl.col("a_source"), pl.col("over_source"))
    rows = _refused(rows, _position(*_CELL) >= pl.col("kept"), pl.col("over"))
    if rule.oversample == "none":
        return rows
    kept, lines = pl.max_horizontal("kept", pl.lit(1)), pl.max_horizontal("lines", "kept")
    if rule.oversample == "weight":
        name, often = "weight", (lines / kept).cast(pl.Float32)
    else:
        name, often = "copies", (lines // kept + (_position(*_CELL) < lines % kept).cast(pl.Int64)).cast(pl.Int32)
    stays = pl.col("reason").is_null()
    return rows.with_columns(pl.when(stays).then(often).otherwise(name).alias(name))


def _allotted(rows: pl.DataFrame, rule: Balance) -> pl.DataFrame:
    """By label, intensity bin and source: ``a_source``, ``kept`` and ``lines`` (of the bin), ``over`` and ``over_source``."""
    labels: dict[str, dict[Leaf, dict[str, int]]] = {}
    counted = rows.group_by(*_CELL, "source").len().sort(*_CELL, "source")
    for label, leaf, source, count in counted.iter_rows():
        labels.setdefault(label, {}).setdefault(leaf, {})[source] = count
    found = [
        (label, leaf, source, most, part.kept, part.lines, plan.over, plan.over_source)
        for label, plan in planned(labels, rule).items()
        for leaf, part in plan.leaves.items()
        for source, most in part.sources.items()
    ]
    text, number = pl.String, pl.Int64
    schema = {"label": text, "leaf": number, "source": text, "a_source": number, "kept": number, "lines": number}
    return pl.DataFrame(found, schema={**schema, "over": text, "over_source": text}, orient="row")


def _position(*keys: str) -> pl.Expr:
    """The number, from 0, of a row that stays among those of its ``keys`` that stay, in the rows' order."""
    return pl.col("reason").is_null().cast(pl.Int64).cum_sum().over(keys) - 1


def _refused(rows: pl.DataFrame, over: pl.Expr, reason: pl.Expr) -> pl.DataFrame:
    mask = pl.col("reason").is_null() & over
    return rows.with_columns(pl.when(mask).then(reason).otherwise("reason").alias("reason"))
