"""The two stages that make examples, and the rules that every example is held to."""

import dataclasses
import json
import pickle
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.documents import Block, Document, to_batch
from winnow.examples import (
    ENVELOPE_TOKENS,
    REASONS,
    ExampleConfig,
    example_builder,
    examples_key,
    finish,
    join_examples,
    joins,
    refusals,
)
from winnow.finished import finished
from winnow.known import Known
from winnow.mentions import canonical, entity_id
from winnow.placeholders import OPEN, internal
from winnow.recipes import recipes
from winnow.recipes._base import Candidate, Refusal
from winnow.recipes.classification import ClassificationTask
from winnow.recipes.generation import GenerationTask
from winnow.recipes.pairs import PairsTask
from winnow.recipes.question_answering import QuestionAnsweringTask
from winnow.recipes.spans import SpansTask
from winnow.recipes.summarization import SummarizationTask
from winnow.schemas import DOCUMENTS, EXAMPLES
from winnow.tasks import Balance, Task
from winnow.tokens import count_tokens

SALT = "pepper"
ANN, BOB = internal("PERSON", "a" * 32), internal("PERSON", "b" * 32)
MAIL = internal("EMAIL_ADDRESS", "c" * 32)

TICKETS = ClassificationTask(name="tickets", sources=("support",), text="text", label="category")
MINUTES = SummarizationTask(name="minutes", sources=("talks",), mode="minutes")
QUESTIONS = QuestionAnsweringTask(name="questions", sources=("rows", "talks"), mode="pairs", support="support")
PAIRS = PairsTask(name="pairs", sources=("support",), input="text", target="reply")


def _ticket(number: int, text: str = "Where is my card?", source: str = "support", **fields: str) -> Document:
    return Document(
        fields={"text": text, "category": "delivery", **fields},
        row_number=number,
        document_id=f"{number:032x}",
        object_id="o" * 32,
        content_sha256="e" * 64,
        source=source,
        language="en",
        licence="CC-BY-4.0",
        audience="internal",
        customer=f"customer{number % 3}",
    )


def _meeting(number: int, *, minutes: bool = False) -> Document:
    turns = tuple(
        Block(
            "turn",
            f"Point {at} of meeting {number} is about roofs, scanners, pallets and labels.",
            0,
            speaker,
            None,
            at,
            at + 1,
            at,
            at + 1,
        )
        for at, speaker in enumerate([ANN, BOB] * 10)
    )
    summary = Block(
        "paragraph",
        f"The team of meeting {number} spoke for a long time about roofs and scanners and then decided nothing at all.",
    )
    return Document(
        blocks=(summary,) if minutes else turns,
        name=f"m{number}.minutes" if minutes else f"m{number}",
        document_id=f"{'b' if minutes else 'a'}{number:031x}",
        object_id=f"{'b' if minutes else 'a'}{number:031x}",
        content_sha256="e" * 64,
        source="talks",
        link=f"link{number}",
        licence="MIT" if minutes else "CC-BY-4.0",
        audience="internal",
        origin="human",
    )


def _question(number: int) -> Document:
    support = json.dumps([["00:00:00.002", "00:00:00.005"]])
    fields = {"question": "What was point three about?", "answer": "It was about roofs.", "support": support}
    return dataclasses.replace(_ticket(number + 500, source="rows"), fields=fields, link=f"link{number}")


def _built(documents: Sequence[Document], *tasks: Task) -> list[dict[str, Any]]:
    return _released(pa.Table.from_batches([example_builder(ExampleConfig(SALT, tasks))(to_batch(documents))]), *tasks)


def _released(rows: pa.Table, *tasks: Task) -> list[dict[str, Any]]:
    """``rows`` as they leave the set side where nobody is known."""
    released: list[dict[str, Any]] = finished(rows, Known((), SALT), ExampleConfig(SALT, tasks)).to_pylist()
    return released


