"""Splits by time: validation later than train, test later than validation.

Belongs here: on which day each side begins, and what an example's own day keeps it from. Does not belong here: what an own day is
(the sources say), and groups that are split by their hash (`winnow.quotas`).

A day is never divided, and a group stands where its latest example does. Once validation or test has been published, it begins on
the day of its earliest published group, for ever, unless the catalog names another day; so a new night adds to the sides and moves
nobody, and in the long run everything new is test: name the days, and with them what leaves, to let train catch up.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from winnow.schemas import SPLITS

Integers = npt.NDArray[np.int64]

TRAIN, VALIDATION, TEST = range(len(SPLITS))

NO_DAY = np.iinfo(np.int64).min
"""Stands for an own day that nothing tells; days are counted from 1970-01-01."""

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Periods:
    """What the catalog says about a split by time; days that it does not name follow from the shares.

    Attributes:
        validation_from: first day of validation.
        test_from: first day of test.
        embargo_days: days before the first day of each later side that stay empty, so that what was written in reply to it, or
            about it, is on neither.
        undated: whether examples without an own day go to ``train`` or are held back (``hold_back``).
    """

    validation_from: dt.date | None = None
    test_from: dt.date | None = None
    embargo_days: int = 0
    undated: str = "hold_back"


@dataclass(frozen=True, slots=True)
class Borders:
    """First day of validation and of test, counted from 1970-01-01; a side that nothing is for begins never."""

    validation: int
    test: int
    embargo: int

    def side(self, days: Integers) -> Integers:
        """The side of groups whose latest examples are of ``days``; without a day it is train."""
        return np.where(days >= self.test, TEST, np.where(days >= self.validation, VALIDATION, TRAIN)).astype(np.int64)

    def late(self, days: Integers, sides: Integers) -> npt.NDArray[np.bool_]:
        """Whether an example of a day is too late for the side it would stand on."""
        return np.asarray((sides >= 0) & (days >= self._ends[np.maximum(sides, 0)]))

    def early(self, group_days: Integers, sides: Integers) -> npt.NDArray[np.bool_]:
        """Whether the latest example of a whole group is too early for the side it would stand on."""
        return np.asarray((sides >= 0) & (group_days != NO_DAY) & (group_days < self._starts[np.maximum(sides, 0)]))

    def embargoed(self, days: Integers, sides: Integers) -> npt.NDArray[np.bool_]:
        """Whether an example of a day stands on its side so late that the next one is too near."""
        ends = self._ends[np.maximum(sides, 0)]
        return np.asarray(
            (sides >= 0) & (ends != _NEVER) & (days < ends) & (days >= np.where(ends == _NEVER, 0, ends) - self.embargo)
        )

    @property
    def _starts(self) -> Integers:
        return np.array([NO_DAY, self.validation, self.test], dtype=np.int64)

    @property
    def _ends(self) -> Integers:
        return np.array([min(self.validation, self.test), self.test, _NEVER], dtype=np.int64)


def borders(
    periods: Periods, group_days: Integers, sizes: Integers, published: Integers, shares: npt.NDArray[np.float64]
) -> Borders:
    """Where the sides begin.

    Args:
        periods: what the catalog says.
        group_days: for each group the own day of its latest example, `NO_DAY` if none has one.
        sizes: examples of each group.
        published: the side that each group was published on, by number; below 0 if on none.
        shares: by side; together 1. They decide where neither the catalog nor a published group does.
    """
    dated = group_days != NO_DAY
    test = _first(periods.test_from, group_days, dated & (published == TEST))
    validation = _first(periods.validation_from, group_days, dated & (published == VALIDATION))
    order = np.argsort(group_days[dated], kind="stable")
    days, counts = group_days[dated][order], sizes[dated][order]
    if test is None:
        test = _by_share(days, counts, float(shares[TEST]))
    if validation is None:
        earlier = days < test
        wanted = float(shares[VALIDATION]) / max(float(shares[TRAIN] + shares[VALIDATION]), 1e-12)
        validation = min(_by_share(days[earlier], counts[earlier], wanted), test)
    return Borders(validation, test, periods.embargo_days)


def _first(named: dt.date | None, days: Integers, which: npt.NDArray[np.bool_]) -> int | None:
    if named is not None:
        return (named - dt.date(1970, 1, 1)).days
    return int(days[which].min()) if which.any() else None


def _by_share(days: Integers, counts: Integers, share: float) -> int:
    """The day from which on the examples come nearest to ``share`` of all; ``days`` ascend."""
    if not len(days) or share <= 0:
        return int(_NEVER)
    firsts = np.flatnonzero(np.concatenate([[True], days[1:] != days[:-1]]))
    later = counts.sum() - np.concatenate([[0], np.cumsum(counts)])[firsts]
    return int(days[firsts[int(np.argmin(np.abs(later - share * counts.sum())))]])
