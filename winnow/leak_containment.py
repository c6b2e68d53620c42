"""Finds every text that stands within a longer one on another side: exactly, behind the first step of `winnow.leak_search`.

Belongs here: the search for a contained text. Does not belong here: which pairs are a leak (`winnow.leaks`). It shares no code with
what drops and groups contained texts.

A text stands within another if that one has at least a share *c* of its runs, and no fewer runs than it. Of the *n* runs of a
contained text all but *n* − ⌈*c n*⌉ stand in the longer one, so among any *n* − ⌈*c n*⌉ + 1 of them there is one that does: those
that the fewest texts have are looked up, and every pair that meets there is compared in full. Only the contained text has such a
prefix, the longer one is looked up by all its runs; of those, only runs of texts that may be contained are held.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from winnow.leak_grams import Hashes, Integers, each_once
from winnow.leak_search import Left, Texts, batches, least, parts_of, starts_of

Within = tuple[int, int, float]

_PAIRS = 1 << 21  # looked at at once
_RUNS = 1 << 23  # looked up at once: 64 MiB a copy
_ROW_BITS = np.uint64(32)

_Keys = npt.NDArray[np.uint64]


def contained(texts: Texts, left: Left, share: float) -> Iterator[Within]:
    """Every text that stands within another on another side: its number, the other's, and how much of its runs that one has.

    Args:
        texts: what is searched.
        left: of `winnow.leak_search.crossing`, asked for the same ``share``.
        share: of the runs of the contained text, over 0.
    """
    if not len(left.inner) or not len(left.outer):
        return
    held, values, sizes = _runs(texts, left)
    inner = np.zeros(len(texts.sides), dtype=np.bool_)
    inner[left.inner] = True
    held, values = _mutual(texts.sides, inner, (held, values), least(sizes, share))
    if len(held):
        yield from _checked(texts.sides, inner, (held, values), (sizes, share))


def _runs(texts: Texts, left: Left) -> tuple[Integers, Hashes, Integers]:
    """Texts and their runs, by run and then by text, as far as one of ``left.inner`` has them; and how many each text has in all."""
    sizes = np.zeros(len(texts.sides), dtype=np.int64)
    numbers, hashes = [], []
    for part in batches(left.inner):
        grams = texts.read(part)
        sizes[part] = grams.sizes(len(part))
        numbers.append(part[grams.rows])
        hashes.append(grams.hashes)
    wanted = each_once(np.concatenate(hashes))
    for part in batches(np.setdiff1d(left.outer, left.inner)):
        grams = texts.read(part)
        sizes[part] = grams.sizes(len(part))
        here = wanted[np.minimum(np.searchsorted(wanted, grams.hashes), len(wanted) - 1)] == grams.hashes
        numbers.append(part[grams.rows[here]])
        hashes.append(grams.hashes[here])
    held, values = np.concatenate(numbers), np.concatenate(hashes)
    order = np.lexsort((held, values))
    return held[order], values[order], sizes


def _mutual(
    sides: Integers, inner: npt.NDArray[np.bool_], entries: tuple[Integers, Hashes], needed: Integers
) -> tuple[Integers, Hashes]:
    """``entries`` without those of texts whose partners are gone, again and again; ``inner`` keeps those that may be contained."""
    held, values = entries
    while len(held):
        starts = starts_of(values)
        of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))
        side = sides[held]
        met = (np.minimum.reduceat(side, starts) != np.maximum.reduceat(side, starts))[of]
        inner &= np.bincount(held[met], minlength=len(sides)) >= needed
        may = inner[held]  # of such texts alone the runs are looked up
        low, high = (
            reduced.reduceat(np.where(may, side, other), starts)[of]
            for reduced, other in ((np.minimum, np.iinfo(np.int64).max), (np.maximum, -1))
        )
        stays = (may & met) | ((high >= 0) & ((low != side) | (high != side)))
        if stays.all():
            break
        held, values = held[stays], values[stays]
    return held, values


def _checked(
    sides: Integers, inner: npt.NDArray[np.bool_], entries: tuple[Integers, Hashes], asked: tuple[Integers, float]
) -> Iterator[Within]:
    held, values = entries
    sizes, share = asked
    needed = least(sizes, share)
    starts = starts_of(values)
    owners = np.diff(np.append(starts, len(values)))
    of = np.repeat(np.arange(len(starts)), owners)
    keys = (of.astype(np.uint64) << _ROW_BITS) | held.astype(np.uint64)
    mine = np.flatnonzero(inner[held])
    mine = mine[np.lexsort((of[mine], owners[of[mine]], held[mine]))]  # by text, its rarest runs first
    counts = np.bincount(held[mine], minlength=len(sizes))
    begins = np.cumsum(counts) - counts
    place = np.arange(len(mine)) - begins[held[mine]]
    prefix = mine[place <= (counts - needed)[held[mine]]]
    told: set[tuple[int, int]] = set()
    for part in parts_of(owners[of[prefix]], _PAIRS):
        some = prefix[part]
        number = owners[of[some]]
        partners = np.repeat(starts[of[some]] - np.cumsum(number) + number, number) + np.arange(int(number.sum()))
        left, right = np.repeat(held[some], number), held[partners]
        likely = (sides[left] != sides[right]) & (sizes[right] >= sizes[left])
        pairs = each_once((left[likely].astype(np.uint64) << _ROW_BITS) | right[likely].astype(np.uint64))
        lefts, rights = (pairs >> _ROW_BITS).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
        for piece in parts_of(counts[lefts], _RUNS):
            a, b = lefts[piece], rights[piece]
            shared = _shared(keys, of[mine], (begins[a], counts[a]), b)
            enough = shared >= needed[a]
            a, b, of_all = a[enough], b[enough], shared[enough] / sizes[a[enough]]
            for inside, outside, found in zip(a.tolist(), b.tolist(), of_all.tolist(), strict=True):
                if (inside, outside) not in told:  # they may meet in several of the rarest runs
                    told.add((inside, outside))
                    yield inside, outside, found


def _shared(keys: _Keys, runs: Integers, places: tuple[Integers, Integers], others: Integers) -> Integers:
    """How many of the ``runs`` at ``places`` (beginnings and counts) each of ``others`` has, by ``keys`` of run and text."""
    begins, counts = places
    pairs = np.repeat(np.arange(len(others)), counts)
    offset = np.arange(len(pairs)) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = (runs[np.repeat(begins, counts) + offset].astype(np.uint64) << _ROW_BITS) | others[pairs].astype(np.uint64)
    there = keys[np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)] == wanted
    return np.bincount(pairs[there], minlength=len(others))
