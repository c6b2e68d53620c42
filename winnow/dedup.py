"""Finds examples that say the same as another one, and keeps one of each.

Belongs here: what a duplicate is and who survives. Does not belong here: similarity itself (`winnow.shingles`,
`winnow.sketches`), and what merely belongs together (`winnow.groups`).

Exact: input and target are equal once folded (NFKC, case, white space). Near: Jaccard similarity of word shingles at the task's
threshold, or of character shingles under 20 words; every candidate is verified exactly. For labels the inputs are compared and
the label must be the same; for texts input and target must both be near. Duplicates live inside one task, groups across all.

The survivor is the example of the most trusted source, then the longest, then the one of the smallest id. Examples are taken in
that order, and one is dropped only for a survivor that it is itself near to: likeness is not passed on along a chain.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from winnow.fingerprints import Nodes, in_survivor_order
from winnow.groups import at_least, by_keys, components, name_groups, related
from winnow.schemas import DECISIONS, EXAMPLES
from winnow.shingles import Indexes, Numbers
from winnow.sketches import MARGIN, Sketched, candidates

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

_MEMBERS = (256, 1_024)  # bucket sizes that are compared in full at first and at last: 524,000 pairs at most
_MOST_ROUNDS = 32  # a round without an end in sight has dropped or brought back somebody; real tables need one to three


def deduplicate(
    examples: pa.Table,
    thresholds: Mapping[str, float],
    priority: Mapping[str, int] | None = None,
    fingerprints: pa.Table | None = None,
) -> pa.Table:
    """Who of ``examples`` stays, and which group each belongs to.

    Args:
        examples: rows of `EXAMPLES` without a reason, in any order; the answer does not depend on it.
        thresholds: similarity from which two examples of a task are one, by task.
        priority: trust by source, the lowest number first; sources it does not name come last.
        fingerprints: of `winnow.fingerprints.fingerprints`, if they were made before; else they are made now.

    Returns:
        `DECISIONS` sorted by example id. A dropped example has the reason ``exact_duplicate`` or ``near_duplicate``, its keeper
        (always one that stays), the similarity with it (for texts the lower of input's and target's) and its keeper's group.

    Raises:
        ValueError: an example id occurs twice, or a fingerprint is missing.
    """
    nodes = in_survivor_order(examples, priority or {}, fingerprints)
    leaders = _exact_leaders(nodes)
    keepers, similarity = _near_keepers(nodes, leaders, thresholds)
    final = keepers[leaders]
    exact = (leaders != np.arange(len(leaders))) & (final == leaders)
    dropped = final != np.arange(len(final))
    groups = _groups(nodes, final)
    order = np.array(sorted(range(len(nodes.ids)), key=nodes.ids.__getitem__), dtype=np.int64)
    columns = {
        "example_id": [nodes.ids[i] for i in order],
        "task": [nodes.tasks[i] for i in order],
        "group": [groups[i] for i in order],
        "keeper": [nodes.ids[final[i]] if dropped[i] else None for i in order],
        "similarity": [(1.0 if exact[i] else float(similarity[leaders[i]])) if dropped[i] else None for i in order],
        "split": [None] * len(order),
        "weight": [1.0] * len(order),
        "reason": [("exact_duplicate" if exact[i] else "near_duplicate") if dropped[i] else None for i in order],
    }
    return pa.table(columns, schema=DECISIONS)


def deduplicate_texts(ids: Sequence[str], texts: Sequence[str], threshold: float = DEFAULT_THRESHOLD) -> pa.Table:
    """`DECISIONS` about bare ``texts``: as `deduplicate` does for labelled inputs that all have the same label.

    Raises:
        ValueError: an id occurs twice.
    """
    size = len(ids)
    columns = {
        "example_id": pa.array(ids, pa.string()),
        "input": pa.array(texts, pa.string()),
        **{name: pa.repeat(pa.scalar(""), size) for name in ("task", "target", "label", "source")},
        "group_keys": pa.array([[] for _ in ids], pa.list_(pa.string())),
    }
    arrays = [columns.get(field.name, pa.nulls(size, field.type)) for field in EXAMPLES]
    return deduplicate(pa.Table.from_arrays(arrays, schema=EXAMPLES), {"": threshold})


def _exact_leaders(nodes: Nodes) -> Indexes:
    """The best rank among the examples of the same task and folded text."""
    first: dict[tuple[str, bytes], int] = {}
    keys = zip(nodes.tasks, nodes.exact, strict=True)
    return np.fromiter((first.setdefault(key, rank) for rank, key in enumerate(keys)), dtype=np.int64, count=len(nodes.ids))


def _near_keepers(nodes: Nodes, leaders: Indexes, thresholds: Mapping[str, float]) -> tuple[Indexes, Numbers]:
    """The rank that stays in place of each rank, itself if it does, and their similarity.

    Where a bucket is too large to compare all of its pairs, its members first meet their best one; who is dropped leaves the
    bucket, and the rest meet again until no bucket is too large. Where over a thousand that are no duplicates fill a bucket
    (forms with much boilerplate), near ones among them are found by the other bands.
    """
    limits = np.array([thresholds.get(task, DEFAULT_THRESHOLD) for task in nodes.tasks])
    classes, views = _classes(nodes), _views(nodes)
    unique = leaders == np.arange(len(leaders))
    keepers, nearness = np.arange(len(leaders), dtype=np.int64), np.ones(len(leaders))
    known = _no_edges()
    members = _MEMBERS[0]
    for _ in range(_MOST_ROUNDS):
        stays = unique & (keepers == np.arange(len(keepers)))
        complete = True
        for view in views:
            left, right, all_of_them = candidates(view.among(stays), classes, limits - MARGIN, members)
            known = _merge(known, _verified(nodes, left, right, limits))
            complete &= all_of_them
        before = keepers
        keepers, nearness = _greedy(len(leaders), *known)
        exhausted = members == _MEMBERS[1] and np.array_equal(before, keepers)
        if not _revived(before, keepers) and (complete or exhausted):
            break
        members = min(members * 4, _MEMBERS[1])
    return keepers, nearness


def _revived(before: Indexes, after: Indexes) -> bool:
    own = np.arange(len(after))
    return bool(((before != own) & (after == own)).any())


def _views(nodes: Nodes) -> list[Sketched]:
    """What is compared: a label's input, by words or characters; of a text pair both parts, each by words or characters."""
    inputs, targets = (nodes.input_words, nodes.input_characters), (nodes.target_words, nodes.target_characters)
    return [part.among(nodes.is_label) for part in inputs] + [part.and_also(target) for part in inputs for target in targets]


