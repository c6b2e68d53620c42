"""Question → answer, from tables of pairs or from the turns of interviews and support threads.

Mode ``pairs``: a candidate is a row or entry with the question and answer fields; whole documents that only serve as context
are none. The context is a field of the row, the linked document, or the turns of the linked meeting that the row's clock times
name. Mode ``turns``: a candidate is a turn that asks; a document without one is a single refusal. Only for sources where
questions are answered, such as interviews and support threads; the catalog says which by naming them as the task's sources.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from winnow.documents import Document
from winnow.recipes import _context, _turns
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Place, Recipe, Refusal
from winnow.recipes._text import comparable, document_body, field_text, prose, repeats, word_count
from winnow.tasks import Task

REPEATED_WORDS = 4  # words of a question that make no answer; fewer may choose, as in "April or May?"


class QuestionAnsweringTask(Task):
    """Question to answer."""

    kind: Literal["question_answering"] = "question_answering"
    mode: Literal["pairs", "turns"] = Field(
        description="`pairs`: fields of a table; `turns`: who asks and who answers in a talk"
    )
    question: str = Field("question", description="pairs: field with the question")
    answer: str = Field("answer", description="pairs: field with the answer")
    context: str | None = Field(None, description="pairs: field with the text that the question is about")
    linked: bool = Field(False, description="pairs: the context is the document that shares the row's link")
    support: str | None = Field(
        None, description='pairs: field with JSON [["HH:MM:SS.mmm", "HH:MM:SS.mmm"], …]: the context is what was said then in '
        "the linked meeting; implies `linked`"
    )  # fmt: skip
    context_turns: int = Field(4, ge=0, le=50, description="turns: this many turns before the question are the context")
    min_question_words: int = Field(6, ge=1, description="turns: a shorter question is refused")
    min_answer_words: int = Field(20, ge=1, description="turns: a shorter answer is refused")

    @model_validator(mode="after")
    def _one_context(self) -> Self:
        if self.context and (self.linked or self.support):
            raise ValueError("expected either `context` or a linked document (`linked`, `support`), not both")
        return self


def _joins(task: Task) -> bool:
    assert isinstance(task, QuestionAnsweringTask)
    return task.mode == "pairs" and (task.linked or task.support is not None)


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, QuestionAnsweringTask)
    if task.mode == "turns":
        for document in documents:
            yield from _turns.outcomes(document, task.context_turns, task.min_question_words, task.min_answer_words)
        return
    joins = _joins(task)
    rows = [document for document in documents if not joins or document.fields or document.row_number is not None]
    texts = [document for document in documents if document.row_number is None and not document.fields]
    for row in rows:
        yield _pair(row, texts if joins else [], task)


def _pair(row: Document, texts: Sequence[Document], task: QuestionAnsweringTask) -> Outcome:
    question, answer = prose(field_text(row, task.question)), prose(field_text(row, task.answer))
    reason = (
        ("no_question" if not question else None)
        or ("no_answer" if not answer else None)
        or ("repeats_input" if _only_repeats(answer, question) else None)
    )
    if reason:
        return Refusal((row,), "pair", reason)
    found = _found_context(row, texts, question, task)
    if isinstance(found, str):
        return Refusal((row,), "pair", found)
    context, places = found
    others = {document.document_id: document for document, _ in places if document is not row}
    return Candidate(
        (row, *others.values()),
        "pair",
        _context.prompt(context, question),
        answer,
        input_places=(*places, (row, None)),
        target_places=((row, None),),
    )


def _only_repeats(answer: str, question: str) -> bool:
    """Whether ``answer`` says nothing that ``question`` does not; a few of its words may be a choice between two offered."""
    return comparable(answer) == comparable(question) or (word_count(answer) >= REPEATED_WORDS and repeats(answer, question))


def _found_context(
    row: Document, texts: Sequence[Document], question: str, task: QuestionAnsweringTask
) -> tuple[str, tuple[Place, ...]] | str:
    """The context's text and where it stands, both empty for a question that needs none; or the reason why it is missing."""
    if task.context is not None:
        text = field_text(row, task.context)
        return (text, ((row, None),)) if text else "no_context"
    ranges = _context.clock_ranges(row.fields.get(task.support) or "") if task.support else []
    if ranges is None:
        return "bad_support"
    if ranges:
        return _context.said_then(texts, ranges) or "no_context"
    if _joins(task) and texts:
        whole = _context.fullest(texts)
        blocks = document_body(whole)
        return (field_text(whole, None), tuple((whole, block) for block in blocks)) if blocks else "no_context"
    return "no_context" if (row.link and _joins(task)) or _context.refers_to_document(question) else ("", ())


RECIPE = Recipe(
    name="question_answering",
    task=QuestionAnsweringTask,
    joins=_joins,
    build=_build,
    reasons={
        "no_question": "the question field is empty; fill it in, or check the task's question field",
        "no_answer": "nobody answers; nothing to do, or check the task's answer field",
        "no_context": "the question is about a document that is not there, or not then; add it, or correct link and times",
        "bad_support": "the support field is not a JSON list of two clock times each; correct the export",
        "no_questions": "nobody asks anything in this document; leave its source out of the task",
        "question_too_short": "the question has fewer words than the task's min_question_words",
        "answer_too_short": "the answer has fewer words than the task's min_answer_words",
        "answer_is_question": "the answer only asks back; nothing to do",
        "repeats_input": COMMON_REASONS["repeats_input"],
    },
)
