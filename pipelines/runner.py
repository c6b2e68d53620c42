"""Runs the jobs in the calling process, day by day, without a daemon.

Every run is recorded in the Dagster instance under the home, so that it shows in the UI with its lineage; the runs of one
backfill share the tag that Dagster's own backfills have.
"""

import datetime as dt
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES
from dagster._core.utils import make_new_backfill_id

from assets.candidate import ALLOW_MISSING_TAG, is_settled
from assets.days import BACKFILL_TAG, SCAN_TAG, is_fresh, open_days
from assets.graph import DAILY_STAGES
from pipelines.definitions import build
from pipelines.jobs import COMMAND_TAG, INGEST, PUBLISH
from pipelines.location import partition_set
from resources.hook import run_hook
from resources.workspace import Workspace, shared_workspace

INSTANCE_FILE = "dagster.yaml"

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Keeps Dagster's event stream off the terminal: it is all in the instance, and the command itself says what matters."""

Progress = Callable[[str, str | None, str], None]
"""Called with the job, the day (null for the set part) and how it ended; before it begins with an empty text."""


@dataclass
class Outcome:
    """What a command did: days done and failed, the version in force, and what stood in the way of a new one."""

    done: list[dt.date] = field(default_factory=list)
    failed: list[dt.date] = field(default_factory=list)
    blocked: str | None = None
    version: str | None = None
    new_version: bool = False


