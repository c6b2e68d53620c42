"""The texts of one scope, searched together: what is found in one of them is replaced in all.

Detection by patterns is repeated on the texts with placeholders in place of what was found, until nothing more is found; the name
model searches each text once, as it was written. Therefore scrubbing a scrubbed document changes nothing, and a search of it by
patterns finds nothing.

Belongs here: from texts to the spans to replace. Does not belong here: forms of a name (`winnow.forms`), and what a document's
texts are (`winnow.scrub`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace as change

from winnow import names
from winnow.detect import Detect, Span, is_guess, patterns_of
from winnow.forms import PROPAGATED, Forms
from winnow.mailnames import halves, spelt
from winnow.mentions import DECLARED, mask, resolve, titled
from winnow.people import People

MAX_ROUNDS = 24  # each round covers more of the text; ordinary texts need two, so more than this is an attack
SURE_GUESS = (
    0.5  # score of a model's span that is looked for elsewhere: what is as likely a mistake stays a mistake in one place
)
SPELT = "scope:address"  # what found a name that an address in the same scope spells

_GREETED = frozenset({"person:salutation", "person:introduction"})  # rules that take any capitalised word for a name
_LABELS = frozenset({DECLARED, "person:signature", "person:roster", "person:header"})  # where initials stand for a name
_NO_INITIALS = frozenset(
    {"ps", "nb", "re", "fw", "fwd", "aw", "wg", "cc", "bcc", "tbd", "todo", "faq", "id", "ref", "tel", "fax"}
)
_GREETING = re.compile(r"(?:hi|hello|hey|dear|thanks|hallo|liebe[rs]?|bonjour)\b[ ,]*", re.IGNORECASE)
_LABEL = re.compile(r"^[^\S\n]{0,8}([^\W\d_]{2,4})[^\S\n]?:", re.MULTILINE)  # of a turn that is written as text
_BRACKETS = re.compile(r"[^\S\n]\(([^\W\d_]{2,5})\)")  # behind a name
_WORD = re.compile(r"[^\W\d_]+")
_LOST_LETTER = re.compile(r"(?:[?\ufffd][a-zß-ÿ]+)+")


def settle(
    texts: Sequence[str],
    declared: Sequence[str | None],
    detect: Detect,
    first: list[list[Span]] | None = None,
    file_names: Collection[int] = (),
) -> list[list[Span]]:
    """The spans to replace in each of the ``texts`` of one scope.

    ``declared``: the entity that a text is as a whole, or None for a text to be searched. ``first``: what ``detect`` found in
    them, where the caller has asked already. ``file_names``: the places of those texts that are names of files, in which a name
    may stand in small letters.

    Raises:
        RuntimeError: the texts keep giving new spans round after round.
    """
    spans = [
        [Span(0, len(text), entity, 1.0, DECLARED)] if entity else [] for text, entity in zip(texts, declared, strict=True)
    ]
    searched = [at for at, entity in enumerate(declared) if entity is None]
    pending, spread = searched, True
    for _ in range(MAX_ROUNDS):
        masked = [mask(texts[at], spans[at]) for at in pending]
        found = [first[at] for at in pending] if first is not None else detect([shown.text for shown in masked])
        first, detect = None, patterns_of(detect)  # the model has seen these texts now
        changed = set()
        for at, shown, new in zip(pending, masked, found, strict=True):
            if new:
                spans[at] = resolve(texts[at], [*spans[at], *_mended(texts[at], map(shown.original, new))])
                changed.add(at)
        if changed or spread:  # else nothing is known that was not known when the forms were looked for last
            spread = bool(more := _propagate(texts, spans, searched, file_names))
            changed |= more
        if not changed:
            return spans
        pending = sorted(changed)
    message = f"no end of personal data after {MAX_ROUNDS} rounds"
    raise RuntimeError(message)


def people_of(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> People:
    """The persons among ``spans`` of the ``texts`` of one scope."""
    return People(
        titled(text, span) for text, found in zip(texts, spans, strict=True) for span in found if span.entity == "PERSON"
    )


def _propagate(texts: Sequence[str], spans: list[list[Span]], searched: Sequence[int], file_names: Collection[int]) -> set[int]:
    """Add to ``spans`` every other mention of what they hold; the places in ``texts`` where one was found."""
    forms = _forms(texts, spans, searched)
    mailed = halves(
        text[span.start : span.end]
        for text, found in zip(texts, spans, strict=True)
        for span in found
        if span.entity == "EMAIL_ADDRESS"
    )
    changed = set()
    for at in searched:
        shown = mask(texts[at], spans[at])
        new = forms.find(shown.text, file_name=at in file_names)
        new += [Span(*place, "PERSON", 0.7, SPELT) for place in spelt(shown.text, mailed)]
        if new:
            spans[at] = resolve(texts[at], [*spans[at], *map(shown.original, new)])
            changed.add(at)
    return changed


def _forms(texts: Sequence[str], spans: Sequence[Sequence[Span]], searched: Sequence[int]) -> Forms:
    """The forms of all that ``spans`` hold, doubtful ones left out."""
    everything = [(text, span) for text, found in zip(texts, spans, strict=True) for span in found]
    doubtful = any(span.recognizer in _GREETED or is_guess(span) for _, span in everything)
    common = {word for at in searched for word in _WORD.findall(texts[at]) if word.islower()} if doubtful else set()
    labels = {
        text[span.start : span.end] for text, span in everything if span.entity == "PERSON" and span.recognizer in _LABELS
    }
    labels = {label for label in labels if names.is_initials(names.bare(label))}
    written = {label for at in searched for label in _LABEL.findall(texts[at]) if _is_abbreviation(label)}
    written |= {found[1] for text, span in everything if span.entity == "PERSON" if (found := _BRACKETS.match(text, span.end))}
    people = people_of(texts, spans) if labels or written else None
    linked = {label for label in labels | written if people is not None and people.is_known(people.known_as(label))}
    forms, added = Forms(), set()
    for label in sorted(linked & written):
        forms.add(Span(0, len(label), "PERSON", 1.0, PROPAGATED), label, linked=True)
    for text, span in everything:
        surface = text[span.start : span.end]
        if is_guess(span) and (span.score < SURE_GUESS or not _is_sure(span.entity, surface)):
            continue
        unsure = is_guess(span) or span.recognizer in _GREETED
        kind = span.entity, surface, is_guess(span), unsure, span.recognizer == DECLARED  # all that the forms depend on
        if kind not in added:
            added.add(kind)
            forms.add(span, surface, common=common if unsure else (), linked=surface in linked)
    return forms


def _is_abbreviation(label: str) -> bool:
    return label.isupper() and label.casefold() not in names.NOT_NAMES | names.ROLES | _NO_INITIALS


def _mended(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """``spans`` of whole words, and without the greetings that a model takes for names, or for parts of names."""
    for span in spans:
        span = _whole(text, span)  # noqa: PLW2901 - the same span, made whole
        greeting = _GREETING.match(text, span.start, span.end) if is_guess(span) and span.entity == "PERSON" else None
        if greeting is None:
            yield span
        elif greeting.end() < span.end:
            yield change(span, start=greeting.end())


def _whole(text: str, span: Span) -> Span:
    """``span`` of a name to the end of a word in which a PDF lost a letter: "Wi?niewski" is more than "Wi"."""
    rest = _LOST_LETTER.match(text, span.end) if span.entity == "PERSON" and text[span.end - 1 : span.end].isalpha() else None
    return span if rest is None else change(span, end=rest.end())


def _is_sure(entity: str, surface: str) -> bool:
    """Whether a guess is more than a single word that may be any word."""
    words = _WORD.findall(names.bare(surface) if entity == "PERSON" else surface)
    return len(words) > 1 or (len(words) == 1 and names.stands_alone(words[0]) and words[0].casefold() not in names.ROLES)
