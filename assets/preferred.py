"""Why the keeper of a dropped duplicate stayed and not the duplicate: by which rule of the survivor order it comes first.

Belongs here: asking it of what the home holds now. Does not belong here: the order (`winnow.survivors`). Nothing here writes.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.frozen import unchanged
from assets.sets import JOINED, UNIQUE, UNIQUE_COLUMNS, trust
from resources.stage_keys import set_key
from resources.workspace import Workspace
from winnow import classes
from winnow.dedup import REASONS
from winnow.survivors import preferred_by


def preferred(workspace: Workspace, record: Mapping[str, Any]) -> str | None:
    """By which rule the keeper of the dropped example ``record`` (of `winnow.index.dropped_record`) comes before it.

    As `winnow.survivors.preferred_by` says. None where that cannot be told: the example was dropped for something else, or what was
    decided then is no longer what the home and its catalog say.
    """
    pair = [record["keeper"], record["example_id"]]
    if record["reason"] not in REASONS or pair[0] is None or not _still_decided(workspace, record):
        return None
    columns = list(dict.fromkeys((*UNIQUE_COLUMNS, *classes.COLUMNS, "reason")))
    rows = pq.read_table(workspace.lake.path(JOINED), columns=columns, filters=[("example_id", "in", pair)])
    rows = rows.filter(pc.is_null(rows["reason"]))
    places = pc.index_in(pa.array(pair, pa.string()), value_set=rows["example_id"].combine_chunks())
    if places.null_count:
        return None
    rows = rows.take(places)
    pinned = unchanged(workspace, rows)
    # Duplicates have one label when they are compared, whatever their recipes called it, so its length decides nothing.
    target = pc.if_else(pc.is_null(rows["label"]), rows["target"], "")
    rows = rows.set_column(rows.schema.get_field_index("target"), "target", target)
    return preferred_by(rows, trust(workspace), pinned, workspace.catalog.dataset.survivor)


def _still_decided(workspace: Workspace, record: Mapping[str, Any]) -> bool:
    """Whether the deduplication that the home holds was made by today's code and catalog, and says of the example what ``record`` does."""
    lake = workspace.lake
    footer = lake.metadata(UNIQUE)
    if footer is None or footer.get("stage_key") != workspace.stage_key("sets", set_key) or not lake.exists(JOINED):
        return False
    rows = pq.read_table(lake.path(UNIQUE), filters=[("example_id", "=", record["example_id"])]).to_pylist()
    return any((row["keeper"], row["reason"]) == (record["keeper"], record["reason"]) for row in rows)
