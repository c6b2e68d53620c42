"""`train`, `validation` and `test`: the candidate becomes the published version, if its checks let it.

They are one step: a version is published whole. The verdict is asked for here again, so that launching these assets alone after
a failed check publishes nothing.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets import audit, candidate
from assets.audit import REQUIRED
from assets.guard import guarded
from assets.metadata import table
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.schemas import SPLITS

DESCRIPTIONS = {
    "train": "What models learn from: deduplicated, balanced, in the latest published version.",
    "validation": "What training is watched by: natural shares, nothing near anything in train.",
    "test": "What models are measured on: natural shares, nothing near anything in train or validation.",
}


def release_assets(code_version: str) -> dg.AssetsDefinition:
    """The three sides as Dagster assets."""
    specs = [
        dg.AssetSpec(
            side,
            deps=[candidate.NAME, audit.NAME],
            code_version=code_version,
            group_name="release",
            kinds={"jsonl"},
            owners=["team:data-platform"],
            description=DESCRIPTIONS[side],
            skippable=True,
        )
        for side in SPLITS
    ]

    # A subset so that `dg launch --assets train` is understood; what is published is the whole version all the same.
    @dg.multi_asset(name="release", specs=specs, can_subset=True)
    def publish_version(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        space = workspace.open()
        with space.lock.held(), guarded():
            publication = space.releases.publish(REQUIRED)
            shown = {side: _metadata(space, publication.version, side, new=publication.new) for side in SPLITS}
        for side, metadata in shown.items():
            if dg.AssetKey(side) in context.selected_asset_keys:
                yield dg.MaterializeResult(asset_key=side, metadata=metadata)

    return publish_version


def _metadata(workspace: Workspace, version: str, side: str, *, new: bool) -> dict[str, dg.MetadataValue[Any]]:
    manifest = workspace.releases.manifest(version)
    counts: dict[str, dict[str, int]] = manifest["examples"]
    rows = [(task, sides.get(side, 0)) for task, sides in sorted(counts.items())]
    return {
        "version": dg.MetadataValue.text(version),
        "new": dg.MetadataValue.bool(new),
        "dagster/row_count": dg.MetadataValue.int(sum(count for _, count in rows)),
        "examples": table(("task", "examples"), rows),
    }
