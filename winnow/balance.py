"""Evens out the labels of each task, in train only.

Belongs here: caps, minimums and weights, and the counts before and after. Does not belong here: sides (`winnow.split`).

Who stays under a cap is decided by hash rank: each example has a keyed hash, and the lowest stay. A new night then changes as
little as possible: one new example takes the place of one other at most.

Validation and test keep their natural shares. The one exception is asked for by name: with ``below_minimum: drop`` a label
leaves the dataset, and so its validation and test examples leave with it, since what is not trained cannot be measured.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from winnow.ids import keyed_hash
from winnow.tasks import Balance

_Row = dict[str, object]

REASONS: dict[str, str] = {
    "over_cap": "its label has more train examples than balance.cap; raise the cap to keep more",
    "class_below_minimum": "its label has fewer train examples than balance.minimum; collect more, or merge labels",
}
"""Why an example was dropped here."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A label of ``task`` with fewer train examples than ``minimum``, and what its rule says to do about it."""

    task: str
    label: str
    examples: int
    minimum: int
    remedy: str


def balance(decisions: pa.Table, examples: pa.Table, rules: Mapping[str, Balance], salt: str) -> pa.Table:
    """``decisions`` after the rules of each task that has labels and is named in ``rules``.

    Args:
        decisions: of `winnow.split.split`.
        examples: the `EXAMPLES` that the decisions are about, in any order.
        rules: by task.
        salt: the dataset's salt.
    """
    rows = decisions.to_pylist()
    labels = _labels(examples)
    for (task, _), members in sorted(_by_label(rows, labels).items()):
        if (rule := rules.get(task)) is None:
            continue
        train = [row for row in members if row["split"] == "train"]
        if rule.below_minimum == "drop" and len(train) < rule.minimum:
            _drop(members, "class_below_minimum")
        elif rule.cap is not None:
            train.sort(key=lambda row: (keyed_hash(salt, "balance", str(row["example_id"])), str(row["example_id"])))
            _drop(train[rule.cap :], "over_cap")
    _weigh(rows, labels, rules)
    return pa.Table.from_pylist(rows, schema=decisions.schema)


def counts(decisions: pa.Table, examples: pa.Table) -> pa.Table:
    """How many examples stay (column ``examples``), by task, label (null for texts), source and split; sorted."""
    sources = dict(zip(examples["example_id"].to_pylist(), examples["source"].to_pylist(), strict=True))
    labels = _labels(examples)
    counted: Counter[tuple[str, str | None, str, str | None]] = Counter(
        (row["task"], labels[row["example_id"]], sources[row["example_id"]], row["split"])
        for row in decisions.select(["example_id", "task", "split", "reason"]).to_pylist()
        if row["reason"] is None
    )
    ordered = sorted(counted.items(), key=lambda pair: tuple(part or "" for part in pair[0]))
    names = ("task", "label", "source", "split")
    columns = {name: pa.array([key[place] for key, _ in ordered], pa.string()) for place, name in enumerate(names)}
    return pa.table({**columns, "examples": pa.array([count for _, count in ordered], pa.int64())})


def shortages(decisions: pa.Table, examples: pa.Table, rules: Mapping[str, Balance]) -> list[Shortage]:
    """Labels with fewer train examples than their task's minimum; none in train counts, dropped from the dataset does not."""
    found = []
    for (task, label), members in sorted(_by_label(decisions.to_pylist(), _labels(examples)).items()):
        train = sum(row["split"] == "train" for row in members)
        rule = rules.get(task)
        if rule is not None and train < rule.minimum:
            found.append(Shortage(task, label, train, rule.minimum, rule.below_minimum))
    return found


def _labels(examples: pa.Table) -> dict[str, str | None]:
    return dict(zip(examples["example_id"].to_pylist(), examples["label"].to_pylist(), strict=True))


def _by_label(rows: list[_Row], labels: Mapping[str, str | None]) -> dict[tuple[str, str], list[_Row]]:
    found: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        label = labels[str(row["example_id"])]
        if row["reason"] is None and label is not None:
            found[str(row["task"]), label].append(row)
    return found


def _drop(rows: list[_Row], reason: str) -> None:
    for row in rows:
        row["reason"] = reason


def _weigh(rows: list[_Row], labels: Mapping[str, str | None], rules: Mapping[str, Balance]) -> None:
    """Gives train examples the weight n / (classes × n of their label), whose mean over the task is 1."""
    train: dict[str, list[list[_Row]]] = defaultdict(list)
    for (task, _), members in _by_label(rows, labels).items():
        in_train = [row for row in members if row["split"] == "train"]
        if in_train and task in rules and rules[task].weights == "inverse":
            train[task].append(in_train)
    for classes in train.values():
        total = sum(len(members) for members in classes)
        for members in classes:
            for row in members:
                row["weight"] = total / (len(classes) * len(members))
