"""How a table's columns are written, told from all their values, and their values in plain form.

Belongs here: unanimity. Does not belong here: what a single text says (`winnow.formats._values`), and which columns there are
(`winnow.formats._table`).

The catalog may say how numbers and days are written. Where it does not, a column is brought into plain form only if it is
unanimous: all its values are numbers (or all days), and every way of writing in which all of them can be read reads each of them
alike. ``1.234`` alone is a thousand in Berlin and a bit over one in Boston, so a column of nothing else stays as it is, and its
values are counted as ambiguous. Columns of text cost next to nothing: their first value rules every way out.

Columns are shaped as pandas series of some thousand rows: a value that repeats is read once in each, whatever the table's length.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from winnow.formats._base import TableOptions
from winnow.formats._values import LONGEST, STYLES, boolean, day, is_iso_day, number

CHUNK_ROWS = 4096  # at a time: large enough that what is done once a column does not count, small enough to hold a few times

_MOST_MASKS = 512  # distinct ones in a column; numbers and days have far fewer, codes and prose more

_LAST_MONTH = 12

_MASK = str.maketrans("12345678", "99999999")

_ZERO_INSIDE = re.compile(r"(?<=[0-9])0|(?<=[0-9][.,' ])0")  # a zero that begins no number says no more than a nine

_ADDRESS = re.compile(r"9{1,3}\.999\.999\.999")  # an IP address of long parts, or a number of eleven digits

_PADDED = re.compile(r"[^0-9]{0,6}0[0-9]")  # 007 is a name, not a number

_PARTED = re.compile(r"([0-9]{1,2})([./-]) ?([0-9]{1,2})\2 ?[0-9]{4}(?![0-9])")

_YEAR_FIRST = re.compile(r"[0-9]{4}([./])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])")

Plan = Callable[[str], str | None]
"""A text in plain form; None if it is not written as its column is."""


class Column:
    """What is known of one column while its values come by."""

    def __init__(self, style: str | None, form: str | None) -> None:
        """``style`` and ``form`` are what the catalog says of all columns; None leaves it to the values, ``as_is`` forbids."""
        self._styles = [style] if style is not None else list(STYLES)
        self._form = form
        self._numeric, self._dated = style != "as_is", form != "as_is"
        self._masks: Counter[str] = Counter()
        self._highest = [0, 0]  # first and second part of days with slashes or hyphens: one over 12 is a day
        self.ambiguous = 0

    @property
    def is_open(self) -> bool:
        """Whether the column may still be one of numbers or of days."""
        return self._numeric or self._dated

    def see(self, values: Sequence[str]) -> None:
        """Take note of ``values``, stripped and not empty."""
        if not self.is_open or not values:
            return
        if not (self._fits(_mask(values[0])) and max(map(len, values)) <= LONGEST):
            self._numeric = self._dated = False
            return
        fresh = Counter(map(_mask, values))
        new = [mask for mask in fresh if mask not in self._masks]
        self._masks.update(fresh)
        if len(self._masks) > _MOST_MASKS or not all(map(self._fits, new)):
            self._numeric = self._dated = False
        elif self._dated:
            self._compare(values)

    def _fits(self, mask: str) -> bool:
        """Whether the column is open to ``mask``; closes it to what ``mask`` is not."""
        self._dated = self._dated and (self._form_reads(mask) or is_iso_day(mask))
        self._numeric = self._numeric and not _PADDED.match(mask) and any(number(mask, style) for style in self._styles)
        return self.is_open

    def _form_reads(self, mask: str) -> bool:
        told = self._form is None or self._form in {"day_first", "month_first"}
        return bool(_PARTED.match(mask) or _YEAR_FIRST.match(mask)) if told else len(mask) <= LONGEST

    def _compare(self, values: Sequence[str]) -> None:
        for text in set(values):
            parts = _PARTED.match(text)
            if parts and parts[2] != ".":
                self._highest = [max(self._highest[0], int(parts[1])), max(self._highest[1], int(parts[3]))]

    def plan(self) -> Plan | None:
        """How the column's values become plain, once all were seen; None if they are, or if nobody can tell."""
        if not self._masks or not self.is_open:
            return None
        return self._day_plan() if self._dated else self._number_plan()

    def _day_plan(self) -> Plan | None:
        if self._form is not None:
            return _as_day(self._form)
        parted = {mask: found[2] for mask in self._masks if (found := _PARTED.match(mask))}
        if not parted:
            return _as_day("year_first") if any(map(_YEAR_FIRST.match, self._masks)) else None
        first, second = self._highest
        orders = {"day_first"} if first > _LAST_MONTH or "." in parted.values() else {"day_first", "month_first"}
        orders -= {"day_first"} if second > _LAST_MONTH else set()
        if len(orders) == 1:
            return _as_day(orders.pop())
        self.ambiguous = sum(self._masks[mask] for mask in parted)
        return None

    def _number_plan(self) -> Plan | None:
        styles = [style for style in self._styles if all(number(mask, style) for mask in self._masks)]
        readings = {mask: {number(mask, style) for style in styles} for mask in self._masks}
        if not styles or all(reading == {mask} for mask, reading in readings.items()):
            return None
        unclear = [mask for mask, reading in readings.items() if len(reading) > 1]
        # Numbers differ in length; what is always grouped in the same way is a tax number or a telephone's, not an amount.
        alike = len(self._styles) > 1 and (len(self._masks) == 1 or all(map(_ADDRESS.fullmatch, self._masks)))
        grouped = [mask for mask, reading in readings.items() if len(mask) - len(min(reading, key=str) or "") > 0]
        if unclear or (alike and grouped):
            self.ambiguous = sum(self._masks[mask] for mask in unclear or grouped)
            return None
        return _as_number(styles[0])


