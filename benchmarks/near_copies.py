"""Texts with planted near copies, made by code: what `make bench-dedup` compares.

Belongs here: making them, and the exact truth about them. Does not belong here: who finds what (`benchmarks.dedup`).

A text is of 65 to 120 words, drawn from a vocabulary of made-up words as often as words of a language are (Zipf), about 730 bytes. A third
of all texts are copies of an earlier one with some words replaced, put in or left out, so that their similarities spread from 0.3 to 1.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

WORDS = 30_000
COPIES = 0.3
EDITS = (0, 1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 20)
SHINGLE = 5
MARKS = (".", ",", "", "", "", "", "", "")  # behind a word, drawn at random

_ONSETS = (*"bcdfghjklmnprstvw", "st", "tr", "pl")
_VOWELS = (*"aeiou", "ai", "ou", "ea")


def vocabulary(rng: random.Random) -> list[str]:
    """Made-up words of one to four syllables, each once."""
    words: dict[str, None] = {}
    while len(words) < WORDS:
        words["".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((1, 2, 2, 3, 3, 4))))] = None
    return list(words)


def texts(count: int, seed: int = 7) -> Iterator[str]:
    """``count`` texts; the first of a longer list are those of a shorter one."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible sample, no secret
    words = vocabulary(rng)
    weights = list(accumulate(1 / (rank + 20) for rank in range(WORDS)))
    recent: list[list[str]] = []
    for _ in range(count):
        if recent and rng.random() < COPIES:
            made = list(recent[rng.randrange(len(recent))])
            for _ in range(rng.choice(EDITS)):
                _edit(made, words, rng)
        else:
            made = [word + rng.choice(MARKS) for word in rng.choices(words, cum_weights=weights, k=rng.randrange(65, 120))]
        if len(recent) < 5_000:
            recent.append(made)
        else:
            recent[rng.randrange(len(recent))] = made
        yield " ".join(made)


def _edit(made: list[str], words: Sequence[str], rng: random.Random) -> None:
    place, kind = rng.randrange(len(made)), rng.random()
    if kind < 0.5:
        made[place] = rng.choice(words)
    elif kind < 0.8:
        made.insert(place, rng.choice(words))
    elif len(made) > 2 * SHINGLE:
        del made[place]


def write(path: Path, count: int) -> Path:
    """``count`` texts as JSONL with ``id`` and ``text``."""
    with path.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts(count)):
            lines.write(json.dumps({"id": number, "text": text}) + "\n")
    return path


def words_of(text: str) -> list[str]:
    """The words of a text of these: small letters, without marks."""
    return text.lower().replace(".", "").replace(",", "").split()


def shingles(text: str) -> set[str]:
    """Runs of five words, as every contender is given them."""
    words = words_of(text)
    return {" ".join(words[start : start + SHINGLE]) for start in range(max(len(words) - SHINGLE + 1, 1))}


def truth(made: Sequence[str], threshold: float) -> dict[tuple[int, int], float]:
    """All pairs of that similarity, exactly: every pair that has a run of words in common is compared. No sketch, no hash of ours.

    A run that is in over 500 texts is not gone by; texts of these have others in common if they are copies.
    """
    sets = [shingles(text) for text in made]
    owners: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(sets):
        for run in own:
            owners[run].append(number)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for together in owners.values():
        if 1 < len(together) <= 500:
            for place, left in enumerate(together):
                for right in together[place + 1 :]:
                    shared[left, right] += 1
    return {
        (left, right): count / (len(sets[left]) + len(sets[right]) - count)
        for (left, right), count in shared.items()
        if count >= threshold * (len(sets[left]) + len(sets[right]) - count) - 1e-9
    }
