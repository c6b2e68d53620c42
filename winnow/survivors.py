"""Which of several examples that say the same comes first, and stays.

Belongs here: the survivor order, and by which of its rules one example comes before another. Does not belong here: what says the same
(`winnow.dedup`), and own days (`winnow.own_days`).

The order is total and hangs on the examples alone: those that are pinned (of a frozen side), then the rules of the catalog one after
the other, then what is written as people write (in capital and small letters, with single spaces), then the smallest id. An example's
day is its own, never that of its arrival, and one without a day comes after all that have one. So what came when, in which batch and
how often decides nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.shingles import Indexes
from winnow.survivor_rules import PINNED, PLAINEST, SMALLEST_ID, SURVIVOR

LENGTH, WRITTEN_PLAINLY = "length_chars", "written_plainly"
"""The columns that stand for the texts where only their fingerprints are left."""

_NO_DAY = np.iinfo(np.int64).min  # before every day there is

_LOWEST_FIRST = frozenset({PINNED, "trusted"})

_HEAD = 24  # characters of an input that show how it is written: a shout, a label in small letters, or a sentence


def survivor_order(
    examples: pa.Table, priority: Mapping[str, int], pinned: Collection[str] = (), rules: Sequence[str] = SURVIVOR
) -> Indexes:
    """The rows of ``examples`` (`EXAMPLES`), the best first.

    Args:
        examples: with the columns that the rules read: ``source``, ``input`` and ``target`` (or those of `without_texts`), ``day``; and
            ``example_id``.
        priority: trust by source, the lowest number first; sources it does not name come last.
        pinned: ids of examples that come before all others.
        rules: of `winnow.survivor_rules.RULES`, the first decides first; or names of columns with whole numbers, of which the
            highest comes first and null last. A rule that is not named decides nothing.
    """
    standing = _standing(examples, priority, pinned, rules)
    by = [PINNED, *rules, PLAINEST]
    frame = pl.DataFrame({name: standing[name] for name in by})
    rows = by_id(examples["example_id"])
    better = frame[rows].select(
        pl.arg_sort_by(by, descending=[name not in _LOWEST_FIRST for name in by], maintain_order=True).alias("row")
    )
    order: Indexes = rows[better["row"].to_numpy()]
    return order


def by_id(ids: pa.ChunkedArray | pa.Array | Sequence[str]) -> Indexes:
    """The rows of ``ids`` by ascending id; those of a day and of a file stand so already, which is seen at once."""
    told = pl.Series(ids, dtype=pl.String)
    rows: Indexes = np.arange(len(told)) if told.is_sorted() else told.arg_sort().to_numpy().astype(np.int64)
    return rows


def without_texts(examples: pa.Table) -> pa.Table:
    """``examples`` with what the order asks of their texts in place of ``input`` and ``target``."""
    told = {LENGTH: pa.array(_lengths(examples)), WRITTEN_PLAINLY: pa.array(_plain(examples))}
    rows = examples.drop_columns(["input", "target"])
    for name, column in told.items():
        rows = rows.append_column(name, column)
    return rows


def preferred_by(
    pair: pa.Table, priority: Mapping[str, int], pinned: Collection[str] = (), rules: Sequence[str] = SURVIVOR
) -> str | None:
    """By which rule the first of the two examples in ``pair`` comes before the second; None if it does not.

    `PINNED`, one of ``rules``, `PLAINEST` or `SMALLEST_ID`; the arguments otherwise as of `survivor_order`.
    """
    if survivor_order(pair, priority, pinned, rules)[0] != 0:
        return None
    standing = _standing(pair, priority, pinned, rules)
    return next((name for name in (PINNED, *rules, PLAINEST) if standing[name][0] != standing[name][1]), SMALLEST_ID)


def _standing(examples: pa.Table, priority: Mapping[str, int], pinned: Collection[str], rules: Sequence[str]) -> dict[str, Any]:
    """By rule a number for each of ``examples``: of those in `_LOWEST_FIRST` the lowest comes first, else the highest."""
    first = pc.is_in(examples["example_id"], value_set=pa.array(sorted(pinned), pa.string()))
    made = {
        "trusted": lambda: _trust(examples, priority),
        "longest": lambda: _lengths(examples),
        "newest": lambda: _days(examples),
    }
    standing: dict[str, Any] = {PINNED: ~np.asarray(first), PLAINEST: _plain(examples)}
    for rule in rules:
        standing[rule] = made[rule]() if rule in made else _numbers(examples[rule])
    return standing


def _trust(examples: pa.Table, priority: Mapping[str, int]) -> Indexes:
    last = max(priority.values(), default=0) + 1
    sources = examples["source"].combine_chunks().dictionary_encode()
    trust = np.array([*(priority.get(source, last) for source in sources.dictionary.to_pylist()), last], dtype=np.int64)
    standing: Indexes = trust[pc.fill_null(sources.indices, len(sources.dictionary)).to_numpy()]
    return standing


def _lengths(examples: pa.Table) -> Indexes:
    """Characters of input and target; a run of spaces is one, or the copy with doubled spaces would be the longest."""
    if LENGTH in examples.column_names:
        return np.asarray(examples[LENGTH].to_numpy())
    lengths = np.zeros(len(examples), dtype=np.int64)
    for name in ("input", "target"):
        texts = pl.Series(examples[name])
        lengths += texts.str.len_chars().to_numpy().astype(np.int64)
        doubled = texts.str.contains("  ", literal=True)
        if doubled.any():
            some = texts.filter(doubled)
            spare = some.str.len_chars().cast(pl.Int64) - some.str.replace_all(" {2,}", " ").str.len_chars()
            lengths[doubled.to_numpy()] -= spare.to_numpy()
    return lengths


def _plain(examples: pa.Table) -> Indexes:
    """How plainly an input is written: 1 if it begins in neither capitals nor small letters alone, and 1 if it has no doubled space."""
    if WRITTEN_PLAINLY in examples.column_names:
        return np.asarray(examples[WRITTEN_PLAINLY].to_numpy())
    texts = pl.Series(examples["input"])
    heads = texts.str.slice(0, _HEAD)
    cased = (heads != heads.str.to_uppercase()) & (heads != heads.str.to_lowercase())
    single = ~texts.str.contains("  ", literal=True)
    return np.asarray(cased.to_numpy().astype(np.int64) + single.to_numpy())


def _days(examples: pa.Table) -> Indexes:
    return _numbers(examples["day"].cast(pa.int32()))


def _numbers(column: pa.ChunkedArray) -> Indexes:
    numbers: Indexes = pc.fill_null(column.cast(pa.int64()), _NO_DAY).to_numpy()
    return numbers
