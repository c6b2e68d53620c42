"""The day that an object, a row or a text says it belongs to: its own day.

Belongs here: reading it from a key, a cell or a date that a file gives itself, and when such a date counts. Does not belong here: the
day it arrived on (`resources.ledger` fixes that), where a format keeps its dates (`winnow.formats`), and what becomes of own days
(`winnow.periods`, `winnow.survivors`). A modification time is no own day: it tells of the copy, and another copy of the same corpus
would be split otherwise.

What the catalog names goes before what a file says: a row has the day of its column (`table.day`), else that in its object's key
(`day.pattern`), else that of its text (`StatedDays`). The last is a stranger's word. It counts only within reason, and nothing but the
day is kept of it.
"""

import datetime as dt
import email.utils
import re
from collections.abc import Sequence
from dataclasses import dataclass

from winnow.formats._values import day

_ISO_LENGTH = len("YYYY-MM-DD")

EPOCH = dt.date(1970, 1, 1)
"""The last day that no text is of: a clock that was never set says it, and what is older was written by no program that says when."""

AHEAD = dt.timedelta(days=1)
"""How far a date may lie behind the day on which it was first seen: a day without a zone begins up to 14 hours before UTC's."""

_LONGEST = 100  # characters of a date; a longer text is none, and the standard library's parser need not look at it

_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ]+(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]{1,12})?"
    r" ?(?P<zone>[Zz]|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)

_MOST_OFFSET = 24 * 3600  # seconds between a zone and UTC; real ones are within 14 hours


@dataclass(frozen=True, slots=True)
class StatedDays:
    """When the date that a document gives itself is its own day.

    Attributes:
        counts: whether it may be at all: the catalog says so, and the object's key names no day.
        latest: the last day that is believed; None where nobody knows when the object was first seen.
    """

    counts: bool = True
    latest: dt.date | None = None

    def believed(self, stated: dt.date | None) -> dt.date | None:
        """``stated`` if it counts: it is after `EPOCH` and not from the future."""
        if stated is None or not self.counts or stated <= EPOCH or (self.latest is not None and stated > self.latest):
            return None
        return stated


def named_day(pattern: str | None, key: str) -> dt.date | None:
    """The day in ``key`` where ``pattern`` has its group ``day`` (YYYY-MM-DD or YYYYMMDD); None if there is none."""
    match = re.search(pattern, key) if pattern else None
    try:
        return dt.date.fromisoformat(match["day"]) if match and match["day"] else None
    except ValueError:  # a number that looks like a day and is none
        return None


def stated_day(text: str, form: str) -> dt.date | None:
    """The day that the cell ``text`` says, ISO 8601 or as ``form`` (of `winnow.formats._values.day`, or ``as_is``); a time is ignored."""
    text = text.strip()
    said = text if form == "as_is" else day(text, form)
    try:
        return dt.date.fromisoformat((said or "")[:_ISO_LENGTH])
    except ValueError:
        return None


def moment(text: str) -> dt.datetime | None:
    """The moment that ``text`` says, in UTC: a day or a time in ISO 8601 (RFC 3339), or a date as mails have it (RFC 5322).

    What has no zone is taken for UTC, and a day for its first second. None for anything else; nothing is guessed of a part of a date.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        return _iso_moment(text) if _MOMENT.fullmatch(text) else _mail_moment(text)
    except (ValueError, OverflowError, TypeError, IndexError):  # the last two: what the standard library stumbles over
        return None


def utc_day(text: str) -> dt.date | None:
    """The day in UTC of the moment that ``text`` says (`moment`); None if it says none."""
    said = moment(text)
    return None if said is None else said.date()


def epoch_day(seconds: float) -> dt.date | None:
    """The day in UTC that is ``seconds`` after the beginning of 1970; None if Python has no date for it."""
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def latest_of(days: Sequence[dt.date | None]) -> dt.date | None:
    """The latest of ``days``; None if one is None, since nobody knows whether that is later still."""
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def _iso_moment(text: str) -> dt.datetime:
    match = _MOMENT.fullmatch(text)
    assert match is not None
    time = (match["time"] or "00:00").replace(":60", ":59")  # a leap second, which Python has none of
    said = dt.datetime.fromisoformat(f"{match['day']}T{time}")
    return _in_utc(said, _offset(match["zone"] or "Z"))


def _offset(zone: str) -> int:
    """Seconds that ``zone`` is before UTC."""
    if zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if zone[0] == "-" else 1)


def _mail_moment(text: str) -> dt.datetime | None:
    found = email.utils.parsedate_tz(text)
    if found is None:
        return None
    year, month, day_of_month, hour, minute, second, *_, offset = found
    said = dt.datetime(year, month, day_of_month, hour, minute, min(second, 59))  # noqa: DTZ001 - its zone is taken off below
    return _in_utc(said, offset or 0)


def _in_utc(said: dt.datetime, offset: int) -> dt.datetime:
    if abs(offset) > _MOST_OFFSET:
        raise ValueError("no zone is so far from UTC")
    return (said - dt.timedelta(seconds=offset)).replace(tzinfo=dt.UTC)
