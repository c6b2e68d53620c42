"""The four source assets: a day's objects become documents, or rows with the reason why not.

Belongs here: handing a day's objects to the readers, and what they found to the lake. Does not belong here: what a format means
(`winnow.formats`), which objects a day has (`resources.ledger`), and how readers are confined (`resources.engine_objects`).
"""

import datetime as dt
import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from assets.days import SCAN_TAG, DayStage, count_rows, materialize_days, refuse_nightly_backfill
from assets.guard import guarded
from assets.metadata import count_table
from assets.pairs import is_current
from resources.catalog import ASSETS
from resources.engine import Object, ObjectStage
from resources.ledger import Sighting
from resources.sources import OpenSource, open_source
from resources.stage_keys import asset_key, source_keys
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.errors import SourceError, UnreadableDocument
from winnow.extract import object_reader, refusal, require_programs
from winnow.ids import content_sha256
from winnow.own_days import AHEAD
from winnow.schemas import DOCUMENTS
from winnow.sealed import require_claim, sealed

DESCRIPTIONS = {
    "internal_reports": "Reports the company wrote for itself: PDF, Word, Markdown and web pages from its file shares.",
    "meeting_transcripts": "What was said in meetings and interviews (VTT, SRT, text) and the minutes written about them.",
    "departmental_exports": "Tables that support, marketing, HR and product teams export; only the columns the catalog names.",
    "public_industry_sources": "Articles, feeds and studies from outside the company, each with its licence.",
}


TRANSIENT = pa.array(["changed_while_reading", "gone_while_reading", "unavailable_while_reading"])
"""Reasons of the moment: such an object is read again whenever its day is, and the day is open until it could be read."""

PAUSES = (0.5, 2.0)  # seconds before a store that did not answer is asked again

FORGIVEN = 3  # objects in a row that a store may fail to give: with more the source itself is out of reach, and its asset fails


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
    keys = source_keys(workspace.catalog, asset)
    footer = {"contents": workspace.ledger.day_hash(asset, day), "source_keys": json.dumps(keys, sort_keys=True)}
    wanted = {(sighting.object_id, sighting.sha256): sighting for sighting in workspace.ledger.objects(asset, day)}
    reused = _reusable(workspace, asset, day, keys) & wanted.keys()
    fresh = [sighting for pair, sighting in wanted.items() if pair not in reused]
    rows = chain(_kept(workspace, asset, day, reused), _extracted(workspace, asset, fresh))
    return _noting_absences(rows, footer), footer


def _noting_absences(batches: Iterable[pa.RecordBatch], footer: dict[str, str]) -> Iterator[pa.RecordBatch]:
    """``batches``; if an object could not be read for now, the footer says that the day's contents are not all there."""
    whole = footer["contents"]
    for batch in batches:
        if pc.any(pc.is_in(batch.column("reason"), value_set=TRANSIENT)).as_py():
            footer["contents"] = f"{whole} but for absent ones"
        yield batch


def _reusable(workspace: Workspace, asset: str, day: dt.date, keys: Mapping[str, str]) -> set[tuple[str, str]]:
    """The objects and contents in the day's earlier file that would be read in the same way now: the cache of a stale day."""
    footer = workspace.lake.metadata(asset, day)
    if footer is None:
        return set()
    before = json.loads(footer.get("source_keys", "{}"))
    same = [name for name, key in keys.items() if before.get(name) == key]
    rows = workspace.lake.read(asset, day, ["object_id", "content_sha256", "source", "reason"])
    transient = pc.is_in(rows["reason"], value_set=TRANSIENT)
    rows = rows.filter(pc.and_(pc.is_in(rows["source"], pa.array(same, pa.string())), pc.invert(transient)))
    found = set(zip(rows["object_id"].to_pylist(), rows["content_sha256"].to_pylist(), strict=True))
    return found - workspace.retry.contents


def _kept(workspace: Workspace, asset: str, day: dt.date, pairs: Collection[tuple[str, str]]) -> Iterator[pa.RecordBatch]:
    """The rows of ``pairs`` in the day's file."""
    if not pairs:
        return
    wanted = pa.table(
        {
            "object_id": pa.array([object_id for object_id, _ in pairs], pa.string()),
            "content_sha256": pa.array([sha256 for _, sha256 in pairs], pa.string()),
        }
    )
    for batch in workspace.lake.batches(asset, [day]):
        yield from pa.table(batch).filter(is_current(pa.table(batch), wanted)).to_batches()


def _extracted(workspace: Workspace, asset: str, sightings: Iterable[Sighting]) -> Iterator[pa.RecordBatch]:
    """Documents of ``sightings``, in order; an object that cannot be read is a row with the reason."""
    config = workspace.catalog.extract_config(asset)
    require_programs(config.sources.values())
    opened = {
        source.name: Opened(open_source(source, workspace.home.fetched), source.max_bytes)
        for source in workspace.catalog.sources_of(asset)
    }
    objects = (
        Object(
            about={"source": sighting.source, "key": sighting.key, "latest": _latest(sighting).isoformat()},
            size=sighting.size,
            content=partial(opened[sighting.source].content, sighting),
            programs=config.sources[sighting.source].starts_programs,
            ticket=sighting,
        )
        for sighting in sightings
    )
    stage = ObjectStage(object_reader, config.sources, DOCUMENTS, require_claim)
    for found in workspace.engine.map_objects(stage, objects):
        rows = refusal(found.reason or "worker_died", found.kind) if found.rows is None else found.rows
        yield sealed(rows, _about(found.object.ticket), config)


def _latest(sighting: Sighting) -> dt.date:
    """The last day that a date in the object may say: that of its first sight, and a day more for those who are ahead of UTC.

    Its arrival day would not do: where that is a modification time, it may be years before what the object says.
    """
    return dt.date.fromisoformat(sighting.first_seen[: len("YYYY-MM-DD")]) + AHEAD


def _about(sighting: Sighting) -> dict[str, str]:
    return {
        "object_id": sighting.object_id,
        "content_sha256": sighting.sha256,
        "source": sighting.source,
        "key": sighting.key,
    }


class Opened:
    """A source at work: gives contents, forgives a store that flaps, and gives up on one that is gone."""

    def __init__(self, source: OpenSource, max_bytes: int) -> None:
        """``max_bytes`` is of one object."""
        self._source, self._max_bytes = source, max_bytes
        self._failures = 0  # objects in a row that could not be had

    def content(self, sighting: Sighting) -> bytes:
        """The bytes of ``sighting``.

        Raises:
            UnreadableDocument: they are no longer those that were seen, are too many, or cannot be had for now.
            SourceError: nor could those of the objects before: the source is not there.
        """
        content = self._patiently(sighting.key)
        if content_sha256(content) != sighting.sha256:
            raise UnreadableDocument("changed_while_reading")
        return content

    def _patiently(self, key: str) -> bytes:
        for pause in (*PAUSES, None):
            try:
                content = self._source.read(key, self._max_bytes)
            except SourceError:
                if pause is None:
                    self._failures += 1
                    if self._failures > FORGIVEN:
                        raise
                    raise UnreadableDocument("unavailable_while_reading") from None
                if self._failures == 0:  # where others failed before, another pause tells nothing
                    time.sleep(pause)
            else:
                self._failures = 0
                return content
        raise AssertionError("the last pass returns or raises")


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
