"""What is remembered of each example's text so that duplicates are found without reading it again.

Belongs here: fingerprints, and examples laid out in survivor order beside theirs. Does not belong here: what is a duplicate
(see `winnow.dedup`).

Fingerprints are made of input and target alone, never of a rendered template, and of one example at a time, so they can be made
with the day's examples and stored beside them; `FINGERPRINT_VERSION` belongs in that file's footer.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.shingles import SHINGLE_VERSION, SHORT_WORDS, Sets, Shingled, fold, offsets_of, packed, shingle
from winnow.sketches import Sketched, sketch

FINGERPRINT_VERSION = f"2/{SHINGLE_VERSION}"
"""Changes whenever the same example would get another fingerprint."""

_SET = pa.large_binary()  # ascending little-endian 32-bit shingles, each once; null for an empty set

FINGERPRINTS = pa.schema(
    [
        ("example_id", pa.string()),
        ("exact", pa.binary(16)),  # BLAKE2b of folded input, unit separator, folded target
        ("input_word_count", pa.int32()),
        ("input_words", _SET),  # null under 20 words
        ("input_characters", _SET),  # null from 34 words on
        ("target_word_count", pa.int32()),  # 0 for labels, whose sets are null too
        ("target_words", _SET),
        ("target_characters", _SET),
    ]
)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Examples in survivor order, the best first: row ``i`` of every list is the example of rank ``i``."""

    ids: list[str]
    tasks: list[str]
    labels: list[str | None]
    keys: pa.Array
    exact: list[bytes]
    input: Shingled
    target: Shingled
    input_words: Sketched
    input_characters: Sketched
    target_words: Sketched
    target_characters: Sketched

    @property
    def is_label(self) -> npt.NDArray[np.bool_]:
        """Which examples have a label for a target."""
        return np.array([label is not None for label in self.labels], dtype=np.bool_)

    @property
    def is_short(self) -> npt.NDArray[np.bool_]:
        """Which examples have an input of under 20 words."""
        return np.asarray(self.input.word_counts < SHORT_WORDS)


def fingerprints(examples: pa.Table | pa.RecordBatch) -> pa.Table:
    """`FINGERPRINTS` of ``examples`` (`EXAMPLES`, only those without a reason), one row each in the same order."""
    inputs, targets = examples["input"].to_pylist(), examples["target"].to_pylist()
    is_text = examples["label"].is_null().to_pylist()
    before = shingle(inputs)
    after = shingle([target if text else "" for target, text in zip(targets, is_text, strict=True)])
    columns: list[Any] = [
        examples["example_id"].to_pylist(),
        [_exact(text, target) for text, target in zip(inputs, targets, strict=True)],
    ]
    for part in (before, after):
        columns += [part.word_counts.astype(np.int32), list(packed(part.words)), list(packed(part.characters))]
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, FINGERPRINTS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=FINGERPRINTS)


def in_survivor_order(examples: pa.Table, priority: Mapping[str, int], prints: pa.Table | None = None) -> Nodes:
    """``examples`` with their fingerprints, made now unless given: trusted source first, then longest, then smallest id.

    A source that ``priority`` does not name comes after all that it names; a lower number is more trusted.

    Raises:
        ValueError: an example id occurs twice, or ``prints`` lacks an example.
    """
    ids = examples["example_id"].to_pylist()
    if len(set(ids)) < len(ids):
        raise ValueError(f"{len(ids) - len(set(ids))} example ids occur more than once; an id stands for one example")
    last = max(priority.values(), default=0) + 1
    columns: dict[str, Any] = {
        "row": range(len(ids)),
        "example_id": ids,
        "trust": [priority.get(source, last) for source in examples["source"].to_pylist()],
        "length": _lengths(examples["input"]) + _lengths(examples["target"]),
    }
    order = pl.DataFrame(columns).sort(["trust", "length", "example_id"], descending=[False, True, False])["row"].to_numpy()
    ranked = examples.select(["example_id", "task", "label", "input", "target", "group_keys"]).take(order)
    prints = fingerprints(ranked) if prints is None else _aligned(prints, ranked["example_id"])
    before, after = _shingled(prints, "input"), _shingled(prints, "target")
    return Nodes(
        ids=ranked["example_id"].to_pylist(),
        tasks=ranked["task"].to_pylist(),
        labels=ranked["label"].to_pylist(),
        keys=ranked["group_keys"].combine_chunks(),
        exact=prints["exact"].to_pylist(),
        input=before,
        target=after,
        input_words=sketch(before.words),
        input_characters=sketch(before.characters),
        target_words=sketch(after.words),
        target_characters=sketch(after.characters),
    )


def _exact(text: str, target: str) -> bytes:
    joined = f"{fold(text)}\x1f{fold(target)}"
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _lengths(texts: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.fromiter((len(text) for text in texts.to_pylist()), dtype=np.int64, count=len(texts))


def _aligned(prints: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    rows = {example: row for row, example in enumerate(prints["example_id"].to_pylist())}
    try:
        return prints.take(pa.array([rows[example] for example in ids.to_pylist()], type=pa.int64()))
    except KeyError as missing:
        raise ValueError(f"no fingerprint for example {missing.args[0]}; make the day's fingerprints again") from None


def _shingled(prints: pa.Table, part: str) -> Shingled:
    counts = prints[f"{part}_word_count"].to_numpy().astype(np.int64)
    return Shingled(counts, *(_unpacked(prints[f"{part}_{kind}"]) for kind in ("words", "characters")))


def _unpacked(column: pa.ChunkedArray) -> Sets:
    sizes = pc.fill_null(pc.binary_length(column), 0).to_numpy().astype(np.int64) // 4
    values = [
        np.frombuffer(chunk.buffers()[2], dtype="<u4")[chunk_offsets[0] // 4 : chunk_offsets[-1] // 4]
        for chunk in column.chunks
        if len(chunk) and chunk.buffers()[2]
        for chunk_offsets in [np.frombuffer(chunk.buffers()[1], dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]]
    ]
    return Sets(np.concatenate([np.zeros(0, dtype=np.uint32), *values]), offsets_of(sizes))
