"""One field → another."""

import json

import pytest

from winnow.documents import Document
from winnow.placeholders import internal
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.pairs import RECIPE, PairsTask


def _made(source: str, target: str, **options: object) -> Outcome:
    task = PairsTask.model_validate({"name": "t", "sources": ["s"], "input": "de", "target": "en", **options})
    (outcome,) = RECIPE.build([Document(fields={"de": source, "en": target})], task)
    return outcome


def test_two_fields_become_a_pair() -> None:
    """One field is the input and the other the target, as they stand."""
    outcome = _made("Guten Morgen", "Good morning")
    assert isinstance(outcome, Candidate)
    assert (outcome.input, outcome.target, outcome.label) == ("Guten Morgen", "Good morning", None)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [("", "x", "no_text"), ("Guten Morgen", " ", "no_target"), ("OK!", "ok", "repeats_input")],
)
def test_half_a_pair_is_refused(source: str, target: str, expected: str) -> None:
    """A missing side, or two sides that say the same, is no pair."""
    outcome = _made(source, target)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == expected


def test_json_is_written_on_one_line_with_its_keys_in_order() -> None:
    """A JSON target is parsed and written canonically; what it says and the order of its keys stay."""
    person = internal("PERSON", "0" * 32)
    outcome = _made("Ein Text", '{"z": 1,\n "a": ["é", "' + person + '"]}', target_format="json")
    assert isinstance(outcome, Candidate)
    assert outcome.target == '{"z": 1, "a": ["é", "' + person + '"]}'


@pytest.mark.parametrize("target", ["{", '{"a": NaN}', "[" * 100_000, "{'a': 1}"])
def test_a_target_that_is_not_json_is_refused(target: str) -> None:
    """Broken, non-standard and bottomless JSON is refused by reason and never an exception."""
    outcome = _made("Ein Text", target, target_format="json")
    assert isinstance(outcome, Refusal)
    assert outcome.reason == "target_not_json"


def test_indentation_stays() -> None:
    """Code in a field keeps its shape."""
    code = "def f():\n    return 1"
    outcome = _made("Eine Funktion", code)
    assert isinstance(outcome, Candidate)
    assert outcome.target == code
    assert json.loads(json.dumps(outcome.target)) == code
