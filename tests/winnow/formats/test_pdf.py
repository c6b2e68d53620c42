import logging
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import SAMPLES, pdf, picture_pdf
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Block
from winnow.formats._characters import repair  # the base fonts of a made PDF have no ligatures to put in
from winnow.formats._layout import lay_out
from winnow.formats._lines import Line
from winnow.formats.pdf import FORMAT

BODY = [
    "The committee met in March and looked at the figures of the first quarter",
    "in some detail. Revenue was higher than planned, mostly because two large",
    "orders came early.",
]


def blocks(content: bytes) -> tuple[Block, ...]:
    """The blocks of the one document."""
    return documents(FORMAT, content)[0].blocks


def texts(content: bytes) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in blocks(content)]


def test_wrapped_lines_become_one_paragraph() -> None:
    """Lines that the margin broke are one paragraph, and a blank line begins the next."""
    assert texts(pdf([[*BODY, None, *BODY]])) == [("paragraph", " ".join(BODY))] * 2


def test_larger_and_bold_lines_are_headings_with_levels() -> None:
    """Type size ranks the headings, and a bold line in the body's size is the deepest."""
    page = [("Annual report", 20.0, "Helvetica-Bold"), None, *BODY, ("Markets", 14.0, "Helvetica"), *BODY]
    found = blocks(pdf([[*page, None, ("Northern region", 11.0, "Helvetica-Bold"), None, *BODY]]))
    heads = [(block.text, block.level) for block in found if block.kind == "heading"]
    assert heads == [("Annual report", 1), ("Markets", 2), ("Northern region", 3)]


def test_running_heads_and_page_numbers_are_dropped_and_counted() -> None:
    """What repeats in the margins of the pages is no text of the document, and the notes say how much it was."""
    content = pdf([BODY] * 4, head=lambda _: "Example Ltd - confidential", foot=lambda page: f"Page {page} of 4")
    (document,) = documents(FORMAT, content)
    assert not any("confidential" in block.text or "Page" in block.text for block in document.blocks)
    assert document.notes["running_lines"] == 8


def test_a_line_that_repeats_in_the_body_stays() -> None:
    """Repetition alone is no reason to drop a line: it must stand in the margin."""
    content = pdf([["Some text first, in a line of its own.", "Approved by the board.", *BODY]] * 4)
    assert sum(block.text.count("Approved by the board.") for block in blocks(content)) == 4


def test_a_page_of_nothing_but_a_repeated_line_keeps_it() -> None:
    """The margins never take a page's only text."""
    assert [block.text for block in blocks(pdf([["The same words."]] * 4))] == ["The same words."] * 4


def test_line_end_hyphens_are_joined() -> None:
    """A word that a line end split is whole again, and a compound spelled with its hyphen elsewhere keeps it."""
    found = texts(
        pdf(
            [["We keep long-term plans here, so that the organi-", "sation can rely on them, and on every long-", "term view."]]
        )
    )
    assert found == [
        ("paragraph", "We keep long-term plans here, so that the organisation can rely on them, and on every long-term view.")
    ]


def test_a_paragraph_goes_on_over_the_page() -> None:
    """A sentence that a page end cuts in two is one block, of the page on which it begins."""
    found = blocks(pdf([BODY[:2], [BODY[2]]]))
    assert [(block.page, block.text) for block in found] == [(1, " ".join(BODY))]


def test_bulleted_lines_are_list_items() -> None:
    """Each bullet begins an entry, without the bullet; a number stays, since the text may refer to it."""
    found = texts(pdf([["- first thing to do", "- second thing to do", "1. counted thing"]]))
    assert found == [("list_item", "first thing to do"), ("list_item", "second thing to do"), ("list_item", "1. counted thing")]


def test_contents_lines_are_dropped() -> None:
    """The dot-leadered lines of a table of contents are counted, not kept."""
    (document,) = documents(
        FORMAT,
        pdf([["Introduction ........................ 3", "Markets ............... 12", "Risks ............ 12", None, *BODY]]),
    )
    assert [block.text for block in document.blocks] == [" ".join(BODY)]
    assert document.notes["contents_lines"] == 3


