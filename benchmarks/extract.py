"""``make bench-extract``: what isolation adds to the readers' own cost, and how much memory the parent needs for a gigabyte.

Belongs here: the program and its tables. Does not belong here: the files (`benchmarks.files`), and how well readers read.
"""

import argparse
import collections
import contextlib
import logging
import multiprocessing
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from benchmarks.files import PARAGRAPHS, TABLE, options, write_bulk, write_files
from evaluation.pages import renew, table
from resources.engine import Engine, Found, Object, ObjectStage, cores
from resources.lake import Lake
from winnow.errors import UnreadableDocument
from winnow.extract import object_reader, refusal
from winnow.formats import detect, preload
from winnow.formats._rows import TableDocuments
from winnow.schemas import DOCUMENTS
from winnow.sealed import ExtractConfig, SourceReading, require_claim, sealed

Outcome = TypeVar("Outcome")

PAGE = Path(__file__).parents[1] / "docs" / "extraction.md"
PART = "measured-throughput"
FILES, REPEATS = 450, 3
WANTED_RATIO = 1.15  # of the readers' own CPU time, spread over the workers
MEGABYTES = 1_000
WANTED_PEAK = 1_000  # megabytes of the parent

SOURCES = {"files": SourceReading(), "tables": SourceReading(read=TABLE)}
CONFIG = ExtractConfig("a salt for benchmarks", SOURCES)


def own_seconds(paths: Sequence[Path]) -> dict[str, float]:
    """CPU seconds by suffix that the readers take in this process, without isolation, warm. Run it in a process of its own."""
    preload()
    spent: dict[str, float] = defaultdict(float)
    for path in paths[: len(PARAGRAPHS)]:  # one of each kind
        _read_here(path)
    for path in paths:
        begin = time.process_time()
        _read_here(path)
        spent[path.suffix] += time.process_time() - begin
    return dict(sorted(spent.items()))


def _read_here(path: Path) -> None:
    content, how = path.read_bytes(), options(path)
    with contextlib.suppress(UnreadableDocument):
        found = detect(content, path.name, how).read(content, how)
        # Of a table its columns, as the worker takes them: documents, which nobody asks for there, would cost more.
        collections.deque(found.columns if isinstance(found, TableDocuments) else found, maxlen=0)


def _objects(paths: Sequence[Path]) -> Iterator[Object]:
    for number, path in enumerate(paths):
        source = "tables" if path.suffix in {".csv", ".xlsx"} else "files"
        yield Object({"source": source, "key": path.name}, path.stat().st_size, path.read_bytes, ticket=number)


def found_in(engine: Engine, paths: Sequence[Path]) -> Iterator[Found]:
    """What confined readers find in ``paths``."""
    return engine.map_objects(ObjectStage(object_reader, SOURCES, DOCUMENTS, require_claim), _objects(paths))


def rows_of(found: Found) -> pa.RecordBatch:
    """The rows of ``found`` as the line stores them."""
    about = {**found.object.about, "object_id": str(found.object.ticket), "content_sha256": ""}
    return sealed(refusal(found.reason or "", found.kind) if found.rows is None else found.rows, about, CONFIG)


def isolated_seconds(paths: Sequence[Path], workers: int) -> tuple[float, float, int]:
    """Wall-clock seconds in confined workers, CPU seconds of all processes, and how many files could not be read.

    What forks the workers is there before the clock starts; forking them is counted.
    """
    starting, _, _ = _pass(paths, [], workers)
    spent, seconds, refused = _pass(paths, paths, workers)
    return seconds, spent - starting, refused


def _pass(warm: Sequence[Path], paths: Sequence[Path], workers: int) -> tuple[float, float, int]:
    """CPU seconds of an engine's life, wall-clock seconds of reading ``paths``, and how many of them could not be read."""
    before = _used()
    with Engine(workers) as engine:
        list(found_in(engine, warm[: len(PARAGRAPHS)]))
        begin = time.perf_counter()
        refused = sum(found.rows is None for found in map(_sealed, found_in(engine, paths)))
        seconds = time.perf_counter() - begin
    return _used() - before, seconds, refused  # its processes have been waited for by now


def _sealed(found: Found) -> Found:
    rows_of(found)
    return found


def _used() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in spent)


