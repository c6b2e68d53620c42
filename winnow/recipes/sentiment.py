"""Text → positive, negative or neutral, from a value that a person gave: stars, CSAT, NPS or a tag. Never from a lexicon.

A candidate is a document of the task's sources. Intensity is the distance from the midpoint, 0 at the midpoint and 1 at the end
of the scale; a tag has none.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from winnow.documents import Document
from winnow.recipes._base import COMMON_REASONS, Candidate, Outcome, Recipe, Refusal, never_joins
from winnow.recipes._text import field_places, field_text, one_line, word_count
from winnow.tasks import Balance, Settings, Task

Pole = Literal["positive", "negative", "neutral"]

WEIGHT_LIMIT = 5.0  # a pole's only mild example would otherwise weigh as much as all of its strong ones together

_NUMBER = re.compile(r"([+-]?\d{1,6}(?:[.,]\d{1,6})?)(?:\s*(?:/|out of|of)\s*(\d{1,6})|\s*stars?)?", re.IGNORECASE)
_STARS = re.compile(r"(★+)☆*")


class Scale(Settings):
    """A numeric scale that people gave their opinion on."""

    minimum: float = Field(description="the worst value")
    maximum: float = Field(description="the best value")
    neutral: tuple[float, float] | None = Field(
        None, description="lowest and highest neutral value, such as [7, 8] for NPS; default: the midpoint alone"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        low, high = self.band
        if not self.minimum < low <= high < self.maximum:
            raise ValueError("expected minimum < neutral low <= neutral high < maximum")
        return self

    @property
    def band(self) -> tuple[float, float]:
        """Lowest and highest neutral value."""
        middle = (self.minimum + self.maximum) / 2
        return self.neutral or (middle, middle)

    def pole(self, score: float) -> Pole:
        """The pole of ``score``."""
        low, high = self.band
        return "negative" if score < low else "positive" if score > high else "neutral"

    def intensity(self, score: float) -> float:
        """The distance of ``score`` from the midpoint of the neutral values, 1 at the end of the scale."""
        middle = sum(self.band) / 2
        return abs(score - middle) / (self.maximum - middle if score > middle else middle - self.minimum)


class SentimentTask(Task):
    """Text to pole."""

    kind: Literal["sentiment"] = "sentiment"
    text: str | tuple[str, ...] | None = Field(
        None, description="field or fields that are the text; leave out for the whole document"
    )
    score: str = Field(description="field with the value a person gave")
    scale: Scale | None = Field(None, description="for numbers: where the scale begins and ends")
    tags: Mapping[str, Pole] = Field(default_factory=dict, description="for words: value → positive, negative or neutral")
    min_words: int = Field(2, ge=1, description="fewer words of text than this, placeholders not counted, are refused")
    balance: Balance = Field(
        Balance(weights="effective", weight_limit=WEIGHT_LIMIT),
        description="how poles are evened out; default: effective-number weights by pole and intensity, at most 5",
    )

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.scale is None) == (not self.tags):
            raise ValueError("expected either `scale` for numbers or `tags` for words, not both and not neither")
        return self

    @property
    def label_names(self) -> frozenset[str]:
        """The three poles."""
        return frozenset(get_args(Pole))

    def pole_of(self, tag: str) -> Pole | None:
        """The pole of ``tag``; None if the task does not know it."""
        return self._by_tag.get(tag.casefold())

    @cached_property
    def _by_tag(self) -> dict[str, Pole]:
        return {one_line(tag).casefold(): pole for tag, pole in self.tags.items()}


def _build(documents: Sequence[Document], task: Task) -> Iterator[Outcome]:
    assert isinstance(task, SentimentTask)
    for document in documents:
        yield _outcome(document, task)


def _outcome(document: Document, task: SentimentTask) -> Outcome:
    text = field_text(document, task.text)
    if not text:
        return Refusal((document,), "document", "no_text")
    if word_count(text) < task.min_words:
        return Refusal((document,), "document", "too_few_words")
    value = one_line(document.fields.get(task.score) or "")
    if not value:
        return Refusal((document,), "document", "no_score")
    opinion = _scored(value, task.scale) if task.scale else _tagged(value, task)
    if isinstance(opinion, str):
        return Refusal((document,), "document", opinion)
    pole, intensity = opinion
    places = field_places(document, task.text)
    return Candidate((document,), "document", text, pole, pole, intensity, places, ((document, None),))


def _tagged(value: str, task: SentimentTask) -> tuple[Pole, None] | str:
    pole = task.pole_of(value)
    return "unknown_tag" if pole is None else (pole, None)


def _scored(value: str, scale: Scale) -> tuple[Pole, float] | str:
    score = _score(value, scale)
    if score is None:
        return "score_unreadable"
    if not scale.minimum <= score <= scale.maximum:
        return "score_out_of_range"
    return scale.pole(score), scale.intensity(score)


def _score(value: str, scale: Scale) -> float | None:
    """``4``, ``4.5``, ``4,5``, ``4/5``, ``4 stars`` or ``★★★★☆`` as a number; None if it is nothing of the kind."""
    stars = _STARS.fullmatch(value)
    if stars:
        return float(len(stars[1]))
    match = _NUMBER.fullmatch(value)
    if match is None or (match[2] and not math.isclose(float(match[2]), scale.maximum)):
        return None
    return float(match[1].replace(",", "."))


RECIPE = Recipe(
    name="sentiment",
    task=SentimentTask,
    joins=never_joins,
    build=_build,
    reasons={
        "no_text": COMMON_REASONS["no_text"],
        "too_few_words": COMMON_REASONS["too_few_words"],
        "no_score": "nobody gave a value; nothing to do, or check the task's score field",
        "score_unreadable": "the value is not a number of this scale; clean the column, or use tags",
        "score_out_of_range": "the value is off the task's scale; correct the scale or the row",
        "unknown_tag": "the tag is not in the task's tags; add it there, or leave it out on purpose",
    },
)
