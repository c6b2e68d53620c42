"""Rows of a table, some thousand at a time and column by column, and as documents one by one.

Belongs here: the two shapes, and the way from one to the other. Does not belong here: how rows are read, keyed and written
(`winnow.formats._table`), and what becomes of them (`winnow.claims`).

A table may have a million rows, so whoever takes many of them asks a reader's `TableDocuments` for their columns and never sees
a document; whoever wants documents iterates over it, as over what any reader gives.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from winnow.documents import Document


@dataclass(frozen=True, slots=True)
class RowColumns:
    """Consecutive rows of one table.

    Attributes:
        numbers: each row's number, from 0.
        keys: each row's key, unique in its table.
        fields: by column each row's text; None for no value. Texts may hold characters that cannot be stored.
        links: each row's value in the column of links; None if there is no such column.
        customers: the same of the column of customers.
        reasons: by place in these rows why one could not be read.
        notes: by place in these rows what is to be said of one.
        days: each row's own day; None if there is no such column.
    """

    numbers: Sequence[int]
    keys: Sequence[str]
    fields: Mapping[str, Sequence[str | None]]
    links: Sequence[str | None] | None
    customers: Sequence[str | None] | None
    reasons: Mapping[int, str]
    notes: Mapping[int, Mapping[str, int]]
    days: Sequence[dt.date | None] | None = None

    def __len__(self) -> int:
        """How many rows."""
        return len(self.numbers)

    def documents(self) -> Iterator[Document]:
        """The rows as documents, in order."""
        names, nothing = tuple(self.fields), (None,) * len(self)
        links, customers, days = self.links or nothing, self.customers or nothing, self.days or nothing
        rows = zip(self.numbers, self.keys, links, customers, days, zip(*self.fields.values(), strict=True), strict=True)
        for at, (number, key, link, customer, day, texts) in enumerate(rows):
            yield Document(
                fields={name: text for name, text in zip(names, texts, strict=True) if text is not None},
                row_key=key,
                row_number=number,
                link=link,
                customer=customer,
                day=day,
                reason=self.reasons.get(at),
                notes=self.notes.get(at, {}),
            )

    def part(self, start: int, end: int) -> "RowColumns":
        """The rows from ``start`` to before ``end``."""
        return RowColumns(
            self.numbers[start:end],
            self.keys[start:end],
            {name: texts[start:end] for name, texts in self.fields.items()},
            None if self.links is None else self.links[start:end],
            None if self.customers is None else self.customers[start:end],
            {at - start: reason for at, reason in self.reasons.items() if start <= at < end},
            {at - start: said for at, said in self.notes.items() if start <= at < end},
            None if self.days is None else self.days[start:end],
        )


class TableDocuments(Iterator[Document]):
    """The documents of a table, one a row; or their `columns`, which are faster. One of the two, and once."""

    def __init__(self, columns: Iterator[RowColumns]) -> None:
        """``columns`` are all rows in order."""
        self.columns = columns
        self._documents = chain.from_iterable(rows.documents() for rows in columns)

    def __iter__(self) -> Self:
        """Itself."""
        return self

    def __next__(self) -> Document:
        """The next row."""
        return next(self._documents)
