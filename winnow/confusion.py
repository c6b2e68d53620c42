"""What a classifier took for what: accuracy, F1 by class and their mean, and who is mistaken for whom.

Belongs here: measures of labels. Does not belong here: measures of texts (`winnow.scores`), and how far a figure can be trusted
(`winnow.resampling`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

OUTSIDE = "(no label)"
"""How tables call an answer that is none of the task's labels."""


@dataclass(frozen=True)
class Confusion:
    """Wanted and given labels as numbers.

    Attributes:
        labels: the classes, sorted; those that are wanted at least once, and those that were given.
        wanted: ``[examples]``, the class of each.
        given: ``[examples]``, what the model said; ``len(labels)`` for an answer that is no label.
    """

    labels: tuple[str, ...]
    wanted: npt.NDArray[np.int64]
    given: npt.NDArray[np.int64]

    @classmethod
    def of(cls, wanted: Sequence[str], given: Sequence[str], known: Sequence[str]) -> "Confusion":
        """From names; ``known`` are the task's labels, and whatever else was given is no label.

        Raises:
            ValueError: the two are not of one length.
        """
        if len(wanted) != len(given):
            raise ValueError("there are not as many answers as examples")
        known_set = set(known) | set(wanted)
        labels = tuple(sorted(set(wanted) | (set(given) & known_set)))
        number = {label: place for place, label in enumerate(labels)}
        outside = len(labels)
        return cls(
            labels,
            np.array([number[label] for label in wanted], np.int64),
            np.array([number.get(label, outside) for label in given], np.int64),
        )

    @property
    def right(self) -> Floats:
        """1 where the answer is the wanted label, else 0; ``[examples]``."""
        return np.asarray(self.wanted == self.given, dtype=np.float64)

    def macro_f1(self, weights: Floats) -> Floats:
        """Macro F1 of each row of ``weights`` ``[draws, examples]``: how often each example counts.

        The mean of F1 over the classes that are wanted at least once in that row; a class that is given but never wanted lowers the
        precision of none and is no class of the mean.
        """
        classes = np.arange(len(self.labels))
        is_wanted = (self.wanted[:, None] == classes).astype(np.float64)
        is_given = (self.given[:, None] == classes).astype(np.float64)
        wanted, given, both = weights @ is_wanted, weights @ is_given, weights @ (is_wanted * is_given)
        f1 = np.divide(2 * both, wanted + given, out=np.zeros_like(both), where=wanted + given > 0)
        present = wanted > 0
        return np.asarray((f1 * present).sum(axis=1) / np.maximum(present.sum(axis=1), 1))

    def by_class(self) -> list[dict[str, str | float | int]]:
        """For each wanted class its examples, precision, recall and F1, and what it is most often taken for; lowest F1 first."""
        rows: list[dict[str, str | float | int]] = []
        for place, label in enumerate(self.labels):
            wanted, given = self.wanted == place, self.given == place
            if not wanted.any():
                continue
            both = int((wanted & given).sum())
            wrong = Counter(self.given[wanted & ~given].tolist())
            other, times = min(wrong.items(), key=lambda pair: (-pair[1], pair[0])) if wrong else (None, 0)
            rows.append(
                {
                    "label": label,
                    "examples": int(wanted.sum()),
                    "precision": both / int(given.sum()) if given.any() else 0.0,
                    "recall": both / int(wanted.sum()),
                    "f1": 2 * both / int(wanted.sum() + given.sum()),
                    "taken for": "" if other is None else self._name(other),
                    "times": times,
                }
            )
        return sorted(rows, key=lambda row: (row["f1"], row["label"]))

    def pairs(self, most: int = 20) -> list[tuple[str, str, int]]:
        """The commonest mistakes: wanted, given, how often."""
        counted = Counter(zip(self.wanted.tolist(), self.given.tolist(), strict=True))
        wrong = [(pair, times) for pair, times in counted.items() if pair[0] != pair[1]]
        wrong.sort(key=lambda entry: (-entry[1], entry[0]))
        return [(self._name(wanted), self._name(given), times) for (wanted, given), times in wrong[:most]]

    def matrix(self, most: int = 25) -> tuple[list[str], list[list[int]]]:
        """The ``most`` weakest classes in the order of their names, and how often each stands for each; a last column for all else."""
        weakest = sorted(str(row["label"]) for row in self.by_class()[:most])
        place = {self.labels.index(label): number for number, label in enumerate(weakest)}
        cells = [[0] * (len(weakest) + 1) for _ in weakest]
        for wanted, given in zip(self.wanted.tolist(), self.given.tolist(), strict=True):
            if wanted in place:
                cells[place[wanted]][place.get(given, len(weakest))] += 1
        return weakest, cells

    def _name(self, number: int) -> str:
        return self.labels[number] if number < len(self.labels) else OUTSIDE
