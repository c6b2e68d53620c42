"""Where in a text a rule has to look: beside certain words, or where digits stand together.

Sixty recognisers of numbers would be slow if each read the whole text. Most of a text holds no number, so the places that do
are found once for all of them.

Belongs here: cheap looks at a whole text, shared by rules. Does not belong here: the pattern of any entity.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

Bounds = tuple[int, int]

BEFORE = 28  # characters before a word that are looked at as well: "123 456 782 (tax file number)"

_RUN = re.compile(r"[0-9](?:[ ./\n-]{0,2}[0-9A-Z]){4,}")
_ALL_BUT_DIGITS = dict.fromkeys(map(ord, "ABCDEFGHIJKLMNOPQRSTUVWXYZ ./\n-"))
_LETTERS_BEFORE = 8  # letters that may stand before the first digit of a number, with their separators: a Mexican CURP has four
HEAD = 3  # characters of a word's beginning by which `begun` knows it
_HEAD = re.compile(rf"([^\W_]{{1,{HEAD}}})[^\W_]*")
_CELLS = 20_000  # cells of one column that are looked at; a longer table is cut by its reader


@lru_cache(maxsize=4)  # the rules see one text after the other
def folded(text: str) -> str:
    """``text`` in lower case, of the same length."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


@lru_cache(maxsize=64)  # a score of different numbers of digits for each text
def numeric(text: str, digits: int) -> tuple[Bounds, ...]:
    """The stretches of ``text`` with five digits or capital letters in a row that begin with a digit, separators aside.

    Those with fewer than ``digits`` digits are left out. Each is widened to the left for letters before the first digit.
    """
    return merged([(start, end) for start, end, held in _runs(text) if held >= digits])


def most_digits(text: str) -> int:
    """How many digits the stretch of ``text`` has that `numeric` finds with the most; 0 if there is none."""
    return max((held for _, _, held in _runs(text)), default=0)


@lru_cache(maxsize=4)
def _runs(text: str) -> tuple[tuple[int, int, int], ...]:
    """Where each such stretch starts and ends, and how many digits it holds."""
    return tuple(
        (max(0, match.start() - _LETTERS_BEFORE), match.end(), len(match[0].translate(_ALL_BUT_DIGITS)))
        for match in _RUN.finditer(text)
    )


@lru_cache(maxsize=32)  # a dozen rules share three sets of heads
def begun(text: str, heads: frozenset[str]) -> tuple[int, ...]:
    """Where a word of ``text`` begins with one of ``heads`` (lower case, at most `HEAD` characters), or with a digit, in order.

    A head that is a sign counts wherever it stands.
    """
    lowered = folded(text)
    signs = "".join(sorted(head for head in heads if not head.isalnum()))
    places = [start for start, head in _heads(text) if head in heads or head[0].isdigit()]
    if signs and any(sign in lowered for sign in signs):
        places += [match.start() for match in re.finditer(f"[{re.escape(signs)}]", lowered)]
        places.sort()
    return tuple(places)


@lru_cache(maxsize=4)
def _heads(text: str) -> tuple[tuple[int, str], ...]:
    """Where the words of ``text`` begin, and with what, in lower case."""
    return tuple((match.start(), match[1]) for match in _HEAD.finditer(folded(text)))


def starts(text: str, strings: tuple[str, ...]) -> list[int]:
    """Where one of ``strings`` (lower case) stands in ``text``, whatever its case, in order."""
    lowered = folded(text)
    found = set()
    for string in strings:
        at = lowered.find(string)
        while at >= 0:
            found.add(at)
            at = lowered.find(string, at + len(string))
    return sorted(found)


def windows(text: str, near: tuple[str, ...], reach: int) -> tuple[Bounds, ...]:
    """The stretches of ``text`` beside one of the words ``near``, and the columns of tables whose title holds one.

    A stretch goes from `BEFORE` characters before the word, on its line, to ``reach`` characters after it, and ends at an
    empty line.
    """
    found = []
    for start, end in _places(text, near):
        first = max(text.rfind("\n", max(0, start - BEFORE), start) + 1, start - BEFORE, 0)
        empty = text.find("\n\n", end, end + reach)
        found.append((first, empty if empty >= 0 else min(end + reach, len(text))))
    return merged(sorted([*found, *columns(text, near)]))


def columns(text: str, titles: tuple[str, ...]) -> tuple[Bounds, ...]:
    """The cells below the title cells that hold one of the words ``titles`` (lower case), in every table of ``text``."""
    if " | " not in text:
        return ()
    heads = sorted({_title(text, start) for start, _ in _places(text, titles)})
    return tuple(cell for start, column in heads if start >= 0 for cell in _column(text, start, column))


def _places(text: str, near: tuple[str, ...]) -> Iterator[Bounds]:
    lowered = folded(text)
    for word in near:
        at = lowered.find(word)
        while at >= 0:
            end = at + len(word)
            if _alone(lowered, at, end):
                yield at, end
            at = lowered.find(word, end)


def merged(areas: list[Bounds]) -> tuple[Bounds, ...]:
    """``areas``, in order of their starts, with those that touch made one."""
    kept: list[Bounds] = []
    for start, end in areas:
        if kept and start <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return tuple(kept)


def _alone(lowered: str, start: int, end: int) -> bool:
    """Whether no letter or digit touches the word, a plural's "s" aside; Chinese, Japanese and Korean are written without spaces."""
    before, after = lowered[start - 1 : start], lowered[end : end + 1]
    if after == "s":
        after = lowered[end + 1 : end + 2]
    return lowered[start] >= "\u3040" or not (before.isalnum() or (after.isalnum() and lowered[end - 1].isalnum()))


_LINE = 2_000  # characters of a table's first line that are looked at


def _title(text: str, at: int) -> tuple[int, int]:
    """Where the table begins whose first line holds ``at``, and the number of the column; -1 where it is no first line."""
    line = text.rfind("\n", max(0, at - _LINE), at) + 1
    if at - line > _LINE or "|" in text[text.rfind("\n", max(0, line - _LINE), max(line - 1, 0)) + 1 : max(line - 1, 0)]:
        return -1, 0
    return line, text.count("|", line, at)


def _column(text: str, start: int, column: int) -> list[Bounds]:
    """The cells of one column of the table whose first line begins at ``start``, below that line."""
    cells: list[Bounds] = []
    line = text.find("\n", start) + 1
    while line and len(cells) < _CELLS:
        end = text.find("\n", line)
        end = len(text) if end < 0 else end
        at = line - 1
        for _ in range(column):
            at = text.find("|", at + 1, end)
            if at < 0:
                break
        if at < 0 or "|" not in text[line:end]:
            break
        stop = text.find("|", at + 1, end)
        cells.append((at + 1, end if stop < 0 else stop))
        line = end + 1 if end < len(text) else 0
    return cells
