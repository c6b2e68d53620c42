"""Baselines, the examples that a prompt shows, and the parts of a train set."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.bag_of_words import logistic_regression, naive_bayes
from winnow.baselines import first_sentence, label_baselines, majority, part, shots

TEXTS = [
    "the parcel is late again",
    "my parcel never came",
    "where is the parcel",
    "refund my money please",
    "i want my money back",
    "money back for the broken lamp",
    "the card was declined",
    "my card is lost",
]
LABELS = ["delivery"] * 3 + ["refund"] * 3 + ["card"] * 2


def numbered(count: int, label: str | None = None) -> list[dict[str, Any]]:
    """So many examples."""
    return [{"example_id": f"{number:032x}", "label": label} for number in range(count)]


def test_the_majority_is_the_commonest_label() -> None:
    """Ties go to the first in the alphabet."""
    assert majority(LABELS) == "delivery"


def test_a_majority_of_nothing_is_refused() -> None:
    """Without a train example there is no baseline."""
    with pytest.raises(ValueError, match="at least one"):
        majority([])


@pytest.mark.parametrize("classifier", [naive_bayes, logistic_regression])
def test_words_tell_the_class(classifier: Any) -> None:
    """Both classifiers learn the train set's words, and give a text without any known word the commonest class's label or another one."""
    assert classifier(TEXTS, LABELS, ["a parcel", "the money", "lost card", ""])[:3] == ["delivery", "refund", "card"]
    assert set(classifier(TEXTS, LABELS, ["", "zzz"])) <= set(LABELS)


@settings(deadline=None, max_examples=10)
@given(st.permutations(range(len(TEXTS))))
def test_the_order_of_examples_does_not_matter(order: list[int]) -> None:
    """Every baseline gives the same answers whatever the order of the train set."""
    asked = ["my parcel and my money", "the lamp", "declined again"]
    shuffled = [TEXTS[place] for place in order], [LABELS[place] for place in order]
    assert label_baselines(*shuffled, asked) == label_baselines(TEXTS, LABELS, asked)


def test_naive_bayes_is_worked_by_hand() -> None:
    """One word each: the class that has the asked word more often for its size wins over the larger class."""
    texts = ["red red", "red red", "blue red", "blue blue", "blue blue"]
    assert naive_bayes(texts, ["r", "r", "r", "b", "b"], ["blue blue", "red"]) == ["b", "r"]


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("Sales rose. Costs fell.", "Sales rose."),
        ("A heading\n\nThen prose.", "A heading"),
        ("One sentence without an end", "One sentence without an end"),
        ("", ""),
    ],
)
def test_the_lead_is_the_first_sentence(text: str, lead: str) -> None:
    """Lead-1 is the first sentence, or the first paragraph where that is shorter."""
    assert first_sentence(text) == lead


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 200), st.floats(0.01, 1), st.floats(0.01, 1))
def test_smaller_parts_lie_in_larger_ones(count: int, one: float, other: float) -> None:
    """The parts of a train set are nested, and the whole is the whole."""
    examples = numbered(count)
    small, large = sorted((one, other))
    assert set(part(examples, small)) <= set(part(examples, large))
    assert part(examples, 1) == list(range(count))


def test_a_part_is_of_examples_not_of_lines() -> None:
    """Copies of an example are in a part together."""
    examples = [*numbered(40), *numbered(40)]
    kept = part(examples, 0.5)
    assert len(kept) == 40
    assert {place + 40 for place in kept if place < 40} == {place for place in kept if place >= 40}


def test_a_prompt_shows_every_label_before_a_second_of_any() -> None:
    """With room for one of each, each label is shown once, the commonest first."""
    examples = [{"example_id": f"{number}", "label": label} for number, label in enumerate(["a"] * 5 + ["b"] * 3 + ["c"])]
    shown = [examples[place]["label"] for place in shots(examples, 4)]
    assert shown == ["a", "b", "c", "a"]
