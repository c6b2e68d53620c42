"""Boilerplate of a whole table of examples: looked for source by source, taken out where the catalog says so, and counted.

Belongs here: from rows of `winnow.schemas.EXAMPLES` to texts and back. Does not belong here: what is boilerplate
(`winnow.boilerplate`), and which parts of an example may lose text (`winnow.stripping`).

Texts still carry internal ids: so a placeholder is known for what it is in every mode, and what is released is numbered afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.boilerplate import BOILERPLATE_VERSION, Minimum, Runs, boilerplate, runs_of
from winnow.documents import counts
from winnow.examples import ExampleConfig, broken_rule, placeholder_counts
from winnow.finished import without_text
from winnow.groups import by_keys, components
from winnow.ids import keyed_hash
from winnow.pieces import Pieces, pieces
from winnow.placeholders import render
from winnow.schemas import EXAMPLES
from winnow.shingles import Flags, Indexes
from winnow.stripping import INPUT, ONLY_BOILERPLATE, REJECTED, TARGET, Passage, passages, stripped
from winnow.tokens import count_tokens

REPEATED_VERSION = f"1/{BOILERPLATE_VERSION}"
"""Changes whenever other text would be taken out of the same examples; part of the set stages' key."""

BLOCKS = pa.schema(
    [
        ("example_id", pa.string()),
        ("task", pa.string()),
        ("source", pa.string()),  # of the document that the part was made of first
        ("part", pa.string()),  # "input", "target", or "rejected" for the answer that another was preferred to
        ("block", pa.string()),  # keyed hash of what it says
        ("words", pa.int64()),
        ("document", pa.int64()),  # number of what belongs together by documents, links and customers; of this table alone
        ("taken_out", pa.bool_()),
        ("stays", pa.bool_()),  # whether the example does, with or without the block
    ]
)
"""Every block that was found in every example: the longest runs of boilerplate. No text."""

Report: TypeAlias = list[dict[str, Any]]

_PARTS = (INPUT, TARGET, REJECTED)
_COLUMNS = ("task", "kind", "source", "label", "input", "target", "reason")
LOOKED_AT = ("example_id", *_COLUMNS, "spans", "group_keys")
"""The columns of `EXAMPLES` in which blocks are looked for."""

