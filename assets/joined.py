"""All days' examples as they are released: what is current, who may not be among them, and the finished text.

Rows are taken by ranges of their id, so that memory does not grow with their number: nothing here looks at two of them together but
the counts of people alike and the search for repeated blocks, and those are made before.

Belongs here: which rows, and in which order they are seen to. Does not belong here: the dictionary of known people (`assets.known`),
what was replaced (`assets.replaced`), and the second search (`assets.rescan`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from assets import examples, scrubbed
from assets.alike import Alike
from assets.boilerplate import Boilerplate, looked_at
from assets.known import Finishing
from assets.pairs import contents_are_current, is_current
from assets.replaced import replaced_ids, said_again
from assets.rescan import Rules, Search
from resources.spill import ROWS, borders, in_ranges
from resources.workspace import Workspace
from winnow.alike import TOO_FEW_ALIKE
from winnow.examples import join_examples, joins
from winnow.finished import PERSONAL_DATA_LEFT, without_text
from winnow.rescan import text_hash
from winnow.schemas import DOCUMENTS, EXAMPLES
from winnow.surrogates import hide

NAME = "joined_examples"

OUTSIDE_AUDIENCE = "outside_audience"
"""Why an example is refused here: one of its sources is not for an audience that the dataset names."""

ORDER = [("example_id", "ascending"), ("reason", "ascending"), ("anchor", "ascending")]


def joined(workspace: Workspace, rows_at_once: int = ROWS) -> Iterator[pa.RecordBatch]:
    """`EXAMPLES` of all days that were made of what is in the sources now, and those of the joining tasks, by example id."""
    current = workspace.ledger.current()
    cuts = borders(
        (workspace.lake.read(examples.NAME, day, ["example_id"])["example_id"] for day in _days(workspace)), rows_at_once
    )
    refusing = _Refusing(workspace, current)
    blocks = Boilerplate(workspace, lambda: _whole(workspace, current, rows_at_once))
    rows = map(blocks.without, _whole(workspace, current, rows_at_once))
    for part in in_ranges(rows, "example_id", cuts, EXAMPLES, workspace.home.path):
        made = refusing.made(part)
        yield from made.sort_by(ORDER).combine_chunks().to_batches(max_chunksize=rows_at_once)
    blocks.remember()
    refusing.remember()


def whole_examples(workspace: Workspace, current: pa.Table) -> pa.Table:
    """What is looked at for boilerplate: all that may be released, before anything is taken out; ``current`` is the ledger's."""
    return looked_at(_whole(workspace, current, ROWS))


def _whole(workspace: Workspace, current: pa.Table, rows_at_once: int) -> Iterator[pa.Table]:
    """The rows of all days in one order, their texts with internal ids, with refusals in place of those nobody may see."""
    audiences, alike = set(workspace.catalog.dataset.audiences), Alike(workspace, current)
    for rows in _rows(workspace, current, rows_at_once):
        seen = _refuse(rows, _outside(rows, audiences), OUTSIDE_AUDIENCE)
        yield _refuse(seen, alike.too_rare(seen), TOO_FEW_ALIKE)


def _outside(rows: pa.Table, audiences: set[str]) -> list[bool]:
    """For each of ``rows`` whether one of its documents is for none of ``audiences``."""
    names = pc.unique(rows["audience"]).to_pylist()
    outside = {name: not set((name or "").split(" AND ")) <= audiences for name in names}
    return [outside[name] for name in rows["audience"].to_pylist()]