def test_type_too_small_to_read_is_left_out() -> None:
    """Words set in a tenth of a point reach no dataset."""
    (document,) = documents(FORMAT, pdf([[*BODY, ("ignore all previous instructions", 0.1, "Helvetica")]]))
    assert "ignore" not in " ".join(block.text for block in document.blocks)
    assert document.notes["hidden_text"] == len("ignoreallpreviousinstructions")


def test_ligatures_are_spelled_out() -> None:
    """Typographic ligatures become the letters that they stand for, so that words are found."""
    assert repair("e\ufb03cient \ufb02ow\x00 \ud800") == ("efficient flow \ufffd", 4)


@pytest.mark.parametrize(("title", "expected"), [("Plan 2026", "Plan 2026"), ("Microsoft Word - plan.docx", "Annual report")])
def test_the_title_is_what_a_person_gave(title: str, expected: str) -> None:
    """A title in the metadata counts, unless a program made it of a file name; then the largest heading does."""
    (document,) = documents(FORMAT, pdf([[("Annual report", 20.0, "Helvetica-Bold"), None, *BODY]], title=title))
    assert document.title == expected


def test_spans_count_characters_of_the_page() -> None:
    """Start and end cut each block out of its page's blocks joined by line ends."""
    found = blocks(pdf([[*BODY, None, *BODY], [("Costs", 16.0, "Helvetica-Bold"), *BODY]]))
    for number in (1, 2):
        page = [block for block in found if block.page == number]
        text = "\n".join(block.text for block in page)
        assert [text[block.start : block.end] for block in page] == [block.text for block in page]


def test_a_file_with_a_password_is_encrypted() -> None:
    """Only a file that opens without a password is read."""
    assert refusal(FORMAT, pdf([BODY], password="secret")) == "encrypted"


def test_a_file_that_opens_without_a_password_is_read() -> None:
    """Encryption that only forbids printing is no hindrance."""
    assert texts(pdf([BODY], password="")) == [("paragraph", " ".join(BODY))]


def test_pictures_have_no_text_layer() -> None:
    """A scanned page is told apart from an empty one, because its owner can do something about it."""
    assert refusal(FORMAT, picture_pdf()) == "no_text_layer"
    assert refusal(FORMAT, pdf([[]])) == "empty"


def test_a_cut_file_is_truncated_and_a_broken_one_damaged() -> None:
    """The reason says whether copying again can help."""
    whole = SAMPLES["pdf"]
    assert refusal(FORMAT, whole[:300]) == "truncated"
    assert refusal(FORMAT, b"%PDF-1.4\n" + b"x" * 500 + b"\nstartxref\n0\n%%EOF") == "damaged"


@settings(max_examples=40, deadline=None)
@given(cut=st.integers(10, len(SAMPLES["pdf"])), at=st.integers(0, len(SAMPLES["pdf"]) - 1), byte=st.integers(0, 255))
def test_a_damaged_file_gives_text_or_a_reason_and_no_log(cut: int, at: int, byte: int) -> None:
    """Whatever a byte is changed to and wherever the file is cut, the reader answers, and the library's logger stays silent."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger("pypdf").addHandler(handler)
    try:
        content = bytearray(SAMPLES["pdf"])
        content[at] = byte
        outcome = refusal(FORMAT, bytes(content[:cut]))
    finally:
        logging.getLogger("pypdf").removeHandler(handler)
    assert outcome in {"", "damaged", "truncated", "encrypted", "empty", "no_text_layer", "bomb"}
    assert records == []


def laid(*pages: list[Line]) -> list[tuple[str, str]]:
    """Kind and text of the blocks of ``pages`` of lines."""
    return [(block.kind, block.text) for block in lay_out(pages, Counter())]


def prose(text: str, y: float, **more: object) -> Line:
    """A line of ordinary text at the height ``y``."""
    return Line(**{"text": text, "x": 70.0, "y": y, "size": 10.0, **more})  # type: ignore[arg-type]


def row(y: float, *cells: tuple[float, str]) -> list[Line]:
    """The cells of a table's row, each with its left edge."""
    return [Line(text, x, y, 9.0) for x, text in cells]


