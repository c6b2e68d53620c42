"""Which of many sets may lie within which others: a few rare shingles of each, and who else has them.

Belongs here: finding candidates, exactly: none is missing. Does not belong here: what lies within what (`winnow.containment`).

If another set has to have m of a set's n shingles, it has one of any n - m + 1 of them, by the pigeonhole principle. So that many are
chosen, the rarest first (as in prefix filtering, Chaudhuri, Ganti and Kaushik 2006), and whoever has one of them is looked at. Shingles
are hashes, so those below one bound are a sample of each set, and all sets' samples are drawn alike. In it nearly every set shows more
than n - m shingles that no other set has, and is done with. Only where the sample has too few shingles of a set, or all that it has are
frequent (a disclaimer, a form), are all shingles of the set counted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from winnow.shingles import Flags, Hashes, Indexes, Numbers, Sets, Values, distinct, expand, offsets_of, runs

SAMPLE = 16
"""Shingles that are sampled of a set on average, or more: one that may lie within another has at most 1 in 20 of its own."""

MOST_RATE = 8  # at least one in so many is sampled

FEW = 1 << 20
"""Shingles of all sets together that are not worth a sample: some 50 ms."""

MANY = 256
"""Candidates of one set from which on its rarest shingles are looked for among all that it has, not among those sampled."""

_CHUNK = 1 << 19  # shingles gone through at once: 4 MiB
_CHUNK_SETS = 1 << 18
_CHUNK_KEYS = 1 << 20  # sorted shingles gone through at once: 8 MiB
_TABLE_SHIFT = np.uint32(8)  # a shingle's place in a table of 2^24 flags, 16 MiB
_HALF, _LOW, _HIGHEST = np.uint64(32), np.uint64(0xFFFFFFFF), 0xFFFFFFFF
_FREE, _NEVER = -1, 1 << 40


@dataclass(frozen=True, slots=True)
class Part:
    """Sets, and of how many of its shingles each asks that another set has them; where that is 0 it asks for nothing."""

    sets: Sets
    least: Indexes


@dataclass(frozen=True, slots=True)
class Probes:
    """Shingles of each set that may lie within another, and the sets that have them.

    The probe ``i`` is one of the set ``owners[i]``, and has the number ``numbers[i]``; the sets with the shingle of number ``n`` are
    ``holders[starts[n]:starts[n + 1]]``, ascending, the owner among them.
    """

    owners: Indexes
    numbers: Indexes
    starts: Indexes
    holders: Indexes

    def of(self, owners: Indexes) -> tuple[Indexes, Indexes]:
        """The numbers of all probes of ``owners``, and for each the place of its owner in ``owners``."""
        begins = np.searchsorted(self.owners, owners)
        sizes = np.searchsorted(self.owners, owners, side="right") - begins
        return self.numbers[expand(begins, sizes)], np.repeat(np.arange(len(owners)), sizes)


@dataclass(frozen=True, slots=True)
class _Picked:
    """The probes that one part offers.

    Attributes:
        owners: of each probe.
        values: the shingles.
        counts: how many sets have each, the owner among them.
        missing: by set, how many probes it lacks; `_FREE` where too many shingles are its own, so that it lies within no other.
        held: each shingle above the number of a set that has it (32 bits each), sorted.
    """

    owners: Indexes
    values: Values
    counts: Indexes
    missing: Indexes
    held: Hashes

    @property
    def costs(self) -> Numbers:
        """By set, how many candidates its probes have; infinite where some are missing."""
        costs: Numbers = np.bincount(self.owners, self.counts, len(self.missing)).astype(np.float64)
        return np.where(self.missing > 0, np.inf, costs)

    def without(self, sets: Flags) -> "_Picked":
        """The same without the probes of some ``sets``."""
        kept = ~sets[self.owners]
        return _Picked(self.owners[kept], self.values[kept], self.counts[kept], self.missing, self.held)

    def and_also(self, other: "_Picked") -> "_Picked":
        """Both; what is missing is what the ``other`` says."""
        return _Picked(
            np.concatenate([self.owners, other.owners]),
            np.concatenate([self.values, other.values]),
            np.concatenate([self.counts, other.counts]),
            other.missing,
            distinct(np.concatenate([self.held, other.held])),
        )


def find(parts: Sequence[Part], asked: Flags, among: Flags) -> Probes:
    """The probes of the sets ``asked`` for in ``among``; a set that lies within another one in every part shares one with it.

    Args:
        parts: of one number of sets each; the sets of one number belong together.
        asked: by number, which may lie within others; each of them is in ``among``.
        among: by number, which may hold others.
    """
    alive = asked.copy()
    sizes = [_below(part.sets, among, (1 << 32) // _rate(part.sets, among)) for part in parts]
    picked = []
    for part, sampled in zip(parts, sizes, strict=True):
        picked.append(_sampled(part, alive, sampled))
        alive &= picked[-1].missing != _FREE
    for look, limit in ((_looked_on, np.finfo(np.float64).max), (_counted, MANY)):
        again = alive & (np.stack([found.costs for found in picked]).min(axis=0) > limit)
        for number, part in enumerate(parts):
            if _rate(part.sets, among) > 1 and (own := again & (part.least > 0)).any():
                picked[number] = look(part, own, among, sizes[number], picked[number])
                alive &= picked[number].missing != _FREE
    return _probes(picked, alive)


def candidates(probes: Probes, asked: Indexes, most: int = _CHUNK) -> Iterator[tuple[Indexes, Indexes]]:
    """Pairs of each set ``asked`` for (ascending) with every other one that has a probe of it, each once, in parts."""
    numbers, places = probes.of(asked)
    sizes = np.diff(probes.starts)[numbers]
    totals = np.bincount(places, sizes, len(asked)).astype(np.int64)
    firsts = offsets_of(np.bincount(places, minlength=len(asked)))
    for part in runs(totals, most, len(totals) or 1):
        chosen = slice(int(firsts[part.start]), int(firsts[part.stop]))
        left = asked[np.repeat(places[chosen], sizes[chosen])]
        right = probes.holders[expand(probes.starts[numbers[chosen]], sizes[chosen])]
        pairs = distinct((left.astype(np.uint64) << _HALF) | right.astype(np.uint64))
        left, right = (pairs >> _HALF).astype(np.int64), (pairs & _LOW).astype(np.int64)
        other = left != right
        yield left[other], right[other]


def _rate(sets: Sets, among: Flags) -> int:
    """One in how many shingles is sampled."""
    total, rate = int(sets.sizes[among].sum()), 1
    while total > FEW and rate < MOST_RATE and total >= 2 * rate * SAMPLE * np.count_nonzero(among):
        rate *= 2
    return rate


def _sampled(part: Part, asked: Flags, drawn: Indexes) -> _Picked:
    """Probes from the sample, which is the first ``drawn[i]`` shingles of each set."""
    own, shared = _shared(_keys(part.sets, drawn), len(asked))
    needed = _needed(part, own)
    starts = _starts_of(shared)
    wanted = asked & (needed > 0)
    kept = _chunked(shared, lambda keys: np.flatnonzero(wanted[(keys & _LOW).astype(np.int64)]))
    sizes = np.diff(starts)
    owners, values, counts, missing = _rarest(*_told(shared[kept]), np.repeat(sizes, sizes)[kept], needed)
    chosen = np.searchsorted((shared[starts[:-1]] >> _HALF).astype(np.uint32), np.sort(values))
    chosen = chosen[np.diff(chosen, prepend=-1) > 0]
    return _Picked(owners, values, counts, missing, shared[expand(starts[chosen], sizes[chosen])])


def _shared(keys: Hashes, size: int) -> tuple[Indexes, Hashes]:
    """How many of the sorted ``keys`` of each of ``size`` sets no other has, and the other keys, in the place of all."""
    own, end, before = np.zeros(size, dtype=np.int64), 0, ~keys[:1]
    for start in range(0, len(keys), _CHUNK_KEYS):
        some = keys[start : start + _CHUNK_KEYS]
        around = np.concatenate([before, some, keys[start + len(some) :][:1]])
        change = (around[1:] ^ around[:-1]) > _LOW
        change = np.append(change, np.ones(len(some) + 1 - len(change), dtype=np.bool_))  # behind the last one
        single = change[:-1] & change[1:]
        own += np.bincount((some[single] & _LOW).astype(np.int64), minlength=size)
        before, some = some[-1:].copy(), some[~single]
        keys[end : end + len(some)] = some
        end += len(some)
    return own, keys[:end]


def _chunked(keys: Hashes, places: Callable[[Hashes], Indexes]) -> Indexes:
    """What ``places`` gives of some keys at a time, as places among all."""
    found = [start + places(keys[start : start + _CHUNK_KEYS]) for start in range(0, len(keys), _CHUNK_KEYS)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _looked_on(part: Part, again: Flags, among: Flags, sampled: Indexes, before: _Picked) -> _Picked:
    """The same, and of the sets ``again`` as many more as are missing: the next ones behind the sample, however frequent."""
    rows = np.flatnonzero(again)
    owners = np.repeat(rows, before.missing[rows])
    values = part.sets.values[expand(part.sets.offsets[rows] + sampled[rows], before.missing[rows])]
    last = _below(part.sets, among, int(values.max(initial=0)) + 1, sampled)
    held = _holding(part.sets, sampled, last, distinct(values.copy()))
    starts = _starts_of(held)
    counts = np.diff(starts)[np.searchsorted(held[starts[:-1]] >> _HALF, values)]
    return before.and_also(_Picked(owners, values, counts, np.where(again, 0, before.missing), held))


def _counted(part: Part, again: Flags, among: Flags, _sampled: Indexes, before: _Picked) -> _Picked:
    """The same, but for the sets ``again`` the rarest of all shingles that they have."""
    rows = np.flatnonzero(again)
    sets = part.sets.of(rows)
    wanted = distinct(sets.values.copy())
    totals = np.zeros(len(wanted), dtype=np.int64)
    nothing, all_ = np.zeros(len(among), dtype=np.int64), np.where(among, part.sets.sizes, 0)
    for places, _ in _found(part.sets, nothing, all_, wanted):
        totals += np.bincount(places, minlength=len(wanted))
    counts = totals[np.searchsorted(wanted, sets.values)]
    owners = np.repeat(rows, sets.sizes)
    needed = _needed(part, np.bincount(owners[counts == 1], minlength=len(again)))
    kept = (counts > 1) & (needed[owners] > 0)
    owners, values, counts, missing = _rarest(owners[kept], sets.values[kept], counts[kept], needed)
    held = _holding(part.sets, nothing, all_, distinct(values.copy()))
    return before.without(again).and_also(_Picked(owners, values, counts, np.where(again, missing, before.missing), held))


def _needed(part: Part, own: Indexes) -> Indexes:
    """How many probes each set needs beside those shingles that are its ``own``: of these one is enough, since nobody has it.

    They are one more than another set may lack of its shingles.
    """
    needed: Indexes = part.sets.sizes - part.least + 1 - own
    return np.where(part.least > 0, np.maximum(needed, 0), _NEVER)


def _rarest(owners: Indexes, values: Values, counts: Indexes, needed: Indexes) -> tuple[Indexes, Values, Indexes, Indexes]:
    """The rarest ``needed[owner]`` of the given shingles of each owner, and how many are missing."""
    order = np.argsort((owners.astype(np.uint64) << _HALF) | np.minimum(counts, _HIGHEST).astype(np.uint64))
    owners, values, counts = owners[order], values[order], counts[order]
    known = np.bincount(owners, minlength=len(needed))
    place = np.arange(len(owners)) - np.repeat(np.cumsum(known) - known, known)
    chosen = (place < needed[owners]) & (needed[owners] < _NEVER)
    missing = np.where(needed > 0, np.maximum(needed - known, 0), _FREE)
    return owners[chosen], values[chosen], counts[chosen], missing


def _probes(picked: Sequence[_Picked], alive: Flags) -> Probes:
    """The probes of each set's cheapest part, with their holders."""
    cheapest = np.stack([found.costs for found in picked]).argmin(axis=0)
    owners, numbers, holders = [], [], []
    sizes: list[Indexes] = []
    for number, found in enumerate(picked):
        chosen = alive[found.owners] & (cheapest[found.owners] == number)
        wanted = distinct(found.values[chosen])
        held_by, values = _told(found.held)
        places = np.minimum(np.searchsorted(wanted, values), max(len(wanted) - 1, 0))
        right = wanted[places] == values if len(wanted) else np.zeros(len(values), dtype=np.bool_)
        owners.append(found.owners[chosen])
        numbers.append(np.searchsorted(wanted, found.values[chosen]) + sum(len(own) for own in sizes))
        sizes.append(np.bincount(places[right], minlength=len(wanted)))
        holders.append(held_by[right])
    order = np.argsort(np.concatenate(owners), kind="stable")
    return Probes(
        np.concatenate(owners)[order],
        np.concatenate(numbers)[order],
        offsets_of(np.concatenate(sizes)),
        np.concatenate(holders),
    )


