"""What is remembered of each example's text so that duplicates are found without reading it again.

Belongs here: fingerprints, and examples laid out in survivor order beside theirs. Does not belong here: what is a duplicate
(see `winnow.dedup`), and who comes first (`winnow.survivors`).

Fingerprints are made of input and target alone, never of a rendered template, and of one example at a time, so they can be made
with the day's examples and stored beside them; `FINGERPRINT_VERSION` belongs in that file's footer.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.edges import Space
from winnow.folding import folded
from winnow.shingles import SHINGLE_VERSION, SHORT_WORDS, Flags, Indexes, Sets, Shingled, shingle, shingle_folded
from winnow.survivor_rules import SURVIVOR
from winnow.survivors import by_id, survivor_order

FINGERPRINT_VERSION = f"3/{SHINGLE_VERSION}"
"""Changes whenever the same example would get another fingerprint."""

HASH_BYTES = 16

_ROWS = 1 << 15  # whose texts are Python's own at once: some tens of megabytes

_KEPT = 1 << 24
"""Bytes of a block after whose return glibc keeps freed blocks up to this size (its M_MMAP_THRESHOLD is dynamic). Otherwise it gives
the arrays of each part back to the kernel and asks for them again: a tenth of all time went into zeroing pages."""

_SET = pa.large_binary()  # ascending little-endian 32-bit shingles, each once; null for an empty set

FINGERPRINTS = pa.schema(
    [
        ("example_id", pa.string()),
        ("input_hash", pa.binary(HASH_BYTES)),  # SHA-256 of the folded input, cut
        ("target_hash", pa.binary(HASH_BYTES)),  # of the folded target; null for a label
        ("input_word_count", pa.int32()),
        ("input_words", _SET),  # null under 20 words
        ("input_characters", _SET),  # null from 34 words on
        ("target_word_count", pa.int32()),  # 0 for labels, whose sets are null too
        ("target_words", _SET),
        ("target_characters", _SET),
    ]
)


HASHED = pa.schema([FINGERPRINTS.field(name) for name in ("input_hash", "target_hash", "input_word_count")])
"""The part of `FINGERPRINTS` that says what is equal, and what is compared."""

INPUT, INPUT_AND_TARGET = ("input",), ("input", "target")

NO_INPUTS, NO_TEXTS = Space((shingle([]),)), Space((shingle([]), shingle([])))


@dataclass(frozen=True, slots=True)
class Nodes:
    """Examples in survivor order, the best first: row ``i`` of every list is the example of rank ``i``.

    Equal inputs have one number, and so have equal texts (an input with its target). The spaces hold what is compared: of the
    inputs those of labels and of texts with 20 words or more, and all texts.
    """

    ids: list[str]
    by_id: Indexes  # the ranks by ascending id
    tasks: list[str]
    labels: list[str | None]
    keys: pa.Array
    equal_input: Indexes  # by rank, a number for each distinct input, compared or not
    classes: Indexes  # by rank, a number for each pair of task and label; only examples of one class can be duplicates
    input_of: Indexes  # by rank, the number in `inputs`; -1 where it is not compared
    text_of: Indexes  # by rank, the number in `texts`; -1 for labels
    inputs: Space
    texts: Space

    def renumbered(self, inputs: Indexes, texts: Indexes) -> "Nodes":
        """The same where content ``i`` is that of number ``inputs[i]`` or ``texts[i]`` of the space."""
        numbers = [
            np.where(old >= 0, new[np.maximum(old, 0)] if len(new) else -1, -1)
            for old, new in ((self.input_of, inputs), (self.text_of, texts))
        ]
        return replace(self, input_of=numbers[0], text_of=numbers[1])

    @property
    def is_label(self) -> Flags:
        """Which examples have a label for a target."""
        return np.asarray(self.text_of < 0)


@dataclass(frozen=True, slots=True)
class Arranged:
    """`Nodes` without the spaces, and the row of the table that each of their contents is first found in."""

    nodes: Nodes
    input_rows: Indexes
    text_rows: Indexes

    def contents(self) -> tuple[tuple[Indexes, tuple[str, ...]], tuple[Indexes, tuple[str, ...]]]:
        """Of each space the rows that hold its contents, and the parts that a content has."""
        return (self.input_rows, INPUT), (self.text_rows, INPUT_AND_TARGET)


def fingerprints(examples: pa.Table | pa.RecordBatch) -> pa.Table:
    """`FINGERPRINTS` of ``examples`` (`EXAMPLES`, only those without a reason), one row each in the same order."""
    np.empty(_KEPT, dtype=np.uint8)  # taken and given back at once, never touched
    starts = range(0, len(examples), _ROWS)
    return pa.concat_tables([FINGERPRINTS.empty_table(), *(_fingerprints(examples.slice(start, _ROWS)) for start in starts)])


def _fingerprints(examples: pa.Table | pa.RecordBatch) -> pa.Table:
    is_text = np.asarray(examples["label"].is_null())
    rows = np.flatnonzero(is_text)
    hashes, sets = [], []
    for texts, places in ((examples["input"], None), (examples["target"].filter(pa.array(is_text)), rows)):
        digests, parts = [b""], []
        for part in folded(texts):
            digests += [hashlib.sha256(text).digest()[:HASH_BYTES] for text in part]
            parts.append(shingle_folded(part))
        hashes.append(pa.Array.from_buffers(pa.binary(HASH_BYTES), len(texts), [None, pa.py_buffer(b"".join(digests))]))
        shingled = Shingled.joined(parts)
        if places is not None:
            shingled = shingled.spread(places, len(examples))
        sets += [pa.array(shingled.word_counts.astype(np.int32)), _packed(shingled.words), _packed(shingled.characters)]
    hashes[1] = hashes[1].take(pa.array(np.cumsum(is_text) - 1, mask=~is_text))
    return pa.Table.from_arrays([_whole(examples["example_id"]), *hashes, *sets], schema=FINGERPRINTS)


def in_survivor_order(
    examples: pa.Table,
    priority: Mapping[str, int],
    prints: pa.Table | None = None,
    pinned: Collection[str] = (),
    survivor: Sequence[str] = SURVIVOR,
) -> Nodes:
    """``examples`` with their fingerprints, made now unless given, in the order of `winnow.survivors.survivor_order`.

    Raises:
        ValueError: an example id occurs twice, or ``prints`` lacks an example.
    """
    prints = fingerprints(examples) if prints is None else _aligned(prints, examples["example_id"])
    arranged = arrange(examples, priority, prints, pinned, survivor)
    return with_spaces(arranged, *(space_of(prints, parts, rows) for rows, parts in arranged.contents()))


def arrange(
    examples: pa.Table,
    priority: Mapping[str, int],
    hashed: pa.Table,
    pinned: Collection[str] = (),
    survivor: Sequence[str] = SURVIVOR,
) -> "Arranged":
    """``examples`` in survivor order, as `in_survivor_order`, by their hashes and numbers of words alone.

    Args:
        examples: rows of `EXAMPLES`.
        priority: trust by source.
        hashed: `HASHED` of the same examples in the same order; more columns don't matter.
        pinned: ids that come first.
        survivor: the rules of the order, see `winnow.survivors.survivor_order`.

    Raises:
        ValueError: an example id occurs twice.
    """
    ids = examples["example_id"]
    if (once := pc.count_distinct(ids).as_py()) < len(ids):
        raise ValueError(f"{len(ids) - once} example ids occur more than once; an id stands for one example")
    order = survivor_order(examples, priority, pinned, survivor)
    is_text = np.asarray(examples["label"].is_null())
    equal_input, equal_target = _numbered(hashed["input_hash"]), _numbered(hashed["target_hash"])
    compared = ~is_text | (hashed["input_word_count"].to_numpy() >= SHORT_WORDS)
    input_of, input_rows = _distinct(equal_input, compared)
    text_of, text_rows = _distinct(equal_input * (len(ids) + 1) + equal_target, is_text)
    classes = _numbered(examples["task"]) * (len(ids) + 1) + _numbered(examples["label"])
    ranked = examples.select(["example_id", "task", "label", "group_keys"]).take(order)
    nodes = Nodes(
        ids=ranked["example_id"].to_pylist(),
        by_id=_inverse(order)[by_id(ids)],
        tasks=ranked["task"].to_pylist(),
        labels=ranked["label"].to_pylist(),
        keys=_whole(ranked["group_keys"]),
        equal_input=equal_input[order],
        classes=classes[order],
        input_of=input_of[order],
        text_of=text_of[order],
        inputs=NO_INPUTS,
        texts=NO_TEXTS,
    )
    return Arranged(nodes, input_rows, text_rows)


def with_spaces(arranged: "Arranged", inputs: Space, texts: Space) -> Nodes:
    """The nodes with what is compared of them."""
    return replace(arranged.nodes, inputs=inputs, texts=texts)


def space_of(prints: pa.Table, parts: Sequence[str], rows: Indexes) -> Space:
    """What is compared of the ``rows`` (ascending) of ``prints`` (`FINGERPRINTS`): ``input`` alone or ``input`` and ``target``."""
    return Space(tuple(_shingled(prints, part, rows) for part in parts))


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _inverse(order: Indexes) -> Indexes:
    """The place of each row in ``order``."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places


