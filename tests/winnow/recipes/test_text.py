"""Words and layout."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.documents import Block
from winnow.placeholders import entities, internal
from winnow.recipes._sections import is_boilerplate, section_name
from winnow.recipes._text import body_text, comparable, dialogue, prose, repeats, spoken, tidy, word_count

PIECES = st.lists(
    st.sampled_from(
        [internal("PERSON", "a1" * 16), internal("URL", "b2" * 16), " ", "\n", ",", ".", "{pause}", "roof", ":", "?", "[33]"]
    ),
    max_size=20,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(text=PIECES)
def test_layout_never_touches_a_placeholder(text: str) -> None:
    """However a text is laid out, its placeholders come through whole and in order."""
    block = Block("paragraph", text)
    for laid_out in (tidy(text), body_text([block]), body_text([Block("list_item", text)]), prose(text)):
        assert entities(laid_out) == entities(text)
    if spoken(text):
        assert entities(spoken(text)) == entities(text)
    else:
        assert entities(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The roof is late.", 4),
        ("don't re-open", 2),
        (internal("PERSON", "a" * 32) + " is late", 2),
        ("屋根が遅い", 5),
        ("", 0),
        ("… — !", 0),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, count: int) -> None:
    """Marks and placeholders are no words, hyphens and apostrophes do not part one, and unspaced scripts count by character."""
    assert word_count(text) == count


def test_blocks_are_laid_out_by_their_kind() -> None:
    """Paragraphs are parted by an empty line, list items stand under each other, turns name who speaks."""
    blocks = [
        Block("heading", "Costs", 1),
        Block("paragraph", "They rose:"),
        Block("list_item", "fuel"),
        Block("list_item", "rent"),
        Block("turn", "Why?", speaker="Ann"),
        Block("turn", "Nobody knows.", speaker="Bob"),
        Block("code", "if x:\n    y()"),
    ]
    expected = "Costs\n\nThey rose:\n\n- fuel\n- rent\n\nAnn: Why?\nBob: Nobody knows.\n\nif x:\n    y()"
    assert body_text(blocks) == expected


def test_cues_of_one_speaker_are_one_line_and_unnamed_ones_are_not() -> None:
    """What one person says in a row is one line; without names nobody knows who says the next cue."""
    assert dialogue([Block("turn", "We have", speaker="Ann"), Block("turn", "to go.", speaker="Ann")]) == "Ann: We have to go."
    assert dialogue([Block("turn", "We have"), Block("turn", "to go.")]) == "We have\nto go."


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Yeah , we {disfmarker} had it .", "Yeah, we had it."),
        ("{vocalsound} , so {gap} .", "so."),
        ("[inaudible] [laughter]", ""),
        ("Take {a note} of [this]", "Take {a note} of [this]"),
        ("...", ""),
    ],
)
def test_marks_that_are_not_speech_are_left_out(raw: str, clean: str) -> None:
    """Known marks of transcribers go, with the commas around them; other brackets stay."""
    assert spoken(raw) == clean


def test_repetition_is_told_by_whole_words() -> None:
    """Case, marks and spacing do not hide a repetition, and part of a word is none."""
    assert repeats("The ROOF, is late!", "he said the roof is late today")
    assert not repeats("art", "a party")
    assert not repeats("", "anything")
    assert comparable("A-b  C.") == "a-b c"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("the programmes.The team left", "the programmes. The team left"),
        ("Thus,they would go", "Thus, they would go"),
        ("two  spaces\xa0here", "two spaces here"),
        ("see example.com, e.g.the node.js and a,b of 1,000", "see example.com, e.g.the node.js and a,b of 1,000"),
        ("if x:\n    y()", "if x:\n    y()"),
    ],
)
def test_written_sentences_have_one_space_between_them(raw: str, clean: str) -> None:
    """A mark that the next word hangs on gets its space; names with a point, numbers and indentation stay."""
    assert prose(raw) == clean


@pytest.mark.parametrize(
    ("heading", "name"),
    [("7.2 References:", "references"), ("IV. Results", "results"), ("  Funding  ", "funding"), ("***", "")],
)
def test_a_section_is_known_without_number_and_marks(heading: str, name: str) -> None:
    """Numbering, case, spaces and marks do not belong to a section's name."""
    assert section_name(heading) == name


def test_all_below_boilerplate_is_boilerplate() -> None:
    """One heading of the path is enough."""
    assert is_boilerplate(["Appendix", "References", "Books"])
    assert not is_boilerplate(["Reference prices", "Books"])
