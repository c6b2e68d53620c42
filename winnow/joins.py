"""All pairs of similar sets among many, whatever they share.

Belongs here: the exact join that stands in where too many texts share one key (a disclaimer, a form). Does not belong here: keys
(`winnow.sketches`) and what a pair means (`winnow.edges`).

Prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007; Xiao, Wang, Lin and Yu 2008): with the shingles of
every set in one order, the rarest first, two sets of similarity t share one of the first n - ⌈t·n⌉ + 1 of each. What many unlike
texts have in common is frequent, so it stands last, and texts that have nothing else in common never meet. Of the smaller set even
n - ⌈2t/(1+t)·n⌉ + 1 are enough.

Where thousands lie just under the threshold that is no help: they all meet, and each pair over every shingle that it shares. There
the shared shingles of all pairs are counted at once, as the product of a matrix of sets by shingles with itself, at some ten thousand
additions for what one pair costs otherwise. Whichever way is cheaper is gone; even so a join has a budget, which is spent in the order
in which sets are asked for, and those that it was not enough for are counted.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from winnow.shingles import Flags, Hashes, Indexes, Numbers, Sets, distinct, expand, runs
from winnow.sketches import Pairs, packed, unpacked

_CHUNK = 1 << 19  # shingles sorted at once: 4 MiB
BUDGET = 4_096
"""Pairs that a join goes through, as a multiple of its sets, a pair counted as often as it shares a shingle: some 2 ms a set. By the
product this is enough to compare 20,000 texts of one form with each other."""

NO_BUDGET = 1 << 40

_PRODUCT = 1 << 13  # additions of a product of matrices that take as long as one pair otherwise, measured on one core
_ELSEWHERE = 1 << 7  # additions that take as long as all else that is done for an element of the product
_BLOCK_SETS, _BLOCK_ELEMENTS = 1 << 10, 1 << 22  # of the matrix at once: 16 MiB
_SLACK = (
    0.01  # of a shingle, for what 32-bit numbers round off; what is let through too much is found out by the exact comparison
)

_MOST_PAIRS = 1 << 23  # enumerated at once: 64 MiB a copy
_MOST_TABLE_BITS = 26  # of the counter of shingles: 256 MiB at most
_MOST_SETS = 1 << 20  # sorted at once, so numbered in 20 bits
_LAST_COUNT = np.uint64((1 << 12) - 1)  # a shingle that more sets have stands among the last in any case
_HALF, _COUNT_PLACE, _SET_PLACE = np.uint64(32), np.uint64(32), np.uint64(44)
_LOW = np.uint64(0xFFFFFFFF)
_ROUNDING = 1e-9


class Join:
    """Some sets in which pairs of one least similarity are looked for, perhaps several times."""

    def __init__(self, sets: Sets, threshold: float, budget: int = BUDGET) -> None:
        """``threshold`` is the Jaccard similarity, above 0; ``budget`` the pairs to go through, as a multiple of the sets."""
        self.threshold = threshold
        self.sets, self.sizes = sets, sets.sizes
        self.left_out = 0  # sets that were asked for when the budget was spent
        self.tokens, self.rows, self.places = _prefixes(sets, threshold)
        self.remaining = budget * len(self.sizes)

    def pairs(self, asked: Indexes, groups: Indexes) -> Iterator[Pairs]:
        """Pairs that may be similar; of those that are, none is missing while the budget lasts.

        Args:
            asked: numbers of sets, the most important first; a pair without one of these is not given.
            groups: by set; a pair of one group is not given.

        Yields:
            Numbers of sets, ``left < right``, sorted, each pair once in a part (but perhaps in several parts).
        """
        order = np.lexsort((self.rows, groups[self.rows], self.tokens))
        rows, places = self.rows[order], self.places[order]
        begin, end = _runs_of(self.tokens[order])
        own_begin, own_end = _runs_of(self.tokens[order], groups[rows])
        others = own_begin - begin + end - own_end
        costs = np.bincount(rows, others, len(self.sizes)).astype(np.float64)
        least = len(self.sizes) * _ELSEWHERE / _PRODUCT
        if costs[asked].sum() > len(asked) * least:
            product = len(self.sizes) * self.columns[1] / _PRODUCT + least
            if costs[asked].sum() > len(asked) * product:
                yield from self._by_product(asked[self._afforded(asked, np.full(len(costs), product))[asked]], groups)
                return
        firsts = np.flatnonzero(self._afforded(asked, costs)[rows])
        before, counts = own_begin[firsts] - begin[firsts], others[firsts]
        for part in runs(counts, _MOST_PAIRS, len(counts) or 1):
            chosen, sizes = firsts[part], counts[part]
            number = expand(np.zeros(len(chosen), dtype=np.int64), sizes)
            skipped = np.repeat(own_end[chosen] - own_begin[chosen], sizes)
            second = np.repeat(begin[chosen], sizes) + number + np.where(number < np.repeat(before[part], sizes), 0, skipped)
            first = np.repeat(chosen, sizes)
            fits = self._fits(rows[first], rows[second], places[first], places[second])
            left, right = rows[first[fits]].astype(np.uint64), rows[second[fits]].astype(np.uint64)
            yield unpacked(distinct(packed(left, right)))

    @cached_property
    def columns(self) -> tuple[Indexes, int]:
        """For each shingle of each set its column in the matrix, -1 if no other set has it; and how many columns there are."""
        _, numbers, counts = np.unique(self.sets.values, return_inverse=True, return_counts=True)
        shared = counts > 1
        places = np.where(shared, np.cumsum(shared) - 1, -1)
        return places[numbers.ravel()], int(shared.sum())

    def _by_product(self, asked: Indexes, groups: Indexes) -> Iterator[Pairs]:
        """The same as `pairs`, by counting what each of ``asked`` shares with each set."""
        width = max(self.columns[1], 1)
        step = max(min(_BLOCK_SETS, _BLOCK_ELEMENTS // width), 1)
        # Sets of a and b shingles that share s are similar if s ≥ t (a + b - s), so if s ≥ t/(1+t) a + t/(1+t) b.
        needed = (self.threshold / (1 + self.threshold) * self.sizes).astype(np.float32)
        for start in range(0, len(asked), step):
            first = asked[start : start + step]
            one = self._matrix(first, width)
            for begin in range(0, len(self.sizes), step):
                second = np.arange(begin, min(begin + step, len(self.sizes)))
                shared = one @ self._matrix(second, width).T
                shared -= needed[first][:, None] - _SLACK
                row, column = np.nonzero(shared >= needed[second])
                left, right = first[row], second[column]
                apart = (left != right) & (groups[left] != groups[right])
                yield unpacked(distinct(packed(left[apart].astype(np.uint64), right[apart].astype(np.uint64))))

    def _matrix(self, rows: Indexes, width: int) -> npt.NDArray[np.float32]:
        """Which of ``rows`` have which of the shared shingles, as ones and noughts."""
        sizes = self.sizes[rows]
        columns = self.columns[0][expand(self.sets.offsets[rows], sizes)]
        matrix = np.zeros((len(rows), width), dtype=np.float32)
        owners = np.repeat(np.arange(len(rows)), sizes)
        matrix[owners[columns >= 0], columns[columns >= 0]] = 1
        return matrix

    def _afforded(self, asked: Indexes, costs: Numbers) -> Flags:
        """Which sets are asked for within the budget, that of the first of them being the first to be spent."""
        total = np.cumsum(costs[asked])
        afforded = asked[total <= self.remaining]
        self.remaining -= int(total[len(afforded) - 1]) if len(afforded) else 0
        if len(afforded) < len(asked):
            self.remaining, self.left_out = 0, self.left_out + len(asked) - len(afforded)
        flags = np.zeros(len(self.sizes), dtype=np.bool_)
        flags[afforded] = True
        return flags

    def _fits(self, left: Indexes, right: Indexes, left_place: Indexes, right_place: Indexes) -> Flags:
        """Whether both sizes allow the similarity, and the smaller set has the shared shingle early enough."""
        sizes = self.sizes[left], self.sizes[right]
        small, large = np.minimum(*sizes), np.maximum(*sizes)
        place = np.where(sizes[0] < sizes[1], left_place, right_place)
        place = np.where(sizes[0] == sizes[1], np.minimum(left_place, right_place), place)
        needed = np.ceil(2 * self.threshold / (1 + self.threshold) * small - _ROUNDING).astype(np.int64)
        fits: Flags = (small >= self.threshold * large - _ROUNDING) & (place <= small - needed)
        return fits


def _prefixes(sets: Sets, threshold: float) -> tuple[Hashes, Indexes, Indexes]:
    """The rarest shingles of each set that have to be looked at, the set each is of, and its place there, from 0 on."""
    bits = min(max(int(len(sets.values) * 4 - 1).bit_length(), 10), _MOST_TABLE_BITS)
    mask = np.uint32((1 << bits) - 1)
    # Shingles that share a place are taken for more frequent than they are: another order, but one for all sets.
    counts = np.bincount((sets.values & mask).astype(np.int64), minlength=1 << bits).astype(np.uint32)
    sizes = sets.sizes
    tokens, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    places = [np.zeros(0, dtype=np.int64)]
    for part in runs(sizes, _CHUNK, _MOST_SETS):
        rows = np.arange(part.start, part.stop, dtype=np.int64)
        values = sets.values[sets.offsets[part.start] : sets.offsets[part.stop]]
        keys = np.repeat((rows - part.start).astype(np.uint64) << _SET_PLACE, sizes[part])
        keys |= np.minimum(counts[values & mask].astype(np.uint64), _LAST_COUNT) << _COUNT_PLACE
        keys |= values
        keys.sort()
        prefix = sizes[part] - np.ceil(threshold * sizes[part] - _ROUNDING).astype(np.int64) + 1
        prefix = np.clip(prefix, 0, sizes[part])
        chosen = expand(sets.offsets[part.start : part.stop] - sets.offsets[part.start], prefix)
        tokens.append(keys[chosen] & _LOW)
        owners.append(np.repeat(rows, prefix))
        places.append(expand(np.zeros(len(prefix), dtype=np.int64), prefix))
    return np.concatenate(tokens), np.concatenate(owners), np.concatenate(places)


def _runs_of(*columns: Hashes | Indexes) -> tuple[Indexes, Indexes]:
    """Where the run of equal values that each row is in begins and ends."""
    size = len(columns[0])
    if not size:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    change = np.zeros(size, dtype=np.bool_)
    change[0] = True
    for column in columns:
        change[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(change)
    lengths = np.diff(np.append(starts, size))
    begin = np.repeat(starts, lengths)
    return begin, np.repeat(starts + lengths, lengths)
