"""``make bench-dedup``: what deduplication costs and finds beside its peers, how it grows, and whether that is what was promised.

Belongs here: the program, its targets and running each contender in a process of its own. Does not belong here: texts and truth
(`benchmarks.near_copies`), peers, which run in an environment of their own (`benchmarks.dedup_peers`), and what the tables look like
(`benchmarks.dedup_tables`).

Exit codes: 0, all targets hold and all peers ran; 1, one does not hold or a peer could not be run; 2, a peer is not installed.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import dedup_peers
from benchmarks.dedup_tables import Result, compared, grown, of_nights, recall_precision
from benchmarks.near_copies import texts, truth, write
from benchmarks.targets import Target, broken, targets_table
from evaluation.pages import renew

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
COMPARED, GROWTH, NIGHT, TARGETS = "dedup-peers", "dedup-growth", "dedup-night", "dedup-targets"
THRESHOLD = 0.8
COMPARED_SIZE = 100_000
SIZES = (10_000, 100_000, 1_000_000)
NEW_SHARE = 0.01
PASSES = 3  # of a night; the least is taken

# What was promised before it was measured.
TIMES_DATASKETCH, TIMES_RENSA = 10, 3
RECALL = PRECISION = 0.99
LARGE, LARGE_SECONDS, LARGE_MIB = 1_000_000, 20, 3_000_000_000 / 2**20
NIGHT_SHARE = 0.02


def of_winnow(path: Path) -> dict[str, Any]:
    """Decisions on all texts of ``path``: who stays, keepers, similarities, groups. The pairs are asked for when the clock stands."""
    import numpy as np  # noqa: PLC0415 - what a peer's process does not need

    from winnow.dedup import deduplicate_texts  # noqa: PLC0415 - the same
    from winnow.edges import Space, search  # noqa: PLC0415 - the same
    from winnow.shingles import shingle  # noqa: PLC0415 - the same

    with path.open(encoding="utf-8") as lines:
        made = [json.loads(line)["text"] for line in lines]
    deduplicate_texts(["a", "b"], ["warm up"] * 2)
    with dedup_peers.measured() as cost:
        decisions = deduplicate_texts([f"{number:08}" for number in range(len(made))], made, THRESHOLD)
    dropped = len(made) - decisions["reason"].null_count
    result: dict[str, Any] = {**cost, "dropped": dropped}
    if len(made) <= COMPARED_SIZE:
        edges = search(Space((shingle(made),))).complete(np.ones(len(made), dtype=np.bool_), THRESHOLD, THRESHOLD)
        result["pairs"] = list(zip(edges.left.tolist(), edges.right.tolist(), strict=True))
        stays = decisions["example_id"].filter(decisions["reason"].is_null()).to_pylist()
        result["left"] = sorted(int(identifier) for identifier in stays)
    return result


def of_a_night(path: Path) -> dict[str, Any]:
    """The whole answer for all but a hundredth of the texts; for them again the night after; and for all texts instead of that.

    The last two are the least of `PASSES`, each from a copy of the memory on disk that the first has left: what tells them apart is as
    small as the noise of a machine.
    """
    from resources.arrays import FolderOfArrays  # noqa: PLC0415 - what a peer's process does not need
    from winnow.dedup import bare  # noqa: PLC0415 - the same
    from winnow.memory import ArraysInMemory  # noqa: PLC0415 - the same
    from winnow.recall import RECALL_VERSION, deduplicate_tonight  # noqa: PLC0415 - the same

    with path.open(encoding="utf-8") as lines:
        made = [json.loads(line)["text"] for line in lines]
    rows = bare([f"{number:08}" for number in range(len(made))], made)
    deduplicate_tonight(bare(["a", "b"], ["warm up"] * 2), {}, {}, ArraysInMemory())
    before = len(made) - int(len(made) * NEW_SHARE)

    def night(count: int, memory: Path) -> float:
        store = FolderOfArrays(memory, RECALL_VERSION)
        start = time.process_time()
        deduplicate_tonight(rows.slice(0, count), {}, {}, store)
        store.commit()
        return time.process_time() - start

    def after(count: int, folder: Path) -> float:
        copy = Path(shutil.copytree(folder / "memory", folder / "copy"))
        seconds = night(count, copy)
        shutil.rmtree(copy)
        return seconds

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        full = night(before, folder / "memory")
        passes = [[after(count, folder) for count in (before, len(made))] for _ in range(PASSES)]
        same, more = (min(seconds) for seconds in zip(*passes, strict=True))
    return {"full": full, "same": same, "night": more, "rows": len(made)}


def run(name: str, path: Path, python: str, folder: Path) -> dict[str, Any]:
    """One pass of a contender in a process of its own, on one core; ``failed`` with the exit status where it could not be run."""
    out, log = folder / f"{name}.json", folder / f"{name}.log"
    script = (
        [python, dedup_peers.__file__, name]
        if name in dedup_peers.PEERS
        else [sys.executable, "-m", "benchmarks.dedup", "--one", name]
    )
    environment = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"), "1")}
    with log.open("wb") as said:
        ended = subprocess.run([*script, str(path), str(out)], check=False, env=environment, stderr=said)  # noqa: S603 - our own programs
    if ended.returncode:
        sys.stderr.write(f"{name} could not be run (exit status {ended.returncode}); the end of what it said:\n")
        sys.stderr.write("\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]) + "\n")
        return {"failed": ended.returncode}
    return dict(json.loads(out.read_text(encoding="utf-8")))


def not_installed(python: str, folder: Path) -> list[str]:
    """Which of the peers are not there beside the interpreter ``python``."""
    out = folder / "missing.json"
    try:
        subprocess.run([python, dedup_peers.__file__, "missing", "", str(out)], check=True)  # noqa: S603 - our own program
    except (OSError, subprocess.CalledProcessError):
        return list(dedup_peers.PEERS)
    return list(json.loads(out.read_text(encoding="utf-8")))


def targets(
    results: Mapping[str, Result], true: set[tuple[int, int]], growth: Mapping[int, Result], nights: Mapping[int, Result]
) -> list[Target]:
    """What was promised, with what was measured; a peer that was not asked for is no target."""
    own = results["winnow"]["seconds"]
    found = [
        Target(f"CPU seconds of {name} over winnow's", limit, _over(results[name], own), at_least=True, unit="{:.1f} times")
        for name, limit in (("datasketch", TIMES_DATASKETCH), ("rensa", TIMES_RENSA))
        if name in results
    ]
    recall, precision = recall_precision(results["winnow"]["pairs"], true)
    found += [
        Target("recall of winnow's pairs", RECALL, recall, at_least=True, unit="{:.4f}"),
        Target("precision of winnow's pairs", PRECISION, precision, at_least=True, unit="{:.4f}"),
    ]
    if LARGE in growth:
        found += [
            Target(f"{LARGE:,} documents, CPU seconds", LARGE_SECONDS, growth[LARGE].get("seconds"), unit="{:.1f} s"),
            Target(f"{LARGE:,} documents, most memory", LARGE_MIB, growth[LARGE].get("peak_mib"), unit="{:,.0f} MiB"),
        ]
    for size, night in nights.items():
        share = (night["night"] - night["same"]) / night["full"] if "full" in night else None
        what = f"{size:,} documents, what a hundredth more costs of the full run"
        found.append(Target(what, NIGHT_SHARE, share, unit="{:.1%}"))
    return found


def _over(result: Result, own: float) -> float | None:
    return result["seconds"] / own if "seconds" in result else None


def main(arguments: Sequence[str] | None = None) -> int:
    """The program."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.dedup",
        description="Measure what deduplication costs and finds, and say whether that is what was promised.",
    )
    parser.add_argument("--one", nargs=3, metavar=("NAME", "FILE", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument(
        "--peers", metavar="PYTHON", help="the interpreter beside which the peers are installed; without it none is run"
    )
    parser.add_argument("--size", type=int, default=COMPARED_SIZE, help="documents that contenders get (default: %(default)s)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="documents of the growth table")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/performance.md")
    parser.add_argument("--page", type=Path, default=PAGE, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.one:
        name, path, out = chosen.one
        dedup_peers.on_one_core()
        result = {"winnow": of_winnow, "night": of_a_night}[name](Path(path))
        Path(out).write_text(json.dumps(result), encoding="utf-8")
        return 0
    if chosen.size > COMPARED_SIZE:
        parser.error(f"--size: at most {COMPARED_SIZE:,}; the exact truth about more takes too much memory")
    with tempfile.TemporaryDirectory() as name:
        if chosen.peers and (absent := not_installed(chosen.peers, Path(name))):
            sys.stderr.write(
                f"not installed beside {chosen.peers}: {', '.join(absent)}; `make bench-dedup` installs all peers\n"
            )
            return 2
        parts, complaints = _measured(chosen, Path(name))
    sys.stdout.write("\n\n".join(parts.values()) + "\n")
    if chosen.write:
        renew(chosen.page, parts)
    for complaint in complaints:
        sys.stderr.write(f"{complaint}\n")
    return 1 if complaints else 0


def _measured(chosen: argparse.Namespace, folder: Path) -> tuple[dict[str, str], list[str]]:
    """The tables, and what is wrong with what they show."""
    path = write(folder / "compared.jsonl", chosen.size)
    true = set(truth(list(texts(chosen.size)), THRESHOLD))
    names = ["winnow", *(dedup_peers.PEERS if chosen.peers else ())]
    results = {name: run(name, path, chosen.peers, folder) for name in names}
    growth, nights = {}, {chosen.size: run("night", path, "", folder)}
    for size in chosen.sizes:
        grown_to = write(folder / "grown.jsonl", size)
        growth[size] = run("winnow", grown_to, "", folder)
        if size == max(chosen.sizes) and size not in nights:
            nights[size] = run("night", grown_to, "", folder)
    if "failed" in results["winnow"]:
        return {}, ["winnow itself could not be run"]
    promised = targets(results, true, growth, nights)
    setting = (
        f"{chosen.size:,} made-up documents of {path.stat().st_size / chosen.size:,.0f} bytes a line, {len(true):,} pairs of similarity "
        f"{THRESHOLD} or more, one core; Python {platform.python_version()}, {platform.machine()}."
    )
    parts = {
        COMPARED: f"{setting}\n\n{compared(results, true, chosen.size)}",
        GROWTH: grown(growth),
        NIGHT: of_nights(nights, NEW_SHARE),
        TARGETS: targets_table(promised),
    }
    failed = [f"{name} could not be run" for name, result in results.items() if "failed" in result]
    return parts, [*failed, *broken(promised)]


if __name__ == "__main__":
    sys.exit(main())
