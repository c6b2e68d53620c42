"""Which row of a bare file stays among those that say the same: the words of ``winnow dedup --survivor``.

Belongs here: reading the words, and a number for each row by each. Does not belong here: the order made of them
(`winnow.survivors`), and the catalog's words for examples (`winnow.survivor_rules`), of which only `longest` means something of a file.

A file has no trusted source and no own day, but places of rows and columns. Values are compared as they are: whole numbers exactly,
times by the microsecond.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from winnow.errors import UsageError
from winnow.own_days import moment
from winnow.survivor_rules import LONGEST

FIRST, LAST, NEWEST, HIGHEST = "first", "last", "newest", "highest"

_WITHOUT_COLUMN, _WITH_COLUMN = (LONGEST, FIRST, LAST), (NEWEST, HIGHEST)

_DAY_MICROSECONDS = 86_400 * 1_000_000

_MOST_DIGITS = 400  # of a number written as text, the exponent among them: more than any 64-bit float has


@dataclass(frozen=True, slots=True)
class Rule:
    """One word, and the column that it looks at, if it is of that kind."""

    word: str
    column: str | None = None

    @property
    def name(self) -> str:
        """What the order calls it: the name of a column of numbers, but for `longest`."""
        return self.word if self.word == LONGEST else f"{self.word}={self.column or ''}"


def rules_of(words: str) -> tuple[Rule, ...]:
    """The rules in ``words``, parted by commas.

    Raises:
        UsageError: a word is unknown, lacks its column, or stands there twice.
    """
    found = []
    for word in filter(None, (word.strip() for word in words.split(","))):
        name, has_column, column = word.partition("=")
        if name not in (*_WITHOUT_COLUMN, *_WITH_COLUMN):
            raise UsageError(f"--survivor {word}: longest, first, last, newest=COLUMN or highest=COLUMN expected")
        if (name in _WITH_COLUMN) != bool(column) or (has_column and not column):
            said = f"name its column: {name}=COLUMN" if name in _WITH_COLUMN else f"{name} has no column"
            raise UsageError(f"--survivor {word}: {said}")
        found.append(Rule(name, column or None))
    if not found or len(set(found)) < len(found):
        raise UsageError("--survivor: name one rule or several different ones, such as newest=updated,longest")
    return tuple(found)


def columns_of(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The columns that ``rules`` look at, each once."""
    return tuple(dict.fromkeys(rule.column for rule in rules if rule.column is not None))


def standing(
    rules: Sequence[Rule], rows: int, values: Mapping[str, Sequence[Any]], unread: Callable[[str, int], None]
) -> dict[str, pa.Array]:
    """By the name of each rule that is not `longest` a number for each of ``rows`` rows, the highest first, null last.

    ``values`` are by column; ``unread`` is told the column and how many values of it say nothing that can be compared.

    Raises:
        UsageError: a column has values, and none that can be compared.
    """
    found: dict[str, pa.Array] = {}
    for rule in rules:
        if rule.word in {FIRST, LAST}:
            found[rule.name] = pa.array(range(rows) if rule.word == LAST else range(rows, 0, -1), pa.int64())
        elif rule.column is not None:
            read = _microseconds if rule.word == NEWEST else _number
            told = [read(value) for value in values[rule.column]]
            there = sum(value is not None and value != "" for value in values[rule.column])
            silent = there - sum(value is not None for value in told)
            if there and silent == there:
                kind = "day or time (ISO 8601, or as in mails)" if rule.word == NEWEST else "number"
                raise UsageError(f"--survivor {rule.name}: no row has a {kind} there")
            if silent:
                unread(rule.column, silent)
            places = {value: place for place, value in enumerate(sorted({value for value in told if value is not None}))}
            found[rule.name] = pa.array([None if value is None else places[value] for value in told], pa.int64())
    return found


def _microseconds(value: Any) -> int | None:
    """``value`` as microseconds after the epoch; a bare number is seconds, or whatever else the column counts in."""
    if isinstance(value, str):
        return _microseconds(moment(value)) if moment(value) else None
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return round((aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(microseconds=1))
    if isinstance(value, dt.date):
        return (value - dt.date(1970, 1, 1)).days * _DAY_MICROSECONDS
    number = _number(value)
    return None if number is None else round(number * 1_000_000)


def _number(value: Any) -> int | Decimal | None:
    """``value`` as a number that Python compares exactly."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    text = str(value).strip()
    if len(text) > _MOST_DIGITS:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None
