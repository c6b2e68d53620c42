"""Which distinct contents resemble each other: the one search behind duplicates and groups, and its verified edges.

Belongs here: candidates, their exact similarity, and where a search of all pairs would cost too much. Does not belong here: who
is dropped for whom (`winnow.dedup`), and what belongs together (`winnow.groups`).

There are two spaces. Inputs: those of labelled examples, and those of text pairs that have 20 words or more. Texts: an input with its
target. Equal contents are one, so a thousand equal prompts cost what one does. Both of an edge share a key, look alike by their
sketches, and are at least as similar as the lowest threshold that a catalog may name (`FLOOR`), in every part. That is a property of
the two alone, so edges are kept from night to night whatever comes, goes or is asked.

Where over 256 contents share a key (`winnow.sketches.MEMBERS`; a disclaimer, a form) their pairs are not gone through. They are the
crowd: it is joined by its rarest shingles (`winnow.joins`), and only as far as somebody asks, and within a budget.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.joins import BUDGET, NO_BUDGET, Join
from winnow.shingles import Flags, Hashes, Indexes, Numbers, Sets, Shingled, distinct, offsets_of
from winnow.sketches import (
    MARGIN,
    MEMBERS,
    Matrix,
    Pairs,
    Sketched,
    candidates,
    crowd,
    entries,
    estimate,
    packed,
    share_a_key,
    sketch,
    tagged,
)

FLOOR = 0.5
"""Similarity from which a pair is an edge: the lowest duplicate threshold that a catalog may name, and that of what is related."""

_ROUNDING = 1e-9  # a similarity is a quotient; one that is the threshold must not miss it by its last bit


@dataclass(frozen=True, slots=True)
class Edges:
    """Verified pairs of contents, ``left < right``, sorted, each once: ``similarity[part, i]`` is that of the i-th pair's parts."""

    left: Indexes
    right: Indexes
    similarity: npt.NDArray[np.float64]

    def of(self, which: Flags | Indexes) -> "Edges":
        """Some of the edges."""
        return Edges(self.left[which], self.right[which], self.similarity[:, which])

    def and_also(self, *others: "Edges") -> "Edges":
        """These edges and ``others``, each pair once."""
        every = (self, *others)
        left, right = (np.concatenate([getattr(edges, side) for edges in every]) for side in ("left", "right"))
        _, once = np.unique(packed(left.astype(np.uint64), right.astype(np.uint64)), return_index=True)
        return Edges(left[once], right[once], np.concatenate([edges.similarity for edges in every], axis=1)[:, once])

    @classmethod
    def none(cls, parts: int) -> "Edges":
        """No edges between contents of ``parts`` parts."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros((parts, 0)))


@dataclass(frozen=True, slots=True)
class View:
    """One way in which contents are compared: by words or characters, of one part or of two together; a pair has but one."""

    short: tuple[bool, ...]  # of each part: by characters
    sketched: Sketched
    sets: tuple[Sets, ...]

    def and_also(self, other: "View") -> "View":
        """The view of both parts together."""
        return View((*self.short, *other.short), self.sketched.and_also(other.sketched), (*self.sets, *other.sets))

    def threshold(self, words: float, characters: float) -> float:
        """How alike the union of the parts is at least where each part reaches its threshold."""
        return min(characters if short else words for short in self.short)

    def union(self, rows: Indexes) -> Sets:
        """What the view compares of the contents numbered ``rows``: the disjoint union of their parts."""
        if len(self.sets) == 1:
            return self.sets[0].of(rows)
        first, second = (sets.of(rows) for sets in self.sets)
        owners = np.arange(len(rows), dtype=np.uint64)
        keys = [
            (np.repeat(owners, sets.sizes) << np.uint64(32)) | tagged(sets.values, part)
            for part, sets in enumerate((first, second))
        ]
        together = distinct(np.concatenate(keys))
        sizes = np.bincount((together >> np.uint64(32)).astype(np.int64), minlength=len(rows))
        return Sets(together.astype(np.uint32), offsets_of(sizes))


@dataclass(frozen=True, slots=True)
class Space:
    """Distinct contents of one kind: the input alone, or input and target."""

    parts: tuple[Shingled, ...]

    def __len__(self) -> int:
        """How many contents there are."""
        return len(self.parts[0].word_counts)

    def of(self, rows: Indexes) -> "Space":
        """The contents numbered ``rows``."""
        return Space(tuple(part.of(rows) for part in self.parts))

    def views(self) -> list[View]:
        """Every view in which two contents can be alike in all parts."""
        kinds = [
            [View((short,), sketch(sets), (sets,)) for short, sets in ((False, part.words), (True, part.characters))]
            for part in self.parts
        ]
        return kinds[0] if len(kinds) == 1 else [first.and_also(second) for first in kinds[0] for second in kinds[1]]

    def verified(self, left: Indexes, right: Indexes, floor: float = FLOOR) -> Edges:
        """Those pairs that are at least ``floor`` alike in every part, with how much."""
        found: list[Numbers] = []
        for part in self.parts:
            similarity, _ = part.similarity(left, right)
            near = at_least(similarity, floor)
            left, right = left[near], right[near]
            found = [*(before[near] for before in found), similarity[near]]
        return Edges(left, right, np.stack(found))

    def near(self, edges: Edges, words: Numbers | float, characters: Numbers | float) -> Flags:
        """Which ``edges`` reach a threshold in every part: ``words``, or ``characters`` where a part is short."""
        result: Flags = np.ones(len(edges.left), dtype=np.bool_)
        for part, similarity in zip(self.parts, edges.similarity, strict=True):
            result &= at_least(similarity, np.where(part.is_short(edges.left, edges.right), characters, words))
        return result


class Crowd:
    """Contents of a space that share a key with so many others that only some of their pairs are looked at, when asked."""

    def __init__(self, space: Space, views: Sequence[tuple[View, Indexes]]) -> None:
        """``views`` are those that have a crowd, with the numbers of its contents."""
        self.space = space
        self.views = views
        self.members: Flags = np.zeros(len(space), dtype=np.bool_)
        for _, rows in views:
            self.members[rows] = True
        self._made: list[Joins] = []

    def joins(self, words: float, characters: float, among: Flags | None = None, budget: int = BUDGET) -> "Joins":
        """Prepares to ask for pairs that are at least as alike as these thresholds, perhaps only ``among`` some contents."""
        prepared = []
        for view, rows in self.views:
            chosen = rows if among is None else rows[among[rows]]
            if len(chosen) > 1:
                prepared.append((view, chosen, Join(view.union(chosen), view.threshold(words, characters), budget)))
        self._made.append(Joins(self.space, prepared))
        return self._made[-1]

    @property
    def left_out(self) -> int:
        """Contents that were asked for and not compared with all of the crowd, since a budget was spent; in any of the joins so far."""
        return sum(join.left_out for joins in self._made for _, _, join in joins.prepared)


class Joins:
    """A crowd, ready to be asked."""

    def __init__(self, space: Space, prepared: Sequence[tuple[View, Indexes, Join]]) -> None:
        self.space = space
        self.prepared = prepared

    def edges(self, asked: Indexes, groups: Indexes | None = None) -> Edges:
        """Edges between the contents ``asked``, the most important first, and all of the crowd; none within one of ``groups``."""
        found = [Edges.none(len(self.space.parts))]
        own = np.arange(len(self.space), dtype=np.int64) if groups is None else groups
        for view, rows, join in self.prepared:
            place = np.full(len(self.space), -1, dtype=np.int64)
            place[rows] = np.arange(len(rows))
            values = view.sketched.of(rows)
            here = place[asked]
            for left, right in join.pairs(here[here >= 0], own[rows]):
                meet = share_a_key(values, left, right)
                found.append(checked(self.space, view, rows, values, (left[meet], right[meet])))
        return found[0].and_also(*found[1:]) if len(found) > 1 else found[0]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: the edges of all pairs outside of the crowd, and the crowd."""

    space: Space
    edges: Edges
    crowd: Crowd

    def complete(self, chosen: Flags, words: float, characters: float) -> Edges:
        """All edges among the ``chosen`` contents that reach the thresholds, the crowd's too; as many as there are pairs alike."""
        edges = self.edges.of(chosen[self.edges.left] & chosen[self.edges.right])
        asked = np.flatnonzero(chosen & self.crowd.members)
        if len(asked):
            joins = self.crowd.joins(words, characters, chosen, NO_BUDGET)
            edges = edges.and_also(joins.edges(asked))
        return edges.of(self.space.near(edges, words, characters))


