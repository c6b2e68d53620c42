import pytest

from tests.winnow.formats.samples import SAMPLES, paragraph, raw_docx
from tests.winnow.formats.samples_office import fodt, odt, package
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions
from winnow.formats.odt import FORMAT

KEEP = ReadOptions(reading=Reading(hidden_text="keep", comments="keep"))


def read(content: bytes, options: ReadOptions | None = None) -> Document:
    """The one document; its characters add up."""
    document = documents(FORMAT, content, options)[0]
    assert "unaccounted_characters" not in document.notes
    return document


def texts(content: bytes, options: ReadOptions | None = None) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in read(content, options).blocks]


def styled(name: str, properties: str, family: str = "text") -> str:
    """An automatic style."""
    return f'<style:style style:name="{name}" style:family="{family}">{properties}</style:style>'


def test_headings_lists_and_tables_keep_their_order() -> None:
    """The body is read as it stands, lists with their depth, merged cells with their columns."""
    listed = "<text:list><text:list-item><text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list>"
    row = "<table:table-row>{}</table:table-row>"
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    table = (
        f"<table:table><table:table-header-rows>{row.format(cell.format('x') + cell.format('y'))}</table:table-header-rows>"
        f"{row.format(cell.format('z') + '<table:covered-table-cell/>')}</table:table>"
    )
    body = f'<text:h text:outline-level="2">Costs</text:h>{listed}</text:list-item></text:list>{table}<text:p>End.</text:p>'
    blocks = read(odt(body)).blocks
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        ("heading", 2, "Costs"),
        ("list_item", 0, "a"),
        ("list_item", 1, "b"),
        ("table", 0, "x | y\nz |"),
        ("paragraph", 0, "End."),
    ]


def test_white_space_is_what_the_file_says() -> None:
    """Line ends and indents of the XML are none of the text; spaces, tabs and breaks have elements of their own."""
    assert texts(odt("<text:p>a\n   b<text:s text:c='999999999'/>c<text:line-break/>d<text:tab/>e</text:p>")) == [
        ("paragraph", "a b c\nd e")
    ]


def test_deleted_text_lies_apart_and_inserted_text_is_read() -> None:
    """A tracked document reads as if all its changes were accepted."""
    region = "<text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region>"
    gone = f"<text:tracked-changes>{region}</text:tracked-changes>"
    content = odt(f"{gone}<text:p>We <text:change-start/>never <text:change-end/>agreed.</text:p>")
    assert texts(content) == [("paragraph", "We never agreed.")]
    assert read(content).notes == {"deleted_text": len("gone")}


def test_notes_boxes_and_comments() -> None:
    """Notes and text boxes follow their paragraph; comments only if they are kept."""
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>See annex.</text:p></text:note-body></text:note>"
    box = "<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box><svg:desc>alt</svg:desc></draw:frame>"
    content = odt(f"<text:p>Costs{note} rose.{box}<office:annotation><text:p>Really?</text:p></office:annotation></text:p>")
    expected = [("paragraph", "Costs rose."), ("paragraph", "In the box."), ("footnote", "See annex.")]
    assert texts(content) == expected
    assert read(content).notes == {"comments": len("Really?"), "note_marks": 1, "picture_texts": 3}
    assert texts(content, KEEP) == [*expected, ("footnote", "Really?")]


@pytest.mark.parametrize(
    "properties",
    [
        '<style:text-properties text:display="none"/>',
        '<style:text-properties fo:color="#ffffff"/>',
        '<style:text-properties fo:font-size="1pt"/>',
    ],
)
def test_what_nobody_sees_is_left_out_and_can_be_kept(properties: str) -> None:
    """Hidden text, white text where nothing lies behind it, and type of one point."""
    content = odt('<text:p>seen<text:span text:style-name="T"> unseen</text:span></text:p>', automatic=styled("T", properties))
    assert texts(content) == [("paragraph", "seen")]
    assert read(content).notes == {"hidden_text": len("unseen")}
    assert texts(content, KEEP) == [("paragraph", "seen unseen")]


