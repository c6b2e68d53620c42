"""What a recogniser is made of: rules, and the way into Presidio.

Belongs here: what every recogniser shares. Does not belong here: the pattern of any entity.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from winnow.recognizers._areas import begun, columns, folded, numeric, starts, windows

Bounds = tuple[int, int]
Check = Callable[[re.Match[str]], Bounds | None]

POLICIES = frozenset({"corporate", "strict"})
"""The names of the two policies, see `winnow.detector_config.DetectorConfig`."""

_OVERHANG = 48  # characters after an area that a match beginning in it may reach into; the longest number here has 40

LEFT = r"(?<![^\W_])"  # no letter or digit before; an underscore is a boundary, since file names use it
RIGHT = r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way an entity is written.

    ``pattern`` proposes, ``check`` disposes: it returns the bounds to report, or None for a false alarm; without it the bounds
    are those of ``group``. Where one match holds several, such as a list of names, ``each`` gives all of them.

    Six fields keep a rule from looking at text that cannot hold a match. ``needs``: a text that holds none of these
    strings, lower case, is not searched. ``near``: only what begins at most ``reach`` characters after one of these words
    (lower case), a few before it, or in a table's column of that title is looked at. ``titles``: only such columns are.
    ``starts``: the pattern is tried only where one of these strings, lower case, stands. ``numbers``: only runs of at least
    so many digits are looked at, as `winnow.recognizers._areas.numeric` finds them. ``heads``: the pattern is tried only where a
    word begins with one of these, or with a digit, as `winnow.recognizers._areas.begun` finds them; every match must. A pattern
    that begins with a literal or a set of characters is several times faster than one that begins with a look-behind.

    ``country``: an ISO 3166-1 code; the rule is weak, and used only where the catalog names that country. ``policies``: those
    under which it is used, within its recogniser's.
    """

    name: str
    why: str  # a sentence for `winnow scrub --explain`
    pattern: re.Pattern[str]
    score: float  # 0..1; 0.9 and above: a checksum or an unmistakable form
    group: int = 0
    needs: tuple[str, ...] = ()
    check: Check | None = None
    each: Callable[[re.Match[str]], Iterable[Bounds]] | None = None
    near: tuple[str, ...] = ()
    reach: int = 40
    titles: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    numbers: int = 0
    heads: frozenset[str] = frozenset()
    country: str = ""
    policies: frozenset[str] = POLICIES

    def find(self, text: str) -> Iterator[Bounds]:
        """The bounds of every match in ``text`` that passes the check."""
        if self.needs:
            lowered = folded(text)
            if not any(needed in lowered for needed in self.needs):
                return
        for match in self._matches(text):
            if self.each is not None:
                yield from self.each(match)
                continue
            bounds = match.span(self.group) if self.check is None else self.check(match)
            if bounds is not None and bounds[0] < bounds[1]:
                yield bounds

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        if self.starts:
            yield from filter(None, (self.pattern.match(text, at) for at in starts(text, self.starts)))
            return
        if self.heads:
            end = 0
            for at in begun(text, self.heads):
                if at >= end and (match := self.pattern.match(text, at)):
                    yield match
                    end = match.end()
            return
        if self.near:
            areas: Iterable[Bounds] = windows(text, self.near, self.reach)
        elif self.titles:
            areas = columns(text, self.titles)
        elif self.numbers:
            areas = numeric(text, self.numbers)
        else:
            yield from self.pattern.finditer(text)
            return
        for start, end in areas:
            for match in self.pattern.finditer(text, start, end + _OVERHANG):
                if match.start() >= end:
                    break
                yield match


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A recogniser of one entity; ``build`` makes the Presidio recogniser for a language code.

    ``policies``: those under which it looks; one that only ``strict`` asks for finds bare dates, quantities and the like.
    """

    name: str
    entities: tuple[str, ...]
    rules: tuple[Rule, ...]
    policies: frozenset[str] = POLICIES

    def within(self, policy: str, countries: Iterable[str] = ()) -> "Recognizer | None":
        """The same with the rules of ``policy``, and the weak ones of ``countries`` alone; None if none is left."""
        named = frozenset(countries)
        rules = tuple(
            rule
            for rule in self.rules
            if policy in self.policies & rule.policies and (not rule.country or rule.country in named)
        )
        return replace(self, rules=rules) if rules else None

    def build(self, language: str = "en") -> Any:
        """A ``presidio_analyzer.EntityRecognizer`` for texts in ``language`` (ISO 639-1)."""
        from winnow.recognizers._presidio import RuleRecognizer  # noqa: PLC0415 - Presidio takes seconds to import

        return RuleRecognizer(self, language)


def before(match: re.Match[str], length: int = 40) -> str:
    """Up to ``length`` characters to the left of ``match``, on its line."""
    start = match.start()
    return match.string[max(0, start - length) : start].rpartition("\n")[2]


def after(match: re.Match[str], length: int = 20) -> str:
    """Up to ``length`` characters to the right of ``match``, on its line."""
    end = match.end()
    return match.string[end : end + length].partition("\n")[0]


def words(text: str) -> frozenset[str]:
    """The words of ``text``, which is how long lists of words are written here."""
    return frozenset(text.split())


def only_digits(text: str) -> str:
    """The ASCII digits of ``text``."""
    return "".join(character for character in text if character in "0123456789")


def alphanumeric(text: str) -> str:
    """The letters and digits of ``text``, upper case."""
    return "".join(character for character in text if character.isalnum()).upper()


def when(test: Callable[[str], bool], group: int = 0) -> Check:
    """A check that keeps a match whose text (of ``group``) passes ``test``."""

    def check(match: re.Match[str]) -> Bounds | None:
        return match.span(group) if test(match[group]) else None

    return check


def when_near(context: re.Pattern[str], test: Callable[[str], bool], length: int = 40) -> Check:
    """A check that keeps a match which passes ``test`` and has ``context`` among the ``length`` characters before it."""

    def check(match: re.Match[str]) -> Bounds | None:
        return match.span() if test(match[0]) and context.search(before(match, length)) else None

    return check
