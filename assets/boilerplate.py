"""Boilerplate on the set side: looked for in the examples of all days by the catalog's rules, taken out of them, and shown.

Belongs here: which sources are asked, and what is remembered and shown of the blocks: names by keyed hash and counts. Does not belong
here: what a block is (`winnow.boilerplate`). No text of a block leaves the examples but by `winnow boilerplate`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import dagster as dg
import pyarrow as pa

from assets import scrubbed
from assets.known import forms_under, known_people
from assets.metadata import records_table
from assets.trace import BOILERPLATE as NAME
from resources.workspace import Workspace
from winnow import repeated
from winnow.boilerplate import Minimum
from winnow.detector_config import effective
from winnow.examples import joins
from winnow.known import Known
from winnow.placeholders import number
from winnow.schemas import EXAMPLES

_SOURCES = "sources"  # the table of counts by source

SOURCES = pa.schema(
    [
        ("source", pa.string()),
        ("action", pa.string()),
        *[(name, pa.int64()) for name in ("documents", "examples", "blocks", "documents_with_blocks", "examples_with_blocks")],
        ("share_of_words", pa.float64()),
    ]
)
"""What `winnow.repeated.source_table` says."""

_MOST_BLOCKS = 20  # of a source, in the event log, which is kept for ever
_MOST_ROWS = 500  # of a table there


class Boilerplate:
    """The blocks in the examples of all days: found in one pass over them, and taken out in a second one.

    Both passes have the same rows in the same order. What was found is written to the lake, for the UI and for `winnow trace`.
    """

    def __init__(self, workspace: Workspace, examples: Callable[[], Iterable[pa.Table]]) -> None:
        """``examples`` are rows of `winnow.schemas.EXAMPLES`, texts with internal ids; they are asked for if anything is looked for."""
        self._workspace, self._first, self._reasons = workspace, 0, [pa.array([], pa.string())]
        wanted = rules(workspace)
        looked_for = any(action != "keep" for action in wanted.actions.values())
        rows = looked_at(examples() if looked_for else ())
        found = repeated.find(rows, wanted, _of_documents(workspace))
        self._stripping = repeated.Stripping(found, workspace.catalog.example_config())
        self._blocks = repeated.blocks(rows, found, workspace.catalog.dataset.salt)
        self._rows = found.row_of_runs
        self._sources = repeated.source_table(found, self._blocks)

    def without(self, rows: pa.Table) -> pa.Table:
        """The next of the ``rows`` without the blocks that the catalog strips."""
        left = self._stripping.left(rows, self._first)
        self._first += len(rows)
        self._reasons += left["reason"].chunks
        return left

    def remember(self) -> None:
        """Write what was found, when all rows have been asked for."""
        table = self._blocks
        if len(table):
            table = repeated.with_stays(table, self._rows, pa.chunked_array(self._reasons))
        table = table.sort_by([(name, "ascending") for name in ("example_id", "part", "block")])
        sources = pa.Table.from_pylist(self._sources, schema=SOURCES)
        self._workspace.lake.write(NAME, None, table, repeated.BLOCKS, {})
        self._workspace.lake.write(NAME, None, sources, SOURCES, {}, name=_SOURCES)


def looked_at(examples: Iterable[pa.Table]) -> pa.Table:
    """Those columns of ``examples`` that are looked at: the rest would take gigabytes of a million."""
    schema = pa.schema([EXAMPLES.field(name) for name in repeated.LOOKED_AT])
    return pa.concat_tables([schema.empty_table(), *(rows.select(schema.names) for rows in examples)])


def rules(workspace: Workspace) -> repeated.Rules:
    """What the catalog asks of each source."""
    default = workspace.catalog.quality.boilerplate
    actions = {source.name: source.boilerplate or default.action for source in workspace.catalog.sources}
    fixed = frozenset(task.name for task in workspace.catalog.tasks if getattr(task, "target_format", "text") != "text")
    return repeated.Rules(actions, Minimum(default.documents, default.share, default.min_words), fixed)


def boilerplate_metadata(workspace: Workspace) -> dict[str, dg.MetadataValue[Any]]:
    """What the UI shows of the blocks that were last found: counts by source, and the blocks that take the most room."""
    if not workspace.lake.exists(NAME):
        return {}
    blocks = repeated.block_table(workspace.lake.read(NAME), _MOST_BLOCKS)
    sources = workspace.lake.read(NAME, name=_SOURCES).to_pylist()
    return {"boilerplate": records_table(sources[:_MOST_ROWS]), "boilerplate_blocks": records_table(blocks[:_MOST_ROWS])}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person is shown of boilerplate: tables as of `winnow.repeated`, each block with its ``text``."""

    sources: repeated.Report
    blocks: repeated.Report


def shown(workspace: Workspace, rows: pa.Table, current: pa.Table, source: str | None, most: int) -> Shown:
    """The blocks in ``rows`` as the next run will find them, with their text as it would be released.

    Args:
        workspace: only read.
        rows: of `looked_at`.
        current: the ledger's.
        source: the only one that is asked; None for all.
        most: so many blocks of each source.
    """
    wanted = rules(workspace)
    if source is not None:
        wanted = replace(wanted, actions={source: wanted.actions[source]})
    found = repeated.find(rows, wanted, _of_documents(workspace))
    salt = workspace.catalog.dataset.salt
    table = repeated.blocks(rows, found, salt)
    firsts: dict[tuple[str, str, str], int] = {}
    for run, key in enumerate(zip(*(table[name].to_pylist() for name in ("source", "block", "example_id")), strict=True)):
        firsts.setdefault(key, run)
    known = _dictionaries(workspace, current) if firsts else {}
    blocks = []
    for row in repeated.block_table(table, most):
        run = firsts[row["source"], row["block"], row["example_id"]]
        texts, _ = known[row["source"]].replace([repeated.text_of(rows, found, run)])
        blocks.append({**row, "text": number(texts)[0]})
    return Shown(repeated.source_table(found, table), blocks)


def _dictionaries(workspace: Workspace, current: pa.Table) -> dict[str, Known]:
    """Source → the known people who may not be named in its texts."""
    people, config, salt = known_people(workspace, current), workspace.catalog.pii, workspace.catalog.dataset.salt
    return {
        source.name: Known(forms_under(people, effective(config, source.name), salt), salt)
        for source in workspace.catalog.sources
    }


def _of_documents(workspace: Workspace) -> dict[str, str]:
    """Document id → source, of the sources whose documents are joined to others; empty if none are."""
    sources = {source for task in workspace.catalog.tasks if joins(task) for source in task.sources}
    return dict(_documents(workspace, sources)) if sources else {}


def _documents(workspace: Workspace, sources: set[str]) -> Iterator[tuple[str, str]]:
    for day in workspace.lake.days(scrubbed.NAME):
        rows = workspace.lake.read(scrubbed.NAME, day, ["document_id", "source"])
        pairs = zip(rows["document_id"].to_pylist(), rows["source"].to_pylist(), strict=True)
        yield from ((document, source) for document, source in pairs if source in sources and document is not None)
