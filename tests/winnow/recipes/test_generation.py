"""Heading → section."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.documents import Block, Document
from winnow.recipes._base import Candidate, Outcome, Refusal
from winnow.recipes.generation import RECIPE, GenerationTask

PROSE = "The team counted every delivery by hand and found that most of them came late in the week. " * 4


def _heading(text: str, level: int = 1) -> Block:
    return Block("heading", text, level)


def _prose(text: str = PROSE) -> Block:
    return Block("paragraph", text)


def _made(*blocks: Block, title: str = "Yearly report", **options: object) -> list[Outcome]:
    task = GenerationTask.model_validate({"name": "sections", "sources": ["s"], **options})
    return list(RECIPE.build([Document(title=title, blocks=blocks, document_id="d")], task))


def _reasons(outcomes: list[Outcome]) -> list[str]:
    return [outcome.reason if isinstance(outcome, Refusal) else "kept" for outcome in outcomes]


def _inputs(outcomes: list[Outcome]) -> list[str]:
    return [outcome.input for outcome in outcomes if isinstance(outcome, Candidate)]


def test_a_heading_with_title_and_parent_becomes_its_section() -> None:
    """The input names title, parent and heading; the target is the text under it."""
    _, outcome = _made(_heading("2 Operations"), _heading("2.1 Deliveries", 2), _prose())
    assert isinstance(outcome, Candidate)
    assert outcome.input == "Title: Yearly report\nSection: Operations > Deliveries"
    assert outcome.target == PROSE.strip()


def test_a_section_ends_at_the_next_heading_of_any_level() -> None:
    """No text is the target of two headings."""
    outcomes = _made(_heading("Costs"), _prose(PROSE + "First."), _heading("Travel", 2), _prose(PROSE + "Second."))
    targets = [outcome.target for outcome in outcomes if isinstance(outcome, Candidate)]
    assert ["First." in target for target in targets] == [True, False]
    assert ["Second." in target for target in targets] == [False, True]


def test_lists_belong_to_a_section_and_tables_do_not() -> None:
    """A list under prose is kept in layout; a table, a footnote or a page header is not in the target."""
    extra = [Block("list_item", "one thing"), Block("list_item", "another"), Block("table", "a | b"), Block("footer", "Page 3")]
    (outcome,) = _made(_heading("Costs"), _prose(), *extra)
    assert isinstance(outcome, Candidate)
    assert outcome.target.endswith("- one thing\n- another")


def test_text_before_the_first_heading_is_nobodys() -> None:
    """A paragraph without a heading makes no candidate."""
    assert _reasons(_made(_prose(), _heading("Costs"), _prose())) == ["kept"]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([_prose()], "no_headings"),
        ([_heading("Costs"), _heading("Travel", 2)], "no_own_text"),
        ([_heading("Costs"), _prose("They rose.")], "section_too_short"),
        ([_heading("Costs"), Block("list_item", PROSE)], "no_own_text"),
        ([_heading("7. References"), _prose()], "boilerplate"),
        ([_heading("word " * 21), _prose()], "not_a_heading"),
        ([_heading("* * *"), _prose()], "not_a_heading"),
        ([_heading("Costs"), _prose(), *[_prose("x1 = y2 + z3")] * 30], "not_prose"),
        (
            [_heading("Costs"), _prose("Let X be a set and let f : X -> Y be a map with f ( x ) = y for all x . " * 6)],
            "not_prose",
        ),
        ([_heading("Costs"), _prose("Lorem ipsum dolor sit amet, consetetur sadipscing elitr, sed diam. " * 9)], "filler_text"),
        ([_heading("Stichwortverzeichnis"), _prose()], "boilerplate"),
        ([_heading("Words"), _prose("sum, 4 part, 7 whole, 12 share, 19 costs, 3 rent, 8 " * 9)], "section_too_short"),
    ],
)
def test_what_is_no_section_is_refused_by_reason(blocks: list[Block], expected: str) -> None:
    """Each rule that keeps a section out has a reason of its own."""
    assert expected in _reasons(_made(*blocks))
    assert "kept" not in _reasons(_made(*blocks))


def test_sixty_words_of_prose_are_enough_and_fifty_nine_are_not() -> None:
    """The minimum counts words."""
    assert _reasons(_made(_heading("Costs"), _prose("costs " * 60 + "."))) == ["kept"]
    assert _reasons(_made(_heading("Costs"), _prose("costs " * 59 + "."))) == ["section_too_short"]


def test_what_stands_below_boilerplate_is_boilerplate() -> None:
    """A subsection of the references is refused like them."""
    assert _reasons(_made(_heading("References"), _heading("Books", 2), _prose())) == ["boilerplate", "boilerplate"]


def test_a_heading_without_any_context_is_refused() -> None:
    """The heading Introduction alone asks for nothing in particular."""
    assert _reasons(_made(_heading("Introduction"), _prose(), title="")) == ["no_title"]


def test_the_one_heading_above_all_others_is_the_title() -> None:
    """A document without a title of its own has that of its only top heading."""
    outcomes = _made(_heading("Yearly report"), _prose(), _heading("Costs", 2), _prose(PROSE + "More."), title="")
    assert _inputs(outcomes) == ["Title: Yearly report", "Title: Yearly report\nSection: Costs"]


def test_a_title_that_a_program_made_up_is_none() -> None:
    """A name such as Untitled document is not what the text is about."""
    assert _reasons(_made(_heading("Costs"), _prose(), title="Untitled document")) == ["no_title"]


def test_the_same_heading_twice_gives_two_anchors() -> None:
    """Two sections under equal heading paths are told apart by what they say, not by their number."""
    first, second = _made(_heading("Summary of costs"), _prose(), _heading("Summary of costs"), _prose(PROSE + "More."))
    assert first.anchor != second.anchor
    second_alone, first_after = _made(
        _heading("Summary of costs"), _prose(PROSE + "More."), _heading("Summary of costs"), _prose()
    )
    assert (second.anchor, first.anchor) == (second_alone.anchor, first_after.anchor)


def test_an_anchor_stays_when_other_sections_come_and_go() -> None:
    """An anchor depends on the heading's path alone, so an edit elsewhere does not rename an example."""
    (before,) = _made(_heading("Costs"), _prose())
    *_, after = _made(_heading("New"), _prose(), _heading("Costs"), _prose(PROSE + "Edited."))
    assert before.anchor == after.anchor


