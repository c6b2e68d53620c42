"""What was replaced in the documents behind each example, by keyed id: what the audit looks for in the example's released text.

Belongs here: from an example to the ids of its scope. Does not belong here: searching (`winnow.audit`).
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from assets import sets
from assets.known import forms_under, known_people
from assets.released import Piece
from assets.replaced import Ids, replaced_ids
from assets.rescan import Rules
from resources.workspace import Workspace
from winnow.audit import FormId
from winnow.detector_config import DetectorConfig
from winnow.surrogates import hide


class Scopes:
    """The scopes of the examples of one candidate."""

    def __init__(self, workspace: Workspace) -> None:
        """Nothing is read before it is asked for."""
        self._workspace = workspace

    def of(self, examples: Iterable[str]) -> frozenset[str]:
        """The ids (``TYPE:hex``) of what was replaced in the documents of ``examples``."""
        return frozenset(entry for name in examples for key in self._keys.get(name, ()) for entry in self._ids[key])

    def hidden(self, piece: Piece) -> str:
        """The text of ``piece`` with its example's surrogates out of the way: they are made up, and no leaks."""
        values = self._surrogates.get(piece.example_id)
        return hide(piece.text, values) if values else piece.text

    def has_surrogates(self, example_id: str) -> bool:
        """Whether made-up values stand in the texts of the example."""
        return example_id in self._surrogates

    def rules(self, examples: Iterable[str]) -> tuple[str, ...]:
        """The sources whose rules hold for a string of ``examples``; of `assets.rescan.Rules`."""
        return self._rules.under({source for name in examples for source in self._sources.get(name, ())})

    def known_forms(self, config: DetectorConfig) -> tuple[FormId, ...]:
        """The forms of known people that may not stand in texts under the rules of ``config``, by keyed hash."""
        return forms_under(self._known_people, config, self._workspace.catalog.dataset.salt)

    @cached_property
    def _known_people(self) -> pa.Table:
        return known_people(self._workspace, self._workspace.ledger.current())

    @cached_property
    def _rules(self) -> Rules:
        return Rules(self._workspace)

    @cached_property
    def _sources(self) -> dict[str, tuple[str, ...]]:
        """Sources of each example, by its id; nothing where none has rules of its own."""
        if not self._rules:
            return {}
        known: dict[tuple[str, ...], tuple[str, ...]] = {}  # one tuple for all examples of the same sources
        found = {}
        for names, contents in self._rows("contents"):
            for name, objects in zip(names.to_pylist(), contents.to_pylist(), strict=True):
                own = tuple(sorted(self._rules.sources(content["object_id"] for content in objects)))
                found[name] = known.setdefault(own, own)
        return found

    @cached_property
    def _surrogates(self) -> dict[str, list[str]]:
        """Made-up values by example, where the catalog asks for them."""
        found: dict[str, list[str]] = {}
        for names, values in self._rows("surrogates"):
            some = pc.greater(pc.list_value_length(values), 0)
            found.update(zip(names.filter(some).to_pylist(), values.filter(some).to_pylist(), strict=True))
        return found

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        """Documents and links in which something was replaced, by example: for the rest there is nothing to look for."""
        replaced = {key: key for key in self._ids}  # one string for all examples of a document
        found = {}
        for names, groups in self._rows("group_keys"):
            for name, keys in zip(names.to_pylist(), groups.to_pylist(), strict=True):
                own = tuple(replaced[key] for key in keys if key in replaced)
                if own:
                    found[name] = own
        return found

    @cached_property
    def _ids(self) -> Ids:
        return replaced_ids(self._workspace)

    def _rows(self, column: str) -> Iterator[tuple[pa.Array, pa.Array]]:
        """Ids of the examples and one column more, a part of the table at a time."""
        columns, lake = ["example_id", column, "reason"], self._workspace.lake
        for batch in lake.batches(sets.JOINED, columns=columns, batch_rows=sets.ROWS_AT_ONCE):
            kept = batch.filter(pc.is_null(batch.column("reason")))
            yield kept.column("example_id"), kept.column(column)
