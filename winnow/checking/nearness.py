"""Rows that are nearly the same as an earlier one, found while rows go by, in bounded memory.

Belongs here: the search in the order of the file. Does not belong here: shingles and sketches (`winnow.shingles`, `winnow.sketches`),
thresholds (`winnow.dedup`), and the same question about a whole dataset, where the longest text survives and not the first.

Each row is compared with those earlier rows that stay and share one of its smallest shingles (`winnow.sketches`), or two
neighbours of them where it is compared by characters: by an estimate from twelve of them, and then exactly. Shingles of all rows lie
in a file that the caller hands in: hashes, from which no text can be told. In memory are 48 bytes of sketch and six to nine keys of
eight bytes for each way in which a row can be compared, of which most have one.

Texts are compared as `winnow.dedup` does it: words in fives from 20 words on, characters in fives below 34. Prompts must be near; so
must answers of over `LABEL_WORDS` words, and shorter ones equal. A prompt near to another one with a different short answer is not
dropped, but told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from winnow.dedup import DEFAULT_THRESHOLD, SHORT_THRESHOLD
from winnow.groups import at_least
from winnow.shingles import BORDER_WORDS, SHORT_WORDS, Flags, Indexes, Sets, Shingled, expand, mix, offsets_of, shingle
from winnow.sketches import KEYS, NONE, Matrix, Sketched, estimate, sketch

LABEL_WORDS = 4  # an answer of so few words is a label, a number or a name: near says nothing of it, equal does

MOST_COMPARED = 256  # earlier rows with one key that a row is compared with; see winnow.sketches.MEMBERS

_WIDTH = 12  # smallest shingles kept of a row: the estimate's standard error is 0.11 at a similarity of 0.8
_MARGIN = 0.35  # how far below the threshold an estimate may lie that is looked into: over three standard errors
_SINGLE_KEYS = (
    6  # of a text by words: a pair of similarity 0.8 shares none with a chance of 6 in 100,000; to group from 0.6 all eight
)

_LONGER = 1.1  # beyond the threshold, how many more words a text by words may have that one by characters can be near to

_DOUBLE_KEYS = 9
"""Keys of a text by characters, each made of two neighbours among its smallest shingles: a run of five characters such as " the " stands
in half of all texts, two given ones do not. A pair of similarity 0.85 shares none of nine with a chance of 5 in 10,000."""

_HAS_CHARACTERS = np.array([one == 1 or two == 1 for one in range(3) for two in range(3)])  # by kind, see `_slots`

_PAIRS = 1 << 17  # of rows that arrive together, compared at once: 8 MiB of sketches on each side
_SEGMENT = 1 << 21  # keys in one sorted piece of the index: merging two takes 48 MiB
_PREPARED = 1 << 21  # places for sketches, made at once and used as they are needed
_HEAD = 6  # numbers before a row's shingles in the store

_READ_ROWS = 1024  # whose shingles are in memory at once to compare pairs

Found = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Slots:
    """Sketches on their way into the index: of a row there is one for each way in which it can be compared."""

    rows: Indexes
    kinds: npt.NDArray[np.uint8]
    values: Matrix

    def of(self, chosen: Flags | Indexes) -> "_Slots":
        return _Slots(self.rows[chosen], self.kinds[chosen], self.values[chosen])


class Near:
    """The search: rows go in with `add`; `earlier` and `contradicted` say what was found."""

    def __init__(
        self, store: BinaryIO, threshold: float = DEFAULT_THRESHOLD, short: float = SHORT_THRESHOLD, *, keep: bool = False
    ) -> None:
        """``store``: an empty file for shingles. ``keep``: near rows stay in the search, to find all that hang together."""
        self._store, self._threshold, self._short_threshold, self._keep = store, threshold, short, keep
        self._written = 0
        self._single_keys = KEYS if keep else _SINGLE_KEYS
        self._border = min(BORDER_WORDS, int(_LONGER * SHORT_WORDS / min(threshold, short)) + 1)
        self._places = _Growing(1, np.int64)
        self._answers, self._short = _Growing(1, np.uint64), _Growing(1, np.bool_)
        self._earlier, self._contradicted = _Growing(1, np.int32), _Growing(1, np.int32)
        self._values, self._slot_rows, self._slot_kinds = (
            _Growing(_WIDTH, np.uint32, _PREPARED),
            _Growing(1, np.int32, _PREPARED),
            _Growing(1, np.uint8, _PREPARED),
        )
        self._segments: list[npt.NDArray[np.uint64]] = []
        self._cut = _Growing(1, np.bool_)
        self.edges: list[tuple[Indexes, Indexes]] = []
        """With ``keep``: all pairs found."""

    @property
    def earlier(self) -> Found:
        """For each row the earlier one that it is near to; -1 if there is none."""
        found: Found = self._earlier.all()[:, 0]
        return found

    @property
    def contradicted(self) -> Found:
        """For each row an earlier one with a near prompt and another short answer; -1 if there is none."""
        found: Found = self._contradicted.all()[:, 0]
        return found

    def release(self) -> None:
        """Give back what only further rows would need; what was found stays."""
        self._segments.clear()
        for held in (self._values, self._slot_rows, self._slot_kinds, self._places):
            held.clear()

    @property
    def cut_short(self) -> Flags:
        """Whether a row shares a key with over `MOST_COMPARED` earlier ones, and so was compared by that key with so many only."""
        found: Flags = self._cut.all()[:, 0]
        return found

    def add(self, prompts: Sequence[str], answers: Sequence[str], hashes: Sequence[int], *, skip: Sequence[bool] = ()) -> None:
        """Take in rows; those to ``skip`` are numbered and take no part. ``hashes``: of the folded answers."""
        start, size = len(self._places), len(prompts)
        before = shingle(prompts)
        shorts = np.array([len(answer) < 80 and len(answer.split()) <= LABEL_WORDS for answer in answers], dtype=np.bool_)
        behind = shingle(["" if short else answer for answer, short in zip(answers, shorts.tolist(), strict=True)])
        self._remember(before, behind, hashes, shorts)
        slots = _slots(before, behind, shorts, start, self._border)
        if len(skip):
            out = np.asarray(skip, dtype=np.bool_)
            slots = slots.of(~out[slots.rows - start])
        self._earlier.extend(np.full(size, -1, dtype=np.int32))
        self._contradicted.extend(np.full(size, -1, dtype=np.int32))
        self._cut.extend(np.zeros(size, dtype=np.bool_))
        self._settle(slots)

    def _remember(self, before: Shingled, behind: Shingled, hashes: Sequence[int], shorts: Flags) -> None:
        """Write each row's record: words of both texts, sizes of their four sets, the sets."""
        sets = (before.words, before.characters, behind.words, behind.characters)
        head = np.stack([before.word_counts, behind.word_counts, *(part.sizes for part in sets)], axis=1)
        totals = _HEAD + head[:, 2:].sum(axis=1)
        joined = np.empty(int(totals.sum()), dtype="<u4")
        place = np.cumsum(totals) - totals
        joined[place[:, None] + np.arange(_HEAD)] = head
        for number, part in enumerate(sets):
            joined[expand(place + _HEAD + head[:, 2 : 2 + number].sum(axis=1), part.sizes)] = part.values
        self._store.seek(self._written)
        self._store.write(joined.tobytes())
        self._places.extend(self._written + 4 * place)
        self._written += 4 * len(joined)
        self._answers.extend(np.asarray(hashes, dtype=np.uint64))
        self._short.extend(shorts)

    def _settle(self, slots: _Slots) -> None:
        """Compare new rows with those in the index, then with each other, and index those that stay."""
        slots = self._without(slots, self._against_index(slots))
        if not len(slots.rows):
            return
        left, right, complete = _among(slots, self._single_keys)
        rows = np.unique(slots.rows)
        if not complete and len(rows) > 1:  # much boilerplate: half of them first, which may settle the others
            first = slots.rows < rows[len(rows) // 2]
            self._settle(slots.of(first))
            self._settle(slots.of(~first))
            return
        likely = estimate(slots.values, left, right) >= self._threshold - _MARGIN
        pairs = _pairs(slots.rows[left[likely]], slots.rows[right[likely]])
        slots = self._without(slots, self._mark(*pairs))
        self._index(slots)

    def _against_index(self, slots: _Slots) -> Indexes:
        """The rows of ``slots`` that are near to an indexed one."""
        keys, owners = _keys(slots, self._single_keys)
        taken = np.zeros(len(keys), dtype=np.int64)
        gone: list[Indexes] = []
        for segment in self._segments:
            low = np.searchsorted(segment, keys << np.uint64(32))
            high = np.searchsorted(segment, (keys << np.uint64(32)) | np.uint64(0xFFFFFFFF), side="right")
            room = np.minimum(high - low, MOST_COMPARED - taken)
            taken += room
            self._cut.all()[slots.rows[owners[high - low > room]], 0] = True
            where = np.flatnonzero(room)
            pieces = np.array_split(where, max(1, int(room.sum()) // _PAIRS))
            gone += [self._compare(slots, owners[part], segment, low[part], room[part]) for part in pieces]
        return np.concatenate([np.zeros(0, dtype=np.int64), *gone])

    def _compare(self, slots: _Slots, owners: Indexes, segment: npt.NDArray[np.uint64], low: Indexes, room: Indexes) -> Indexes:
        old = (segment[expand(low, room)] & np.uint64(0xFFFFFFFF)).astype(np.int64)
        new = np.repeat(owners, room)
        old, new = _pairs(old, new)
        same = self._slot_kinds.all()[old, 0] == slots.kinds[new]
        old, new = old[same], new[same]
        known, inverse = np.unique(old, return_inverse=True)
        both = np.concatenate([self._values.all()[known], slots.values])
        likely = estimate(both, inverse.reshape(-1), new + len(known)) >= self._threshold - _MARGIN
        return self._mark(*_pairs(self._slot_rows.all()[old[likely], 0], slots.rows[new[likely]]))

    def _mark(self, old: Indexes, new: Indexes) -> Indexes:
        """Of pairs of rows those that are near by exact similarity: remember, and give the later rows that go."""
        left, right = self._near(old, new)
        answers, short = self._answers.all()[:, 0], self._short.all()[:, 0]
        apart = short[left] & (answers[left] != answers[right])
        if apart.any():
            places = self._contradicted.all()[:, 0]
            for one, other in zip(left[apart].tolist(), right[apart].tolist(), strict=True):
                if places[other] < 0:
                    places[other] = one
        if self._keep:
            self.edges.append((left, right))
        left, right = left[~apart], right[~apart]
        gone: list[int] = []
        earlier = self._earlier.all()[:, 0]
        for one, other in zip(left.tolist(), right.tolist(), strict=True):  # ascending by the later row
            if earlier[other] < 0 and earlier[one] < 0:
                earlier[other] = one
                gone.append(other)
        return np.array(sorted(gone), dtype=np.int64)

    def _without(self, slots: _Slots, gone: Indexes) -> _Slots:
        return slots if self._keep or not len(gone) else slots.of(~np.isin(slots.rows, gone))

    def _near(self, left: Indexes, right: Indexes) -> tuple[Indexes, Indexes]:
        """Those of the pairs whose texts reach the threshold, in order of the later row."""
        order = np.lexsort((left, right))
        left, right = left[order], right[order]
        near = np.zeros(len(left), dtype=np.bool_)
        for start, stop in _runs(len(left)):
            rows, inverse = np.unique(np.concatenate([left[start:stop], right[start:stop]]), return_inverse=True)
            one, other = inverse.reshape(-1)[: stop - start], inverse.reshape(-1)[stop - start :]
            asked, said = self._read(rows)
            verdict = np.ones(stop - start, dtype=np.bool_)
            for texts in (asked, said):
                blank = (texts.word_counts[one] == 0) & (texts.word_counts[other] == 0)
                similarity, short = texts.similarity(one, other)
                limit = np.where(short, max(self._short_threshold, self._threshold), self._threshold)
                verdict &= blank | at_least(similarity, limit)
            near[start:stop] = verdict
        return left[near], right[near]

    def _read(self, rows: Indexes) -> tuple[Shingled, Shingled]:
        """The shingles of both texts of ``rows``."""
        places = self._places.all()[:, 0]
        ends = np.append(places, self._written)
        pieces = []
        for place, end in zip(places[rows].tolist(), ends[rows + 1].tolist(), strict=True):
            self._store.seek(place)
            pieces.append(self._store.read(end - place))
        values = np.frombuffer(b"".join(pieces), dtype="<u4")
        lengths = (ends[rows + 1] - places[rows]) // 4
        begins = np.cumsum(lengths) - lengths
        head = values[begins[:, None] + np.arange(_HEAD)].astype(np.int64)
        sizes, sets = head[:, 2:], []
        for number in range(sizes.shape[1]):
            place = begins + _HEAD + sizes[:, :number].sum(axis=1)
            sets.append(Sets(values[expand(place, sizes[:, number])].astype(np.uint32), offsets_of(sizes[:, number])))
        return Shingled(head[:, 0], sets[0], sets[1]), Shingled(head[:, 1], sets[2], sets[3])

    def _index(self, slots: _Slots) -> None:
        first = len(self._slot_rows)
        self._values.extend(slots.values)
        self._slot_rows.extend(slots.rows)
        self._slot_kinds.extend(slots.kinds)
        keys, owners = _keys(slots, self._single_keys)
        fresh = np.sort((keys << np.uint64(32)) | (owners + first).astype(np.uint64))
        self._segments.append(fresh)
        while len(self._segments) > 1 and len(self._segments[-2]) < 2 * len(self._segments[-1]):
            if len(self._segments[-2]) + len(self._segments[-1]) > _SEGMENT:
                break
            last = self._segments.pop()
            merged = np.concatenate([self._segments.pop(), last])
            merged.sort(kind="stable")  # two sorted runs: a merge
            self._segments.append(merged)


class _Growing:
    """Rows of numbers that grow at the end; memory is taken as it is filled."""

    def __init__(self, width: int, kind: type[np.generic], prepared: int = 1 << 16) -> None:
        self._held = np.empty((prepared, width), dtype=kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def all(self) -> Any:
        """All rows so far; a view, good until the next `extend`."""
        return self._held[: self._size]

    def clear(self) -> None:
        self._held, self._size = self._held[:0].copy(), 0

    def extend(self, rows: npt.NDArray[np.generic]) -> None:
        wanted = self._size + len(rows)
        if wanted > len(self._held):
            larger = np.empty((max(wanted, 2 * len(self._held)), self._held.shape[1]), dtype=self._held.dtype)
            larger[: self._size] = self._held[: self._size]
            self._held = larger
        self._held[self._size : wanted] = rows.reshape(len(rows), -1)
        self._size = wanted


def _slots(before: Shingled, behind: Shingled, shorts: Flags, start: int, border: int) -> _Slots:
    """Sketches of each row for every way in which its prompt (and its answer, unless it is short) can be compared."""
    asked, said = (
        [sketch(texts.words), _chosen(sketch(texts.characters), texts.word_counts < border), _blank(texts)]
        for texts in (before, behind)
    )
    found = []
    for (one, first), (two, second) in product(enumerate(asked), enumerate(said)):
        if (one, two) == (2, 2):
            continue
        joined = _in_both(second, first) if one == 2 else _in_both(first, second)
        if one < 2 and two < 2:
            joined = first.and_also(second)
        kinds = np.where(shorts[joined.rows], 16, 0) + 3 * one + two
        found.append(_Slots(joined.rows + start, kinds.astype(np.uint8), joined.values[:, :_WIDTH]))
    rows = np.concatenate([part.rows for part in found])
    order = np.argsort(rows, kind="stable")
    return _Slots(
        rows[order],
        np.concatenate([part.kinds for part in found])[order],
        np.ascontiguousarray(np.concatenate([part.values for part in found])[order]),
    )


def _blank(texts: Shingled) -> Sketched:
    """The rows without a shingle, which are compared by their other half alone."""
    return Sketched(np.flatnonzero(texts.word_counts == 0), np.zeros((int((texts.word_counts == 0).sum()), 1), dtype=np.uint32))


def _in_both(sketched: Sketched, other: Sketched) -> Sketched:
    """``sketched`` without the rows that ``other`` has no sketch of."""
    there = np.isin(sketched.rows, other.rows, assume_unique=True)
    return Sketched(sketched.rows[there], sketched.values[there])


def _chosen(sketched: Sketched, chosen: Flags) -> Sketched:
    """``sketched`` of the rows that ``chosen``, one flag a row, selects."""
    there = chosen[sketched.rows]
    return Sketched(sketched.rows[there], sketched.values[there])


def _keys(slots: _Slots, single_keys: int) -> tuple[npt.NDArray[np.uint64], Indexes]:
    """The keys by which slots meet, ascending by slot, and the slot of each."""
    salt = mix(slots.kinds.astype(np.uint64) + np.uint64(1))
    first = slots.values.astype(np.uint64)
    held = slots.values != NONE
    single = first ^ salt[:, None]
    second = np.concatenate([first[:, 1:], np.full((len(first), 1), NONE, dtype=np.uint64)], axis=1)
    double = (first << np.uint64(32) | second) ^ salt[:, None]
    coarse = _HAS_CHARACTERS[slots.kinds & np.uint8(15)]
    reach = np.where(coarse, _DOUBLE_KEYS, single_keys)
    held &= np.arange(first.shape[1])[None, :] < reach[:, None]
    keys = mix(np.where(coarse[:, None], double, single)[held]) >> np.uint64(32)
    owners = np.broadcast_to(np.arange(len(first), dtype=np.int64)[:, None], held.shape)[held]
    return keys, owners


def _among(slots: _Slots, single_keys: int) -> tuple[Indexes, Indexes, bool]:
    """Pairs of slots of different rows that share a key and a kind; False if they would be too many."""
    keys, owners = _keys(slots, single_keys)
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, dtype=np.int64)
    sizes = np.diff(np.append(starts, len(keys)))
    none = np.zeros(0, dtype=np.int64)
    if int((sizes * (sizes - 1) // 2).sum()) > _PAIRS:
        return none, none, False
    inside = expand(starts, sizes)
    left = np.repeat(inside, np.repeat(starts + sizes, sizes) - inside - 1)
    right = expand(inside + 1, np.repeat(starts + sizes, sizes) - inside - 1)
    one, other = owners[left], owners[right]
    apart = (slots.rows[one] != slots.rows[other]) & (slots.kinds[one] == slots.kinds[other])
    one, other = _pairs(one[apart], other[apart])
    return one, other, True


def _pairs(left: Indexes, right: Indexes) -> tuple[Indexes, Indexes]:
    """Each pair once."""
    if not len(left):
        return left, right
    packed = np.unique((left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64))
    return (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _runs(size: int) -> Iterator[tuple[int, int]]:
    """Slices of so many pairs that name at most `_READ_ROWS` rows each."""
    for start in range(0, size, _READ_ROWS // 2):
        yield start, min(start + _READ_ROWS // 2, size)
