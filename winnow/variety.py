"""How varied the words of a task are, measured on a sample, and which labels resemble each other.

Belongs here: type-token ratio, distinct n-grams, and the spread of texts. Does not belong here: counting examples
(`winnow.tally`).

The sample is the examples with the smallest ids, which are keyed hashes: drawn at random, the same every time, and nearly the
same after one night. The spread is that of hashed bags of words and no embedding's: the shipped name model tags words and has no
vector for a text, and a report must cost seconds. So two texts that say the same in other words count as far apart.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Vectors: TypeAlias = npt.NDArray[np.float64]

TEXTS = 1_000
"""Most texts in the sample of a task: the mean distance of half a million pairs has two firm digits."""

WORDS = 50_000
"""Most words that ratios are counted over: distinct n-grams fall as texts grow, so both sides are cut to the same length."""

WINDOW = 1_000
"""Words of a window of the type-token ratio. It is a mean over windows (Johnson 1944), since that of a whole falls with length."""

DIMENSIONS = 1_024
"""Of the vectors: two of a text's words share one seldom enough, and a thousand texts are 8 MB."""

_TOKEN = re.compile(r"<([A-Z][A-Z_]*?)_?\d*>|[^\W_]+")


@dataclass(frozen=True, slots=True)
class Variety:
    """Of one sample; ratios from 0 to 1, higher is more varied.

    Attributes:
        texts: how many.
        words: how many were counted.
        type_token: distinct words in a window of `WINDOW` words, over its words.
        distinct: distinct n-grams over all n-grams, n from 1 to 3 (Li et al. 2016).
        spread: mean cosine distance of two texts.
    """

    texts: int
    words: int
    type_token: float
    distinct: tuple[float, float, float]
    spread: float


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case; a placeholder is its entity, whatever its number."""
    return [f"<{found[1]}>" if found[1] else found[0].casefold() for found in _TOKEN.finditer(text)]


def variety(texts: Sequence[Sequence[str]], most_words: int = WORDS, space: "Space | None" = None) -> Variety:
    """The variety of ``texts``, each a list of words; ratios over the first ``most_words`` words of them all.

    ``space`` weighs words for the spread; by default it is that of ``texts``.
    """
    cut = list(_first(texts, most_words))
    total = sum(map(len, cut))
    distinct = tuple(_distinct(cut, size) for size in (1, 2, 3))
    vectors = (space or Space(texts)).vectors(texts)
    return Variety(len(texts), total, _type_token(cut), (distinct[0], distinct[1], distinct[2]), spread(vectors))


class Space:
    """Where texts are points: their words hashed to `DIMENSIONS`, with signs, so that what collides cancels (Weinberger et al. 2009).

    A word counts 1 + ln(times) in a text, and less the more of the texts that it was built from have it.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        found: Counter[str] = Counter()
        for text in texts:
            found.update(set(text))
        self._texts = len(texts)
        self._holding = found

    def vectors(self, texts: Sequence[Sequence[str]]) -> Vectors:
        """One row of length 1 for each of ``texts``; of zeros if it has no word."""
        made = np.zeros((len(texts), DIMENSIONS))
        for row, text in enumerate(texts):
            counted = Counter(text)
            hashes = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in counted], dtype=np.int64)
            signs = np.where(hashes >> 31, -1.0, 1.0)
            held = np.array([self._holding[word] for word in counted], dtype=np.float64)
            times = 1 + np.log(np.array(list(counted.values()), dtype=np.float64))
            np.add.at(made[row], hashes % DIMENSIONS, signs * times * (np.log((1 + self._texts) / (1 + held)) + 1))
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(np.divide(made, lengths, out=made, where=lengths > 0))


def spread(vectors: Vectors) -> float:
    """The mean cosine distance of two different rows, all of length 1; 0 below two.

    By the length of their sum: the squares of n rows' sum are those of n cosines of 1 and of each pair twice.
    """
    count = len(vectors)
    if count < 2:
        return 0.0
    squared = float(np.square(vectors.sum(axis=0)).sum())
    itself = float(np.square(vectors).sum())
    return 1 - (squared - itself) / (count * (count - 1))


def closest(texts: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, tuple[str, float]]:
    """For each label of ``texts`` the other one whose texts are most like its own, and the cosine of their means."""
    names = [name for name in sorted(texts) if texts[name]]
    if len(names) < 2:
        return {}
    space = Space([text for name in names for text in texts[name]])
    means = np.array([space.vectors(texts[name]).mean(axis=0) for name in names])
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    means = np.divide(means, lengths, out=means, where=lengths > 0)
    cosines = means @ means.T
    np.fill_diagonal(cosines, -np.inf)
    best = np.argmax(np.round(cosines, 9), axis=1)  # rounded: the last bits are those of one machine's library
    return {
        name: (names[other], round(float(cosines[place, other]), 6))
        for place, (name, other) in enumerate(zip(names, best, strict=True))
    }


def _first(texts: Iterable[Sequence[str]], most: int) -> Iterable[Sequence[str]]:
    for text in texts:
        if most <= 0:
            return
        yield text[:most]
        most -= len(text)


def _distinct(texts: Sequence[Sequence[str]], size: int) -> float:
    grams: set[tuple[str, ...]] = set()
    total = 0
    for text in texts:
        places = range(len(text) - size + 1)
        grams.update(tuple(text[place : place + size]) for place in places)
        total += len(places)
    return len(grams) / total if total else 0.0


def _type_token(texts: Sequence[Sequence[str]]) -> float:
    """The mean over whole windows; over all words where there is no whole one."""
    running = [word for text in texts for word in text]
    windows = [running[start : start + WINDOW] for start in range(0, len(running) - WINDOW + 1, WINDOW)] or [running]
    return sum(len(set(window)) / max(1, len(window)) for window in windows) / len(windows)