def _joined(documents: Sequence[Document], *tasks: Task) -> list[dict[str, Any]]:
    return _released(join_examples(pa.Table.from_batches([to_batch(documents)]), ExampleConfig(SALT, tasks)), *tasks)


def _finished(source: str, target: str, task: Task = PAIRS, **rest: Any) -> dict[str, Any]:
    rows = finish(Candidate((_ticket(1),), "document", source, target, **rest), task, SALT)
    (row,) = _released(pa.Table.from_pylist(rows, EXAMPLES), task)
    return row


def test_a_document_becomes_a_row_of_the_schema() -> None:
    """A candidate that breaks no rule is an example with text, counts and where it came from."""
    (row,) = _built([_ticket(7)], TICKETS)
    assert (row["input"], row["target"], row["label"], row["reason"]) == ("Where is my card?", "delivery", "delivery", None)
    assert (row["task"], row["kind"], row["source"], row["licence"]) == ("tickets", "classification", "support", "CC-BY-4.0")
    assert row["contents"] == [{"object_id": "o" * 32, "content_sha256": "e" * 64}]
    assert [span["part"] for span in row["spans"]] == ["input", "target"]
    assert {span["row_number"] for span in row["spans"]} == {7}


def test_the_builder_gives_the_examples_schema_even_for_nothing() -> None:
    """An empty batch, and one that no task wants, is an empty batch of the right columns."""
    build = example_builder(ExampleConfig(SALT, (TICKETS,)))
    for documents in ([], [_ticket(1, source="elsewhere")]):
        batch = build(to_batch(documents))
        assert batch.schema.equals(EXAMPLES)
        assert batch.num_rows == 0
    assert join_examples(pa.Table.from_batches([], schema=DOCUMENTS), ExampleConfig(SALT, (MINUTES,))).schema.equals(EXAMPLES)


def test_a_quarantined_document_makes_nothing() -> None:
    """A row that the line already put aside is no candidate of any task."""
    bad = dataclasses.replace(_ticket(1), reason="encrypted")
    assert _built([bad], TICKETS) == []
    assert _joined([dataclasses.replace(_meeting(1), reason="scrub_failed")], MINUTES) == []


def test_each_stage_runs_the_tasks_that_are_its_own() -> None:
    """A joining task makes nothing a day at a time, and a daily one nothing on the set side."""
    documents = [_ticket(1), _meeting(1), _meeting(1, minutes=True)]
    assert {row["task"] for row in _built(documents, TICKETS, MINUTES)} == {"tickets"}
    assert {row["task"] for row in _joined(documents, TICKETS, MINUTES)} == {"minutes"}
    assert [joins(task) for task in (TICKETS, MINUTES, QUESTIONS)] == [False, True, True]


def test_placeholders_are_numbered_over_input_and_target_together() -> None:
    """One person is one number on both sides, by first appearance in the input."""
    row = _finished(
        f"{BOB} wrote to {ANN} about the roof", f"{ANN} was written to by {BOB} and the roof is now at last repaired"
    )
    assert row["input"] == "<PERSON_1> wrote to <PERSON_2> about the roof"
    assert row["target"].startswith("<PERSON_2> was written to by <PERSON_1>")
    assert row["pii"] == [{"name": "PERSON", "count": 4}]


PEOPLE = [internal("PERSON", f"{number:032x}") for number in range(4)]
WRITTEN = st.lists(st.sampled_from([*PEOPLE, MAIL, "roof", "offer", "late", "in", "May"]), min_size=1, max_size=12).map(
    " ".join
)


