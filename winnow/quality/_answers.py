"""What an answer has of its prompt: summaries by Grusky et al. 2018, and answers that only say the prompt again.

Belongs here: two texts of one example. Does not belong here: one text alone (`_marks`, `_repetition`).

Words are letters and digits in any case, an ideograph each; placeholders are words as they are numbered, so that a summary that
names the same person as its source has that word of it.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from winnow.quality._layout import plain

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")

_DIGITS = 4  # after the point: a hundredth of a per cent of a word says nothing


@dataclass(frozen=True, slots=True)
class Summary:
    """How a summary is made of its source (Grusky, Naaman, Artzi 2018, "Newsroom", section 4).

    Attributes:
        compression: words of the source to one of the summary.
        coverage: share of the summary's words that are in a fragment taken from the source.
        density: mean length, in words, of the fragment that a word of the summary is in.
        new_words: share of the summary's words that are nowhere in the source.
    """

    compression: float
    coverage: float
    density: float
    new_words: float


def words_of(text: str) -> list[str]:
    """The words of ``text``, in lower case."""
    return _WORD.findall(plain(text).casefold())


def summary(source: Sequence[str], said: Sequence[str]) -> Summary | None:
    """The figures of the summary ``said`` of ``source``, both as words; None if one of them has none."""
    if not source or not said:
        return None
    lengths = fragments(source, said)
    size, known = len(said), frozenset(source)
    return Summary(
        compression=round(len(source) / size, _DIGITS),
        coverage=round(sum(lengths) / size, _DIGITS),
        density=round(sum(length * length for length in lengths) / size, _DIGITS),
        new_words=round(sum(word not in known for word in said) / size, _DIGITS),
    )


def fragments(source: Sequence[str], said: Sequence[str]) -> list[int]:
    """Lengths of the extractive fragments of ``said``: from the left, always the longest stretch that stands in ``source`` too."""
    known = frozenset(source)
    pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
    wanted = set(itertools.pairwise(said))
    for place, pair in enumerate(itertools.pairwise(source)):
        if pair in wanted:
            pairs[pair].append(place)
    found, at = [], 0
    while at < len(said):
        longest = int(said[at] in known)
        for place in pairs.get((said[at], said[at + 1]), ()) if at + 1 < len(said) else ():
            if at + longest < len(said) and said[at : at + longest + 1] == source[place : place + longest + 1]:
                longest = _extended(source, said, place, at, longest + 1)
        if longest:
            found.append(longest)
        at += max(longest, 1)
    return found


def _extended(source: Sequence[str], said: Sequence[str], place: int, at: int, length: int) -> int:
    limit = min(len(source) - place, len(said) - at)
    while length < limit and source[place + length] == said[at + length]:
        length += 1
    return length


def prompt_share(prompt: Sequence[str], answer: Sequence[str]) -> float:
    """How much of ``prompt`` the ``answer`` is, in 0..1, if it stands there word for word; 0 if it says anything else.

    An answer that says the whole prompt several times is all of it.
    """
    if not prompt or not answer:
        return 0.0
    if len(answer) > len(prompt):
        times, rest = divmod(len(answer), len(prompt))
        return 1.0 if not rest and list(answer) == list(prompt) * times else 0.0
    stands = f" {' '.join(answer)} " in f" {' '.join(prompt)} "
    return round(len(answer) / len(prompt), _DIGITS) if stands else 0.0
