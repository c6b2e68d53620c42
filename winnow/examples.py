"""Documents become examples: the two stages, and the rules that every example is held to.

Belongs here: calling the recipes, limits, ids and what an example remembers of its documents. Does not belong here: what makes a
candidate (see `winnow.recipes`), what becomes of its text once all documents are known (`winnow.finished`), which examples are
kept, and how one is written down.

Every candidate that a recipe considers is one row of `winnow.schemas.EXAMPLES`: an example, or a refusal with its reason and
without text. A candidate that was split is a refusal, and its parts are rows of their own.
"""

import datetime as dt
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from winnow import ids
from winnow.documents import Block, Document, counts, from_batch
from winnow.known_forms import VERSION as KNOWN_VERSION
from winnow.known_forms import form_ids
from winnow.linked import share_names
from winnow.placeholders import RENDERING, Mode, entities, render
from winnow.recipes import recipes
from winnow.recipes._base import COMMON_REASONS, Outcome, Place, Recipe, Refusal
from winnow.recipes._text import word_count
from winnow.schemas import DOCUMENTS, EXAMPLES
from winnow.tasks import Task
from winnow.tokens import count_tokens, tokenizer_version

VERSION = "4"  # part of the stage key: raise it when the same documents would give other examples

PLACEHOLDER_SHARE = 0.2  # of the words in a target; more of them and it says nothing any more
ENVELOPE_TOKENS = 16  # role marks of a chat of three messages, or separator and stop sequence of a prompt and completion
ROWS_A_BATCH = 1000  # rows that `join_examples` turns into Arrow at a time, to bound its memory

# What chat templates put between turns. In a text it would end an example early; FastChat masks a row that holds "</s>".
_CONTROL_TOKENS = re.compile(r"<\|[/\w]{1,32}\|>|</s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")

_SHARED_BY_TASKS = frozenset(
    {"near_duplicate_threshold", "keep_contained", "balance", "formats"}
)  # settings that only later stages read

REASONS: dict[str, str] = {**COMMON_REASONS}
"""Every reason for a refusal, with what its owner can do about it."""
for _recipe in recipes().values():
    REASONS.update({reason: advice for reason, advice in _recipe.reasons.items() if reason not in REASONS})


@dataclass(frozen=True)
class ExampleConfig:
    """What the two stages need to know; it travels to worker processes."""

    salt: str
    tasks: tuple[Task, ...]
    replacement: Mode = "placeholder"  # what is counted: an example is as long as what is released of it


def recipe_of(task: Task) -> Recipe:
    """The recipe that makes the examples of ``task``."""
    return recipes()[task.kind]


def joins(task: Task) -> bool:
    """Whether ``task`` needs more than one document for an example, so that it runs over all days at once."""
    return recipe_of(task).joins(task)


