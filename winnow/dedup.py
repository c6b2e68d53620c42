"""Finds examples that say the same as another one, and keeps one of each.

Belongs here: what a duplicate is and who survives. Does not belong here: similarity itself (`winnow.shingles`, `winnow.sketches`),
which contents resemble each other (`winnow.edges`), and what merely belongs together (`winnow.groups`).

Exact: input and target are equal once folded (NFKC, case, white space). Near: Jaccard similarity of word shingles at the task's
threshold, or of character shingles under 20 words; every candidate is verified exactly. For labels the inputs are compared and
the label must be the same; for texts input and target must both be near. Duplicates live inside one task, groups across all.

Contained: a text of 20 words or more of which a longer one has 95% of the five-word shingles, as a mail has that quotes another. For
labels the input must be contained; for texts the input (or, under 20 words, be near) and the target (or be near). An example leaves
for a longer one of its class alone, and only for one that comes before it in the order below: where a short one is to be preferred
both stay, in one group (`winnow.groups`).

Examples are taken in the survivor order (`winnow.survivors`): by default that of the most trusted source first, then the longest. One
is dropped only for a survivor that it is itself near to: likeness is not passed on along a chain. For every
survivor all examples have been looked at that may be near to it (in a crowd of thousands that all lie just under the threshold, as
far as its budget goes, the best first); so the answer depends on what there is, and on nothing else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.containment import Within
from winnow.edges import Edges, Found, search
from winnow.fingerprints import Nodes, fingerprints, in_survivor_order
from winnow.groups import RELATED_SHORT, by_keys, components, meet, name_groups, together
from winnow.schemas import DECISIONS
from winnow.shingles import Flags, Indexes, Numbers
from winnow.survivor_rules import SURVIVOR
from winnow.survivors import without_texts

SHORT_THRESHOLD = 0.85
"""The least similarity of near duplicates under 20 words, where one word can turn the meaning. Of pairs among 9,973 one-line
support tickets of 77 classes that are this similar by characters, 3% cross classes ("my top up was rejected", "… rejected
why"); from 0.8 to 0.85 it is 4%, from 0.6 to 0.8 10%."""

DEFAULT_THRESHOLD = 0.8
"""For a task that ``thresholds`` does not name: the usual Jaccard threshold of near-duplicate detection (Lee et al. 2022)."""

REASONS: dict[str, str] = {
    "exact_duplicate": "another example says the same word for word; nothing to do",
    "near_duplicate": "another example says nearly the same; raise the task's near_duplicate_threshold to keep more",
    "contained": "a longer example has nearly all of it, as a mail that quotes another has; set the task's keep_contained to "
    "keep both",
}
"""Why an example was dropped here."""

_ROWS = 1 << 12  # texts that are there a second time at once: some megabytes

_FIRST, _GROWTH = 16, 8  # survivors of a crowd that are asked for at first, and how many times more in each round


def deduplicate(  # noqa: PLR0913, PLR0917 - the examples, and everything that decides who of them stays
    examples: pa.Table,
    thresholds: Mapping[str, float],
    priority: Mapping[str, int] | None = None,
    fingerprints: pa.Table | None = None,
    pinned: Collection[str] = (),
    survivor: Sequence[str] = SURVIVOR,
    keep_contained: Collection[str] = (),
) -> pa.Table:
    """Who of ``examples`` stays, and which group each belongs to.

    Args:
        examples: rows of `EXAMPLES` without a reason, in any order; the answer does not depend on it.
        thresholds: similarity from which two examples of a task are one, by task.
        priority: trust by source, the lowest number first; sources it does not name come last.
        fingerprints: of `winnow.fingerprints.fingerprints`, if they were made before; else they are made now.
        pinned: ids of examples that come before all others, whatever their source: those of a frozen side.
        survivor: the rules by which one comes before another, see `winnow.survivors.survivor_order`.
        keep_contained: tasks of which an example stays though a longer one contains it.

    Returns:
        `DECISIONS` sorted by example id. A dropped example has one of `REASONS`, its keeper (always one that stays), the similarity
        with it (for texts the lower of input's and target's; of a contained one the share that is contained) and its keeper's group.

    Raises:
        ValueError: an example id occurs twice, or a fingerprint is missing.
    """
    nodes = in_survivor_order(examples, priority or {}, fingerprints, pinned, survivor)
    return decide(nodes, search(nodes.inputs), search(nodes.texts), thresholds, keep_contained)


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
    """``rows`` (`bare`) with what the survivor order asks in place of their texts, and their `FINGERPRINTS`."""
    return without_texts(rows), fingerprints(rows)


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


def decide_rows(
    parts: Sequence[tuple[pa.Table, pa.Table]],
    threshold: float,
    survivor: Sequence[str] = SURVIVOR,
    standing: Mapping[str, pa.Array] | None = None,
    *,
    keep_contained: bool = False,
) -> list[dict[str, Any]]:
    """`DECISIONS` about bare texts (`bare`) and their fingerprints, a row each in their order.

    ``survivor`` may name columns of ``standing``: numbers for each row, the highest first.
    """
    if not parts:
        return []
    rows, prints = (pa.concat_tables(tables) for tables in zip(*parts, strict=True))
    for name, numbers in (standing or {}).items():
        rows = rows.append_column(name, numbers)
    kept = {""} if keep_contained else ()
    decisions = deduplicate(rows, {"": threshold}, fingerprints=prints, survivor=survivor, keep_contained=kept)
    found = decisions.take(pc.index_in(rows["example_id"], value_set=decisions["example_id"].combine_chunks()))
    return found.select(["group", "keeper", "similarity", "reason"]).to_pylist()  # type: ignore[no-any-return]


def decide(
    nodes: Nodes, inputs: Found, texts: Found, thresholds: Mapping[str, float], keep_contained: Collection[str] = ()
) -> pa.Table:
    """`DECISIONS` about ``nodes``, given the searches of their inputs and texts; as `deduplicate` otherwise."""
    leaders = _exact_leaders(nodes)
    kept, within = _keepers(nodes, leaders, (inputs, texts), thresholds, keep_contained)
    final = kept.keepers[leaders]
    ranks = np.arange(len(final))
    dropped = final != ranks
    exact = dropped & (final == leaders)
    reasons = np.where(exact, 0, np.where(kept.is_contained[leaders], 2, 1))
    ids = pa.array(nodes.ids, pa.string())
    columns = {
        "example_id": ids,
        "task": pa.array(nodes.tasks, pa.string()),
        "group": pa.array(_groups(nodes, final, (inputs, texts), within), pa.string()),
        "keeper": ids.take(pa.array(final, mask=~dropped)),
        "similarity": pa.array(np.where(exact, 1.0, kept.similarity[leaders]).astype(np.float32), mask=~dropped),
        "split": pa.nulls(len(ids), pa.string()),
        "weight": pa.array(np.ones(len(ids), dtype=np.float32)),
        "reason": pa.array(list(REASONS), pa.string()).take(pa.array(reasons, mask=~dropped)),
    }
    return pa.Table.from_arrays([columns[name] for name in DECISIONS.names], schema=DECISIONS).take(nodes.by_id)


def _exact_leaders(nodes: Nodes) -> Indexes:
    """The best rank among the examples of the same class and content."""
    size = len(nodes.ids)
    width = int(nodes.text_of.max(initial=-1)) + 2  # a memory numbers texts that are gone, too
    _, contents = np.unique(nodes.equal_input * width + nodes.text_of + 1, return_inverse=True)
    _, classes = np.unique(nodes.classes, return_inverse=True)
    _, first, numbers = np.unique(classes * size + contents.ravel(), return_index=True, return_inverse=True)
    leaders: Indexes = first.astype(np.int64)[numbers.ravel()]
    return leaders


@dataclass(frozen=True, slots=True)
class _Kept:
    """By rank: the rank that stays in place of each, itself if it does, their similarity, and whether it is contained in that one."""

    keepers: Indexes
    similarity: Numbers
    is_contained: Flags


def _keepers(
    nodes: Nodes,
    leaders: Indexes,
    searched: tuple[Found, Found],
    thresholds: Mapping[str, float],
    keep_contained: Collection[str],
) -> tuple[_Kept, Within]:
    """Who stays, and what was looked at to find who is contained in whom.

    Nobody who stays is near to or contained in a better one that stays, and whoever was dropped for one is: so who stays is the one
    answer that there is, whichever pairs were found first.
    """
    limits = np.array([thresholds.get(task, DEFAULT_THRESHOLD) for task in nodes.tasks])
    is_leader = leaders == np.arange(len(leaders))
    near = _NearOnes(nodes, is_leader, searched, limits)
    contained = _Contained(nodes, limits, np.array([task not in keep_contained for task in nodes.tasks], dtype=np.bool_))
    while True:
        kept = near.settled(contained.found)
        stays = is_leader & (kept.keepers == np.arange(len(leaders)))
        if not contained.ask(stays):
            return contained.with_the_best(kept, stays), contained.within


_Near = tuple[Indexes, Indexes, Numbers]
"""Ranks, those of the better ones first, and how alike they are."""


class _NearOnes:
    """Who is near to whom, as far as it has been asked."""

    def __init__(self, nodes: Nodes, is_leader: Flags, searched: tuple[Found, Found], limits: Numbers) -> None:
        """``limits`` are the thresholds by rank."""
        lowest = float(limits.min(initial=1.0))
        self.size = len(is_leader)
        self.sides = [
            _Side(nodes, found, np.where(is_leader & chosen, numbers, -1), limits)
            for found, numbers, chosen in (
                (searched[0], nodes.input_of, nodes.is_label),
                (searched[1], nodes.text_of, ~nodes.is_label),
            )
        ]
        self.joins = [
            side.found.crowd.joins(lowest, max(lowest, SHORT_THRESHOLD)) if side.asked.any() else None for side in self.sides
        ]
        self.found = [side.of_examples(side.found.edges) for side in self.sides]
        self.count = _FIRST

    def settled(self, contained: Sequence[_Near]) -> _Kept:
        """Who stays, given who is ``contained`` in whom: every one that does has been compared with the whole crowd it is in."""
        while True:
            kept = _greedy(self.size, self.found, contained)
            first = np.sort(np.concatenate([side.waiting(kept.keepers) for side in self.sides]))[: self.count]
            if not len(first):
                return kept
            for side, join in zip(self.sides, self.joins, strict=True):
                if join is not None and len(asked := side.ask(first)):
                    self.found.append(side.of_examples(join.edges(asked)))
            self.count *= _GROWTH


class _Contained:
    """Who is contained in whom, as far as it has been asked."""

    def __init__(self, nodes: Nodes, limits: Numbers, may_go: Flags) -> None:
        """By rank, ``limits`` are the thresholds, and ``may_go`` says who leaves if it is contained."""
        self.nodes, self.may_go = nodes, may_go
        self.limits = limits, np.maximum(limits, SHORT_THRESHOLD)
        self.within = self._ready(np.zeros(len(limits), dtype=np.bool_))
        self.found: list[_Near] = []

    def _ready(self, there: Flags) -> Within:
        words, characters = (float(limits.min(initial=1.0)) for limits in self.limits)
        return Within(self.nodes, there, words, characters, RELATED_SHORT)

    def ask(self, stays: Flags) -> bool:
        """Looks for more among those that stay; whether there is any, so that some of them do not."""
        if (stays & ~self.within.there).any():  # at first all; later some whose keeper is contained in another
            self.within = self._ready(stays | self.within.there)
        self.found.append(self.within.keepers(stays & self.may_go, stays, *self.limits))
        return bool(len(self.found[-1][0]))

    def with_the_best(self, kept: _Kept, stays: Flags) -> _Kept:
        """The same with the best of those that stay and contain it for the keeper of each contained example."""
        keepers, similarity = kept.keepers.copy(), kept.similarity.copy()
        left, right, share = self.within.keepers(kept.is_contained, stays, *self.limits)
        order = np.lexsort((-left, right))  # the best of each is written last, and stays
        keepers[right[order]], similarity[right[order]] = left[order], share[order]
        return _Kept(keepers, similarity, kept.is_contained)


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


def _greedy(size: int, near: Sequence[_Near], contained: Sequence[_Near]) -> _Kept:
    """Goes through the ranks from the best and drops each that is near to one that stayed, or else is contained in one.

    The best one that is near is its keeper, and only where there is none the best one that contains it.
    """
    left, right, similarity = (np.concatenate(column) for column in zip(*near, *contained, strict=True))
    within = np.arange(len(left)) >= sum(len(column[0]) for column in near)
    order = np.lexsort((left, within, right))
    columns = (column[order].tolist() for column in (left, right, similarity, within))
    keepers, nearness, is_contained = list(range(size)), [1.0] * size, [False] * size
    for a, b, value, contains in zip(*columns, strict=True):
        if keepers[b] == b and keepers[a] == a:
            keepers[b], nearness[b], is_contained[b] = a, value, contains
    return _Kept(np.array(keepers, dtype=np.int64), np.array(nearness), np.array(is_contained, dtype=np.bool_))


def _groups(nodes: Nodes, keepers: Indexes, searched: tuple[Found, Found], within: Within) -> list[str]:
    """Groups of those that stay; a dropped example joins its keeper's and links nothing by keys of its own.

    Otherwise one phrase that five hundred customers wrote would join everything else that they wrote.
    """
    size = len(nodes.ids)
    ranks = np.arange(size, dtype=np.int64)
    stays = keepers == ranks
    keyed, keys = by_keys(nodes.keys, stays)
    roots = components(size + keys, [*together(nodes, stays, searched, within), keyed, (ranks, keepers)])
    return name_groups(nodes.ids, roots[:size], nodes.by_id)