def search(space: Space, most: int = MEMBERS) -> Found:
    """All edges of ``space`` but those that only a key of over ``most`` contents leads to, and the crowd that has such keys."""
    found, crowds = [Edges.none(len(space.parts))], []
    for view in space.views():
        ordered = entries(view.sketched)
        found += bucket_edges(space, view, ordered, most)
        crowds.append((view, crowd(ordered, most)))
    edges = found[0].and_also(*found[1:])
    return Found(space, edges, Crowd(space, [(view, rows) for view, rows in crowds if len(rows)]))


def bucket_edges(space: Space, view: View, ordered: Hashes, most: int = MEMBERS) -> Iterator[Edges]:
    """The edges among contents that share a key which at most ``most`` have, in parts."""
    rows, values = view.sketched.rows, view.sketched.values
    place = np.zeros(len(space), dtype=np.int64)
    place[rows] = np.arange(len(rows))
    for left, right in candidates(ordered, most=most):
        yield checked(space, view, rows, values, (place[left], place[right]))


def checked(space: Space, view: View, numbers: Indexes, values: Matrix, pairs: Pairs) -> Edges:
    """The edges among ``pairs`` of rows: each row is the content ``numbers[row]``, whose sketch is ``values[row]``."""
    left, right = pairs
    for part, short in zip(space.parts, view.short, strict=True):
        if short:  # where both are long, or neither is short enough to have words, the other views have the pair
            own = part.is_short(numbers[left], numbers[right])
            left, right = left[own], right[own]
    likely = estimate(values, left, right) >= FLOOR - MARGIN - _ROUNDING
    return space.verified(numbers[left[likely]], numbers[right[likely]])


def at_least(similarity: Numbers, threshold: Numbers | float) -> Flags:
    """Whether each similarity reaches the threshold; a quotient that should be equal to it does."""
    reached: Flags = similarity >= np.asarray(threshold) - _ROUNDING
    return reached
