"""Which examples belong together, so that no split may come between them.

Belongs here: the relation "related" and its connected components. Does not belong here: which side a group falls on (see
`winnow.split`), nor duplicates (see `winnow.dedup`).

Two examples are related if they share a group key (a document, a link, a customer), or if their texts resemble each other at
lower thresholds than a duplicate's. A label's text is its input, whatever the label says. Text pairs are related by their
inputs where these have 20 words or more; shorter inputs (a heading, "Introduction") say too little, so there the targets must
resemble each other as well. A label's input and a text pair's short input are related only if equal.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.fingerprints import Nodes
from winnow.shingles import BORDER_WORDS, Indexes, Numbers
from winnow.sketches import MARGIN, Sketched, candidates

RELATED = 0.6
"""Jaccard of word shingles from which two texts are related: low enough that a text and its rewriting stay together."""

RELATED_SHORT = 0.75
"""The same for texts under 20 words, by characters. On 9,973 one-line support tickets of 4,000 customers the largest group has
24 members at 0.75, 43 at 0.7, and at 0.6 over a fifth of all tickets hang together in one, which no split could divide."""

Edges = tuple[Indexes, Indexes]


def related(nodes: Nodes, chosen: npt.NDArray[np.bool_]) -> Edges:
    """Pairs of related ranks among the ``chosen`` examples, by text alone.

    Of a bucket with more than 256 members only pairs with its first member and its next four are looked at.
    """
    text = ~nodes.is_label
    by_input = chosen & ~(text & nodes.is_short)
    by_both = chosen & text & np.asarray(nodes.input.word_counts < BORDER_WORDS)
    found = [_near(nodes, view.among(by_input), with_target=False) for view in (nodes.input_words, nodes.input_characters)]
    prompts = nodes.input_characters.among(by_both)
    targets = (nodes.target_words, nodes.target_characters)
    found += [_near(nodes, prompts.and_also(target), with_target=True) for target in targets]
    found += [_equal_inputs(nodes, chosen), _equal_texts(nodes, chosen)]
    return np.concatenate([left for left, _ in found]), np.concatenate([right for _, right in found])


def by_keys(keys: pa.Array, chosen: npt.NDArray[np.bool_]) -> tuple[Edges, int]:
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


def name_groups(ids: Sequence[str], roots: Indexes) -> list[str]:
    """Each example's group id: a hash of the smallest example id in its component.

    Example ids are keyed hashes, so the smallest one is drawn at random: a group of n examples that gains one is renamed with a
    chance of 1 in n + 1, and in no order of arrival otherwise than in another.
    """
    smallest: dict[int, str] = {}
    for example, root in zip(ids, roots.tolist(), strict=True):
        if root not in smallest or example < smallest[root]:
            smallest[root] = example
    names = {root: hashlib.sha256(f"group\x1f{example}".encode()).hexdigest()[:32] for root, example in smallest.items()}
    return [names[root] for root in roots.tolist()]


def at_least(similarity: Numbers, threshold: Numbers | float) -> npt.NDArray[np.bool_]:
    """Whether ``similarity`` reaches ``threshold``; quotients of whole numbers are compared up to rounding."""
    return np.asarray(similarity >= np.asarray(threshold) - 1e-9)


def _near(nodes: Nodes, view: Sketched, *, with_target: bool) -> Edges:
    size = len(nodes.ids)
    left, right, _ = candidates(view, np.zeros(size, dtype=np.int64), np.full(size, RELATED - MARGIN))
    for texts in (nodes.input, nodes.target)[: 1 + with_target]:
        similarity, short = texts.similarity(left, right)
        near = at_least(similarity, np.where(short, RELATED_SHORT, RELATED))
        left, right = left[near], right[near]
    return left, right


def _equal_inputs(nodes: Nodes, chosen: npt.NDArray[np.bool_]) -> Edges:
    """Joins the short inputs of text pairs to a label's equal input."""
    label = nodes.is_label
    short = nodes.input_characters.among(chosen & nodes.is_short)
    ranks = short.rows
    _, same = np.unique(short.values, axis=0, return_inverse=True) if len(ranks) else (None, np.zeros(0, dtype=np.int64))
    first: dict[int, int] = {}
    for rank, number in zip(ranks.tolist(), same.tolist(), strict=True):
        if label[rank]:
            first.setdefault(number, rank)
    joined = [(first[n], r) for r, n in zip(ranks.tolist(), same.tolist(), strict=True) if n in first and not label[r]]
    pairs = np.array(joined, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _equal_texts(nodes: Nodes, chosen: npt.NDArray[np.bool_]) -> Edges:
    """Joins examples of different tasks that say the same word for word, however short."""
    first: dict[bytes, int] = {}
    ranks = np.flatnonzero(chosen)
    return np.array([first.setdefault(nodes.exact[rank], rank) for rank in ranks.tolist()], dtype=np.int64), ranks
