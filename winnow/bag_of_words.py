"""Two classifiers that know words only, made in seconds: what a trained model must beat to be worth its cost.

Belongs here: counting words and the two classical models over them. Does not belong here: baselines that look at no word
(`winnow.baselines`).

Both are deterministic: no random start, no order of examples matters.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from winnow.variety import words

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

SMOOTHING = 0.1
"""Lidstone's α of naive Bayes: with tens of classes of a hundred short texts, 1 drowns the counts (Manning & Schütze 1999, 6.2.2)."""

PENALTY = 0.1
"""λ of the squared weights, divided by the number of examples: scikit-learn's C = 10, a common choice for tf-idf of short texts."""

STEPS = 60  # of L-BFGS at most: on eight thousand texts of 77 classes the answers no longer change past 40

MEMORY = 10  # moves that the curvature is told from, as usual (Liu & Nocedal 1989 find little gained by more)

FLAT = 1e-5  # the largest entry of a gradient that counts as none; scikit-learn stops at 1e-4


@dataclass(frozen=True)
class Counts:
    """Sparse rows: ``value`` of column ``column`` in row ``row``, in the order of rows; ``shape`` is (texts, terms)."""

    row: Numbers
    column: Numbers
    value: Floats
    shape: tuple[int, int]

    def times(self, right: Floats) -> Floats:
        """This table times ``right`` ``[terms, n]``: ``[texts, n]``."""
        return _summed(self.row, self.value[:, None] * right[self.column], self.shape[0])

    def transposed(self) -> "Counts":
        """Columns as rows."""
        order = np.argsort(self.column, kind="stable")
        return Counts(self.column[order], self.row[order], self.value[order], (self.shape[1], self.shape[0]))


class Vocabulary:
    """The terms of a train set: words and pairs of neighbouring words, of which at least two texts have each."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn them from ``texts``."""
        holding: Counter[str] = Counter()
        for text in texts:
            holding.update(set(terms(text)))
        kept = sorted(term for term, texts_with in holding.items() if texts_with > 1)
        self.numbers = {term: number for number, term in enumerate(kept)}
        # Smoothed as in scikit-learn, so that no weight is infinite or zero.
        self.idf = np.log((1 + len(texts)) / (1 + np.array([holding[term] for term in kept], np.float64))) + 1

    def counts(self, texts: Sequence[str], *, weighted: bool = False) -> Counts:
        """How often each text has each term; ``weighted``: as tf-idf with logarithmic counts, each row of length 1."""
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, text in enumerate(texts):
            found = Counter(self.numbers[term] for term in terms(text) if term in self.numbers)
            for column, times in sorted(found.items()):
                rows.append(row)
                columns.append(column)
                values.append(times)
        row_of, column_of = np.array(rows, np.int64), np.array(columns, np.int64)
        value = np.array(values, np.float64)
        if weighted and len(value):
            value = (1 + np.log(value)) * self.idf[column_of]
            lengths = np.sqrt(np.bincount(row_of, value**2, minlength=len(texts)))
            value /= lengths[row_of]
        return Counts(row_of, column_of, value, (len(texts), len(self.numbers)))


def terms(text: str) -> list[str]:
    """The words of ``text`` and its pairs of neighbours."""
    found = words(text)
    return found + [f"{first} {second}" for first, second in pairwise(found)]


def naive_bayes(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The labels that multinomial naive Bayes (McCallum & Nigam 1998), taught ``texts`` and ``labels``, gives ``asked``."""
    vocabulary, names = Vocabulary(texts), sorted(set(labels))
    member = _one_hot(labels, names)
    totals = vocabulary.counts(texts).transposed().times(member) + SMOOTHING  # [terms, classes]
    weights = np.log(totals) - np.log(totals.sum(axis=0)) if len(totals) else totals
    scores = vocabulary.counts(asked).times(weights) + np.log(member.sum(axis=0) / len(labels))
    return [names[number] for number in np.argmax(scores, axis=1)]


def logistic_regression(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The labels that multinomial logistic regression on tf-idf, taught ``texts`` and ``labels``, gives ``asked``.

    Fitted by L-BFGS (Liu & Nocedal 1989), as scikit-learn's is.
    """
    vocabulary, names = Vocabulary(texts), sorted(set(labels))
    table, member = vocabulary.counts(texts, weighted=True), _one_hot(labels, names)
    back, penalty = table.transposed(), PENALTY / len(texts)

    def loss(weights: Floats) -> tuple[float, Floats]:
        """Mean cross entropy with its penalty, and the gradient; the last row of ``weights`` is the bias, which has none."""
        scores = table.times(weights[:-1]) + weights[-1]
        chances = _softmax(scores)
        likely = np.log(np.maximum((chances * member).sum(axis=1), 1e-300))
        error = (chances - member) / len(texts)
        gradient = np.vstack([back.times(error) + penalty * weights[:-1], error.sum(axis=0)])
        return float(-likely.mean() + penalty / 2 * (weights[:-1] ** 2).sum()), gradient

    weights = _minimised(loss, np.zeros((table.shape[1] + 1, len(names))))
    scores = vocabulary.counts(asked, weighted=True).times(weights[:-1]) + weights[-1]
    return [names[number] for number in np.argmax(np.round(scores, 6), axis=1)]


def _minimised(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """Where ``loss`` (value and gradient) is lowest, by L-BFGS with backtracking (Nocedal & Wright 2006, algorithm 7.5)."""
    place, (value, gradient) = start, loss(start)
    moves: list[tuple[Floats, Floats]] = []
    for _ in range(STEPS):
        if float(np.abs(gradient).max()) < FLAT:
            break
        direction = -_curved(gradient, moves)
        slope = float((gradient * direction).sum())
        length = 1.0 if moves else 1 / max(float(np.linalg.norm(gradient)), 1e-12)
        for _ in range(20):  # half of half …: 1e-6 of the first try
            tried = place + length * direction
            value_there, gradient_there = loss(tried)
            if value_there <= value + 1e-4 * length * slope:
                break
            length /= 2
        else:
            break
        if float(((tried - place) * (gradient_there - gradient)).sum()) > 1e-12:
            moves = [*moves[-MEMORY + 1 :], (tried - place, gradient_there - gradient)]
        place, value, gradient = tried, value_there, gradient_there
    return place


def _curved(gradient: Floats, moves: Sequence[tuple[Floats, Floats]]) -> Floats:
    """``gradient`` times the inverse curvature that the last ``moves`` tell: the two loops of L-BFGS."""
    found, steps = gradient.copy(), []
    for move, change in reversed(moves):
        step = float((move * found).sum() / (move * change).sum())
        steps.append(step)
        found -= step * change
    if moves:
        move, change = moves[-1]
        found *= float((move * change).sum() / (change**2).sum())
    for (move, change), step in zip(moves, reversed(steps), strict=True):
        found += move * (step - float((change * found).sum() / (move * change).sum()))
    return found


def _one_hot(labels: Sequence[str], names: Sequence[str]) -> Floats:
    number = {name: place for place, name in enumerate(names)}
    member = np.zeros((len(labels), len(names)))
    member[np.arange(len(labels)), [number[label] for label in labels]] = 1
    return member


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _summed(rows: Numbers, values: Floats, count: int) -> Floats:
    """Sums of ``values`` ``[entries, n]`` by their row, rows ascending; zeros for rows without an entry."""
    made = np.zeros((count, values.shape[1]))
    if len(rows):
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        made[rows[first]] = np.add.reduceat(values, first, axis=0)
    return made
