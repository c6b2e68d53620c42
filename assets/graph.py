"""The whole asset graph of one catalog."""

import warnings
from dataclasses import dataclass

import dagster as dg

from assets import audit, candidate, examples, report, screened, scrubbed, sets
from assets.audit import audit_checks, personal_data_audit
from assets.candidate import dataset_candidate
from assets.checks import candidate_checks
from assets.days import DayStage
from assets.fine_tuning import GROUP, fine_tuning_assets, fine_tuning_checks
from assets.release import release_assets
from assets.report import report_asset
from assets.sets import set_assets
from assets.sources import quarantine_check, source_asset, source_stage
from resources.catalog import ASSETS, Catalog
from resources.stage_keys import asset_key, example_key, scrubbed_key, set_key
from winnow.schemas import SPLITS

# The Dagster family is pinned to one version, so an interface that may change in the next one is no surprise to come.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

DAILY_STAGES: tuple[DayStage, ...] = (*(source_stage(asset) for asset in ASSETS), scrubbed.STAGE, examples.STAGE)
"""The daily stages, each after those it reads."""

SET_ASSETS = (
    sets.JOINED,
    screened.NAME,
    sets.UNIQUE,
    sets.SPLIT,
    sets.BALANCED,
    candidate.NAME,
    audit.NAME,
    *SPLITS,
    report.NAME,
)
"""The names of the assets behind the daily part, in the order in which they run."""


@dataclass(frozen=True)
class Graph:
    """All assets and checks, and the selections that jobs are made of."""

    partitions: dg.DailyPartitionsDefinition
    assets: list[dg.AssetsDefinition]
    checks: list[dg.AssetChecksDefinition]
    daily: dg.AssetSelection
    sets: dg.AssetSelection
    fine_tuning: dg.AssetSelection | None = None


def build_assets(catalog: Catalog) -> Graph:
    """The graph of ``catalog``; every asset carries its stage key as code version, so that the UI shows what is stale."""
    # The day that is not over has a partition too, so that a person can run it; the schedule never does.
    partitions = dg.DailyPartitionsDefinition(start_date=catalog.start.isoformat(), end_offset=1)
    daily = [
        *(source_asset(asset, partitions, asset_key(catalog, asset)) for asset in ASSETS),
        scrubbed.scrubbed_documents(partitions, scrubbed_key(catalog)),
        examples.examples(partitions, example_key(catalog)),
    ]
    key = set_key(catalog)
    behind = [*set_assets(key), screened.screened_asset(key)]
    behind += [dataset_candidate(key), personal_data_audit(key), release_assets(key), report_asset(key)]
    return Graph(
        partitions=partitions,
        assets=[*daily, *behind, *fine_tuning_assets(catalog)],
        checks=[
            *(quarantine_check(asset, partitions) for asset in ASSETS),
            candidate_checks(),
            audit_checks(),
            *fine_tuning_checks(catalog),
        ],
        daily=dg.AssetSelection.assets(*(stage.name for stage in DAILY_STAGES)),
        sets=dg.AssetSelection.assets(*SET_ASSETS),
        fine_tuning=dg.AssetSelection.groups(GROUP) if catalog.fine_tuning else None,
    )
