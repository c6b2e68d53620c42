"""The examples of a version, as its files want them: by task and side, in order, a few at a time.

Belongs here: joining examples to their decisions by row numbers. Does not belong here: what is written of them (`assets.candidate`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.exports import Texts

ROWS_AT_ONCE = 2_000  # decoded to Python at a time: some 20 MB of text at 10 kB an example

TEXT_AT_ONCE = 8_000_000  # bytes of a block's texts, which are written together: thousands of rows, and little memory

_NONE = np.zeros(0, dtype=np.int64)


class Chosen:
    """The examples that stay, by task and side, each list by example id, as row numbers of one table.

    Text is turned into Python's a few rows at a time; of a million examples all else is held in columns.
    """

    def __init__(self, rows: pa.Table, decisions: pa.Table) -> None:
        """``rows`` are `EXAMPLES`, ``decisions`` are `BALANCED` about them."""
        self._rows = rows if pl.Series(rows["example_id"]).is_sorted() else rows.sort_by("example_id")
        decisions = decisions if pl.Series(decisions["example_id"]).is_sorted() else decisions.sort_by("example_id")
        self._decisions = decisions
        found = pc.index_in(self._rows["example_id"], value_set=decisions["example_id"].combine_chunks())
        self._at = found.combine_chunks().fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        copies = decisions["copies"].fill_null(1).to_numpy()
        self._copies = np.where(self._at >= 0, copies[self._at], 1) if len(decisions) else np.ones(len(rows), dtype=np.int64)
        kept = pl.DataFrame(
            {
                "task": pl.Series(decisions["task"]),
                "side": pl.Series(decisions["split"]),
                "reason": pl.Series(decisions["reason"]),
            }
        ).with_row_index("at")
        numbered = pl.DataFrame({"at": self._at}).with_row_index("place").filter(pl.col("at") >= 0)
        joined = numbered.join(kept.with_columns(pl.col("at").cast(pl.Int64)), on="at", how="left", maintain_order="left")
        stays = joined.filter(pl.col("reason").is_null())
        self.places: dict[tuple[str, str], npt.NDArray[np.int64]] = {
            (str(task), str(side)): part["place"].to_numpy().astype(np.int64)
            for (task, side), part in stays.group_by("task", "side", maintain_order=True)
        }
        self._dropped = joined.filter(pl.col("reason").is_not_null())["place"].to_numpy().astype(np.int64)

    @property
    def rows(self) -> pa.Table:
        """All examples, by id."""
        return self._rows

    def kept(self, columns: Sequence[str]) -> pa.Table:
        """Some columns of the examples that stay."""
        stays = np.zeros(len(self._rows), dtype=np.bool_)
        for places in self.places.values():
            stays[places] = True
        return self._rows.select(columns).filter(pa.array(stays))

    def tasks(self) -> list[str]:
        """Names of the tasks that have examples, in order."""
        return sorted({task for task, _ in self.places})

    def labels(self) -> dict[str, list[str]]:
        """The labels of the examples of each task that stay, in order."""
        found: dict[str, set[str]] = {task: set() for task in self.tasks()}
        kept = self.kept(["task", "label"])
        pairs = kept.group_by(["task", "label"]).aggregate([])
        for task, label in zip(pairs["task"].to_pylist(), pairs["label"].to_pylist(), strict=True):
            if label is not None:
                found[task].add(label)
        return {task: sorted(labels) for task, labels in found.items()}

    def copies(self, task: str) -> int:
        """How many lines of a task's train files are copies."""
        places = self.places.get((task, "train"))
        return 0 if places is None else int((self._copies[places] - 1).sum())

    def decided(self, task: str, side: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The examples of one task and side with their decisions, by id."""
        return self._with_decisions(self.places.get((task, side), _NONE))

    def dropped(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """The examples that do not stay with their decisions, by id."""
        return self._with_decisions(self._dropped)

    def lines(self, task: str, side: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """What a file of one task and side holds: the examples by id, then those with a second line, a third, and so on.

        Each has the ``columns`` asked for, or all, and beside them what was decided about it.
        """
        places, times = self.places.get((task, side), _NONE), 1
        rows = self._rows if columns is None else self._rows.select(columns)
        while len(places):
            yield from _decided(places, rows, self._decisions, self._at)
            places, times = places[self._copies[places] > times], times + 1

    def blocks(self, task: str, side: str, columns: Sequence[str] | None = None) -> Iterator["Block"]:
        """The same as `lines`, many at a time and not yet Python's."""
        places, times = self.places.get((task, side), _NONE), 1
        rows = self._rows if columns is None else self._rows.select(columns)
        while len(places):
            lengths = self._inputs.lengths[places] + self._targets.lengths[places]
            cuts = np.flatnonzero(np.diff(np.cumsum(lengths, dtype=np.int64) // TEXT_AT_ONCE)) + 1
            for part in np.split(places, cuts):
                yield Block(part, self._inputs.taken(part), self._targets.taken(part), rows, self._decisions, self._at)
            places, times = places[self._copies[places] > times], times + 1

    @cached_property
    def _inputs(self) -> Texts:
        return Texts.of(self._rows["input"])

    @cached_property
    def _targets(self) -> Texts:
        return Texts.of(self._rows["target"])

    def tokens(self, task: str, side: str, column: str) -> list[int]:
        """What ``column`` counts in each example of one task and side."""
        places = self.places.get((task, side), _NONE)
        return [tokens or 0 for tokens in self._rows[column].take(pa.array(places)).to_pylist()]

    def _with_decisions(self, places: npt.NDArray[np.int64]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for part in _parts(places):
            yield from zip(_taken(self._rows, part), _taken(self._decisions, self._at[part]), strict=True)


@dataclass(frozen=True, slots=True)
class Block:
    """Some examples of one task and side, in order: their texts as columns, and all that is asked of them as rows.

    Attributes:
        places: their row numbers, ascending.
        inputs: their inputs.
        targets: their targets.
    """

    places: npt.NDArray[np.int64]
    inputs: Texts
    targets: Texts
    _rows: pa.Table
    _decisions: pa.Table
    _at: npt.NDArray[np.int64]

    def rows(self, which: npt.NDArray[Any] | None = None) -> Iterator[dict[str, Any]]:
        """The examples, or those of them at ``which``, with what was decided about them."""
        yield from _decided(self.places if which is None else self.places[which], self._rows, self._decisions, self._at)


def _decided(
    places: npt.NDArray[np.int64], rows: pa.Table, decisions: pa.Table, at: npt.NDArray[np.int64]
) -> Iterator[dict[str, Any]]:
    for part in _parts(places):
        for row, decision in zip(_taken(rows, part), _taken(decisions, at[part]), strict=True):
            yield {**row, **decision}


def _parts(places: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(places), ROWS_AT_ONCE):
        yield places[start : start + ROWS_AT_ONCE]


def _taken(rows: pa.Table, places: npt.NDArray[np.int64]) -> list[dict[str, Any]]:
    """The rows at ``places``, which ascend. Only what lies between them is looked at: taking joins the chunks of a whole table."""
    first, last = int(places[0]), int(places[-1])
    taken: list[dict[str, Any]] = rows.slice(first, last - first + 1).take(pa.array(places - first)).to_pylist()
    return taken
