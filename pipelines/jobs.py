"""The three jobs: the daily part, the set part, and both for one night."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.days import CATCH_UP_TAG
from pipelines.location import RUN_TAGS

INGEST, PUBLISH, NIGHTLY = "ingest", "publish", "nightly"

COMMAND_TAG = "winnow/command"
"""Set by winnow's own commands, which publish, report and tell the hook themselves; sensors leave such runs alone."""


def jobs(
    daily: dg.AssetSelection, sets: dg.AssetSelection, partitions: dg.DailyPartitionsDefinition
) -> list[UnresolvedAssetJobDefinition]:
    """`ingest` over the daily assets, `publish` over the set assets, `nightly` over both."""
    ingest = dg.define_asset_job(
        INGEST,
        daily,
        partitions_def=partitions,
        tags=RUN_TAGS,
        description="One day from the sources to examples; backfill this one.",
    )
    publish = dg.define_asset_job(
        PUBLISH, sets, tags=RUN_TAGS, description="All days' examples to a checked, published dataset version."
    )
    nightly = dg.define_asset_job(
        NIGHTLY,
        daily | sets,
        partitions_def=partitions,
        tags={**RUN_TAGS, CATCH_UP_TAG: "true"},
        description="The day before and every earlier day that is still open, then a new version. Not for backfills.",
    )
    return [ingest, publish, nightly]
