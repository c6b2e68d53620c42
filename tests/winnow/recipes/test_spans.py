"""Text → labelled spans."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.documents import Document
from winnow.placeholders import internal
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.spans import RECIPE, SpansTask

TEXT = "Acme bought Initech in Austin."
ACME = {"start": 0, "end": 4, "label": "ORG"}
AUSTIN = {"start": 23, "end": 29, "label": "PLACE"}


def _made(text: str, spans: object, **options: object) -> Outcome:
    task = SpansTask.model_validate({"name": "ner", "sources": ["s"], "text": "text", "spans": "spans", **options})
    value = spans if isinstance(spans, str) else json.dumps(spans)
    (outcome,) = RECIPE.build([Document(fields={"text": text, "spans": value}, document_id="d")], task)
    return outcome


def _target(outcome: Outcome) -> list[dict[str, str]]:
    assert isinstance(outcome, Candidate)
    parsed: list[dict[str, str]] = json.loads(outcome.target)
    return parsed


def test_spans_come_in_the_order_of_the_text() -> None:
    """The target lists text and label of every span, by position."""
    found = _target(_made(TEXT, [AUSTIN, ACME]))
    assert found == [{"text": "Acme", "label": "ORG"}, {"text": "Austin", "label": "PLACE"}]


def test_labels_are_mapped_and_others_left_out() -> None:
    """With labels given, a span of another label is not in the target."""
    assert _target(_made(TEXT, [ACME, AUSTIN], labels={"ORG": "company"})) == [{"text": "Acme", "label": "company"}]


def test_a_text_without_spans_is_an_example_unless_the_task_says_no() -> None:
    """An empty list is a target of its own: the model must learn to find nothing."""
    assert _target(_made(TEXT, [])) == []
    assert isinstance(_made(TEXT, [], keep_empty=False), Refusal)


@pytest.mark.parametrize(
    "spans",
    [
        "not json",
        {"start": 0},
        [{"start": 0, "end": 99, "label": "ORG"}],
        [{"start": 4, "end": 4, "label": "ORG"}],
        [{"start": -1, "end": 2, "label": "ORG"}],
        [{"start": "0", "end": 4, "label": "ORG"}],
        [{"start": True, "end": 4, "label": "ORG"}],
        [{"start": 0, "end": 4}],
        [{"start": 4, "end": 5, "label": "ORG"}],
        [3],
    ],
)
def test_spans_that_do_not_fit_the_text_are_refused(spans: object) -> None:
    """A span outside the text, empty, blank, unlabelled or malformed refuses the row: its other spans may be off as well."""
    outcome = _made(TEXT, spans)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == "bad_spans"


def test_a_placeholder_is_never_cut() -> None:
    """A span that ends inside a placeholder is refused, one that holds it whole is kept."""
    person = internal("PERSON", "ab" * 16)
    text = f"{person} works for Acme now"
    inside = _made(text, [{"start": 0, "end": 10, "label": "PERSON"}])
    assert isinstance(inside, Refusal)
    assert inside.reason == "span_cuts_placeholder"
    assert _target(_made(text, [{"start": 0, "end": len(person), "label": "PERSON"}])) == [{"text": person, "label": "PERSON"}]


LINES = st.lists(
    st.lists(st.sampled_from(["Acme", "grew", "again", "in", "May"]), min_size=1, max_size=6), min_size=2, max_size=6
)


@settings(max_examples=80, deadline=None)
@given(lines=LINES)
def test_halves_keep_every_span_and_every_word(lines: list[list[str]]) -> None:
    """However often a text is split, its parts together hold the same words and the same spans in the same order."""
    text = "\n".join(" ".join(line) for line in lines)
    starts = [at for at in range(len(text)) if text.startswith("Acme", at)]
    whole = _made(text, [{"start": at, "end": at + 4, "label": "ORG"} for at in starts], min_words=1)

    def leaves(outcome: Outcome) -> list[Outcome]:
        assert isinstance(outcome, Candidate)
        return [outcome] if outcome.split is None else [leaf for part in outcome.split() for leaf in leaves(part)]

    parts = leaves(whole)
    assert len(parts) == len(lines)
    assert [word for part in parts if isinstance(part, Candidate) for word in part.input.split()] == text.split()
    assert [span for part in parts for span in _target(part)] == _target(whole)
    for part in parts:
        assert isinstance(part, Candidate)
        assert all(span["text"] in part.input for span in _target(part))


def test_no_split_crosses_a_span() -> None:
    """A text whose only line end lies within a span cannot be split."""
    outcome = _made("The Acme\nCompany grew", [{"start": 4, "end": 16, "label": "ORG"}])
    assert isinstance(outcome, Candidate)
    assert outcome.split is None


def test_a_large_text_is_split_in_little_time() -> None:
    """Looking for a place to split reads the text once, however many lines and spans it has."""
    line = "Acme sold roofs and scanners."
    text = "\n".join([line] * 20_000)
    spans = [{"start": at * (len(line) + 1), "end": at * (len(line) + 1) + 4, "label": "ORG"} for at in range(20_000)]
    outcome = _made(text, spans)
    assert isinstance(outcome, Candidate)
    assert outcome.split is not None
    assert [len(_target(part)) for part in outcome.split()] == [10_000, 10_000]
