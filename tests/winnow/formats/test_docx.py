import io
import zipfile

import pytest
from docx import Document as WordDocument

from tests.winnow.formats.samples import SAMPLES, STRICT, docx, paragraph, raw_docx, wordml
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats.docx import FORMAT


def texts(content: bytes) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in read(content).blocks]


def read(content: bytes) -> Document:
    """The one document."""
    return documents(FORMAT, content)[0]


def build(document: WordDocument) -> None:
    """A document with one of everything that python-docx can make."""
    document.add_heading("Minutes", 0)
    document.add_heading("Costs", 1)
    document.add_paragraph("They rose.")
    document.add_paragraph("rent", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip([cell for row in table.rows for cell in row.cells], ["Item", "Price", "Desk", "90"], strict=True):
        cell.text = text
    document.add_heading("Outlook", 2)
    document.add_paragraph("Better.", style="Quote")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Example Ltd"
    section.footer.paragraphs[0].text = "Internal"


def test_the_body_is_read_in_order_between_headers_and_footers() -> None:
    """Headings, paragraphs, lists, tables and quotes keep the order in which a reader meets them."""
    assert texts(docx(build)) == [
        ("header", "Example Ltd"),
        ("title", "Minutes"),
        ("heading", "Costs"),
        ("paragraph", "They rose."),
        ("list_item", "rent"),
        ("table", "Item | Price\nDesk | 90"),
        ("heading", "Outlook"),
        ("quote", "Better."),
        ("footer", "Internal"),
    ]


def test_headings_have_levels_and_the_title_is_the_styled_one() -> None:
    """Heading depth comes from the style, and the document's title from the paragraph styled as such."""
    document = read(docx(build))
    assert [block.level for block in document.blocks if block.kind == "heading"] == [1, 2]
    assert document.title == "Minutes"


def test_a_translated_or_derived_style_is_still_a_heading() -> None:
    """A company's own style that is based on a heading, whatever its id and name, has the heading's level."""
    styles = wordml(
        "styles",
        '<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Firma"><w:name w:val="Firma"/><w:basedOn w:val="berschrift2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Lined"><w:name w:val="X"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>',
    )
    content = raw_docx(
        paragraph("Kosten", '<w:pStyle w:val="Firma"/>') + paragraph("Top", '<w:pStyle w:val="Lined"/>'), styles=styles
    )
    assert [(block.kind, block.level) for block in read(content).blocks] == [("heading", 2), ("heading", 1)]


def test_inserted_text_is_read_and_deleted_text_is_not() -> None:
    """A tracked document reads as if all its changes were accepted."""
    content = raw_docx(
        "<w:p><w:r><w:t>We </w:t></w:r><w:ins><w:r><w:t>never </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>always </w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>gone </w:t></w:r></w:moveFrom><w:r><w:t>agreed.</w:t></w:r></w:p>"
    )
    assert texts(content) == [("paragraph", "We never agreed.")]
    assert read(content).notes["deleted_text"] == len("always") + len("gone")


def test_text_boxes_are_read_once() -> None:
    """A text box is stored as two alternatives of one drawing, of which one is read, behind its paragraph."""
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    content = raw_docx(
        f'<w:p><w:r><w:t>Beside it.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires="wps"><wps:txbx>{box}</wps:txbx>'
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(content) == [("paragraph", "Beside it."), ("paragraph", "In the box.")]


def test_content_controls_and_links_are_read() -> None:
    """Text in a form field, around paragraphs or inside of one, in a cell's row, or under a link is text."""
    row = f"<w:tr><w:sdt><w:sdtContent><w:tc>{paragraph('a')}</w:tc></w:sdtContent></w:sdt><w:tc>{paragraph('b')}</w:tc></w:tr>"
    content = raw_docx(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Whole.')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>Half </w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>and </w:t></w:r></w:sdtContent></w:sdt>"
        f"<w:hyperlink><w:r><w:t>half.</w:t></w:r></w:hyperlink></w:p><w:tbl>{row}</w:tbl>"
    )
    assert texts(content) == [("paragraph", "Whole."), ("paragraph", "Half and half."), ("table", "a | b")]


def test_footnotes_follow_the_paragraph_that_refers_to_them() -> None:
    """A note stands behind its paragraph as a block of its own; the separators that Word stores with the notes are none."""
    notes = wordml(
        "footnotes",
        f'<w:footnote w:type="separator" w:id="0">{paragraph("----")}</w:footnote>'
        f'<w:footnote w:id="1">{paragraph("See annex.")}</w:footnote>',
    )
    body = f'<w:p><w:r><w:t>Costs rose.</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>{paragraph("Next.")}'
    assert texts(raw_docx(body, footnotes=notes)) == [
        ("paragraph", "Costs rose."),
        ("footnote", "See annex."),
        ("paragraph", "Next."),
    ]


def test_a_footnote_that_refers_to_itself_ends() -> None:
    """A note is told once, so that a circle in a hostile file is no endless one."""
    notes = wordml(
        "footnotes",
        '<w:footnote w:id="1"><w:p><w:r><w:t>n</w:t><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote>',
    )
    body = '<w:p><w:r><w:t>Text.</w:t><w:footnoteReference w:id="1"/></w:r></w:p>'
    assert texts(raw_docx(body, footnotes=notes)) == [("paragraph", "Text."), ("footnote", "n")]


def test_hidden_text_and_contents_are_dropped_and_counted() -> None:
    """Text that Word does not show, and the table of contents, reach no dataset."""
    styles = wordml("styles", '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>')
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret </w:t></w:r><w:r><w:t>plain</w:t></w:r></w:p>"
    document = read(raw_docx(paragraph("Costs 3", '<w:pStyle w:val="TOC1"/>') + hidden, styles=styles))
    assert [block.text for block in document.blocks] == ["plain"]
    assert document.notes == {"contents_text": len("Costs3"), "hidden_text": len("secret")}


def test_displayed_formulas_are_dropped_and_inline_ones_kept() -> None:
    """A formula in a sentence is a part of it; one on its own line, flattened, says nothing."""
    math = '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>{}</m:t></m:r></m:oMath>'
    shown = (
        f'<m:oMathPara xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">{math.format("x=1")}</m:oMathPara>'
    )
    document = read(raw_docx(f"<w:p><w:r><w:t>So </w:t></w:r>{math.format('y=2')}</w:p><w:p>{shown}</w:p>"))
    assert [block.text for block in document.blocks] == ["So y=2"]
    assert document.notes == {"formulas": len("x=1")}


def test_the_strict_variant_reads_alike() -> None:
    """A file saved as Strict Open XML has the same text as one that is not."""
    body = paragraph("Costs", '<w:outlineLvl w:val="0"/>') + paragraph("They rose.")
    assert read(raw_docx(body, namespace=STRICT)) == read(raw_docx(body))


def test_a_box_drawn_as_a_table_is_text() -> None:
    """A table of one cell is a frame around its paragraphs."""
    cell = f"<w:tc>{paragraph('One.')}{paragraph('Two.')}</w:tc>"
    assert texts(raw_docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")) == [("paragraph", "One."), ("paragraph", "Two.")]


def test_spans_count_characters_of_the_joined_blocks() -> None:
    """Start and end cut each block out of all blocks joined by line ends."""
    found = read(docx(build)).blocks
    text = "\n".join(block.text for block in found)
    assert [text[block.start : block.end] for block in found] == [block.text for block in found]


def test_a_bomb_is_refused_before_it_inflates() -> None:
    """A small file that unpacks to far more than it holds is told by what it declares, without unpacking it."""
    content = raw_docx(paragraph(" " * 40_000_000))
    assert len(content) < 100_000
    assert refusal(FORMAT, content) == "bomb"


def test_entities_are_not_expanded() -> None:
    """Neither a file on this machine nor a cascade of entities gets into the text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAMPLES["docx"])) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(
                    b"<w:document", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document', 1
                )
                content = content.replace(b"Sales", b"&x;Sales")
            new.writestr(name, content)
    assert texts(stream.getvalue()) == [("paragraph", "Sales rose in spring.")]


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (OLE2 + bytes(512) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE2 + bytes(512), "not_a_package"),
        (b"plain words", "not_a_package"),
        (SAMPLES["docx"][:-400], "truncated"),
        (SAMPLES["docx"][:100] + bytes(len(SAMPLES["docx"]) - 200) + SAMPLES["docx"][-100:], "damaged"),
        (raw_docx("<w:p><w:r/></w:p>"), "empty"),
        (raw_docx("<w:p><w:r></w:p>"), "damaged"),
    ],
)
def test_what_cannot_be_read_has_its_reason(content: bytes, reason: str) -> None:
    """Encrypted, foreign, cut, broken and empty files are told apart."""
    assert refusal(FORMAT, content) == reason
