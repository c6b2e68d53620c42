"""What stands beside, behind and inside of a Word document's plain paragraphs."""

import pytest

from tests.winnow.formats.samples import STRICT, paragraph, raw_docx, wordml
from tests.winnow.formats.samples_office import package, relations
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions
from winnow.formats.docx import FORMAT

KEEP = ReadOptions(reading=Reading(hidden_text="keep", comments="keep"))


def read(content: bytes, options: ReadOptions | None = None) -> Document:
    """The one document; its characters add up."""
    document = documents(FORMAT, content, options)[0]
    assert "unaccounted_characters" not in document.notes
    return document


def texts(content: bytes, options: ReadOptions | None = None) -> list[str]:
    """The text of every block."""
    return [block.text for block in read(content, options).blocks]


def run(text: str, properties: str = "") -> str:
    """A w:r."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def spoken(text: str, properties: str = "") -> str:
    """A w:p with one run that has these properties."""
    return f"<w:p>{run(text, properties)}</w:p>"


def field(kind: str) -> str:
    """One of the marks that a field is made of."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def cell(inner: str, properties: str = "") -> str:
    """A w:tc."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:fill="1F3864"/>'


@pytest.mark.parametrize(
    "properties",
    [
        "<w:vanish/>",
        WHITE,
        '<w:color w:val="FEFEFE"/>',
        '<w:sz w:val="2"/>',
        '<w:color w:val="000000"/><w:highlight w:val="black"/>',
        f'{WHITE}<w:shd w:val="clear" w:fill="FFFFFF"/>',
        f'{WHITE}<w:shd w:val="clear" w:fill="auto"/>',
    ],
)
def test_what_nobody_sees_is_left_out_and_can_be_kept(properties: str) -> None:
    """Hidden runs, type of one point, and text in the colour of what lies behind it."""
    content = raw_docx(f"<w:p>{run('seen ')}{run('unseen', properties)}</w:p>")
    assert texts(content) == ["seen"]
    assert read(content).notes == {"hidden_text": len("unseen")}
    assert texts(content, KEEP) == ["seen unseen"]
    assert read(content, KEEP).notes == {"hidden_text_kept": len("unseen")}


SEEN = spoken("seen", WHITE)
BOX = "<w:p><w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
STYLED = '<w:tbl><w:tblPr><w:tblStyle w:val="Dark"/></w:tblPr><w:tr>{}</w:tr></w:tbl>'


@pytest.mark.parametrize(
    "body",
    [
        spoken("seen", WHITE + DARK),
        spoken("seen", WHITE + '<w:highlight w:val="red"/>'),
        f"<w:p><w:pPr>{DARK}</w:pPr>{run('seen', WHITE)}</w:p>",
        f"<w:tbl><w:tr>{cell(SEEN, DARK)}</w:tr></w:tbl>",
        STYLED.format(cell(SEEN)),
        BOX.format(SEEN),
        spoken("seen", '<w:vanish w:val="0"/>'),
        spoken("seen", "<w:webHidden/>"),
        spoken("seen", '<w:color w:val="F2F2F2"/>'),
        spoken("seen", '<w:color w:val="auto"/><w:shd w:val="clear" w:fill="000000"/>'),
        spoken("seen", WHITE + '<w:shd w:val="pct50" w:fill="FFFFFF"/>'),
    ],
)
def test_what_may_be_seen_stays(body: str) -> None:
    """White on anything dark, or on what a style or shape may have painted, is text."""
    styles = wordml(
        "styles",
        '<w:style w:type="table" w:styleId="Dark"><w:name w:val="Dark"/><w:tblStylePr>'
        f"<w:tcPr>{DARK}</w:tcPr></w:tblStylePr></w:style>",
    )
    assert texts(raw_docx(body, styles=styles)) == ["seen"]


def test_a_style_hides_and_a_run_shows_again() -> None:
    """Properties come from the paragraph's style, the run's style and the run, the nearest winning."""
    styles = wordml(
        "styles",
        '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="S"><w:name w:val="Shown"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>',
    )
    shown = run("b", '<w:rStyle w:val="S"/>')
    content = raw_docx(f'<w:p><w:pPr><w:pStyle w:val="H"/></w:pPr>{run("a")}{shown}</w:p>', styles=styles)
    assert texts(content) == ["b"]


def test_fields_show_their_result() -> None:
    """The instruction of a field is no text, wherever its parts stand; nested fields belong to what they stand in."""
    inner = (
        field("begin") + "<w:r><w:instrText>MERGEFIELD x</w:instrText></w:r>" + field("separate") + run("inner") + field("end")
    )
    body = f"<w:p>{run('a ')}{field('begin')}{run('IF ')}{inner}</w:p><w:p>{field('separate')}{run('b')}{field('end')}{run(' c')}</w:p>"
    content = raw_docx(body)
    assert texts(content) == ["a", "b c"]
    assert read(content).notes == {"field_codes": len("IFMERGEFIELDxinner")}


def test_a_field_that_never_ends_swallows_nothing() -> None:
    """A start without an end is ignored, so that a damaged file keeps its text."""
    assert texts(raw_docx(f"<w:p>{field('begin')}{run('a')}</w:p>{paragraph('b')}")) == ["a", "b"]


def test_a_deleted_paragraph_mark_joins_its_neighbours() -> None:
    """With all changes accepted, two paragraphs whose boundary was deleted are one."""
    marked = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('We ')}</w:p>"
    assert texts(raw_docx(marked + paragraph("agreed."))) == ["We agreed."]
    assert texts(raw_docx(marked)) == ["We"]


def test_prompts_are_no_text() -> None:
    """A content control that still shows what to write in it says nothing."""
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here.')}</w:sdtContent></w:sdt>"
    content = raw_docx(f"<w:p>{run('Name: ')}{prompt}</w:p>")
    assert texts(content) == ["Name:"]
    assert read(content).notes == {"prompts": len("Clickhere.")}


def test_symbols_are_characters() -> None:
    """Signs of symbol fonts stand as themselves, hyphens that never break as hyphens, and unknown signs are counted."""
    signs = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="X" w:char="F021"/></w:r>'
    greek = run("\uf061", '<w:rFonts w:ascii="Symbol"/>')
    content = raw_docx(f"<w:p>{signs}<w:r><w:noBreakHyphen/></w:r>{greek}</w:p>")
    assert texts(content) == ["≥✓-α"]
    assert read(content).notes == {"unknown_symbols": 1}


def test_powers_and_fractions_keep_their_meaning() -> None:
    """A formula in a sentence is written so that r² is not r2."""
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    power = "<m:sSup><m:e><m:r><m:t>r</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
    part = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>n</m:t></m:r></m:den></m:f>"
    assert texts(raw_docx(f"<w:p {math}>{run('so ')}<m:oMath>{power}{part}</m:oMath></w:p>")) == ["so r^21/n"]


def test_lists_keep_their_depth() -> None:
    """A list item's level is its depth from 0, by its own numbering or its style's."""
    styles = wordml(
        "styles",
        '<w:style w:type="paragraph" w:styleId="L2"><w:name w:val="List Bullet 2"/><w:pPr><w:numPr/></w:pPr></w:style>',
    )
    numbered = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    body = paragraph("a", numbered.format(0)) + paragraph("b", numbered.format(2)) + paragraph("c", '<w:pStyle w:val="L2"/>')
    blocks = read(raw_docx(body, styles=styles)).blocks
    assert [(block.kind, block.level) for block in blocks] == [("list_item", 0), ("list_item", 2), ("list_item", 1)]


def test_merged_cells_keep_their_columns() -> None:
    """A cell over several columns leaves the further ones empty, and a row that starts late its first ones."""
    first = cell(paragraph("a"), '<w:gridSpan w:val="2"/>') + cell(paragraph("b"))
    late = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell(paragraph("c")) + cell(paragraph("d"))
    assert texts(raw_docx(f"<w:tbl><w:tr>{first}</w:tr><w:tr>{late}</w:tr></w:tbl>")) == ["a |  | b\n| c | d"]
    wide = first.replace('"2"', '"999999999"')
    assert len(texts(raw_docx(f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>"))[0]) < 300


def test_a_table_in_a_cell_and_a_note_follow_their_table() -> None:
    """What is no part of a row stands behind the table as a block of its own."""
    inner = f"<w:tbl><w:tr>{cell(paragraph('x'))}{cell(paragraph('y'))}</w:tr></w:tbl>"
    noted = f'<w:p>{run("b")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    body = f"<w:tbl><w:tr>{cell(paragraph('a') + inner)}{cell(noted)}</w:tr></w:tbl>"
    notes = wordml("footnotes", f'<w:footnote w:id="1">{paragraph("See annex.")}</w:footnote>')
    assert texts(raw_docx(body, footnotes=notes)) == ["a | b", "x | y", "See annex."]


def test_a_page_laid_out_as_a_table_is_text() -> None:
    """Cells that hold headings with text below are sections, not values."""
    section = paragraph("Costs", '<w:outlineLvl w:val="0"/>') + paragraph("They rose.")
    assert texts(raw_docx(f"<w:tbl><w:tr>{cell(section)}{cell(paragraph('Side.'))}</w:tr></w:tbl>")) == [
        "Costs",
        "They rose.",
        "Side.",
    ]


def test_comments_are_counted_or_kept() -> None:
    """Remarks beside the text are left out, or follow the paragraph they are about."""
    comments = wordml("comments", f'<w:comment w:id="7" w:author="Someone">{paragraph("Really?")}</w:comment>')
    content = raw_docx(f'<w:p>{run("Costs rose.")}<w:r><w:commentReference w:id="7"/></w:r></w:p>', comments=comments)
    assert texts(content) == ["Costs rose."]
    assert read(content).notes == {"comments": len("Really?"), "comments_found": 1}
    assert [(block.kind, block.text) for block in read(content, KEEP).blocks] == [
        ("paragraph", "Costs rose."),
        ("footnote", "Really?"),
    ]


def test_only_headers_in_use_are_read() -> None:
    """First and even pages have their own header only where the document says so."""
    headers = {f"header{number}": wordml("hdr", paragraph(text)) for number, text in enumerate(["Usual", "First", "Even"], 1)}
    named = "".join(
        f'<w:headerReference w:type="{kind}" r:id="header{number}"/>'
        for number, kind in enumerate(["default", "first", "even"], 1)
    )
    body = paragraph("Text.") + "<w:sectPr>{}{}</w:sectPr>"
    assert texts(raw_docx(body.format(named, ""), **headers)) == ["Usual", "Text."]
    assert texts(raw_docx(body.format(named, "<w:titlePg/>"), **headers)) == ["Usual", "First", "Text."]
    even = wordml("settings", "<w:evenAndOddHeaders/>")
    assert texts(raw_docx(body.format(named, ""), settings=even, **headers)) == ["Usual", "Even", "Text."]
    assert read(raw_docx(body.format(named, ""), **headers)).notes == {"unused_margins": len("FirstEven")}


CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:title><a:p><a:r><a:t>Sales</a:t></a:r></a:p></c:title>'
    "<c:ser><c:v>90</c:v></c:ser></c:chartSpace>"
)

DIAGRAM = (
    '<d:dataModel xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<d:pt modelId="0" type="doc"/>{}<d:cxn srcId="0" destId="1" srcOrd="0"/><d:cxn srcId="1" destId="3" srcOrd="0"/>'
    '<d:cxn srcId="0" destId="2" srcOrd="1"/></d:dataModel>'
).format(
    "".join(
        f'<d:pt modelId="{number}"><d:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></d:t></d:pt>'
        for number, text in enumerate(["Plan", "Do", "Ask"], 1)
    )
)


def with_drawing(reference: str, kind: str, part: str) -> bytes:
    """A document whose second paragraph holds a drawing that lies in ``part``."""
    return raw_docx(f"{paragraph('Before.')}<w:p><w:r><w:drawing>{reference}</w:drawing></w:r></w:p>", **{kind: part})


def test_a_chart_gives_its_words_and_not_its_numbers() -> None:
    """Titles are text; the values that a chart draws are counted."""
    content = with_drawing('<c:chart xmlns:c="c" r:id="chart1"/>', "chart1", CHART)
    assert texts(content) == ["Before.", "Sales"]
    assert read(content).notes == {"charts": 1, "chart_values": 2}


def test_a_diagram_is_a_list_in_its_own_order() -> None:
    """The points of a diagram come nested as they hang together, not as they are stored."""
    content = with_drawing('<d:relIds xmlns:d="d" r:dm="diagramData1"/>', "diagramData1", DIAGRAM)
    blocks = read(content).blocks[1:]
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        ("list_item", 0, "Plan"),
        ("list_item", 1, "Ask"),
        ("list_item", 0, "Do"),
    ]


@pytest.mark.parametrize(
    "inner",
    [
        b"<html><body><p>Embedded words.</p></body></html>",
        rb"{\rtf1 Embedded words.\par}",
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html><body><p>Embedded words.</p></body></html>",
        b"Embedded words.",
        raw_docx(paragraph("Embedded words.")),
    ],
)
def test_documents_in_the_document_are_read(inner: bytes) -> None:
    """What Word shows of an embedded page, RTF or DOCX file stands where it is embedded."""
    body = wordml("document", f'<w:body>{paragraph("Before.")}<w:altChunk r:id="a"/>{paragraph("After.")}</w:body>')
    content = package(
        {
            "_rels/.rels": relations(r="officeDocument:word/document.xml"),
            "word/document.xml": body,
            "word/_rels/document.xml.rels": relations(a="aFChunk:chunk.bin"),
            "word/chunk.bin": inner,
        }
    )
    assert texts(content) == ["Before.", "Embedded words.", "After."]
    assert read(content).notes["embedded_documents"] == 1


def test_a_document_in_itself_ends() -> None:
    """Documents in documents are followed twice, and what lies deeper is counted."""
    content = raw_docx(paragraph("Core."))
    for _ in range(5):
        content = package(
            {
                "_rels/.rels": relations(r="officeDocument:word/document.xml"),
                "word/document.xml": wordml("document", f'<w:body>{paragraph("Shell.")}<w:altChunk r:id="a"/></w:body>'),
                "word/_rels/document.xml.rels": relations(a="aFChunk:chunk.docx"),
                "word/chunk.docx": content,
            }
        )
    assert texts(content) == ["Shell."] * 3
    assert read(content).notes["unread_embedded_documents"] == 1


def test_text_in_parts_that_nothing_refers_to_is_counted() -> None:
    """Building blocks and forgotten parts are not silently part of the file."""
    content = raw_docx(
        paragraph("Text."), glossaryDocument=wordml("glossaryDocument", paragraph("Dear Sir")), lost=wordml("p", run("x"))
    )
    assert read(content).notes == {"building_blocks": len("DearSir"), "unread_parts": 1}


@pytest.mark.parametrize(
    "shell", ["<w:tbl><w:tr><w:tc>{}<w:p/></w:tc></w:tr></w:tbl>", "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"]
)
def test_deep_nesting_is_read_and_abysses_are_refused(shell: str) -> None:
    """Eighty levels are read; ten thousand are more than any program writes, and no stack overflows."""
    before, _, after = shell.partition("{}")
    assert texts(raw_docx(before * 80 + paragraph("Deep.") + after * 80)) == ["Deep."]
    assert refusal(FORMAT, raw_docx(before * 10_000 + paragraph("Deep.") + after * 10_000)) == "damaged"


def test_the_strict_variant_has_notes_and_hidden_text_too() -> None:
    """Nothing depends on the namespace of the transitional variant."""
    body = f"<w:p>{run('a')}{run('b', '<w:vanish/>')}</w:p>"
    assert read(raw_docx(body, namespace=STRICT)) == read(raw_docx(body))


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"notes.txt": "x"}, "not_a_package"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}, "wrong_type"),
        ({"[Content_Types].xml": "<Types/>"}, "damaged"),
        ({"_rels/.rels": relations(r="officeDocument:xl/workbook.xml"), "xl/workbook.xml": "<workbook/>"}, "wrong_type"),
    ],
)
def test_other_archives_have_their_reason(parts: dict[str, str], reason: str) -> None:
    """An archive, an OpenDocument file, a workbook and a document without its text are told apart."""
    assert refusal(FORMAT, package(dict(parts))) == reason


@pytest.mark.parametrize("content", [b"%PDF-1.7", rb"{\rtf1 x}", b"\x89PNG\r\n\x1a\n", b"\x1f\x8b\x08"])
def test_other_signatures_are_another_type(content: bytes) -> None:
    """A file that surely is something else is not opened as a package."""
    assert not FORMAT.sniff(content)
