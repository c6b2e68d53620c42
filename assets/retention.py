"""What the catalog says about how long things are kept, enforced.

An object that has outlived its source's retention expires in the ledger, so that the next version is made without it. The text of
everything that is not current any more (expired, deleted, replaced) leaves the day files. Published versions leave as wholes.
"""

import datetime as dt

import dagster as dg
import pyarrow as pa

from assets.graph import DAILY_STAGES
from assets.pairs import contents_are_current, is_current
from resources.workspace import Workspace


def enforce(workspace: Workspace, keep: int | None = None) -> dict[str, int]:
    """Remove what has outlived its retention, and count it: versions, objects that expired, rows of day files, logged runs."""
    catalog = workspace.catalog
    newest = keep if keep is not None else catalog.retention.versions
    today = workspace.clock.today()
    removed = {"versions": len(workspace.releases.prune(newest)) if newest is not None else 0}
    removed["expired_objects"] = sum(
        workspace.ledger.expire(source.name, today - dt.timedelta(days=source.retention_days))
        for source in catalog.sources
        if source.retention_days is not None
    )
    current = workspace.ledger.current()
    removed["rows"] = sum(
        _forget(workspace, stage.name, stage.schema, day, current)
        for stage in DAILY_STAGES
        for day in workspace.lake.days(stage.name)
    )
    removed["runs"] = _forget_runs(workspace, catalog.retention.log_days) if catalog.retention.log_days is not None else 0
    return removed


def _forget(workspace: Workspace, stage: str, schema: pa.Schema, day: dt.date, current: pa.Table) -> int:
    """Rewrite one day's file without the rows that were made of something that is not current; says how many those were."""
    rows = workspace.lake.read(stage, day)
    kept = rows.filter(contents_are_current(rows, current) if "contents" in schema.names else is_current(rows, current))
    if len(kept) < len(rows):
        footer = workspace.lake.metadata(stage, day) or {}
        workspace.lake.write(stage, day, kept, schema, footer)
    return len(rows) - len(kept)


def _forget_runs(workspace: Workspace, days: int) -> int:
    """Delete the records and logs of runs that ended more than ``days`` days ago."""
    before = workspace.clock.now() - dt.timedelta(days=days)
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_run_records(dg.RunsFilter(created_before=before))
        ended = [record.dagster_run.run_id for record in runs if record.dagster_run.is_finished]
        for run_id in ended:
            instance.delete_run(run_id)
    return len(ended)
