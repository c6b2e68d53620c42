"""What a stage cost: wall-clock seconds, and the most memory that this process or one of its workers held.

Linux counts the peak of a process and lets it be reset, so that each stage has a peak of its own; elsewhere the figure is the
peak of this process since it started.
"""

import contextlib
import ctypes
import gc
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pyarrow as pa

PROC = Path("/proc")
RESET_PEAK = "5"  # proc(5), clear_refs: 5 resets the peak resident set size to what is resident now


@dataclass
class Cost:
    """Seconds of wall-clock time and MiB of memory; both stand when the block of `measured` has ended."""

    seconds: float = 0.0
    peak_memory_mib: int = 0

    def metadata(self) -> dict[str, dg.FloatMetadataValue | dg.IntMetadataValue]:
        """Both as the UI shows them."""
        return {
            "seconds": dg.MetadataValue.float(round(self.seconds, 3)),
            "peak_memory_mib": dg.MetadataValue.int(self.peak_memory_mib),
        }


@contextmanager
def measured(*, makes_room: bool = False) -> Iterator[Cost]:
    """Measure the block; a stage that holds all examples ``makes_room`` first. That takes a tenth of a second, too much for each day."""
    if makes_room:
        give_back()
    cost, started = Cost(), time.perf_counter()
    for process in _family():
        _reset(process)
    try:
        yield cost
    finally:
        cost.seconds = time.perf_counter() - started
        cost.peak_memory_mib = peak_memory_mib()


def give_back() -> None:
    """Hand memory that nobody uses any more back to the system: the stages of a run share a process, and each is large.

    Arrow's pool and the C library keep what was freed; the next stage asks for other sizes and cannot use most of it.
    """
    gc.collect()
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(OSError, AttributeError):  # another C library than GNU's: it has its own ways
        ctypes.CDLL(None).malloc_trim(0)


def peak_memory_mib() -> int:
    """The peak of the largest of this process and its descendants, in MiB."""
    peaks = [peak for process in _family() if (peak := _peak_kib(process)) is not None]
    return (max(peaks) if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


def _family() -> list[Path]:
    """This process and its descendants, as folders of /proc; empty where there is no /proc."""
    parents = {int(path.name): parent for path in PROC.glob("[0-9]*") if (parent := _parent(path)) is not None}
    found, queue = [], [os.getpid()] if os.getpid() in parents else []
    while queue:
        process = queue.pop()
        found.append(PROC / str(process))
        queue += [child for child, parent in parents.items() if parent == process]
    return found


def _parent(process: Path) -> int | None:
    try:
        # The second field is the command in brackets, which may hold anything; the fourth is the parent.
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):  # it ended meanwhile
        return None


def _reset(process: Path) -> None:
    try:
        (process / "clear_refs").write_text(RESET_PEAK)
    except OSError:  # not ours to reset, or it ended: its peak then counts from its start
        return


def _peak_kib(process: Path) -> int | None:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
