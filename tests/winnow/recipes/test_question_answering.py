"""Question → answer, from tables and from turns."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from winnow.documents import Block, Document
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.question_answering import RECIPE, QuestionAnsweringTask

ANSWER = (
    "We moved the launch to May because the supplier could not deliver the housings before the end of the winter season at all."
)
ASKED = "Why did you move the launch to May?"


def _turn(speaker: str | None, text: str, start: int = 0, end: int | None = None) -> Block:
    return Block("turn", text, speaker=speaker, start_ms=start * 1000, end_ms=None if end is None else end * 1000)


MEETING = Document(
    document_id="meeting",
    link="m1",
    blocks=(
        _turn("Ann", "Good morning.", 0, 5),
        _turn("Bob", "The housings are late.", 5, 10),
        _turn("Ann", "Then we move to May.", 10, 15),
        _turn("Bob", "Agreed.", 15, 20),
    ),
)


def _row(question: str, answer: str = "To May.", support: object = None, link: str | None = "m1", **fields: str) -> Document:
    value = support if isinstance(support, str) else json.dumps(support or [])
    return Document(
        document_id="row", row_number=0, link=link, fields={"question": question, "answer": answer, "support": value, **fields}
    )


def _made(documents: list[Document], **options: object) -> list[Outcome]:
    task = QuestionAnsweringTask.model_validate({"name": "qa", "sources": ["s"], **options})
    return list(RECIPE.build(documents, task))


def _supported(row: Document, *others: Document) -> Outcome:
    (outcome,) = _made([row, *others], mode="pairs", support="support")
    return outcome


def _reason(outcome: Outcome) -> str:
    assert isinstance(outcome, Refusal)
    return outcome.reason


def _input(outcome: Outcome) -> str:
    assert isinstance(outcome, Candidate)
    return outcome.input


def test_the_context_is_what_was_said_at_the_times_of_support() -> None:
    """Of the linked meeting, the turns within the row's clock times are the context, and both documents are named."""
    outcome = _supported(_row("What was decided?", support=[["00:00:05.000", "00:00:15.000"]]), MEETING)
    assert isinstance(outcome, Candidate)
    assert outcome.input == "Context:\nBob: The housings are late.\nAnn: Then we move to May.\n\nQuestion: What was decided?"
    assert outcome.target == "To May."
    assert [document.document_id for document in outcome.documents] == ["row", "meeting"]


def test_stretches_of_talk_are_kept_apart() -> None:
    """Turns that are not next to each other are not run together."""
    outcome = _supported(_row("Who agreed?", support=[["00:00:15", "00:00:20"], ["00:00:00", "00:00:05"]]), MEETING)
    assert _input(outcome) == "Context:\nAnn: Good morning.\n[…]\nBob: Agreed.\n\nQuestion: Who agreed?"


def test_a_neighbour_that_only_rounding_brings_in_is_left_out() -> None:
    """A transcript with whole seconds does not add the next turn because support ends a fraction later."""
    outcome = _supported(_row("What was late?", support=[["00:00:05.200", "00:00:10.700"]]), MEETING)
    assert _input(outcome).startswith("Context:\nBob: The housings are late.\n\n")


def test_a_turn_without_an_end_lasts_until_the_next() -> None:
    """Transcripts that only say when a turn begins can be asked about as well."""
    meeting = Document(document_id="m", link="m1", blocks=(_turn("Ann", "First.", 0), _turn("Bob", "Second.", 10)))
    outcome = _supported(_row("What came first?", support=[["00:00:04", "00:00:08"]]), meeting)
    assert _input(outcome).startswith("Context:\nAnn: First.\n\n")


@pytest.mark.parametrize("support", ["{}", "[[1, 2]]", '[["00:00:09", "00:00:01"]]', '[["soon", "later"]]', "[", "[[]]"])
def test_support_that_is_no_list_of_times_is_refused(support: str) -> None:
    """A malformed support field is a mistake in the export and no reason to guess."""
    assert _reason(_supported(_row("What was decided?", support=support), MEETING)) == "bad_support"


