"""Text → pole and intensity."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from winnow.documents import Document
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.sentiment import RECIPE, Scale, SentimentTask

STARS = {"minimum": 1, "maximum": 5}
NPS = {"minimum": 0, "maximum": 10, "neutral": [7, 8]}


def _made(score: str, text: str = "It works very well.", **options: object) -> Outcome:
    measure = options or {"scale": STARS}
    task = SentimentTask.model_validate({"name": "reviews", "sources": ["web"], "text": "text", "score": "score", **measure})
    (outcome,) = RECIPE.build([Document(fields={"text": text, "score": score}, source="web")], task)
    return outcome


def _opinion(score: str, **options: object) -> tuple[str | None, float | None]:
    outcome = _made(score, **options)
    assert isinstance(outcome, Candidate)
    assert outcome.target == outcome.label
    return outcome.label, outcome.intensity


@pytest.mark.parametrize(
    ("score", "pole", "intensity"),
    [
        ("1", "negative", 1.0),
        ("2", "negative", 0.5),
        ("3", "neutral", 0.0),
        ("4", "positive", 0.5),
        ("5", "positive", 1.0),
        ("4,5", "positive", 0.75),
        (" 4.0 ", "positive", 0.5),
        ("4/5", "positive", 0.5),
        ("2 stars", "negative", 0.5),
        ("★★★★★", "positive", 1.0),
        ("★★☆☆☆", "negative", 0.5),
    ],
)
def test_stars_become_a_pole_and_a_distance(score: str, pole: str, intensity: float) -> None:
    """The midpoint is neutral, either side a pole, and intensity the distance from it."""
    assert _opinion(score) == (pole, pytest.approx(intensity))


@pytest.mark.parametrize(
    ("score", "pole", "intensity"),
    [("0", "negative", 1.0), ("6", "negative", 0.2), ("7", "neutral", 1 / 15), ("10", "positive", 1.0)],
)
def test_nps_has_its_own_neutral_values(score: str, pole: str, intensity: float) -> None:
    """A neutral band moves the midpoint into it, as the Net Promoter Score has it with passives at 7 and 8."""
    assert _opinion(score, scale=NPS) == (pole, pytest.approx(intensity))


def test_a_tag_has_a_pole_and_no_intensity() -> None:
    """How strongly somebody felt who only ticked a word is unknown."""
    assert _opinion("Unhappy", tags={"unhappy": "negative", "happy": "positive"}) == ("negative", None)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("", "no_score"),
        ("6", "score_out_of_range"),
        ("-1", "score_out_of_range"),
        ("great", "score_unreadable"),
        ("nan", "score_unreadable"),
        ("4/10", "score_unreadable"),
        ("1e9", "score_unreadable"),
    ],
)
def test_a_value_that_is_none_is_refused(score: str, expected: str) -> None:
    """A missing, foreign or impossible value never becomes a guess."""
    outcome = _made(score)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == expected


def test_an_unknown_tag_is_refused() -> None:
    """A tag outside the task's tags is no opinion."""
    outcome = _made("meh", tags={"happy": "positive"})
    assert isinstance(outcome, Refusal)
    assert outcome.reason == "unknown_tag"


def test_words_alone_never_make_an_opinion() -> None:
    """The most positive text without a value is refused: there is no lexicon."""
    outcome = _made("", text="Wonderful, excellent, superb, I love it!")
    assert isinstance(outcome, Refusal)


@pytest.mark.parametrize(
    "measure",
    [
        {"scale": None},
        {"scale": STARS, "tags": {"good": "positive"}},
        {"scale": {"minimum": 5, "maximum": 1}},
        {"scale": {"minimum": 1, "maximum": 5, "neutral": [4, 2]}},
    ],
)
def test_a_measure_that_makes_no_sense_is_an_error(measure: dict[str, object]) -> None:
    """A task names one measure, and a scale runs upwards."""
    with pytest.raises(ValidationError):
        _made("1", **measure)


@settings(max_examples=200, deadline=None)
@given(
    bounds=st.lists(st.integers(-100, 100), min_size=4, max_size=4, unique=True).map(sorted),
    share=st.floats(0, 1),
)
def test_intensity_lies_between_zero_and_one(bounds: list[int], share: float) -> None:
    """On every scale and neutral band, intensity is 0..1, and both ends are 1."""
    low, first, second, high = bounds
    scale = Scale(minimum=low, maximum=high, neutral=(first, second))
    score = low + share * (high - low)
    assert 0 <= scale.intensity(score) <= 1 + 1e-9
    assert scale.intensity(low) == scale.intensity(high) == 1
    assert (scale.pole(score) == "neutral") == (first <= score <= second)
