"""Where names stand among others: names of contents, which are hashes of one width.

Belongs here: looking many of them up at once. Does not belong here: what they are the names of (`winnow.recall`, `winnow.memory`).
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from winnow.shingles import Hashes, Indexes

Names = npt.NDArray[np.uint8]
"""A content's name a row: what it is known by, as bytes of one width."""

_FEW = 8  # names of which there are fewer than this part of those they are looked for among
_STEP = 16  # names of which the first is looked for; the others are taken to follow it
_ODD = np.uint64(0x5851F42D4C957F2D)  # Knuth's multiplier
_SIEVE_BITS = 20  # of a name: a table of 1 MiB


def index_of(names: Names, among: Names) -> Indexes:
    """A row of ``among`` that equals each of ``names``, -1 where none does; names are hashes, of one or more times eight bytes."""
    asked, there = _keys_of(names), _keys_of(among)
    if len(names) * _FEW >= len(among):
        return _index_of(names, among, asked, there)
    places = np.uint64(64 - _SIEVE_BITS)
    sieve = np.zeros(1 << _SIEVE_BITS, dtype=np.bool_)
    sieve[asked >> places] = True
    likely = np.flatnonzero(sieve[there >> places])
    found = _index_of(names, among.take(likely, axis=0), asked, there[likely])
    found[found >= 0] = likely[found[found >= 0]]
    return found


def index_in_step(names: Names, among: Names) -> Indexes:
    """The same as `index_of`, quicker where both are in nearly the same order: those of one night and the next are sorted by id."""
    anchors = np.arange(0, len(names), _STEP)
    found = index_of(names[anchors], among)
    shifts = np.append((found - anchors)[found >= 0], 0)
    # Of the anchors found, the number of the last one before each row; what comes in between two is in step with one of them.
    last = np.repeat(np.cumsum(found >= 0) - 1, np.diff(np.append(anchors, len(names))))
    result = np.full(len(names), -1, dtype=np.int64)
    asked, there = words_of(names), words_of(among)
    rest = np.arange(len(names))
    for side in (0, 1):
        place = rest + shifts[np.minimum(last[rest] + side, len(shifts) - 1)]
        inside = (place >= 0) & (place < len(among))
        place, row = place[inside], rest[inside]
        same = (there.take(place, axis=0) == asked.take(row, axis=0)).all(axis=1)
        result[row[same]] = place[same]
        rest = np.flatnonzero(result < 0)
    result[rest] = index_of(names[rest], among)
    return result


def _index_of(names: Names, among: Names, asked: Hashes, there: Hashes) -> Indexes:
    """The same, by sorting all keys together: a key beside its number, those of ``among`` with the lower ones."""
    result = np.full(len(names), -1, dtype=np.int64)
    if not len(names) or not len(among):
        return result
    bits = np.uint64(int(len(among) + len(names) - 1).bit_length())
    ordered = np.concatenate([there, asked]) >> bits << bits
    ordered |= np.arange(len(ordered), dtype=np.uint64)
    ordered.sort()
    numbers = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    ordered >>= bits
    heads = np.zeros(len(ordered), dtype=np.int64)
    heads[1:] = np.where(ordered[1:] != ordered[:-1], np.arange(1, len(ordered)), 0)
    first = numbers[np.maximum.accumulate(heads)]
    met = (numbers >= len(among)) & (first < len(among))
    row, place = numbers[met] - len(among), first[met]
    same = (words_of(among).take(place, axis=0) == words_of(names).take(row, axis=0)).all(axis=1)
    result[row[same]] = place[same]
    if len(doubtful := row[~same]):  # another name of the same key was in the way: one of a hundred million has one
        result[doubtful] = _exact_index_of(names[doubtful], among)
    return result


def _exact_index_of(names: Names, among: Names) -> Indexes:
    found: Indexes = pc.fill_null(pc.index_in(_binary(names), value_set=_binary(among)), -1).to_numpy().astype(np.int64)
    return found


def _keys_of(names: Names) -> Hashes:
    """64 bits of each name that hang on all of it, the upper ones as well."""
    words = words_of(names)
    keys: Hashes = words[:, 0].copy()
    for place in range(1, words.shape[1]):
        keys *= _ODD
        keys += words[:, place]
    return keys


def words_of(names: Names) -> npt.NDArray[np.uint64]:
    """The same bytes, eight at a time."""
    return np.ascontiguousarray(names).view(np.uint64)


def _binary(names: Names) -> pa.Array:
    width = pa.binary(names.shape[1])
    return pa.Array.from_buffers(width, len(names), [None, pa.py_buffer(np.ascontiguousarray(names))])
