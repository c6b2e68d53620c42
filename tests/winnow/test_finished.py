"""The last step of an example's text: known people leave it, and its rules are asked again."""

from typing import Any

import pyarrow as pa
import pyarrow.compute
import pytest

from tests.winnow.test_examples import PAIRS
from tests.winnow.test_known import SALT, known
from winnow.documents import Document
from winnow.examples import ExampleConfig, finish
from winnow.finished import PERSONAL_DATA_LEFT, finished, finished_alone
from winnow.known import Known
from winnow.mentions import canonical, entity_id
from winnow.placeholders import Mode, internal
from winnow.recipes._base import Candidate
from winnow.schemas import EXAMPLES
from winnow.tasks import Task
from winnow.tokens import count_tokens

KELLER = internal("PERSON", entity_id(SALT, "PERSON", canonical("PERSON", "Maria Keller")))
NOBODY, SOMEBODY = known(), known("Maria Keller", "Tom Barlow")


def _row(source: str, target: str, people: Known = SOMEBODY, task: Task = PAIRS, **rest: Any) -> dict[str, Any]:
    document = Document(document_id="d", object_id="o", content_sha256="e", source=task.sources[0])
    rows = pa.Table.from_pylist(finish(Candidate((document,), "document", source, target, **rest), task, SALT), EXAMPLES)
    (row,) = finished(rows, people, ExampleConfig(SALT, (task,))).to_pylist()
    found: dict[str, Any] = row
    return found


def test_a_known_person_becomes_a_placeholder_of_the_example() -> None:
    """Somebody whom another document knows has the number that the same person has in this one, and is counted."""
    row = _row(f"{KELLER} wrote to Tom Barlow about the roof", "Maria Keller asked when the roof will be mended again")
    assert row["input"] == "<PERSON_1> wrote to <PERSON_2> about the roof"
    assert row["target"] == "<PERSON_1> asked when the roof will be mended again"
    assert row["pii"] == [{"name": "PERSON", "count": 3}]
    assert row["known"] == [{"name": "PERSON", "count": 2}]


def test_tokens_are_counted_again_where_the_text_changed() -> None:
    """The stored counts are those of what is released."""
    row = _row("Tom Barlow came to look at the roof", "The roof was looked at by a visitor")
    assert [row["input_tokens"], row["target_tokens"]] == count_tokens([row["input"], row["target"]], PAIRS.tokenizer)


def test_an_example_over_its_limit_afterwards_is_refused() -> None:
    """A placeholder may be longer than the name it stands for."""
    source, target = "Li Na came", "The roof was looked at by a visitor"
    at_limit = next(
        task
        for task in (PAIRS.model_copy(update={"token_limit": limit}) for limit in range(16, 200))
        if _row(source, target, NOBODY, task)["reason"] is None
    )
    assert _row(source, target, known("Li Na"), at_limit)["reason"] == "over_token_limit"


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("The roof is late", "Tom Barlow said that the roof is late", "placeholder_not_in_input"),
        ("Tom Barlow met Maria Keller today", "Tom Barlow met Maria Keller today", "mostly_placeholders"),
    ],
)
def test_the_rules_are_asked_again(source: str, target: str, reason: str) -> None:
    """What says too little once known people are gone is refused, without text, and stays where nobody is known."""
    row = _row(source, target)
    assert row["reason"] == reason
    assert (row["input"], row["target"], row["forms"], row["known"]) == (None, None, [], [])
    assert _row(source, target, NOBODY)["reason"] is None


def test_a_label_that_names_a_known_person_refuses_the_example() -> None:
    """A label is a class, in which nothing can be replaced."""
    assert _row("Where is the card?", "It is on its way", label="Tom Barlow")["reason"] == PERSONAL_DATA_LEFT


def test_other_rows_are_only_rendered() -> None:
    """Where nobody is known the example is as it was counted, and the hashes leave with it."""
    row = _row(f"{KELLER} asked about the roof again", "It is being mended today", known("Ann Sommer"))
    assert (row["input"], row["known"], row["forms"]) == ("<PERSON_1> asked about the roof again", [], [])


def test_many_rows_keep_their_order() -> None:
    """The answer has a row for each, in the order in which they came, and nothing is a table of nothing."""
    document = Document(document_id="d", object_id="o", content_sha256="e", source=PAIRS.sources[0])
    texts = [
        (f"Question {number} of Tom Barlow" if number % 3 else f"Question {number}", "An answer") for number in range(2_050)
    ]
    rows = [row for pair in texts for row in finish(Candidate((document,), "document", *pair), PAIRS, SALT)]
    config = ExampleConfig(SALT, (PAIRS,))
    table = finished(pa.Table.from_pylist(rows, EXAMPLES), SOMEBODY, config)
    assert table["input"].to_pylist() == [source.replace("Tom Barlow", "<PERSON_1>") for source, _ in texts]
    assert table.schema.equals(EXAMPLES)
    assert finished(EXAMPLES.empty_table(), SOMEBODY, config).equals(EXAMPLES.empty_table())


@pytest.mark.parametrize("mode", ["placeholder", "surrogate", "removal"])
def test_alone_is_as_where_nobody_is_known(mode: Mode) -> None:
    """What an example would say if no other document mattered is what it says where the dictionary is empty, refusals left out."""
    texts = [
        (f"{KELLER} wrote to Tom Barlow", "A letter about the roof"),
        ("The roof leaks", "It will be mended"),
        (KELLER, KELLER),
    ]
    document = Document(document_id="d", object_id="o", content_sha256="e", source=PAIRS.sources[0])
    candidates = [Candidate((document,), f"part {at}", source, target) for at, (source, target) in enumerate(texts)]
    made = [row for candidate in candidates for row in finish(candidate, PAIRS, SALT, mode)]
    rows = pa.Table.from_pylist(made, EXAMPLES)
    config = ExampleConfig(SALT, (PAIRS,), mode)
    alone = finished_alone(rows, config)
    assert len(alone) == 2
    whole = finished(rows, NOBODY, config)
    assert alone.equals(whole.filter(pa.compute.is_null(whole["reason"])).select(alone.column_names))