@settings(max_examples=150, deadline=None)
@given(source=WRITTEN, target=WRITTEN)
def test_numbering_is_consistent_and_nothing_internal_is_left(source: str, target: str) -> None:
    """Over any example, internal ids and numbers are one to one, numbers run from 1 by appearance, and no delimiter stays."""
    row = _finished(source, target)
    if row["reason"] is not None:
        return
    before = re.findall(f"{OPEN}[^\ue001]*\ue001", source + " " + target)
    after = re.findall(r"<[A-Z_]+_[0-9]+>", row["input"] + " " + row["target"])
    assert len(set(zip(before, after, strict=True))) == len(set(before)) == len(set(after))
    assert list(dict.fromkeys(name for name in after if "PERSON" in name)) == [
        f"<PERSON_{number + 1}>" for number in range(len({name for name in after if "PERSON" in name}))
    ]
    assert OPEN not in row["input"] + row["target"]
    assert sum(count["count"] for count in row["pii"]) == len(after)


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("", "something", "empty"),
        ("something", " \n", "empty"),
        ("The roof is late", f"{ANN} said that the roof is late", "placeholder_not_in_input"),
        (f"{ANN} is late", f"{BOB} said that the roof is late", "placeholder_not_in_input"),
        (f"{ANN} met {BOB} today", f"{ANN} met {BOB} today", "mostly_placeholders"),
        (f"{ANN} is late", f"one two three {ANN}", "mostly_placeholders"),
        (f"{ANN} is late", f"one two three four {ANN}", None),
    ],
)
def test_a_broken_rule_refuses_the_candidate(source: str, target: str, reason: str | None) -> None:
    """Empty text, a placeholder that the input lacks, and a target of over a fifth placeholders are refused; a fifth is not."""
    assert _finished(source, target)["reason"] == reason


def test_a_refusal_holds_no_text() -> None:
    """A refused candidate keeps who it was and why, and nothing that anybody wrote."""
    row = _finished("The roof is late", f"{ANN} said that the roof is late", label="secret", input_places=((_ticket(1), None),))
    assert row["reason"] == "placeholder_not_in_input"
    assert [row[name] for name in ("input", "target", "label", "intensity", "input_tokens", "target_tokens")] == [None] * 6
    assert (row["spans"], row["pii"]) == ([], [])
    assert row["contents"]
    assert row["example_id"]


def test_token_counts_are_those_of_the_finished_text() -> None:
    """What is stored is the exact count of the numbered input and of the target."""
    row = _finished(f"{ANN} asks for the roof " * 50, "The roof is repaired in May")
    assert [row["input_tokens"], row["target_tokens"]] == count_tokens([row["input"], row["target"]], PAIRS.tokenizer)


@pytest.mark.parametrize("spare", [0, -1])
def test_the_limit_holds_for_all_that_a_model_reads(spare: int) -> None:
    """Input, target, system message, template and envelope together may reach the limit and not one token more."""
    source, target = "The roof is late and the offer is high. " * 10, "Roof late, offer high."
    system, template = "You are brief.", "Shorten this:\n{input}"
    used = sum(count_tokens([source.strip(), target, system, template.replace("{input}", "")], "o200k_base")) + ENVELOPE_TOKENS
    task = PairsTask(
        name="p", sources=("support",), input="text", target="reply", system=system, template=template, token_limit=used + spare
    )
    assert _finished(source, target, task)["reason"] == (None if spare == 0 else "over_token_limit")


def test_nothing_is_ever_cut() -> None:
    """A long text within its limit comes out with every word."""
    source = "word " * 9_000
    row = _finished(source, "A single word is repeated.")
    assert row["input"] == source.strip()


def _spans_task(over_limit: str) -> SpansTask:
    return SpansTask.model_validate(
        {"name": "ner", "sources": ["support"], "text": "text", "spans": "spans", "token_limit": 60, "over_limit": over_limit}
    )


def _long_text() -> Document:
    lines = [f"In week {number} the company Acme sold roofs and scanners." for number in range(12)]
    text = "\n".join(lines)
    spans = [{"start": found.start(), "end": found.end(), "label": "ORG"} for found in re.finditer("Acme", text)]
    return _ticket(1, text, spans=json.dumps(spans))


