"""What was replaced in the documents behind each example, by keyed id: what the audit looks for in the example's released text.

Belongs here: from an example to the ids of its scope. Does not belong here: searching (`winnow.audit`).
"""

from collections.abc import Iterable
from functools import cached_property

import pyarrow as pa

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

    def of(self, places: Iterable[Piece]) -> frozenset[str]:
        """The ids (``TYPE:hex``) of what was replaced in the documents of the examples at ``places``; none for shared strings."""
        keys = {
            key for place in places if place.example_id and not place.shared for key in self._keys.get(place.example_id, ())
        }
        return frozenset(entry for key in keys for entry in self._ids.get(key, ()))

    def hidden(self, piece: Piece) -> str:
        """The text of ``piece`` with its example's surrogates out of the way: they are made up, and no leaks."""
        values = self._surrogates.get(piece.example_id)
        return hide(piece.text, values) if values else piece.text

    def rules(self, places: Iterable[Piece]) -> tuple[str, ...]:
        """The sources whose rules hold for a string that stands at ``places``; of `assets.rescan.Rules`."""
        names = {place.example_id for place in places if place.example_id and not place.shared}
        return self._rules.of(content for name in names for content in self._contents.get(name, ()))

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
    def _contents(self) -> dict[str, list[str]]:
        """Objects of each example, by its id; nothing where no source has rules of its own."""
        if not self._workspace.catalog.pii.sources:
            return {}
        rows = sets.kept_examples(self._workspace, ("example_id", "contents"))
        objects = [[content["object_id"] for content in contents] for contents in rows["contents"].to_pylist()]
        return dict(zip(rows["example_id"].to_pylist(), objects, strict=True))

    @cached_property
    def _surrogates(self) -> dict[str, list[str]]:
        """Made-up values by example, where the catalog asks for them."""
        rows = sets.kept_examples(self._workspace, ("example_id", "surrogates"))
        return {
            name: values
            for name, values in zip(rows["example_id"].to_pylist(), rows["surrogates"].to_pylist(), strict=True)
            if values
        }

    @cached_property
    def _keys(self) -> dict[str, list[str]]:
        """Documents and links of each example, by its id."""
        rows = sets.kept_examples(self._workspace, ("example_id", "group_keys"))
        return dict(zip(rows["example_id"].to_pylist(), rows["group_keys"].to_pylist(), strict=True))

    @cached_property
    def _ids(self) -> Ids:
        return replaced_ids(self._workspace)
