"""The figures of the set stages as they lie in the lake: for the data card, the report and its page in the UI."""

import pyarrow as pa

from assets import sets
from assets.labels import opaque_labels
from resources.workspace import Workspace
from winnow.classes import renamings
from winnow.figures import Figures


def figures_of(workspace: Workspace, *, by_name: bool, compare_texts: bool = True, kept: pa.Table | None = None) -> Figures:
    """The figures of the last set stages.

    Args:
        workspace: whose lake and catalog.
        by_name: labels that nobody named stand by their text and not by hash: only for what the home's owner reads, or what holds
            the labels anyway.
        kept: the examples under the labels that they are released with, of a caller who has them in memory.
        compare_texts: also say which labels resemble each other; no part of a version, which must not depend on a machine's rounding.
    """
    catalog, lake = workspace.catalog, workspace.lake
    own = sets.own_examples(workspace, ("example_id", "task", "label"))
    kept = sets.kept_examples(workspace, (*sets.COUNTED, "input")) if kept is None else kept
    if not by_name:
        own, kept = opaque_labels(own, catalog), opaque_labels(kept, catalog)
    return Figures(
        kept,
        lake.read(sets.SPLIT),
        lake.read(sets.BALANCED),
        rules={task.name: task.balance for task in catalog.tasks},
        shares=catalog.dataset.shares.mapping(),
        renamed=renamings(own, kept),
        compare_texts=compare_texts,
    )
