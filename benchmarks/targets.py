"""What a benchmark must reach: each target with its figure and whether it holds.

Belongs here: comparing figures with limits, the table of that, and the exit code. Does not belong here: limits (each benchmark has its
own) and measuring.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluation.pages import table


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is promised.

    Attributes:
        what: in words, without the limit.
        limit: the worst figure that holds.
        figure: what was measured; None where it could not be.
        at_least: whether the figure must reach the limit; else it must not pass it.
        unit: how a figure is written, a format string of one value.
    """

    what: str
    limit: float
    figure: float | None
    at_least: bool = False
    unit: str = "{:.2f}"

    @property
    def holds(self) -> bool:
        """Whether the figure was measured and is within the limit, compared as it is and not as it is written."""
        if self.figure is None:
            return False
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit

    def row(self) -> tuple[str, str, str, str]:
        """As the table has it."""
        figure = "not measured" if self.figure is None else self.unit.format(self.figure)
        return self.what, f"{'≥' if self.at_least else '≤'} {self.unit.format(self.limit)}", figure, self.verdict()

    def verdict(self) -> str:
        """In one word or two."""
        return "holds" if self.holds else "does not hold"


def targets_table(targets: Iterable[Target]) -> str:
    """The table of ``targets``."""
    return table(("target", "limit", "measured", ""), [target.row() for target in targets])


def broken(targets: Sequence[Target]) -> list[str]:
    """What does not hold, a line each, for whoever reads the end of the output alone."""
    found = []
    for target in targets:
        what, limit, figure, verdict = target.row()
        found += [] if target.holds else [f"{what}: {figure}, {verdict} ({limit})"]
    return found
