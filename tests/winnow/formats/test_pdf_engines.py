"""Which of the two engines reads a page of a PDF, and what is said about it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from tests.winnow.formats.samples import SAMPLES, pdf
from tests.winnow.formats.samples_pdf import PROSE, TEXT, built, form, objects, shown, stream
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats._lines import Line
from winnow.formats._pdf_agreement import Mender, Words, agree, difference, junk_share
from winnow.formats._pdf_choice import Choice, choose
from winnow.formats.pdf import FORMAT


def read(content: bytes) -> Document:
    """The one document."""
    return documents(FORMAT, content)[0]


def text(document: Document) -> str:
    """All its words."""
    return " ".join(block.text for block in document.blocks)


def test_where_the_engines_agree_nothing_is_noted() -> None:
    """An ordinary page is pypdf's, unflagged."""
    assert read(built(objects(PROSE))).notes == {}


def test_a_page_that_pypdf_cannot_read_is_read_by_pdfium() -> None:
    """A picture within the content that never ends stops one engine; the other stands in for it, and is counted."""
    document = read(built(objects(PROSE, PROSE + b"BI /W 1 /H 1 ID x")))
    assert text(document) == f"{TEXT} {TEXT}"
    assert document.notes == {"pages_by_pdfium": 1}


def test_fonts_without_a_way_back_are_read_by_the_engine_that_knows_them() -> None:
    """Where pypdf writes replacement characters, because a form has no fonts of its own, pdfium's text is taken."""
    made = objects(b"/A Do\n", forms={"A": form(PROSE, b"/Resources << >>")})
    document = read(built(made))
    assert text(document) == TEXT
    assert document.notes["pages_by_pdfium"] == 1


def test_a_file_that_only_pdfium_opens_is_read() -> None:
    """Where pypdf finds no table of references, pdfium reads alone, and is counted."""
    document = read(built(objects(PROSE)).replace(b"xref\n0 ", b"xerf\n0 "))
    assert text(document) == TEXT
    assert document.notes == {"pages_by_pdfium": 1}


def test_a_file_that_only_pypdf_opens_is_read() -> None:
    """Where pdfium finds no catalog, pypdf reads alone, and the pages are counted that nothing confirms."""
    document = read(built(objects(PROSE, PROSE)).replace(b"/Root 1 0 R", b""))
    assert text(document) == f"{TEXT} {TEXT}"
    assert document.notes == {"pages_unwitnessed": 2}


def test_a_file_that_no_engine_opens_has_a_reason() -> None:
    """Half a file is truncated, one whose catalog is broken is damaged, and unknown encryption is encryption."""
    content = built(objects(PROSE))
    assert refusal(FORMAT, content[: len(content) // 2]) == "truncated"
    assert refusal(FORMAT, content.replace(b"<< /Type /Catalog", b"< /Type /Catalog")) == "damaged"
    assert refusal(FORMAT, content.replace(b"/Root", b"/Encrypt << /Filter /Adobe.PubSec /V 4 >> /Root")) == "encrypted"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
@pytest.mark.parametrize("user", ["", "secret"])
def test_encryption_is_tried_with_an_empty_password(algorithm: str, user: str) -> None:
    """Whatever the cipher, a file that only its owner's password locks is read, and one with a password to open is refused."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(built(objects(PROSE)))))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    assert refusal(FORMAT, out.getvalue()) == ("encrypted" if user else "")
    assert user or text(read(out.getvalue())) == TEXT


DAMAGE = {
    "bytes before the header": lambda content: b"MIME-Version: 1.0\r\n\r\n" + content,
    "bytes after the end": lambda content: content + b"\n<html>uploaded</html>\n" * 10,
    "a wrong length": lambda content: content.replace(b"/Length ", b"/Length 9", 1),
    "no table of references": lambda content: content[: content.rindex(b"xref\n0")] + b"trailer << /Root 1 0 R >>\n%%EOF",
    "a table that points nowhere": lambda content: content.replace(b"startxref\n", b"startxref\n7"),
    "an update at its end": lambda content: content + content[content.rindex(b"startxref") :],
    "no end": lambda content: content[: content.rindex(b"startxref")],
    "carriage returns": lambda content: content.replace(b"%%EOF\n", b"%%EOF\r\r\n"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_that_can_be_read_past_is_read_past(kind: str) -> None:
    """A file whose pages can still be found is read whole."""
    document = read(DAMAGE[kind](built(objects(PROSE))))
    assert text(document) == TEXT


def test_a_file_without_an_end_says_so() -> None:
    """What was read of a file that was cut may not be all of it."""
    assert read(DAMAGE["no end"](built(objects(PROSE)))).notes["missing_ends"] == 1


def test_objects_in_compressed_streams_are_found() -> None:
    """Object streams and a table of references in a stream, as every newer program writes them."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(built(objects(PROSE)))))
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    assert text(read(out.getvalue())) == TEXT


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_are_laid_out_like_any_other(turn: int) -> None:
    """Lines of a page that is shown turned, with its type turned back, still form paragraphs from top to bottom."""
    matrix = {0: "1 0 0 1 0 0", 90: "0 1 -1 0 842 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 -250 842"}[turn]
    content = f"q {matrix} cm {PROSE.decode()} Q".encode()
    assert [block.text for block in read(built(objects(content, page=b"/Rotate %d" % turn))).blocks] == [TEXT]


def test_chinese_by_a_predefined_table_is_read() -> None:
    """Text in a font that is not in the file and a table of characters that only its name tells."""
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font /Subtype "
        b"/CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
        b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 >> >>] >>"
    )
    said = "我们在三月开会。".encode("utf-16-be").hex()
    made = objects(f"BT /F1 12 Tf 72 700 Td <{said}> Tj ET".encode()) | {4: font}
    assert text(read(built(made))) == "我们在三月开会。"


