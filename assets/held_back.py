"""What the scrubber held back of the current documents: counts by source and reason, for the report.

Belongs here: counting. Does not belong here: what is held back (`winnow.scrub`), and which documents those are (`assets.plan`).
"""

from collections import Counter
from typing import Any

import pyarrow.compute as pc

from assets import scrubbed
from assets.pairs import is_current
from resources.workspace import Workspace
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
                parts[row["source"], UNSUPPORTED] += sum(note["count"] for note in row["notes"] if note["name"] == UNSUPPORTED)
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