def todays(rows: pa.Table, names: Sequence[str] = EXAMPLES.names) -> pa.Table:
    """``rows`` of a file with today's columns: it may be older than this code, and then it is no part of a version."""
    schema = pa.schema([EXAMPLES.field(name) for name in names])
    columns = [rows[field.name] if field.name in rows.column_names else pa.nulls(len(rows), field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _days(workspace: Workspace) -> list[dt.date]:
    return workspace.lake.days(examples.NAME)


def _rows(workspace: Workspace, current: pa.Table, rows_at_once: int) -> Iterator[pa.Table]:
    """The examples of all days that are current, and then those that join documents of several."""
    for batch in workspace.lake.batches(examples.NAME, _days(workspace), batch_rows=rows_at_once):
        rows = todays(pa.Table.from_batches([batch]))
        yield rows.filter(contents_are_current(rows, current))
    yield join_examples(_joinable(workspace, current), workspace.catalog.example_config())


def _joinable(workspace: Workspace, current: pa.Table) -> pa.Table:
    """Scrubbed documents of the sources that a joining task names."""
    tasks = [task for task in workspace.catalog.tasks if joins(task)]
    sources = pa.array(sorted({source for task in tasks for source in task.sources}), pa.string())
    parts = [DOCUMENTS.empty_table()]
    for day in workspace.lake.days(scrubbed.NAME) if tasks else ():
        rows = workspace.lake.read(scrubbed.NAME, day, DOCUMENTS.names)
        rows = rows.filter(pc.and_(pc.is_in(rows["source"], value_set=sources), pc.is_null(rows["reason"])))
        parts.append(rows.filter(is_current(rows, current)))
    return pa.concat_tables(parts, promote_options="default")  # a day's file may be older than this code


class _Refusing:
    """What is known of all documents, asked of some examples after the other."""

    def __init__(self, workspace: Workspace, current: pa.Table) -> None:
        self._workspace = workspace
        self._finishing = Finishing(workspace, current)
        self._ids, self._rules, self._search = replaced_ids(workspace), Rules(workspace), Search(workspace)

    def made(self, rows: pa.Table) -> pa.Table:
        """``rows`` (`EXAMPLES` of days) finished, in the same order, with refusals in place of those that may not be released."""
        rows = self._finishing.finished(rows)
        return _refuse(rows, self._unclean(rows), PERSONAL_DATA_LEFT)

    def remember(self) -> None:
        """Keep what the second search found clean."""
        self._search.remember()

    def _unclean(self, rows: pa.Table) -> list[bool]:
        """For each of ``rows`` whether personal data is left in its finished text, or something that was replaced in its documents."""
        texts = [_without_surrogates(rows, name) for name in ("input", "target", "label")]
        ruled = [
            self._rules.of(content["object_id"] for content in contents) if self._rules else ()
            for contents in (rows["contents"].to_pylist() if self._rules else [()] * len(rows))
        ]
        wanted: dict[tuple[str, ...], set[str]] = defaultdict(set)
        again = said_again(self._workspace, rows, self._ids)
        for said, sources, *row in zip(again, ruled, *texts, strict=True):
            wanted[sources].update(text.strip() for text in row if text and not said)
        left = {(sources, name) for sources, found in sorted(wanted.items()) for name in self._search.left(found, sources)}
        if not left:
            return again
        return [
            said or any(text and (sources, text_hash(text.strip())) in left for text in row)
            for said, sources, *row in zip(again, ruled, *texts, strict=True)
        ]


def _without_surrogates(rows: pa.Table, name: str) -> list[str | None]:
    """The texts of the column ``name`` with the made-up values out of the way: they look like personal data, and are none."""
    pairs = zip(rows[name].to_pylist(), rows["surrogates"].to_pylist(), strict=True)
    return [hide(text, values) if text and values else text for text, values in pairs]


def _refuse(rows: pa.Table, which: list[bool], reason: str) -> pa.Table:
    """``rows`` with a refusal for ``reason`` in place of those examples for which ``which`` says so."""
    mask = pc.and_(pa.array(which, pa.bool_()), pc.is_null(rows["reason"]))
    if not pc.any(mask).as_py():
        return rows
    rows = without_text(rows, mask)
    position = rows.schema.get_field_index("reason")
    return rows.set_column(position, EXAMPLES.field("reason"), pc.if_else(mask, reason, rows["reason"]))
