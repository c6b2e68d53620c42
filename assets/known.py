"""Known people, as all days know them now: the dictionary that is applied to every example and searched again before publication.

It is no table of its own: each scrubbed document carries what it gives away, and goes with it. So somebody who left the HR table is
forgotten with the next scan, and a day that comes late adds its own.

Belongs here: gathering what current documents know. Does not belong here: what they know (`winnow.known_forms`) and how it is looked up.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from assets import scrubbed
from assets.pairs import is_current
from resources.workspace import Workspace
from winnow.detector_config import DetectorConfig, effective
from winnow.finished import finished, is_unfinished, without_forms
from winnow.known import KNOWN_PEOPLE, Known
from winnow.known_forms import forms_of
from winnow.schemas import KNOWN_FORM

Form = tuple[str, int, int]  # entity, keyed hash, words: a row of `winnow.schemas.KNOWN_FORM`

_KNOWN = "known"


def known_people(workspace: Workspace, current: pa.Table) -> pa.Table:
    """`KNOWN_PEOPLE`: what the objects in ``current`` (the ledger's) give away."""
    return pa.concat_tables([KNOWN_PEOPLE.empty_table(), *_parts(workspace, current)])


def known_forms(workspace: Workspace, current: pa.Table | None = None) -> tuple[Form, ...]:
    """The distinct forms (entity, keyed hash, words) of `known_people` that the catalog lets stand nowhere, sorted."""
    people = known_people(workspace, workspace.ledger.current() if current is None else current)
    return forms_under(people, workspace.catalog.pii, workspace.catalog.dataset.salt)


def dictionary(workspace: Workspace, current: pa.Table | None = None) -> Known:
    """The dictionary of all known people."""
    return Known(known_forms(workspace, current), workspace.catalog.dataset.salt)


class Finishing:
    """The last step of examples' texts, with the dictionaries that it takes.

    A source with rules of its own has a dictionary of its own, without what may stand in its texts. The source of an example is
    that of its first document.
    """

    def __init__(self, workspace: Workspace, current: pa.Table) -> None:
        """``current`` is the ledger's."""
        people, config, salt = known_people(workspace, current), workspace.catalog.pii, workspace.catalog.dataset.salt
        rules: dict[str | None, DetectorConfig] = {None: config}
        rules.update((source, effective(config, source)) for source in sorted(config.sources))
        self._known = {source: Known(forms_under(people, own, salt), salt) for source, own in rules.items()}
        self._ids = {source: pa.array(known.ids(), pa.uint64()) for source, known in self._known.items()}
        self._settings = workspace.catalog.example_config()

    def finished(self, rows: pa.Table) -> pa.Table:
        """``rows`` (`winnow.schemas.EXAMPLES`, texts with internal ids) `winnow.finished.finished`; in the same order."""
        ruled = pa.array([source for source in self._known if source is not None], pa.string())
        parts, places = [], []
        for source, known in self._known.items():
            own = pc.invert(pc.is_in(rows["source"], value_set=ruled)) if source is None else pc.equal(rows["source"], source)
            own = pc.fill_null(own, fill_value=False)
            asked = pc.and_(own, is_unfinished(rows, self._ids[source], self._settings))
            parts += [without_forms(rows.filter(pc.and_not(own, asked))), finished(rows.filter(asked), known, self._settings)]
            places += [pc.indices_nonzero(which) for which in (pc.and_not(own, asked), asked)]
        order = pc.sort_indices(pa.concat_arrays(places))
        return pa.concat_tables(parts).take(order)


def forms_under(people: pa.Table, config: DetectorConfig, salt: str) -> tuple[Form, ...]:
    """The distinct forms of ``people`` without the entities that ``config`` does not want, and the texts that it allows."""
    asked = pc.invert(pc.is_in(people["entity"], value_set=pa.array(sorted(config.deny), pa.string())))
    if config.entities is not None:
        wanted = sorted({*config.entities, *config.patterns, *config.known})
        asked = pc.and_(asked, pc.is_in(people["entity"], value_set=pa.array(wanted, pa.string())))
    people = people.filter(asked)
    entities = pc.unique(people["entity"]).to_pylist()
    allowed = {form.form_id for text in config.allow for entity in entities for form in forms_of(entity, text, salt)}
    people = people.filter(pc.invert(pc.is_in(people["form_id"], value_set=pa.array(sorted(allowed), pa.uint64()))))
    distinct = people.group_by(KNOWN_FORM.names).aggregate([]).select(KNOWN_FORM.names)
    ordered = distinct.sort_by([(name, "ascending") for name in KNOWN_FORM.names])
    return tuple(zip(*(ordered[name].to_pylist() for name in KNOWN_FORM.names), strict=True))


def _parts(workspace: Workspace, current: pa.Table) -> Iterator[pa.Table]:
    """What each day's documents know; a day that was scrubbed before anything was learnt knows nothing."""
    for day in workspace.lake.days(scrubbed.NAME):
        rows = workspace.lake.read(scrubbed.NAME, day, ["object_id", "content_sha256", _KNOWN])
        rows = rows.filter(is_current(rows, current)).combine_chunks()
        if not len(rows) or _KNOWN not in rows.column_names:
            continue
        known = rows[_KNOWN].combine_chunks()
        parents, forms = pc.list_parent_indices(known), pc.list_flatten(known)
        columns = [rows[name].take(parents) for name in ("object_id", "content_sha256")]
        columns += [pc.struct_field(forms, name) for name in KNOWN_FORM.names]
        yield pa.table(columns, schema=KNOWN_PEOPLE)
