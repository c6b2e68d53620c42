"""Mentions of entities: which of several spans counts, and what stands for it.

Belongs here: operations on one text and its spans. Does not belong here: finding entities (`winnow.detect`), who is the same
person (`winnow.people`), where else an entity stands (`winnow.forms`), and the columns of a document (`winnow.scrub`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from winnow import names
from winnow.detect import Span
from winnow.forms import DECLARED, MIN_FORM, PROPAGATED, Forms
from winnow.ids import keyed_hash
from winnow.normalise import FILLER, view
from winnow.people import ID_DIGITS, People, canonical, entity_id
from winnow.placeholders import PLACEHOLDER, internal
from winnow.shapes import placeholder as written

__all__ = [
    "DECLARED",
    "MIN_FORM",
    "PROPAGATED",
    "Edit",
    "Forms",
    "Masked",
    "People",
    "canonical",
    "entity_id",
    "is_placeholder",
    "mask",
    "remap",
    "replace",
    "resolve",
    "titled",
]

_MASK = internal("X", "0")  # any placeholder: the view shows them all alike
_BEFORE = re.compile(r"([^\W\d_]+)\.?[^\S\n]{1,2}\Z")
_LONGEST_TITLE = 16  # characters before a name in which its title stands


def resolve(text: str, spans: Iterable[Span]) -> list[Span]:
    """``spans`` without overlaps, in order: the longest wins, then the higher score, then the entity's name.

    What a shorter span has outside the winner stays a span of its own, so that every character found is covered.
    """
    starts: list[int] = []
    taken: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, -s.score, s.entity, s.start, s.recognizer)):
        for start, end in _free(taken, starts, span):
            if any(character.isalnum() for character in text[start:end]):
                at = bisect_right(starts, start)
                starts.insert(at, start)
                taken.insert(at, Span(start, end, span.entity, span.score, span.recognizer))
    return taken


def _free(taken: list[Span], starts: list[int], span: Span) -> list[tuple[int, int]]:
    """The parts of ``span`` that no span of ``taken`` covers."""
    parts, start = [], span.start
    at = max(bisect_right(starts, start) - 1, 0)
    for other in taken[at:]:
        if other.start >= span.end:
            break
        if other.end > start:
            if other.start > start:
                parts.append((start, other.start))
            start = max(start, other.end)
    if start < span.end:
        parts.append((start, span.end))
    return parts


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with a placeholder in place of each span; `original` maps a span of it back."""

    text: str
    new: tuple[int, ...]  # where each kept stretch begins in the masked text …
    old: tuple[int, ...]  # … and in the original

    def original(self, span: Span) -> Span:
        """``span``, which touches no placeholder, in the original's characters."""
        at = bisect_right(self.new, span.start) - 1
        shift = self.old[at] - self.new[at]
        return Span(span.start + shift, span.end + shift, span.entity, span.score, span.recognizer)


def mask(text: str, spans: Sequence[Span]) -> Masked:
    """``text`` with a placeholder in place of each of ``spans`` (as from `resolve`)."""
    pieces, new, old = [], [0], [0]
    at = length = 0
    for span in spans:
        pieces += [text[at : span.start], _MASK]
        length += span.start - at + len(_MASK)
        at = span.end
        new.append(length)
        old.append(at)
    pieces.append(text[at:])
    return Masked("".join(pieces), tuple(new), tuple(old))


@dataclass(frozen=True, slots=True)
class Edit:
    """``[start, end)`` of the text before became ``[new_start, new_end)`` of the text after."""

    start: int
    end: int
    new_start: int
    new_end: int


def replace(
    text: str, spans: Sequence[Span], salt: str, people: People | None = None, scope: str = ""
) -> tuple[str, list[Edit]]:
    """``text`` with internal placeholders in place of ``spans`` (as from `resolve`), and the edits in order.

    Numbered placeholders that already stood in the text become internal ones of their own: ``<PERSON_1>`` is the same person
    throughout ``scope`` and nobody else. Internal ones stay.
    """
    people = people or People(titled(text, span) for span in spans if span.entity == "PERSON")
    marks = [(span.start, span.end, _placeholder(text, span, salt, people)) for span in spans]
    marks += [
        (*match.span(), internal(match[1], keyed_hash(salt, "placeholder", scope, match[1], match[2])[:ID_DIGITS]))
        for match in PLACEHOLDER.finditer(text)
    ]
    pieces: list[str] = []
    edits: list[Edit] = []
    at = length = 0
    for start, end, placeholder in sorted(marks):
        if start < at:  # a numbered placeholder within a value that was replaced whole
            continue
        pieces += [text[at:start], placeholder]
        length += start - at + len(placeholder)
        edits.append(Edit(start, end, length - len(placeholder), length))
        at = end
    pieces.append(text[at:])
    return "".join(pieces), edits


def _placeholder(text: str, span: Span, salt: str, people: People) -> str:
    surface = text[span.start : span.end]
    form = people.known_as(surface) if span.entity == "PERSON" else canonical(span.entity, surface)
    return written(span.entity, entity_id(salt, span.entity, form), surface, salt, people)


def titled(text: str, span: Span) -> str:
    """What stands at ``span``, with the title before it: the name alone does not say whether it is Ms or Mr Keller's."""
    before = _BEFORE.search(text, max(span.start - _LONGEST_TITLE, 0), span.start)
    title = f"{before[1]} " if before and before[1].casefold() in names.TITLES else ""
    return title + text[span.start : span.end]


def is_placeholder(text: str) -> bool:
    """Whether ``text`` is one placeholder of either spelling and nothing else."""
    return view(text.strip()).text == FILLER


def remap(start: int, end: int, edits: Sequence[Edit]) -> tuple[int, int]:
    """``[start, end)`` of the text before as a span of the text after; what cuts a replaced span takes all of it."""
    return _position(start, edits, to_end=False), _position(end, edits, to_end=True)


def _position(offset: int, edits: Sequence[Edit], *, to_end: bool) -> int:
    shift = 0
    for edit in edits:
        if offset < edit.start or (to_end and offset == edit.start):
            break
        if offset < edit.end:
            return edit.new_end if to_end else edit.new_start
        shift = edit.new_end - edit.end
    return offset + shift
