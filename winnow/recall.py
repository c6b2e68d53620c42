"""Deduplication night after night: what was there yesterday is neither read again nor compared again.

Belongs here: recognising texts that are known, and handing the rest to `winnow.memory`. Does not belong here: what the search means
(`winnow.edges`), who is dropped (`winnow.dedup`), where the memory lies (`resources.arrays`).

An example is recognised by a 64-bit hash of its input and one of its target, as they stand. They are cheap and no one else's business:
they lie in the memory alone, beside the version of the library that makes them. That two inputs of a million have one by chance happens
once in thirty million sets.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.dedup import decide
from winnow.edges import Found
from winnow.fingerprints import (
    FINGERPRINT_VERSION,
    FINGERPRINTS,
    HASH_BYTES,
    HASHED,
    Arranged,
    arrange,
    fingerprints,
    space_of,
    with_spaces,
)
from winnow.memory import MEMORY_VERSION, Names, Store, advance, index_of
from winnow.shingles import Flags, Indexes
from winnow.sketches import MEMBERS
from winnow.survivor_rules import SURVIVOR

RECALL_VERSION = f"1/{MEMORY_VERSION}/{FINGERPRINT_VERSION}/{pl.__version__}"
"""What a memory must have been made by to be of use."""

Prints = Callable[[pa.Table], pa.Table]
"""Gives `FINGERPRINTS` of some of the examples, as `fingerprints` does; they may have been made before."""

_SEED = 0x9E3779B9


def deduplicate_tonight(  # noqa: PLR0913, PLR0917 - as `deduplicate`, and the memory
    examples: pa.Table,
    thresholds: Mapping[str, float],
    priority: Mapping[str, int],
    store: Store,
    pinned: Collection[str] = (),
    most: int = MEMBERS,
    survivor: Sequence[str] = SURVIVOR,
    prints: Prints | None = None,
    keep_contained: Collection[str] = (),
) -> pa.Table:
    """The answer of `winnow.dedup.deduplicate`, by looking only at what is not in ``store``; which knows it from now on.

    ``prints`` is asked for the fingerprints of what is new; by default they are made.
    """
    recall = Recall(store, examples, prints)
    arranged = arrange(examples, priority, recall.hashed, pinned, survivor)
    inputs, input_numbers = recall.search(arranged, 0, most)
    texts, text_numbers = recall.search(arranged, 1, most)
    nodes = with_spaces(arranged, inputs.space, texts.space).renumbered(input_numbers, text_numbers)
    return decide(nodes, inputs, texts, thresholds, keep_contained)


class Recall:
    """Tonight's examples, with what is known of them."""

    def __init__(self, store: Store, examples: pa.Table, prints: Prints | None = None) -> None:
        """``examples`` are rows of `EXAMPLES` without a reason; ``prints`` as in `deduplicate_tonight`."""
        self.store, self.examples, self._made = store, examples, prints or fingerprints
        names = _names(examples)
        known = store.get("recall.names")
        rows = np.full(len(names), -1, dtype=np.int64) if known is None else index_of(names, known)
        self.rows = rows
        self.new = np.flatnonzero(rows < 0)
        self.prints = self._made(examples.take(self.new)) if len(self.new) else FINGERPRINTS.empty_table()
        self.hashed = self._hashed(rows)
        self._remember(names)

    def _hashed(self, rows: Indexes) -> pa.Table:
        """`HASHED` of all examples: what is known, and what has just been made."""
        own = np.zeros((len(rows), 2 * HASH_BYTES), dtype=np.uint8)
        counts = np.zeros((len(rows), 2), dtype=np.int32)
        old = np.flatnonzero(rows >= 0)
        if len(old):
            own[old] = self.store.get("recall.hashes")[rows[old]]  # type: ignore[index]  # it is there if names are
            counts[old] = self.store.get("recall.counts")[rows[old]]  # type: ignore[index]
        if len(self.new):
            targets = self.prints["target_hash"]
            empty = pa.scalar(bytes(HASH_BYTES), targets.type)
            for part, column in enumerate((self.prints["input_hash"], pc.fill_null(targets, empty))):
                own[self.new, part * HASH_BYTES : (part + 1) * HASH_BYTES] = _bytes(column)
            counts[self.new, 0] = self.prints["input_word_count"].to_numpy()
            counts[self.new, 1] = pc.is_valid(targets).to_numpy().astype(np.int32)
        self._own, self._counts = own, counts
        columns = [_binary(own[:, :HASH_BYTES]), _binary(own[:, HASH_BYTES:], counts[:, 1] > 0), pa.array(counts[:, 0])]
        return pa.Table.from_arrays(columns, schema=HASHED)

    def _remember(self, names: Names) -> None:
        for name, array in (("names", names), ("hashes", self._own), ("counts", self._counts)):
            self.store.put(f"recall.{name}", array)

    def search(self, arranged: Arranged, number: int, most: int) -> tuple[Found, Indexes]:
        """The search of the inputs (0) or of the texts (1), and by which number it knows each of their contents."""
        rows, parts = arranged.contents()[number]
        kind = ("inputs", "texts")[number]
        names = np.ascontiguousarray(self._own[rows][:, : len(parts) * HASH_BYTES])
        advanced = advance(
            self.store, kind, len(parts), names, lambda wanted: space_of(self._prints(rows[wanted]), parts), most
        )
        return advanced.found, advanced.numbers

    def _prints(self, rows: Indexes) -> pa.Table:
        """`FINGERPRINTS` of some rows: made above, or, where a known text is compared for the first time, now."""
        place = np.full(len(self.examples), -1, dtype=np.int64)
        place[self.new] = np.arange(len(self.new))
        found = place[rows]
        if (found >= 0).all():
            return self.prints.take(found)
        missing = np.flatnonzero(found < 0)
        found[missing] = len(self.prints) + np.arange(len(missing))
        return pa.concat_tables([self.prints, self._made(self.examples.take(rows[missing]))]).take(found)


def _names(examples: pa.Table) -> Names:
    """What each text is recognised by; a label's target is no part of it."""
    inputs, targets, labels = (pl.Series(examples[name]) for name in ("input", "target", "label"))
    targets = pl.select(pl.when(labels.is_null()).then(targets).otherwise(None)).to_series()
    columns = [texts.hash(_SEED).to_numpy() for texts in (inputs, targets)]
    return np.ascontiguousarray(np.stack(columns, axis=1)).view(np.uint8).reshape(len(examples), 16)


def _bytes(column: pa.ChunkedArray) -> Names:
    whole = column.combine_chunks()
    width = whole.type.byte_width
    values = np.frombuffer(whole.buffers()[1], dtype=np.uint8)[whole.offset * width : (whole.offset + len(whole)) * width]
    return values.reshape(len(whole), width)


def _binary(rows: Names, valid: Flags | None = None) -> pa.Array:
    array = pa.Array.from_buffers(pa.binary(rows.shape[1]), len(rows), [None, pa.py_buffer(np.ascontiguousarray(rows))])
    return array if valid is None else pc.if_else(pa.array(valid), array, pa.scalar(None, array.type))
