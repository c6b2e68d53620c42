"""Rows alike: how many people of a source share the sensitive attributes of a row, over all days.

Belongs here: which rows count. Does not belong here: which attributes are sensitive, and what makes rows alike (`winnow.alike`).
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from assets import scrubbed
from assets.pairs import is_current
from resources.workspace import Workspace
from winnow.alike import is_rare, people_alike

_COLUMNS = ["object_id", "content_sha256", "alike", "individual"]


class Alike:
    """How many people share each combination.

    People are counted in the objects of ``current`` (the ledger's) over all days, so that the order of days does not matter and a
    deletion counts at once.
    """

    def __init__(self, workspace: Workspace, current: pa.Table) -> None:
        """Nothing is read before rows with combinations are asked about."""
        self._workspace, self._current = workspace, current

    def too_rare(self, rows: pa.Table) -> list[bool]:
        """For each of ``rows`` (`winnow.schemas.EXAMPLES`) whether one of its combinations has fewer people than the catalog asks."""
        combinations = rows["alike"].to_pylist()
        if not any(combinations):
            return [False] * len(rows)
        least = self._workspace.catalog.limits.k_anonymity
        return [is_rare(of_row, self._people, least) for of_row in combinations]

    @cached_property
    def _people(self) -> Counter[str]:
        return people_alike(_pairs(self._workspace, self._current))


def _pairs(workspace: Workspace, current: pa.Table) -> Iterator[tuple[str | None, str | None]]:
    for day in workspace.lake.days(scrubbed.NAME):
        rows = workspace.lake.read(scrubbed.NAME, day, _COLUMNS)
        if "alike" in rows.column_names:  # else of older code, and so no part of a version
            rows = rows.filter(pc.and_(is_current(rows, current), pc.is_valid(rows["alike"])))
            different = rows.select(["alike", "individual"]).group_by(["alike", "individual"], use_threads=False).aggregate([])
            yield from zip(different["alike"].to_pylist(), different["individual"].to_pylist(), strict=True)
