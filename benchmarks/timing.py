"""Timing: each pass in a process of its own on one core, so that no contender knows the texts from the pass before.

Belongs here: clocks and processes. Does not belong here: what is timed.
"""

import multiprocessing
import os
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.contenders import CONTENDERS
from benchmarks.texts import mixed

REPEATS = 3


def one_pass(name: str, kilobytes: int, folder: Path) -> float:
    """CPU seconds of one pass of the contender ``name``, set up and warm, on one core. Run it in a process of its own."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    run = CONTENDERS[name](mixed(kilobytes), folder)
    start = time.process_time()
    run()
    return time.process_time() - start


def interleaved(names: Sequence[str], kilobytes: int, folder: Path, repeats: int = REPEATS) -> dict[str, list[float]]:
    """CPU seconds of ``repeats`` passes of each contender, all in turn, so that a slow moment of the machine hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in names}
    context = multiprocessing.get_context("spawn")
    for _ in range(repeats):
        for name in names:
            with context.Pool(1) as pool:
                seconds[name].append(pool.apply(one_pass, (name, kilobytes, folder)))
    return seconds


def medians(seconds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median of each."""
    return {name: statistics.median(times) for name, times in seconds.items()}
