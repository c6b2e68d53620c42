"""Lists of people: those behind a label, the lines under one, and the column of a table that holds names.

Belongs here: telling which parts of a list are names. Does not belong here: what a name looks like (`winnow.recognizers.person`
hands that in).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from winnow.normalise import FILLER
from winnow.recognizers._base import Bounds, words

MOST_LINES = 60  # of a roster; a longer one is a table of something else

TABLE_CHARS = 6_000  # how far above a cell the row with the columns' names is looked for

NAME_COLUMNS = words(
    "employee employees person people contact contacts owner owners author authors attendee attendees participant "
    "participants manager responsible assignee lead customer client speaker interviewer interviewee signatory patient tutor "
    "teacher student member representative"
)
"""Columns that hold people, lower case; one of their words is enough, as in "Contact person"."""

BESIDE_NAMES = words(
    "e-mail email mail phone telephone tel mobile fax extension address role position function job department team office room "
    "born birthday birth age salary signature company employer"
)
"""A column called "Name" holds people if one of these stands beside it; else it may hold ducks, or machines."""

_PIECE = re.compile(r"[^,;&/|\n]+")
_AND = re.compile(r"\s(?:and|und|et|y|e)\s")
_BEFORE = re.compile(r"[\s*_\"'•-]*(?:and |und |et )?")
_AFTER = re.compile(r"[\s*_\"'.]*(?:[(<\[][^\n]*)?\Z")  # a role or an address in brackets
_BULLET = re.compile(r"[ \t]*(?:[-*•] |[0-9]{1,2}[.)] )?")

Accept = Callable[[str, int, int, int], Bounds | None]
"""``(text, start, end, least)``: the bounds of the name in a piece of text if it holds nothing else and has ``least`` words."""


def listed(accept: Accept, roster: re.Pattern[str]) -> Callable[[re.Match[str]], Iterable[Bounds]]:
    """Every name in group 1, which is the rest of a line behind a label.

    A name of one word counts only among others behind a label that is a ``roster``: "Present: Ana, Tom, Maria", but neither
    "Owner: Engineering" nor "From: Lisbon, Porto".
    """

    def each(match: re.Match[str]) -> Iterable[Bounds]:
        pieces = list(_pieces(match.string, *match.span(1)))
        found = [accept(match.string, start, end, 1) for start, end in pieces]
        others = [at for at, bounds in enumerate(found) if bounds is None and match.string[slice(*pieces[at])].strip(FILLER)]
        alone = len(pieces) > 1 and not others and roster.search(match.string, match.start(), match.start(1))
        least = 1 if alone else 2
        return [bounds for bounds in found if bounds and _words(match.string, bounds) >= least]

    return each


def rostered(accept: Accept) -> Callable[[re.Match[str]], Iterable[Bounds]]:
    """The names at the start of the lines behind ``match``, which is a label on a line of its own, up to the first other line."""

    def each(match: re.Match[str]) -> Iterator[Bounds]:
        at, blank = match.end(), 0
        for _ in range(MOST_LINES):
            end = match.string.find("\n", at)
            end = end if end >= 0 else len(match.string)
            start = _BULLET.match(match.string, at, end).end()  # type: ignore[union-attr]  # it matches nothing at least
            first, _, _ = match.string[start:end].partition(",")
            if first.strip():
                blank = 0
                bounds = _accepted(accept, match.string, start, start + len(first))
                if bounds:
                    yield bounds
                elif first.strip(FILLER + " "):
                    return
            else:
                blank += 1
            at = end + 1
            if at > len(match.string) or blank > 1:
                return

    return each


def in_column(accept: Accept) -> Callable[[re.Match[str]], Iterable[Bounds]]:
    """The cell in group 1 if it is a name and the table's first row says that its column holds people."""

    def each(match: re.Match[str]) -> Iterator[Bounds]:
        text = match.string
        bounds = _accepted(accept, text, *match.span(1))
        if bounds is None:
            return
        line = text.rfind("\n", 0, match.start(1)) + 1
        head = line
        while head > max(0, line - TABLE_CHARS):
            above = text.rfind("\n", 0, head - 1) + 1
            if "|" not in text[above : head - 1]:
                break
            head = above
        columns = text[head : text.find("\n", head)].split("|") if head < line else []
        column = text.count("|", line, match.start(1))
        if column < len(columns) and _holds_people(columns, column):
            yield bounds

    return each


def _holds_people(columns: Sequence[str], column: int) -> bool:
    title = set(columns[column].casefold().split())
    beside = {word for other in columns for word in other.casefold().split()}
    return bool(NAME_COLUMNS & title) or ("name" in title and bool(BESIDE_NAMES & beside))


def _accepted(accept: Accept, text: str, start: int, end: int) -> Bounds | None:
    """The name of two words or more that a piece of a list holds before its role or address."""
    start = _BEFORE.match(text, start, end).end()  # type: ignore[union-attr]  # it matches nothing at least
    tail = _AFTER.search(text, start, end)
    return accept(text, start, tail.start() if tail else end, 2)


def _pieces(text: str, start: int, end: int) -> Iterator[Bounds]:
    """The parts of a list between commas and the like, without what stands around a name."""
    for piece in _PIECE.finditer(text, start, end):
        at = piece.start()
        for joint in [*_AND.finditer(text, *piece.span()), None]:
            stop = joint.start() if joint else piece.end()
            first = _BEFORE.match(text, at, stop).end()  # type: ignore[union-attr]  # it matches nothing at least
            tail = _AFTER.search(text, first, stop)
            yield first, tail.start() if tail else stop
            at = joint.end() if joint else stop


def _words(text: str, bounds: Bounds) -> int:
    return len(text[slice(*bounds)].split())
