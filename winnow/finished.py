"""What becomes of an example's text once all documents are known: known people leave it, and what is released is written.

A day's examples carry internal ids, and the hashes of everything in them that could be a known person. Only here, over all days,
is it known who is known: hence the order of days does not matter, and somebody whom yesterday's HR table names is removed from
last year's report as well. Looking up hashes is a join of integers; a text is read again only where one of its hashes is known.

Belongs here: the last step of an example's text. Does not belong here: the dictionary (`winnow.known`), the first steps
(`winnow.examples`), and the second search (`winnow.rescan`).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from winnow.documents import counts
from winnow.examples import ExampleConfig, broken_rule, over_limit, placeholder_counts
from winnow.known import Known
from winnow.placeholders import OPEN, render
from winnow.schemas import EXAMPLES
from winnow.surrogates import surrogate_values
from winnow.tasks import Task
from winnow.tokens import count_tokens

PERSONAL_DATA_LEFT = "personal_data_left"
"""Why an example is refused here: its label, which is no text to replace anything in, names a known person."""

TEXT_COLUMNS = ("input", "target", "label", "intensity", "input_tokens", "target_tokens", "spans", "pii", "known", "surrogates")
"""What a refusal does not have."""

_WRITTEN = (
    "input",
    "target",
    "input_tokens",
    "target_tokens",
    "pii",
    "known",
    "surrogates",
    "reason",
)  # columns that are decided here
_ROWS = 1_000  # decoded to Python at a time


def finished(rows: pa.Table, known: Known, config: ExampleConfig) -> pa.Table:
    """``rows`` (`EXAMPLES`, texts with internal ids) as they are released or refused, in the same order.

    A known person becomes the placeholder that the person has everywhere, and the rules of `winnow.examples` are asked again: what
    says too little now, or is too long, is refused. Rows of a task that ``config`` does not name are not asked about length.
    """
    tasks = {task.name: task for task in config.tasks}
    hit = _hit(rows, known)
    batches = []
    for start in range(0, len(rows), _ROWS):
        part = rows.slice(start, _ROWS)
        written = part.select(_WRITTEN).to_pylist()
        for at, (row, task, label) in enumerate(zip(written, part["task"].to_pylist(), part["label"].to_pylist(), strict=True)):
            if row["reason"] is None:
                row.update(_written({**row, "label": label}, tasks.get(task), known if hit[start + at] else None, config))
        batches.append(_put(part, written))
    return pa.concat_tables(batches) if batches else rows


def finished_alone(rows: pa.Table | pa.RecordBatch, config: ExampleConfig) -> pa.Table:
    """The examples among ``rows`` as `finished` would leave them if no other document's people were known: id, texts and label.

    ``rows`` have at least these columns and ``reason``; refusals are left out.
    """
    names = ("example_id", "input", "target", "label")
    kept = rows.filter(pc.is_null(rows["reason"])).select([*names])
    written = [{**row, **_written(row, None, None, config)} for row in kept.to_pylist()]
    columns = [pa.array([row[name] for row in written if "reason" not in row], EXAMPLES.field(name).type) for name in names]
    return pa.table(columns, names=list(names))


def _hit(rows: pa.Table, known: Known) -> list[bool]:
    """For each of ``rows`` whether one of the hashes of its texts is known."""
    column = rows["forms"].combine_chunks() if len(rows) else None
    if column is None or not len(known):
        return [False] * len(rows)
    found = pc.is_in(pc.list_flatten(column), value_set=pa.array(known.ids(), pa.uint64()))
    places = set(pc.list_parent_indices(column).filter(found).to_pylist())
    return [at in places for at in range(len(rows))]


def _written(row: Mapping[str, Any], task: Task | None, known: Known | None, config: ExampleConfig) -> dict[str, Any]:
    """What changes in an example whose texts are ``row``'s; ``known`` is None where nobody can be found."""
    texts = [row["input"], row["target"]]
    changes: dict[str, Any] = {}
    if known is not None:
        if row["label"] and known.find(row["label"]):
            return _refused(PERSONAL_DATA_LEFT)
        texts, replaced = known.replace(texts)
        if replaced:
            reason = broken_rule(*texts)
            if reason is not None:
                return _refused(reason)
            changes = {"pii": counts(placeholder_counts(*texts)), "known": counts(replaced)}
    released = render(texts, config.replacement, config.salt) if any(OPEN in text for text in texts) else texts
    if not all(any(map(str.isalnum, text)) for text in released):
        return _refused("empty")
    if config.replacement == "surrogate":
        changes["surrogates"] = surrogate_values(texts, config.salt)
    if "pii" in changes and task is not None:
        tokens = count_tokens(released, task.tokenizer)
        if over_limit(sum(tokens), task):
            return _refused("over_token_limit")
        changes |= {"input_tokens": tokens[0], "target_tokens": tokens[1]}
    return {**changes, "input": released[0], "target": released[1]}


def _refused(reason: str) -> dict[str, Any]:
    return {"reason": reason}


def _put(part: pa.Table, written: list[dict[str, Any]]) -> pa.Table:
    """``part`` with the columns of ``written``, without its hashes, and without text where it is refused."""
    for name in _WRITTEN:
        field = EXAMPLES.field(name)
        column = pa.array([row[name] for row in written], field.type)
        part = part.set_column(part.schema.get_field_index(name), field, column)
    part = without_text(part, pc.is_valid(part["reason"]))
    field = EXAMPLES.field("forms")
    return part.set_column(part.schema.get_field_index("forms"), field, pa.array([[]] * len(part), field.type))


def without_text(rows: pa.Table, which: pa.ChunkedArray | pa.Array) -> pa.Table:
    """``rows`` with `TEXT_COLUMNS` null, or empty if they are lists, for those of ``which`` (Boolean) that are true."""
    for name in TEXT_COLUMNS:
        field = EXAMPLES.field(name)
        column = pc.if_else(which, pa.scalar([] if pa.types.is_list(field.type) else None, field.type), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), field, column)
    return rows


def is_unfinished(rows: pa.Table, known: pa.Array, config: ExampleConfig) -> pa.ChunkedArray:
    """For each of ``rows`` (`EXAMPLES`) whether `finished` can change more of it than its hashes.

    It cannot where no hash is ``known`` (uint64), no internal id stands in a text, and each text has a letter or a digit of ASCII.
    """
    asked = pc.is_null(rows["reason"])
    if config.replacement == "surrogate":
        return asked
    settled = pa.chunked_array([pa.array(np.ones(len(rows), dtype=np.bool_))])
    for name in ("input", "target"):
        text = rows[name]
        plain = pc.and_not(pc.match_substring_regex(text, "[0-9A-Za-z]"), pc.match_substring(text, OPEN))
        settled = pc.and_(settled, pc.fill_null(plain, fill_value=False))
    column = rows["forms"].combine_chunks()
    hit = np.zeros(len(rows), dtype=np.bool_)
    found = pc.is_in(pc.list_flatten(column), value_set=known)
    hit[pc.list_parent_indices(column).filter(found).to_numpy()] = True
    return pc.and_(asked, pc.or_(pc.invert(settled), pa.chunked_array([pa.array(hit)])))


def without_forms(rows: pa.Table) -> pa.Table:
    """``rows`` without the hashes of their texts, which nothing behind `finished` reads."""
    field = EXAMPLES.field("forms")
    empty = pa.ListArray.from_arrays(np.zeros(len(rows) + 1, dtype=np.int32), pa.array([], field.type.value_type))
    return rows.set_column(rows.schema.get_field_index("forms"), field, empty)
