"""What is kept from night to night, so that the search for similar contents looks at what is new alone.

Belongs here: which contents are known, their keys and edges, and how new ones are added and old ones leave. Does not belong here:
where the arrays lie (`Store`; on disk `resources.arrays`), and what the edges are for.

The memory is disposable: `advance` on an empty one gives the same edges. It holds the contents of last night and nobody else's, so
one that left and comes back is new again; and for every key that at most 256 of them have, all edges between its owners. A key that
more have is crowded, and none of its pairs counts as looked at: should the crowd shrink, all of them are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from winnow.edges import Crowd, Edges, Found, Space, View, checked
from winnow.lookup import Names, index_of, words_of
from winnow.shingles import SHINGLE_VERSION, Flags, Hashes, Indexes, Sets, Shingled, Values, distinct, expand
from winnow.sketches import KEYS, MEMBERS, NONE, Pairs, Sketched, candidates, entries, keys_of, share_a_key, texts_of, with_keys

MEMORY_VERSION = f"2/{SHINGLE_VERSION}"
"""Changes whenever the arrays mean something else; a memory of another version is forgotten."""

Array = npt.NDArray[Any]

_GARBAGE = 2  # arrays are begun anew once they hold this many times what is needed
_RECENT = 8  # entries that came one night after the other are kept apart until they are as many as this part of all


class Store(Protocol):
    """Where a memory's arrays lie."""

    def get(self, name: str) -> Array | None:
        """The array ``name`` as it was committed, or put or grown since; None if there is none."""

    def put(self, name: str, array: Array) -> Array:
        """Puts ``array`` in the place of the one of that name."""

    def grow(self, name: str, more: Array) -> Array:
        """Adds rows behind the array of that name, and gives all of it."""


class ArraysInMemory:
    """A `Store` that is gone with the process."""

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}

    def get(self, name: str) -> Array | None:
        """See `Store`."""
        return self.arrays.get(name)

    def put(self, name: str, array: Array) -> Array:
        """See `Store`."""
        self.arrays[name] = array
        return array

    def grow(self, name: str, more: Array) -> Array:
        """See `Store`."""
        known = self.arrays.get(name)
        return self.put(name, more if known is None else np.concatenate([known, more]))


@dataclass(frozen=True, slots=True)
class Advanced:
    """The search of tonight's contents, and by which number each of them is known in it."""

    found: Found
    numbers: Indexes
    fresh: int  # contents that were not known


def advance(  # noqa: PLR0913, PLR0917 - a memory, its place in the store, and what there is tonight
    store: Store,
    kind: str,
    parts: int,
    names: Names,
    fingerprints: Callable[[Indexes], Space],
    most: int = MEMBERS,
    guess: Indexes | None = None,
) -> Advanced:
    """All edges among tonight's contents, by looking at the new ones alone; the store knows tonight's contents from now on.

    Args:
        store: what is known from last night, or nothing.
        kind: which space this is; arrays of different spaces have different names in the store.
        parts: how many parts a content has.
        names: of tonight's contents, each once.
        fingerprints: asked for the shingles of the rows of ``names`` that are not known.
        most: contents of a key of which all pairs are looked at.
        guess: the number that each of ``names`` may be known by, -1 for none; it saves looking for those it is right about.
    """
    memory = _Memory(store, kind, parts)
    numbers = memory.known(names, guess)
    new = np.flatnonzero(numbers < 0)
    gone = np.ones(len(memory.living), dtype=np.bool_)
    gone[numbers[numbers >= 0]] = False
    if len(memory.living) > _GARBAGE * max(len(names), 1):
        memory.forget()
        return advance(store, kind, parts, names, fingerprints, most)
    numbers[new] = len(memory.living) + np.arange(len(new))
    found = memory.advance(names[new], fingerprints(new), gone & memory.living, most)
    return Advanced(found, numbers, len(new))


