"""Which examples belong together, so that no split may come between them.

Belongs here: the relation "related" and its connected components. Does not belong here: which side a group falls on (see
`winnow.split`), nor duplicates (see `winnow.dedup`).

Two examples are related if they share a group key (a document, a link, a customer), or if their texts resemble each other at
lower thresholds than a duplicate's. A label's text is its input, whatever the label says. Text pairs are related by their
inputs where both of these have 20 words or more; a shorter input (a heading, "Introduction") says too little, so there the targets
must resemble each other as well. A label's input and a text pair's short input are related only if equal.

So are two examples of which one lies nearly whole within the other, by the same parts: an input of 20 words or more within another's,
or, of text pairs with short inputs that resemble each other, the target within the other's (`winnow.containment`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.containment import CONTAINED, Search, Within
from winnow.edges import Edges as Alike
from winnow.edges import Found, at_least, search
from winnow.fingerprints import Nodes
from winnow.shingles import BORDER_WORDS, Flags, Indexes, Numbers, expand
from winnow.survivors import by_id

RELATED = 0.5
"""Jaccard of word shingles from which two texts are related: low enough that a text and its rewriting stay together. In a text of 20
words one other word leaves 11 of 21 shingles, .52; two copies of that kind on two sides would be a leak that no duplicate threshold
tells."""

RELATED_SHORT = 0.75
"""The same for texts under 20 words, by characters. On 9,973 one-line support tickets of 4,000 customers the largest group has
24 members at 0.75, 43 at 0.7, and at 0.6 over a fifth of all tickets hang together in one, which no split could divide."""

Edges: TypeAlias = tuple[Indexes, Indexes]

_MOST_EQUAL = 256
"""Examples with one input whose pairs are all named; beyond it each is related to these, which ties them together as well."""

_FIRST, _GROWTH = 16, 8  # of a crowd that are asked for at first, and how many times more in each round
_PAIRS = 1 << 19  # that may be contained are looked at before it is asked again who is tied already

_NEVER = 2.0  # a similarity that nothing has: of targets, only what is contained is asked for here

__all__ = [
    "RELATED",
    "RELATED_SHORT",
    "Edges",
    "Related",
    "at_least",
    "by_keys",
    "components",
    "name_groups",
    "related",
    "related_pairs",
]


@dataclass(frozen=True, slots=True)
class Related:
    """Related pairs of ranks, ``left < right``, sorted, each once."""

    left: Indexes
    right: Indexes
    similarity: Numbers  # of the inputs; where both parts are asked the lower one; 1.0 for equal texts


def related(nodes: Nodes, chosen: Flags) -> Edges:
    """Pairs of related ranks among the ``chosen`` examples, by text alone."""
    pairs = related_pairs(nodes, chosen)
    return pairs.left, pairs.right


def related_pairs(nodes: Nodes, chosen: Flags) -> Related:
    """All pairs of related ranks among the ``chosen`` examples, by text alone.

    As many as there are: of a thousand texts that all resemble each other half a million. For a group, not for a whole set.
    """
    found = [_equal(nodes, chosen)]
    for space, numbers in ((search(nodes.inputs), _by_input(nodes, chosen)), (search(nodes.texts), _by_text(nodes, chosen))):
        edges = space.complete(_present(numbers, len(space.space)), RELATED, RELATED_SHORT)
        found.append(_of_examples(numbers, edges, len(space.space)))
    within = Within(nodes, chosen, CONTAINED, RELATED_SHORT, RELATED_SHORT)
    for held, numbers in _held(nodes, chosen, within):
        present = _present(numbers, len(held.way.space))
        pairs = (_contained(held, *pair) for pair in held.candidates(present))
        found += [_of_examples(numbers, edges, len(present)) for edges in pairs]
    left, right, similarity = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort((-similarity, right, left))
    left, right, similarity = left[order], right[order], similarity[order]
    once = np.ones(len(left), dtype=np.bool_)
    once[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    return Related(left[once], right[once], similarity[once])


def together(nodes: Nodes, chosen: Flags, searched: tuple[Found, Found], within: Within) -> list[Edges]:
    """Edges that tie each of the ``chosen`` examples to all that it is related to by text, directly or through others.

    Args:
        nodes: the examples.
        chosen: by rank.
        searched: the search of ``nodes.inputs``, and that of ``nodes.texts``.
        within: which of them may lie within others; all that are chosen are there.
    """
    left, right, _ = _equal(nodes, chosen)
    result = [(left, right)]
    for found, numbers in zip(searched, (_by_input(nodes, chosen), _by_text(nodes, chosen)), strict=True):
        first = _first_of(numbers, len(found.space))
        result += [(first[edges.left], first[edges.right]) for edges in _tied(found, first)]
    for held, numbers in _held(nodes, chosen, within):
        _tie_contained(held, _first_of(numbers, len(held.way.space)), result, len(chosen))
    return result


def by_keys(keys: pa.Array, chosen: Flags) -> tuple[Edges, int]:
    """Edges from the ``chosen`` ranks to their group keys, numbered from ``len(chosen)``, and how many keys there are."""
    owners = pc.list_parent_indices(keys).to_numpy(zero_copy_only=False).astype(np.int64)
    flat = pc.list_flatten(keys)
    encoded = flat.dictionary_encode() if len(flat) else pa.array([], type=pa.string()).dictionary_encode()
    numbers = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64) + len(chosen)
    kept = chosen[owners]
    return (owners[kept], numbers[kept]), len(encoded.dictionary)


def components(size: int, edges: Sequence[Edges]) -> Indexes:
    """The smallest node of each node's connected component, by pointer jumping (Shiloach and Vishkin 1982)."""
    left = np.concatenate([np.zeros(0, dtype=np.int64), *(a for a, _ in edges)])
    right = np.concatenate([np.zeros(0, dtype=np.int64), *(b for _, b in edges)])
    roots = np.arange(size, dtype=np.int64)
    while True:
        a, b = roots[left], roots[right]
        open_edges = a != b
        if not open_edges.any():
            return roots
        a, b = a[open_edges], b[open_edges]
        left, right = left[open_edges], right[open_edges]
        np.minimum.at(roots, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(roots, jumped := roots[roots]):
            roots = jumped


def name_groups(ids: Sequence[str], roots: Indexes, order: Indexes | None = None) -> list[str]:
    """Each example's group id: a hash of the smallest example id in its component; ``order`` are their places by id, if known.

    Example ids are keyed hashes, so the smallest one is drawn at random: a group of n examples that gains one is renamed with a
    chance of 1 in n + 1, and in no order of arrival otherwise than in another.
    """
    order = by_id(ids) if order is None else order
    smallest = np.zeros(int(roots.max(initial=-1)) + 1, dtype=np.int64)
    smallest[roots[order[::-1]]] = order[::-1]  # the smallest is written last, and stays
    heads = smallest[roots]
    names = [""] * len(ids)
    for head in np.flatnonzero(heads == np.arange(len(ids))).tolist():
        names[head] = hashlib.sha256(b"group\x1f" + ids[head].encode()).hexdigest()[:32]
    return [names[head] for head in heads.tolist()]


def _tied(found: Found, first: Indexes) -> list[Alike]:
    """Edges enough to tie all related contents; of a crowd, only those that tie what is not tied yet.

    ``first`` has the best rank of each content, -1 for one that does not count.
    """
    here = first >= 0
    edges = found.edges.of(here[found.edges.left] & here[found.edges.right])
    result = [edges.of(found.space.near(edges, RELATED, RELATED_SHORT))]
    waiting = np.flatnonzero(found.crowd.members & here)
    if not len(waiting):
        return result
    waiting = waiting[np.argsort(first[waiting])]
    joins = found.crowd.joins(RELATED, RELATED_SHORT, here)
    count = _FIRST
    while len(waiting):
        roots = components(len(here), [(edges.left, edges.right) for edges in result])
        more = joins.edges(waiting[:count], roots)
        result.append(more.of(found.space.near(more, RELATED, RELATED_SHORT)))
        waiting, count = waiting[count:], count * _GROWTH
    return result


def _held(nodes: Nodes, chosen: Flags, within: Within) -> list[tuple[Search, Indexes]]:
    """The searches by which the ``chosen`` examples are related, and the content that each of these has there, -1 for none."""
    result = [(within.by_input, _by_input(nodes, chosen))]
    texts = np.where(chosen, nodes.text_of, -1)
    return [*result, (within.by_target, texts)] if (texts >= 0).any() else result


def _contained(held: Search, left: Indexes, right: Indexes) -> Alike:
    """Those pairs of contents of which the first lies within the second, and how alike they are as wholes.

    So that a short text within many long ones is the first link to go where a group is too large.
    """
    similarity = held.way.jaccard(left, right, _NEVER, RELATED_SHORT)
    some = similarity > 0
    left, right, similarity = left[some], right[some], similarity[some]
    return Alike(np.minimum(left, right), np.maximum(left, right), similarity[None])


def _tie_contained(held: Search, first: Indexes, result: list[Edges], size: int) -> None:
    """Adds to ``result`` what ties every content to those that it lies within, if they are not tied to it yet.

    What may lie within most comes first: once a disclaimer has tied ten thousand mails, others like it find them tied.
    ``first`` has the best rank of each content, -1 for one that does not count.
    """
    waiting, costs = held.waiting(first >= 0)
    most = _PAIRS
    while len(waiting):
        roots = np.where(first >= 0, components(size, result)[first], -1)
        count = max(int(np.searchsorted(np.cumsum(costs), most, side="right")), 1)
        for left, right in held.apart(waiting[:count], roots):
            edges = _contained(held, left, right)
            result.append((first[edges.left], first[edges.right]))
        waiting, costs, most = waiting[count:], costs[count:], most * _GROWTH


def _by_input(nodes: Nodes, chosen: Flags) -> Indexes:
    return np.where(chosen, nodes.input_of, -1)


def _by_text(nodes: Nodes, chosen: Flags) -> Indexes:
    """Texts count only where the input is too short to be compared alone, or can be like one that is."""
    counts = nodes.texts.parts[0].word_counts
    brief = np.append(counts < BORDER_WORDS, [False])  # the last stands for what is no text
    return np.where(chosen & brief[nodes.text_of], nodes.text_of, -1)


def _present(numbers: Indexes, size: int) -> Flags:
    present = np.zeros(size, dtype=np.bool_)
    present[numbers[numbers >= 0]] = True
    return present


def _first_of(numbers: Indexes, size: int) -> Indexes:
    """The best rank of each content; -1 where no chosen example has it."""
    first = np.full(size, -1, dtype=np.int64)
    ranks = np.flatnonzero(numbers >= 0)[::-1]
    first[numbers[ranks]] = ranks
    return first


def _equal(nodes: Nodes, chosen: Flags) -> tuple[Indexes, Indexes, Numbers]:
    """Pairs with equal inputs, unless both are short inputs of text pairs; with equal texts; short inputs with an equal label's."""
    left, right = (
        np.concatenate(sides)
        for sides in zip(
            _pairs_within(_members(_by_input(nodes, chosen))),
            _pairs_within(_members(_by_text(nodes, chosen))),
            _short_with_label(nodes, chosen),
            strict=True,
        )
    )
    return left, right, np.ones(len(left))


def _short_with_label(nodes: Nodes, chosen: Flags) -> Edges:
    label = _first_of(np.where(chosen & nodes.is_label, nodes.equal_input, -1), len(nodes.ids))
    short = np.flatnonzero(chosen & (nodes.input_of < 0))
    hub = label[nodes.equal_input[short]]
    short, hub = short[hub >= 0], hub[hub >= 0]
    return np.minimum(short, hub), np.maximum(short, hub)


def _members(numbers: Indexes) -> tuple[Indexes, Indexes, Indexes]:
    """Ranks sorted by their number, those without one left out; where each number's begin, and how many there are."""
    ranks = np.flatnonzero(numbers >= 0)
    ordered = ranks[np.argsort(numbers[ranks], kind="stable")]
    own = numbers[ordered]
    starts = np.flatnonzero(np.concatenate([[True], own[1:] != own[:-1]])) if len(own) else np.zeros(0, dtype=np.int64)
    return ordered, starts, np.diff(np.append(starts, len(own)))


def _pairs_within(members: tuple[Indexes, Indexes, Indexes]) -> Edges:
    """All pairs of each number's ranks; beyond `_MOST_EQUAL` of one, only those with the first of them."""
    ordered, starts, sizes = members
    lefts, rights = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    most = int(min(sizes.max(initial=0), _MOST_EQUAL))
    for place in range(most):
        longer = sizes > place + 1
        firsts, counts = starts[longer] + place, sizes[longer] - place - 1
        lefts.append(ordered[np.repeat(firsts, counts)])
        rights.append(ordered[expand(firsts + 1, counts)])
    return np.concatenate(lefts), np.concatenate(rights)


def _of_examples(numbers: Indexes, edges: Alike, size: int) -> tuple[Indexes, Indexes, Numbers]:
    """The pairs of ranks behind ``edges`` of contents, at most `_MOST_EQUAL` of each."""
    ordered, _, _ = _members(numbers)
    counts = np.bincount(numbers[ordered], minlength=size)
    starts = np.cumsum(counts) - counts
    left, right, of = meet(ordered, starts, np.minimum(counts, _MOST_EQUAL), edges)
    swapped = left > right
    left, right = np.where(swapped, right, left), np.where(swapped, left, right)
    return left, right, edges.similarity.min(axis=0)[of]


def meet(ordered: Indexes, starts: Indexes, counts: Indexes, edges: Alike) -> tuple[Indexes, Indexes, Indexes]:
    """All pairs of owners of the two ends of each edge, and the number of the edge.

    Args:
        ordered: owners, those of one content side by side.
        starts: by content, where its owners begin.
        counts: by content, how many of them are paired.
        edges: between contents.
    """
    sizes = counts[edges.left] * counts[edges.right]
    of = np.repeat(np.arange(len(sizes)), sizes)
    number = expand(np.zeros(len(sizes), dtype=np.int64), sizes)
    width = counts[edges.right][of]
    left = ordered[starts[edges.left][of] + number // np.maximum(width, 1)]
    right = ordered[starts[edges.right][of] + number % np.maximum(width, 1)]
    return left, right, of
