"""Everything a stage touches, opened once: catalog, home, ledger, lake, releases, engine and clock.

Belongs here: putting the adapters together. Does not belong here: what the stages do with them (`assets`).
"""

import datetime as dt
import logging
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from resources.catalog import Catalog, load_catalog
from resources.clock import Clock, clock_from
from resources.confinement import Limits
from resources.engine import Engine
from resources.home import Home
from resources.lake import Lake
from resources.ledger import Ledger, ScanResult
from resources.lock import HomeLock
from resources.raw_zone import close_home
from resources.releases import Releases
from winnow.errors import SourceError

_log = logging.getLogger(__name__)


@dataclass
class Retry:
    """What `winnow quarantine --retry` wants to be done once more, although nothing about it changed; this process alone knows.

    Attributes:
        days: days of stages that are stale until they have been made.
        contents: objects and their contents that are read again when their day is made.
    """

    days: set[tuple[str, dt.date]] = field(default_factory=set)
    contents: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Workspace:
    """One catalog at work in one home."""

    catalog: Catalog
    catalog_path: Path
    home: Home
    clock: Clock
    ledger: Ledger
    lake: Lake
    releases: Releases
    engine: Engine
    lock: HomeLock
    retry: Retry = field(default_factory=Retry)
    _keys: dict[str, str] = field(default_factory=dict)
    _scanned_for: str | None = None
    _scan: ScanResult | None = None

    def close(self) -> None:
        """Stop the workers and close the ledger."""
        self.engine.close()
        self.ledger.close()

    def stage_key(self, stage: str, key: Callable[[Catalog], str]) -> str:
        """``key`` of this catalog, computed once: the libraries and settings it hashes do not change in a process."""
        if stage not in self._keys:
            self._keys[stage] = key(self.catalog)
        return self._keys[stage]

    def scan(self) -> ScanResult:
        """Look at every source and write what is new, changed or gone to the ledger, under the home's lock."""
        with self.lock.held():
            self._scan = self.ledger.scan(
                self.catalog.sources, start=self.catalog.start, clock=self.clock, succeeded=self.lake_has
            )
        return self._scan

    def rehearsed_scan(self) -> AbstractContextManager[ScanResult]:
        """A scan that is forgotten behind its block."""
        return self.ledger.rehearsed(self.catalog.sources, start=self.catalog.start, clock=self.clock, succeeded=self.lake_has)

    def scan_once(self, run_id: str) -> None:
        """`scan`, unless this process has done so for ``run_id`` already."""
        if self._scanned_for != run_id:
            self.scan()
            self._scanned_for = run_id

    def require_listed(self, asset: str) -> None:
        """SourceError if the last scan could not list a source of ``asset``: what it holds is not known."""
        failed = {} if self._scan is None else self._scan.failed
        messages = [failed[source.name] for source in self.catalog.sources_of(asset) if source.name in failed]
        if messages:
            raise SourceError("; ".join(messages))

    def lake_has(self, asset: str, day: dt.date) -> bool:
        """Whether the partition of ``asset`` at ``day`` has succeeded: its file is there."""
        return self.lake.exists(asset, day)


def open_workspace(catalog_file: Path, home_folder: Path, command: str = "run", *, reading: bool = False) -> Workspace:
    """Open the home at ``home_folder`` for the catalog in ``catalog_file``; makes the home if it is not there.

    With ``reading`` nothing is made or written: the ledger is a copy in memory, and a home that is not there is an empty one.

    Raises:
        CatalogError: the catalog is absent or wrong.
    """
    catalog = load_catalog(catalog_file)
    home = Home(home_folder) if reading else Home(home_folder).create()
    if not reading and (opened := close_home(home.path)):
        _log.warning("%d files or folders of the home stood open to other users; they are closed now", opened)
    clock = clock_from(os.environ)
    settings = catalog.engine
    return Workspace(
        catalog=catalog,
        catalog_path=catalog_file,
        home=home,
        clock=clock,
        ledger=Ledger(home.ledger, catalog.dataset.salt, copied=reading),
        lake=Lake(home.lake),
        releases=Releases(home.releases, catalog.dataset.name),
        engine=Engine(
            settings.workers,
            timeout_seconds=settings.timeout_seconds,
            memory_bytes=settings.memory_bytes,
            limits=Limits(**settings.extract.model_dump()),
        ),
        lock=HomeLock(home.lock, command, clock),
    )


_shared: dict[tuple[Path, Path], Workspace] = {}


def shared_workspace(catalog_file: Path, home_folder: Path) -> Workspace:
    """`open_workspace`, once per process: the runs of one backfill share workers and the ledger's connection."""
    key = catalog_file, home_folder
    if key not in _shared:
        _shared[key] = open_workspace(catalog_file, home_folder)
    return _shared[key]


def close_workspaces() -> None:
    """Stop the workers and close the ledger of every shared workspace, so that no trace of open files is left in a home."""
    while _shared:
        _shared.popitem()[1].close()
