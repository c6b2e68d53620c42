"""What a recogniser is made of: rules, and the way into Presidio.

Belongs here: what every recogniser shares. Does not belong here: the pattern of any entity.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Bounds = tuple[int, int]
Check = Callable[[re.Match[str]], Bounds | None]

LEFT = r"(?<![^\W_])"  # no letter or digit before; an underscore is a boundary, since file names use it
RIGHT = r"(?![^\W_])"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way an entity is written.

    ``pattern`` proposes, ``check`` disposes: it returns the bounds to report, or None for a false alarm; without it the bounds
    are those of ``group``. Where one match holds several, such as a list of names, ``each`` gives all of them. ``needs``: a
    text that holds none of these strings is not searched. A pattern that begins with a literal or a set of characters is
    several times faster than one that begins with a look-behind.
    """

    name: str
    why: str  # a sentence for `winnow scrub --explain`
    pattern: re.Pattern[str]
    score: float  # 0..1; 0.9 and above: a checksum or an unmistakable form
    group: int = 0
    needs: tuple[str, ...] = ()
    check: Check | None = None
    each: Callable[[re.Match[str]], Iterable[Bounds]] | None = None

    def find(self, text: str) -> Iterator[Bounds]:
        """The bounds of every match in ``text`` that passes the check."""
        if self.needs and not any(needed in text for needed in self.needs):
            return
        for match in self.pattern.finditer(text):
            if self.each is not None:
                yield from self.each(match)
                continue
            bounds = match.span(self.group) if self.check is None else self.check(match)
            if bounds is not None and bounds[0] < bounds[1]:
                yield bounds


@dataclass(frozen=True, slots=True)
class Recognizer:
    """A recogniser of one entity; ``build`` makes the Presidio recogniser for a language code."""

    name: str
    entities: tuple[str, ...]
    rules: tuple[Rule, ...]

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
