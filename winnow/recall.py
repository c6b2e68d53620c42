"""Deduplication night after night: what was there yesterday is neither read again nor compared again.

Belongs here: recognising texts that are known, and handing the rest to `winnow.memory`. Does not belong here: what the search means
(`winnow.edges`), who is dropped (`winnow.dedup`), where the memory lies (`resources.arrays`).

An example is recognised by a 64-bit hash of its input and one of its target, as they stand. They are cheap and no one else's business:
they lie in the memory alone, beside the version of the library that makes them. That two inputs of a million have one by chance happens
once in thirty million sets.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.dedup import decide
from winnow.edges import Found, Space
from winnow.fingerprints import (
    FINGERPRINT_VERSION,
    FINGERPRINTS,
    HASH_BYTES,
    HASHED,
    Arranged,
    Nodes,
    arrange,
    fingerprints,
    space_of,
    with_spaces,
)
from winnow.lookup import Names, index_in_step
from winnow.memory import MEMORY_VERSION, Store, advance
from winnow.shingles import Flags, Indexes
from winnow.sketches import MEMBERS
from winnow.survivor_rules import SURVIVOR

RECALL_VERSION = f"2/{MEMORY_VERSION}/{FINGERPRINT_VERSION}/{pl.__version__}"
"""What a memory must have been made by to be of use."""

Prints = Callable[[pa.Table], pa.Table]
"""Gives `FINGERPRINTS` of some of the examples, as `fingerprints` does; they may have been made before."""

Marks = npt.NDArray[np.uint64]
"""A row an example: the hash of its input, that of its target, and twice the words of its input, plus one where it has a target."""

_INPUT, _TARGET = slice(0, 2), slice(2, 4)

LEFT_OUT = "not_compared_with_all"
"""Contents of a crowd that were not compared with all of it."""

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
    told: Counter[str] | None = None,
) -> pa.Table:
    """The answer of `winnow.dedup.deduplicate`, by looking only at what is not in ``store``; which knows it from now on.

    ``prints`` is asked for the fingerprints of what is new; by default they are made. ``told`` is told under `LEFT_OUT` how many contents
    were not compared with all of a crowd, beyond the budget of `winnow.joins`; it is none but for crowds of tens of thousands.
    """
    nodes, inputs, texts = _searched(examples, priority, store, pinned, most, survivor, prints)
    pa.default_memory_pool().release_unused()  # of a first night the fingerprints of all: half a gigabyte for a million
    decisions = decide(nodes, inputs, texts, thresholds, keep_contained)
    if told is not None:
        told[LEFT_OUT] += inputs.crowd.left_out + texts.crowd.left_out
    return decisions


def _searched(  # noqa: PLR0913, PLR0917 - of `deduplicate_tonight`
    examples: pa.Table,
    priority: Mapping[str, int],
    store: Store,
    pinned: Collection[str],
    most: int,
    survivor: Sequence[str],
    prints: Prints | None,
) -> tuple[Nodes, Found, Found]:
    """The examples, and the searches of their inputs and texts; new fingerprints are in memory no longer than this takes."""
    recall = Recall(store, examples, prints)
    arranged = arrange(examples, priority, recall.hashed, pinned, survivor)
    inputs, input_numbers = recall.search(arranged, 0, most)
    texts, text_numbers = recall.search(arranged, 1, most)
    return with_spaces(arranged, inputs.space, texts.space).renumbered(input_numbers, text_numbers), inputs, texts


class Recall:
    """Tonight's examples, with what is known of them."""

    def __init__(self, store: Store, examples: pa.Table, prints: Prints | None = None) -> None:
        """``examples`` are rows of `EXAMPLES` without a reason; ``prints`` as in `deduplicate_tonight`."""
        self.store, self.examples, self._made = store, examples, prints or fingerprints
        names = _names(examples)
        known = store.get("recall.names")
        rows = np.full(len(names), -1, dtype=np.int64) if known is None else index_in_step(names, known)
        self.rows = rows
        self.new = np.flatnonzero(rows < 0)
        fresh = examples if len(self.new) == len(examples) else examples.take(self.new)  # of a first night no second copy
        self.prints = self._made(fresh) if len(fresh) else FINGERPRINTS.empty_table()
        self.marks = self._marks(rows)
        store.put("recall.names", names)
        store.put("recall.marks", self.marks)

    def _marks(self, rows: Indexes) -> Marks:
        """What is known of all examples, and what has just been made."""
        known = self.store.get("recall.marks")
        if known is None or not len(known):
            marks = np.zeros((len(rows), _TARGET.stop + 1), dtype=np.uint64)
        else:
            marks = known.take(np.maximum(rows, 0), axis=0)  # those that are new get their own below
        if len(self.new):
            targets = self.prints["target_hash"]
            empty = pa.scalar(bytes(HASH_BYTES), targets.type)
            marks[self.new, _INPUT] = _words_in(self.prints["input_hash"])
            marks[self.new, _TARGET] = _words_in(pc.fill_null(targets, empty))
            marks[self.new, -1] = self.prints["input_word_count"].to_numpy() * 2 + pc.is_valid(targets).to_numpy()
        return marks

    @property
    def hashed(self) -> pa.Table:
        """`HASHED` of all examples."""
        counts, is_text = (self.marks[:, -1] >> np.uint64(1)).astype(np.int32), self.marks[:, -1] & np.uint64(1) > 0
        columns = [_binary(self.marks[:, _INPUT]), _binary(self.marks[:, _TARGET], is_text), pa.array(counts)]
        return pa.Table.from_arrays(columns, schema=HASHED)

    def search(self, arranged: Arranged, number: int, most: int) -> tuple[Found, Indexes]:
        """The search of the inputs (0) or of the texts (1), and by which number it knows each of their contents."""
        rows, parts = arranged.contents()[number]
        kind = ("inputs", "texts")[number]
        names = np.ascontiguousarray(self.marks.take(rows, axis=0)[:, : len(parts) * HASH_BYTES // 8]).view(np.uint8)
        known, at = self.store.get(f"recall.{kind}"), self.rows[rows]
        guess = None if known is None or not len(known) else np.where(at >= 0, known.take(np.maximum(at, 0)), -1)
        advanced = advance(self.store, kind, len(parts), names, lambda wanted: self._space(rows[wanted], parts), most, guess)
        numbers = np.full(len(self.rows), -1, dtype=np.int64)  # by row, so that tomorrow nobody has to look for them
        numbers[rows] = advanced.numbers
        self.store.put(f"recall.{kind}", numbers)
        return advanced.found, advanced.numbers

    def _space(self, rows: Indexes, parts: Sequence[str]) -> Space:
        """What is compared of some rows: made above, or, where a known text is compared for the first time, now."""
        place = np.full(len(self.examples), -1, dtype=np.int64)
        place[self.new] = np.arange(len(self.new))
        found = place[rows]
        missing = np.flatnonzero(found < 0)
        if not len(missing):
            return space_of(self.prints, parts, found)
        found[missing] = len(self.prints) + np.arange(len(missing))
        every = pa.concat_tables([self.prints, self._made(self.examples.take(rows[missing]))])
        return space_of(every.take(found), parts, np.arange(len(found)))


def _names(examples: pa.Table) -> Names:
    """What each text is recognised by; a label's target is no part of it."""
    result = np.zeros((len(examples), 2), dtype=np.uint64)
    result[:, 0] = pl.Series(examples["input"]).hash(_SEED).to_numpy()
    is_text = examples["label"].is_null()
    rows = np.flatnonzero(np.asarray(is_text))
    if len(rows):
        result[rows, 1] = pl.Series(examples["target"].filter(is_text)).hash(_SEED).to_numpy()
    return result.view(np.uint8)


def _words_in(column: pa.ChunkedArray) -> Marks:
    """Binaries of one width, eight bytes a number."""
    whole = column.combine_chunks()
    width = whole.type.byte_width // 8
    return np.frombuffer(whole.buffers()[1], dtype=np.uint64)[whole.offset * width :][: len(whole) * width].reshape(-1, width)


def _binary(rows: Marks, valid: Flags | None = None) -> pa.Array:
    bits = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(pa.binary(rows.shape[1] * 8), len(rows), [bits, pa.py_buffer(np.ascontiguousarray(rows))])
