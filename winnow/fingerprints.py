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

from winnow.minhash import PERMUTATIONS, SIGNATURE_VERSION, Signed, sign
from winnow.shingles import SHORT_WORDS, Indexes, fold

FINGERPRINT_VERSION = f"1/{SIGNATURE_VERSION}"
"""Changes whenever the same example would get another fingerprint."""

_SIGNATURE = pa.binary(PERMUTATIONS * 4)
_SIGNED = ("input_words", "input_characters", "target_words", "target_characters")

FINGERPRINTS = pa.schema(
    [
        ("example_id", pa.string()),
        ("exact", pa.binary(16)),  # BLAKE2b of folded input, unit separator, folded target
        ("input_word_count", pa.int32()),
        ("input_words", _SIGNATURE),  # 128 little-endian 32-bit minima; null under 20 words
        ("input_characters", _SIGNATURE),  # null from 34 words on
        ("target_words", _SIGNATURE),  # null for labels too
        ("target_characters", _SIGNATURE),
    ]
)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Examples in survivor order, the best first: row ``i`` of every list is the example of rank ``i``."""

    ids: list[str]
    tasks: list[str]
    labels: list[str | None]
    inputs: list[str]
    targets: list[str]
    keys: pa.Array
    exact: list[bytes]
    word_counts: Indexes
    input_words: Signed
    input_characters: Signed
    target_words: Signed
    target_characters: Signed

    @property
    def is_label(self) -> npt.NDArray[np.bool_]:
        """Which examples have a label for a target."""
        return np.array([label is not None for label in self.labels], dtype=np.bool_)

    @property
    def is_short(self) -> npt.NDArray[np.bool_]:
        """Which examples have an input of under 20 words."""
        return np.asarray(self.word_counts < SHORT_WORDS)


def fingerprints(examples: pa.Table | pa.RecordBatch) -> pa.Table:
    """`FINGERPRINTS` of ``examples`` (`EXAMPLES`, only those without a reason), one row each in the same order."""
    inputs, targets = examples["input"].to_pylist(), examples["target"].to_pylist()
    is_text = examples["label"].is_null().to_pylist()
    before = sign(inputs)
    after = sign([target if text else "" for target, text in zip(targets, is_text, strict=True)], tag=1)
    columns = [
        examples["example_id"].to_pylist(),
        [_exact(text, target) for text, target in zip(inputs, targets, strict=True)],
        before.counts.astype(np.int32),
        *(_packed(signed, len(inputs)) for signed in (before.words, before.characters, after.words, after.characters)),
    ]
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
    return Nodes(
        ids=ranked["example_id"].to_pylist(),
        tasks=ranked["task"].to_pylist(),
        labels=ranked["label"].to_pylist(),
        inputs=ranked["input"].to_pylist(),
        targets=ranked["target"].to_pylist(),
        keys=ranked["group_keys"].combine_chunks(),
        exact=prints["exact"].to_pylist(),
        word_counts=prints["input_word_count"].to_numpy().astype(np.int64),
        **{name: _unpacked(prints[name]) for name in _SIGNED},
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


def _packed(signed: Signed, size: int) -> list[bytes | None]:
    packed: list[bytes | None] = [None] * size
    for row, value in zip(signed.rows.tolist(), signed.values.astype("<u4"), strict=True):
        packed[row] = value.tobytes()
    return packed


def _unpacked(column: pa.ChunkedArray) -> Signed:
    rows = np.flatnonzero(column.is_valid().to_numpy())
    packed = b"".join(column.drop_null().to_pylist())
    return Signed(rows, np.frombuffer(packed, dtype="<u4").reshape(-1, PERMUTATIONS).astype(np.uint32))
