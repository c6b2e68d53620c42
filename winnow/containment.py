"""Which contents lie nearly whole within others, exactly: a mail in the one that quotes it, a ticket in its longer copy.

Belongs here: what "contained" means of a content, and the search for it. Does not belong here: how candidates come about
(`winnow.probes`), who is dropped for whom (`winnow.dedup`), and what belongs together (`winnow.groups`).

Jaccard similarity compares two wholes, so a text of 30 words and one of 300 that quotes all of it are unlike. Their containment, the
share of the smaller one's shingles that are among the larger one's (Broder 1997), is 1. Texts under 20 words are contained in
nothing: a phrase that stands in a longer text says nothing of the rest, and "please reset my password" stands in many.

The search is a function of what there is tonight, and remembers nothing. It asks only of those that stay: whatever was dropped has a
keeper that says the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winnow.edges import Space, at_least
from winnow.fingerprints import Nodes
from winnow.probes import Part, Probes, candidates, find
from winnow.shingles import BORDER_WORDS, SHORT_WORDS, Flags, Indexes, Numbers, Sets, distinct, expand, overlaps, runs

CONTAINED = 0.95
"""Share of a text's distinct five-word shingles that a longer one must have to contain it: all but those that a changed greeting, a
mark at a line's end or one other word takes away (a word is in five shingles, of a text of 100 words in 5%)."""