def test_a_question_whose_meeting_is_not_there_has_no_context() -> None:
    """Support without its meeting, times at which nothing was said, and a link that leads nowhere are refused."""
    times = [["00:00:05", "00:00:15"]]
    assert _reason(_supported(_row("What was decided?", support=times))) == "no_context"
    assert _reason(_supported(_row("What was decided?", support=[["01:00:00", "01:10:00"]]), MEETING)) == "no_context"
    assert _reason(_supported(_row("What was decided?"))) == "no_context"


@pytest.mark.parametrize(
    "question", ["What did this report recommend?", "Who attended the last meeting?", "See the attached file?"]
)
def test_a_question_about_a_document_needs_one(question: str) -> None:
    """Even in a plain table, a question that speaks of a document nobody has is refused."""
    (outcome,) = _made([_row(question, link=None)], mode="pairs")
    assert _reason(outcome) == "no_context"


def test_a_question_of_its_own_needs_no_context() -> None:
    """A plain question and answer is a pair as it stands."""
    (outcome,) = _made([_row("How tall is the tower?", "300 metres", link=None)], mode="pairs")
    assert _input(outcome) == "Question: How tall is the tower?"


def test_a_field_can_be_the_context() -> None:
    """With a context field its text is the context, and an empty one is refused."""
    row = _row("How tall is it?", "300 metres", passage="The tower is 300 metres tall.")
    (outcome,) = _made([row], mode="pairs", context="passage")
    assert _input(outcome) == "Context:\nThe tower is 300 metres tall.\n\nQuestion: How tall is it?"
    (outcome,) = _made([_row("How tall is it?", "300 metres", passage="")], mode="pairs", context="passage")
    assert _reason(outcome) == "no_context"


def test_the_linked_document_as_a_whole_can_be_the_context() -> None:
    """Without support times the context is the linked document, the one that says most."""
    short = Document(document_id="a", link="m1", blocks=(Block("paragraph", "Short."),))
    (outcome,) = _made([_row("What is late?"), short, MEETING], mode="pairs", linked=True)
    assert "Bob: The housings are late." in _input(outcome)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (_row(""), "no_question"),
        (_row("Why?", ""), "no_answer"),
        (_row("Is the new housing late?", "Is the new housing"), "repeats_input"),
        (_row("Late?", "Late!"), "repeats_input"),
    ],
)
def test_half_a_pair_is_refused(row: Document, expected: str) -> None:
    """An empty side, or an answer that only repeats the question, is refused by reason."""
    (outcome,) = _made([row], mode="pairs")
    assert _reason(outcome) == expected


def test_an_answer_may_choose_one_of_the_questions_words() -> None:
    """A short answer out of the question is a choice and no repetition."""
    (outcome,) = _made([_row("Should it be April or May?", "May", link=None)], mode="pairs")
    assert isinstance(outcome, Candidate)


def test_only_pairs_with_a_linked_document_join() -> None:
    """A task sees all days at once only if it must."""
    base = {"name": "qa", "sources": ["s"]}
    joining = [{"mode": "pairs", "support": "support"}, {"mode": "pairs", "linked": True}]
    alone = [{"mode": "pairs"}, {"mode": "pairs", "context": "c"}, {"mode": "turns"}]
    assert all(RECIPE.joins(QuestionAnsweringTask.model_validate(base | options)) for options in joining)
    assert not any(RECIPE.joins(QuestionAnsweringTask.model_validate(base | options)) for options in alone)


def test_two_contexts_are_an_error() -> None:
    """A task cannot ask for a field and a linked document at once."""
    with pytest.raises(ValidationError):
        _made([], mode="pairs", context="passage", linked=True)


def _talk(*turns: tuple[str | None, str], **options: object) -> list[Outcome]:
    blocks = tuple(_turn(speaker, text, at) for at, (speaker, text) in enumerate(turns))
    return _made([Document(document_id="t", blocks=blocks)], mode="turns", **options)


