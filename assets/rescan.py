"""The second search for personal data, with a memory of what was found clean.

A text is known by its hash and the detector's version, so that a night without news searches nothing again.
"""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from resources.batches import batches_by_bytes
from resources.workspace import Workspace
from winnow.detect import detector_version
from winnow.documents import from_counts
from winnow.rescan import FOUND, TEXTS, rescanner, text_hash, unsearched

NAME = "rescan"


def search(workspace: Workspace, texts: Iterable[str]) -> dict[str, Mapping[str, int]]:
    """What is left in ``texts``: entity counts by `text_hash`, only of texts in which anything is left.

    Clean texts are remembered in the lake; those with findings are searched again each time.
    """
    wanted = {text_hash(text): text for text in texts}
    clean = known_clean(workspace)
    unknown = {name: text for name, text in sorted(wanted.items()) if name not in clean}
    found: dict[str, Mapping[str, int]] = {}
    for batch in _searched(workspace, unknown):
        found.update({row["text_hash"]: from_counts(row["found"]) for row in batch.to_pylist() if row["found"]})
    if unknown:
        _remember(workspace, (clean & set(wanted)) | (set(unknown) - set(found)), clean)
    return found


def known_clean(workspace: Workspace) -> set[str]:
    """Hashes of the texts that today's detector has found clean."""
    footer = workspace.lake.metadata(NAME)
    if footer is None or footer.get("stage_key") != detector_version(workspace.catalog.pii):
        return set()
    return set(workspace.lake.read(NAME, columns=["text_hash"])["text_hash"].to_pylist())


def _searched(workspace: Workspace, texts: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    rows = ({"text_hash": name, "text": text} for name, text in texts.items())
    batches = batches_by_bytes(rows, TEXTS, workspace.catalog.engine.batch_bytes)
    return workspace.engine.map_batches(rescanner, workspace.catalog.pii, batches, on_poison=unsearched)


def _remember(workspace: Workspace, used: set[str], before: set[str]) -> None:
    """Keep the hashes of clean texts: those in use and those known before, so that two callers do not forget each other's."""
    hashes = sorted(used | before)
    table = pa.table([pa.array(hashes, pa.string()), pa.nulls(len(hashes), FOUND.field("found").type)], schema=FOUND)
    workspace.lake.write(NAME, None, table, FOUND, {"stage_key": detector_version(workspace.catalog.pii)})


def forget_unused(workspace: Workspace, used: Iterable[str]) -> int:
    """Drop what is remembered of texts that are not in ``used`` (hashes); returns how many that were."""
    before = known_clean(workspace)
    kept = before & set(used)
    if kept != before:
        _remember(workspace, kept, set())
    return len(before - kept)
