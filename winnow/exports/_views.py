"""Columns of texts as views: taken, repeated and interleaved without copying a text.

Belongs here: Arrow's view layout (https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-view-layout). Does not belong
here: what the texts become (`winnow.exports._frames`).

A view has 16 bytes: how long the text is, and then the text itself, if it has 12 bytes at most, else its first four bytes, the number of
a buffer and the place in it. So rows are taken and put between others by moving 16 bytes each, however long their texts are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Views = npt.NDArray[np.uint32]

_INLINE = 12  # bytes of the longest text that stands in its view
_LENGTH, _BUFFER = 0, 2  # where in a view


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts without nulls.

    Attributes:
        views: one for each row, four numbers each.
        buffers: what they point into.
    """

    views: Views
    buffers: tuple[Any, ...] = ()

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array | pl.Series) -> "Texts":
        """The texts of ``column``; a null becomes an empty one."""
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        parts: list[Views] = [np.zeros((0, 4), dtype=np.uint32)]
        buffers: list[Any] = []
        for chunk in chunks:
            series = chunk if isinstance(chunk, pl.Series) else pl.Series(chunk, dtype=pl.String)
            array = series.to_arrow(compat_level=pl.CompatLevel.newest())
            _, views, *held = array.buffers()
            found = np.frombuffer(views, dtype=np.uint32).reshape(-1, 4)[array.offset : array.offset + len(array)]
            if array.null_count:
                found = np.where(series.is_null().to_numpy()[:, None], np.uint32(0), found)
            parts.append(_shifted(found, len(buffers)))
            buffers += held
        return cls(np.concatenate(parts), tuple(buffers))

    @classmethod
    def repeated(cls, text: str, rows: int) -> "Texts":
        """``text`` in each of ``rows``."""
        return cls.of(pl.Series([text], dtype=pl.String)).taken(np.zeros(rows, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.views)

    @property
    def lengths(self) -> npt.NDArray[np.uint32]:
        """Bytes of each text."""
        found: npt.NDArray[np.uint32] = self.views[:, _LENGTH]
        return found

    def taken(self, places: npt.NDArray[Any]) -> "Texts":
        """The texts at ``places``: row numbers, or which rows to keep."""
        return Texts(self.views[places], self.buffers)

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Texts":
        """The texts of the ``chosen`` rows, and an empty one in each other."""
        return Texts(np.where(chosen[:, None], self.views, np.uint32(0)), self.buffers)

    def series(self) -> pl.Series:
        """As polars has it."""
        if not len(self):
            return pl.Series(dtype=pl.String)
        views = pa.py_buffer(np.ascontiguousarray(self.views))
        return pl.Series(pa.Array.from_buffers(pa.string_view(), len(self), [None, views, *self.buffers]))


def interleaved(columns: Sequence[Texts]) -> Texts:
    """The first text of each of ``columns``, which are equally long, then the second of each, and so on."""
    if len(columns) == 1:
        return columns[0]
    views = np.empty((len(columns[0]), len(columns), 4), dtype=np.uint32)
    buffers: list[Any] = []
    for place, column in enumerate(columns):
        views[:, place] = _shifted(column.views, len(buffers))
        buffers += column.buffers
    return Texts(views.reshape(-1, 4), tuple(buffers))


def _shifted(views: Views, buffers: int) -> Views:
    """``views`` whose buffers stand behind ``buffers`` others."""
    if not buffers:
        return views
    found = views.copy()
    found[:, _BUFFER] += (found[:, _LENGTH] > _INLINE).astype(np.uint32) * np.uint32(buffers)
    return found