def examples_key(tasks: Iterable[Task], replacement: Mode = "placeholder") -> str:
    """The stage key of ``tasks``: SHA-256, in hexadecimal, of this code's version, the tokenizers, ``replacement`` and settings.

    The order of tasks does not matter, and neither do settings that only later stages read.
    """
    chosen = sorted(tasks, key=lambda task: task.name)
    parts = {
        "version": VERSION,
        "known": KNOWN_VERSION,
        "replacement": [RENDERING, replacement],
        "tasks": [task.model_dump(mode="json", exclude=set(_SHARED_BY_TASKS)) for task in chosen],
        "tokenizers": sorted({tokenizer_version(task.tokenizer) for task in chosen}),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def example_builder(config: ExampleConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The daily stage: a function from scrubbed `DOCUMENTS` to `EXAMPLES`, for those tasks that see one document at a time."""
    tasks = [task for task in config.tasks if not joins(task)]

    def build(batch: pa.RecordBatch) -> pa.RecordBatch:
        wanted = [document for document in from_batch(batch) if document.reason is None]
        return _batch(row for document in wanted for row in _rows([document], tasks, config))

    return build


def join_examples(documents: pa.Table, config: ExampleConfig) -> pa.Table:
    """`EXAMPLES` of those tasks that join documents, from scrubbed ``documents`` (`DOCUMENTS`) of all days.

    The result does not depend on the order of the rows. Documents are decoded one link at a time.
    """
    tasks = [task for task in config.tasks if joins(task)]
    sources = {source for task in tasks for source in task.sources}
    batches: list[pa.RecordBatch] = []
    waiting: list[dict[str, Any]] = []
    for group in _linked(documents, sources):
        waiting += _rows(share_names(group, config.salt), tasks, config)
        if len(waiting) >= ROWS_A_BATCH:
            batches.append(_batch(waiting))
            waiting.clear()
    if waiting:
        batches.append(_batch(waiting))
    return pa.Table.from_batches(batches, schema=EXAMPLES)


def _linked(documents: pa.Table, sources: set[str]) -> Iterator[list[Document]]:
    """The documents of ``sources`` that share a link, sorted by id, one link after another; those without a link one by one."""
    batches = documents.select(DOCUMENTS.names).to_batches()
    places: dict[tuple[str, str], list[tuple[str, int, int]]] = defaultdict(list)
    for at, batch in enumerate(batches):
        columns = [batch.column(name).to_pylist() for name in ("document_id", "source", "link", "reason")]
        for row, (document, source, link, reason) in enumerate(zip(*columns, strict=True)):
            if reason is None and source in sources:
                places["linked" if link else "single", link or document].append((document, at, row))
    for _, found in sorted(places.items()):
        yield [from_batch(batches[at].slice(row, 1))[0] for _, at, row in sorted(found)]


def _rows(documents: Sequence[Document], tasks: Sequence[Task], config: ExampleConfig) -> Iterator[dict[str, Any]]:
    for task in tasks:
        chosen = [document for document in documents if document.source in task.sources]
        if not chosen:
            continue
        kept: set[str] = set()
        for outcome in recipe_of(task).build(chosen, task):
            for row in finish(outcome, task, config.salt, config.replacement):
                if row["reason"] is None and row["example_id"] in kept:
                    yield _refused(row, "duplicate_anchor")
                    continue
                if row["reason"] is None:
                    kept.add(row["example_id"])
                yield row


def finish(outcome: Outcome, task: Task, salt: str, replacement: Mode = "placeholder") -> list[dict[str, Any]]:
    """The rows of `EXAMPLES` that ``outcome`` becomes: one, or if split that of the whole (refused) and those of its parts.

    Texts keep their internal ids, so that what other documents know can still be told apart in them (`winnow.finished`); tokens
    are counted as under ``replacement``.
    """
    row = _remembered(outcome, task, salt)
    if isinstance(outcome, Refusal):
        return [_refused(row, outcome.reason)]
    source, target = outcome.input.strip(), outcome.target.strip()
    reason = broken_rule(source, target)
    if reason is not None:
        return [_refused(row, reason)]
    input_tokens, target_tokens = count_tokens(render([source, target], replacement, salt), task.tokenizer)
    if over_limit(input_tokens + target_tokens, task):
        if task.over_limit != "split" or outcome.split is None:
            return [_refused(row, "over_token_limit")]
        parts = [part_row for part in outcome.split() for part_row in finish(part, task, salt, replacement)]
        return [_refused(row, "split_into_parts"), *parts]
    row.update(
        input=source,
        target=target,
        label=outcome.label,
        intensity=outcome.intensity,
        input_tokens=input_tokens,
        target_tokens=target_tokens,
        spans=[*_spans("input", outcome.input_places), *_spans("target", outcome.target_places)],
        pii=counts(placeholder_counts(source, target)),
        forms=form_ids([source, target, outcome.label], salt),
    )
    return [row]


def broken_rule(source: str, target: str) -> str | None:
    """The first common rule that a candidate breaks; placeholders are still in their internal form."""
    if not source or not target:
        return "empty"
    if _CONTROL_TOKENS.search(source) or _CONTROL_TOKENS.search(target):
        return "control_tokens"
    named = entities(target)
    if not set(named) <= set(entities(source)):
        return "placeholder_not_in_input"
    if len(named) > PLACEHOLDER_SHARE * (len(named) + word_count(target)):
        return "mostly_placeholders"
    return None


def over_limit(tokens: int, task: Task) -> bool:
    """Whether ``tokens`` of input and target are too many for ``task``.

    Its system message, its template and `ENVELOPE_TOKENS` for what the format puts around a text count too.
    """
    return tokens + _surrounding_tokens(task.system or "", task.template, task.tokenizer) > task.limit_tokens


@cache
def _surrounding_tokens(system: str, template: str, tokenizer: str) -> int:
    return sum(count_tokens([system, template.replace("{input}", "")], tokenizer)) + ENVELOPE_TOKENS


def placeholder_counts(*texts: str) -> dict[str, int]:
    """How many internal placeholders of each type ``texts`` hold."""
    return Counter(entity for text in texts for entity, _ in entities(text))


def _remembered(outcome: Outcome, task: Task, salt: str) -> dict[str, Any]:
    """A row with what an example or a refusal remembers of its documents, and no text."""
    documents = outcome.documents
    first = documents[0]
    document_ids = [document.document_id for document in documents]
    keys = {key for document in documents for key in (document.document_id, document.link, document.customer) if key}
    contents = {(document.object_id, document.content_sha256) for document in documents}
    return {
        **dict.fromkeys(EXAMPLES.names),
        "example_id": ids.example_id(salt, task.name, document_ids, outcome.anchor),
        "task": task.name,
        "kind": task.kind,
        "anchor": ids.keyed_hash(salt, "anchor", outcome.anchor),
        "source": first.source,
        "day": _latest(documents),
        "language": first.language,
        "licence": _joined(document.licence for document in documents),
        "audience": _joined(document.audience for document in documents),
        "origin": "model" if any(document.origin == "model" for document in documents) else "human",
        "group_keys": sorted(keys),
        "alike": sorted({document.alike for document in documents if document.alike}),
        "contents": [{"object_id": name, "content_sha256": content} for name, content in sorted(contents)],
        "spans": [],
        "pii": [],
        "forms": [],
        "known": [],
        "surrogates": [],
    }


def _latest(documents: Sequence[Document]) -> dt.date | None:
    """The latest own day of ``documents``; None if one has none, since nobody knows whether it is later still."""
    days = [document.day for document in documents if document.day is not None]
    return max(days) if days and len(days) == len(documents) else None


def _joined(values: Iterable[str | None]) -> str | None:
    """The distinct ``values`` joined as SPDX joins licences that all apply; an example is bound by each of its documents."""
    return " AND ".join(sorted({value for value in values if value})) or None


def _refused(row: dict[str, Any], reason: str) -> dict[str, Any]:
    text = ("input", "target", "label", "intensity", "input_tokens", "target_tokens")
    return {**row, **dict.fromkeys(text), "spans": [], "pii": [], "forms": [], "known": [], "surrogates": [], "reason": reason}


def _spans(part: str, places: Sequence[Place]) -> list[dict[str, Any]]:
    """``places`` as `winnow.schemas.EXAMPLE_SPAN`, neighbouring blocks on one page as one span."""
    spans: list[dict[str, Any]] = []
    order = {id(block): index for document in _distinct(places) for index, block in enumerate(document.blocks)}
    last: tuple[str, int] | None = None
    for document, block in places:
        here = (document.document_id, order.get(id(block), -1))
        if block is not None and last == (here[0], here[1] - 1) and spans[-1]["page"] == block.page:
            spans[-1].update(end=block.end, end_ms=block.end_ms)
        else:
            spans.append(_span(part, document, block))
        last = here if here[1] >= 0 else None
    return spans


def _distinct(places: Sequence[Place]) -> list[Document]:
    return list({id(document): document for document, _ in places}.values())


def _span(part: str, document: Document, block: Block | None) -> dict[str, Any]:
    place = ("page", "start", "end", "start_ms", "end_ms")
    return {
        "document_id": document.document_id,
        "object_id": document.object_id,
        "part": part,
        "row_number": document.row_number,
        **{name: getattr(block, name, None) for name in place},
    }


def _batch(rows: Iterable[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=EXAMPLES)


def refusals(batch: pa.RecordBatch, reason: str, config: ExampleConfig) -> pa.RecordBatch:
    """A refusal with ``reason`` of every document in ``batch`` (`DOCUMENTS`) for each task that would have taken it."""
    tasks = [task for task in config.tasks if not joins(task)]
    return _batch(
        _refused({**_remembered(Refusal((document,), "", reason), task, config.salt)}, reason)
        for document in from_batch(batch)
        for task in tasks
        if document.source in task.sources
    )