def _classes(nodes: Nodes) -> Indexes:
    """A number for each task and label; only examples of one class can be duplicates."""
    numbers: dict[tuple[str, str | None], int] = {}
    keys = zip(nodes.tasks, nodes.labels, strict=True)
    return np.fromiter((numbers.setdefault(key, len(numbers)) for key in keys), dtype=np.int64, count=len(nodes.ids))


def _verified(nodes: Nodes, left: Indexes, right: Indexes, limits: Numbers) -> tuple[Indexes, Indexes, Numbers]:
    """The pairs that are near by exact similarity, with it."""
    lowest = np.ones(len(left))
    for texts, applies in ((nodes.input, np.ones(len(nodes.ids), dtype=np.bool_)), (nodes.target, ~nodes.is_label)):
        asked = applies[left]
        similarity, short = texts.similarity(left[asked], right[asked])
        near = np.ones(len(left), dtype=np.bool_)
        least = limits[left[asked]]
        near[asked] = at_least(similarity, np.where(short, np.maximum(least, SHORT_THRESHOLD), least))
        lowest[asked] = np.minimum(lowest[asked], similarity)
        left, right, lowest = left[near], right[near], lowest[near]
    return left, right, lowest


def _greedy(size: int, left: Indexes, right: Indexes, similarity: Numbers) -> tuple[Indexes, Numbers]:
    """Goes through the ranks from the best and drops each that is near to one that stayed; the best such one is its keeper."""
    keepers, nearness = list(range(size)), [1.0] * size
    order = np.lexsort((left, right))
    for a, b, value in zip(left[order].tolist(), right[order].tolist(), similarity[order].tolist(), strict=True):
        if keepers[b] == b and keepers[a] == a:
            keepers[b], nearness[b] = a, value
    return np.array(keepers, dtype=np.int64), np.array(nearness)


def _groups(nodes: Nodes, keepers: Indexes) -> list[str]:
    """Groups of those that stay; a dropped example joins its keeper's and links nothing by keys of its own.

    Otherwise one phrase that five hundred customers wrote would join everything else that they wrote.
    """
    size = len(nodes.ids)
    ranks = np.arange(size, dtype=np.int64)
    stays = keepers == ranks
    keyed, keys = by_keys(nodes.keys, stays)
    roots = components(size + keys, [related(nodes, stays), keyed, (ranks, keepers)])
    return name_groups(nodes.ids, roots[:size])


def _no_edges() -> tuple[Indexes, Indexes, Numbers]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)


def _merge(
    first: tuple[Indexes, Indexes, Numbers], second: tuple[Indexes, Indexes, Numbers]
) -> tuple[Indexes, Indexes, Numbers]:
    left, right, value = (np.concatenate(pair) for pair in zip(first, second, strict=True))
    _, once = np.unique((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64), return_index=True)
    return left[once], right[once], value[once]
