"""Peers of `winnow dedup`, each as its own documentation uses it: ``python dedup_peers.py NAME FILE OUT``.

Belongs here: what runs in the virtual environment of the peers, where winnow is not; the standard library and one peer at a time. Does
not belong here: tables (`benchmarks.dedup`).

Each gets the texts in memory, makes runs of five words of them in Python, as its examples do, and answers with the pairs that it takes
for near copies at 0.8. Its CPU time is that of this process, its memory the peak of it, without what reading the file took.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

THRESHOLD, PERMUTATIONS, WORDS = 0.8, 128, 5

Pairs = Iterable[tuple[int, int]]

_WORD = re.compile(r"\w+")


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


PEERS: dict[str, Callable[[Sequence[str]], Pairs]] = {"datasketch": datasketch, "rensa": rensa}


def peak_mib() -> int:
    """The most memory that this process held. Linux's own figure where there is one: the usual one begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
            // 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(name: str, path: str, out: str) -> None:
    """Run one peer and write what it cost and found."""
    with Path(path).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    PEERS[name](["warm up, since what is imported and compiled at first use is no part of the work"] * 2)
    start = time.process_time()
    pairs = PEERS[name](texts)
    seconds = time.process_time() - start
    peak = peak_mib()
    found = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    result = {"seconds": seconds, "peak_mib": peak, "pairs": found, "version": version(name)}
    Path(out).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