def _apart(function: Callable[..., Outcome], *arguments: object) -> Outcome:
    """What ``function`` gives in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def throughput(paths: Sequence[Path], workers: int, repeats: int) -> str:
    """The tables of cost by format and of isolation."""
    own, isolated = [], []
    for _ in range(repeats):  # in turn, so that a slow moment of the machine hits both alike
        own.append(_apart(own_seconds, paths))
        isolated.append(_apart(isolated_seconds, paths, workers))
    by_suffix = {suffix: statistics.median(each[suffix] for each in own) for suffix in own[0]}
    sizes = {suffix: [path.stat().st_size for path in paths if path.suffix == suffix] for suffix in by_suffix}
    rows = [
        (
            suffix.lstrip("."),
            str(len(sizes[suffix])),
            f"{sum(sizes[suffix]) / 1e6:.1f}",
            f"{1000 * seconds / len(sizes[suffix]):.1f}",
            f"{len(sizes[suffix]) / seconds:,.0f}",
            f"{sum(sizes[suffix]) / 1e6 / seconds:.1f}",
        )
        for suffix, seconds in by_suffix.items()
    ]
    first = table(("format", "files", "MB", "CPU ms a file", "files a CPU second", "MB a CPU second"), rows)
    wall = statistics.median(seconds for seconds, _, _ in isolated)
    walls = _ratios(own, [seconds * workers for seconds, _, _ in isolated])
    costs = _ratios(own, [spent for _, spent, _ in isolated])
    total = sum(sum(each) for each in sizes.values()) / 1e6
    row = (
        str(workers),
        f"{len(paths) / wall:,.0f}",
        f"{total / wall:.1f}",
        f"{sum(by_suffix.values()):.2f}",
        f"{wall * workers:.2f}",
        walls,
        f"≤ {WANTED_RATIO}",
        costs,
    )
    columns = (
        "workers",
        "files/s",
        "MB/s",
        "readers' own CPU s",
        "wall s × workers",
        "ratio",
        "wanted",
        "CPU of all processes, ratio",
    )
    return f"{first}\n\n{table(columns, [row])}"


def _ratios(own: Sequence[Mapping[str, float]], isolated: Sequence[float]) -> str:
    """Median, least and most of what isolation costs, in times of the readers' own seconds, pass by pass."""
    ratios = sorted(seconds / sum(each.values()) for each, seconds in zip(own, isolated, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def parents_peak(folder: Path, workers: int) -> tuple[int, int, float]:
    """Peak memory of this process in bytes after a run over so many megabytes, the rows, and the seconds it took."""
    paths = sorted(folder.iterdir())
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as lake, Engine(workers) as engine:
        rows = Lake(Path(lake)).write("bench", None, map(rows_of, found_in(engine, paths)), DOCUMENTS, {})
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit, rows, time.perf_counter() - begin


def memory(megabytes: int, workers: int) -> str:
    """The table of the parent's memory."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write_bulk(Path(folder), megabytes * 1_000_000)
        size = sum(path.stat().st_size for path in paths) / 1e6
        peak, rows, seconds = _apart(parents_peak, Path(folder), workers)
    row = (f"{size:,.0f}", f"{len(paths):,}", f"{rows:,}", f"{peak / 1e6:,.0f}", f"≤ {WANTED_PEAK:,}", f"{size / seconds:.0f}")
    return table(("MB read", "files", "documents", "peak MB of the parent", "wanted", "MB/s"), [row])


def main(arguments: Sequence[str] | None = None) -> int:
    """The program."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extract", description="Measure what isolated extraction costs.")
    parser.add_argument("--files", type=int, default=FILES, help="files of the mixture (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="passes of each side (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=cores(), help="processes that read (default: one a core)")
    parser.add_argument(
        "--megabytes", type=int, default=MEGABYTES, help="of the run for memory; 0: none (default: %(default)s)"
    )
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/extraction.md")
    chosen = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        paths = write_files(Path(folder), chosen.files)
        parts = [throughput(paths, chosen.workers, chosen.repeats)]
    if chosen.megabytes:
        parts.append(memory(chosen.megabytes, chosen.workers))
    setting = f"Medians of {chosen.repeats} passes in turn; Python {platform.python_version()}, {platform.machine()}, {cores()} cores."
    text = "\n\n".join([setting, *parts])
    sys.stdout.write(f"{text}\n")
    if chosen.write:
        renew(PAGE, {PART: text})
    return 0


if __name__ == "__main__":
    sys.exit(main())
