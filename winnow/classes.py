"""Which labels a task has: those that the catalog merges, and what becomes of those with too few examples.

Belongs here: relabelling and leaving out, on all sides and before there are any, so that validation and test have the labels that
train has. Does not belong here: how many examples of a label are kept in train (`winnow.balance`).

`merge` goes by the catalog alone, and before duplicates are looked for: two texts that become one class can be copies of each
other. What a label's minimum decides comes behind that, since copies do not count: a label of whose unique examples fewer than
the minimum are to be expected in train, by train's share, leaves the dataset (``below_minimum: drop``) or becomes part of
`other`. A label whose count stands at the minimum can go one way one night and back the next; `merge` settles it, and so does a
frozen test or validation side, for the labels that its examples have.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.examples import over_limit
from winnow.schemas import DECISIONS, EXAMPLES
from winnow.tally import joined
from winnow.tasks import Task
from winnow.tokens import count_tokens

REASONS: dict[str, str] = {
    "class_below_minimum": "its label has too few examples for balance.minimum in train; collect more, or merge labels",
}
"""Why an example was dropped here; and ``over_token_limit``, where another label's name is too long for it."""

COLUMNS = ("example_id", "task", "label", "target", "source", "language", "intensity", "input_tokens", "target_tokens")
"""What is read and changed of `EXAMPLES` here, and what counts are made of (`winnow.tally`)."""

Renaming: TypeAlias = Mapping[tuple[str, str], str]
"""(task, label) → label."""

Settled: TypeAlias = Mapping[tuple[str, str], bool]
"""(task, label) → whether it counts as small, however many examples it has."""


def merged(examples: pa.Table, tasks: Sequence[Task]) -> pa.Table:
    """``examples`` (`EXAMPLES`) under the labels that `merge` gives them."""
    return renamed(examples, {(task.name, old): new for task in tasks for old, new in task.balance.merge.items()}, tasks)


def released(
    examples: pa.Table,
    decisions: pa.Table | None,
    tasks: Sequence[Task],
    train_share: float,
    settled: Settled | None = None,
) -> pa.Table:
    """``examples`` under the labels that they are released with: merged, and small ones as part of `other`.

    Args:
        examples: `EXAMPLES` under their own labels.
        decisions: of deduplication and `settle`, or any later stage before balancing; None leaves `other` out.
        tasks: of the catalog.
        train_share: which part of the examples train gets.
        settled: of `settled_by`.
    """
    examples = merged(examples, tasks)
    if decisions is None or not any(task.balance.below_minimum == "other" for task in tasks):
        return examples
    small = _small(decisions, examples, tasks, (train_share, settled or {}), "other")
    others = {task.name: task.balance.other for task in tasks}
    return renamed(examples, {(task, label): others[task] for task, label in small if label != others[task]}, tasks)


def settle(  # noqa: PLR0913, PLR0917 - two tables, and everything that decides on their labels
    decisions: pa.Table,
    examples: pa.Table,
    tasks: Sequence[Task],
    train_share: float,
    deduplicate: Callable[[pa.Table], pa.Table],
    settled: Settled | None = None,
) -> pa.Table:
    """``decisions`` of deduplication without what the labels' new names rule out.

    Small labels leave where the catalog says `drop`. Where they become part of `other`, copies among those that had different
    labels until now leave too, in favour of the better one, and so does an example that the new name makes too long.

    Args:
        decisions: about ``examples`` after `merged`, no side decided yet.
        examples: `EXAMPLES` under their own labels.
        tasks: of the catalog.
        train_share: which part of the examples train gets.
        deduplicate: `DECISIONS` about some of the examples, as they were made about all.
        settled: of `settled_by`.
    """
    own = merged(examples, tasks)
    decisions = _dropped(decisions, _too_long(examples, own, tasks), "over_token_limit")
    small = _small(decisions, own, tasks, (train_share, settled or {}), "drop")
    decisions = _dropped(decisions, _ids(own, small), "class_below_minimum")
    final = released(examples, decisions, tasks, train_share, settled)
    if changed := _pairs(own, final):
        decisions = _without_copies(decisions, final, changed, deduplicate)
    return _dropped(decisions, _too_long(own, final, tasks), "over_token_limit")


def renamed(examples: pa.Table, names: Renaming, tasks: Sequence[Task]) -> pa.Table:
    """``examples`` with another label, target and number of target tokens wherever ``names`` says so."""
    names = {key: name for key, name in names.items() if key[1] != name}
    if not names:
        return examples
    tokenizers = {task.name: task.tokenizer for task in tasks}
    rows = [(task, old, new, count_tokens([new], tokenizers[task])[0]) for (task, old), new in sorted(names.items())]
    schema = {"task": pl.String, "label": pl.String, "new": pl.String, "tokens": pl.Int32}
    keys = pl.from_arrow(examples.select(["task", "label"]))
    assert isinstance(keys, pl.DataFrame)
    found = keys.with_row_index("row").join(pl.DataFrame(rows, schema=schema, orient="row"), on=["task", "label"], how="left")
    found = found.sort("row")
    new = found["new"].to_arrow().cast(pa.string())
    changed = {"label": new, "target": new, "target_tokens": found["tokens"].to_arrow().cast(pa.int32())}
    is_new = pc.is_valid(new)
    for name, values in changed.items():
        place = examples.schema.get_field_index(name)
        examples = examples.set_column(place, EXAMPLES.field(name), pc.if_else(is_new, values, examples[name]))
    return examples


