"""Choosing by lot, repeatably, and the small language of the phrase banks.

A sentence in a bank may hold ``{a|b}``, a free choice, and ``$name``, a fact. Only ``random.Random.random`` is drawn from: its
sequence is the one that Python promises to keep over versions, so a seed gives the same words everywhere.
"""

import functools
import importlib.resources
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Template
from typing import Any, Generic, TypeVar

import yaml

T = TypeVar("T")

_CHOICE = re.compile(r"\{([^{}]*)\}")

_ARTICLE = re.compile(
    r"\b([Aa]) (?=[aeiou](?!ne\b|se|ni|u|w))"
)  # "a office", but not "a one", "a used", "a unit", "a European"

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster; not every build has it


class Dice:
    """A source of chance that ``names`` alone determine."""

    def __init__(self, *names: object) -> None:
        """Seed with ``names``; equal names give equal throws."""
        self._random = random.Random("/".join(map(str, names)))  # noqa: S311 - made-up texts, nothing to guess

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound`` - 1."""
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """One of ``options``."""
        return options[self.below(len(options))]

    def chance(self, share: float) -> bool:
        """True in ``share`` of the throws."""
        return self._random.random() < share

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """``options`` in a new order (Fisher and Yates)."""
        cards = list(options)
        for last in range(len(cards) - 1, 0, -1):
            other = self.below(last + 1)
            cards[last], cards[other] = cards[other], cards[last]
        return cards


class Deck(Generic[T]):
    """Cards that are all drawn before any of them comes again, which spreads the phrases as far as they go."""

    def __init__(self, dice: Dice, cards: Sequence[T]) -> None:
        """Shuffle ``cards`` with ``dice``."""
        self._dice, self._cards = dice, list(cards)
        self._left: list[T] = []

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            self._left = self._dice.shuffled(self._cards)
        return self._left.pop()


class Facts(Mapping[str, str]):
    """Facts of one text: ``fixed`` ones, one draw for each of ``steady``, a new draw each time for ``loose`` and ``makers``."""

    def __init__(
        self,
        dice: Dice,
        fixed: Mapping[str, str],
        loose: Mapping[str, Sequence[str]] | None = None,
        makers: Mapping[str, Callable[[], str]] | None = None,
        steady: frozenset[str] = frozenset(),
    ) -> None:
        """Take the facts; nothing is drawn before it is asked for."""
        self._dice, self._fixed, self._loose = dice, dict(fixed), loose or {}
        self._makers, self._steady = makers or {}, steady

    def __getitem__(self, name: str) -> str:
        """The fact called ``name``."""
        if name in self._fixed:
            return self._fixed[name]
        if name in self._makers:
            return self._makers[name]()
        value = self._dice.pick(self._loose[name])
        if name in self._steady:
            self._fixed[name] = value
        return value

    def __iter__(self) -> Iterator[str]:
        """The names of all facts."""
        return iter({**self._fixed, **self._loose, **self._makers})

    def __len__(self) -> int:
        """How many facts there are."""
        return len({**self._fixed, **self._loose, **self._makers})


def tell(dice: Dice, sentence: str, facts: Mapping[str, str]) -> str:
    """``sentence`` with its choices made and its ``facts`` filled in, a capital letter at its start and "an" where it belongs.

    Raises:
        KeyError: the sentence names a fact that there is none of.
    """
    chosen = _CHOICE.sub(lambda match: dice.pick(match[1].split("|")), sentence)
    filled = _ARTICLE.sub(r"\1n ", Template(chosen).substitute(facts))
    return filled[:1].upper() + filled[1:]


@functools.cache
def bank(name: str) -> Any:
    """The phrase bank ``banks/<name>.yaml``."""
    path = importlib.resources.files("pipelines.demo").joinpath("banks", *f"{name}.yaml".split("/"))
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader either way