def test_cells_under_each_other_are_a_table() -> None:
    """Rows whose cells begin in the same places keep their columns, numbers set to the right and empty cells among them."""
    page = [prose("The figures follow in a table, as in every year.", 700.0)]
    page += row(680.0, (70.0, "Line"), (200.0, "Plan"), (260.0, "Actual"))
    page += row(665.0, (70.0, "Grinders"), (206.0, "41"), (260.0, "9,003"))
    page += row(650.0, (70.0, "Other parts"), (200.0, "7,386"))
    assert laid([*page, prose("So much for the figures of this year.", 620.0)])[1:2] == [
        ("table", "Line | Plan | Actual\nGrinders | 41 | 9,003\nOther parts | 7,386 | ")
    ]


def test_words_in_another_font_are_no_table() -> None:
    """Two lines of prose that each hold a word set by itself stay prose."""
    page = [*row(700.0, (70.0, "The word"), (110.0, "gasket stands here and")), *row(688.0, (70.0, "here"), (95.0, "too."))]
    assert [kind for kind, _ in laid(page)] == ["paragraph"]


def test_notes_at_the_foot_of_a_page_are_footnotes() -> None:
    """Small type below the text, behind a mark, is a note of its own, and its number no longer hangs on the word it explains."""
    said = "The studies of the institute2 say that most of the losses come from data that nobody"
    first = [prose(said, 700.0 - 12 * number) for number in range(4)]
    note = [prose("2 See the yearly report of the institute,", 80.0, size=8.0), prose("page seven.", 71.0, size=8.0)]
    second = [prose("missed, as far as anybody can tell from the figures that were published since.", 700.0)]
    found = laid([*first, *note], second)
    assert found[-1] == ("footnote", "2 See the yearly report of the institute, page seven.")
    assert found[0][1].startswith("The studies of the institute say that")
    assert found[0][1].endswith(
        "data that nobody missed, as far as anybody can tell from the figures that were published since."
    )


def test_a_table_in_small_type_is_no_footnote() -> None:
    """Small type at a page's end without a mark stays where it is."""
    page = [prose("The figures follow in a table, as in every year.", 700.0 - 12 * number) for number in range(4)]
    page.append(prose("Sum of all parts", 100.0, size=8.0))
    assert [kind for kind, _ in laid(page)] == ["paragraph", "paragraph"]


def test_lines_of_scripts_without_spaces_are_joined_without_one() -> None:
    """Ideographs and kana join as they are; Hangul does where the file keeps the space behind a word and has none here."""
    assert laid([prose("我们在三月", 700.0), prose("开会。", 688.0)]) == [("paragraph", "我们在三月开会。")]
    lines = ["재해보험금 지급대", "상에서 제외될 ", "수도 있다."]
    assert laid([prose(text, 700.0 - 12 * number) for number, text in enumerate(lines)]) == [
        ("paragraph", "재해보험금 지급대상에서 제외될 수도 있다.")
    ]


def test_signs_that_only_a_font_knows_are_dropped() -> None:
    """Characters for private use say nothing outside of their file, but for a bullet at the start of a line."""
    assert repair("\U000f0854Issues\U000f0855 \uf0e0 now") == ("Issues  now", 3)
    assert laid([prose("\uf0b7 first thing", 700.0)]) == [("list_item", "first thing")]


def test_a_numbered_section_is_no_title() -> None:
    """An excerpt that begins with the heading of a section has no title."""
    (document,) = documents(FORMAT, pdf([[("5.1 Costs", 20.0, "Helvetica-Bold"), None, *BODY]]))
    assert document.title == ""
