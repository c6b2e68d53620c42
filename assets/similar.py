"""What deduplication remembers from publication to publication, below the home: `similar/`.

It is a cache and nothing else: without it everything is looked at anew, with the same answer. `winnow prune` clears it, since what was
made of a text that is gone can stand in it until it is written anew.
"""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa

from resources.arrays import FolderOfArrays
from resources.workspace import Workspace
from winnow.recall import RECALL_VERSION, deduplicate_tonight


def folder(workspace: Workspace) -> Path:
    """Where the memory lies."""
    return workspace.home.path / "similar"


def without_duplicates(  # noqa: PLR0913, PLR0917 - as `deduplicate`, and where the memory lies
    workspace: Workspace,
    examples: pa.Table,
    thresholds: Mapping[str, float],
    priority: Mapping[str, int],
    pinned: Collection[str],
    keep_contained: Collection[str],
) -> pa.Table:
    """`winnow.dedup.deduplicate` over all ``examples`` of tonight, at the cost of those that are new."""
    store = FolderOfArrays(folder(workspace), RECALL_VERSION)
    decisions = deduplicate_tonight(examples, thresholds, priority, store, pinned, keep_contained=keep_contained)
    store.commit()
    return decisions


def forget(workspace: Workspace) -> None:
    """Clears the memory."""
    shutil.rmtree(folder(workspace), ignore_errors=True)
