"""Counts of a dataset: how many examples stand where, in one small table that every figure is drawn from.

Belongs here: joining decisions to what is known of the examples, and counting. Does not belong here: deciding (`winnow.balance`)
and what the counts mean (`winnow.report`). A million decisions are joined and counted column by column, never row by row.
"""

from collections.abc import Collection, Mapping

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.tasks import Balance

NO_LEAF = -1
"""The intensity bin of an example that has no intensity."""

_KNOWN = ("label", "source", "language", "intensity", "input_tokens", "target_tokens")

KEYS = ("task", "label", "source", "language", "leaf", "split")


def joined(decisions: pa.Table, examples: pa.Table, rules: Mapping[str, Balance] | None = None) -> pl.DataFrame:
    """One row for each of ``decisions``, in their order, with what the counts need.

    Args:
        decisions: `DECISIONS`, with or without the column ``copies``.
        examples: the `EXAMPLES` that they are about, in any order; texts are not looked at.
        rules: by task; what they say of intensity bins. Tasks without a rule have no bins.

    Returns:
        Columns ``row`` (number in ``decisions``), ``example_id``, ``task``, ``label`` and ``source`` and ``language`` (empty for
        none), ``leaf`` (number of the intensity bin, -1 for none), ``split``, ``reason``, ``weight``, ``copies``, ``tokens``.

    Raises:
        KeyError: a decision is about an example that is not there.
    """
    places = pc.index_in(decisions["example_id"], value_set=examples["example_id"].combine_chunks())
    if places.null_count:
        raise KeyError(f"{places.null_count} decisions are about examples that are not there; the set stages are out of step")
    known = examples.select(list(_KNOWN)).take(places)
    copies = decisions["copies"] if "copies" in decisions.column_names else pa.repeat(pa.scalar(1, pa.int32()), len(decisions))
    own = decisions.select(["example_id", "task", "split", "reason", "weight"]).append_column("copies", copies)
    frame = pl.from_arrow(pa.table({**_columns(own), **_columns(known)}))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_row_index("row").select(
        "row",
        "example_id",
        "task",
        *(pl.col(name).fill_null("") for name in ("label", "source", "language")),
        _leaf(rules or {}).alias("leaf"),
        "split",
        "reason",
        "weight",
        "copies",
        (pl.col("input_tokens").fill_null(0).cast(pl.Int64) + pl.col("target_tokens").fill_null(0)).alias("tokens"),
    )


def tally(
    decisions: pa.Table, examples: pa.Table, rules: Mapping[str, Balance] | None = None, also: Collection[str] = ()
) -> pl.DataFrame:
    """The examples that stay, counted by `KEYS` and sorted by them; arguments as of `joined`.

    Args:
        decisions: the same.
        examples: the same.
        rules: the same.
        also: reasons; what was dropped for one of them is counted too, on its side if it has one.

    Returns:
        Columns of `KEYS` and ``examples``, ``lines`` (with copies), ``tokens`` (of the lines), ``weight`` (the sum over lines).
    """
    kept = joined(decisions, examples, rules).filter(pl.col("reason").is_null() | pl.col("reason").is_in(list(also)))
    lines = pl.col("copies").cast(pl.Int64)
    return (
        kept.with_columns(pl.col("split").fill_null(""))
        .group_by(KEYS)
        .agg(
            pl.len().cast(pl.Int64).alias("examples"),
            lines.sum().alias("lines"),
            (pl.col("tokens") * lines).sum().alias("tokens"),
            (pl.col("weight").cast(pl.Float64) * lines)
            .sort()
            .sum()
            .alias("weight"),  # sorted: the last bits do not follow the rows' order
        )
        .sort(KEYS)
    )


def _columns(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(table.column_names, table.columns, strict=True))


def _leaf(rules: Mapping[str, Balance]) -> pl.Expr:
    """The intensity bin: so many equal steps from 0 to 1 as the task's rule says, the last one with its upper end."""
    bins = {task: rule.intensity_bins for task, rule in rules.items()}
    steps = pl.col("task").replace_strict(bins, default=1, return_dtype=pl.Int64) if bins else pl.lit(1, pl.Int64)
    step = (pl.col("intensity").cast(pl.Float64) * steps).floor().cast(pl.Int64).clip(0, steps - 1)
    return pl.when(steps == 1).then(NO_LEAF).otherwise(step).fill_null(NO_LEAF).cast(pl.Int64)
