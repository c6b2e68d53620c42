"""Fingerprints beside the texts that they are made of: a table of each day's examples, and one of what only all days make.

Belongs here: writing these tables, taking out what belongs to no text any more, and finding tonight's fingerprints in them. Does not
belong here: what a fingerprint is (`winnow.fingerprints`), under which name it is kept (`winnow.contents`), and the memory of what
was compared with what (`assets.similar`).

A day's examples carry internal ids, and what is compared is what is released. So each example is finished as if no other document
knew anybody in it, which of most is what the night finds; the fingerprint is kept under the name of that finished text. What a known
person of another document changes, and what joins documents of several days, is fingerprinted on the first night that has it, and
kept in the table of all days. A table of another version, one that is missing, or one in which a bit has changed, is as if it were
not there: it costs time and changes no answer.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets.days import identity
from resources.workspace import Workspace
from winnow.contents import KEPT, KEPT_VERSION, contents, fingerprints_from, kept
from winnow.errors import UsageError
from winnow.examples import joins
from winnow.fingerprints import fingerprints
from winnow.finished import finished_alone
from winnow.recall import LEFT_OUT
from winnow.shingles import Indexes

TABLE = "fingerprints"
DAILY, JOINED = "examples", "joined_examples"  # the stages beside whose rows they lie

_NAME = KEPT.field("content").type
_READ = ["example_id", "input", "target", "label", "reason"]
_ROWS = 1 << 13  # of examples finished and fingerprinted at once: some tens of megabytes
_ROWS_READ = 1 << 15  # of a table of fingerprints: 16 MiB

DAMAGED = (OSError, ValueError, pa.ArrowException, UsageError)
"""What reading raises where a bit of the file has changed, or it was cut off, or is gone."""


def write_day(workspace: Workspace, day: dt.date) -> Mapping[str, int]:
    """Write the table of ``day``'s examples, and count its rows (``fingerprints``) and those of them that were hashed for it (``…_made``).

    What the day's last table has is taken over, so a day that is made again hashes what is new in it.
    """
    made, known = Counter[str](), _names(workspace, DAILY, day)
    footer = _footer(workspace, day)
    try:
        total = workspace.lake.write(DAILY, day, _day_rows(workspace, day, known, made), KEPT, footer, name=TABLE)
    except DAMAGED:
        if not len(known) or _has(workspace, DAILY, day):
            raise
        return write_day(workspace, day)  # the last table was damaged, and is gone
    return {"fingerprints": total, "fingerprints_made": made["rows"]}


def write_missing(workspace: Workspace) -> int:
    """Write the table of every day whose last one is missing, of another version or of other rows; says how many were hashed.

    Those of days that have no examples any more are removed.
    """
    lake, hashed = workspace.lake, 0
    days = lake.days(DAILY)
    for day in sorted(set(lake.days(DAILY, TABLE)) - set(days)):
        lake.delete(DAILY, day, TABLE)
    for day in days:
        if not _is_whole(workspace, day):
            hashed += write_day(workspace, day)["fingerprints_made"]
    return hashed


def forget_unused(workspace: Workspace) -> None:
    """Take out what no stored example has, after rows of examples were removed."""
    write_missing(workspace)
    lake = workspace.lake
    if not lake.exists(JOINED, name=TABLE):
        return
    used: set[bytes] = set()
    for batch in lake.batches(JOINED, columns=_READ, batch_rows=_ROWS) if lake.exists(JOINED) else ():
        used.update(contents(batch.filter(pc.is_null(batch["reason"]))))
    names = set(_names(workspace, JOINED, None).to_pylist())
    if not names <= used or not names:
        _keep(workspace, KEPT.empty_table(), pa.array(sorted(used & names), _NAME))


class Prints:
    """Gives tonight's fingerprints: read where they lie, made where they do not, and then kept.

    Attributes:
        asked: for how many examples.
        read: how many different contents were found in a table.
        made: how many were hashed, those of days that had no table included.
        remembered: of how many examples the memory (`assets.similar`) knew all that it needs; set by who asks it.
        told: what the search has to say (`winnow.recall.deduplicate_tonight`).
    """

    remembered = 0

    def __init__(self, workspace: Workspace) -> None:
        """The tables of all days are written first, where they are missing."""
        self.workspace = workspace
        self.asked, self.read, self.made = 0, 0, write_missing(workspace)
        self.told = Counter[str]()
        self._joining = {task.name for task in workspace.catalog.tasks if joins(task)}

    def __call__(self, rows: pa.Table) -> pa.Table:
        """`FINGERPRINTS` of ``rows`` (`EXAMPLES`, finished), in the same order."""
        names = pa.array(contents(rows), _NAME).dictionary_encode()
        numbers = names.indices.to_numpy().astype(np.int64)
        _, first = np.unique(numbers, return_index=True)
        search = _Search(self.workspace, names.dictionary)
        search.look([(JOINED, None)])
        days = self.workspace.lake.days(DAILY, TABLE)[::-1]  # what is new tonight came last, mostly
        of_days = np.array([task not in self._joining for task in rows["task"].to_pylist()], dtype=np.bool_)[first]
        chunk = 1
        while days and bool((search.places[of_days] < 0).any()):
            search.look([(DAILY, day) for day in days[:chunk]])
            self._mend(search, days[:chunk])
            days, chunk = days[chunk:], 2 * chunk  # so a search of all days asks for a text some ten times, not for each day
        left = np.flatnonzero(search.places < 0)
        self.asked, self.read, self.made = self.asked + len(rows), self.read + len(first) - len(left), self.made + len(left)
        if len(left):
            made = kept(names.dictionary.take(pa.array(left)).to_pylist(), fingerprints(rows.take(pa.array(first[left]))))
            _keep(self.workspace, made)
            search.add(made, left)
        return fingerprints_from(search.found().take(pa.array(search.places[numbers])), rows["example_id"])

    def _mend(self, search: "_Search", days: Sequence[dt.date]) -> None:
        """Write anew the tables of those ``days`` that turned out to be damaged, and search them once more."""
        gone = [day for day in days if not self.workspace.lake.exists(DAILY, day, TABLE)]
        self.made += sum(write_day(self.workspace, day)["fingerprints_made"] for day in gone)
        if gone:
            search.look([(DAILY, day) for day in gone])

    def counts(self) -> dict[str, int]:
        """Where tonight's fingerprints came from, and what of a crowd was not compared, as the UI shows it."""
        return {
            "fingerprints_in_memory": self.remembered,
            "fingerprints_read": self.read,
            "fingerprints_made": self.made,
            LEFT_OUT: self.told[LEFT_OUT],
        }


