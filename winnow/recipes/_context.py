"""What a question is about: the context of a pair, and how it is laid out.

Belongs here: finding the text that a row's link and clock times name. Does not belong here: which rows are candidates.
"""

import json
import re
from collections.abc import Sequence

from winnow.documents import Block, Document
from winnow.recipes._base import Place
from winnow.recipes._support import clock_ms, overlapping
from winnow.recipes._text import dialogue, document_body, tidy, turns_of

GAP = "[…]"  # stands between stretches of talk that are not next to each other

_REFERS = re.compile(
    r"\b(?:this|that|these|those|the|our|your|attached|enclosed|above|following|last|yesterday['’]s|today['’]s)\s+(?:\w+\s+)?"
    r"(?:meetings?|minutes|calls?|transcripts?|interviews?|documents?|reports?|presentations?|slides?|articles?|papers?|stud(?:y|ies)|"
    r"attachments?|files?|contracts?|tables?|figures?|charts?|chapters?|sections?|e-?mails?|threads?|discussions?)\b",
    re.IGNORECASE,
)


def prompt(context: str, question: str) -> str:
    """The input of a question: its context first, if there is any."""
    return f"Context:\n{context}\n\nQuestion: {question}" if context else f"Question: {question}"


def refers_to_document(question: str) -> bool:
    """Whether ``question`` (English) speaks of a document or talk that its reader is supposed to have."""
    return _REFERS.search(question) is not None


def fullest(texts: Sequence[Document]) -> Document:
    """The one of ``texts`` that says most; of equal ones that with the smallest id, so that order cannot matter."""
    return min(texts, key=lambda document: (-sum(len(block.text) for block in document_body(document)), document.document_id))


def clock_ranges(value: str) -> list[tuple[int, int]] | None:
    """The clock times in ``value`` as ``(from, to)`` in milliseconds, sorted; None if it is malformed."""
    try:
        rows = json.loads(value or "[]")
    except (ValueError, RecursionError):
        return None
    if not isinstance(rows, list):
        return None
    ranges = [_range(row) for row in rows]
    return None if None in ranges else sorted({found for found in ranges if found is not None})


def _range(row: object) -> tuple[int, int] | None:
    if not isinstance(row, list) or len(row) != 2 or not all(isinstance(time, str) for time in row):
        return None
    start, end = clock_ms(row[0]), clock_ms(row[1])
    return (start, end) if start is not None and end is not None and start < end else None


def said_then(texts: Sequence[Document], ranges: Sequence[tuple[int, int]]) -> tuple[str, tuple[Place, ...]] | None:
    """What was said during ``ranges`` in the fullest meeting of ``texts``, and where it stands; None if nothing was."""
    meetings = [document for document in texts if any(turn.start_ms is not None for turn in turns_of(document))]
    if not meetings:
        return None
    meeting = fullest(meetings)
    turns = turns_of(meeting)
    wanted = {id(turn) for start, end in ranges for turn in overlapping(turns, start, end)}
    stretches: list[list[Block]] = []
    before = False
    for turn in turns:
        inside = id(turn) in wanted
        if inside and before:
            stretches[-1].append(turn)
        elif inside:
            stretches.append([turn])
        before = inside
    said = [text for text in (tidy(dialogue(stretch)) for stretch in stretches) if text]
    if not said:
        return None
    return f"\n{GAP}\n".join(said), tuple((meeting, turn) for stretch in stretches for turn in stretch)
