"""Text → the labelled spans in it, as JSON: entity labelling.

A candidate is a document of the task's sources. The target is a JSON list of ``{"text", "label"}`` in the order of the text. A
text over its limit is split between paragraphs, and each part keeps the spans that lie in it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from winnow.documents import Document
from winnow.placeholders import CLOSE, OPEN
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Recipe, Refusal, never_joins, text_hash
from winnow.recipes._text import one_line, word_count
from winnow.tasks import Task

_LINE_END = re.compile(r"\n+")


class SpansTask(Task):
    """Text to labelled spans."""

    kind: Literal["spans"] = "spans"
    text: str = Field(description="field that is the text")
    spans: str = Field(description='field with JSON [{"start", "end", "label"}] in characters of the text field')
    labels: Mapping[str, str] = Field(
        default_factory=dict, description="label in the field → label of the dataset; a span of another label is left out"
    )
    keep_empty: bool = Field(
        True, description="whether a text without spans is an example too, with an empty list as its target"
    )
    min_words: int = Field(3, ge=1, description="fewer words of text than this, placeholders not counted, are refused")


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    label: str


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, SpansTask)
    for document in documents:
        yield _outcome(document, task)


def _outcome(document: Document, task: SpansTask) -> Outcome:
    text = document.fields.get(task.text) or ""  # not tidied: the spans count its characters
    if not text.strip():
        return Refusal((document,), "document", "no_text")
    if word_count(text) < task.min_words:
        return Refusal((document,), "document", "too_few_words")
    spans = _spans(document.fields.get(task.spans) or "", text, task)
    if isinstance(spans, str):
        return Refusal((document,), "document", spans)
    if not spans and not task.keep_empty:
        return Refusal((document,), "document", "no_spans")
    return _candidate(document, "document", text, spans)


def _candidate(document: Document, anchor: str, text: str, spans: Sequence[_Span]) -> Candidate:
    places = ((document, None),)
    whole = Candidate((document,), anchor, text.strip(), _target(text, spans), input_places=places, target_places=places)
    cut = _cut(text, spans)
    if cut is None:
        return whole
    return replace(whole, split=lambda: _halves(document, text, spans, cut))


def _halves(document: Document, text: str, spans: Sequence[_Span], cut: int) -> Sequence[Outcome]:
    first = [span for span in spans if span.end <= cut]
    second = [_Span(span.start - cut, span.end - cut, span.label) for span in spans if span.start >= cut]
    halves = ((text[:cut], first), (text[cut:], second))
    return [_candidate(document, f"part:{text_hash(part)}", part, inside) for part, inside in halves]


def _cut(text: str, spans: Sequence[_Span]) -> int | None:
    """The line end nearest to the middle of ``text`` that no span crosses, with text on both sides; else None."""
    last = len(text.rstrip())
    first = len(text) - len(text.lstrip())
    usable, reach, waiting = [], 0, list(reversed(spans))  # spans are sorted by start
    for match in _LINE_END.finditer(text):
        while waiting and waiting[-1].start < match.end():
            reach = max(reach, waiting.pop().end)
        if reach <= match.end() and first < match.end() < last:
            usable.append(match.end())
    return min(usable, key=lambda end: (abs(end - len(text) // 2), end), default=None)


def _target(text: str, spans: Sequence[_Span]) -> str:
    return json.dumps([{"text": text[span.start : span.end], "label": span.label} for span in spans], ensure_ascii=False)


def _spans(value: str, text: str, task: SpansTask) -> list[_Span] | str:
    """The spans in order, or the reason why there are none to trust."""
    try:
        rows = json.loads(value or "[]")
    except (ValueError, RecursionError):
        return "bad_spans"
    if not isinstance(rows, list):
        return "bad_spans"
    found = []
    for row in rows:
        span = _span(row, text)
        if isinstance(span, str):
            return span
        label = task.labels.get(span.label) if task.labels else span.label
        if label is not None:
            found.append(replace(span, label=label))
    return sorted(found, key=lambda span: (span.start, span.end, span.label))


def _span(row: Any, text: str) -> _Span | str:
    if not isinstance(row, dict):
        return "bad_spans"
    start, end, label = row.get("start"), row.get("end"), row.get("label")
    if type(start) is not int or type(end) is not int or not isinstance(label, str) or not label.strip():
        return "bad_spans"
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        return "bad_spans"
    if _inside_placeholder(text, start) or _inside_placeholder(text, end):
        return "span_cuts_placeholder"
    return _Span(start, end, one_line(label))


def _inside_placeholder(text: str, at: int) -> bool:
    opened = text.rfind(OPEN, 0, at)
    return opened >= 0 and text.find(CLOSE, opened, at) < 0


RECIPE = Recipe(
    name="spans",
    task=SpansTask,
    joins=never_joins,
    build=_build,
    reasons={
        "no_text": COMMON_REASONS["no_text"],
        "too_few_words": COMMON_REASONS["too_few_words"],
        "bad_spans": "the spans field is not a JSON list of start, end and label within the text; correct the export",
        "span_cuts_placeholder": "a span begins or ends inside something that was removed; nothing to do",
        "no_spans": "the text has no spans; set keep_empty: true to learn from it",
    },
)
