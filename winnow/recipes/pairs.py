"""One field → another: translations, rewrites, text to JSON.

A candidate is a document of the task's sources.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from winnow.documents import Document
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Recipe, Refusal, never_joins
from winnow.recipes._text import comparable, field_places, field_text, word_count
from winnow.tasks import Task


class PairsTask(Task):
    """Field to field."""

    kind: Literal["pairs"] = "pairs"
    input: str | tuple[str, ...] = Field(description="field or fields that the model is given")
    target: str = Field(description="field that the model should write")
    target_format: Literal["text", "json"] = Field(
        "text", description="`json`: the target must parse, and is written on one line"
    )
    min_words: int = Field(1, ge=1, description="fewer words of input than this, placeholders not counted, are refused")


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, PairsTask)
    for document in documents:
        yield _outcome(document, task)


def _outcome(document: Document, task: PairsTask) -> Outcome:
    source, target = field_text(document, task.input), field_text(document, task.target)
    if not source:
        return Refusal((document,), "document", "no_text")
    if word_count(source) < task.min_words:
        return Refusal((document,), "document", "too_few_words")
    if not target:
        return Refusal((document,), "document", "no_target")
    if task.target_format == "json":
        canonical = one_line_json(target)
        if canonical is None:
            return Refusal((document,), "document", "target_not_json")
        target = canonical
    elif comparable(source) == comparable(target):
        return Refusal((document,), "document", "repeats_input")
    places = field_places(document, task.input)
    return Candidate((document,), "document", source, target, input_places=places, target_places=((document, None),))


def one_line_json(text: str) -> str | None:
    """``text`` as JSON on one line, keys in their order; None if it is not JSON (RFC 8259, so ``NaN`` is none either)."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


RECIPE = Recipe(
    name="pairs",
    task=PairsTask,
    joins=never_joins,
    build=_build,
    reasons={
        "no_text": COMMON_REASONS["no_text"],
        "too_few_words": COMMON_REASONS["too_few_words"],
        "no_target": "the target field is empty; fill it in, or check the task's target field",
        "target_not_json": "the target field is not JSON; correct the row, or set target_format: text",
        "repeats_input": COMMON_REASONS["repeats_input"],
    },
)
