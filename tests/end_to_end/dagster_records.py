"""Questions to a home's Dagster instance: what the tests of Dagster share."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from assets.days import BACKFILL_TAG


@contextmanager
def instance_of(folder: Path) -> Iterator[dg.DagsterInstance]:
    """The Dagster instance whose DAGSTER_HOME is ``folder``."""
    with dg.DagsterInstance.from_config(str(folder)) as store:
        yield store


def runs(store: dg.DagsterInstance, job: str | None = None, **tags: str) -> list[dg.DagsterRun]:
    """The runs of ``job`` with ``tags``, oldest first."""
    wanted = {name.replace("__", "/"): value for name, value in tags.items()}
    records = store.get_run_records(dg.RunsFilter(job_name=job, tags=wanted), ascending=True)
    return [record.dagster_run for record in records]


def days_of(found: Iterable[dg.DagsterRun]) -> list[str]:
    """The partitions of runs."""
    return [run.tags["dagster/partition"] for run in found]


def backfills_of(found: Iterable[dg.DagsterRun]) -> set[str | None]:
    """The backfills that runs belong to."""
    return {run.tags.get(BACKFILL_TAG) for run in found}


def materialized(store: dg.DagsterInstance, asset: str) -> dict[str | None, int]:
    """Partition → rows that the last materialization of ``asset`` tells of."""
    records = store.fetch_materializations(dg.AssetKey(asset), limit=1000, ascending=True).records
    found: dict[str | None, int] = {}
    for record in records:
        materialization = record.asset_materialization
        assert materialization is not None
        rows = materialization.metadata.get("dagster/row_count")
        assert rows is None or isinstance(rows.value, int)
        found[materialization.partition] = -1 if rows is None else int(rows.value)
    return found


def failures(store: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """What the instance holds of why ``run`` failed."""
    return "\n".join(
        str(entry.dagster_event and entry.dagster_event.event_specific_data) for entry in store.all_logs(run.run_id)
    )