def test_type_drawn_by_procedures_is_read_by_its_table() -> None:
    """A Type 3 font has no names; its table of characters says what its glyphs are."""
    table = b"1 begincodespacerange <00> <ff> endcodespacerange 2 beginbfchar <61> <0048> <62> <0069> endbfchar"
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [.001 0 0 .001 0 0] /CharProcs << /x 9 0 R >> "
        b"/Encoding << /Differences [97 /x /x] >> /FirstChar 97 /LastChar 98 /Widths [800 800] /ToUnicode 8 0 R >>"
    )
    made = objects(b"BT /F1 12 Tf 72 700 Td (ab) Tj ET") | {4: font, 8: stream(table), 9: stream(b"800 0 d0 0 0 700 700 re f")}
    assert text(read(built(made))) == "Hi"


def test_cells_of_a_row_are_told_apart_by_where_they_stand() -> None:
    """Rows that one engine runs together are a table by the other's measure."""
    rows = [("Line", "Plan", "Actual"), ("Grinders", "41", "9003"), ("Other parts", "7386", "12")]
    content = PROSE
    for at, row in enumerate(rows):
        content += b"BT /F1 10 Tf 1 0 0 1 72 %d Tm " % (600 - 15 * at)
        content += b" ".join(
            b"1 0 0 1 %d %d Tm (%s) Tj" % (72 + 120 * n, 600 - 15 * at, cell.encode()) for n, cell in enumerate(row)
        )
        content += b" ET\n"
    found = [block.text for block in read(built(objects(content))).blocks if block.kind == "table"]
    assert found == ["Line | Plan | Actual\nGrinders | 41 | 9003\nOther parts | 7386 | 12"]


# Readings compared


def test_readings_agree_up_to_a_tenth() -> None:
    """Ligatures, split words, order and case make no difference; a tenth of other words does."""
    said = "The efficient organisation keeps its plans for the coming year and the next one in mind."
    assert agree(
        Words(said), Words("the e\ufb03cient organi-\nsation keeps its plans for the coming year and one next the in mind.")
    )
    assert not agree(Words(said), Words(said.replace("plans", "p lans").replace("coming", "co ming")))


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_difference_is_between_nothing_and_all(one: str, other: str) -> None:
    """The measure is symmetric, 0 for the same text and at most 1."""
    left, right = Words(one).counts, Words(other).counts
    assert 0 <= difference(left, right) == difference(right, left) <= 1
    assert difference(left, left) == 0


KNOWN = frozenset(["the", "committee", "met", "in", "march", "and", "looked", "at", "figures", "of", "first", "quarter"])