class _Search:
    """Looks for some contents, each once, in one table after the other."""

    def __init__(self, workspace: Workspace, names: pa.Array) -> None:
        self.workspace, self.names = workspace, names
        # Of each content its place in what was found, -1 where it was not.
        self.places: Indexes = np.full(len(names), -1, dtype=np.int64)
        self._parts = [KEPT.empty_table()]
        self._size = 0

    def look(self, tables: Sequence[tuple[str, dt.date | None]]) -> None:
        """Search ``tables`` (stage and day) for what has not been found."""
        stored = [_names(self.workspace, *table) for table in tables]
        left = np.flatnonzero(self.places < 0)
        at = pc.index_in(self.names.take(pa.array(left)), value_set=pa.concat_arrays(stored))
        at = pc.fill_null(at, -1).to_numpy().astype(np.int64)
        start = 0
        for (stage, day), names in zip(tables, stored, strict=True):
            own = np.flatnonzero((at >= start) & (at < start + len(names)))
            own = own[np.argsort(at[own])]
            if len(own):
                self._take(stage, day, at[own] - start, left[own])
            start += len(names)

    def _take(self, stage: str, day: dt.date | None, rows: Indexes, which: Indexes) -> None:
        """Read the ``rows`` (ascending) of a table, which are the contents ``which``; those behind a damage stay missing."""
        start = 0
        try:
            for batch in _batches(self.workspace, stage, day):
                here = slice(*np.searchsorted(rows, [start, start + len(batch)]))
                self.add(pa.Table.from_batches([batch.take(pa.array(rows[here] - start))]), which[here])
                start += len(batch)
        except DAMAGED:
            return

    def add(self, rows: pa.Table, which: Indexes) -> None:
        """Take ``rows`` (`KEPT`) for those of the contents ``which``."""
        self.places[which] = self._size + np.arange(len(rows))
        self._parts.append(rows)
        self._size += len(rows)

    def found(self) -> pa.Table:
        """What was found, in the order of `places`."""
        return pa.concat_tables(self._parts)