def test_a_question_turn_and_the_next_speakers_turn_are_a_pair() -> None:
    """The turns before the question are its context."""
    (outcome,) = _talk(("Ann", "Good morning."), ("Bob", "Good morning to you."), ("Ann", ASKED), ("Bob", ANSWER))
    assert isinstance(outcome, Candidate)
    assert outcome.input == f"Context:\nAnn: Good morning.\nBob: Good morning to you.\n\nQuestion: {ASKED}"
    assert outcome.target == ANSWER


def test_the_context_is_so_many_turns() -> None:
    """Only the task's number of turns before the question is context, and none gives the bare question."""
    turns = [("Ann", "One."), ("Bob", "Two."), ("Ann", ASKED), ("Bob", ANSWER)]
    assert _input(_talk(*turns, context_turns=1)[0]).startswith("Context:\nBob: Two.\n\n")
    assert _input(_talk(*turns, context_turns=0)[0]) == f"Question: {ASKED}"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([("Ann", "We are done.")], "no_questions"),
        ([("Ann", "Why did you move it?"), ("Bob", ANSWER)], "question_too_short"),
        ([("Ann", ASKED), ("Bob", "Because we had to.")], "answer_too_short"),
        ([("Ann", ASKED)], "no_answer"),
        ([(None, ASKED), (None, ANSWER)], "no_answer"),
        ([("Ann", ASKED), (None, ANSWER)], "no_answer"),
        ([("Ann", ASKED), ("Bob", ANSWER + " But why is it that you ask?")], "answer_is_question"),
    ],
)
def test_a_turn_that_leads_to_no_answer_is_refused(turns: list[tuple[str | None, str]], expected: str) -> None:
    """Each rule of who asks, who answers and how long has a reason of its own."""
    assert expected in [_reason(outcome) for outcome in _talk(*turns)]


def test_the_answer_is_never_the_askers_own() -> None:
    """Cues of one speaker are one turn, so a question answered by its asker has no answer at all."""
    outcomes = _talk(("Ann", ASKED), ("Ann", ANSWER))
    assert [_reason(outcome) for outcome in outcomes] == ["no_questions"]


def test_cues_of_one_speaker_are_one_answer() -> None:
    """Captions cut a sentence where the line is full; the answer is all of it."""
    first, second = ANSWER[:60].rsplit(" ", 1)[0], ANSWER[60:].strip()
    (outcome,) = _talk(("Ann", ASKED), ("Bob", first), ("Bob", second))
    assert isinstance(outcome, Candidate)
    assert outcome.target == f"{first} {second}"


def test_marks_of_transcribers_are_not_learnt() -> None:
    """What is not speech, and the space before a mark, is left out."""
    (outcome,) = _talk(("Ann", "So {disfmarker} why did you move it , then ?"), ("Bob", "[laughter] " + ANSWER))
    assert isinstance(outcome, Candidate)
    assert outcome.input.endswith("Question: So why did you move it, then?")
    assert outcome.target == ANSWER


def test_the_same_question_twice_gives_two_anchors() -> None:
    """Equal question turns are told apart by what stands around them."""
    other = ANSWER.replace("May", "June")
    first, second = _talk(("Ann", ASKED), ("Bob", ANSWER), ("Ann", ASKED), ("Bob", other))
    assert first.anchor != second.anchor


@settings(max_examples=80, deadline=None)
@given(
    turns=st.lists(
        st.tuples(st.sampled_from(["Ann", "Bob", None]), st.sampled_from([ASKED, ANSWER, "Yes.", "Why?", "{pause}"]))
    )
)
def test_every_asking_turn_is_one_outcome(turns: list[tuple[str | None, str]]) -> None:
    """There is one outcome for each merged turn that ends in a question, or one for the whole document."""
    spoken = [(speaker, text) for speaker, text in turns if text != "{pause}"]
    merged: list[tuple[str | None, str]] = []
    for speaker, text in spoken:
        if speaker and merged and merged[-1][0] == speaker:
            merged[-1] = (speaker, text)
        else:
            merged.append((speaker, text))
    assert len(_talk(*turns)) == max(1, sum(text.endswith("?") for _, text in merged))