def test_over_the_limit_is_dropped_unless_the_task_splits() -> None:
    """By default a long candidate is one refusal."""
    assert [row["reason"] for row in _built([_long_text()], _spans_task("drop"))] == ["over_token_limit"]


def test_a_split_accounts_for_the_whole_and_its_parts() -> None:
    """The parts fit, hold all lines and targets between them, and each whole that was split is a row that says so."""
    rows = _built([_long_text()], _spans_task("split"))
    parts = [row for row in rows if row["reason"] is None]
    assert {row["reason"] for row in rows} == {None, "split_into_parts"}
    assert len(parts) == sum(row["reason"] is not None for row in rows) + 1  # each split makes two of one
    assert sorted(line for row in parts for line in row["input"].split("\n")) == sorted(_long_text().fields["text"].split("\n"))
    assert sum(len(json.loads(row["target"])) for row in parts) == 12
    assert all(row["input_tokens"] + row["target_tokens"] + ENVELOPE_TOKENS <= 60 for row in parts)
    assert len({row["example_id"] for row in rows}) == len(rows)


def test_a_summary_of_the_whole_is_dropped_and_never_split() -> None:
    """A meeting over its limit is refused, even where the task would split what can be."""
    task = MINUTES.model_copy(update={"token_limit": 100, "over_limit": "split"})
    rows = _joined([_meeting(1), _meeting(1, minutes=True)], task)
    assert [row["reason"] for row in rows] == ["over_token_limit"]


def test_the_same_anchor_twice_is_refused_the_second_time() -> None:
    """A section that stands twice in one document, word for word, is one example and one refusal."""
    section = (Block("heading", "Costs", 1), Block("paragraph", "The costs rose again this year. " * 20))
    document = dataclasses.replace(_ticket(1), title="Report", fields={}, blocks=section * 2)
    task = GenerationTask(name="sections", sources=("support",))
    rows = _built([document], task)
    assert [row["reason"] for row in rows] == [None, "duplicate_anchor"]
    assert rows[1]["input"] is None


def test_ids_depend_on_task_documents_anchor_and_salt_alone() -> None:
    """An edit of the text keeps the id; another task, document or salt gives another."""
    (first,) = _built([_ticket(1)], TICKETS)
    (edited,) = _built([_ticket(1, "Where on earth is my card?")], TICKETS)
    (other,) = _built([_ticket(2)], TICKETS)
    (task,) = _built([_ticket(1)], TICKETS.model_copy(update={"name": "again"}))
    salted = example_builder(ExampleConfig("salt", (TICKETS,)))(to_batch([_ticket(1)])).to_pylist()[0]
    assert edited["example_id"] == first["example_id"]
    assert len({row["example_id"] for row in (first, other, task, salted)}) == 4
    assert first["anchor"] != "document"


def test_an_example_of_two_documents_is_bound_by_both() -> None:
    """Licences add up, every document, link and customer is a group key, and one model text makes it the model's."""
    meeting, minutes = _meeting(1), dataclasses.replace(_meeting(1, minutes=True), origin="model", customer="c1")
    (row,) = _joined([minutes, meeting], MINUTES)
    assert row["licence"] == "CC-BY-4.0 AND MIT"
    assert row["origin"] == "model"
    assert row["group_keys"] == sorted([meeting.document_id, minutes.document_id, "link1", "c1"])
    assert {content["object_id"] for content in row["contents"]} == {meeting.object_id, minutes.object_id}


def test_differing_audiences_are_both_named() -> None:
    """An example read from two audiences names both, so that a dataset for one of them cannot take it."""
    meeting, minutes = _meeting(1), dataclasses.replace(_meeting(1, minutes=True), audience="board")
    (row,) = _joined([minutes, meeting], MINUTES)
    assert row["audience"] == "board AND internal"


