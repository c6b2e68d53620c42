"""``make bench-dedup``: what deduplication costs and finds beside its peers, and how it grows.

Belongs here: the program and its tables. Does not belong here: texts and truth (`benchmarks.near_copies`), and peers, which run in an
environment of their own (`benchmarks.dedup_peers`).
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import dedup_peers
from benchmarks.near_copies import texts, truth, write
from evaluation.pages import renewed, table

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
COMPARED, GROWTH, NIGHT = "dedup-peers", "dedup-growth", "dedup-night"
THRESHOLD = 0.8
COMPARED_SIZE = 100_000
SIZES = (10_000, 100_000, 1_000_000)
NEW_SHARE = 0.01

Result = Mapping[str, Any]


def of_winnow(path: Path) -> dict[str, Any]:
    """Decisions on all texts of ``path``: who stays, keepers, similarities, groups. The pairs are asked for when the clock stands."""
    import numpy as np  # noqa: PLC0415 - what a peer's process does not need

    from winnow.dedup import deduplicate_texts  # noqa: PLC0415 - the same
    from winnow.edges import Space, search  # noqa: PLC0415 - the same
    from winnow.shingles import shingle  # noqa: PLC0415 - the same

    with path.open(encoding="utf-8") as lines:
        made = [json.loads(line)["text"] for line in lines]
    deduplicate_texts(["a", "b"], ["warm up"] * 2)
    start = time.process_time()
    decisions = deduplicate_texts([f"{number:08}" for number in range(len(made))], made, THRESHOLD)
    seconds = time.process_time() - start
    peak = dedup_peers.peak_mib()
    result: dict[str, Any] = {"seconds": seconds, "peak_mib": peak, "dropped": len(made) - decisions["reason"].null_count}
    if len(made) <= COMPARED_SIZE:
        edges = search(Space((shingle(made),))).complete(np.ones(len(made), dtype=np.bool_), THRESHOLD, THRESHOLD)
        result["pairs"] = list(zip(edges.left.tolist(), edges.right.tolist(), strict=True))
    return result


def of_a_night(path: Path) -> dict[str, Any]:
    """Fingerprints and search of all but a hundredth of the texts, and of the rest on the night after, with a memory on disk."""
    from resources.arrays import FolderOfArrays  # noqa: PLC0415 - what a peer's process does not need
    from winnow.dedup import bare  # noqa: PLC0415 - the same
    from winnow.fingerprints import arrange  # noqa: PLC0415 - the same
    from winnow.memory import ArraysInMemory, Store  # noqa: PLC0415 - the same
    from winnow.recall import RECALL_VERSION, Recall, deduplicate_tonight  # noqa: PLC0415 - the same
    from winnow.sketches import MEMBERS  # noqa: PLC0415 - the same

    with path.open(encoding="utf-8") as lines:
        made = [json.loads(line)["text"] for line in lines]
    rows = bare([f"{number:08}" for number in range(len(made))], made)
    deduplicate_tonight(bare(["a", "b"], ["warm up"] * 2), {}, {}, ArraysInMemory())
    before = len(made) - int(len(made) * NEW_SHARE)

    def night(count: int, store: Store) -> float:
        examples = rows.slice(0, count)
        start = time.process_time()
        recall = Recall(store, examples)
        between = time.process_time()
        arranged = arrange(examples, {}, recall.hashed)
        resumed = time.process_time()
        for number in range(2):
            recall.search(arranged, number, MEMBERS)
        return time.process_time() - resumed + between - start

    with tempfile.TemporaryDirectory() as folder:
        seconds = []
        for count in (before, len(made)):
            store = FolderOfArrays(Path(folder), RECALL_VERSION)
            seconds.append(night(count, store))
            store.commit()
    return {"full": seconds[0], "night": seconds[1], "rows": len(made)}


def run(name: str, path: Path, python: str, folder: Path) -> dict[str, Any]:
    """One pass of a contender in a process of its own, on one core."""
    out = folder / f"{name}.json"
    script = (
        [python, dedup_peers.__file__, name]
        if name in dedup_peers.PEERS
        else [sys.executable, "-m", "benchmarks.dedup", "--one", name]
    )
    environment = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")}
    subprocess.run([*script, str(path), str(out)], check=True, env=environment)  # noqa: S603 - our own programs
    return dict(json.loads(out.read_text(encoding="utf-8")))


def compared(results: Mapping[str, Result], true: set[tuple[int, int]]) -> str:
    """The table of contenders."""
    own = results["winnow"]["seconds"]
    rows = []
    for name, result in results.items():
        found = {tuple(pair) for pair in result["pairs"]}
        right = len(found & true)
        shares = (right / len(true), right / max(len(found), 1))
        label = f"{name} {result['version']}" if "version" in result else "winnow: decisions, keepers, groups"
        rows.append(
            (
                label,
                f"{result['seconds']:.2f}",
                f"{result['seconds'] / own:.1f}",
                f"{result['peak_mib']:,}",
                *(f"{share:.4f}" for share in shares),
            )
        )
    return table(("contender", "CPU seconds", "times winnow's", "peak MiB", "recall", "precision"), rows)


def grown(results: Mapping[int, Result]) -> str:
    """The table of sizes."""
    rows = [
        (
            f"{size:,}",
            f"{result['seconds']:.2f}",
            f"{result['seconds'] / size * 1e6:.1f}",
            f"{result['peak_mib']:,}",
            f"{result['dropped']:,}",
        )
        for size, result in results.items()
    ]
    return table(("documents", "CPU seconds", "µs a document", "peak MiB", "dropped"), rows)


def of_nights(result: Result) -> str:
    """The table of what a hundredth more costs."""
    rows = [
        (f"{result['rows'] * (1 - NEW_SHARE):,.0f} documents, nothing known", f"{result['full']:.2f}", ""),
        (
            f"{result['rows'] * NEW_SHARE:,.0f} more on the night after",
            f"{result['night']:.3f}",
            f"{result['night'] / result['full']:.1%}",
        ),
    ]
    return table(("fingerprints and search", "CPU seconds", "share"), rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dedup", description="Measure what deduplication costs and finds."
    )
    parser.add_argument("--one", nargs=3, metavar=("NAME", "FILE", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--peers", metavar="PYTHON", help="the interpreter beside which the peers are installed; without it none is run"
    )
    parser.add_argument("--size", type=int, default=COMPARED_SIZE, help="documents that contenders get (default: %(default)s)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="documents of the growth table")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/performance.md")
    chosen = parser.parse_args(arguments)
    if chosen.one:
        name, path, out = chosen.one
        result = {"winnow": of_winnow, "night": of_a_night}[name](Path(path))
        Path(out).write_text(json.dumps(result), encoding="utf-8")
        return 0
    parts = _measured(chosen)
    sys.stdout.write("\n\n".join(parts.values()) + "\n")
    if chosen.write:
        page = PAGE.read_text(encoding="utf-8")
        for name, text in parts.items():
            page = renewed(page, name, text)
        PAGE.write_text(page, encoding="utf-8")
    return 0


def _measured(chosen: argparse.Namespace) -> dict[str, str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write(folder / "compared.jsonl", chosen.size)
        true = set(truth(list(texts(chosen.size)), THRESHOLD))
        names = ["winnow", *(dedup_peers.PEERS if chosen.peers else ())]
        results = {name: run(name, path, chosen.peers, folder) for name in names}
        night = run("night", path, "", folder)
        growth = {size: run("winnow", write(folder / "grown.jsonl", size), "", folder) for size in chosen.sizes}
        average = path.stat().st_size / chosen.size
    setting = (
        f"{chosen.size:,} made-up documents of {average:,.0f} bytes a line, {len(true):,} pairs of similarity 0.8 or more, one core; "
        f"Python {platform.python_version()}, {platform.machine()}."
    )
    return {COMPARED: f"{setting}\n\n{compared(results, true)}", GROWTH: grown(growth), NIGHT: of_nights(night)}


if __name__ == "__main__":
    sys.exit(main())
