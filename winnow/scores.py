"""How near a generated text is to the one that was wanted: ROUGE-L, chrF, exact match, length and variety.

Belongs here: measures of texts, one example at a time and pooled. Does not belong here: measures of labels (`winnow.confusion`), and
how far a figure can be trusted (`winnow.resampling`).

Both published measures give what their reference programs give (rouge-score 0.1.2 without stemming on ASCII text, sacreBLEU 2's chrF2);
a test holds the values. Words here are runs of letters and digits in any script, where rouge-score knows ASCII only.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

CHRF_ORDER = 6
"""Character n-grams of 1 to 6, as Popović 2015 found best, and as sacreBLEU has it."""

CHRF_BETA = 2.0
"""Recall counts twice as much as precision: chrF2."""

_WORD = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s+")


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case."""
    return _WORD.findall(text.lower())


def is_exact(answer: str, wanted: str) -> bool:
    """Whether both are the same text, white space at the ends and its kind and number aside."""
    return " ".join(answer.split()) == " ".join(wanted.split())


def rouge_l(answer: str, wanted: str) -> float:
    """ROUGE-L, 0 to 1: the F measure of the longest common subsequence of words (Lin 2004, section 3.1, β = 1).

    0 where one of the two has no word.
    """
    ours, theirs = words(answer), words(wanted)
    if not ours or not theirs:
        return 0.0
    common = common_subsequence(ours, theirs)
    precision, recall = common / len(ours), common / len(theirs)
    return 2 * precision * recall / (precision + recall) if common else 0.0


def common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """Length of the longest common subsequence, by Hyyrö's bit-parallel rows (2004): a word of ``second`` is one addition."""
    places: dict[str, int] = {}
    for place, word in enumerate(first):
        places[word] = places.get(word, 0) | 1 << place
    mask = (1 << len(first)) - 1
    row = mask
    for word in second:
        if matches := places.get(word, 0) & row:
            row = (row + matches | row - matches) & mask
    return len(first) - row.bit_count()


def chrf_counts(answer: str, wanted: str) -> list[int]:
    """What chrF counts in one pair: for each order n-grams of the answer, of the wanted text, and common to both; flat.

    White space is taken out first. Orders for which the wanted text is too short count nothing of the answer either, as in sacreBLEU.
    """
    ours, theirs = _SPACE.sub("", answer), _SPACE.sub("", wanted)
    found: list[int] = []
    for size in range(1, CHRF_ORDER + 1):
        mine, given = _grams(ours, size), _grams(theirs, size)
        total = sum(given.values())
        found += [sum(mine.values()) if total else 0, total, sum((mine & given).values())]
    return found


def chrf(counts: npt.ArrayLike) -> Floats:
    """chrF2 of each row of summed `chrf_counts`, 0 to 100 (Popović 2016, as sacreBLEU: mean over the orders that both have).

    Args:
        counts: ``[…, 18]``; rows may be sums over many pairs (corpus level) or one pair.
    """
    table = np.asarray(counts, dtype=np.float64)
    ours, theirs, common = (table[..., part::3] for part in range(3))
    both = (ours > 0) & (theirs > 0)
    orders = np.maximum(both.sum(axis=-1), 1)
    precision = np.where(both, common / np.maximum(ours, 1), 0.0).sum(axis=-1) / orders
    recall = np.where(both, common / np.maximum(theirs, 1), 0.0).sum(axis=-1) / orders
    factor = CHRF_BETA**2
    below = factor * precision + recall
    return np.asarray(np.where(below > 0, 100 * (1 + factor) * precision * recall / np.where(below > 0, below, 1), 0.0))


def distinct(answers: Sequence[str], size: int) -> float:
    """Distinct n-grams of ``size`` words over all n-grams of the answers (Li et al. 2016); 0 where there is none."""
    grams: Counter[tuple[str, ...]] = Counter()
    for answer in answers:
        found = words(answer)
        grams.update(tuple(found[place : place + size]) for place in range(len(found) - size + 1))
    return len(grams) / grams.total() if grams else 0.0


def _grams(text: str, size: int) -> Counter[str]:
    return Counter(text[place : place + size] for place in range(len(text) - size + 1))
