"""`scrubbed_documents`: a day's documents of all four classes with personal data replaced by internal ids.

Belongs here: running the scrubbing stage over a day. Does not belong here: what is personal data (`winnow.detect`).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

import dagster as dg
import pyarrow as pa

from assets.days import DayStage, identity, kept_rows, materialize_days
from resources.batches import split_batches
from resources.catalog import ASSETS
from resources.stage_keys import digest, scrubbed_key
from resources.workspace import Workspace
from resources.workspace_resource import WorkspaceResource
from winnow.documents import Document, from_batch, to_batch
from winnow.errors import UsageError
from winnow.schemas import SCRUBBED
from winnow.scrub import scrubber

NAME = "scrubbed_documents"

BATCH_BYTES = 64 * 1024  # a name model reads 30 kB/s a core: two seconds a batch, so that all workers end a day together

DESCRIPTION = (
    "All documents of a day with every detected e-mail address, phone number, account, secret, declared column and speaker name "
    "replaced. From here on no stage sees personal data that was found."
)


def _inputs(workspace: Workspace, day: dt.date) -> str:
    identities = {asset: identity(workspace, asset, day) for asset in ASSETS}
    missing = sorted(asset for asset, found in identities.items() if found is None)
    if missing:
        raise UsageError(f"{NAME} of {day} needs {', '.join(missing)} of that day; materialize them first")
    return digest(identities)


def _covered(workspace: Workspace, day: dt.date, footer: Mapping[str, str]) -> bool:
    made_of = footer.get("contents", "").partition(" ")[0]  # behind it stands what another try changed
    return all(workspace.lake.exists(asset, day) for asset in ASSETS) and made_of == _inputs(workspace, day)


def _upstream_days(workspace: Workspace) -> set[dt.date]:
    return {day for asset in ASSETS for day in (*workspace.ledger.days(asset), *workspace.lake.days(asset))}


def _build(workspace: Workspace, day: dt.date) -> tuple[Iterable[pa.RecordBatch], Mapping[str, str]]:
    contents = _inputs(workspace, day)
    limit_bytes = min(workspace.catalog.engine.batch_bytes, BATCH_BYTES)
    documents = split_batches(kept_rows(workspace, ASSETS, day), limit_bytes)
    config = workspace.catalog.scrub_config()
    return workspace.engine.map_batches(scrubber, config, documents, on_poison=_withheld), {"contents": contents}


def _withheld(row: pa.RecordBatch, _reason: str) -> pa.RecordBatch:
    """The row that stands for a document on which the scrubber died: held back whole, its text gone."""
    (document,) = from_batch(row)
    bare = Document(document_id=document.document_id, object_id=document.object_id, content_sha256=document.content_sha256)
    return to_batch([replace(bare, source=document.source, format=document.format, reason="scrub_failed")], SCRUBBED)


STAGE = DayStage(
    name=NAME,
    schema=SCRUBBED,
    key=scrubbed_key,
    contents=_inputs,
    covered=_covered,
    build=_build,
    upstream_days=_upstream_days,
)


def scrubbed_documents(partitions: dg.DailyPartitionsDefinition, code_version: str) -> dg.AssetsDefinition:
    """The Dagster asset."""

    @dg.asset(
        name=NAME,
        deps=list(ASSETS),
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        code_version=code_version,
        group_name="documents",
        kinds={"parquet", "presidio"},
        owners=["team:privacy"],
        description=DESCRIPTION,
    )
    def materialize(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[None]:
        return materialize_days(context, workspace.open(), STAGE)

    return materialize
