"""Chance that is the same everywhere: draws from a stream that its name decides.

Belongs here: drawing. Does not belong here: what is drawn from.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of draws; ``name`` decides all of them. Uses `random.Random.random` alone, which no Python version changes."""

    def __init__(self, name: str) -> None:
        self._random = random.Random(name).random  # noqa: S311 - test texts, no secrets

    def share(self) -> float:
        """A number in [0, 1)."""
        return self._random()

    def below(self, limit: int) -> int:
        """An integer in [0, ``limit``)."""
        return int(self._random() * limit)

    def pick(self, choices: Sequence[T]) -> T:
        """One of ``choices``, each as likely as the other."""
        return choices[self.below(len(choices))]

    def digits(self, count: int) -> str:
        """``count`` digits, the first of which is no zero."""
        return str(1 + self.below(9)) + "".join(str(self.below(10)) for _ in range(count - 1))
