"""Heading → section: write the text that stands under a heading, given the document's title and the headings above.

A candidate is a heading; a document without one is a single refusal. The section is the heading's own text, up to the next
heading of any level, so that no text is the target of two headings. Headings are the document's real structure as its reader
gave it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from winnow.documents import Block, Document
from winnow.recipes._base import Candidate, Outcome, Recipe, Refusal, distinct_anchors, never_joins, text_hash
from winnow.recipes._passage import SYMBOL_SHARE, TEXT, is_filler, passage, prose_words, symbol_share
from winnow.recipes._sections import BOILERPLATE, Section, is_boilerplate, section_name, sections, without_number
from winnow.recipes._text import PROSE, body_text, comparable, one_line, word_count, words
from winnow.tasks import Task

HEADING_WORDS = 20  # words; a longer "heading" is a paragraph that somebody made bold
PROSE_SHARE = 0.5  # of a section's words; below it the sentences are what is left between formulas and scraps
_CITATION = re.compile(  # a model that learns to write [33] cites nothing, and [citation needed] is Wikipedia's own
    r"(?<=\S)\[(?:\d{1,3}|note \d{1,3}|(?:citation|clarification|page|better source|verification) needed|self-published source\??|"
    r"failed verification|original research\??|who\?|when\?|where\?|which\?|by whom\?|according to whom\?|vague|dubious[^\]\n]{0,20})\]",
    re.IGNORECASE,
)
_HEADLINED = frozenset({"html"})  # formats whose title is a headline, which stands over the text and is read as the title alone
_NO_TITLE = frozenset(
    {"document", "home", "new document", "untitled", "untitled document"}
)  # what programs put for want of one


class GenerationTask(Task):
    """Heading to section."""

    kind: Literal["generation"] = "generation"
    min_words: int = Field(60, ge=1, description="words of prose that a section must have; lists are not counted")


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, GenerationTask)
    for document in documents:
        yield from _of_document(document, task)


def _of_document(document: Document, task: GenerationTask) -> Iterator[Outcome]:
    headed = [section for section in _sections(document) if section.path]
    if not headed:
        yield Refusal((document,), "document", "no_headings")
        return
    title = _title(document, headed)
    passages = [passage(section.blocks) for section in headed]
    texts = [_CITATION.sub("", body_text(blocks)) for blocks in passages]
    anchors = distinct_anchors(["heading:" + text_hash(*section.path) for section in headed], texts)
    for section, blocks, text, anchor in zip(headed, passages, texts, anchors, strict=True):
        prompt = _prompt(title, section.path)
        reason = _reason(task, section, blocks, prompt, text)
        if reason is not None:
            yield Refusal((document,), anchor, reason)
            continue
        yield Candidate(
            (document,),
            anchor,
            prompt,
            text,
            input_places=((document, section.heading),),  # None where the title is the heading
            target_places=tuple((document, block) for block in blocks),
        )


def _sections(document: Document) -> list[Section]:
    """The sections of ``document``; a page's headline, which is its title and none of its blocks, heads the text before them."""
    found = sections(document)
    title = one_line(document.title)
    if document.format in _HEADLINED and found and not found[0].path and _is_title(title):
        named = comparable(title)
        if all(comparable(block.text) != named for block in document.blocks if block.kind in {"title", "heading", "paragraph"}):
            found[0] = Section((title,), None, found[0].blocks)
    return found


def _title(document: Document, headed: Sequence[Section]) -> str:
    """The document's own title, else its title block, else the one heading above all others; may be empty."""
    blocks = (one_line(block.text) for block in document.blocks if block.kind == "title")
    own = next((title for title in (one_line(document.title), *blocks) if _is_title(title)), "")
    above = {section.path[0] for section in headed}
    return own or (above.pop() if len(above) == 1 < len(headed) else "")


def _is_title(title: str) -> bool:
    return bool(title) and section_name(title) not in BOILERPLATE | _NO_TITLE


def _reason(task: GenerationTask, section: Section, blocks: Sequence[Block], prompt: str, text: str) -> str | None:
    heading = section.path[-1]
    prose = sum(prose_words(block) for block in blocks if block.kind in PROSE)
    written = sum(word_count(block.text) for block in section.blocks if block.kind in TEXT)  # what was left out counts too
    names_nothing = len(section.path) == 1 and not prompt.startswith("Title: ")
    rules = {
        "not_a_heading": word_count(heading) > HEADING_WORDS or not any(map(str.isalpha, heading)),
        "boilerplate": is_boilerplate(section.path),
        "no_own_text": not any(block.kind in PROSE for block in section.blocks),
        "filler_text": is_filler(text),
        "section_too_short": prose < task.min_words,
        "not_prose": prose < PROSE_SHARE * written or symbol_share(text) > SYMBOL_SHARE,
        "no_title": names_nothing,
        "repeats_input": comparable(text) == comparable(heading),
    }
    return next((reason for reason, broken in rules.items() if broken), None)


def _prompt(title: str, path: Sequence[str]) -> str:
    """``Title: …`` and ``Section: parent > heading``; a heading that only says the title again is left out.

    So is a parent of one small word: what a page break or a picture left of a title.
    """
    above = [heading for heading in path[:-1] if len(words(heading)) > 1 or not one_line(heading)[:1].islower()]
    headings = [without_number(heading) for heading in (*above, path[-1])]
    if title and comparable(headings[0]) == comparable(title):
        headings = headings[1:]
    lines = [f"Title: {title}"] if title else []
    if headings:
        lines.append("Section: " + " > ".join(headings[-2:]))
    return "\n".join(lines)


RECIPE = Recipe(
    name="generation",
    task=GenerationTask,
    joins=never_joins,
    build=_build,
    reasons={
        "no_headings": "the document has no headings of its own; give it some in the program that made it",
        "not_a_heading": "the heading is longer than 20 words or has no letter; use a body style for it",
        "boilerplate": "references, notices and the like teach nothing; nothing to do",
        "no_own_text": "only subheadings, tables or nothing stand under this heading; nothing to do",
        "section_too_short": "the section has less prose than the task's min_words",
        "filler_text": "lorem ipsum stands where somebody meant to write; nothing to do, or leave templates out of the source",
        "not_prose": "most of the section is formulas or scraps of layout; nothing to do",
        "no_title": "neither a title nor a heading above says what the document is about; give the document a title",
        "repeats_input": "the section only repeats its heading; nothing to learn from it",
    },
)
