"""Finds examples that say the same as another one, and keeps one of each.

Belongs here: what a duplicate is and who survives. Does not belong here: similarity itself (`winnow.shingles`, `winnow.sketches`),
which contents resemble each other (`winnow.edges`), and what merely belongs together (`winnow.groups`).

Exact: input and target are equal once folded (NFKC, case, white space). Near: Jaccard similarity of word shingles at the task's
threshold, or of character shingles under 20 words; every candidate is verified exactly. For labels the inputs are compared and
the label must be the same; for texts input and target must both be near. Duplicates live inside one task, groups across all.

The survivor is the example of the most trusted source, then the longest, then the one of the smallest id. Examples are taken in
that order, and one is dropped only for a survivor that it is itself near to: likeness is not passed on along a chain. For every
survivor all examples have been looked at that may be near to it (in a crowd of thousands that all lie just under the threshold, as
far as its budget goes, the best first); so the answer depends on what there is, and on nothing else.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.edges import Edges, Found, search
from winnow.fingerprints import LENGTH, Nodes, fingerprints, in_survivor_order
from winnow.groups import by_keys, components, meet, name_groups, together
from winnow.schemas import DECISIONS
from winnow.shingles import Flags, Indexes, Numbers

SHORT_THRESHOLD = 0.85
"""The least similarity of near duplicates under 20 words, where one word can turn the meaning. Of pairs among 9,973 one-line
support tickets of 77 classes that are this similar by characters, 3% cross classes ("my top up was rejected", "… rejected
why"); from 0.8 to 0.85 it is 4%, from 0.6 to 0.8 10%."""

DEFAULT_THRESHOLD = 0.8
"""For a task that ``thresholds`` does not name: the usual Jaccard threshold of near-duplicate detection (Lee et al. 2022)."""

REASONS: dict[str, str] = {
    "exact_duplicate": "another example says the same word for word; nothing to do",
    "near_duplicate": "another example says nearly the same; raise the task's near_duplicate_threshold to keep more",
}
"""Why an example was dropped here."""

_ROWS = 1 << 12  # texts that are there a second time at once: some megabytes

_FIRST, _GROWTH = 16, 8  # survivors of a crowd that are asked for at first, and how many times more in each round


def deduplicate(
    examples: pa.Table,
    thresholds: Mapping[str, float],
    priority: Mapping[str, int] | None = None,
    fingerprints: pa.Table | None = None,
    pinned: Collection[str] = (),
) -> pa.Table:
    """Who of ``examples`` stays, and which group each belongs to.

    Args:
        examples: rows of `EXAMPLES` without a reason, in any order; the answer does not depend on it.
        thresholds: similarity from which two examples of a task are one, by task.
        priority: trust by source, the lowest number first; sources it does not name come last.
        fingerprints: of `winnow.fingerprints.fingerprints`, if they were made before; else they are made now.
        pinned: ids of examples that come before all others, whatever their source: those of a frozen side.

    Returns:
        `DECISIONS` sorted by example id. A dropped example has the reason ``exact_duplicate`` or ``near_duplicate``, its keeper
        (always one that stays), the similarity with it (for texts the lower of input's and target's) and its keeper's group.

    Raises:
        ValueError: an example id occurs twice, or a fingerprint is missing.
    """
    nodes = in_survivor_order(examples, priority or {}, fingerprints, pinned)
    return decide(nodes, search(nodes.inputs), search(nodes.texts), thresholds)


def deduplicate_texts(ids: Sequence[str], texts: Sequence[str], threshold: float = DEFAULT_THRESHOLD) -> pa.Table:
    """`DECISIONS` about bare ``texts``: as `deduplicate` does for labelled inputs that all have the same label.

    Raises:
        ValueError: an id occurs twice.
    """
    nodes = _nodes_of(ids, texts)
    return decide(nodes, search(nodes.inputs), search(nodes.texts), {"": threshold})


def _nodes_of(ids: Sequence[str], texts: Sequence[str]) -> Nodes:
    """`bare` texts in survivor order; a second copy of all of them is never held."""
    starts = range(0, max(len(ids), 1), _ROWS)
    made = [fingerprinted(bare(ids[start : start + _ROWS], texts[start : start + _ROWS])) for start in starts]
    rows, prints = (pa.concat_tables(tables) for tables in zip(*made, strict=True))
    return in_survivor_order(rows, {}, prints)


def fingerprinted(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """``rows`` (`bare`) with the length of each text in place of the text, and their `FINGERPRINTS`."""
    length = pa.array(pc.utf8_length(rows["input"]).cast(pa.int64()))
    return rows.drop_columns(["input", "target"]).append_column(LENGTH, length), fingerprints(rows)


def bare(ids: Sequence[str], texts: Sequence[str]) -> pa.Table:
    """``texts`` as labelled inputs, in the columns that deduplication reads."""
    size = len(ids)
    return pa.table(
        {
            "example_id": pa.array(ids, pa.string()),
            "input": pa.array(texts, pa.string()),
            **{name: pa.repeat(pa.scalar(""), size) for name in ("task", "target", "label", "source")},
            "group_keys": pa.ListArray.from_arrays(pa.array(np.zeros(size + 1, dtype=np.int32)), pa.array([], pa.string())),
        }
    )


def decide_rows(parts: Sequence[tuple[pa.Table, pa.Table]], threshold: float) -> list[dict[str, Any]]:
    """`DECISIONS` about bare texts (`bare`) and their fingerprints, a row each in their order."""
    if not parts:
        return []
    rows, prints = (pa.concat_tables(tables) for tables in zip(*parts, strict=True))
    decisions = deduplicate(rows, {"": threshold}, fingerprints=prints)
    found = decisions.take(pc.index_in(rows["example_id"], value_set=decisions["example_id"].combine_chunks()))
    return found.select(["group", "keeper", "similarity", "reason"]).to_pylist()  # type: ignore[no-any-return]


def decide(nodes: Nodes, inputs: Found, texts: Found, thresholds: Mapping[str, float]) -> pa.Table:
    """`DECISIONS` about ``nodes``, given the searches of their inputs and texts; as `deduplicate` otherwise."""
    leaders = _exact_leaders(nodes)
    keepers, similarity = _near_keepers(nodes, leaders, (inputs, texts), thresholds)
    final = keepers[leaders]
    ranks = np.arange(len(final))
    dropped = final != ranks
    exact = dropped & (final == leaders)
    ids = pa.array(nodes.ids, pa.string())
    columns = {
        "example_id": ids,
        "task": pa.array(nodes.tasks, pa.string()),
        "group": pa.array(_groups(nodes, final, inputs, texts), pa.string()),
        "keeper": ids.take(pa.array(final, mask=~dropped)),
        "similarity": pa.array(np.where(exact, 1.0, similarity[leaders]).astype(np.float32), mask=~dropped),
        "split": pa.nulls(len(ids), pa.string()),
        "weight": pa.array(np.ones(len(ids), dtype=np.float32)),
        "reason": pc.if_else(
            pa.array(dropped), pc.if_else(pa.array(exact), "exact_duplicate", "near_duplicate"), pa.scalar(None, pa.string())
        ),
    }
    order = pl.Series(ids).arg_sort().to_numpy()
    return pa.Table.from_arrays([columns[name] for name in DECISIONS.names], schema=DECISIONS).take(order)


def _exact_leaders(nodes: Nodes) -> Indexes:
    """The best rank among the examples of the same class and content."""
    size = len(nodes.ids)
    _, contents = np.unique(nodes.equal_input * (size + 1) + nodes.text_of, return_inverse=True)
    _, classes = np.unique(nodes.classes, return_inverse=True)
    _, first, numbers = np.unique(classes * size + contents.ravel(), return_index=True, return_inverse=True)
    leaders: Indexes = first.astype(np.int64)[numbers.ravel()]
    return leaders


def _near_keepers(
    nodes: Nodes, leaders: Indexes, searched: tuple[Found, Found], thresholds: Mapping[str, float]
) -> tuple[Indexes, Numbers]:
    """The rank that stays in place of each rank, itself if it does, and their similarity."""
    limits = np.array([thresholds.get(task, DEFAULT_THRESHOLD) for task in nodes.tasks])
    lowest = float(limits.min(initial=1.0))
    is_leader = leaders == np.arange(len(leaders))
    sides = [
        _Side(nodes, found, np.where(is_leader & chosen, numbers, -1), limits)
        for found, numbers, chosen in (
            (searched[0], nodes.input_of, nodes.is_label),
            (searched[1], nodes.text_of, ~nodes.is_label),
        )
    ]
    joins = [side.found.crowd.joins(lowest, max(lowest, SHORT_THRESHOLD)) if side.asked.any() else None for side in sides]
    near = [side.of_examples(side.found.edges) for side in sides]
    count = _FIRST
    while True:
        keepers, nearness = _greedy(len(leaders), near)
        waiting = [side.waiting(keepers) for side in sides]
        first = np.sort(np.concatenate(waiting))[:count]
        if not len(first):
            return keepers, nearness
        for side, join in zip(sides, joins, strict=True):
            if join is not None and len(asked := side.ask(first)):
                near.append(side.of_examples(join.edges(asked)))
        count *= _GROWTH


_Near = tuple[Indexes, Indexes, Numbers]


class _Side:
    """The examples of one space: which contents they have, and which of those have been compared with the whole crowd."""

    def __init__(self, nodes: Nodes, found: Found, numbers: Indexes, limits: Numbers) -> None:
        """``numbers`` are the contents by rank, -1 for examples that are not compared here."""
        self.found, self.numbers, self.limits, self.classes = found, numbers, limits, nodes.classes
        ranks = np.flatnonzero(numbers >= 0)
        self.owners = ranks[np.argsort(numbers[ranks], kind="stable")]
        self.counts = np.bincount(numbers[ranks], minlength=len(found.space))
        self.starts = np.cumsum(self.counts) - self.counts
        self.asked: Flags = found.crowd.members.copy()  # not yet

    def waiting(self, keepers: Indexes) -> Indexes:
        """Ranks that stay and have not been compared with the whole crowd that they are in."""
        stays: Indexes = self.owners[keepers[self.owners] == self.owners]
        return stays[self.asked[self.numbers[stays]]]

    def ask(self, ranks: Indexes) -> Indexes:
        """The contents of those of ``ranks`` that are of this side, in that order; from now on they count as compared."""
        numbers = self.numbers[ranks]
        numbers, first = np.unique(numbers[numbers >= 0], return_index=True)
        self.asked[numbers] = False
        return numbers[np.argsort(first)]

    def of_examples(self, edges: Edges) -> _Near:
        """Pairs of ranks of one class, the better one first, that reach their task's threshold by ``edges``."""
        left, right, of = meet(self.owners, self.starts, self.counts, edges)
        same = self.classes[left] == self.classes[right]
        left, right, of = left[same], right[same], of[same]
        limits = self.limits[left]
        near = self.found.space.near(edges.of(of), limits, np.maximum(limits, SHORT_THRESHOLD))
        left, right, lowest = left[near], right[near], edges.similarity[:, of[near]].min(axis=0)
        return np.minimum(left, right), np.maximum(left, right), lowest


def _greedy(size: int, near: Sequence[_Near]) -> tuple[Indexes, Numbers]:
    """Goes through the ranks from the best and drops each that is near to one that stayed; the best such one is its keeper."""
    left, right, similarity = (np.concatenate(column) for column in zip(*near, strict=True))
    order = np.lexsort((left, right))
    keepers, nearness = list(range(size)), [1.0] * size
    for a, b, value in zip(left[order].tolist(), right[order].tolist(), similarity[order].tolist(), strict=True):
        if keepers[b] == b and keepers[a] == a:
            keepers[b], nearness[b] = a, value
    return np.array(keepers, dtype=np.int64), np.array(nearness)


def _groups(nodes: Nodes, keepers: Indexes, inputs: Found, texts: Found) -> list[str]:
    """Groups of those that stay; a dropped example joins its keeper's and links nothing by keys of its own.

    Otherwise one phrase that five hundred customers wrote would join everything else that they wrote.
    """
    size = len(nodes.ids)
    ranks = np.arange(size, dtype=np.int64)
    stays = keepers == ranks
    keyed, keys = by_keys(nodes.keys, stays)
    roots = components(size + keys, [*together(nodes, stays, inputs, texts), keyed, (ranks, keepers)])
    return name_groups(nodes.ids, roots[:size])
