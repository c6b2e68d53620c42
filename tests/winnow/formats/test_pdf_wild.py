"""What PDFs out there do to text: doubled type, glyphs without characters, letters that run to the left, dotted lines."""

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from tests.winnow.formats.samples import pdf
from tests.winnow.formats.samples_pdf import PROSE, TEXT, built, objects, shown, stream
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats._lines import Line
from winnow.formats._pdf_agreement import counted, unordered
from winnow.formats._pdf_doubled import once
from winnow.formats.pdf import FORMAT

WORDS = TEXT.split()

DESCENDANT = (
    b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
    b"/DW 600 /FontDescriptor << /Type /FontDescriptor /FontName /Own /Flags 4 /FontBBox [0 0 1000 1000] /Ascent 800 /Descent -200 "
    b"/ItalicAngle 0 /CapHeight 700 /StemV 80 >> >>"
)


def own_font(characters: dict[int, str] | None = None) -> dict[int, bytes]:
    """Objects of a font whose codes are numbers of its own glyphs; ``characters``: what its table says that they are."""
    table = b"/ToUnicode 9 0 R" if characters is not None else b""
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [8 0 R] %s >>" % table
    rows = "".join(f"<{code:04x}> <{text.encode('utf-16-be').hex()}>\n" for code, text in (characters or {}).items())
    said = f"1 begincodespacerange <0000> <ffff> endcodespacerange {len(characters or {})} beginbfchar\n{rows}endbfchar"
    return {7: font, 8: DESCENDANT, 9: stream(said.encode())}


def with_font(content: bytes, font: dict[int, bytes]) -> bytes:
    """A file of one page that has ``font`` as /F2 beside Helvetica as /F1."""
    made = objects(content) | font
    made[6] = made[6].replace(b"/F1 4 0 R", b"/F1 4 0 R /F2 7 0 R")
    return built(made)


def coded(*codes: int, x: int = 72, y: int = 500) -> bytes:
    """Content that shows the glyphs ``codes`` of /F2."""
    return f"BT /F2 12 Tf {x} {y} Td <{''.join(f'{code:04x}' for code in codes)}> Tj ET\n".encode()


def read(content: bytes) -> Document:
    """The one document."""
    return documents(FORMAT, content)[0]


def text(document: Document) -> str:
    """All its words."""
    return " ".join(block.text for block in document.blocks)


def test_glyphs_without_characters_are_no_text() -> None:
    """A page of nothing else is unreadable; both engines would give the glyphs' numbers as if they were letters."""
    codes = [40 + at % 50 for at in range(300)]
    rows = b"".join(coded(*codes[at : at + 30], y=700 - at) for at in range(0, 300, 30))
    assert refusal(FORMAT, with_font(rows, own_font())) == "no_text_layer"


def test_glyphs_without_characters_leave_the_words_beside_them() -> None:
    """Where a part of the page leads back to no characters, the rest of it is read, and nothing made up is."""
    document = read(with_font(PROSE + coded(*range(40, 90)), own_font()))
    assert TEXT in text(document)
    assert set(text(document)) <= set(TEXT) | {"\ufffd", " "}


def test_simple_codes_without_a_table_stay_letters() -> None:
    """A font whose encoding is not said but whose codes are letters is read: old programs write such."""
    made = objects(PROSE)
    made[4] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    assert text(read(built(made))) == TEXT


def test_ligatures_that_run_to_the_left_keep_their_order() -> None:
    """One glyph that stands for lam and alef is not turned round with its line, and nothing is disputed."""
    glyphs = {1: "م", 2: "لا", 3: "س"}
    document = read(with_font(coded(1, 2, 3), own_font(glyphs)))
    assert text(document) == "سلام"
    assert document.notes == {}


def test_shapes_of_joined_letters_are_letters() -> None:
    """Arabic written by the shapes that its letters have in a word is spelt as people type it."""
    shapes = {1: "\ufe92", 2: "\ufecc", 3: "\ufe97"}  # the end, the middle and the beginning of a word
    found = text(read(with_font(PROSE + coded(1, 2, 3), own_font(shapes))))
    assert {"ب", "ع", "ت"} <= set(found)
    assert not set(shapes.values()) & set(found)


