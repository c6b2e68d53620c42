"""Mentions of entities: which of several spans counts, who is the same entity, where else it is mentioned, what stands for it.

Belongs here: operations on one text and its spans, and the identity of entities within one scope (a document, or a text on the
command line). Does not belong here: finding entities (`winnow.detect`) and the columns of a document (`winnow.scrub`).
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from winnow import names
from winnow.detect import Span
from winnow.ids import keyed_hash
from winnow.normalise import FILLER, view
from winnow.placeholders import PLACEHOLDER, internal
from winnow.recognizers._base import words

ID_DIGITS = 16  # hexadecimal: 64 bits tell the entities of a corpus apart, and keep the text short
PROPAGATED = "scope:propagated"
DECLARED = "scope:declared"
MIN_FORM = 5  # letters and digits of a form that is looked for elsewhere: shorter ones are numbers and words of other meaning
MAX_GAP = 3  # characters between two words of one form: a comma and a space, a line break, " - "

_MASK = internal("X", "0")  # any placeholder: the view shows them all alike
_TOKEN = re.compile(r"[^\W_]+")
_NUMBERS = words(
    "PHONE_NUMBER IBAN_CODE CREDIT_CARD US_SSN UK_NHS UK_NINO DE_TAX_ID FR_NIR ES_NIF IT_FISCAL_CODE PL_PESEL MAC_ADDRESS "
)  # entities whose spaces and hyphens mean nothing
_DIGITS_ALONE = frozenset({"PHONE_NUMBER", "CREDIT_CARD"})


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


def canonical(entity: str, surface: str) -> str:
    """The form by which two mentions are the same entity: normalised, case-folded, numbers without separators."""
    folded = " ".join(view(surface).text.split())
    if entity == "PERSON":
        return names.canonical(folded)
    if entity in _DIGITS_ALONE:
        return "".join(character for character in folded if character.isdigit()) or folded.casefold()
    if entity in _NUMBERS:
        return "".join(character for character in folded if character.isalnum()).casefold()
    return folded.casefold()


class People:
    """The persons of one scope: links a part of a name, or an initial and a family name, to the one person it can mean."""

    def __init__(self, mentioned: Iterable[str]) -> None:
        """Learn the full names among ``mentioned`` (as they stand in the text)."""
        self._full: set[str] = set()
        self._by_piece: dict[str, set[str]] = defaultdict(set)
        for name in mentioned:
            form = canonical("PERSON", name)
            parts = names.pieces(form)
            if parts is None or len(parts[0].strip(".")) == 1:
                continue
            self._full.add(form)
            for piece in {*parts, parts[1].split()[-1]}:
                self._by_piece[piece].add(form)

    def known_as(self, name: str) -> str:
        """The canonical form of the person that ``name`` means in this scope; its own where that is open."""
        form = canonical("PERSON", name)
        if form in self._full:
            return form
        owners = self._by_piece.get(form, set())
        words = form.split()
        if not owners and len(words) > 1:
            owners = {full for full in self._by_piece.get(" ".join(words[1:]), ()) if full[0] == words[0][0]}
            owners = owners if len(words[0].strip(".")) == 1 else set()
            reversed_form = " ".join([*words[1:], words[0]])
            owners = {reversed_form} if reversed_form in self._full else owners
        return next(iter(owners)) if len(owners) == 1 else form


def entity_id(salt: str, entity: str, form: str) -> str:
    """The internal id of the ``entity`` with the canonical ``form``: 16 hexadecimal digits, the same in every document."""
    return keyed_hash(salt, "entity", entity, form)[:ID_DIGITS]


@dataclass(slots=True)
class Forms:
    """The forms of known entities, by their first word, for one pass over a text."""

    exact: dict[str, set[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(set))
    folded: dict[str, set[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(set))

    def add(self, entity: str, surface: str, *, declared: bool, common: Container[str] = ()) -> None:
        """Remember the forms under which the ``entity`` at ``surface`` may stand elsewhere.

        ``declared``: the catalog says what it is. ``common``: words of the scope that stand there in lower case too; a name of
        one word that is among them ("Hi Alright,") is not looked for.
        """
        shown = " ".join(view(surface).text.replace(FILLER, " ").split())
        if entity == "PERSON":
            for form in _name_forms(shown) if shown.casefold() not in common else ():
                self._remember(self.exact, entity, form)
            return
        letters = sum(character.isalnum() for character in shown)
        if letters < MIN_FORM:
            return
        if any(character.isdigit() for character in shown):
            self._remember(self.folded, entity, shown.casefold())
        elif declared or len(_TOKEN.findall(shown)) > 1:
            self._remember(self.exact, entity, shown)

    @staticmethod
    def _remember(index: dict[str, set[tuple[tuple[str, ...], str]]], entity: str, form: str) -> None:
        words = tuple(_TOKEN.findall(form))
        if words:
            index[words[0]].add((words, entity))

    def find(self, text: str) -> list[Span]:
        """Where the forms stand in ``text``, in its own characters, whole words only."""
        if not self.exact and not self.folded:
            return []
        looked_at = view(text)
        tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(looked_at.text)]
        spans = []
        for at, (token, start, _) in enumerate(tokens):
            for index, fold in ((self.exact, False), (self.folded, True)):
                for form, entity in index.get(token.casefold() if fold else token, ()):
                    end = _match(looked_at.text, tokens, at, form, fold=fold)
                    if end:
                        spans.append(Span(*looked_at.original(start, end), entity, 0.7, PROPAGATED))
        return spans


def _match(text: str, tokens: list[tuple[str, int, int]], at: int, words: tuple[str, ...], *, fold: bool) -> int:
    """The end of ``words`` if they stand in ``tokens`` from ``at`` on, close together; else 0."""
    if at + len(words) > len(tokens):
        return 0
    for offset, word in enumerate(words):
        token, start, _ = tokens[at + offset]
        if (token.casefold() if fold else token) != word:
            return 0
        gap = text[tokens[at + offset - 1][2] : start] if offset else ""
        if len(gap) > MAX_GAP or FILLER in gap or "\n\n" in gap:
            return 0
    return tokens[at + len(words) - 1][2]


def _name_forms(name: str) -> set[str]:
    """The forms under which the person called ``name`` may stand in a text: full, reversed, in capitals, the parts alone."""
    full = names.bare(name)
    parts = names.pieces(full)
    if parts is None:
        alone = [full]
        forms = set()
    else:
        given, family = parts
        alone = [given, family, family.split()[-1]]
        forms = {full, f"{family} {given}"} if sum(character.isalpha() for character in full) > 3 else set()
    forms.update(piece for piece in alone if names.stands_alone(piece))
    return forms | {form.upper() for form in forms if len(form) > names.MIN_PIECE} | {_titled(form) for form in forms}


def _titled(form: str) -> str:
    """A name in capitals as it is written in prose: ``MARIA KELLER`` → ``Maria Keller``; others as they are."""
    return form.title() if form.isupper() else form


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
    people = people or People(text[span.start : span.end] for span in spans if span.entity == "PERSON")
    marks = [(span.start, span.end, internal(span.entity, _id(text, span, salt, people))) for span in spans]
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


def _id(text: str, span: Span, salt: str, people: People) -> str:
    surface = text[span.start : span.end]
    form = people.known_as(surface) if span.entity == "PERSON" else canonical(span.entity, surface)
    return entity_id(salt, span.entity, form)


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
