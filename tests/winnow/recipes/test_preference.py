"""One input and two answers."""

import pytest

from winnow.answers import chosen_of, rejected_of
from winnow.documents import Document
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.preference import RECIPE, PreferenceTask


def _made(source: str, chosen: str, rejected: str, **options: object) -> Outcome:
    given = {"name": "t", "sources": ["s"], "input": "question", "chosen": "edited", "rejected": "draft", **options}
    task = PreferenceTask.model_validate(given)
    (outcome,) = RECIPE.build([Document(fields={"question": source, "edited": chosen, "draft": rejected})], task)
    return outcome


def test_an_edited_and_an_original_answer_become_a_pair() -> None:
    """The target holds the preferred answer and the one it was preferred to."""
    outcome = _made("Where is it?", "It arrives on Monday.", "dunno")
    assert isinstance(outcome, Candidate)
    assert outcome.input == "Where is it?"
    assert (chosen_of(outcome.target), rejected_of(outcome.target)) == ("It arrives on Monday.", "dunno")


@pytest.mark.parametrize(
    ("source", "chosen", "rejected", "expected"),
    [
        ("", "a", "b", "no_text"),
        ("One two", " ", "b", "no_answer"),
        ("One two", "a", "", "no_answer"),
        ("One two", "The  same.", "the same", "same_answers"),
    ],
)
def test_what_is_no_pair_is_refused(source: str, chosen: str, rejected: str, expected: str) -> None:
    """A missing text, a missing answer, or two that say the same show no preference."""
    outcome = _made(source, chosen, rejected)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == expected


def test_short_inputs_are_refused() -> None:
    """An input under `min_words` is refused by that reason."""
    outcome = _made("One", "a", "b", min_words=2)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == "too_few_words"
