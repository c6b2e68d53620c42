"""Which of many rules can match a text at all: one look at the text for all of them.

Most texts hold none of the words or numbers that a rule stands beside. Asking two hundred rules one by one costs more than all
that they find; asking the text once which of their words it holds costs little. A rule that is left out would find nothing.

Belongs here: leaving rules out. Does not belong here: what a rule does with its words (`winnow.recognizers._base`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from winnow.recognizers._areas import folded, most_digits
from winnow.recognizers._base import Rule

_TOKEN = re.compile(r"[^\W_]+")
_WITHOUT_SPACES = "\u3040"  # from here on scripts are written without spaces, and a word may stand inside a token
_PAIRS = 1 << 16  # sums that a pair of neighbours can have; two pairs of one sum cost a look too many, and no more

_Sums = npt.NDArray[np.intp]


class Prefilter:
    """The rules of a detector, by the words and numbers that each of them needs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take ``rules``; their numbers in this order are what `possible` gives."""
        self._always: list[int] = []
        self._tokens: dict[str, set[int]] = defaultdict(set)  # a whole word of the text …
        self._titles: dict[str, set[int]] = defaultdict(set)  # … the same, in a text with a table …
        strings: dict[str, set[int]] = defaultdict(set)  # … any part of it …
        self._digits: list[tuple[int, int]] = []  # … and so many digits in a row
        for number, rule in enumerate(rules):
            if rule.near:
                _add_words(number, rule.near, self._tokens, strings)
            elif rule.titles:
                _add_words(number, rule.titles, self._titles, strings)
            elif rule.numbers:
                self._digits.append((rule.numbers, number))
            elif rule.starts or rule.needs:
                for string in rule.starts or rule.needs:
                    strings[string].add(number)
            else:
                self._always.append(number)
        self._strings = _Strings(strings)

    def possible(self, text: str) -> list[int]:
        """The numbers of the rules that may match somewhere in ``text``, in order."""
        lowered = folded(text)
        found = set(self._always)
        held = set(_TOKEN.findall(lowered))
        for token in held & self._tokens.keys():
            found |= self._tokens[token]
        if " | " in text:
            for token in held & self._titles.keys():
                found |= self._titles[token]
        for numbers in self._strings.held_by(lowered):
            found |= numbers
        most = most_digits(text)
        found.update(number for digits, number in self._digits if digits <= most)
        return sorted(found)


class _Strings:
    """Strings with the rules that need them. Only those whose pairs of neighbours a text has are looked for in it."""

    def __init__(self, strings: dict[str, set[int]]) -> None:
        """Take each string with the numbers of its rules."""
        self._short = [(string, numbers) for string, numbers in strings.items() if len(string) < 2]
        self._long = [(string, numbers) for string, numbers in strings.items() if len(string) > 1]
        sums = [_sums(string) for string, _ in self._long]
        self._first, self._middle, self._last = (
            np.array([of[place(len(of))] for of in sums], np.intp)
            for place in (lambda _: 0, lambda length: length // 2, lambda length: length - 1)
        )

    def held_by(self, lowered: str) -> Iterator[set[int]]:
        """The rules of each string that stands in ``lowered``."""
        for string, numbers in self._short:
            if string in lowered:
                yield numbers
        has = np.zeros(_PAIRS, np.bool_)
        has[_sums(lowered)] = True
        for at in np.flatnonzero(has[self._first] & has[self._middle] & has[self._last]).tolist():
            string, numbers = self._long[at]
            if string in lowered:
                yield numbers


def _sums(text: str) -> _Sums:
    """A number below `_PAIRS` for every two neighbours in ``text``, the same wherever they stand."""
    units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2").astype(np.intp)
    return (units[:-1] * 241 + units[1:]) % _PAIRS


def _add_words(number: int, words: Iterable[str], tokens: dict[str, set[int]], strings: dict[str, set[int]]) -> None:
    """Note the first token of each of ``words``: a word counts only where no letter or digit touches it, an "s" aside."""
    for word in words:
        first = _TOKEN.match(word)
        if first is None or any(letter >= _WITHOUT_SPACES for letter in word):
            strings[word].add(number)
        else:
            tokens[first[0]].add(number)
            tokens[f"{first[0]}s"].add(number)
