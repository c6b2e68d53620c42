"""Minutes and the meeting they were written of.

Belongs here: which meeting goes with which minutes, and which turns with which of their items. Does not belong here: summaries
that stand in the document they sum up.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from winnow.documents import Block, Document
from winnow.recipes._base import Candidate, Outcome, Refusal, distinct_anchors, text_hash
from winnow.recipes._context import fullest
from winnow.recipes._support import explicit_range, overlapping, supporting, turn_words, without_ranges
from winnow.recipes._text import body_text, dialogue, one_line, prose, repeats, turns_of, word_count

_KINDS = frozenset({"heading", "paragraph", "quote", "list_item"})
_LEADING_BLOCKS = 12  # of the minutes: who was there, when and where stands among them
_FORMALITY = re.compile(
    r"(?:present|absent|attendees|attending|in attendance|participants|guests|apologies(?: for absence)?|regrets|chair(?:ed by)?|"
    r"minutes(?: taken)? by|minute[- ]taker|date|time|place|location|venue|duration|project|meeting(?: no\.?| number)?)\s*:",
    re.IGNORECASE,
)
_BODY_TO_SUMMARY = 2  # a meeting less than twice as long as its minutes is not all there


def outcomes(summaries: Sequence[Document], others: Sequence[Document], *, items: bool, min_words: int) -> Iterator[Outcome]:
    """One outcome for each of ``summaries`` (or each of their items) and for each of ``others`` that none goes with.

    All share one link, or there is a single document without one.
    """
    meetings = [document for document in others if turns_of(document)]
    meeting = fullest(meetings) if meetings else None
    for other in others:
        if not turns_of(other):
            yield Refusal((other,), "document", "not_a_meeting")
        elif other is not meeting:
            yield Refusal((other,), "document", "another_transcript")
        elif not summaries:
            yield Refusal((other,), "document", "no_summary")
    for minutes in summaries:
        if meeting is None:
            yield Refusal((minutes,), "document", "no_meeting")
        elif items:
            yield from _items(meeting, minutes)
        else:
            yield _whole(meeting, minutes, min_words)


def _whole(meeting: Document, minutes: Document, min_words: int) -> Outcome:
    turns, blocks = turns_of(meeting), _summary_blocks(minutes)
    source, target = dialogue(turns), prose(body_text([replace(block, text=without_ranges(block.text)) for block in blocks]))
    reason = None
    if word_count(target) < min_words:
        reason = "summary_too_short"
    elif word_count(source) < _BODY_TO_SUMMARY * word_count(target):
        reason = "body_too_short"
    elif repeats(target, source):
        reason = "repeats_input"
    if reason:
        return Refusal((meeting, minutes), "minutes", reason)
    listed = any(block.kind == "list_item" for block in blocks)
    return Candidate(
        (meeting, minutes),
        "minutes",
        source,
        target,
        input_places=tuple((meeting, turn) for turn in turns),
        target_places=tuple((minutes, block) for block in blocks),
        split=(lambda: list(_items(meeting, minutes))) if listed else None,
    )


def _summary_blocks(minutes: Document) -> list[Block]:
    """The text of ``minutes`` without what stands at their top and sums up nothing: their title, and who met when and where."""
    blocks = [block for block in minutes.blocks if block.kind in _KINDS and block.text.strip()]
    blocks = blocks[1:] if blocks and blocks[0].kind == "heading" else blocks
    head, rest = blocks[:_LEADING_BLOCKS], blocks[_LEADING_BLOCKS:]
    return [block for block in head if not _FORMALITY.match(block.text)] + rest


def _items(meeting: Document, minutes: Document) -> Iterator[Outcome]:
    items = [block for block in _summary_blocks(minutes) if block.kind == "list_item"]
    if not items:
        yield Refusal((meeting, minutes), "minutes", "no_items")
        return
    turns = turns_of(meeting)
    said = turn_words(turns)
    headings = _headings_above(minutes)
    texts = [one_line(item.text) for item in items]
    anchors = distinct_anchors(["item:" + text_hash(text) for text in texts], [headings.get(id(item), "") for item in items])
    for item, text, anchor in zip(items, texts, anchors, strict=True):
        target, times = explicit_range(prose(text))
        support = overlapping(turns, *times) if times else supporting(target, turns, said)
        source = dialogue(support)
        if not source or not target:
            yield Refusal((meeting, minutes), anchor, "unsupported")
        elif repeats(target, source):
            yield Refusal((meeting, minutes), anchor, "repeats_input")
        else:
            read = tuple((meeting, turn) for turn in support)
            yield Candidate((meeting, minutes), anchor, source, target, input_places=read, target_places=((minutes, item),))


def _headings_above(minutes: Document) -> dict[int, str]:
    """The heading over each block of ``minutes``, by the block's identity."""
    found, heading = {}, ""
    for block in minutes.blocks:
        if block.kind == "heading":
            heading = one_line(block.text)
        found[id(block)] = heading
    return found
