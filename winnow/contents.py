"""Fingerprints kept by what they were made of, so that a text is hashed once, whoever asks for it and on whichever night.

Belongs here: the lasting name of an example's content, and the table of what is kept under it. Does not belong here: what a
fingerprint is (`winnow.fingerprints`), and where the tables lie (`assets.fingerprints`).

A fingerprint depends on the finished input and target alone. So one that is found under a content's name is right, whatever day,
task, catalog or run it was made for; only `KEPT_VERSION` has to be the same.
"""

import hashlib

import pyarrow as pa

from winnow.fingerprints import FINGERPRINT_VERSION, FINGERPRINTS

CONTENT_BYTES = 16
"""That two of 2^40 contents share a name has a chance of 1 in 10^14."""

KEPT_VERSION = f"1/{FINGERPRINT_VERSION}"
"""Changes whenever a content would get another name or another fingerprint; stands in the footer of every table of `KEPT`."""

KEPT = pa.schema([("content", pa.binary(CONTENT_BYTES)), *(field for field in FINGERPRINTS if field.name != "example_id")])
"""`FINGERPRINTS` under the content's name, in place of an example's id; each content once."""

_ROWS = 1 << 12  # whose texts are Python's at once: some megabytes

NEEDED = ("example_id", "input", "target", "label")
"""What is read of `winnow.schemas.EXAMPLES`."""


def contents(examples: pa.Table | pa.RecordBatch) -> list[bytes]:
    """The name of each example's content: BLAKE2b, cut to `CONTENT_BYTES`, of its input and, unless that is a label, its target.

    ``examples`` have the columns `NEEDED`, their texts finished. Where the input ends is part of what is hashed, and so is whether
    there is a target; a library's own hash would change with its version.
    """
    names: list[bytes] = []
    for start in range(0, len(examples), _ROWS):
        part = examples.slice(start, _ROWS)
        columns = (part[name].to_pylist() for name in ("input", "target", "label"))
        names += [_content(text, None if label is not None else target) for text, target, label in zip(*columns, strict=True)]
    return names


def _content(text: str, target: str | None) -> bytes:
    whole = f"label\x1f{text}" if target is None else f"{len(text)}\x1f{text}{target}"
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=CONTENT_BYTES).digest()


def kept(names: list[bytes], prints: pa.Table) -> pa.Table:
    """`KEPT` of ``prints`` (`FINGERPRINTS`), whose contents have the ``names``."""
    column = pa.chunked_array([pa.array(names, KEPT.field("content").type)])
    return pa.table([column, *(prints[name] for name in KEPT.names[1:])], schema=KEPT)


def fingerprints_from(rows: pa.Table, ids: pa.ChunkedArray) -> pa.Table:
    """`FINGERPRINTS` of the examples ``ids``, of which ``rows`` (`KEPT`) are those in the same order."""
    return pa.table([ids, *(rows[name] for name in KEPT.names[1:])], schema=FINGERPRINTS)
