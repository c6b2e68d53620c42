"""A night on which nothing changed: what it costs to see that, beside a raw anti-join by DuckDB over the same keys.

Belongs here: the ledger's side, DuckDB's, their table and target. Does not belong here: the program (`benchmarks.export`).

What is timed of winnow is the part of a scan that is asked about every object: given the listing of a source, as a folder or bucket
answers it, is there anything new, changed or gone against the ledger? It compares key, size, times and etag. What is timed of DuckDB is
the anti-join of the same keys, both sides in Parquet. Listing the source is in neither. The ledger recognises a listing that it has seen
to the last entry by its seal; after a night with news, or one that was cut short, it compares row by row, which has a row of its own.
"""

import datetime as dt
import hashlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import duckdb_peer
from benchmarks.dedup_peers import cpu_seconds
from benchmarks.targets import Target
from evaluation.pages import table
from resources.ledger import Ledger
from resources.ledger_scan import Counts, Days, SourceScan
from resources.sources import Listed, kinds

SIZES = (500_000, 1_000_000)
REPEATS = 3
TIMES_DUCKDB = 2.0  # promised before it was measured
SALT = "a salt of the benchmark, which guards nothing"
NOON_NS = 1_790_000_000_000_000_000  # long ago, so that change times are trusted

Result = Mapping[str, Any]


def listing(count: int) -> list[Listed]:
    """What a folder of ``count`` files answers."""
    return [
        Listed(
            f"department-{number % 97}/2026/report-{number:07d}.pdf",
            1_000 + number % 99_991,
            NOON_NS + number * 1_000,
            NOON_NS + number * 1_000,
        )
        for number in range(count)
    ]


class _Files:
    """Stands for the source behind a listing: it is asked for the hash of what is new, once."""

    def sha256(self, key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()


class Nights:
    """A ledger and a listing, night after night."""

    def __init__(self, folder: Path, count: int) -> None:
        path = folder / "ledger.sqlite"
        Ledger(path, SALT).close()
        self.listing = listing(count)
        self._sql = sqlite3.connect(path, isolation_level=None)
        given = {"name": "reports", "asset": "internal_reports", "kind": "folder", "licence": "proprietary", "url": str(folder)}
        self._source = kinds()["folder"].options.model_validate(given)
        day = dt.date(2026, 10, 1)
        self._days = Days(day, day, lambda _asset, _day: False)
        self._scan = 0

    def night(self) -> tuple[Counts, float]:
        """One scan of the source: what it found, and its CPU seconds."""
        self._scan += 1
        scan = SourceScan(self._sql, SALT, self._source, self._days, self._scan, "2026-10-01T01:00:00+00:00")
        start = cpu_seconds()
        self._sql.execute("BEGIN IMMEDIATE")
        counts = scan.run(_Files(), self.listing)  # type: ignore[arg-type] # a scan asks no more of a source that is listed
        self._sql.execute("COMMIT")
        return counts, cpu_seconds() - start

    def forget(self) -> None:
        """As after a night that was cut short: the next one compares row by row."""
        self._sql.execute("DELETE FROM seals")


def of_winnow(folder: Path, count: int) -> dict[str, float]:
    """CPU seconds of a night on which nothing changed, by its listing and by its rows."""
    nights = Nights(folder, count)
    first, _ = nights.night()
    assert first.new == count
    sealed = [_unchanged(nights.night(), count) for _ in range(REPEATS)]
    nights.forget()
    return {"sealed": statistics.median(sealed), "rows": _unchanged(nights.night(), count)}


def _unchanged(night: tuple[Counts, float], count: int) -> float:
    counts, seconds = night
    assert counts == Counts(unchanged=count)
    return seconds


def of_duckdb(folder: Path, count: int, python: str) -> dict[str, Any]:
    """CPU seconds of the anti-join, the median of its passes; empty where it could not be run."""
    keys = pa.table({"key": [listed.key for listed in listing(count)]})
    paths = [folder / "listed.parquet", folder / "known.parquet"]
    for path in paths:
        pq.write_table(keys, path)
    found = _asked(python, [str(path) for path in paths], folder)
    assert not found or found["new"] == 0
    return {"duckdb": statistics.median(found["seconds"]), "version": found["version"]} if found else {}


def _asked(python: str, paths: Sequence[str], folder: Path) -> dict[str, Any]:
    out = folder / "duckdb.json"
    try:
        subprocess.run([python, duckdb_peer.__file__, *paths, str(out)], check=True)  # noqa: S603 - our own program
    except (OSError, subprocess.CalledProcessError):
        return {}
    return dict(json.loads(out.read_text(encoding="utf-8")))


def not_installed(python: str) -> str | None:
    """What to say if DuckDB is not there beside the interpreter ``python``."""
    with tempfile.TemporaryDirectory() as name:
        if _asked(python, ["", ""], Path(name)):
            return None
    return f"not installed beside {python}: duckdb; `make bench-export` installs it"


def measured(count: int, python: str) -> dict[str, Any]:
    """Both over ``count`` keys, winnow in a process of its own as well."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name), Path(name) / "winnow.json"
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
        command = [sys.executable, "-m", "benchmarks.unchanged", str(count), str(out)]
        ended = subprocess.run(command, check=False, env=environment)  # noqa: S603 - our own program
        own = json.loads(out.read_text(encoding="utf-8")) if ended.returncode == 0 else {}
        return {**own, **of_duckdb(folder, count, python)}


def night_table(results: Mapping[int, Result]) -> str:
    """The table of nights."""
    rows = []
    for count, result in results.items():
        labels = {
            "duckdb": f"DuckDB {result.get('version', '')}, anti-join of the keys over Parquet",
            "sealed": "winnow, the listing compared with the ledger, nothing changed",
            "rows": "the same row by row, as behind a night with news",
        }
        for name, label in labels.items():
            seconds = result.get(name)
            times = "–" if seconds is None or "duckdb" not in result else f"{seconds / result['duckdb']:.2f}"
            rows.append((label, f"{count:,}", "could not be run" if seconds is None else f"{seconds:.2f}", times))
    return table(("is anything new?", "keys", "CPU seconds", "times the anti-join"), rows)


def targets(results: Mapping[int, Result]) -> list[Target]:
    """What was promised, with what was measured."""
    found = []
    for count, result in results.items():
        times = result["sealed"] / result["duckdb"] if {"sealed", "duckdb"} <= set(result) else None
        found.append(
            Target(f"nothing new among {count:,} keys, CPU seconds over DuckDB's", TIMES_DUCKDB, times, unit="{:.2f} times")
        )
    return found


def main(count: str, out: str) -> None:
    """Winnow's side in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        Path(out).write_text(json.dumps(of_winnow(Path(name), int(count))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
