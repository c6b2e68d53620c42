"""What deduplication remembers from publication to publication, below the home: `similar/`.

It is a cache and nothing else: without it everything is compared anew, with the same answer, by the fingerprints that lie beside the
examples (`assets.fingerprints`). `winnow prune` clears it, since what was
made of a text that is gone can stand in it until it is written anew.
"""

import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from resources.arrays import FolderOfArrays
from resources.workspace import Workspace
from winnow.recall import RECALL_VERSION, Prints, deduplicate_tonight


def folder(workspace: Workspace) -> Path:
    """Where the memory lies."""
    return workspace.home.path / "similar"


def without_duplicates(  # noqa: PLR0913 - as `deduplicate_tonight`
    workspace: Workspace,
    examples: pa.Table,
    thresholds: Mapping[str, float],
    priority: Mapping[str, int],
    pinned: Collection[str],
    *,
    survivor: Sequence[str],
    prints: Prints | None = None,
    keep_contained: Collection[str] = (),
    told: Counter[str] | None = None,
) -> pa.Table:
    """`winnow.dedup.deduplicate` over all ``examples`` of tonight, at the cost of those that are new.

    ``prints`` is asked for their fingerprints; by default they are made. ``told`` as in `winnow.recall.deduplicate_tonight`.
    """
    store = FolderOfArrays(folder(workspace), RECALL_VERSION)
    decisions = deduplicate_tonight(
        examples,
        thresholds,
        priority,
        store,
        pinned,
        survivor=survivor,
        prints=prints,
        keep_contained=keep_contained,
        told=told,
    )
    store.commit()
    return decisions


def forget(workspace: Workspace) -> None:
    """Clears the memory."""
    shutil.rmtree(folder(workspace), ignore_errors=True)
