"""Takes apart groups that are too large for any split to divide, at their weakest links.

Belongs here: which examples must leave so that a group falls into smaller ones. Does not belong here: what relates two examples
(`winnow.groups`), and groups that were published on two sides (`winnow.bridges`).

Likeness is passed on along chains: A resembles B, B resembles C, and in the end a tenth of a task hangs together that shares no
more than its letterhead. Such a group is built up again from its strongest links (single linkage in the order of similarity), and
a link that would make a piece larger than the limit is not taken. The examples at the ends of those links, as few as reach them
all, are the bridges: they leave. What belongs together by a document, a thread or a customer is never taken apart, a published
example never leaves, and a group that would lose more than a tenth of its examples is no chain but a body: it stays whole, and the
check on large groups says so. So does one in which nearly everything resembles everything else.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from winnow.fingerprints import Nodes, in_survivor_order
from winnow.groups import by_keys, components, name_groups, related_pairs

MOST_LOST = 0.1  # of a group's examples; beyond it the texts say the same more often than they are bridged
SMALLEST = 20
"""No group of fewer examples is cut: at the usual share that is a task of under a thousand, which is small, not chained."""

_SAMPLE = 1_000  # examples whose pairs are counted before all are: at most half a million pairs
_MOST_PAIRS = 1 << 24  # of one group, some 400 MB; more of them are no chain

_ROUNDS = 4  # searches for links that came to light when a bridge left; one that finds none ends them
_DIGITS = 9  # a similarity is a quotient of two set sizes; equal ones must not differ by their last bits


@dataclass(frozen=True, slots=True)
class Cut:
    """The examples that leave, and the group of each of the others."""

    bridges: frozenset[str]
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Links:
    """The examples of one group by number, and what ties them: sets that no cut may divide, and pairs alike, the most alike first."""

    ids: list[str]
    tasks: list[str]
    atoms: list[int]
    pairs: list[tuple[int, int]]


def cut(examples: pa.Table, limits: Mapping[str, int], published: AbstractSet[str]) -> Cut:
    """The pieces of one group.

    Args:
        examples: the `EXAMPLES` of the group that stay.
        limits: for each task how many examples of it a group may hold; tasks that it does not name have no limit.
        published: ids of examples that may not leave.

    Returns:
        No two examples of two pieces share a key or are related. A piece is larger than its limit only where taking it apart
        would cost too much.
    """
    nodes = in_survivor_order(examples, {})
    if is_body(nodes):
        return _named(nodes.ids, [0] * len(nodes.ids), set())
    links = _links(nodes)
    known = list(links.pairs)
    for _ in range(_ROUNDS):
        pieces, bridges = _within_budget(_Links(links.ids, links.tasks, links.atoms, known), limits, published)
        if not bridges:
            break
        gone = {links.ids[number] for number in bridges}
        keep = pa.array([example not in gone for example in examples["example_id"].to_pylist()], pa.bool_())
        across = _across(_links(in_survivor_order(examples.filter(keep), {})), dict(zip(links.ids, pieces, strict=True)))
        if not across:
            return _named(links.ids, pieces, bridges)
        place = {example: number for number, example in enumerate(links.ids)}
        known += [(place[a], place[b]) for a, b in across]
    return _named(links.ids, [0] * len(links.ids), set())


def is_body(nodes: Nodes) -> bool:
    """Whether so many of ``nodes`` resemble each other, as far as a sample tells, that their pairs are too many to look at."""
    size = len(nodes.ids)
    if size <= _SAMPLE:
        return False
    chosen = np.zeros(size, dtype=np.bool_)
    chosen[sorted(range(size), key=nodes.ids.__getitem__)[:_SAMPLE]] = True  # ids are keyed hashes, so that is drawn at random
    found = len(related_pairs(nodes, chosen).left)
    return found * (size / _SAMPLE) ** 2 > _MOST_PAIRS


def _links(nodes: Nodes) -> _Links:
    everyone = np.ones(len(nodes.ids), dtype=np.bool_)
    keyed, keys = by_keys(nodes.keys, everyone)
    roots = components(len(nodes.ids) + keys, [keyed])[: len(nodes.ids)]
    found = related_pairs(nodes, everyone)
    apart = roots[found.left] != roots[found.right]
    left, right, alike = found.left[apart], found.right[apart], np.round(found.similarity[apart], _DIGITS)
    by_id = np.empty(len(nodes.ids), dtype=np.int64)
    by_id[sorted(range(len(nodes.ids)), key=nodes.ids.__getitem__)] = np.arange(len(nodes.ids))
    low, high = np.minimum(by_id[left], by_id[right]), np.maximum(by_id[left], by_id[right])
    order = np.lexsort((high, low, -alike))
    pairs = list(zip(left[order].tolist(), right[order].tolist(), strict=True))
    return _Links(nodes.ids, nodes.tasks, roots.tolist(), pairs)


def _across(links: _Links, pieces: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs alike that stand in two pieces; a shared key never does, since no atom is divided."""
    named = ((links.ids[a], links.ids[b]) for a, b in links.pairs)
    return [(a, b) for a, b in named if pieces[a] != pieces[b]]


