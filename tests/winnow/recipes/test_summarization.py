"""Minutes ↔ meeting, abstract ↔ body, executive summary ↔ report."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from winnow.documents import Block, Document
from winnow.placeholders import internal
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.summarization import RECIPE, SummarizationTask

SAID = (
    ("Ann", "Good morning everybody, shall we begin with the budget for the northern warehouse?"),
    ("Bob", "The roof needs repair, and the contractor wants forty thousand before winter."),
    ("Ann", "That is too much, ask two other contractors for an offer by Friday."),
    ("Cem", "The scanner software crashes whenever a pallet label is damaged."),
    ("Bob", "I can roll back the scanner software tonight."),
    ("Ann", "Good, thank you all, that is everything for today."),
)
SUMMARY = "The team found the offer for the warehouse roof too high, wants two more, and rolls back the scanner software."


def _meeting(document_id: str = "meeting", link: str | None = "m1", said: tuple[tuple[str, str], ...] = SAID) -> Document:
    blocks = tuple(
        Block("turn", text, speaker=speaker, start_ms=at * 10_000, end_ms=(at + 1) * 10_000)
        for at, (speaker, text) in enumerate(said)
    )
    return Document(document_id=document_id, link=link, name="board", source="talks", blocks=blocks)


def _minutes(*blocks: Block, document_id: str = "minutes", link: str | None = "m1") -> Document:
    body = blocks or (Block("paragraph", SUMMARY),)
    head = Block("heading", "Minutes: board", 1)
    return Document(document_id=document_id, link=link, name="board.minutes", source="papers", blocks=(head, *body))


def _made(*documents: Document, **options: object) -> list[Outcome]:
    task = SummarizationTask.model_validate({"name": "t", "sources": ["talks", "papers"], "mode": "minutes", **options})
    return list(RECIPE.build(documents, task))


def _reasons(outcomes: list[Outcome]) -> list[str]:
    return [outcome.reason if isinstance(outcome, Refusal) else "kept" for outcome in outcomes]


def _item(text: str) -> Block:
    return Block("list_item", text)


def test_minutes_go_with_the_whole_meeting() -> None:
    """The input is every turn, the target the minutes without the heading that says what they are."""
    (outcome,) = _made(_meeting(), _minutes())
    assert isinstance(outcome, Candidate)
    assert outcome.input == "\n".join(f"{speaker}: {text}" for speaker, text in SAID)
    assert outcome.target == SUMMARY
    assert [document.document_id for document in outcome.documents] == ["meeting", "minutes"]


def test_a_meeting_summary_is_never_split() -> None:
    """Minutes in prose were written for the whole, so there are no parts to fall back on."""
    (outcome,) = _made(_meeting(), _minutes())
    assert isinstance(outcome, Candidate)
    assert outcome.split is None


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([_meeting()], ["no_summary"]),
        ([_minutes()], ["no_meeting"]),
        ([_minutes(link=None)], ["no_meeting"]),
        ([Document(name="agenda", link="m1", blocks=(Block("paragraph", "x"),))], ["not_a_meeting"]),
        ([_meeting(), _minutes(Block("paragraph", "It went well."))], ["summary_too_short"]),
        ([_meeting(said=SAID[:1]), _minutes()], ["body_too_short"]),
        ([_meeting(), _minutes(Block("paragraph", SAID[1][1] + " " + SAID[2][1]))], ["kept"]),
    ],
)
def test_each_document_is_accounted_for(documents: list[Document], expected: list[str]) -> None:
    """A meeting without minutes, minutes without a meeting and anything else has its reason."""
    assert _reasons(_made(*documents)) == expected


def test_minutes_that_only_quote_are_refused() -> None:
    """A summary that stands word for word in the meeting teaches copying."""
    said = (*SAID, ("Ann", SUMMARY))
    assert _reasons(_made(_meeting(said=said), _minutes())) == ["repeats_input"]


def test_of_two_transcripts_the_fuller_one_is_used() -> None:
    """A second transcript of one meeting is refused whatever order they come in."""
    short = _meeting("short", said=SAID[:5])
    for documents in ([_meeting(), short, _minutes()], [short, _minutes(), _meeting()]):
        outcomes = _made(*documents)
        assert sorted(_reasons(outcomes)) == ["another_transcript", "kept"]
        assert [outcome.documents[0].document_id for outcome in outcomes if isinstance(outcome, Refusal)] == ["short"]


def test_summaries_can_be_told_by_their_source() -> None:
    """With a source named, the file's name says nothing."""
    (outcome,) = _made(_meeting(), _minutes(), summary={"source": "papers"})
    assert isinstance(outcome, Candidate)
    with pytest.raises(ValidationError):
        _made(summary={"source": "papers", "name_suffix": "minutes"})