class _Memory:
    """The arrays of one space."""

    def __init__(self, store: Store, kind: str, parts: int) -> None:
        self.store, self.kind, self.parts = store, kind, parts
        self.views = 2**parts
        self.living: Flags = self._get("living", np.bool_)

    def _get(self, name: str, dtype: Any, width: int | None = None) -> Array:
        array = self.store.get(f"{self.kind}.{name}")
        return np.zeros((0,) if width is None else (0, width), dtype=dtype) if array is None else array

    def _put(self, name: str, array: Array) -> Array:
        return self.store.put(f"{self.kind}.{name}", array)

    def _grow(self, name: str, more: Array) -> Array:
        return self.store.grow(f"{self.kind}.{name}", more)

    def forget(self) -> None:
        """Begins anew: too much of what is stored belongs to contents that are gone."""
        for name in self._names():
            known = self.store.get(f"{self.kind}.{name}")
            if known is not None:
                self._put(name, known[..., :0].copy() if name in {"edges", "similarity"} else known[:0].copy())

    def _names(self) -> list[str]:
        part = ["counts", *(f"{kind}.{what}" for kind in ("words", "characters") for what in ("offsets", "values"))]
        view = ["rows", "sketches", "entries", "recent", "crowded"]
        return [
            "living",
            "names",
            "edges",
            "similarity",
            *(f"part{number}.{name}" for number in range(self.parts) for name in part),
            *(f"view{number}.{name}" for number in range(self.views) for name in view),
        ]

    def known(self, names: Names, guess: Indexes | None) -> Indexes:
        """The number of each of ``names``, -1 for those that are not known."""
        living = np.flatnonzero(self.living)
        result = np.full(len(names), -1, dtype=np.int64)
        if not len(living) or not len(names):
            return result
        stored = np.asarray(self._get("names", np.uint8, names.shape[1]))
        if guess is not None:
            at = np.where((guess >= 0) & (guess < len(stored)), guess, 0)
            right = (guess == at) & self.living[at] & (words_of(stored).take(at, axis=0) == words_of(names)).all(axis=1)
            result[right] = guess[right]
        rest = np.flatnonzero(result < 0)
        there = index_of(names[rest], stored if len(living) == len(stored) else stored[living])
        result[rest] = np.where(there >= 0, living[there], -1)
        return result

    def advance(self, names: Names, fresh: Space, gone: Flags, most: int) -> Found:
        """Takes out what is ``gone``, adds the contents ``fresh``, and looks for their edges."""
        before = len(self.living)
        living = np.concatenate([self.living & ~gone, np.ones(len(names), dtype=np.bool_)])
        self.living = self._put("living", living)
        self._grow("names", names)
        space = Space(tuple(self._part(number, part) for number, part in enumerate(fresh.parts)))
        edges = self._edges()
        if gone.any():
            edges = edges.of(living[edges.left] & living[edges.right])
        found, crowds = [edges], []
        for number, view in enumerate(fresh.views()):
            whole = self._view(number, view, before, space)
            added = entries(Sketched(view.sketched.rows + before, view.sketched.values))
            more, crowd, hidden = self._search(number, whole, added, before, most)
            found += [checked(space, whole, whole.sketched.rows, whole.sketched.values, pairs) for pairs in more]
            crowds.append((whole, crowd, hidden))
        edges = edges.and_also(*found[1:]) if len(found) > 1 else edges
        self._put("edges", np.stack([edges.left, edges.right]).astype(np.uint32))
        self._put("similarity", edges.similarity)
        for view, crowd, hidden in crowds:
            edges = _without_hidden(edges, space, view, crowd, hidden)
        return Found(space, edges, Crowd(space, [(view, crowd) for view, crowd, _ in crowds if len(crowd)]))

    def _edges(self) -> Edges:
        pairs = self._get("edges", np.uint32)
        if not pairs.size:
            return Edges.none(self.parts)
        return Edges(pairs[0].astype(np.int64), pairs[1].astype(np.int64), np.asarray(self._get("similarity", np.float64)))

    def _part(self, number: int, fresh: Shingled) -> Shingled:
        """The shingles of all contents."""
        counts = self._grow(f"part{number}.counts", fresh.word_counts)
        sets = []
        for kind, own in (("words", fresh.words), ("characters", fresh.characters)):
            name = f"part{number}.{kind}"
            known = self._get(f"{name}.offsets", np.int64)
            offsets = self._grow(f"{name}.offsets", own.offsets[1:] + known[-1] if len(known) else own.offsets)
            sets.append(Sets(self._grow(f"{name}.values", own.values), offsets))
        return Shingled(counts, *sets)

    def _view(self, number: int, fresh: View, before: int, space: Space) -> View:
        """The view of all contents."""
        rows = self._grow(f"view{number}.rows", fresh.sketched.rows + before)
        values = self._grow(f"view{number}.sketches", fresh.sketched.values)
        kinds = [part.characters if short else part.words for part, short in zip(space.parts, fresh.short, strict=True)]
        return View(fresh.short, Sketched(rows, values), tuple(kinds))

    def _search(self, number: int, whole: View, added: Hashes, before: int, most: int) -> tuple[list[Pairs], Indexes, Values]:
        """Pairs of rows of the view that have not been looked at, the crowd, and the keys that it has in common.

        Args:
            number: of the view.
            whole: the view of all contents.
            added: the entries of the contents from number ``before`` on, which are new.
            before: how many contents there were.
            most: contents of a key that is not crowded.
        """
        segments = self._entries(number, added)
        crowded: Values = self._get(f"view{number}.crowded", np.uint32)
        if before:
            owned = with_keys(segments, distinct(np.concatenate([keys_of(added), crowded])))
            owned = owned[self.living[texts_of(owned)]]
        else:
            owned = added
        keys, starts, sizes = _sizes(owned)
        hidden = self._put(f"view{number}.crowded", keys[sizes > most])
        small = sizes <= most
        again = small & np.isin(keys, crowded)
        some = [
            (owned[expand(starts[chosen], sizes[chosen])], first) for chosen, first in ((small & ~again, before), (again, 0))
        ]
        rows = whole.sketched.rows
        pairs = [
            (np.searchsorted(rows, left), np.searchsorted(rows, right))
            for ordered, first in some
            for left, right in candidates(ordered, first, most)
            if len(left)
        ]
        crowd = distinct(texts_of(owned[expand(starts[~small], sizes[~small])]))
        return pairs, crowd, hidden

    def _entries(self, number: int, added: Hashes) -> list[Hashes]:
        """The entries of all contents, and of some that are gone, in two sorted parts, with ``added`` among them from now on."""
        base: Hashes = self._get(f"view{number}.entries", np.uint64)
        recent = np.concatenate([self._get(f"view{number}.recent", np.uint64), added])
        if len(recent) * _RECENT > len(base):
            every = np.concatenate([base, recent])
            base, recent = every[self.living[texts_of(every)]], recent[:0]
            base.sort()
        recent.sort()
        return [self._put(f"view{number}.entries", base), self._put(f"view{number}.recent", recent)]