CHOICES = {
    "an empty page": ("", "the committee met", Choice.WITNESS),
    "glyph names": ("/g12 /g13 /g14 /g15", "the committee met in", Choice.WITNESS),
    "replacement characters": ("\ufffd\ufffd\ufffd met \ufffd\ufffd", "the committee met in march", Choice.WITNESS),
    "words run together": ("thecommitteemet inmarch andlooked", "the committee met in march and looked", Choice.WITNESS),
    "words split by the witness": ("the committee met in march", "t h e c o m m i t t e e met in march", Choice.DISPUTED),
    "a missing paragraph": ("the committee met", "the committee met in march and looked at figures", Choice.WITNESS),
    "rows that come again": ("the the committee committee met met", "the committee met", Choice.FIRST),
    "letters left out by the witness": (
        "the first figures of the first office met",
        "the rst gures of the rst oce met",
        Choice.DISPUTED,
    ),
    "Arabic backwards for the witness": ("البرمجة من الأدوات القوية", "ةجمربلا نم تاودألا ةيوقلا", Choice.FIRST),
    "Arabic backwards for the first": ("ةجمربلا نم تاودألا ةيوقلا", "البرمجة من الأدوات القوية", Choice.WITNESS),
    "a garbled font": ("wkh frpplwwhh phw lq pdufk", "the committee met in march", Choice.WITNESS),
    "a font garbled for the witness": ("the committee met in march", "wkh frpplwwhh phw lq pdufk", Choice.DISPUTED),
    "only the first has words": ("the committee met", "", Choice.DISPUTED),
}


@pytest.mark.parametrize("case", CHOICES)
def test_the_better_reading_is_chosen(case: str) -> None:
    """The witness is taken where it reads better; what it does not confirm stays, and is disputed."""
    first, witness, expected = CHOICES[case]
    assert choose(first, witness, KNOWN) is expected


@pytest.mark.parametrize(
    ("first", "witness", "known", "expected"),
    [
        ("the mo del is goo d", "the model is good", {"the", "is"}, "the model is good"),
        ("T a b l e 1. Sums", "Table 1. Sums", {"sums"}, "Table 1. Sums"),
        ("wewent in to it", "we went into it", {"in", "to", "it", "we", "went"}, "we went in to it"),
        ("one inone", "one in one", {"one", "in"}, "one in one"),
        ("data base data base", "database data base", {"data", "base"}, "data base data base"),
    ],
)
def test_words_are_mended_where_the_witness_has_them_whole(first: str, witness: str, known: set[str], expected: str) -> None:
    """A word that one engine split or ran together is mended, unless both engines know its pieces as words."""
    line, _ = Mender(first, witness, frozenset(known)).mended(Line(first))
    assert line.text == expected


@given(
    st.lists(st.sampled_from(["mo", "del", "model", "a", "an", "other", "another", "in", "to", "into"]), max_size=12), st.data()
)
@settings(max_examples=60, deadline=None)
def test_mending_moves_spaces_and_nothing_else(pieces: list[str], data: st.DataObject) -> None:
    """Whatever the witness says, no character but a space comes or goes."""
    first = " ".join(pieces)
    gaps = data.draw(st.lists(st.booleans(), min_size=len(first), max_size=len(first)))
    witness = "".join(character + (" " if gap else "") for character, gap in zip(first.replace(" ", ""), gaps, strict=False))
    line, _ = Mender(first, witness, frozenset({"a", "in", "to"})).mended(Line(first))
    assert line.text.replace(" ", "") == first.replace(" ", "")


def test_junk_is_what_no_text_holds() -> None:
    """Control and private-use characters and glyphs' names count; letters of any script, and parts of large brackets, do not."""
    assert junk_share("/g12 \ue000\ufffd") == 1
    assert junk_share("ein Satz 句子 جملة \uf8eb x \uf8f6") == 0


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(SAMPLES["pdf"]) - 1), patch=st.binary(min_size=1, max_size=6))
def test_no_damage_is_a_crash(at: int, patch: bytes) -> None:
    """Whatever bytes are overwritten, both engines answer, and no handle stays open to trouble the next file."""
    content = SAMPLES["pdf"][:at] + patch + SAMPLES["pdf"][at + len(patch) :]
    outcome = refusal(FORMAT, content)
    assert outcome in {"", "damaged", "truncated", "encrypted", "empty", "no_text_layer", "bomb"}
    assert text(read(built(objects(PROSE)))) == TEXT


def test_reading_is_the_same_every_time() -> None:
    """The same bytes give the same document, whatever was read before."""
    content = pdf([["One line of text.", None, "Another one."]] * 3, head=lambda page: f"Head {page}")
    first = read(content)
    read(built(objects(PROSE)))
    assert read(content) == first


def test_single_letters_of_sign_fonts_are_bullets() -> None:
    """A letter that a font of signs shows as a box begins a list's entry."""
    made = objects(b"BT /F2 10 Tf 72 700 Td (n) Tj ET" + shown(" first thing to do", 84, 700), resources=b"")
    made[6] = made[6].replace(b"/F1 4 0 R", b"/F1 4 0 R /F2 5 0 R")
    made[5] = b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Wingdings-Regular /Encoding /WinAnsiEncoding >>"
    assert [(block.kind, block.text) for block in read(built(made)).blocks] == [("list_item", "first thing to do")]