def _day_rows(workspace: Workspace, day: dt.date, known: pa.Array, made: Counter[str]) -> Iterator[pa.RecordBatch]:
    """`KEPT` of ``day``'s examples, each content once: those that are not ``known`` hashed, then those of the last table."""
    config, there, wanted = workspace.catalog.example_config(), set(known.to_pylist()), set[bytes]()
    for batch in workspace.lake.batches(DAILY, [day], _READ, batch_rows=_ROWS):
        rows = finished_alone(batch, config)
        fresh = {name: at for at, name in enumerate(contents(rows)) if name not in wanted}
        wanted.update(fresh)
        new = {name: at for name, at in fresh.items() if name not in there}
        made["rows"] += len(new)
        yield from kept(list(new), fingerprints(rows.take(pa.array(new.values(), pa.int64())))).to_batches()
    if there & wanted:
        yield from _among(_batches(workspace, DAILY, day), pa.array(sorted(wanted), _NAME))


def _among(batches: Iterable[pa.RecordBatch], names: pa.Array) -> Iterator[pa.RecordBatch]:
    """The rows of ``batches`` whose contents are among ``names``."""
    for batch in batches:
        yield batch.filter(pc.is_in(batch["content"], value_set=names))


def _keep(workspace: Workspace, more: pa.Table, among: pa.Array | None = None) -> None:
    """Write the table of all days anew: what it has, if given only what is ``among`` these, and ``more``."""
    footer = {"stage_key": KEPT_VERSION}
    try:
        old = list(_batches(workspace, JOINED, None)) if _has(workspace, JOINED, None) else []
    except DAMAGED:
        old = []
    old = old if among is None else list(_among(old, among))
    workspace.lake.write(JOINED, None, [*old, *more.to_batches()], KEPT, footer, name=TABLE)


def _is_whole(workspace: Workspace, day: dt.date) -> bool:
    """Whether ``day`` has a table, of the rows that its examples have now."""
    return workspace.lake.metadata(DAILY, day, TABLE) == _footer(workspace, day)


def _footer(workspace: Workspace, day: dt.date) -> dict[str, str]:
    return {"stage_key": KEPT_VERSION, "contents": str(identity(workspace, DAILY, day))}


def _has(workspace: Workspace, stage: str, day: dt.date | None) -> bool:
    return workspace.lake.key(stage, day, TABLE) == KEPT_VERSION


def _names(workspace: Workspace, stage: str, day: dt.date | None) -> pa.Array:
    """The contents of a table; none if it is missing, damaged or of another version."""
    if not _has(workspace, stage, day):
        return pa.array([], _NAME)
    try:
        return pa.chunked_array(
            [batch["content"] for batch in _batches(workspace, stage, day, ["content"])], _NAME
        ).combine_chunks()
    except DAMAGED:
        return pa.array([], _NAME)


def _batches(
    workspace: Workspace, stage: str, day: dt.date | None, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table, verified; one in which something is damaged is removed, so that it is written anew."""
    wanted = KEPT if columns is None else pa.schema([KEPT.field(name) for name in columns])
    try:
        for batch in workspace.lake.batches(stage, [day], columns, TABLE, _ROWS_READ, verified=True):
            yield batch.cast(wanted)  # ValueError if a column is missing or another: a footer has no checksum
    except DAMAGED:
        workspace.lake.delete(stage, day, TABLE)
        raise
