"""The corpus through the line: a landing zone of hostile and honest files, scanned and read as a source asset does it.

Belongs here: one run over one home. Does not belong here: what is in the landing zone (`tests.hostile.corpus`), and what has to be
true of the outcome (the tests).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from assets.sources import source_stage
from resources.workspace import Workspace, open_workspace
from tests.hostile.case import Case, Outcome
from tests.hostile.corpus import FOLDERS

ASSET = "internal_reports"

_CATALOG = """\
version: 1
start: 2020-01-01
dataset:
  name: hostile
  salt: a salt that only the tests know
  shares: {{train: 0.6, validation: 0.2, test: 0.2}}
  formats: [chat]
  audiences: [internal]
engine: {{workers: {workers}}}
pii: {{model: {{kind: none}}}}
sources:
  - {{name: files, asset: internal_reports, kind: folder, url: landing/files, licence: proprietary}}
  - name: tables
    asset: internal_reports
    kind: folder
    url: landing/tables
    licence: proprietary
    table: {{columns: [id, text]}}
tasks:
  - {{name: summaries, kind: summarization, mode: executive_summary, sources: [files]}}
"""

WORKERS = 2


@dataclass
class Run:
    """What came of a landing zone: the rows by source and key, in their order."""

    rows: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    keys: set[tuple[str, str]] = field(default_factory=set)

    def outcome(self, case: Case) -> Outcome:
        """What came of ``case``; of an archive all that is in it."""
        found, source = Outcome(), FOLDERS[case.table]
        for (name, key), rows in self.rows.items():
            if name == source and (key == case.file or key.startswith(f"{case.file}/")):
                for row in rows:
                    found.add(row)
        return found

    def honest(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """The rows of the honest files."""
        return {place: rows for place, rows in self.rows.items() if place[1].startswith("honest_")}


def run(folder: Path, workers: int = WORKERS) -> Run:
    """Scan ``folder/landing`` and read all that is in it, by the stage of a source asset, in a home of its own."""
    catalog = folder / "catalog.yaml"
    catalog.write_text(_CATALOG.format(workers=workers), encoding="utf-8")
    space = open_workspace(catalog, folder / "home")
    try:
        space.scan().require_complete()
        return _read(space)
    finally:
        space.close()


def _read(space: Workspace) -> Run:
    found, stage = Run(), source_stage(ASSET)
    for day in sorted(stage.upstream_days(space)):
        names = {sighting.object_id: (sighting.source, sighting.key) for sighting in space.ledger.objects(ASSET, day)}
        found.keys |= set(names.values())
        batches, _ = stage.build(space, day)
        for batch in batches:
            _take(found, batch, names)
    return found


def _take(found: Run, batch: pa.RecordBatch, names: dict[str, tuple[str, str]]) -> None:
    for row in batch.to_pylist():
        found.rows.setdefault(names[row["object_id"]], []).append(row)


def faults(found: Run, cases: Sequence[Case]) -> dict[str, str]:
    """What is wrong with the outcome of each of ``cases`` of which something is, by its name."""
    told = {case.name: case.fault(found.outcome(case)) for case in cases}
    return {name: fault for name, fault in told.items() if fault}
