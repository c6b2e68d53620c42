"""What the scrubber held back of the current documents, and what readers noted in them: counts by source, for the report.

Belongs here: counting. Does not belong here: what is held back (`winnow.scrub`), and which documents those are (`assets.plan`).
"""

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from assets import scrubbed
from assets.pairs import is_current
from resources.catalog import ASSETS
from resources.workspace import Workspace
from winnow import notes
from winnow.languages import UNSUPPORTED
from winnow.reasons import QUARANTINE

_COLUMNS = ["object_id", "content_sha256", "source", "notes", "reason"]


def held_back(workspace: Workspace) -> list[dict[str, Any]]:
    """By source and reason, how many current documents or rows were held back whole, and how many parts of others."""
    current = workspace.ledger.current()
    whole, parts = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for day in workspace.lake.days(scrubbed.NAME):
        rows = workspace.lake.read(scrubbed.NAME, day, _COLUMNS)
        rows = rows.filter(is_current(rows, current))
        noted = pc.or_(pc.is_valid(rows["reason"]), pc.greater(pc.list_value_length(rows["notes"]), 0))
        for row in rows.filter(noted).to_pylist():
            if row["reason"] is not None:
                whole[row["source"], row["reason"]] += 1
            else:
                parts[row["source"], UNSUPPORTED] += sum(pair["count"] for pair in row["notes"] if pair["name"] == UNSUPPORTED)
    return [
        {
            "source": source,
            "reason": reason,
            "documents": whole[source, reason],
            "parts_of_others": parts[source, reason],
            "what_to_do": QUARANTINE.get(reason, ""),
        }
        for source, reason in sorted({*whole, *(key for key, count in parts.items() if count)})
    ]


def reader_notes(workspace: Workspace) -> list[dict[str, Any]]:
    """By source and note, in how many current documents readers removed, repaired or suspected something, how much, and what."""
    current = workspace.ledger.current()
    documents, counted = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for asset in ASSETS:
        for day in workspace.lake.days(asset):
            rows = workspace.lake.read(asset, day, _COLUMNS)
            noted = pc.and_(pc.is_null(rows["reason"]), pc.greater(pc.list_value_length(rows["notes"]), 0))
            rows = rows.filter(pc.and_(noted, is_current(rows, current)))
            for source, pairs in zip(rows["source"].to_pylist(), rows["notes"].to_pylist(), strict=True):
                for pair in pairs:
                    name = pair["name"] if notes.known(pair["name"]) else notes.OTHER
                    documents[source, name] += 1
                    counted[source, name] += pair["count"]
    return [
        {
            "source": source,
            "note": name,
            "documents": documents[source, name],
            "count": count,
            "meaning": notes.NOTES.get(name, ""),
        }
        for (source, name), count in sorted(counted.items())
    ]