def test_neighbouring_blocks_are_one_span() -> None:
    """A whole transcript is one span from its first turn to its last, with both clock times."""
    (row,) = _joined([_meeting(1), _meeting(1, minutes=True)], MINUTES)
    source = [span for span in row["spans"] if span["part"] == "input"]
    assert [(span["start"], span["end"], span["start_ms"], span["end_ms"]) for span in source] == [(0, 20, 0, 20)]


def test_a_span_never_runs_over_a_page() -> None:
    """Neighbouring blocks of two pages are two spans, since characters are counted page by page."""
    blocks = tuple(Block("paragraph", "The roof is late.", page=page, start=0, end=17) for page in (1, 2))
    document = dataclasses.replace(_ticket(1), blocks=blocks)
    (row,) = _built([document], TICKETS.model_copy(update={"text": None}))
    assert [(span["page"], span["end"]) for span in row["spans"] if span["part"] == "input"] == [(1, 17), (2, 17)]


def test_documents_meet_by_their_link_and_no_other() -> None:
    """Rows and files of one link are joined, those of another are not, and one without a link stays alone."""
    lonely = dataclasses.replace(_question(1), document_id="f" * 32, link=None)
    rows = _joined([_meeting(1), _meeting(2), _question(1), lonely], QUESTIONS)
    assert Counter(row["reason"] for row in rows) == {None: 1, "no_context": 1}
    (row,) = [row for row in rows if row["reason"] is None]
    assert "meeting 1" in row["input"]
    assert "meeting 2" not in row["input"]
    assert "link1" in row["group_keys"]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_order_of_documents_changes_nothing(data: st.DataObject) -> None:
    """Any order and any cut into batches gives the same rows: daily as a set, joined in the same order."""
    documents = [*(_ticket(number) for number in range(4)), *(_question(number) for number in range(3))]
    documents += [dataclasses.replace(_question(1), document_id=f"{number:032x}") for number in (700, 701)]
    documents += [_meeting(number) for number in range(3)] + [_meeting(number, minutes=True) for number in range(1, 4)]
    shuffled = data.draw(st.permutations(documents))
    cut = data.draw(st.integers(0, len(documents)))
    config = ExampleConfig(SALT, (TICKETS, MINUTES, QUESTIONS))
    table = pa.Table.from_batches([to_batch(shuffled[:cut]), to_batch(shuffled[cut:])])
    assert join_examples(table, config).equals(join_examples(pa.Table.from_batches([to_batch(documents)]), config))
    build = example_builder(config)
    parts = [row for batch in table.to_batches() for row in build(batch).to_pylist()]
    assert sorted(map(repr, parts)) == sorted(map(repr, build(to_batch(documents)).to_pylist()))


@settings(max_examples=25, deadline=None)
@given(
    tickets=st.lists(st.sampled_from(["Where is my card?", "", "Help", f"{ANN} lost a card"]), max_size=8),
    meetings=st.sets(st.integers(0, 5)),
    minutes=st.sets(st.integers(0, 5)),
)
def test_counts_add_up(tickets: list[str], meetings: set[int], minutes: set[int]) -> None:
    """Every document is one row of each task that wants it: tickets one by one, meetings and minutes by pair or alone."""
    documents = [_ticket(number, text) for number, text in enumerate(tickets)]
    documents += [_meeting(number) for number in meetings] + [_meeting(number, minutes=True) for number in minutes]
    assert len(_built(documents, TICKETS)) == len(tickets)
    rows = _joined(documents, MINUTES)
    assert Counter(row["reason"] for row in rows) == +Counter(
        {None: len(meetings & minutes), "no_summary": len(meetings - minutes), "no_meeting": len(minutes - meetings)}
    )


def test_the_configuration_travels_to_workers() -> None:
    """Configuration and factory survive pickling, and give the same there."""
    config = ExampleConfig(SALT, (TICKETS, MINUTES, _spans_task("split")))
    factory, copy = pickle.loads(pickle.dumps((example_builder, config)))
    batch = to_batch([_ticket(1), _long_text()])
    assert factory(copy)(batch).equals(example_builder(config)(batch))