def _named(ids: Sequence[str], pieces: Sequence[int], bridges: AbstractSet[int]) -> Cut:
    stay = [number for number in range(len(ids)) if number not in bridges]
    kept = [ids[number] for number in stay]
    names = name_groups(kept, np.array([pieces[number] for number in stay], dtype=np.int64))
    return Cut(frozenset(ids[number] for number in bridges), dict(zip(kept, names, strict=True)))


def _within_budget(links: _Links, limits: Mapping[str, int], published: AbstractSet[str]) -> tuple[list[int], set[int]]:
    """Pieces as small as can be had for `MOST_LOST` of the examples: the limit, or twice, four times … as much."""
    fast = [example in published for example in links.ids]
    largest = Counter(links.tasks)
    scale = 1
    while any(largest[task] > limit * scale for task, limit in limits.items()):
        pieces = _pieces(links, {task: limit * scale for task, limit in limits.items()}, fast)
        bridges = _cover(links, pieces, fast)
        if len(bridges) <= MOST_LOST * len(links.ids):
            return pieces, bridges
        scale *= 2
    return [0] * len(links.ids), set()


def _pieces(links: _Links, limits: Mapping[str, int], fast: Sequence[bool]) -> list[int]:
    """The piece of each example: atoms joined by their links, the strongest first, as long as none grows beyond ``limits``."""
    parents = list(links.atoms)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for number, atom in enumerate(links.atoms):
        counts[atom][links.tasks[number]] += 1

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(a: int, b: int) -> None:
        low, high = min(a, b), max(a, b)
        parents[high] = low
        counts[low].update(counts.pop(high))

    for firmly in (True, False):
        for left, right in links.pairs:
            a, b = root(left), root(right)
            if a == b or (firmly and not (fast[left] and fast[right])):
                continue
            if firmly or all(counts[a][task] + counts[b][task] <= limit for task, limit in limits.items()):
                join(a, b)
    return [root(number) for number in range(len(parents))]


def _cover(links: _Links, pieces: Sequence[int], fast: Sequence[bool]) -> set[int]:
    """Examples at the ends of all pairs alike that stand in two pieces: always the one with most of them, as far as it may leave."""
    beside: dict[int, set[int]] = defaultdict(set)
    for a, b in links.pairs:
        if pieces[a] != pieces[b]:
            beside[a].add(b)
            beside[b].add(a)
    waiting = [(-len(others), links.ids[number], number) for number, others in beside.items() if not fast[number]]
    heapq.heapify(waiting)
    gone: set[int] = set()
    while waiting:
        degree, name, number = heapq.heappop(waiting)
        if not beside[number]:
            continue
        if -degree != len(beside[number]):
            heapq.heappush(waiting, (-len(beside[number]), name, number))
            continue
        gone.add(number)
        for other in beside.pop(number):
            beside[other].discard(number)
    return gone
