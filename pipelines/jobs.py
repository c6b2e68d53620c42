"""The three jobs: the daily part, the set part, and both for one night."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.days import CATCH_UP_TAG
from pipelines.location import RUN_TAGS

INGEST, PUBLISH, NIGHTLY, FINE_TUNE = "ingest", "publish", "nightly", "fine_tune"

COMMAND_TAG = "winnow/command"
"""Set by winnow's own commands, which publish, report and tell the hook themselves; sensors leave such runs alone."""


def jobs(
    daily: dg.AssetSelection,
    sets: dg.AssetSelection,
    partitions: dg.DailyPartitionsDefinition,
    fine_tuning: dg.AssetSelection | None = None,
) -> list[UnresolvedAssetJobDefinition]:
    """`ingest` over the daily assets, `publish` over the set assets, `nightly` over both; `fine_tune` where models are named."""
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
    if fine_tuning is None:
        return [ingest, publish, nightly]
    fine_tune = dg.define_asset_job(
        FINE_TUNE,
        fine_tuning,
        tags=RUN_TAGS,
        description="The catalog's models, trained on the version in force and measured on its test set. Takes long and may cost money.",
    )
    return [ingest, publish, nightly, fine_tune]
