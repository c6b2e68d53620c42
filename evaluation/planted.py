"""Copies that somebody planted: which rows and files were made of which, and what became of their examples.

Belongs here: reading the list, finding the examples that were made of what it names, and counting. Does not belong here: what is
near (`evaluation.duplicate_pairs`).
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assets import scrubbed
from evaluation.duplicate_pairs import Compared, Flags
from resources.catalog import ASSETS
from resources.workspace import Workspace
from winnow.ids import document_id, document_ids
from winnow.leak_grams import Integers

COLUMNS = ("key", "original")
SOURCE = "source"

FATES = ("dropped", "below", "other_class", "missed")
"""What became of a planted copy: dropped; or it stays although another one does: because no other that stays is near, because those
that are have another label, or by mistake."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: ``key`` is a row's key or an object's, in ``source`` or in any."""

    key: str
    original: str
    source: str | None = None


def read_truth(path: Path) -> list[Line]:
    """The list of planted copies: a table (CSV) with the columns ``key`` and ``original``, and ``source`` if it likes.

    ``key`` is what a row says in the key columns of its source, several of them joined by the unit separator (U+001F); of a whole
    object it is the path below the source. Everything with one ``original`` is a copy of one text.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it lacks a column, or is no table in UTF-8.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        lacking = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if lacking:
            raise ValueError(f"the list of copies has no column {' and no '.join(lacking)}; it wants {', '.join(COLUMNS)}")
        try:
            return [Line(row["key"] or "", row["original"] or "", row.get(SOURCE) or None) for row in rows]
        except csv.Error:
            raise ValueError("the list of copies is no table (CSV) that can be read") from None


def originals(workspace: Workspace, truth: Sequence[Line]) -> dict[str, str]:
    """Document id → original, for the documents that the home holds of what ``truth`` names.

    Ids are keyed hashes of a source, an object and a row's key, so the keys of the list are hashed for each object that has rows.
    """
    unique = {source.name: source.rows_are_unique for source in workspace.catalog.sources}
    tables, documents = _documents(workspace)
    salt, named = workspace.catalog.dataset.salt, _by_source(truth, sorted(unique))
    found: dict[str, str] = {}
    for source, key, object_id in _objects(workspace):
        lines = named[source]
        if key in lines and (name := document_id(salt, source, key)) in documents:
            found[name] = lines[key]
        if object_id in tables:
            names = document_ids(salt, source, "" if unique[source] else key, lines)
            found.update((name, original) for name, original in zip(names, lines.values(), strict=True) if name in documents)
    return found


def _by_source(truth: Sequence[Line], sources: Sequence[str]) -> dict[str, dict[str, str]]:
    """Key → original, by source."""
    named: dict[str, dict[str, str]] = {source: {} for source in sources}
    for line in truth:
        for source in [line.source] if line.source else sources:
            if source not in named:
                raise ValueError("the list of copies names a source that the catalog does not have")
            named[source][line.key] = line.original
    return named


def _objects(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Source, key and id of every current object."""
    for asset in ASSETS:
        for day in workspace.ledger.days(asset):
            for sighting in workspace.ledger.objects(asset, day):
                yield sighting.source, sighting.key, sighting.object_id


def _documents(workspace: Workspace) -> tuple[set[str], set[str]]:
    """The ids of objects whose documents are rows, and of all documents."""
    tables: set[str] = set()
    documents: set[str] = set()
    for day in workspace.lake.days(scrubbed.NAME):
        rows = workspace.lake.read(scrubbed.NAME, day, ["document_id", "object_id", "row_number"])
        documents.update(rows["document_id"].to_pylist())
        tables.update(rows.filter(pc.is_valid(rows["row_number"]))["object_id"].unique().to_pylist())
    return tables, documents


def origins(examples: pa.Table, named: Mapping[str, str]) -> list[tuple[str, ...]]:
    """For each of the ``examples`` of one task what it is a copy of: equal for copies, empty for what the list does not name.

    Where a task makes several examples of one document, those of one anchor (a heading, a turn) are copies of each other.
    """
    of = [sorted({named[key] for key in keys if key in named}) for keys in examples["group_keys"].to_pylist()]
    made = Counter(tuple(sorted(key for key in keys if key in named)) for keys in examples["group_keys"].to_pylist())
    several = any(count > 1 for documents, count in made.items() if documents)
    anchors = examples["anchor"].to_pylist()
    return [(*names, anchor) if several and names else tuple(names) for names, anchor in zip(of, anchors, strict=True)]


def fates(compared: Compared, of: Sequence[tuple[str, ...]], stays: Flags) -> Iterator[tuple[int, str]]:
    """Row and fate (`FATES`) of every planted copy: of all with one origin but one, which may stay.

    Args:
        compared: the examples of one task.
        of: their `origins`.
        stays: whether each is left when duplicates have gone.
    """
    copies: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, origin in enumerate(of):
        if origin:
            copies[origin].append(row)
    asked: list[tuple[int, int]] = []
    for rows in copies.values():
        left = [row for row in rows if stays[row]]
        gone = [row for row in rows if not stays[row]]
        yield from ((row, "dropped") for row in (gone if left else gone[1:]))
        asked += [(row, other) for row in left[1:] for other in left if other != row]
    if asked:
        yield from _of_those_that_stay(compared, np.array(asked, dtype=np.int64))


def _of_those_that_stay(compared: Compared, pairs: Integers) -> Iterator[tuple[int, str]]:
    known = compared.known(pairs[:, 0], pairs[:, 1])
    same = compared.classes[known.left] == compared.classes[known.right]
    found: dict[int, str] = {}
    for row, near, own in zip(known.left.tolist(), known.near.tolist(), same.tolist(), strict=True):
        fate = ("missed" if own else "other_class") if near else "below"
        found[row] = max(found.get(row, fate), fate, key=FATES.index)
    yield from found.items()
