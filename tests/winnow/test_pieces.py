"""Where pieces of a text begin and end, and which of them say the same."""

import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.pieces import Pieces, pieces
from winnow.placeholders import internal

PROSE = (
    "The meeting of the project group takes place on Monday at the usual place and time. Everybody who wants to come can come, and "
    "whoever cannot is asked to say so until Friday. The room is the small one behind the lift, since the large one is being painted."
)

LINES = st.lists(
    st.sampled_from(
        ["", " ", "- one thing", "2. another", "a | b", "    code", "Ann: yes", "Ann: no", "Best regards", "It ends here.", "and goes on",
         "We saw:", "----", "<PERSON_1>", "Ünïcode… ", "终于到了。", "\t"]
    ),
    max_size=25,
)  # fmt: skip


def cut(text: str) -> list[str]:
    """The pieces of ``text`` as they stand there."""
    found, lines = pieces([text]), text.split("\n")
    return ["\n".join(lines[first:end]) for first, end in zip(found.first_line, found.end_line, strict=True)]


def hashes(*texts: str) -> list[int]:
    """What the pieces of ``texts`` are known by, which are one each."""
    found = pieces(texts)
    assert len(found) == len(texts)
    values: list[int] = found.hash.tolist()
    return values


@pytest.mark.parametrize("width", [45, 60, 72, 100])
def test_a_wrapped_paragraph_is_cut_at_sentences_alone(width: int) -> None:
    """Wherever a program wrapped a paragraph, every piece of it ends with a sentence."""
    wrapped = textwrap.fill(PROSE, width)
    assert "\n" in wrapped
    assert all(piece.endswith(".") for piece in cut(wrapped))
    assert " ".join(cut(wrapped)).split() == PROSE.split()


def test_lines_that_a_writer_ended_are_pieces() -> None:
    """A signature under a wrapped paragraph is cut line by line: each had room for the next line's first word."""
    text = f"{textwrap.fill(PROSE, 72)}\nBest regards\nJane Smith\nAcme Ltd."
    assert cut(text)[-3:] == ["Best regards", "Jane Smith", "Acme Ltd."]


def test_a_list_is_one_piece_with_the_line_that_leads_to_it() -> None:
    """No entry of a list is a piece, be there empty lines between entries or none, and its lead belongs to it."""
    text = "We talked about this:\n\n- the roof\n- the door\n\n- the key\n\nThen we left."
    assert cut(text) == ["We talked about this:\n\n- the roof\n- the door\n\n- the key", "Then we left."]


@pytest.mark.parametrize("block", ["name | room\nAnn | 12\nTom | 14", "a\tb\nc\td", "    if x:\n        y()", "• one\n• two"])
def test_a_table_or_code_is_one_piece(block: str) -> None:
    """Rows of a table and lines of code are never pieces of their own."""
    assert cut(f"It is here.\n\n{block}\n\nSo much for that.")[1] == block


def test_a_turn_of_a_talk_stands_alone() -> None:
    """Lines with a name that stands in front of another one, too, are turns and no part of a run; a label that comes once is none."""
    found = pieces(["Ann: yes\nTom: no\nAnn: well\nTom: fine", "Phone: 12\nRoom: 14"])
    assert found.words.tolist()[:4] == [1] * 4
    assert found.alone.tolist() == [True] * 4 + [False] * int((found.text == 1).sum())


def test_an_abbreviation_ends_no_sentence() -> None:
    """A wrapped line that ends in a short word with a full stop may be cut within a sentence, so it is not."""
    text = "Whoever has seen the keys of the storage room lately may tell it to Mr.\nSmith and his colleagues at once, who look for them"
    assert len(cut(text)) == 1


@given(LINES)
@settings(deadline=None, max_examples=150)
def test_pieces_cover_a_text_in_order(lines: list[str]) -> None:
    """Every line that is not blank is in exactly one piece, and pieces stand in the order of the text."""
    text = "\n".join(lines)
    found = pieces(["before", text, "behind"])
    chosen = found.of(found.text == 1)
    covered = [line for first, end in zip(chosen.first_line, chosen.end_line, strict=True) for line in range(first, end)]
    assert covered == sorted(set(covered))
    assert {number for number, line in enumerate(lines) if line.strip()} <= set(covered)
    assert [lines[number].strip() for number in (chosen.first_line.tolist() + (chosen.end_line - 1).tolist())].count("") == 0


@given(st.lists(LINES.map("\n".join), max_size=6))
@settings(deadline=None, max_examples=60)
def test_a_text_is_cut_alike_in_any_company(texts: list[str]) -> None:
    """What a text's pieces are does not depend on the texts beside it."""
    together = pieces(texts)
    alone = Pieces.joined([pieces([text]).numbered(number) for number, text in enumerate(texts)])
    for name in ("text", "first_line", "end_line", "words", "length", "hash", "sketch", "alone"):
        assert np.array_equal(getattr(together, name), getattr(alone, name)), name


def test_case_and_marks_do_not_count() -> None:
    """Pieces that differ in case, marks or white space say the same; another word, or another order, says something else."""
    first, second, third, fourth = hashes(
        "All rights reserved — ask us",
        "ALL rights  reserved: ask us!",
        "No rights reserved ask us",
        "All reserved rights ask us",
    )
    assert first == second
    assert len({first, third, fourth}) == 3


def test_a_placeholder_counts_as_its_type_in_either_form() -> None:
    """Another person in a signature is the same signature, numbered or by internal id; another kind of entity is not."""
    one, two = internal("PERSON", "ab12", "t-x"), internal("PERSON", "cd34")
    same = hashes(f"Written by {one} of sales", f"Written by {two} of sales", "Written by <PERSON_7> of sales")
    assert len(set(same)) == 1
    assert hashes("Written by <ORGANIZATION_1> of sales") != same[:1]
    assert pieces(["Written by <PERSON_7> of sales"]).words.tolist() == [4]


def test_a_number_in_a_long_piece_is_any_number() -> None:
    """A notice that is dated, timed or numbered is one notice; what says something by its numbers is not."""
    notice = "This page was printed from the archive of the works council on {} and is not kept up to date"
    assert len(set(hashes(notice.format("12.03.2024"), notice.format("4.11.2025"), notice.format("2024")))) == 1
    figures = "Sales rose by {} % to {} million"
    assert len(set(hashes(figures.format(3, 12), figures.format(4, 15)))) == 2


def test_ideographs_count_as_words() -> None:
    """A sentence that is written without spaces has as many words as characters."""
    assert pieces(["本邮件及其附件含有保密信息。"]).words.tolist() == [13]
