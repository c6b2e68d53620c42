"""Peers of `winnow dedup`, each as its own documentation uses it: ``python dedup_peers.py NAME FILE OUT``.

Belongs here: what runs in the virtual environment of the peers, where winnow is not; the standard library and one peer at a time. Does
not belong here: tables (`benchmarks.dedup`).

There are two kinds. A library (datasketch, rensa) gets the texts in memory, makes runs of five words of them in Python, as its examples
do, and answers with the pairs that it takes for near copies at 0.8. A program (text-dedup, datatrove) gets the file, and answers with the
documents that it leaves: which one it takes for a copy of which it does not say, so its own reading and writing are in its time. CPU time
is that of this process and of all that it started; memory is the peak of the largest of these, without what reading the texts took.
"""

import contextlib
import json
import os
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

THRESHOLD, PERMUTATIONS, WORDS = 0.8, 128, 5
BUCKETS, ROWS = 16, 8  # datatrove takes no threshold: eight hashes a bucket as by its default, and 128 in all

Pairs = Iterable[tuple[int, int]]

_WORD = re.compile(r"\w+")
_WARM_UP = ["warm up, since what is imported and compiled at first use is no part of the work"] * 2


@dataclass(frozen=True)
class Peer:
    """One peer: a library that names ``pairs`` of texts, or a program that says of a file which lines (by ``id``) it ``leaves``."""

    package: str
    setting: str
    pairs: Callable[[Sequence[str]], Pairs] | None = None
    leaves: Callable[[Path, Path], Iterable[int]] | None = None


def shingles(text: str) -> list[str]:
    """The runs of five words of ``text``, each once."""
    words = _WORD.findall(text.lower())
    return list({" ".join(words[start : start + WORDS]) for start in range(max(len(words) - WORDS + 1, 1))})


def datasketch(texts: Sequence[str]) -> Pairs:
    """MinHash and MinHashLSH with their defaults for the threshold."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - one peer is installed as well as another

    index, signatures = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS), []
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=PERMUTATIONS, seed=42)
        signature.update_batch([run.encode() for run in shingles(text)])
        index.insert(number, signature)
        signatures.append(signature)
    return [(number, other) for number, signature in enumerate(signatures) for other in index.query(signature)]


def rensa(texts: Sequence[str]) -> Pairs:
    """RMinHash and RMinHashLSH, 32 bands."""
    from rensa import RMinHash, RMinHashLSH  # noqa: PLC0415 - one peer is installed as well as another

    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)
    signatures = []
    for number, text in enumerate(texts):
        signature = RMinHash(num_perm=PERMUTATIONS, seed=42)
        signature.update(shingles(text))
        index.insert(number, signature)
        signatures.append(signature)
    return [(number, other) for number, signature in enumerate(signatures) for other in index.query(signature)]


def text_dedup(path: Path, folder: Path) -> Iterable[int]:
    """``python -m text_dedup.minhash``, as its page has it: it reads the file by `datasets` and saves what it keeps."""
    for name, value in {"HF_HOME": str(folder / "home"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}.items():
        os.environ[name] = value  # nothing is fetched, and nothing lands in a person's own cache
    from datasets import load_from_disk  # noqa: PLC0415 - one peer is installed as well as another
    from text_dedup.minhash import main as program  # noqa: PLC0415 - the same

    told = {
        "path": "json",
        "data_files": path,
        "split": "train",
        "cache_dir": folder / "cache",
        "output": folder / "kept",
        "column": "text",
        "batch_size": 10_000,
        "ngram": WORDS,
        "num_perm": PERMUTATIONS,
        "threshold": THRESHOLD,
        "num_proc": 1,
    }
    program([f"--{name}={value}" for name, value in told.items()], standalone_mode=False)
    return list(load_from_disk(str(folder / "kept"))["id"])


def datatrove(path: Path, folder: Path) -> Iterable[int]:
    """Signatures, buckets, clusters and filter on the local executor, one worker, as its example of minhash has it."""
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415 - one peer is installed as well as another
    from datatrove.pipeline.dedup import (  # noqa: PLC0415 - the same
        MinhashDedupBuckets,
        MinhashDedupCluster,
        MinhashDedupFilter,
        MinhashDedupSignature,
    )
    from datatrove.pipeline.dedup.minhash import MinhashConfig  # noqa: PLC0415 - the same
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415 - the same
    from datatrove.pipeline.writers.jsonl import JsonlWriter  # noqa: PLC0415 - the same

    config = MinhashConfig(n_grams=WORDS, num_buckets=BUCKETS, hashes_per_bucket=ROWS)
    stages: list[tuple[int, list[Any]]] = [
        (1, [_reader(JsonlReader, path), MinhashDedupSignature(str(folder / "signatures"), config=config)]),
        (BUCKETS, [MinhashDedupBuckets(str(folder / "signatures"), str(folder / "buckets"), config=config)]),
        (1, [MinhashDedupCluster(str(folder / "buckets"), str(folder / "clusters"), config=config)]),
        (
            1,
            [
                _reader(JsonlReader, path),
                MinhashDedupFilter(str(folder / "clusters")),
                JsonlWriter(str(folder / "kept"), compression=None),
            ],
        ),
    ]
    for number, (tasks, steps) in enumerate(stages):
        LocalPipelineExecutor(steps, tasks=tasks, workers=1, logging_dir=str(folder / f"logs-{number}")).run()
    kept = [json.loads(line) for part in sorted((folder / "kept").iterdir()) for line in part.open(encoding="utf-8")]
    return [int(record.get("id", 0)) for record in kept]  # its writer leaves out what is 0


def _reader(kind: Any, path: Path) -> Any:
    return kind(str(path.parent), glob_pattern=path.name)


PEERS: dict[str, Peer] = {
    "datasketch": Peer("datasketch", "its own bands for 0.8", pairs=datasketch),
    "rensa": Peer("rensa", "32 bands of 4", pairs=rensa),
    "text-dedup": Peer("text-dedup", "its own bands for 0.8, one process", leaves=text_dedup),
    "datatrove": Peer("datatrove", "16 buckets of 8, one worker", leaves=datatrove),
}
"""By the names that ``--peers`` and the table have, in the order of the table."""


def cpu_seconds() -> float:
    """CPU time of this process and of those that it started and waited for, user's and system's."""
    return sum(
        used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak_mib() -> int:
    """The most memory that this process, or any that it started, held.

    Linux's own figure for this one where there is one: the usual one begins with the parent's.
    """
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return max(started, next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024)
    return max(started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def on_one_core() -> None:
    """Keep this process, and all that it starts, on one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@contextlib.contextmanager