def test_words_that_run_to_the_left_are_compared_without_their_order() -> None:
    """The same letters in another order are the same word where they run to the left, and only there."""
    assert unordered(counted("ابجد abcd")) == unordered(counted("دجبا abcd"))
    assert unordered(counted("abcd")) != unordered(counted("dcba"))


def test_shadows_are_read_once() -> None:
    """Type that is set a second time, a little aside, is one text; the file says that it was."""
    rows = [" ".join(WORDS[at : at + 9]) for at in range(0, len(WORDS), 9)]
    content = b"".join(shown(row, 72 + shift, 700 - 20 * at) for at, row in enumerate(rows) for shift in (0, 0.3))
    document = read(built(objects(content)))
    assert text(document) == TEXT
    assert document.notes["doubled_pages"] == 1


def test_rows_that_come_again_are_all_read() -> None:
    """Equal lines below each other are no shadow, even where one engine takes them for one."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    rows = [("我们在三月开会讨论数字。", 11.0, "STSong-Light")] * 12
    assert text(read(pdf([rows]))).count("我们") == 12


@pytest.mark.parametrize(
    ("places", "twice"), [([(0, 0), (0.5, -0.5)], True), ([(0, 0), (0, -14)], False), ([(0, 0), (90, 0)], False)]
)
def test_a_copy_stands_in_its_place(places: list[tuple[float, float]], twice: bool) -> None:
    """Lines are set twice if their copies lie on them, not below or beside them."""
    kept, found = once([Line("the same words", x, y, 11.0) for x, y in places])
    assert (found, len(kept)) == (twice, 1 if twice else 2)


def test_dotted_lines_of_forms_and_prices_stay() -> None:
    """Dots that lead to nothing, or to numbers in no order, are not those of a table of contents."""
    form = [f"{name} {'.' * 50}" for name in ("Name", "Street", "Town", "Signature")]
    prices = [f"{name} {'.' * 40} {price}" for name, price in (("Tea", 280), ("Coffee", 250), ("Water", 190), ("Juice", 320))]
    found = text(read(pdf([form, prices])))
    assert all(name in found for name in ("Street", "Signature", "Coffee", "320"))


def test_a_text_that_lost_much_says_so() -> None:
    """Where what was left out is more than a fourteenth of the words, a note says that it was; where it is not, none does."""
    head = lambda page: f"Minutes of the board of the company, page {page}"  # noqa: E731 - as the sample takes it
    short = read(pdf([[" ".join(WORDS[at : at + 4])] for at in range(0, 24, 4)], head=head))
    assert short.notes["altered_texts"] == 1
    assert short.notes["running_lines"] > 0
    assert "altered_texts" not in read(pdf([[TEXT[:90], TEXT[90:]] * 15] * 4, head=head)).notes


def test_in_a_file_of_few_words_each_counts() -> None:
    """Readings of a page of two words that differ in one are not taken for the same."""
    document = read(with_font(shown("Hello", 72, 700) + coded(1, 2), own_font({1: "A", 2: "\u2022"})))
    assert "Hello" in text(document)
    assert "A" in text(document)


def test_a_text_of_mended_words_says_so() -> None:
    """Where kerning splits many words for one engine, the other's are kept, and a note says that this is not what both read."""
    rows = [WORDS[at : at + 7] for at in range(0, len(WORDS), 7)]
    split = (" ".join(f"({word[:2]}) -120 ({word[2:]} )" for word in row) for row in rows)
    content = b"".join(f"BT /F1 11 Tf 72 {700 - 14 * at} Td [{row}] TJ ET\n".encode() for at, row in enumerate(split))
    made = objects(content)
    made[4] = made[4].replace(b"Helvetica", b"Times-Roman")
    document = read(built(made))
    assert text(document) == TEXT
    assert document.notes["altered_texts"] == 1
