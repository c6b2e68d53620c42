"""What the catalog says about how long things are kept, enforced.

An object that has outlived its source's retention expires in the ledger, so that the next version is made without it. The text of
everything that is not current any more (expired, deleted, replaced) leaves the day files, and its fingerprints with it. Published
versions leave as wholes.
"""

import datetime as dt
import shutil
from pathlib import Path

import dagster as dg
import pyarrow as pa

from assets import fingerprints, sets, similar
from assets.days import is_fresh
from assets.frozen import frozen_versions
from assets.graph import DAILY_STAGES
from assets.pairs import contents_are_current, is_current
from assets.released import released_strings
from assets.rescan import forget_unused
from resources.sources import open_source
from resources.workspace import Workspace
from winnow.errors import VersionError
from winnow.rescan import text_hash


def enforce(workspace: Workspace, keep: int | None = None) -> dict[str, int]:
    """Remove what has outlived its retention, and count it.

    Returns:
        How many ``versions``, ``expired_objects``, objects and rows of the sources' caches (``fetched``), ``rows`` of stored
        tables, ``clean_texts`` (hashes of texts that nothing holds any more) and logged ``runs`` left.
    """
    catalog = workspace.catalog
    newest = keep if keep is not None else catalog.retention.versions
    today = workspace.clock.today()
    removed = {"versions": len(workspace.releases.prune(newest, frozen_versions(workspace))) if newest is not None else 0}
    removed["expired_objects"] = sum(
        workspace.ledger.expire(source.name, today - dt.timedelta(days=source.retention_days))
        for source in catalog.sources
        if source.retention_days is not None
    )
    removed["fetched"] = _forget_fetched(workspace)
    current = workspace.ledger.current()
    days = sorted({day for stage in DAILY_STAGES for day in workspace.lake.days(stage.name)})
    removed["rows"] = sum(_forget(workspace, day, current) for day in days) + _forget_joined(workspace, current)
    fingerprints.forget_unused(workspace)
    if removed["rows"]:
        similar.forget(workspace)
    removed["clean_texts"] = forget_unused(workspace, _texts_in_use(workspace))
    removed["runs"] = _forget_runs(workspace, catalog.retention.log_days) if catalog.retention.log_days is not None else 0
    return removed


def _forget_fetched(workspace: Workspace) -> int:
    """Delete what the sources' caches hold of expired objects, and the caches of sources that are no longer named."""
    forgotten = 0
    for source in workspace.catalog.sources:
        keys = workspace.ledger.expired(source.name)
        if keys:
            forgotten += open_source(source, workspace.home.fetched).forget(keys)
    named = {source.name for source in workspace.catalog.sources}
    caches = workspace.home.fetched.iterdir() if workspace.home.fetched.exists() else ()
    for cache in sorted(caches):
        if cache.name not in named:
            shutil.rmtree(cache)
            forgotten += 1
    return forgotten


def _forget(workspace: Workspace, day: dt.date, current: pa.Table) -> int:
    """Rewrite one day's files without the rows that were made of something that is not current; says how many those were.

    Afterwards each footer names what is left, so that the day is made again if what was forgotten returns.
    """
    stages = [stage for stage in DAILY_STAGES if workspace.lake.exists(stage.name, day)]
    fresh = {stage.name for stage in stages if is_fresh(workspace, stage, day)}
    forgotten = 0
    for stage in stages:
        rows, footer = workspace.lake.read(stage.name, day), workspace.lake.metadata(stage.name, day) or {}
        joins = "contents" in stage.schema.names
        kept = rows.filter(contents_are_current(rows, current) if joins else is_current(rows, current))
        left = {**footer, "contents": stage.contents(workspace, day) if stage.name in fresh else ""}
        if len(kept) < len(rows) or (stage.name in fresh and left != footer):
            workspace.lake.write(stage.name, day, kept, kept.schema, left)  # its own columns: it may be older than this code
        forgotten += len(rows) - len(kept)
    return forgotten


def _forget_joined(workspace: Workspace, current: pa.Table) -> int:
    """The same for the examples of all days; the next publication makes that table anew."""
    if not workspace.lake.exists(sets.JOINED):
        return 0
    rows = workspace.lake.read(sets.JOINED)
    kept = rows.filter(contents_are_current(rows, current))
    if len(kept) < len(rows):
        workspace.lake.write(sets.JOINED, None, kept, kept.schema, workspace.lake.metadata(sets.JOINED) or {})
    return len(rows) - len(kept)


def _texts_in_use(workspace: Workspace) -> set[str]:
    """Hashes of the texts that the next publication will ask for, if nothing else changes."""
    if not workspace.lake.exists(sets.JOINED):
        return set()
    rows = workspace.lake.read(sets.JOINED, columns=["input", "target", "label"])
    used = {text_hash(text.strip()) for name in rows.column_names for text in rows[name].to_pylist() if text}
    try:
        return used | {text_hash(text) for text in released_strings(workspace.releases.candidate_path())}
    except VersionError:  # there is no candidate, or it was pruned with its version
        return used


def _forget_runs(workspace: Workspace, days: int) -> int:
    """Delete the records and logs of runs that ended more than ``days`` days ago."""
    before = workspace.clock.now() - dt.timedelta(days=days)
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_run_records(dg.RunsFilter(created_before=before))
        ended = [record.dagster_run.run_id for record in runs if record.dagster_run.is_finished]
        for run_id in ended:
            instance.delete_run(run_id)
            instance.compute_log_manager.delete_logs(prefix=[run_id])
            # Dagster empties a run's own event file and leaves it there.
            Path(instance.root_directory, "history", "runs", f"{run_id}.db").unlink(missing_ok=True)
            shutil.rmtree(Path(instance.root_directory, "storage", run_id), ignore_errors=True)
    return len(ended)
