"""What the whole scrubber would remove from annotated documents: recognisers, name model and propagation, one document a scope.

Belongs here: documents in, spans out. Does not belong here: what they are compared with (`evaluation.metrics`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.gold import Gold
from evaluation.metrics import Scores, false_alarms, score
from winnow.detect import Detect, Span
from winnow.scope import settle

BATCH = 64  # documents that are searched at once the first time: enough for a model to sort them by length


def removed(gold: Sequence[Gold], detect: Detect) -> list[list[Span]]:
    """The spans that the scrubber replaces in each document, in order and without overlaps; each document is a scope."""
    found: list[list[Span]] = []
    for start in range(0, len(gold), BATCH):
        texts = [document.text for document in gold[start : start + BATCH]]
        firsts = detect(texts)
        found += [settle([text], [None], detect, [first])[0] for text, first in zip(texts, firsts, strict=True)]
    return found


@dataclass(frozen=True, slots=True)
class Point:
    """One operating point of a curve."""

    threshold: float
    scores: Scores
    alarms: int  # spans at this threshold in all documents
    words: int


def curve(gold: Sequence[Gold], candidates: Sequence[Sequence[Span]], thresholds: Sequence[float]) -> list[Point]:
    """Recall and precision at each of ``thresholds``, the model alone, nothing propagated.

    ``candidates``: for each document what the model considers at all, one `Span` a word or a name, its ``score`` being the
    probability of its entity; a candidate counts where the score is not below the threshold.
    """
    points = []
    for threshold in thresholds:
        kept = [[span for span in spans if span.score >= threshold] for spans in candidates]
        points.append(Point(threshold, score(gold, kept), *false_alarms(gold, kept)))
    return points


def drawn(points: Sequence[Point], width: int = 40) -> str:
    """A curve as lines of text, one a threshold: PERSON recall as ``#``, token precision as ``.``, on a scale from 0 to 1."""
    lines = [f"threshold  recall  precision  0{' ' * (width - 2)}1"]
    for point in points:
        recall, precision = point.scores.persons.value, point.scores.precision.value
        cells = [" "] * (width + 1)
        cells[round(precision * width)] = "."
        cells[round(recall * width)] = "#"
        lines.append(f"{point.threshold:9.3f}  {recall:6.3f}  {precision:9.3f}  {''.join(cells).rstrip()}")
    return "\n".join(lines)
