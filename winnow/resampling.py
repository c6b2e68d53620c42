"""How far a figure on a test set can be trusted, and whether one model is better than another on it: the bootstrap.

Belongs here: intervals of figures over examples. Does not belong here: the figures (`winnow.scores`, `winnow.confusion`).

Groups are drawn, not examples (the cluster bootstrap): examples of one document or thread are right or wrong together, and drawing
them one by one would make every interval too narrow. Two models are compared on the same draws, so that what makes an example hard
for both cancels (the paired bootstrap, Efron & Tibshirani 1993; Koehn 2004 for texts).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

Figure: TypeAlias = Callable[[Floats], Floats]
"""Weights ``[draws, examples]`` in, the figure of each draw out; with weights of one it is the figure itself."""

DRAWS = 2_000
"""The bounds of a 95 % interval then move by less than a tenth of its width from seed to seed."""

SEED = 20_260_101  # any number will do; fixed, so that a figure is the same each time

_CELLS = 16_000_000  # weights in memory at once: 128 MB


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; all three are NaN over no example."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """The value, and its interval in brackets."""
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"

    @property
    def is_positive(self) -> bool:
        """Of a difference: whether the whole interval lies above zero."""
        return self.low > 0

    @property
    def is_negative(self) -> bool:
        """Of a difference: whether the whole interval lies below zero."""
        return self.high < 0


def mean_of(values: Sequence[float] | Floats) -> Figure:
    """The figure that is the mean of ``values``, one for each example."""
    column = np.asarray(values, dtype=np.float64)

    def figure(weights: Floats) -> Floats:
        return np.asarray((weights @ column) / np.maximum(weights.sum(axis=1), 1))

    return figure


def of_sums(counts: npt.ArrayLike, formula: Callable[[Floats], Floats]) -> Figure:
    """The figure that ``formula`` makes of summed ``counts`` ``[examples, …]``: a corpus-level figure such as chrF."""
    table = np.asarray(counts, dtype=np.float64)
    return lambda weights: np.asarray(formula(weights @ table))


def estimate(figure: Figure, groups: Sequence[str], draws: int = DRAWS) -> Estimate:
    """``figure`` with its percentile interval; ``groups``: which examples are drawn together, one name each."""
    return _estimate(figure, groups, draws)


def difference(first: Figure, second: Figure, groups: Sequence[str], draws: int = DRAWS) -> Estimate:
    """How much higher ``first`` is than ``second`` over the same examples, with the interval of the paired bootstrap."""
    return _estimate(lambda weights: first(weights) - second(weights), groups, draws)


def _estimate(figure: Figure, groups: Sequence[str], draws: int) -> Estimate:
    if not len(groups):
        return Estimate(math.nan, math.nan, math.nan)
    value = float(figure(np.ones((1, len(groups))))[0])
    names, members = np.unique(np.asarray(groups), return_inverse=True)
    dice = np.random.default_rng(SEED)
    chunk = max(1, min(draws, _CELLS // max(len(groups), 1)))
    found: list[Floats] = []
    for start in range(0, draws, chunk):
        size = min(chunk, draws - start)
        drawn = dice.multinomial(len(names), np.full(len(names), 1 / len(names)), size=size)
        found.append(figure(drawn[:, members].astype(np.float64)))
    low, high = np.quantile(np.concatenate(found), [0.025, 0.975])
    return Estimate(value, float(low), float(high))
