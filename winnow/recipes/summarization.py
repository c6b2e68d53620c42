"""A text and its summary, as somebody wrote it: minutes ↔ meeting, abstract ↔ body, executive summary ↔ report.

Mode ``minutes``: a candidate is each minutes document, and each meeting (a document with turns) that no minutes goes with; with
``items`` each list item of the minutes is a candidate in place of the whole. Modes ``abstract`` and ``executive_summary``: a
candidate is a document; its summary is taken out of its body. A summary of the whole is never paired with a part.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from winnow.documents import Block, Document
from winnow.recipes import _minutes
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Recipe, Refusal
from winnow.recipes._sections import Section, is_boilerplate, section_name, sections
from winnow.recipes._text import BODY, body_text, comparable, one_line, repeats, word_count
from winnow.tasks import Name, Settings, Task

_HEADINGS = {
    "abstract": ("abstract", "summary"),
    "executive_summary": ("executive summary", "management summary", "summary", "key findings", "key points", "at a glance"),
}
_OTHER_SUMMARIES = frozenset(
    {
        "abstract",
        "author summary",
        "editor's evaluation",
        "editor's summary",
        "elife assessment",
        "elife digest",
        "executive summary",
        "graphical abstract",
        "highlights",
        "impact statement",
        "keywords",
        "lay summary",
        "management summary",
        "plain language summary",
        "significance",
        "summary",
    }
)
"""Sections that say the same again; left in the body they would give the summary away."""

_SUMMARY_KINDS = frozenset({"heading", "paragraph", "quote", "list_item"})
_BODY_TO_SUMMARY = 2  # a body less than twice as long as its summary was not summarized


class SummaryDocuments(Settings):
    """How a summary document is told from a meeting."""

    source: Name | None = Field(None, description="every document of this source is a summary")
    name_suffix: str | None = Field(
        None, min_length=1, description="a file whose name (without format suffix) ends with this is one"
    )

    @model_validator(mode="after")
    def _one_sign(self) -> Self:
        if (self.source is None) == (self.name_suffix is None):
            raise ValueError("expected either `source` or `name_suffix`")
        return self


class SummarizationTask(Task):
    """Text to summary."""

    kind: Literal["summarization"] = "summarization"
    mode: Literal["minutes", "abstract", "executive_summary"] = Field(description="where the summary stands")
    summary: SummaryDocuments = Field(
        SummaryDocuments(source=None, name_suffix="minutes"), description="minutes: which documents are the summaries"
    )
    items: bool = Field(False, description="minutes: each list item with the turns that support it, in place of the whole")
    headings: tuple[str, ...] = Field((), description="abstract, executive_summary: headings of the summary; default by mode")
    min_words: int = Field(15, ge=1, description="fewer words of summary than this are refused; items may be shorter")


def _joins(task: Task) -> bool:
    assert isinstance(task, SummarizationTask)
    return task.mode == "minutes"


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, SummarizationTask)
    if task.mode == "minutes":
        summaries = [document for document in documents if _is_summary(document, task.summary)]
        others = [document for document in documents if not _is_summary(document, task.summary)]
        yield from _minutes.outcomes(summaries, others, items=task.items, min_words=task.min_words)
        return
    for document in documents:
        yield _own_summary(document, task)


def _is_summary(document: Document, sign: SummaryDocuments) -> bool:
    if sign.source is not None:
        return document.source == sign.source
    return document.name.casefold().endswith((sign.name_suffix or "").casefold())


def _own_summary(document: Document, task: SummarizationTask) -> Outcome:
    names = frozenset(section_name(heading) for heading in task.headings or _HEADINGS[task.mode])
    found = sections(document)
    start = next((section for section in found if section.path and section_name(section.path[-1]) in names), None)
    if start is None:
        return Refusal((document,), "document", "no_summary")
    summary = [block for section in found if _belongs(section, start) for block in _with_heading(section, start)]
    summary = [block for block in summary if block.kind in _SUMMARY_KINDS and block.text.strip()]
    body = _body(found, names | _OTHER_SUMMARIES, {comparable(block.text) for block in summary})
    title, source, target = one_line(document.title), body_text(body), body_text(summary)
    reason = _reason(source, target, task.min_words)
    if reason:
        return Refusal((document,), "summary", reason)
    return Candidate(
        (document,),
        "summary",
        f"{title}\n\n{source}" if title and comparable(title) != comparable(source.partition("\n")[0]) else source,
        target,
        input_places=tuple((document, block) for block in body),
        target_places=tuple((document, block) for block in summary),
    )


def _belongs(section: Section, start: Section) -> bool:
    return section is start or (section.path != start.path and section.under(start))


def _with_heading(section: Section, start: Section) -> tuple[Block, ...]:
    """The blocks of ``section`` with its heading, but for the heading of the summary itself."""
    return section.blocks if section is start or section.heading is None else (section.heading, *section.blocks)


def _body(found: Sequence[Section], summaries: frozenset[str], said: set[str]) -> list[Block]:
    """The report without its summaries, its formalities, and paragraphs that stand in the summary word for word."""
    body: list[Block] = []
    for section in found:
        if is_boilerplate(section.path) or any(section_name(heading) in summaries for heading in section.path):
            continue
        inside = section.blocks if section.heading is None else (section.heading, *section.blocks)
        body += [block for block in inside if block.kind in BODY and block.text.strip() and comparable(block.text) not in said]
    return body


def _reason(source: str, target: str, min_words: int) -> str | None:
    if word_count(target) < min_words:
        return "summary_too_short"
    if word_count(source) < _BODY_TO_SUMMARY * word_count(target):
        return "body_too_short"
    return "repeats_input" if repeats(target, source) else None


RECIPE = Recipe(
    name="summarization",
    task=SummarizationTask,
    joins=_joins,
    build=_build,
    reasons={
        "no_summary": "no minutes share this meeting's link, or no heading of the document is one of the task's",
        "no_meeting": "no meeting shares these minutes' link; add it, or correct the source's link pattern",
        "another_transcript": "another transcript of the same meeting says more and was used; nothing to do",
        "not_a_meeting": "the document is neither minutes nor a transcript with turns; leave it out of the task's sources",
        "no_items": "the minutes hold no list; set items: false to use them as a whole",
        "unsupported": "no stretch of the meeting holds 60% of the item's words; write the item's times beside it",
        "summary_too_short": "the summary has fewer words than the task's min_words",
        "body_too_short": "the text is less than twice as long as its summary",
        "repeats_input": COMMON_REASONS["repeats_input"],
    },
)
