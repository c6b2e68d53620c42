"""The proof's way to the texts of a table: a few rows at a time.

Belongs here: taking texts out of a column. Does not belong here: what is read of them (`winnow.leak_grams`).
"""

import numpy as np
import pyarrow as pa

from winnow.leak_grams import Grams, Integers, Words


class Column:
    """A column of texts, read a few rows at a time without joining its chunks, which would copy all of it."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        """Read ``column``, of strings."""
        self._chunks = [chunk for chunk in column.chunks if len(chunk)]
        self._starts = np.cumsum([0, *map(len, self._chunks)])

    def texts(self, rows: Integers) -> list[str]:
        """The texts of ``rows``, in their order."""
        found: list[str] = [""] * len(rows)
        of = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(of).tolist():
            mine = np.flatnonzero(of == number)
            taken = self._chunks[number].take(pa.array(rows[mine] - self._starts[number])).to_pylist()
            for place, text in zip(mine.tolist(), taken, strict=True):
                found[place] = text
        return found


class Reader:
    """Reads the runs of some rows of a column."""

    def __init__(self, column: Column, *, by_characters: bool) -> None:
        """Read ``column`` by words, or ``by_characters``."""
        self._column, self._by_characters = column, by_characters

    def __call__(self, rows: Integers) -> Grams:
        """The runs of ``rows``, in their order."""
        words = Words(self._column.texts(rows))
        return words.by_characters() if self._by_characters else words.by_words()
