"""The time of day, in UTC, from one place that a test or a reproduction can set.

``WINNOW_CLOCK=2026-10-31T02:00:00Z`` stops the clock there; with a ``+`` at its end it starts there and runs on.
"""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from winnow.errors import UsageError

VARIABLE = "WINNOW_CLOCK"


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> dt.datetime:
        """This moment, in UTC."""
        ...

    def today(self) -> dt.date:
        """This moment's day, in UTC."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock, moved by ``offset``."""

    offset: dt.timedelta = dt.timedelta()

    def now(self) -> dt.datetime:
        """This moment, in UTC."""
        return dt.datetime.fromtimestamp(time.time(), dt.UTC) + self.offset

    def today(self) -> dt.date:
        """This moment's day, in UTC."""
        return self.now().date()


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still."""

    at: dt.datetime

    def now(self) -> dt.datetime:
        """The moment it stands at, in UTC."""
        return self.at.astimezone(dt.UTC)

    def today(self) -> dt.date:
        """That moment's day, in UTC."""
        return self.now().date()


def clock_from(environment: Mapping[str, str]) -> Clock:
    """The clock that ``WINNOW_CLOCK`` names, or the machine's.

    Raises:
        UsageError: the variable holds no ISO 8601 time.
    """
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return SystemClock()
    try:
        at = dt.datetime.fromisoformat(text.removesuffix("+"))
    except ValueError:
        raise UsageError(f"{VARIABLE} holds no ISO 8601 time; write 2026-10-31T02:00:00Z") from None
    at = at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at
    if text.endswith("+"):
        return SystemClock(at - dt.datetime.fromtimestamp(time.time(), dt.UTC))
    return FixedClock(at)
