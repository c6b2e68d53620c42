"""The four source assets: a day's objects become documents, or rows with the reason why not.

Belongs here: reading a day's objects and running the extraction stage. Does not belong here: what a format means
(`winnow.formats`), which objects a day has (`resources.ledger`).
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.days import SCAN_TAG, DayStage, count_rows, materialize_days, refuse_nightly_backfill
from assets.guard import guarded
from assets.metadata import count_table
from assets.pairs import is_current
from resources.batches import batches_by_bytes
from resources.catalog import ASSETS
from resources.ledger import Sighting
from resources.sources import OpenSource, open_source
from resources.stage_keys import asset_key, source_keys
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.documents import Document, to_batch
from winnow.errors import UnreadableDocument
from winnow.extract import extractor
from winnow.ids import content_sha256, document_id
from winnow.schemas import DOCUMENTS, OBJECTS

DESCRIPTIONS = {
    "internal_reports": "Reports the company wrote for itself: PDF, Word, Markdown and web pages from its file shares.",
    "meeting_transcripts": "What was said in meetings and interviews (VTT, SRT, text) and the minutes written about them.",
    "departmental_exports": "Tables that support, marketing, HR and product teams export; only the columns the catalog names.",
    "public_industry_sources": "Articles, feeds and studies from outside the company, each with its licence.",
}


TRANSIENT = pa.array(["changed_while_reading", "gone_while_reading"])
"""Reasons of the moment: such an object is read again whenever its day is, and the day is open until it could be read."""


def source_stage(asset: str) -> DayStage:
    """The extraction stage of the source asset called ``asset``."""
    return DayStage(
        name=asset,
        schema=DOCUMENTS,
        key=partial(asset_key, asset=asset),
        contents=partial(_contents, asset=asset),
        covered=partial(_covered, asset=asset),
        build=partial(_build, asset=asset),
        upstream_days=_sighted_days,
    )


def source_asset(asset: str, partitions: dg.DailyPartitionsDefinition, code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset called ``asset``."""
    stage = source_stage(asset)

    @dg.asset(
        name=asset,
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        code_version=code_version,
        group_name="sources",
        kinds={"parquet"},
        owners=["team:data-platform"],
        description=DESCRIPTIONS[asset],
    )
    def materialize(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        refuse_nightly_backfill(context.run_tags)  # before the scan writes to the ledger
        with guarded():
            space = workspace.open()
            if SCAN_TAG not in context.run_tags:
                space.scan_once(context.run_id)
            space.require_listed(asset)
            return materialize_days(context, space, stage)

    return materialize


def _sighted_days(workspace: Workspace) -> set[dt.date]:
    """The days on which anything arrived: `scrubbed_documents` of such a day waits for all four assets, the empty ones too."""
    return {day for asset in ASSETS for day in workspace.ledger.days(asset)}


def _contents(workspace: Workspace, day: dt.date, asset: str) -> str:
    return workspace.ledger.day_hash(asset, day)


def _covered(workspace: Workspace, day: dt.date, footer: Mapping[str, str], asset: str) -> bool:
    """Whether every object of the day is in its file; what has been replaced or deleted since may be there too."""
    if footer.get("contents") == workspace.ledger.day_hash(asset, day):
        return True
    wanted = {(sighting.object_id, sighting.sha256) for sighting in workspace.ledger.objects(asset, day)}
    rows = workspace.lake.read(asset, day, columns=["object_id", "content_sha256", "reason"])
    rows = rows.filter(pc.invert(pc.is_in(rows["reason"], value_set=TRANSIENT)))
    present = set(zip(rows["object_id"].to_pylist(), rows["content_sha256"].to_pylist(), strict=True))
    return wanted <= present


def _build(workspace: Workspace, day: dt.date, asset: str) -> tuple[Iterable[pa.RecordBatch], Mapping[str, str]]:
    wanted = workspace.ledger.objects(asset, day)
    keys = source_keys(workspace.catalog, asset)
    footer = {"contents": workspace.ledger.day_hash(asset, day), "source_keys": json.dumps(keys, sort_keys=True)}
    kept = _reusable(workspace, asset, day, keys)
    reused = {(row["object_id"], row["content_sha256"]) for row in kept.select(["object_id", "content_sha256"]).to_pylist()}
    fresh = [sighting for sighting in wanted if (sighting.object_id, sighting.sha256) not in reused]
    wanted_pairs = pa.table(
        {
            "object_id": pa.array([sighting.object_id for sighting in wanted], pa.string()),
            "content_sha256": pa.array([sighting.sha256 for sighting in wanted], pa.string()),
        }
    )
    kept = kept.filter(is_current(kept, wanted_pairs))
    return _noting_absences(chain(kept.to_batches(), _extracted(workspace, asset, fresh)), footer), footer


def _noting_absences(batches: Iterable[pa.RecordBatch], footer: dict[str, str]) -> Iterator[pa.RecordBatch]:
    """``batches``; if an object could not be read for now, the footer says that the day's contents are not all there."""
    whole = footer["contents"]
    for batch in batches:
        if pc.any(pc.is_in(batch.column("reason"), value_set=TRANSIENT)).as_py():
            footer["contents"] = f"{whole} but for absent ones"
        yield batch


def _reusable(workspace: Workspace, asset: str, day: dt.date, keys: Mapping[str, str]) -> pa.Table:
    """The rows of the day's earlier file whose source is still read in the same way: the cache of a stale day."""
    footer = workspace.lake.metadata(asset, day)
    if footer is None:
        return DOCUMENTS.empty_table()
    before = json.loads(footer.get("source_keys", "{}"))
    same = [name for name, key in keys.items() if before.get(name) == key]
    rows = workspace.lake.read(asset, day)
    transient = pc.is_in(rows["reason"], value_set=TRANSIENT)
    return rows.filter(pc.and_(pc.is_in(rows["source"], pa.array(same, pa.string())), pc.invert(transient)))


def _extracted(workspace: Workspace, asset: str, sightings: list[Sighting]) -> Iterator[pa.RecordBatch]:
    """Documents of ``sightings``, in order; an object that cannot even be read becomes a row here."""
    config = workspace.catalog.extract_config(asset)
    opened = {source.name: (open_source(source), source.max_bytes) for source in workspace.catalog.sources_of(asset)}
    unread: list[Document] = []
    objects = batches_by_bytes(_objects(sightings, opened, unread), OBJECTS, workspace.catalog.engine.batch_bytes)
    poisoned = partial(_poisoned, salt=config.salt)
    yield from workspace.engine.map_batches(extractor, config, objects, on_poison=poisoned)
    if unread:
        yield to_batch([_quarantined(document, config.salt) for document in unread])


def _objects(
    sightings: Iterable[Sighting], opened: Mapping[str, tuple[OpenSource, int]], unread: list[Document]
) -> Iterator[dict[str, object]]:
    """Rows of `OBJECTS` for ``sightings``, read one by one; what cannot be read is added to ``unread`` with the reason."""
    for sighting in sightings:
        source, max_bytes = opened[sighting.source]
        row: dict[str, object] = {
            "object_id": sighting.object_id,
            "content_sha256": sighting.sha256,
            "source": sighting.source,
            "key": sighting.key,
        }
        try:
            content = source.read(sighting.key, max_bytes)
        except UnreadableDocument as error:
            unread.append(_stub(row, error.reason))
            continue
        if content_sha256(content) == sighting.sha256:
            yield {**row, "content": content}
        else:
            unread.append(_stub(row, "changed_while_reading"))


def _poisoned(row: pa.RecordBatch, reason: str, salt: str) -> pa.RecordBatch:
    """The row that stands for an object whose reading killed its worker, or took too long or too much memory."""
    (fields,) = row.drop_columns(["content"]).to_pylist()
    return to_batch([_quarantined(_stub(fields, reason), salt)])


def _stub(fields: Mapping[str, object], reason: str) -> Document:
    return Document(
        object_id=str(fields["object_id"]),
        content_sha256=str(fields["content_sha256"]),
        source=str(fields["source"]),
        row_key=str(fields["key"]),
        reason=reason,
    )


def _quarantined(stub: Document, salt: str) -> Document:
    return replace(stub, document_id=document_id(salt, stub.source, stub.row_key or ""), row_key=None)


def quarantine_check(asset: str, partitions: dg.DailyPartitionsDefinition) -> dg.AssetChecksDefinition:
    """A warning on a day of which more was quarantined than the catalog expects."""

    @dg.asset_check(
        asset=asset,
        name="quarantine_share",
        partitions_def=partitions,
        description="Warns when a larger share of a day's rows was quarantined than `limits.quarantine_share` says.",
    )
    def quarantine_share(context: dg.AssetCheckExecutionContext, workspace: WorkspaceResource) -> dg.AssetCheckResult:
        with guarded():
            space = workspace.open()
            days = [dt.date.fromisoformat(key) for key in context.partition_keys]
            made = [day for day in days if space.lake.exists(asset, day)]
            counts = count_rows(space.lake.batches(asset, made, ["source", "pii", "reason"]))
        share, limit = (counts.rows - counts.kept) / max(1, counts.rows), space.catalog.limits.quarantine_share
        return dg.AssetCheckResult(
            passed=share <= limit,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{counts.rows - counts.kept} of {counts.rows} rows ({share:.1%}) are in quarantine; expected {limit:.1%} at most",
            metadata={"reasons": count_table(counts.refused)} if counts.refused else {},
        )

    return quarantine_share