def _below(sets: Sets, among: Flags, bound: int, low: Indexes | None = None) -> Indexes:
    """How many shingles of each set of ``among`` are below ``bound``: they are its first ones, since they ascend.

    ``low``: how many of them are known to be; not many more are.
    """
    high = np.where(among, sets.sizes, 0)
    if bound > _HIGHEST:
        return high
    if low is not None:
        low, open_ = low.copy(), np.flatnonzero(low < high)
        while len(open_ := open_[sets.values[sets.offsets[open_] + low[open_]] < np.uint32(bound)]):
            low[open_] += 1
            open_ = open_[low[open_] < high[open_]]
        return low
    low = np.zeros(len(high), dtype=np.int64)
    while (open_ := np.flatnonzero(low < high)).size:
        middle = (low[open_] + high[open_]) // 2
        less = sets.values[sets.offsets[open_] + middle] < np.uint32(bound)
        low[open_[less]] = middle[less] + 1
        high[open_[~less]] = middle[~less]
    return low


def _parts(sets: Sets, first: Indexes, last: Indexes) -> Iterator[tuple[slice, Values]]:
    """The shingles ``first[i]`` to ``last[i]`` of each set, of some sets after the other."""
    sizes = last - first
    for part in runs(sizes, _CHUNK, _CHUNK_SETS):
        begin, end = int(sets.offsets[part.start]), int(sets.offsets[part.stop])
        whole = end - begin == int(sizes[part].sum())
        yield part, sets.values[begin:end] if whole else sets.values[expand(sets.offsets[part] + first[part], sizes[part])]