_WRITTEN = ("input", "target", "input_tokens", "target_tokens", "pii", "reason")
_ROWS = 1 << 14  # examples taken to Python's strings at once
_BLOCK_HEX = 16  # of a keyed hash: one in a million blocks would share its name with another by a chance of 1 in 40 million


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of each source."""

    actions: Mapping[str, str]  # source → "report", "strip" or "keep"; one that is not named is kept
    minimum: Minimum
    fixed_targets: frozenset[str] = frozenset()  # tasks whose targets are no prose, such as JSON: as little looked at as labels


@dataclass(frozen=True, slots=True)
class Repeated:
    """The blocks in a table of examples."""

    rules: Rules
    sources: tuple[str, ...]
    row: Indexes  # of each text
    document: Indexes  # of each row: a number of the first document that it was made of
    part: Indexes  # of each text: its number in `_PARTS`
    source: Indexes  # of each text: its number in ``sources``
    words: Indexes  # of each text
    owner: Indexes  # of each row: what belongs together by documents, links and customers
    pieces: Pieces
    runs: Runs

    @property
    def row_of_runs(self) -> Indexes:
        """The row that each run stands in."""
        return self.row[self.runs.text]

    def lines(self, run: int) -> tuple[int, int]:
        """The first line of the run numbered ``run`` in its text, and that behind its last."""
        first, last = self.runs.first[run], self.runs.end[run] - 1
        return int(self.pieces.first_line[first]), int(self.pieces.end_line[last])


def find(rows: pa.Table, rules: Rules, of_documents: Mapping[str, str] | None = None) -> Repeated:
    """The blocks in ``rows`` (`EXAMPLES`, texts with internal ids); labels and refusals are not looked at.

    Args:
        rows: of all days.
        rules: what is asked.
        of_documents: document id → source, for documents that are not the first one of their examples.
    """
    names = tuple(sorted(name for name, action in rules.actions.items() if action != "keep"))
    gathered: list[_Texts] = []
    found = Pieces.joined(_gathered(rows, rules, names, of_documents or {}, gathered))
    row, part, source = (
        np.concatenate([np.zeros(0, dtype=np.int64), *(getattr(texts, name) for texts in gathered)])
        for name in ("row", "part", "source")
    )
    document = _numbered(pa.chunked_array([texts.documents for texts in gathered], pa.string()))
    owner = _owners(rows)
    marked = np.zeros(len(found), dtype=np.bool_)
    for number in range(len(names)):
        chosen = source == number
        here = chosen[found.text]
        new = np.cumsum(chosen) - 1
        part_of = found if here.all() else found.of(here)
        renamed = part_of.renamed(new)
        marked[here] = boilerplate(renamed, document[row[chosen]], owner[row[chosen]], rules.minimum)
    words = np.bincount(found.text, found.words, minlength=len(row)).astype(np.int64)
    return Repeated(rules, names, row, document, part, source, words, owner, found, runs_of(found, marked))


class Stripping:
    """What is taken out of the rows in which blocks were found, those of sources whose action is ``strip``."""

    def __init__(self, found: Repeated, config: ExampleConfig) -> None:
        self._config, self._tasks = config, {task.name: task for task in config.tasks}
        self._cuts: dict[int, dict[str, list[tuple[int, int]]]] = {}
        for run in np.flatnonzero(_taken_out(found)).tolist():
            text = found.runs.text[run]
            of_row = self._cuts.setdefault(int(found.row[text]), {})
            of_row.setdefault(_PARTS[found.part[text]], []).append(found.lines(run))

    def left(self, rows: pa.Table, first: int = 0) -> pa.Table:
        """``rows`` without the blocks, the first of them being that numbered ``first``; what has too little left is refused.

        Ids, labels, spans and order stay: a span still says which part of a document was read.
        """
        parts = []
        for start, batch in _batches(rows, EXAMPLES.names):
            here = [place for place in range(len(batch)) if first + start + place in self._cuts] if self._cuts else []
            table = pa.Table.from_batches([batch])
            if here:
                written = table.select(list(_WRITTEN)).to_pylist()
                kinds, names = batch.column("kind").to_pylist(), batch.column("task").to_pylist()
                for place in here:
                    task, cuts = self._tasks.get(names[place]), self._cuts[first + start + place]
                    left = stripped(kinds[place], written[place]["input"], written[place]["target"], cuts, task)
                    written[place].update(_written(left, names[place], self._tasks, self._config))
                table = _put(table, written)
            parts.append(table)
        return pa.concat_tables(parts) if parts else rows


def blocks(rows: pa.Table, found: Repeated, salt: str) -> pa.Table:
    """`BLOCKS` of ``rows``, with nothing taken out yet."""
    text = found.runs.text
    row = found.row_of_runs
    names = {
        value: keyed_hash(salt, "boilerplate", f"{value:016x}")[:_BLOCK_HEX] for value in np.unique(found.runs.hash).tolist()
    }
    chosen = rows.select(["example_id", "task"]).take(pa.array(row, pa.int64()))
    columns = [
        chosen["example_id"],
        chosen["task"],
        pa.array([found.sources[number] for number in found.source[text]], pa.string()),
        pa.array([_PARTS[number] for number in found.part[text]], pa.string()),
        pa.array([names[value] for value in found.runs.hash.tolist()], pa.string()),
        pa.array(found.runs.words, pa.int64()),
        pa.array(found.owner[row], pa.int64()),
        pa.array(_taken_out(found), pa.bool_()),
        pc.is_null(rows["reason"]).take(pa.array(row, pa.int64())),
    ]
    return pa.table(columns, schema=BLOCKS)


def with_stays(table: pa.Table, row_of_runs: Indexes, reasons: pa.ChunkedArray) -> pa.Table:
    """`BLOCKS` with ``stays`` as the ``reasons`` of all rows say it behind `Stripping`."""
    place = BLOCKS.get_field_index("stays")
    stays = pc.is_null(reasons).take(pa.array(row_of_runs, pa.int64()))
    return table.set_column(place, BLOCKS.field(place), stays)


def source_table(found: Repeated, table: pa.Table) -> Report:
    """Of each source that was looked at: its action, what it has, and how much of that is boilerplate.

    ``documents`` counts those that share a document, link or customer once; ``words`` are those of texts that were looked at.
    """
    result: Report = []
    held = pl.DataFrame(table)
    for number, name in enumerate(found.sources):
        texts = found.source == number
        here = held.filter(pl.col("source") == name)
        words, repeated = int(found.words[texts].sum()), int(here["words"].sum())
        result.append(
            {
                "source": name,
                "action": found.rules.actions[name],
                "documents": len(np.unique(found.owner[found.row[texts]])),
                "examples": len(np.unique(found.row[texts])),
                "blocks": here["block"].n_unique(),
                "documents_with_blocks": here["document"].n_unique(),
                "examples_with_blocks": here["example_id"].n_unique(),
                "share_of_words": round(repeated / words, 4) if words else 0.0,
            }
        )
    return result


def block_table(table: pa.Table, most: int | None = None) -> Report:
    """The blocks of `BLOCKS` that take the most room in each source, first, at most ``most`` of each source; with one example's id.

    The example is the smallest id among those that stay, if one does: `winnow trace` leads from it to the files.
    """
    found = (
        pl.DataFrame(table)
        .group_by("source", "block")
        .agg(
            pl.col("words").first(),
            pl.col("document").n_unique().alias("documents"),
            pl.col("example_id").n_unique().alias("examples"),
            pl.col("example_id").sort_by(pl.col("stays").not_(), "example_id").first(),
        )
    )
    ordered = found.sort(pl.col("source"), -(pl.col("words") * pl.col("examples")).cast(pl.Int64), pl.col("block"))
    return list((ordered if most is None else ordered.group_by("source", maintain_order=True).head(most)).iter_rows(named=True))


def text_of(rows: pa.Table, found: Repeated, run: int) -> str:
    """The text of the run numbered ``run``, with internal ids."""
    text = found.runs.text[run]
    (row,) = rows.slice(int(found.row[text]), 1).select(["kind", "input", "target", "label"]).to_pylist()
    wanted = _PARTS[found.part[text]]
    (passage,) = (one for one in passages(**row) if one.part == wanted)
    first, end = found.lines(run)
    return "\n".join(passage.text.split("\n")[first:end])


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one batch of examples."""

    row: Indexes
    part: Indexes
    source: Indexes
    documents: pa.Array  # the first one of each row

    @classmethod
    def of(
        cls, batch: pa.RecordBatch, first: int, names: Sequence[str], of_documents: Mapping[str, str], rules: Rules
    ) -> "tuple[_Texts, Pieces]":
        numbers = {name: number for number, name in enumerate(names)}
        texts: list[str] = []
        places: list[tuple[int, int, int]] = []
        spans = batch.column("spans")
        columns = [batch.column(name).to_pylist() for name in _COLUMNS]
        for at, (task, kind, source, label, given, target, reason) in enumerate(zip(*columns, strict=True)):
            if reason is not None:
                continue
            for passage in passages(kind, given, target, target if task in rules.fixed_targets else label):
                number = numbers.get(_source(passage, spans[at], of_documents) if of_documents else source)
                number = numbers.get(source) if number is None and of_documents else number
                if number is not None:
                    texts.append(passage.text)
                    places.append((first + at, _PARTS.index(passage.part), number))
        row, part, source_number = np.array(places, dtype=np.int64).reshape(-1, 3).T
        return cls(row, part, source_number, _first_documents(spans)), pieces(texts)


