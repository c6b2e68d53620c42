"""Questions and answers in the turns of one talk.

Belongs here: which turn asks and which answers. Does not belong here: pairs in tables.
"""

import re
from collections.abc import Iterator, Sequence

from winnow.documents import Block, Document
from winnow.recipes._base import Candidate, Outcome, Refusal, distinct_anchors, text_hash
from winnow.recipes._context import prompt
from winnow.recipes._text import comparable, merged_turns, repeats, turns_of, word_count

_ASKS = re.compile(r"[?？؟]['\"”’)\]]*\s*\Z")
_OPENS = re.compile(
    r"(?:and |but |so |okay |ok |well |now )?"
    r"(?:what|why|how|when|where|who|whom|whose|which|can you|could you|would you|will you|do you|did you|does|have you|"
    r"are you|is there|are there)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[.!?…]")

_Turn = tuple[str, str, tuple[Block, ...]]


def outcomes(document: Document, context_turns: int, min_question: int, min_answer: int) -> Iterator[Outcome]:
    """One outcome for each turn of ``document`` that asks, or one refusal if none does; minima in words."""
    turns = merged_turns(turns_of(document))
    asking = [index for index, (_, text, _) in enumerate(turns) if is_question(text)]
    if not asking:
        yield Refusal((document,), "document", "no_questions")
        return
    around = ["\x1f".join(text for _, text, _ in turns[max(0, index - 1) : index + 2]) for index in asking]
    anchors = distinct_anchors(["turn:" + text_hash(turns[index][1]) for index in asking], around)
    for index, anchor in zip(asking, anchors, strict=True):
        reason = _reason(turns, index, min_question, min_answer)
        yield Refusal((document,), anchor, reason) if reason else _candidate(document, turns, index, anchor, context_turns)


def is_question(text: str) -> bool:
    """Whether ``text`` ends in a question: by its mark, or by how it opens where a transcript has no marks."""
    return bool(_ASKS.search(text)) or (_MARKS.search(text) is None and _OPENS.match(text) is not None)


def _reason(turns: Sequence[_Turn], index: int, min_question: int, min_answer: int) -> str | None:
    asker, question, _ = turns[index]
    if word_count(question) < min_question:
        return "question_too_short"
    if index + 1 == len(turns):
        return "no_answer"
    answerer, answer, _ = turns[index + 1]
    if not asker or not answerer or comparable(asker) == comparable(answerer):
        return "no_answer"  # who speaks is unknown, or nobody else does
    if word_count(answer) < min_answer:
        return "answer_too_short"
    if _ASKS.search(answer):
        return "answer_is_question"
    return "repeats_input" if repeats(answer, question) else None


def _candidate(document: Document, turns: Sequence[_Turn], index: int, anchor: str, context_turns: int) -> Candidate:
    before = turns[max(0, index - context_turns) : index]
    context = "\n".join(f"{speaker}: {text}" if speaker else text for speaker, text, _ in before)
    read = [block for _, _, blocks in (*before, turns[index]) for block in blocks]
    return Candidate(
        (document,),
        anchor,
        prompt(context, turns[index][1]),
        turns[index + 1][1],
        input_places=tuple((document, block) for block in read),
        target_places=tuple((document, block) for block in turns[index + 1][2]),
    )