def _numbered(column: pa.ChunkedArray) -> Indexes:
    """A number from 0 on for each distinct value; one of its own for null."""
    encoded = _whole(column.dictionary_encode(null_encoding="encode"))
    numbers: Indexes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


def _distinct(values: Indexes, chosen: Flags) -> tuple[Indexes, Indexes]:
    """For each row the number of its value among the ``chosen`` ones, else -1; and the first row of each, ascending."""
    rows = np.flatnonzero(chosen)
    _, first, numbers = np.unique(values[rows], return_index=True, return_inverse=True)
    by_row = np.argsort(first, kind="stable")
    place = np.empty(len(first), dtype=np.int64)
    place[by_row] = np.arange(len(first))
    result = np.full(len(values), -1, dtype=np.int64)
    result[rows] = place[numbers.ravel()]
    return result, rows[first[by_row]]


def _aligned(prints: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    if prints["example_id"].equals(ids):
        return prints
    rows = pc.index_in(ids, value_set=_whole(prints["example_id"]))
    if rows.null_count:
        missing = ids.filter(pc.is_null(rows))[0].as_py()
        raise ValueError(f"no fingerprint for example {missing}; make the day's fingerprints again")
    return prints.take(rows)


def _shingled(prints: pa.Table, part: str, rows: Indexes) -> Shingled:
    counts = prints[f"{part}_word_count"].to_numpy()[rows].astype(np.int64)
    return Shingled(counts, *(_unpacked(prints[f"{part}_{kind}"], rows) for kind in ("words", "characters")))


def _packed(sets: Sets) -> pa.Array:
    """Each set as little-endian bytes; null for an empty one."""
    valid = pa.array(sets.sizes > 0).buffers()[1] if len(sets.sizes) else None
    buffers = [valid, pa.py_buffer(sets.offsets * 4), pa.py_buffer(sets.values.astype("<u4", copy=False))]
    return pa.Array.from_buffers(_SET, len(sets.sizes), buffers)


def _unpacked(column: pa.ChunkedArray, rows: Indexes) -> Sets:
    """The sets of some ``rows``, ascending; they are copied once, or not at all where one chunk holds just these."""
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(pc.fill_null(pc.binary_length(column), 0).to_numpy()[rows] // 4, out=offsets[1:])
    values = np.empty(0 if column.num_chunks == 1 else offsets[-1], dtype=np.uint32)
    start = 0
    for chunk in column.chunks:
        first, last = np.searchsorted(rows, [start, start + len(chunk)])
        places = np.frombuffer(chunk.buffers()[1], dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1] // 4
        own = Sets(np.frombuffer(chunk.buffers()[2] or b"", dtype="<u4"), places)
        if last - first < len(chunk):
            own = own.of(rows[first:last] - start)
        used = own.values[own.offsets[0] : own.offsets[-1]]
        if column.num_chunks == 1:
            values = used
        else:
            values[offsets[first] : offsets[last]] = used
        start += len(chunk)
    return Sets(values, offsets)
