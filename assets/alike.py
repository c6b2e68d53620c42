"""Rows alike: how many people of a source share the sensitive attributes of a row, over all days.

Belongs here: which rows count. Does not belong here: which attributes are sensitive, and what makes rows alike (`winnow.alike`).
"""

from collections.abc import Iterator

import pyarrow as pa

from assets import scrubbed
from assets.pairs import is_current
from resources.workspace import Workspace
from winnow.alike import is_rare, people_alike

_COLUMNS = ["object_id", "content_sha256", "alike", "individual"]


def too_rare(workspace: Workspace, rows: pa.Table, current: pa.Table) -> list[bool]:
    """For each of ``rows`` (`winnow.schemas.EXAMPLES`) whether one of its combinations has fewer people than the catalog asks.

    People are counted in the objects of ``current`` (the ledger's) over all days, so that the order of days does not matter and a
    deletion counts at once.
    """
    combinations = rows["alike"].to_pylist()
    if not any(combinations):
        return [False] * len(rows)
    people, least = people_alike(_pairs(workspace, current)), workspace.catalog.limits.k_anonymity
    return [is_rare(of_row, people, least) for of_row in combinations]


def _pairs(workspace: Workspace, current: pa.Table) -> Iterator[tuple[str | None, str | None]]:
    for day in workspace.lake.days(scrubbed.NAME):
        rows = workspace.lake.read(scrubbed.NAME, day, _COLUMNS)
        if "alike" in rows.column_names:  # else of older code, and so no part of a version
            rows = rows.filter(is_current(rows, current))
            yield from zip(rows["alike"].to_pylist(), rows["individual"].to_pylist(), strict=True)