class Runner:
    """Runs `ingest` and `publish` for one catalog and home."""

    def __init__(self, catalog_file: Path, home_folder: Path, command: str) -> None:
        """Open the workspace; ``command`` names the winnow command that runs are tagged with."""
        self.workspace: Workspace = shared_workspace(catalog_file, home_folder)
        self._definitions = build(catalog_file, home_folder)
        self._command = self.workspace.lock.command = command
        self._buried = False

    def stale_days(self, until: dt.date, *, made: bool = False) -> list[dt.date]:
        """Days up to ``until`` with something to do, oldest first; with ``made`` only those that have a file already."""
        found = {day for stage in DAILY_STAGES for day in open_days(self.workspace, stage, until)}
        if made:
            found &= {day for stage in DAILY_STAGES for day in self.workspace.lake.days(stage.name)}
        return sorted(found)

    def ingest(self, days: Sequence[dt.date], progress: Progress, *, backfill: bool = False) -> Outcome:
        """Run `ingest` for each of ``days`` that is not done; a failed day does not stop the next."""
        outcome = Outcome()
        fresh = {day for day in days if all(is_fresh(self.workspace, stage, day) for stage in DAILY_STAGES)}
        with self._backfill([day for day in days if day not in fresh], outcome, wanted=backfill) as tags:
            for day in days:
                if day in fresh:
                    outcome.done.append(day)
                    progress(INGEST, day.isoformat(), "up to date")
                    continue
                succeeded = self._execute(INGEST, day.isoformat(), {SCAN_TAG: "true", **tags}, progress)
                (outcome.done if succeeded else outcome.failed).append(day)
        return outcome

    def publish(self, progress: Progress, outcome: Outcome, allow_missing: Sequence[dt.date] = ()) -> Outcome:
        """Run `publish` and complete ``outcome``; nothing runs if the version in force was made from the same inputs."""
        releases = self.workspace.releases
        before = releases.latest()
        if before is not None and not allow_missing and is_settled(self.workspace):
            outcome.version = before.version
            return outcome
        missing = ",".join(day.isoformat() for day in allow_missing)
        succeeded = self._execute(PUBLISH, None, {ALLOW_MISSING_TAG: missing} if missing else {}, progress)
        latest = releases.latest()
        outcome.version = latest.version if latest else None
        outcome.new_version = succeeded and latest != before  # one that was there before can come into force again
        if not succeeded:
            failed = releases.failed_checks()
            outcome.blocked = f"failed checks: {', '.join(failed)}" if failed else "the publish run failed"
        return outcome

    def tell(self, outcome: Outcome) -> str | None:
        """Run the catalog's hook if a day failed or the publication was blocked; returns what went wrong with that, if anything."""
        hook = self.workspace.catalog.hooks.on_failure
        if hook is None or not (outcome.failed or outcome.blocked):
            return None
        failed = ",".join(day.isoformat() for day in outcome.failed[:30])
        result = run_hook(
            hook,
            {"job": self._command, "failed_days": failed, "failed": len(outcome.failed), "blocked": int(bool(outcome.blocked))},
        )
        return None if result.told else result.detail

    @contextmanager
    def _backfill(self, days: Sequence[dt.date], outcome: Outcome, *, wanted: bool) -> Iterator[Mapping[str, str]]:
        """The tags of a backfill's runs; its record in the instance, under which the UI lists them, is there from the start."""
        if not (wanted and days):
            yield {}
            return
        record = PartitionBackfill(
            backfill_id=make_new_backfill_id(),
            # As `dagster job backfill` has it: launched, and nothing in it for the daemon to do.
            status=BulkActionStatus.COMPLETED,
            from_failure=False,
            tags={COMMAND_TAG: self._command},
            backfill_timestamp=time.time(),
            partition_set_origin=partition_set(INGEST),
            partition_names=[day.isoformat() for day in days],
        )
        with dg.DagsterInstance.get() as store:
            store.add_backfill(record)
        whole = False
        try:
            yield {BACKFILL_TAG: record.backfill_id}
            whole = not outcome.failed
        finally:
            ended = BulkActionStatus.COMPLETED_SUCCESS if whole else BulkActionStatus.COMPLETED_FAILED
            with dg.DagsterInstance.get() as store:
                store.update_backfill(record._replace(status=ended, backfill_end_timestamp=time.time()))

    def _execute(self, job: str, partition: str | None, tags: Mapping[str, str], progress: Progress) -> bool:
        definition = self._definitions.resolve_job_def(job)
        progress(job, partition, "")
        with dg.DagsterInstance.get() as store:
            self._end_dead_runs(store)
            result = definition.execute_in_process(
                run_config=QUIET,
                partition_key=partition,
                instance=store,
                raise_on_error=False,
                tags={COMMAND_TAG: self._command, **tags},
            )
        if any(_is_interrupt(event) for event in result.all_events):
            raise KeyboardInterrupt  # Dagster takes Ctrl-C for this run's failure; the person meant the command
        failed = sorted({event.step_key or "" for event in result.all_events if event.is_step_failure})
        progress(job, partition, "done" if result.success else f"failed at {', '.join(failed) or 'the start'}")
        return bool(result.success)

    def _end_dead_runs(self, store: dg.DagsterInstance) -> None:
        """Record that the runs of a killed command have failed: the queue would wait for them.

        A command holds the home's lock to its end, so what another command left unfinished is dead.
        """
        if self._buried:
            return
        self._buried = True
        filters = dg.RunsFilter(statuses=[*IN_PROGRESS_RUN_STATUSES, dg.DagsterRunStatus.NOT_STARTED])
        for record in store.get_run_records(filters):
            if COMMAND_TAG in record.dagster_run.tags:
                store.report_run_failed(record.dagster_run, "The command that ran it was killed.")


def _is_interrupt(event: dg.DagsterEvent) -> bool:
    """Whether ``event`` records that SIGINT or SIGTERM ended the run."""
    error = getattr(event.event_specific_data, "error", None)
    return error is not None and error.cls_name == DagsterExecutionInterruptedError.__name__


def prepare_instance(home_folder: Path, instance_file: Path | None = None) -> Path:
    """Give the Dagster instance under ``home_folder`` its settings, and point ``DAGSTER_HOME`` there unless it is set.

    ``instance_file`` is copied if there is none yet; without it the project's own.
    """
    folder = Path(os.environ.get("DAGSTER_HOME") or home_folder / "dagster")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / INSTANCE_FILE
    if not target.exists():
        shutil.copyfile(instance_file or Path(__file__).parent.parent / INSTANCE_FILE, target)
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
    return folder
