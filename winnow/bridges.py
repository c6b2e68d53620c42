"""Takes apart groups whose members were published on two sides.

Belongs here: which of their examples must leave so that nothing related stands on two sides, and what the rest belongs to.
Does not belong here: groups that were published on one side or never (see `winnow.split`).
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from winnow.cuts import is_body
from winnow.fingerprints import Nodes, in_survivor_order
from winnow.groups import Edges, by_keys, components, name_groups, related
from winnow.schemas import SPLITS
from winnow.shingles import Indexes

_STRENGTH = {side: number for number, side in enumerate(SPLITS)}  # of two related sides, the measuring one keeps its example
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Untangled:
    """Examples that must leave, and the side (None: tied to none) and the group of each that stays."""

    bridging: frozenset[str]
    sides: Mapping[str, str | None]
    groups: Mapping[str, str]


def untangle(
    examples: pa.Table,
    published: Mapping[str, str],
    inherited: Mapping[str, AbstractSet[str]],
    frozen: AbstractSet[str] = frozenset(),
) -> Untangled:
    """Which of ``examples`` bridge two sides, and where the others belong.

    Where nearly everything in a group resembles everything else (`winnow.cuts.is_body`), all of it counts as related.

    Args:
        examples: the `EXAMPLES` that stay in the groups in question.
        published: the side of those that were published.
        inherited: the sides of published duplicates in whose place an unpublished example stays.
        frozen: sides whose examples stay before those of others, whatever they measure.
    """
    nodes = in_survivor_order(examples, {})
    size = len(nodes.ids)
    strength = np.array([_STRENGTH.get(published.get(example, ""), _NOWHERE) for example in nodes.ids], dtype=np.int64)
    everyone = np.ones(size, dtype=np.bool_)
    near, keyed, keys = _ties(nodes, everyone)
    precedence = np.array([number + len(SPLITS) * (side in frozen) for side, number in _STRENGTH.items()] + [_NOWHERE])
    out = _outranked(precedence[strength], near, keyed, keys)
    is_new = strength == _NOWHERE
    roots = components(size + keys, [_among(near, is_new), _of(keyed, is_new)])
    touched = np.zeros((size + keys, len(SPLITS)), dtype=np.bool_)
    stays_published = ~is_new & ~out
    for new, old in (near, near[::-1]):
        meets = is_new[new] & stays_published[old]
        touched[roots[new[meets]], strength[old[meets]]] = True
    owners, key = _of(keyed, stays_published)
    touched[roots[key], strength[owners]] = True
    for rank in np.flatnonzero(is_new).tolist():
        for side in inherited.get(nodes.ids[rank], ()):
            touched[roots[rank], _STRENGTH[side]] = True
    ties = touched[roots[:size]]
    out |= is_new & (ties.sum(axis=1) > 1)

    remaining = ~out
    names = name_groups(nodes.ids, components(size + keys, [_among(near, remaining), _of(keyed, remaining)])[:size])
    stay = np.flatnonzero(remaining).tolist()
    return Untangled(
        bridging=frozenset(nodes.ids[rank] for rank in np.flatnonzero(out).tolist()),
        sides={nodes.ids[rank]: published.get(nodes.ids[rank]) or _only(ties[rank]) for rank in stay},
        groups={nodes.ids[rank]: names[rank] for rank in stay},
    )


def _ties(nodes: Nodes, everyone: npt.NDArray[np.bool_]) -> tuple[Edges, Edges, int]:
    """Related pairs, edges to shared keys, and how many keys there are; a body shares one key more."""
    keyed, keys = by_keys(nodes.keys, everyone)
    if not is_body(nodes):
        return related(nodes, everyone), keyed, keys
    ranks = np.arange(len(nodes.ids), dtype=np.int64)
    common = np.full(len(ranks), len(ranks) + keys, dtype=np.int64)
    return (ranks[:0], ranks[:0]), (np.concatenate([keyed[0], ranks]), np.concatenate([keyed[1], common])), keys + 1


def _outranked(strength: Indexes, near: Edges, keyed: Edges, keys: int) -> npt.NDArray[np.bool_]:
    """Published examples that are related to a published example of a stronger side."""
    out = np.zeros(len(strength), dtype=np.bool_)
    left, right = near
    clash = (strength[left] >= 0) & (strength[right] >= 0) & (strength[left] != strength[right])
    out[np.where(strength[left] < strength[right], left, right)[clash]] = True
    owners, key = keyed[0], keyed[1] - len(strength)
    best = np.full(keys, _NOWHERE, dtype=np.int64)
    np.maximum.at(best, key, strength[owners])
    out[owners[(strength[owners] >= 0) & (strength[owners] < best[key])]] = True
    return out


def _among(edges: Edges, members: npt.NDArray[np.bool_]) -> Edges:
    both = members[edges[0]] & members[edges[1]]
    return edges[0][both], edges[1][both]


def _of(keyed: Edges, members: npt.NDArray[np.bool_]) -> Edges:
    kept = members[keyed[0]]
    return keyed[0][kept], keyed[1][kept]


def _only(ties: npt.NDArray[np.bool_]) -> str | None:
    return SPLITS[int(ties.argmax())] if ties.any() else None
