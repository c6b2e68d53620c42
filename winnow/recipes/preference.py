"""One input and two answers to it, of which a person preferred one: an answer as it was given, and as somebody corrected it.

A candidate is a document of the task's sources. Its target holds both answers (`winnow.answers`), so that the formats that learn from one
answer get the preferred one, and those that learn from the choice get the pair. An answer that nobody changed says nothing about
preference and is refused.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from winnow.answers import joined
from winnow.documents import Document
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Recipe, Refusal, never_joins
from winnow.recipes._text import comparable, field_places, field_text, word_count
from winnow.tasks import Task


class PreferenceTask(Task):
    """Field to the better of two fields."""

    kind: Literal["preference"] = "preference"
    input: str | tuple[str, ...] = Field(description="field or fields that the model is given")
    chosen: str = Field(description="field with the answer that a person preferred, such as the edited one")
    rejected: str = Field(description="field with the answer that it was preferred to, such as the original")
    min_words: int = Field(1, ge=1, description="fewer words of input than this, placeholders not counted, are refused")


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, PreferenceTask)
    for document in documents:
        yield _outcome(document, task)


def _outcome(document: Document, task: PreferenceTask) -> Outcome:
    source = field_text(document, task.input)
    chosen, rejected = field_text(document, task.chosen), field_text(document, task.rejected)
    reason = (
        ("no_text" if not source else None)
        or ("too_few_words" if word_count(source) < task.min_words else None)
        or ("no_answer" if not chosen or not rejected else None)
        or ("same_answers" if comparable(chosen) == comparable(rejected) else None)
    )
    if reason:
        return Refusal((document,), "document", reason)
    places = field_places(document, task.input)
    target = joined(chosen, rejected)
    return Candidate((document,), "document", source, target, input_places=places, target_places=((document, None),))


RECIPE = Recipe(
    name="preference",
    task=PreferenceTask,
    joins=never_joins,
    build=_build,
    reasons={
        "no_text": COMMON_REASONS["no_text"],
        "too_few_words": COMMON_REASONS["too_few_words"],
        "no_answer": "one of the two answers is empty; fill it in, or check the task's chosen and rejected fields",
        "same_answers": "both answers are the same but for spaces and case: nobody preferred one; nothing to do",
    },
)
