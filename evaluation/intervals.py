"""How far a figure can be trusted: intervals of proportions and of ratios over documents.

Belongs here: statistics of counts. Does not belong here: what is counted (`evaluation.metrics`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winnow.leak_rate import wilson

RESAMPLES = 2_000  # the bounds of a 95% interval then move by less than a tenth of its width from seed to seed
SEED = 20_260_101  # any number will do; fixed, so that a figure is the same each time


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``total``."""

    hits: int = 0
    total: int = 0

    @property
    def value(self) -> float:
        """The proportion, 0..1; 1.0 of nothing, since nothing was missed."""
        return self.hits / self.total if self.total else 1.0

    def interval(self) -> tuple[float, float]:
        """The 95% interval of the proportion (Wilson 1927, *J. Am. Stat. Assoc.* 22, 209-212)."""
        return wilson(self.hits, self.total)

    def __add__(self, other: "Share") -> "Share":
        """Both counts together."""
        return Share(self.hits + other.hits, self.total + other.total)


def bootstrap(by_document: Sequence[Share]) -> tuple[float, float]:
    """The 95% percentile interval of the pooled proportion, documents drawn with replacement (Efron 1979).

    Tokens of one document are not independent of each other, documents are; so an interval of Wilson's would be too narrow.
    The same input gives the same interval. (0, 1) of no document or of nothing counted.
    """
    counts = np.array([(share.hits, share.total) for share in by_document], dtype=np.int64).reshape(-1, 2)
    if not counts[:, 1].sum():
        return 0.0, 1.0
    draws = np.random.default_rng(SEED).integers(0, len(counts), size=(RESAMPLES, len(counts)))
    sums = counts[draws].sum(axis=1)
    values = sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high = np.quantile(values[sums[:, 1] > 0], [0.025, 0.975])
    return float(low), float(high)
