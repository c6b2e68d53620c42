"""Text → label: a class that a person chose, under the catalog's name for it.

A candidate is a document of the task's sources: a row, an entry or a whole object.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from pydantic import Field

from winnow.documents import Document
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Recipe, Refusal, never_joins
from winnow.recipes._text import field_places, field_text, one_line, word_count
from winnow.tasks import Task

SOURCE = "$source"
LABEL_CHARS = 80  # characters; a longer "label" is free text from the wrong column


class ClassificationTask(Task):
    """Text to label."""

    kind: Literal["classification"] = "classification"
    text: str | tuple[str, ...] | None = Field(
        None, description="field or fields that are the text; leave out for the whole document"
    )
    label: str = Field(description=f"field that holds the label, or `{SOURCE}` for the name of the document's source")
    labels: Mapping[str, str] = Field(
        default_factory=dict,
        description="value of the label field → label of the dataset; case does not count; a value that is not here is "
        "refused; leave out to take the values as they are",
    )
    min_words: int = Field(2, ge=1, description="fewer words of text than this, placeholders not counted, are refused")

    def label_of(self, value: str) -> str | None:
        """The dataset's label for ``value``; None if the task has labels and this is none of them."""
        return self._by_value.get(value.casefold()) if self.labels else value

    @property
    def label_names(self) -> frozenset[str]:
        """The catalog's labels, or the names of the sources."""
        return frozenset(self.labels.values() or (self.sources if self.label == SOURCE else ()))

    @cached_property
    def _by_value(self) -> dict[str, str]:
        return {one_line(value).casefold(): label for value, label in self.labels.items()}


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, ClassificationTask)
    for document in documents:
        yield _outcome(document, task)


def _outcome(document: Document, task: ClassificationTask) -> Outcome:
    text = field_text(document, task.text)
    value = document.source if task.label == SOURCE else one_line(document.fields.get(task.label) or "")
    label = task.label_of(value)
    reason = (
        ("no_text" if not text else None)
        or ("too_few_words" if word_count(text) < task.min_words else None)
        or ("no_label" if not value else None)
        or ("unknown_label" if label is None else None)
        or ("label_too_long" if len(label or "") > LABEL_CHARS else None)
    )
    if reason or label is None:
        return Refusal((document,), "document", reason or "unknown_label")
    places = field_places(document, task.text)
    return Candidate((document,), "document", text, label, label=label, input_places=places, target_places=((document, None),))


RECIPE = Recipe(
    name="classification",
    task=ClassificationTask,
    joins=never_joins,
    build=_build,
    reasons={
        "no_text": COMMON_REASONS["no_text"],
        "too_few_words": COMMON_REASONS["too_few_words"],
        "no_label": "the label field is empty; label the row, or check the task's label field",
        "unknown_label": "the label is not in the task's labels; add it there, or leave it out on purpose",
        "label_too_long": "the label is longer than 80 characters; check that the task's label field is the right one",
    },
)
