"""The tables of `make bench-dedup`, and the measures in them.

Belongs here: recall, precision, what was dropped rightly and wrongly, and how all that is written down. Does not belong here: running
contenders, and targets (`benchmarks.dedup`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import dedup_peers
from evaluation.pages import table

Result = Mapping[str, Any]
Pair = tuple[int, int]

UNKNOWN = "–"
FAILED = "could not be run"

HEADER = (
    "contender",
    "CPU seconds",
    "times winnow's",
    "peak MiB",
    "recall",
    "precision",
    "dropped",
    "pairs left whole",
    "dropped alone",
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of near copies where a contender says only which documents it leaves.

    Attributes:
        documents: how many it drops.
        whole: true pairs of which it leaves both; a run that missed nothing leaves none.
        alone: dropped documents that resemble none of those left at the threshold or more: text that is gone, and nothing like it stays.
    """

    documents: int
    whole: int
    alone: int


def recall_precision(pairs: Iterable[Sequence[int]], true: set[Pair]) -> tuple[float, float]:
    """The share of ``true`` pairs that were found, and the share of found ones that are true; 1 where there is nothing to share."""
    found = {(pair[0], pair[1]) for pair in pairs}
    right = len(found & true)
    return right / len(true) if true else 1.0, right / len(found) if found else 1.0


def of_left(left: Iterable[int], true: set[Pair], count: int) -> Dropped:
    """What is true of the documents that are ``left`` of ``count``."""
    stays = set(left)
    kept_beside = {one for pair in true for one, other in (pair, pair[::-1]) if other in stays}
    gone = set(range(count)) - stays
    return Dropped(len(gone), sum(one in stays and other in stays for one, other in true), len(gone - kept_beside))


def compared(results: Mapping[str, Result], true: set[Pair], count: int) -> str:
    """The table of contenders over ``count`` documents."""
    own = results["winnow"]["seconds"]
    return table(HEADER, [_contender(name, result, own, true, count) for name, result in results.items()])


def _contender(name: str, result: Result, own: float, true: set[Pair], count: int) -> tuple[str, ...]:
    if "failed" in result:
        return (f"{name}: {FAILED}", *[UNKNOWN] * (len(HEADER) - 1))
    label = "winnow: decisions, keepers, groups"
    if name in dedup_peers.PEERS:
        label = f"{name} {result['version']}: {dedup_peers.PEERS[name].setting}"
    shares = (UNKNOWN, UNKNOWN)
    if "pairs" in result:
        recall, precision = recall_precision(result["pairs"], true)
        shares = (f"{recall:.4f}", f"{precision:.4f}")
    copies = (UNKNOWN, UNKNOWN, UNKNOWN)
    if "left" in result:
        dropped = of_left(result["left"], true, count)
        copies = (f"{dropped.documents:,}", f"{dropped.whole:,}", f"{dropped.alone:,}")
    return (label, f"{result['seconds']:.2f}", f"{result['seconds'] / own:.1f}", f"{result['peak_mib']:,}", *shares, *copies)


def grown(results: Mapping[int, Result]) -> str:
    """The table of sizes."""
    rows = [
        (f"{size:,}: {FAILED}", *[UNKNOWN] * 4)
        if "failed" in result
        else (
            f"{size:,}",
            f"{result['seconds']:.2f}",
            f"{result['seconds'] / size * 1e6:.1f}",
            f"{result['peak_mib']:,}",
            f"{result['dropped']:,}",
        )
        for size, result in results.items()
    ]
    return table(("documents", "CPU seconds", "µs a document", "peak MiB", "dropped"), rows)


def of_nights(results: Mapping[int, Result], new: float) -> str:
    """The table of what ``new``, a share of all documents, costs on the night after, by how many documents there are."""
    rows: list[tuple[str, ...]] = []
    for size, result in results.items():
        if "failed" in result:
            rows.append((f"{size:,} documents: {FAILED}", UNKNOWN, UNKNOWN))
            continue
        full, same, more = (result[name] for name in ("full", "same", "night"))
        figures = (
            (f"{result['rows'] * (1 - new):,.0f} documents, nothing known", full),
            ("the same on the night after", same),
            (f"{result['rows'] * new:,.0f} more on the night after", more),
            (f"what the {result['rows'] * new:,.0f} cost", more - same),
        )
        rows += [(what, f"{seconds:.3f}", f"{seconds / full:.1%}") for what, seconds in figures]
    return table(("the whole answer", "CPU seconds", "share of the full run"), rows)