def _without_hidden(edges: Edges, space: Space, view: View, crowd: Indexes, hidden: Values) -> Edges:
    """``edges`` without those that only a crowded key leads to: of the crowd, only what is asked for is looked at."""
    if not len(crowd):
        return edges
    members = np.zeros(len(space), dtype=np.bool_)
    members[crowd] = True
    own = members[edges.left] & members[edges.right]
    for part, short in zip(space.parts, view.short, strict=True):
        own &= part.is_short(edges.left, edges.right) == short
    asked = np.flatnonzero(own)
    values = view.sketched.values[:, :KEYS]
    left, right = (np.searchsorted(view.sketched.rows, side[asked]) for side in (edges.left, edges.right))
    both = np.concatenate([np.where(np.isin(values[side], hidden), NONE, values[side]) for side in (left, right)])
    number = np.arange(len(asked))
    meet = share_a_key(both, number, number + len(asked))
    kept = np.ones(len(edges.left), dtype=np.bool_)
    kept[asked[~meet]] = False
    return edges.of(kept)


def _sizes(ordered: Hashes) -> tuple[Values, Indexes, Indexes]:
    """The keys in ``ordered``, where each begins, and how many have it."""
    keys = keys_of(ordered)
    if not len(keys):
        return keys, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[starts], starts, np.diff(np.append(starts, len(keys)))