def _mask(text: str) -> str:
    """``text`` with every digit a 9, save for a zero in front: what can be read of it in one way of writing or another."""
    masked = text.translate(_MASK)
    return _ZERO_INSIDE.sub("9", masked) if "0" in masked else masked


def _as_number(style: str) -> Plan:
    return lambda text: number(text, style)


def _as_day(form: str) -> Plan:
    return lambda text: day(text, form)


def _as_boolean(words: tuple[str, str]) -> Plan:
    return lambda text: boolean(text, words)


class Columns:
    """All columns of one table: `see` every row, then `settle`, then `shape` every row."""

    def __init__(self, table: TableOptions) -> None:
        """``table`` says what is known beforehand."""
        style = table.numbers if isinstance(table.numbers, str) else None
        form = table.dates if isinstance(table.dates, str) else None
        self._plans: dict[str, Plan] = {}
        self._typed: set[str] = set()  # columns whose numbers, too, are to be read: serial days, and booleans as 1 and 0
        self._missing = {word.strip().casefold() for word in table.missing}
        self._table = table
        left_alone = {*table.personal, *table.spans, *table.spans.values()}
        for name in table.columns:
            if (plan := self._declared(name)) is not None:
                self._plans[name] = plan
                left_alone.add(name)
        numbers, dates = _stated(table.numbers), _stated(table.dates)
        self._open = {
            name: Column(numbers.get(name, style), dates.get(name, form)) for name in table.columns if name not in left_alone
        }
        self.ambiguous = 0

    def _declared(self, name: str) -> Plan | None:
        """What the catalog says of the column ``name`` itself."""
        numbers, dates = _stated(self._table.numbers), _stated(self._table.dates)
        if name in self._table.booleans:
            self._typed.add(name)
            return _as_boolean(self._table.booleans[name])
        if dates.get(name, "as_is") != "as_is":
            if dates[name].startswith("serial"):
                self._typed.add(name)
            return _as_day(dates[name])
        if numbers.get(name, "as_is") != "as_is":
            return _as_number(numbers[name])
        return None

    def see(self, values: Mapping[str, Sequence[Any]]) -> None:
        """Take note of some rows' ``values`` by column; only texts are told from, since typed values are plain."""
        for name, column in list(self._open.items()):
            if self._missing:
                texts = [text for value in values[name] if isinstance(value, str) and (text := self._said(value))]
            else:
                texts = [text for value in values[name] if isinstance(value, str) and (text := value.strip())]
            column.see(texts)
            if not column.is_open:
                del self._open[name]

    def settle(self) -> None:
        """All rows were seen: decide."""
        for name, column in self._open.items():
            plan = column.plan()
            self.ambiguous += column.ambiguous
            if plan is not None:
                self._plans[name] = plan
        self._open = {}

    @property
    def plain(self) -> int:
        """How many columns are brought into plain form."""
        return len(self._plans)

    def _said(self, value: str) -> str:
        """``value`` without white space around it; empty if it is a word for no value."""
        text = value.strip()
        return "" if self._missing and text.casefold() in self._missing else text

    def without_missing(self, values: Sequence[Any]) -> Sequence[Any]:
        """``values`` of one column, with None for the words for no value."""
        if not self._missing:
            return values
        return [None if isinstance(value, str) and not self._said(value) else value for value in values]

    def shape(
        self, values: Mapping[str, Sequence[Any]], as_text: Callable[[Any], str]
    ) -> tuple[dict[str, list[str | None]], Counter[int]]:
        """What some rows' ``values`` by column say in plain form, and by row how many are not written as their column is.

        ``as_text`` writes a typed value. Only columns that become plain are in the result; a value that could not be read
        is None.
        """
        if not self._plans:
            return {}, Counter()
        import pandas as pd  # noqa: PLC0415 - half a second, which tables without such columns need not spend

        unread: Counter[int] = Counter()
        shaped: dict[str, list[str | None]] = {}
        for name, plan in self._plans.items():
            said = pd.Series(values[name], dtype=object).map(self._reader(name, as_text))
            codes, texts = pd.factorize(said)
            plain = [*(plan(text) for text in texts), None]  # the last for no value, whose code is -1
            numbers = codes.tolist()
            shaped[name] = [plain[number] for number in numbers]
            if None in plain[:-1]:
                unread.update(at for at, number in enumerate(numbers) if number >= 0 and plain[number] is None)
        return shaped, unread

    def _reader(self, name: str, as_text: Callable[[Any], str]) -> Callable[[Any], str | None]:
        typed = name in self._typed

        def text_of(value: Any) -> str | None:
            if isinstance(value, str):
                return value.strip() or None
            return as_text(value) if typed and isinstance(value, (int, float)) else None

        return text_of


def _stated(given: str | Mapping[str, str]) -> Mapping[str, str]:
    return {} if isinstance(given, str) else given
