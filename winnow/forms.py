"""Where else a known entity stands: the forms it may take elsewhere in its scope, and the search for them.

Belongs here: from one mention to all of its forms, and finding forms in a text. Does not belong here: who is the same person
(`winnow.people`), and which spans are there to begin with (`winnow.detect`).
"""

import re
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from functools import lru_cache

from winnow import names
from winnow.detect import Span, is_guess
from winnow.normalise import FILLER, view
from winnow.people import user_names

PROPAGATED = "scope:propagated"
DECLARED = "scope:declared"
MIN_FORM = 5  # letters and digits of a form that is looked for elsewhere: shorter ones are numbers and words of other meaning
MIN_USER_NAME = 6  # of "mkeller": shorter ones are words ("Tom Rain" would make "train")
MAX_GAP = 3  # characters between two words of one form: a comma and a space, a line break, " - "

_TOKEN = re.compile(r"[^\W_]+")
_SPREAD_GUESSES = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "ADDRESS", "REFERENCE_NUMBER"})
"""What a name model finds that is looked for elsewhere."""

ATTRIBUTES = frozenset({"AGE", "DATE_TIME", "DEMOGRAPHIC", "MISC", "NRP", "QUANTITY", "TITLE"})
"""What is said of somebody, and of much else in the same words: it is removed where it stands, and not looked for elsewhere.

That Anna is 43 years old says nothing about a bridge that is 43 years old. Looked for are identities: names, numbers, addresses, what
a catalog declares. A date of birth counts as one; another thing of the same day in the same document is rare.
"""

_Index = dict[str, set[tuple[tuple[str, ...], str]]]


@dataclass(slots=True)
class Forms:
    """The forms of known entities, by their first word, for one pass over a text."""

    exact: _Index = field(default_factory=lambda: defaultdict(set))
    folded: _Index = field(default_factory=lambda: defaultdict(set))
    named: _Index = field(default_factory=lambda: defaultdict(set))  # looked for in file names alone

    def add(self, span: Span, surface: str, *, common: Container[str] = (), linked: bool = False) -> None:
        """Remember the forms under which what ``span`` found, ``surface``, may stand elsewhere.

        ``common``: words of the scope that stand there in lower case too; a name of one word that is among them ("Hi Alright,")
        is not looked for. ``linked``: the mention is a speaker's label or a signature, and one person of the scope has these
        initials.
        """
        entity, guessed, declared = span.entity, is_guess(span), span.recognizer == DECLARED
        shown = " ".join(view(surface).text.replace(FILLER, " ").split())
        if entity == "PERSON":
            if shown.casefold() not in common:
                self._add_person(shown, common, linked=linked, guessed=guessed)
            return
        if entity in ATTRIBUTES or (guessed and entity not in _SPREAD_GUESSES) or shown.casefold() in common:
            return
        letters = sum(character.isalnum() for character in shown)
        if letters < MIN_FORM:
            return
        if any(character.isdigit() for character in shown):
            _remember(self.folded, entity, shown.casefold())
        elif declared or len(_TOKEN.findall(shown)) > 1 or (guessed and shown[:1].isupper()):
            _remember(self.exact, entity, shown)

    def _add_person(self, name: str, common: Container[str], *, linked: bool, guessed: bool) -> None:
        full = names.bare(name)
        for form in _name_forms(full):
            if guessed and (form.casefold() in common or form.casefold() in names.ROLES):
                continue  # "Project Falcon" makes no person of every project
            _remember(self.exact, "PERSON", form)
            if names.stands_alone(form):
                _remember(self.named, "PERSON", form.casefold())
        if linked and len(full) <= MIN_FORM:
            _remember(self.exact, "PERSON", full)
        for form in _folded_forms(full):
            _remember(self.folded, "PERSON", form)

    def find(self, text: str, *, file_name: bool = False) -> list[Span]:
        """Where the forms stand in ``text``, in its own characters, whole words only; in a file name whatever their case."""
        if not (self.exact or self.folded):
            return []
        indexes = [(self.exact, False), (self.folded, True), *([(self.named, True)] if file_name else [])]
        looked_at = view(text)
        tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(looked_at.text)]
        spans = []
        for at, (token, _, _) in enumerate(tokens):
            for index, fold in indexes:
                for form, entity in index.get(token.casefold() if fold else token, ()):
                    found = _match(looked_at.text, tokens, at, form, fold=fold)
                    if found:
                        spans.append(Span(*looked_at.original(*found), entity, 0.7, PROPAGATED))
        return spans


def _remember(index: _Index, entity: str, form: str) -> None:
    words = _words(form)
    if words:
        index[words[0]].add((words, entity))


@lru_cache(maxsize=65_536)  # a dozen forms a person, and a text is asked about them more than once
def _words(form: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(form))


def _match(
    text: str, tokens: list[tuple[str, int, int]], at: int, words: tuple[str, ...], *, fold: bool
) -> tuple[int, int] | None:
    """Where ``words`` stand if they do in ``tokens`` from ``at`` on, close together; else None."""
    if at + len(words) > len(tokens):
        return None
    for offset, word in enumerate(words):
        token, start, _ = tokens[at + offset]
        if (token.casefold() if fold else token) != word:
            return None
        gap = text[tokens[at + offset - 1][2] : start] if offset else ""
        if len(gap) > MAX_GAP or FILLER in gap or "\n\n" in gap:
            return None
    end = tokens[at + len(words) - 1][2]
    if len(words[-1]) == 1 and len(words) > 1 and text[end : end + 1] == ".":  # the dot of "Keller, M."
        end += 1
    return tokens[at][1], end


@lru_cache(maxsize=16_384)
def _name_forms(full: str) -> frozenset[str]:
    """The forms under which the person called ``full`` may stand in prose: full, reversed, with an initial, the parts alone."""
    parts = names.pieces(full)
    forms: set[str] = set()
    if parts is None:
        alone = [full]
    else:
        given, family = parts
        alone = [given, family, family.split()[-1], *_short(given)]
        if sum(character.isalpha() for character in full) > 3:
            forms |= {full, f"{given} {family}", f"{family} {given}"}
            forms |= {f"{short} {family}" for short in _short(given)}
            if names.stands_alone(family):
                forms |= {f"{given[0]} {family}", f"{family} {given[0]}"}
    forms.update(piece for piece in alone if names.stands_alone(piece))
    return (
        frozenset(forms) | {form.upper() for form in forms if len(form) > names.MIN_PIECE} | {_titled(form) for form in forms}
    )


def _short(given: str) -> list[str]:
    return [short.title() for short in names.SHORT_FORMS.get(given.casefold(), ())]


@lru_cache(maxsize=16_384)
def _folded_forms(full: str) -> tuple[str, ...]:
    """The forms that mean the person whatever their case: the full name both ways round, and user names made of it."""
    given, family = names.pieces(full) or ("", "")
    if (
        not given
        or len(given.strip(".")) < 2
        or not any(names.stands_alone(_titled(piece.title())) for piece in (given, family))
    ):
        return ()
    forms: list[str] = []
    if len(family) >= names.MIN_PIECE:
        forms += (f"{given} {family}".casefold(), f"{family} {given}".casefold(), full.casefold())
    if names.stands_alone(family.split()[-1].title()):
        forms += (name for name in user_names(given, family.split()[-1]) if len(name) >= MIN_USER_NAME)
    return tuple(forms)


def _titled(form: str) -> str:
    """A name in capitals as it is written in prose: ``MARIA KELLER`` → ``Maria Keller``; others as they are."""
    return form.title() if form.isupper() else form