def test_white_text_on_a_dark_cell_is_seen() -> None:
    """What lies behind the text counts, of the span, the paragraph or the cell."""
    automatic = styled("T", '<style:text-properties fo:color="#ffffff"/>') + styled(
        "C", '<style:table-cell-properties fo:background-color="#000080"/>', "table-cell"
    )
    cell = '<table:table-cell table:style-name="C"><text:p><text:span text:style-name="T">x</text:span></text:p></table:table-cell>'
    content = odt(f"<table:table><table:table-row>{cell * 2}</table:table-row></table:table>", automatic=automatic)
    assert texts(content) == [("table", "x | x")]


def test_hidden_sections_and_contents_are_counted() -> None:
    """A hidden section is hidden text, and a table of contents is no text of its own."""
    content = odt(
        '<text:section text:display="none"><text:p>secret</text:p></text:section>'
        "<text:table-of-content><text:index-body><text:p>Costs 3</text:p></text:index-body></text:table-of-content><text:p>Text.</text:p>"
    )
    assert texts(content) == [("paragraph", "Text.")]
    assert read(content).notes == {"contents_text": len("Costs3"), "hidden_text": len("secret")}


def test_styles_make_headings_and_titles() -> None:
    """A paragraph set in a heading's style is one, also through an automatic style; the title is the styled one."""
    styles = (
        '<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph" style:default-outline-level="2"/>'
        '<style:style style:name="Title" style:family="paragraph"/>'
    )
    automatic = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Heading_20_2"/>'
    content = odt(
        '<text:p text:style-name="Title">Minutes</text:p><text:p text:style-name="P1">Sub</text:p>',
        styles=styles,
        automatic=automatic,
    )
    document = read(content)
    assert [(block.kind, block.level) for block in document.blocks] == [("title", 0), ("heading", 2)]
    assert document.title == "Minutes"


def test_headers_and_footers_stand_around_the_body() -> None:
    """Each text of the master pages once; page numbers are none."""
    masters = (
        "<style:master-page><style:header><text:p>Example Ltd</text:p></style:header>"
        "<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer></style:master-page>"
        "<style:master-page><style:header><text:p>Example Ltd</text:p></style:header></style:master-page>"
    )
    content = odt("<text:p>Text.</text:p>", masters=masters, title="Report")
    assert texts(content) == [("header", "Example Ltd"), ("paragraph", "Text."), ("footer", "Page")]
    assert read(content).notes == {"page_furniture": 1, "repeated_margins": len("ExampleLtd")}
    assert read(content).title == "Report"


def test_the_flat_form_reads_alike() -> None:
    """A document in one XML file has the same text as the package."""
    body = "<text:h>Costs</text:h><text:p>They rose.</text:p>"
    assert texts(fodt(body)) == texts(odt(body))
    assert FORMAT.sniff(fodt(body))
    assert not FORMAT.sniff(b"<office:document>")


def test_eighty_levels_are_read_and_ten_thousand_refused() -> None:
    """No depth overflows a stack."""
    before, after = "<text:section>", "</text:section>"
    assert texts(odt(before * 80 + "<text:p>Deep.</text:p>" + after * 80)) == [("paragraph", "Deep.")]
    assert refusal(FORMAT, odt(before * 10_000 + "<text:p>Deep.</text:p>" + after * 10_000)) == "damaged"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (odt("<text:p>x</text:p>", manifest="<encryption-data/>"), "encrypted"),
        (SAMPLES["odt"][:-100], "truncated"),
        (odt(""), "empty"),
        (raw_docx(paragraph("x")), "not_a_package"),
        (package({"mimetype": "x"}), "damaged"),
        (package({"mimetype": "x", "content.xml": "<a><body><spreadsheet/></body></a>"}), "wrong_type"),
        (fodt("<text:p>")[:-10], "malformed"),
        (odt("<text:p/>" * 6_000_000), "bomb"),
    ],
)
def test_what_cannot_be_read_has_its_reason(content: bytes, reason: str) -> None:
    """Encrypted, cut, foreign, broken and empty documents are told apart."""
    assert refusal(FORMAT, content) == reason