def measured() -> Iterator[dict[str, Any]]:
    """What the block cost: ``seconds`` and ``peak_mib``, known behind it."""
    cost: dict[str, Any] = {}
    start = cpu_seconds()
    yield cost
    cost |= {"seconds": cpu_seconds() - start, "peak_mib": peak_mib()}


def of_library(pairs: Callable[[Sequence[str]], Pairs], path: Path) -> dict[str, Any]:
    """The pairs that a library names, each once, and what naming them cost."""
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    pairs(_WARM_UP)
    with measured() as cost:
        found = list(pairs(texts))
    return {**cost, "pairs": sorted({(min(pair), max(pair)) for pair in found if pair[0] != pair[1]})}


def of_program(leaves: Callable[[Path, Path], Iterable[int]], path: Path) -> dict[str, Any]:
    """The documents that a program leaves, and what it cost from the file to its own files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = folder / "warm" / "warm.jsonl"
        small.parent.mkdir()
        warm = [" ".join(f"{word}{number}" for word in text.split()) for number, text in enumerate(_WARM_UP)]
        small.write_text("".join(json.dumps({"id": place, "text": text}) + "\n" for place, text in enumerate(warm)), "utf-8")
        alone = folder / "input" / "texts.jsonl"
        alone.parent.mkdir()
        alone.symlink_to(path.resolve())
        leaves(small, folder / "warm")
        with measured() as cost:
            left = list(leaves(alone, folder / "work"))
    return {**cost, "left": sorted(left)}


def missing(names: Iterable[str]) -> list[str]:
    """Which of the peers are not installed beside this interpreter."""

    def is_there(package: str) -> bool:
        try:
            version(package)
        except PackageNotFoundError:
            return False
        return True

    return [name for name in names if not is_there(PEERS[name].package)]


def main(name: str, path: str, out: str) -> None:
    """Run one peer and write what it cost and found; ``missing`` as ``name`` writes which peers are not installed."""
    if name == "missing":
        Path(out).write_text(json.dumps(missing(PEERS)), encoding="utf-8")
        return
    on_one_core()
    peer = PEERS[name]
    with contextlib.redirect_stdout(sys.stderr):
        result = of_library(peer.pairs, Path(path)) if peer.pairs else of_program(peer.leaves, Path(path))  # type: ignore[arg-type] # one of both is there
    Path(out).write_text(json.dumps({**result, "version": version(peer.package)}), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