_ROUNDING = 1e-9  # a share is a quotient; one that is the least must not miss it by its last bit
_FIRST, _GROWTH = 16, 4  # holders of a probe that are looked at first, and how many times more in each round
_PAIRS = 1 << 19  # looked at together: some tens of megabytes
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which contents of a space can lie within others; a pair has but one.

    Of each part: whether it is short. The input is contained, or, if it is short, near by its characters. The target is contained or
    near; near by its characters, if one of the two is short.

    Attributes:
        space: the contents.
        short: of each part.
        inputs: by content, a number that equal inputs have in common.
    """

    space: Space
    short: tuple[bool, ...]
    inputs: Indexes

    def sets(self) -> list[Sets]:
        """What is compared of each part."""
        return [part.characters if short else part.words for part, short in zip(self.space.parts, self.short, strict=True)]

    def probes(self, there: Flags, words: float, characters: float) -> Probes:
        """Probes of all contents that may lie within others in this way.

        Args:
            there: by content, whether it is among those that are looked at.
            words: Jaccard similarity from which two targets are near.
            characters: the same for short texts.
        """
        asked, among, parts = there.copy(), there.copy(), []
        for number, (part, short, sets) in enumerate(zip(self.space.parts, self.short, self.sets(), strict=True)):
            counts = part.word_counts
            if short:
                asked &= counts < (BORDER_WORDS if number else SHORT_WORDS)
                among &= counts < BORDER_WORDS
            else:
                asked &= counts >= SHORT_WORDS
                among &= counts >= SHORT_WORDS
            share = characters if short else min(CONTAINED, words) if number else CONTAINED
            parts.append(Part(sets, np.ceil(share * sets.sizes - _ROUNDING).astype(np.int64)))
        return find(parts, asked, among)

    def shares(self, left: Indexes, right: Indexes, words: Numbers | float, characters: Numbers | float) -> Numbers:
        """How much of the content ``left[i]`` lies within ``right[i]``: the lowest over the parts, and 0 where it is not contained.

        Of a part that is near and not contained it is the Jaccard similarity.
        """
        return self._compared(left, right, words, characters)[0]

    def jaccard(self, left: Indexes, right: Indexes, words: float, characters: float) -> Numbers:
        """The Jaccard similarity of those pairs that are contained, the lowest over the parts; 0 of all others."""
        return self._compared(left, right, words, characters)[1]

    def _compared(
        self, left: Indexes, right: Indexes, words: Numbers | float, characters: Numbers | float
    ) -> tuple[Numbers, Numbers]:
        share, alike = np.ones(len(left)), np.ones(len(left))
        for number, (part, short, sets) in enumerate(zip(self.space.parts, self.short, self.sets(), strict=True)):
            open_ = np.flatnonzero(share)
            if not short and not number:  # the larger one is not contained
                smaller = sets.sizes[left[open_]] <= sets.sizes[right[open_]]
                share[open_[~smaller]] = alike[open_[~smaller]] = 0.0
                open_ = open_[smaller]
            a, b = left[open_], right[open_]
            shared = overlaps(sets, a, b)
            sizes = np.maximum(sets.sizes[a], 1), sets.sizes[b]
            similarity = shared / np.maximum(sets.sizes[a] + sets.sizes[b] - shared, 1)
            if short:
                near = at_least(similarity, np.broadcast_to(characters, len(left))[open_]) & part.is_short(a, b)
                if not number:
                    equal = self.inputs[a] == self.inputs[b]
                    similarity, near = np.where(equal, 1.0, similarity), near | equal
                found = np.where(near, similarity, 0.0)
            else:
                within = (sizes[1] >= sizes[0]) & at_least(shared / sizes[0], CONTAINED)
                near = at_least(similarity, np.broadcast_to(words, len(left))[open_]) if number else within
                found = np.where(within, shared / sizes[0], np.where(near & ~part.is_short(a, b), similarity, 0.0))
            # Where the inputs are short something must lie within something: what is near in both parts is no container.
            held = np.where(within, found, 0.0) if number and self.short[0] and not short else found
            share[open_] = np.minimum(share[open_], held)
            alike[open_] = np.where(found > 0, np.minimum(alike[open_], similarity), 0.0)
        return share, alike


class Within:
    """Examples of which some may lie within others, ready to be asked; what nobody asks for is not looked for.

    Attributes:
        there: by rank, which examples can be asked about.
    """

    def __init__(self, nodes: Nodes, there: Flags, words: float, characters: float, near_inputs: float) -> None:
        """Prepares the search.

        Args:
            nodes: the examples.
            there: by rank.
            words: the lowest similarity from which two targets are near.
            characters: the same for targets under 20 words.
            near_inputs: the lowest similarity from which two inputs under 20 words are near.
        """
        self.nodes, self.there = nodes, there
        self._words, self._characters, self._near_inputs = words, characters, near_inputs
        self._has_texts = bool((there & ~nodes.is_label).any())

    @cached_property
    def by_input(self) -> "Search":
        """Inputs of 20 words or more, of labels and of text pairs, whatever the target."""
        way = Way(self.nodes.inputs, (False,), _equal(self.nodes, self.nodes.input_of, len(self.nodes.inputs)))
        return Search(way, self.nodes.input_of, self.there, self._words, self._characters)

    @cached_property
    def by_target(self) -> "Search":
        """Text pairs with near inputs under 20 words, of which the target is contained."""
        return self._of_texts((True, False), CONTAINED, self._near_inputs)

    @cached_property
    def by_both(self) -> list["Search"]:
        """Text pairs of which the input is contained, and the target is contained or near."""
        return [self._of_texts((False, short), self._words, self._characters) for short in (False, True)]

    def _of_texts(self, short: tuple[bool, ...], words: float, characters: float) -> "Search":
        way = Way(self.nodes.texts, short, _equal(self.nodes, self.nodes.text_of, len(self.nodes.texts)))
        return Search(way, self.nodes.text_of, self.there, words, characters)

    def keepers(self, asked: Flags, stays: Flags, words: Numbers, characters: Numbers) -> tuple[Indexes, Indexes, Numbers]:
        """The best example that ``stays`` and contains each of those ``asked`` for, as `Search.best` finds them in every way.

        Args:
            asked: by rank; of what is there.
            stays: by rank; of what is there.
            words: by rank, the similarity from which targets of the example's task are near.
            characters: the same for short texts.
        """
        label = self.nodes.is_label
        ways = [(self.by_input, label)] if (asked & label).any() else []
        if self._has_texts:
            ways += [(search, ~label) for search in (self.by_target, *self.by_both)]
        classes = self.nodes.classes
        found = [search.best(asked & own, stays & own, classes, words, characters) for search, own in ways]
        nothing = np.zeros(0, dtype=np.int64)
        left, right, share = (np.concatenate(columns) for columns in zip((nothing, nothing, np.zeros(0)), *found, strict=True))
        return left, right, share


class Search:
    """The contents of some examples, ready to be asked which of them lie within which in one way."""

    def __init__(self, way: Way, numbers: Indexes, there: Flags, words: float, characters: float) -> None:
        """Looks for the probes.

        Args:
            way: which to look for.
            numbers: by rank, the number of the example's content; -1 where it has none of this space.
            there: by rank, which examples are looked at.
            words: see `Way.probes`.
            characters: the same.
        """
        self.way, self.numbers = way, numbers
        present = np.zeros(len(way.space), dtype=np.bool_)
        present[numbers[there & (numbers >= 0)]] = True
        self.probes = way.probes(present, words, characters)

    def best(
        self, asked: Flags, stays: Flags, classes: Indexes, words: Numbers, characters: Numbers
    ) -> tuple[Indexes, Indexes, Numbers]:
        """For each example ``asked`` for, the best one of its class that ``stays``, comes before it and contains it.

        Of each probe its holders are gone through from the best on, and no further than to one that contains the text.

        Args:
            asked: by rank.
            stays: by rank.
            classes: by rank.
            words: by rank, the similarity from which its target is near.
            characters: the same for short texts.

        Returns:
            The ranks of those that contain, of those that are contained, and the shares (`Way.shares`).
        """
        others = np.zeros(len(self.way.space), dtype=np.bool_)
        others[self.waiting(~others)[0]] = True
        ranks = np.flatnonzero(asked & (self.numbers >= 0))
        ranks = ranks[others[self.numbers[ranks]]]
        numbers, queries = self.probes.of(self.numbers[ranks])
        held = self._held(distinct(numbers.copy()), stays, classes, ranks)
        place, end = held.of(numbers, classes[ranks[queries]])
        best, share = ranks.copy(), np.zeros(len(ranks))  # only what comes before it
        width = _FIRST
        while True:
            open_ = np.flatnonzero(place < end)
            open_ = open_[held.ranks[place[open_]] < best[queries[open_]]]
            if not len(open_):
                break
            sizes = np.minimum(width, end[open_] - place[open_])
            for part in runs(sizes, _PAIRS, len(sizes)):
                query, other = np.repeat(queries[open_[part]], sizes[part]), held.ranks[expand(place[open_[part]], sizes[part])]
                query, other = _once(query, other, other < best[query])
                own = ranks[query]
                found = self.way.shares(self.numbers[own], self.numbers[other], words[own], characters[own])
                some = np.flatnonzero(found)
                some = some[np.lexsort((-other[some], query[some]))]  # the best one of each is written last, and stays
                best[query[some]], share[query[some]] = other[some], found[some]
            place[open_] += sizes
            width *= _GROWTH
        is_found = share > 0
        return best[is_found], ranks[is_found], share[is_found]

    def _held(self, numbers: Indexes, stays: Flags, classes: Indexes, asked: Indexes) -> "_Held":
        """Who stays of those that have the probes ``numbers`` (ascending, each once); the ranks ``asked`` have some of them."""
        holds = np.zeros(len(self.way.space), dtype=np.bool_)
        holds[self.probes.holders] = True
        owners = np.flatnonzero(stays & (self.numbers >= 0))
        owners = owners[holds[self.numbers[owners]]]
        owners = owners[np.argsort(self.numbers[owners], kind="stable")]
        counts = np.bincount(self.numbers[owners], minlength=len(self.way.space))
        starts = np.cumsum(counts) - counts
        sizes = np.diff(self.probes.starts)[numbers]
        contents = self.probes.holders[expand(self.probes.starts[numbers], sizes)]
        places = np.repeat(np.repeat(np.arange(len(numbers)), sizes), counts[contents])
        ranks = owners[expand(starts[contents], counts[contents])]
        names: Indexes = distinct(np.concatenate([classes[owners], classes[asked]]))
        keys = places * len(names) + np.searchsorted(names, classes[ranks])
        order = np.lexsort((ranks, keys))
        return _Held(numbers, names, keys[order], ranks[order])

    def candidates(self, chosen: Flags) -> Iterator[tuple[Indexes, Indexes]]:
        """Pairs of contents, both ``chosen``, of which the first may lie within the second, in parts."""
        for left, right in candidates(self.probes, np.flatnonzero(chosen), _PAIRS):
            both = chosen[right]
            yield left[both], right[both]

    def waiting(self, chosen: Flags) -> tuple[Indexes, Indexes]:
        """The ``chosen`` contents that may lie within others, those of most candidates first, and how many these are."""
        others = np.diff(self.probes.starts)[self.probes.numbers] - 1
        counts = np.bincount(self.probes.owners, others, len(chosen)).astype(np.int64)
        contents = np.flatnonzero(chosen & (counts > 0))
        contents = contents[np.argsort(-counts[contents], kind="stable")]
        return contents, counts[contents]

    def apart(self, asked: Indexes, roots: Indexes) -> Iterator[tuple[Indexes, Indexes]]:
        """Pairs of contents of which the first is ``asked`` for and may lie within the second, of two roots, in parts.

        ``roots`` has a number for each content, -1 for one that does not count.
        """
        numbers, places = self.probes.of(asked)
        used, lanes = np.unique(numbers, return_inverse=True)
        sizes = np.diff(self.probes.starts)[used]
        holders = self.probes.holders[expand(self.probes.starts[used], sizes)]
        width = int(roots.max(initial=0)) + 1
        keys = np.repeat(np.arange(len(used)), sizes) * width + roots[holders]
        here = roots[holders] >= 0
        order = np.argsort(keys[here], kind="stable")
        keys, holders = keys[here][order], holders[here][order]
        own = lanes * width + roots[asked[places]]
        begins = np.concatenate([np.searchsorted(keys, lanes * width), np.searchsorted(keys, own, side="right")])
        ends = np.concatenate([np.searchsorted(keys, own), np.searchsorted(keys, (lanes + 1) * width)])
        left = np.tile(asked[places], 2)
        for part in runs(ends - begins, _PAIRS, len(begins) or 1):
            counts = ends[part] - begins[part]
            first, second = np.repeat(left[part], counts), holders[expand(begins[part], counts)]
            yield _once(first, second, np.ones(len(first), dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class _Held:
    """Ranks of those that have some probes, by probe and class, the best first."""

    numbers: Indexes
    classes: Indexes
    keys: Indexes
    ranks: Indexes

    def of(self, numbers: Indexes, classes: Indexes) -> tuple[Indexes, Indexes]:
        """Where those of each probe and class begin and end."""
        keys = np.searchsorted(self.numbers, numbers) * len(self.classes) + np.searchsorted(self.classes, classes)
        return np.searchsorted(self.keys, keys), np.searchsorted(self.keys, keys, side="right")


def _equal(nodes: Nodes, numbers: Indexes, size: int) -> Indexes:
    """By content a number that equal inputs have in common."""
    equal = np.full(size, -1, dtype=np.int64)
    ranks = np.flatnonzero(numbers >= 0)
    equal[numbers[ranks]] = nodes.equal_input[ranks]
    return equal


def _once(first: Indexes, second: Indexes, chosen: Flags) -> tuple[Indexes, Indexes]:
    """The ``chosen`` pairs, each once."""
    pairs = distinct((first[chosen].astype(np.uint64) << _HALF) | second[chosen].astype(np.uint64))
    return (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)