def test_an_item_goes_with_the_turns_that_hold_its_words() -> None:
    """The shortest stretch of talk that covers most of an item's content words is its input."""
    (outcome,) = _made(_meeting(), _minutes(_item("Two other contractors are asked for an offer by Friday")), items=True)
    assert isinstance(outcome, Candidate)
    assert outcome.input == "Ann: That is too much, ask two other contractors for an offer by Friday."


def test_an_item_with_its_times_goes_with_what_was_said_then() -> None:
    """An explicit span beats the words, and leaves the target."""
    (outcome,) = _made(_meeting(), _minutes(_item("Roof repair is discussed [00:00:10–00:00:30]")), items=True)
    assert isinstance(outcome, Candidate)
    assert outcome.target == "Roof repair is discussed"
    assert outcome.input.splitlines() == [f"{speaker}: {text}" for speaker, text in SAID[1:3]]


@pytest.mark.parametrize(
    "text",
    ["The cafeteria introduces vegetarian lunches on Wednesdays", "Next steps", "Roof [05:00:00–06:00:00]"],
)
def test_an_item_that_nobody_spoke_of_is_unsupported(text: str) -> None:
    """Words that were not said, too few words to tell, and times at which nothing was said are refused."""
    assert _reasons(_made(_meeting(), _minutes(_item(text)), items=True)) == ["unsupported"]


def test_three_fifths_of_the_content_words_are_enough() -> None:
    """Coverage of .6 supports an item, less does not."""
    three_of_five = "scanner software pallet zebra giraffe"
    two_of_five = "scanner software lion zebra giraffe"
    assert _reasons(_made(_meeting(), _minutes(_item(three_of_five)), items=True)) == ["kept"]
    assert _reasons(_made(_meeting(), _minutes(_item(two_of_five)), items=True)) == ["unsupported"]


def test_a_person_is_a_content_word() -> None:
    """An item about a removed person is supported by the turns that name the same one."""
    one, other = (internal("PERSON", digit * 32) for digit in "12")
    meeting = _meeting(said=((other, "I take care of the printer."), (one, "I take care of the printer.")))
    (outcome,) = _made(meeting, _minutes(_item(f"{one} takes care of the printer")), items=True)
    assert isinstance(outcome, Candidate)
    assert outcome.input == f"{one}: I take care of the printer."


def test_minutes_without_a_list_have_no_items() -> None:
    """Asked for items, prose is refused and not cut into sentences."""
    assert _reasons(_made(_meeting(), _minutes(), items=True)) == ["no_items"]


def test_minutes_with_a_list_can_be_split_into_their_items() -> None:
    """Over the limit, a list falls back on its items, each with its own turns."""
    minutes = _minutes(
        _item("Two other contractors are asked for an offer by Friday"), _item("The scanner software is rolled back")
    )
    (outcome,) = _made(_meeting(), minutes, min_words=3)
    assert isinstance(outcome, Candidate)
    assert outcome.split is not None
    assert _reasons(list(outcome.split())) == ["kept", "kept"]


def test_an_item_keeps_its_anchor_when_others_come() -> None:
    """An anchor is the item's own text, never its number."""
    item = _item("The scanner software is rolled back")
    (before,) = _made(_meeting(), _minutes(item), items=True)
    *_, after = _made(_meeting(), _minutes(_item("Two other contractors are asked for an offer"), item), items=True)
    assert before.anchor == after.anchor


@settings(max_examples=60, deadline=None)
@given(items=st.lists(st.sampled_from(["The roof needs repair", "Zebras and giraffes sing", "Yes"]), min_size=1, max_size=6))
def test_every_item_is_one_outcome(items: list[str]) -> None:
    """There are as many outcomes as items, kept or refused."""
    assert len(_made(_meeting(), _minutes(*map(_item, items)), items=True)) == len(items)


ABSTRACT = "We measured how long parcels wait in the northern warehouse and found that most of the time is lost at the scanner."
BODY = "Parcels were followed from arrival to departure during four weeks. " * 8


def _heading(text: str, level: int = 1) -> Block:
    return Block("heading", text, level)


def _paper(*blocks: Block) -> Document:
    return Document(document_id="p", title="Waiting parcels", blocks=blocks)


def _own(mode: str, *blocks: Block, **options: object) -> Outcome:
    (outcome,) = _made(_paper(*blocks), mode=mode, **options)
    return outcome


