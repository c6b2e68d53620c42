"""The composition root: one catalog and one home become Dagster definitions.

Which ones is told by ``WINNOW_CATALOG`` and ``WINNOW_HOME``, so that ``dg``, ``dagster`` and ``winnow`` see the same line.
"""

import os
from pathlib import Path

import dagster as dg

from assets.graph import build_assets
from pipelines.jobs import jobs
from pipelines.schedules import nightly_schedule
from pipelines.sensors import SENSORS
from resources.catalog import load_catalog
from resources.home import PRIVATE_UMASK
from resources.places import catalog_path, home_path
from resources.workspace_resource import WorkspaceResource


def build(catalog_file: Path, home_folder: Path) -> dg.Definitions:
    """The definitions of the line that ``catalog_file`` describes, writing to ``home_folder``.

    Raises:
        CatalogError: the catalog is absent or wrong.
    """
    os.umask(PRIVATE_UMASK)  # Dagster's own programs write runs and logs into the home with the mode that their process gives
    catalog = load_catalog(catalog_file)
    graph = build_assets(catalog)
    return dg.Definitions(
        assets=graph.assets,
        asset_checks=graph.checks,
        jobs=jobs(graph.daily, graph.sets, graph.partitions, graph.fine_tuning),
        schedules=[nightly_schedule],
        sensors=SENSORS,
        resources={"workspace": WorkspaceResource(catalog_path=str(catalog_file), home_path=str(home_folder))},
        # Steps of one run share the ledger, the lock and warm workers; SQLite under parallel steps answers "database is locked".
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What ``dg`` and the web server load."""
    return build(catalog_path(), home_path())
