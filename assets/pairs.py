"""Joins on (object, content): which rows were made from what is in the sources now."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def is_current(rows: pa.Table, current: pa.Table) -> pa.ChunkedArray:
    """For each of ``rows`` whether its ``object_id`` and ``content_sha256`` stand together in ``current``."""
    return pc.is_in(_joined(rows), value_set=_joined(current).combine_chunks())


def contents_are_current(examples: pa.Table, current: pa.Table) -> pa.Array:
    """For each of ``examples`` whether all of its ``contents`` stand in ``current``."""
    contents = examples["contents"].combine_chunks()
    flat = pc.list_flatten(contents)
    parents = pc.list_parent_indices(contents)
    pairs = pa.table(
        {"object_id": pc.struct_field(flat, "object_id"), "content_sha256": pc.struct_field(flat, "content_sha256")}
    )
    outdated = pc.filter(parents, pc.invert(is_current(pairs, current)).combine_chunks())
    return pc.invert(pc.is_in(pa.array(np.arange(len(examples))), value_set=pc.cast(outdated, pa.int64())))


def _joined(rows: pa.Table) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(rows["object_id"], rows["content_sha256"], " ")