def _gathered(
    rows: pa.Table, rules: Rules, names: Sequence[str], of_documents: Mapping[str, str], gathered: "list[_Texts]"
) -> Iterator[Pieces]:
    """The pieces of ``rows``, batch by batch; where their texts stand is added to ``gathered``."""
    size = 0
    for first, batch in _batches(rows):
        texts, found = _Texts.of(batch, first, names, of_documents, rules)
        gathered.append(texts)
        yield found.numbered(size)
        size += len(texts.row)


def _source(passage: Passage, spans: pa.ListScalar, of_documents: Mapping[str, str]) -> str:
    """The source of the first document that ``passage`` was made of; empty if nobody says."""
    wanted = INPUT if passage.part == INPUT else TARGET
    return next((of_documents.get(span["document_id"], "") for span in spans.as_py() if span["part"] == wanted), "")


def _batches(rows: pa.Table, names: Sequence[str] = (*_COLUMNS, "spans")) -> Iterator[tuple[int, pa.RecordBatch]]:
    first = 0
    for batch in rows.select(list(names)).to_batches(max_chunksize=_ROWS):
        yield first, batch
        first += len(batch)


def _owners(rows: pa.Table) -> Indexes:
    """For each of ``rows`` a number that it shares with all that have a document, link or customer in common with it."""
    size = len(rows)
    if not size:
        return np.zeros(0, dtype=np.int64)
    edges, keys = by_keys(rows["group_keys"].combine_chunks(), np.ones(size, dtype=np.bool_))
    return components(size + keys, [edges])[:size]