def test_citation_marks_are_left_out() -> None:
    """A target never teaches to write reference numbers."""
    (outcome,) = _made(_heading("Hunting"), _prose(PROSE.strip() + "[33][34]"))
    assert isinstance(outcome, Candidate)
    assert "[3" not in outcome.target


@settings(max_examples=60, deadline=None)
@given(shape=st.lists(st.one_of(st.integers(1, 4), st.none()), max_size=12))
def test_every_heading_is_one_outcome(shape: list[int | None]) -> None:
    """Whatever the structure, there are as many outcomes as headings, or one where there are none."""
    blocks = [_prose(f"{PROSE} {at}") if level is None else _heading(f"Part {at}", level) for at, level in enumerate(shape)]
    headings = sum(level is not None for level in shape)
    assert len(_made(*blocks)) == max(1, headings)


@pytest.mark.parametrize(
    "scrap",
    [
        "Figure 3-10 Column masks of the table",
        "Table 2: Costs by month.",
        "Abbildung 1.8: Ein Weg",
        "The slimmer edge of the new machine",
        "Methods:",
        "User with all rights",
    ],
)
def test_captions_and_labels_are_left_out(scrap: str) -> None:
    """What layout put between the paragraphs is no part of the text, wherever it stands."""
    (outcome,) = _made(_heading("Costs"), _prose(scrap), _prose(), _prose(scrap), _prose("They rose again."), _prose(scrap))
    assert isinstance(outcome, Candidate)
    assert outcome.target == f"{PROSE.strip()}\n\nThey rose again."


def test_a_sentence_about_a_figure_stays() -> None:
    """A sentence that begins with the name of a figure, and a line that leads to a list, are text."""
    blocks = [_prose(), _prose("Table 3 lists the costs of the year."), _prose("These rose"), Block("list_item", "rent")]
    (outcome,) = _made(_heading("Costs"), *blocks)
    assert isinstance(outcome, Candidate)
    assert outcome.target == f"{PROSE.strip()}\n\nTable 3 lists the costs of the year.\n\nThese rose\n\n- rent"


def test_a_lead_in_whose_table_is_gone_does_not_end_a_text() -> None:
    """Where the table it announced is left out, the sentence before it is left out too."""
    table = Block("table", "a | b\nc | d")
    (outcome,) = _made(_heading("Costs"), _prose(), _prose("They were shared as follows:"), table)
    assert isinstance(outcome, Candidate)
    assert outcome.target == PROSE.strip()


def test_what_is_left_of_a_title_is_no_parent() -> None:
    """A parent heading of one small word is a scrap, and is not asked for."""
    outcomes = _made(_heading("data"), _heading("Security", 2), _prose())
    assert _inputs(outcomes) == ["Title: Yearly report\nSection: Security"]


def test_marks_of_sources_are_left_out() -> None:
    """Numbers of references and what editors of a wiki ask for teach nothing."""
    (outcome,) = _made(_heading("Costs"), _prose(PROSE + "They rose.[12] So did rents.[citation needed]"))
    assert isinstance(outcome, Candidate)
    assert outcome.target.endswith("They rose. So did rents.")
