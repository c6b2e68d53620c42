"""Text → label."""

import pytest
from pydantic import ValidationError

from winnow.documents import Block, Document
from winnow.placeholders import internal
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.classification import RECIPE, ClassificationTask


def _ticket(text: str, category: str = "card_arrival") -> Document:
    return Document(fields={"text": text, "category": category}, row_number=0, document_id="d", source="support")


def _made(document: Document, **options: object) -> Outcome:
    task = ClassificationTask.model_validate(
        {"name": "tickets", "sources": ["support"], "text": "text", "label": "category", **options}
    )
    (outcome,) = RECIPE.build([document], task)
    return outcome


def _reason(document: Document, **options: object) -> str:
    outcome = _made(document, **options)
    assert isinstance(outcome, Refusal)
    return outcome.reason


def test_a_row_becomes_its_text_and_its_label() -> None:
    """The text field is the input, the label field both target and label."""
    outcome = _made(_ticket("Where is my card?"))
    assert isinstance(outcome, Candidate)
    assert (outcome.input, outcome.target, outcome.label) == ("Where is my card?", "card_arrival", "card_arrival")


def test_labels_are_mapped_whatever_their_case() -> None:
    """A value is found in the task's labels without regard to case and outer spaces."""
    outcome = _made(_ticket("Where is my card?", "  Card_Arrival "), labels={"card_arrival": "delivery"})
    assert isinstance(outcome, Candidate)
    assert outcome.label == "delivery"


def test_a_label_that_the_task_does_not_map_is_refused() -> None:
    """With labels given, no other value becomes a class by accident."""
    assert _reason(_ticket("Where is my card?", "other"), labels={"card_arrival": "delivery"}) == "unknown_label"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (_ticket(""), "no_text"),
        (_ticket("Help"), "too_few_words"),
        (_ticket("Where is it?", " "), "no_label"),
        (_ticket("Where is it?", "free text " * 20), "label_too_long"),
        (Document(fields={"category": "x"}), "no_text"),
    ],
)
def test_what_is_missing_is_refused_by_its_name(document: Document, expected: str) -> None:
    """Each way in which a row can lack something has a reason of its own."""
    assert _reason(document) == expected


def test_placeholders_are_no_words() -> None:
    """A text that is nothing but removed entities has too few words."""
    text = " ".join(internal("PERSON", f"{number:032x}") for number in range(5))
    assert _reason(_ticket(text)) == "too_few_words"


def test_several_fields_are_one_text() -> None:
    """Fields are joined in the task's order, empty ones left out."""
    document = Document(fields={"body": "It broke.", "title": "Broken kettle", "more": "", "category": "fault"})
    outcome = _made(document, text=["title", "more", "body"])
    assert isinstance(outcome, Candidate)
    assert outcome.input == "Broken kettle\nIt broke."


def test_a_whole_document_can_be_labelled_by_its_source() -> None:
    """Without a text field the text is that of the blocks, and ``$source`` is a label that every document has."""
    blocks = (Block("heading", "Costs", 1), Block("paragraph", "They rose."), Block("footer", "Page 1"))
    document = Document(blocks=blocks, source="reports")
    outcome = _made(document, text=None, label="$source", labels={"reports": "report"})
    assert isinstance(outcome, Candidate)
    assert (outcome.input, outcome.label) == ("Costs\n\nThey rose.", "report")


def test_an_option_that_nobody_knows_is_an_error() -> None:
    """A misspelt option does not pass silently."""
    with pytest.raises(ValidationError):
        _made(_ticket("Where is my card?"), lables={})
