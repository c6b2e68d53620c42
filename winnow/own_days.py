"""The day that an object or a row says it belongs to: its own day.

Belongs here: reading it from a key or a cell. Does not belong here: the day it arrived on (`resources.ledger` fixes that), and what
becomes of own days (`winnow.periods`). A modification time is no own day: it tells of the copy, and another copy of the same corpus
would be split otherwise.
"""

import datetime as dt
import re

from winnow.formats._values import day

_ISO_LENGTH = len("YYYY-MM-DD")


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