def _first_documents(spans: pa.ListArray) -> pa.Array:
    """The document of the first of each row's ``spans``; null where there are none."""
    names = pc.struct_field(pc.list_flatten(spans), "document_id")
    rows, firsts = np.unique(pc.list_parent_indices(spans).to_numpy(zero_copy_only=False), return_index=True)
    places = np.full(len(spans), -1, dtype=np.int64)
    places[rows] = firsts
    return names.take(pa.array(places, pa.int64(), mask=places < 0))


def _numbered(names: pa.ChunkedArray) -> Indexes:
    """A number for each of ``names``, equal for equal ones; a null shares its number with none."""
    encoded = names.combine_chunks().dictionary_encode().indices
    numbers: Indexes = np.arange(len(names), dtype=np.int64) + len(names)
    known = pc.is_valid(encoded).to_numpy(zero_copy_only=False)
    numbers[known] = encoded.drop_null().to_numpy(zero_copy_only=False)
    return numbers


def _taken_out(found: Repeated) -> Flags:
    """For each run whether it is taken out."""
    strips = np.array([found.rules.actions[name] == "strip" for name in found.sources], dtype=np.bool_)
    return strips[found.source[found.runs.text]] if len(strips) else np.zeros(0, dtype=np.bool_)


def _written(left: tuple[str, str] | None, name: str, tasks: Mapping[str, Any], config: ExampleConfig) -> dict[str, Any]:
    """What changes in an example of the task ``name`` of which ``left`` is left."""
    reason = ONLY_BOILERPLATE if left is None else broken_rule(*left)
    if left is None or reason is not None:
        return {"reason": reason}
    changes: dict[str, Any] = {"input": left[0], "target": left[1], "pii": counts(placeholder_counts(*left))}
    if name in tasks:
        tokens = count_tokens(render(left, config.replacement, config.salt), tasks[name].tokenizer)
        changes |= {"input_tokens": tokens[0], "target_tokens": tokens[1]}
    return changes


def _put(part: pa.Table, written: Sequence[Mapping[str, Any]]) -> pa.Table:
    """``part`` with the columns of ``written``, and without text where it is refused."""
    for name in _WRITTEN:
        field = EXAMPLES.field(name)
        part = part.set_column(part.schema.get_field_index(name), field, pa.array([row[name] for row in written], field.type))
    return without_text(part, pc.is_valid(part["reason"]))
