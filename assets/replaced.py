"""What was replaced in each document, by keyed id, and which examples say it all the same.

The ids stand in the scrubbed documents of the lake; nothing else tells them, and nobody without the salt can tell what they mean.

Belongs here: gathering ids, and refusing examples by them. Does not belong here: comparing texts with ids (`winnow.audit`), and the
same question asked of finished files (`assets.audit`).
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets import scrubbed
from assets.pairs import is_current
from resources.batches import batches_by_bytes
from resources.workspace import Workspace
from winnow.audit import AUDIT_TEXTS, SOFT, scope_searcher, unaudited
from winnow.placeholders import OPEN, entities

_COLUMNS = ["document_id", "object_id", "content_sha256", "link", "title", "name", "blocks", "fields", "reason"]
_ROWS = 1_000  # documents decoded to Python at a time

Ids = Mapping[str, frozenset[str]]


def replaced_ids(workspace: Workspace) -> Ids:
    """What was replaced (``TYPE:hex``) in the current documents, by document id and by link."""
    lake, current = workspace.lake, workspace.ledger.current()
    found: dict[str, set[str]] = defaultdict(set)
    for day in lake.days(scrubbed.NAME):
        rows = lake.read(scrubbed.NAME, day, _COLUMNS)
        rows = rows.filter(pc.and_(pc.is_null(rows["reason"]), is_current(rows, current)))
        for batch in rows.filter(_has_ids(rows)).to_batches(max_chunksize=_ROWS):
            for row in batch.to_pylist():
                own = _replaced(row)
                for key in (row["document_id"], row["link"]):
                    if key and own:
                        found[key] |= own
    return {key: frozenset(ids) for key, ids in found.items()}


def said_again(workspace: Workspace, rows: pa.Table, ids: Ids | None = None) -> list[bool]:
    """For each of ``rows`` (`EXAMPLES`, finished) whether its text says what was replaced in one of its documents.

    ``ids``: `replaced_ids`, of a caller who asks more than once.
    """
    ids = replaced_ids(workspace) if ids is None else ids
    columns = [rows[name].to_pylist() for name in ("group_keys", "input", "target", "label")]
    asked = (
        {"text_hash": f"{place}:{part}", "text": text, "scope": scope}
        for place, (keys, *texts) in enumerate(zip(*columns, strict=True))
        if (scope := sorted(_scope(keys, ids)))
        for part, text in enumerate(texts)
        if text
    )
    batches = batches_by_bytes(asked, AUDIT_TEXTS, workspace.catalog.engine.batch_bytes)
    found: set[int] = set()
    for batch in workspace.engine.map_batches(scope_searcher, workspace.catalog.dataset.salt, batches, on_poison=unaudited):
        found.update(int(row["text_hash"].partition(":")[0]) for row in batch.to_pylist() if row["found"])
    return [place in found for place in range(len(rows))]


def _has_ids(rows: pa.Table) -> pa.Array:
    """For each of ``rows`` whether one of its texts holds an internal id: where few do, the others need not become Python's."""
    found = np.zeros(len(rows), dtype=np.bool_)
    for name in ("title", "name"):
        found |= np.asarray(pc.fill_null(pc.match_substring(rows[name], OPEN), fill_value=False).to_numpy())
    for name, parts in (("blocks", ("text", "speaker")), ("fields", ("value",))):
        column = rows[name].combine_chunks()
        parents, flat = pc.list_parent_indices(column).to_numpy(), pc.list_flatten(column)
        for part in parts:
            held = pc.fill_null(pc.match_substring(pc.struct_field(flat, part), OPEN), fill_value=False)
            found[parents[held.to_numpy(zero_copy_only=False)]] = True
    return pa.array(found)


def _scope(keys: list[str], ids: Ids) -> set[str]:
    return {entry for key in keys for entry in ids.get(key, ())}


def _replaced(row: Mapping[str, Any]) -> set[str]:
    texts = [row["title"], row["name"]]
    texts += [text for block in row["blocks"] or () for text in (block["text"], block["speaker"])]
    texts += [field["value"] for field in row["fields"] or ()]
    return {
        f"{entity}:{name}" for text in texts if text and OPEN in text for entity, name in entities(text) if entity not in SOFT
    }