def test_the_stage_key_names_what_matters_and_only_that() -> None:
    """Another label map, tokenizer or template is another key; order of tasks and settings of later stages are not."""
    key = examples_key([TICKETS, MINUTES])
    same = TICKETS.model_copy(update={"balance": Balance(cap=3), "near_duplicate_threshold": 0.9, "keep_contained": True})
    assert examples_key([MINUTES, same]) == key
    for change in ({"labels": {"delivery": "d"}}, {"tokenizer": "cl100k_base"}, {"template": "Q: {input}"}, {"min_words": 3}):
        assert examples_key([TICKETS.model_copy(update=change), MINUTES]) != key


def test_every_reason_has_advice() -> None:
    """Whatever a recipe lists is in the one table, with the same advice wherever it is listed twice."""
    for recipe in recipes().values():
        for reason, advice in recipe.reasons.items():
            assert re.fullmatch(r"[a-z][a-z0-9_]*", reason)
            assert advice
            assert reason in REASONS


def test_every_recipe_is_named_for_its_kind() -> None:
    """The catalog finds a recipe by its task's kind."""
    assert set(recipes()) == {
        "classification",
        "generation",
        "pairs",
        "preference",
        "question_answering",
        "sentiment",
        "spans",
        "summarization",
    }
    assert all(recipe.task.model_fields["kind"].default == name for name, recipe in recipes().items())


def test_a_refusal_becomes_a_row() -> None:
    """What a recipe refuses is finished like the rest, with its reason and its documents."""
    (row,) = finish(Refusal((_ticket(1),), "document", "no_label"), TICKETS, SALT)
    assert (row["reason"], row["source"]) == ("no_label", "support")
    assert pa.RecordBatch.from_pylist([row], schema=EXAMPLES).num_rows == 1


@pytest.mark.parametrize("sign", ["<|im_start|>", "<|ref|>", "</s>", "[/INST]", "<end_of_turn>"])
def test_signs_that_chat_models_obey_are_refused(sign: str) -> None:
    """A text that holds a chat template's own marks would end an example early, in its input as in its target."""
    for row in (_finished(f"Before {sign} after", "An answer."), _finished("A question.", f"Before {sign} after")):
        assert row["reason"] == "control_tokens"
    assert _finished("Is a < b and [x] or <s> here?", "It is |so|.")["reason"] is None


def test_linked_documents_share_the_names_they_know() -> None:
    """An answer that names a speaker gets the placeholder that he has in the meeting."""
    name = entity_id(SALT, "PERSON", canonical("PERSON", "Ann Sommer"))
    meeting = _meeting(1)
    turns = tuple(dataclasses.replace(block, speaker=internal("PERSON", name)) for block in meeting.blocks)
    question = dataclasses.replace(
        _question(1), fields={**_question(1).fields, "answer": "Ann Sommer spoke for a long time about roofs."}
    )
    (row,) = _joined([dataclasses.replace(meeting, blocks=turns), question], QUESTIONS)
    assert row["target"] == "<PERSON_1> spoke for a long time about roofs."
    assert "<PERSON_1>:" in row["input"]


def test_a_document_that_broke_the_builder_is_one_refusal_a_task() -> None:
    """Where the builder died, every task that would have taken the document counts it, with the reason and without its text."""
    config = ExampleConfig(SALT, (TICKETS, PAIRS, MINUTES))
    rows = refusals(to_batch([_ticket(1), _ticket(2, source="elsewhere")]), "worker_died", config).to_pylist()
    assert [(row["task"], row["reason"], row["input"], row["target"]) for row in rows] == [
        ("tickets", "worker_died", None, None),
        ("pairs", "worker_died", None, None),
    ]
    assert all(row["contents"] == [{"object_id": "o" * 32, "content_sha256": "e" * 64}] for row in rows)
