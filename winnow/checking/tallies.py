"""Counting: how often something was found, and where first; hashes by which rows are compared.

Belongs here: counters of bounded size. Does not belong here: what is counted.
"""

import hashlib
from array import array
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from winnow.shingles import fold

SHOWN_LINES = 10  # examples of one finding: enough to see the pattern

Numbers64 = npt.NDArray[np.uint64]


@dataclass(slots=True)
class Tally:
    """How many rows, and the lines of the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, line: int, times: int = 1) -> None:
        """Count the row of ``line``."""
        self.count += times
        if len(self.first) < SHOWN_LINES:
            self.first.append(line)


def hash64(text: str) -> int:
    """64 bits of BLAKE2b of ``text``: among a million rows two different ones share them with a chance of 3 in 100 million."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def folded64(text: str) -> int:
    """`hash64` of ``text`` as exact duplicates are told: NFKC, case and white space do not count (`winnow.shingles.fold`)."""
    return hash64(fold(text))


def column(values: "array[int]", kind: type[np.generic]) -> npt.NDArray[np.generic]:
    """``values`` as a numpy array over the same memory."""
    return np.frombuffer(values, dtype=kind) if len(values) else np.zeros(0, dtype=kind)


def seen_before(keys: Numbers64) -> npt.NDArray[np.int64]:
    """For each key the first place at which it stands; its own where that is the first."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(keys) else np.zeros(0, dtype=np.bool_)
    group = np.cumsum(begins) - 1
    first = np.empty(len(keys), dtype=np.int64)
    first[order] = order[begins][group] if len(keys) else order
    return first