def test_an_abstract_goes_with_the_body_it_is_taken_out_of() -> None:
    """The body stands under its title without the abstract, other summaries, formalities and repeated paragraphs."""
    outcome = _own(
        "abstract",
        *(_heading("Abstract"), Block("paragraph", ABSTRACT)),
        *(_heading("Digest of the editors"), Block("paragraph", ABSTRACT)),
        *(_heading("eLife digest"), Block("paragraph", "Parcels wait.")),
        *(_heading("Methods"), Block("paragraph", BODY.strip())),
        *(_heading("References"), Block("list_item", "Somebody 1999")),
    )
    assert isinstance(outcome, Candidate)
    assert outcome.target == ABSTRACT
    assert outcome.input == f"Waiting parcels\n\nDigest of the editors\n\nMethods\n\n{BODY.strip()}"


def test_a_structured_abstract_keeps_its_parts() -> None:
    """Subheadings of the abstract belong to it."""
    blocks = (_heading("Abstract"), _heading("Background", 2), Block("paragraph", ABSTRACT), _heading("Methods"))
    outcome = _own("abstract", *blocks, Block("paragraph", BODY))
    assert isinstance(outcome, Candidate)
    assert outcome.target == f"Background\n\n{ABSTRACT}"


@pytest.mark.parametrize("name", ["Executive Summary", "1. Management summary", "KEY FINDINGS:"])
def test_an_executive_summary_is_found_under_its_names(name: str) -> None:
    """Numbering, case and marks of a heading do not hide it."""
    outcome = _own(
        "executive_summary", _heading(name), Block("paragraph", ABSTRACT), _heading("Details"), Block("paragraph", BODY)
    )
    assert isinstance(outcome, Candidate)
    assert outcome.target == ABSTRACT


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((_heading("Methods"), Block("paragraph", BODY)), "no_summary"),
        (
            (_heading("Abstract"), Block("paragraph", "Too short."), _heading("M"), Block("paragraph", BODY)),
            "summary_too_short",
        ),
        ((_heading("Abstract"), Block("paragraph", ABSTRACT), _heading("M"), Block("paragraph", "Short.")), "body_too_short"),
        (
            (_heading("Abstract"), Block("paragraph", ABSTRACT), _heading("M"), Block("paragraph", f"{ABSTRACT} {BODY}")),
            "repeats_input",
        ),
    ],
)
def test_a_document_without_a_real_summary_is_refused(blocks: tuple[Block, ...], expected: str) -> None:
    """A missing, tiny, disproportionate or copied summary has its reason."""
    outcome = _own("abstract", *blocks)
    assert isinstance(outcome, Refusal)
    assert outcome.reason == expected


def test_the_task_can_name_its_headings() -> None:
    """With headings given, those and no others hold the summary."""
    blocks = (_heading("Zusammenfassung"), Block("paragraph", ABSTRACT), _heading("Methoden"), Block("paragraph", BODY))
    assert isinstance(_own("abstract", *blocks), Refusal)
    assert isinstance(_own("abstract", *blocks, headings=["Zusammenfassung"]), Candidate)


def test_minutes_of_the_whole_hold_no_formalities_and_no_clock_times() -> None:
    """Who was there, and where in the recording an item stands, is no summary; words that hang together are parted."""
    blocks = (
        Block("paragraph", "Present: Ann, Bob, Cem"),
        Block("paragraph", "Date: 3 March"),
        Block("paragraph", SUMMARY.replace(", wants", ",wants") + "The date: open."),
        _item("Ann asks two contractors for an offer. [00:00:20–00:00:30]"),
    )
    (outcome,) = _made(_meeting(), _minutes(*blocks))
    assert isinstance(outcome, Candidate)
    assert outcome.target == f"{SUMMARY} The date: open.\n\n- Ann asks two contractors for an offer."


def test_a_title_that_opens_the_text_is_not_said_twice() -> None:
    """Where the report begins with its title as a heading, that stands once."""
    blocks = (Block("heading", "Plan 2026", 1), Block("heading", "Executive summary", 2), Block("paragraph", SUMMARY))
    body = (Block("heading", "Details", 2), Block("paragraph", "The roof was looked at by many people on many days. " * 9))
    report = Document(document_id="r", title="Plan 2026", source="papers", blocks=(*blocks, *body))
    (outcome,) = _made(report, mode="executive_summary")
    assert isinstance(outcome, Candidate)
    assert outcome.input.count("Plan 2026") == 1