def _keys(sets: Sets, sizes: Indexes) -> Hashes:
    """The first ``sizes[i]`` shingles of each set, each above the number of its set (32 bits each), sorted."""
    keys = np.empty(int(sizes.sum()), dtype=np.uint64)
    end = 0
    for part, values in _parts(sets, np.zeros(len(sizes), dtype=np.int64), sizes):
        some = keys[end : end + len(values)]
        some[:] = values
        some <<= _HALF
        some |= np.repeat(np.arange(part.start, part.stop, dtype=np.uint64), sizes[part])
        end += len(values)
    keys.sort()
    return keys


def _told(keys: Hashes) -> tuple[Indexes, Values]:
    """The sets and the shingles of ``keys``."""
    return (keys & _LOW).astype(np.int64), (keys >> _HALF).astype(np.uint32)


def _found(sets: Sets, first: Indexes, last: Indexes, wanted: Values) -> Iterator[tuple[Indexes, Indexes]]:
    """Of the shingles ``first[i]`` to ``last[i]`` of each set that are ``wanted`` (ascending) the place there, and the set's number."""
    table = np.zeros(1 << 24, dtype=np.bool_)
    table[wanted >> _TABLE_SHIFT] = True
    for part, values in _parts(sets, first, last):
        likely = np.flatnonzero(table[values >> _TABLE_SHIFT])
        some = values[likely]
        places = np.minimum(np.searchsorted(wanted, some), len(wanted) - 1)
        right = wanted[places] == some
        ends = np.cumsum((last - first)[part])
        yield places[right], part.start + np.searchsorted(ends, likely[right], side="right")


def _holding(sets: Sets, first: Indexes, last: Indexes, wanted: Values) -> Hashes:
    """Those of the shingles ``first[i]`` to ``last[i]`` of each set that are ``wanted`` (ascending), as keys, sorted."""
    keys = [np.zeros(0, dtype=np.uint64)]
    for places, rows in _found(sets, first, last, wanted) if len(wanted) else ():
        keys.append((wanted[places].astype(np.uint64) << _HALF) | rows.astype(np.uint64))
    return np.sort(np.concatenate(keys))


def _starts_of(keys: Hashes) -> Indexes:
    """Where the runs of one shingle begin in ``keys``, and the end of the last."""
    if not len(keys):
        return np.zeros(1, dtype=np.int64)
    change = (keys[1:] ^ keys[:-1]) > _LOW
    return np.concatenate([[0], np.flatnonzero(change) + 1, [len(keys)]])
