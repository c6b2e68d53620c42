"""What a recipe is, and what it yields.

Belongs here: the types that all recipes share. Does not belong here: words and layout (`_text`), headings (`_sections`), the
turns that support a sentence (`_support`).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from winnow.documents import Block, Document
from winnow.placeholders import without_attributes
from winnow.tasks import Task

Place: TypeAlias = tuple[Document, Block | None]
"""Where a piece of an example's text came from: a block of a document, or ``None`` for the fields of its row."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may become an example; placeholders in ``input`` and ``target`` are still in their internal form.

    ``anchor`` is readable and stands for the same place when the document changes elsewhere: a heading path or a turn's hash,
    never an ordinal. ``split`` gives smaller candidates that each keep a target of their own; without it a candidate over its
    token limit is dropped.
    """

    documents: tuple[Document, ...]
    anchor: str
    input: str
    target: str
    label: str | None = None
    intensity: float | None = None
    input_places: tuple[Place, ...] = ()
    target_places: tuple[Place, ...] = ()
    split: "Callable[[], Sequence[Candidate | Refusal]] | None" = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that a rule kept out; ``reason`` is a key of its recipe's ``reasons`` or of `COMMON_REASONS`."""

    documents: tuple[Document, ...]
    anchor: str
    reason: str


Outcome: TypeAlias = Candidate | Refusal


@dataclass(frozen=True, slots=True)
class Recipe:
    """One task kind: its options, and how it makes candidates.

    ``build`` yields one outcome for each candidate it considers, so that counts add up; the recipe's module says what a
    candidate is. Where ``joins`` says so it is called with all documents of one link at a time (or one document without a
    link), sorted by id; else with one document at a time.
    """

    name: str
    task: type[Task]
    joins: Callable[[Task], bool]
    build: Callable[[Sequence[Document], Task], Iterator[Outcome]]
    reasons: Mapping[str, str]


def never_joins(_task: Task) -> bool:
    """For recipes that see one document at a time."""
    return False


def text_hash(*parts: str) -> str:
    """A short hash of ``parts`` for anchors: 16 hexadecimal digits of SHA-256, enough for one document's places."""
    digest = hashlib.sha256("\x1f".join(map(without_attributes, parts)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def distinct_anchors(anchors: Sequence[str], contents: Sequence[str]) -> list[str]:
    """``anchors``, where those that occur more than once are told apart by a hash of their ``contents``."""
    times = Counter(anchors)
    return [
        f"{anchor}#{text_hash(content)}" if times[anchor] > 1 else anchor
        for anchor, content in zip(anchors, contents, strict=True)
    ]


COMMON_REASONS: dict[str, str] = {
    "empty": "input or target holds no text; nothing to do, or name another field in the task",
    "placeholder_not_in_input": "the target names something removed that its input never mentions; nothing to do",
    "mostly_placeholders": "over a fifth of the target was personal data; nothing to do, or another field is the better target",
    "control_tokens": "signs stand in the text that chat models read as commands, such as <|end|>; take them out of the document",
    "over_token_limit": "longer than the task's token_limit; raise it if the base model allows, or set over_limit: split",
    "split_into_parts": "longer than the task's token_limit; its parts stand as examples of their own",
    "duplicate_anchor": "the same place in the same document came twice; remove the repetition from the document",
    "repeats_input": "the target only repeats its input; nothing to learn from it",
    "no_text": "the field or document that should be the input is empty; check the task's field names",
    "too_few_words": "the text is shorter than the task's min_words",
}
"""Reasons that more than one recipe gives, or that every finished example is held to."""