def renamings(before: pa.Table, after: pa.Table) -> list[dict[str, str | int]]:
    """How many of the same examples have another label ``after`` than ``before``, by task and both labels."""
    columns = {"task": after["task"], "label": before["label"], "now": after["label"]}
    frame = pl.from_arrow(pa.table(columns))
    assert isinstance(frame, pl.DataFrame)
    keys = ["task", "label", "now"]
    changed = frame.filter(pl.col("label") != pl.col("now")).group_by(keys).len("examples").sort(keys)
    return [{**row, "examples": int(row["examples"])} for row in changed.iter_rows(named=True)]


def settled_by(names: Mapping[str, str | None], examples: pa.Table, tasks: Sequence[Task]) -> Settled:
    """Which labels a frozen side has settled: whether they are part of `other` for as long as it is frozen.

    Else a label whose count crosses the minimum would take its examples out of a frozen test side, or give them another label.

    Args:
        names: the label under which each example of the frozen sides was released, by example id.
        examples: `EXAMPLES` under their own labels.
        tasks: of the catalog.
    """
    rows = merged(examples, tasks).select(["example_id", "task", "label"])
    rows = rows.filter(pc.is_in(rows["example_id"], value_set=pa.array(sorted(names), pa.string())))
    others = {task.name: task.balance.other for task in tasks}
    settled: dict[tuple[str, str], bool] = {}
    for row in rows.filter(pc.is_valid(rows["label"])).to_pylist():
        key, other = (row["task"], row["label"]), others.get(row["task"])
        settled[key] = settled.get(key, True) and names[row["example_id"]] == other != row["label"]
    return settled


def _small(
    decisions: pa.Table, examples: pa.Table, tasks: Sequence[Task], by: tuple[float, Settled], remedy: str
) -> set[tuple[str, str]]:
    """The labels under the minimum of those tasks whose rule is ``remedy``, ``by`` train's share and what is settled."""
    train_share, settled = by
    minimum = {task.name: task.balance.minimum for task in tasks if task.balance.below_minimum == remedy}
    if not minimum:
        return set()
    chosen = joined(decisions, examples).filter((pl.col("label") != "") & pl.col("task").is_in(list(minimum)))
    counted = chosen.group_by("task", "label").agg(
        pl.col("reason").is_null().sum()
    )  # none stays: small too, and no copy of others
    small = {(task, label) for task, label, count in counted.iter_rows() if count * train_share < minimum[task] - 1e-9}
    known = {key: is_small for key, is_small in settled.items() if key[0] in minimum}
    return {key for key in small if known.get(key, True)} | {key for key, is_small in known.items() if is_small}


def _ids(examples: pa.Table, labels: set[tuple[str, str]]) -> pa.Array:
    """Ids of the examples of ``labels``."""
    frame = pl.from_arrow(examples.select(["example_id", "task", "label"]))
    assert isinstance(frame, pl.DataFrame)
    wanted = pl.DataFrame(sorted(labels), schema={"task": pl.String, "label": pl.String}, orient="row")
    return frame.join(wanted, on=["task", "label"], how="semi")["example_id"].to_arrow().cast(pa.string())


def _pairs(before: pa.Table, after: pa.Table) -> set[tuple[str, str]]:
    """Tasks and new labels of examples whose label differs."""
    return {(str(row["task"]), str(row["now"])) for row in renamings(before, after)}


def _without_copies(
    decisions: pa.Table, examples: pa.Table, labels: set[tuple[str, str]], deduplicate: Callable[[pa.Table], pa.Table]
) -> pa.Table:
    """``decisions`` with what is a duplicate among those examples of ``labels`` that stay until now."""
    stays = decisions.filter(pc.is_null(decisions["reason"]))["example_id"].combine_chunks()
    chosen = pc.and_(*(pc.is_in(examples["example_id"], value_set=ids) for ids in (_ids(examples, labels), stays)))
    again = deduplicate(examples.filter(chosen))
    again = again.filter(pc.is_valid(again["reason"]))
    places = pc.index_in(decisions["example_id"], value_set=again["example_id"].combine_chunks())
    return _changed(
        decisions, {name: again[name].take(places) for name in ("keeper", "similarity", "reason")}, pc.is_valid(places)
    )


def _too_long(before: pa.Table, after: pa.Table, tasks: Sequence[Task]) -> pa.Array:
    """Ids of the examples that have more tokens than before, and more than their task allows."""
    longer = pc.fill_null(pc.greater(after["target_tokens"], before["target_tokens"]), fill_value=False)
    known = {task.name: task for task in tasks}
    rows = after.select(["example_id", "task", "input_tokens", "target_tokens"]).filter(longer).to_pylist()
    found = [row["example_id"] for row in rows if over_limit(row["input_tokens"] + row["target_tokens"], known[row["task"]])]
    return pa.array(found, pa.string())


def _dropped(decisions: pa.Table, ids: pa.Array, reason: str) -> pa.Table:
    """``decisions`` with ``reason`` for those of ``ids`` that stay until now."""
    which = pc.and_(pc.is_in(decisions["example_id"], value_set=ids), pc.is_null(decisions["reason"]))
    return _changed(decisions, {"reason": pa.scalar(reason)}, which)


def _changed(decisions: pa.Table, values: Mapping[str, pa.ChunkedArray | pa.Scalar], which: pa.ChunkedArray) -> pa.Table:
    for name, new in values.items():
        place = decisions.schema.get_field_index(name)
        decisions = decisions.set_column(place, DECISIONS.field(name), pc.if_else(which, new, decisions[name]))
    return decisions
