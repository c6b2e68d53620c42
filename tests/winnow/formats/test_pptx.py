import pytest

from tests.winnow.formats.samples import SAMPLES, paragraph, raw_docx
from tests.winnow.formats.samples_office import SLIDE_WIDTH, group, lines, package, pptx, relations, shape, slide_xml
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions
from winnow.formats._slides import Box, reading_order
from winnow.formats.pptx import FORMAT

KEEP = ReadOptions(reading=Reading(hidden_text="keep", comments="keep"))
RELS = "ppt/slides/_rels/slide1.xml.rels"
FRAME = '<p:graphicFrame><p:xfrm/><a:graphic><a:graphicData uri="x">{}</a:graphicData></a:graphic></p:graphicFrame>'


def read(content: bytes, options: ReadOptions | None = None) -> Document:
    """The one presentation; its characters add up."""
    document = documents(FORMAT, content, options)[0]
    assert "unaccounted_characters" not in document.notes
    return document


def texts(shapes: str, options: ReadOptions | None = None, **parts: str) -> list[str]:
    """What a slide of ``shapes`` says."""
    return [block.text for block in read(pptx([slide_xml(shapes)], **parts), options).blocks]


def test_slides_come_in_the_order_of_the_presentation() -> None:
    """The order is that of the slide list, not of file names; a block's page is its slide's number."""
    document = read(pptx([slide_xml(shape(f"S{number}", kind="title")) for number in (1, 2, 3)], order=(3, 1, 2)))
    assert [(block.page, block.kind, block.level, block.text) for block in document.blocks] == [
        (1, "heading", 1, "S3"),
        (2, "heading", 1, "S1"),
        (3, "heading", 1, "S2"),
    ]
    assert document.title == "S3"


def test_shapes_are_read_from_top_to_bottom_and_left_to_right() -> None:
    """Wherever a shape stands in the file, the title comes first, then rows, then columns."""
    shapes = (
        shape("right", (5000, 2000, 1000, 900))
        + shape("below", (0, 4000, 6000, 900))
        + shape("left", (0, 2010, 1000, 900))
        + shape("Title", (0, 9000, 1000, 900), kind="title")
    )
    assert texts(shapes) == ["Title", "left", "right", "below"]


def test_columns_without_a_common_gap_are_read_one_after_the_other() -> None:
    """Two columns of boxes at differing heights are no rows."""
    boxes = [Box(0, 0, 10, 10), Box(20, 5, 30, 30), Box(0, 12, 10, 20), Box(20, 32, 30, 40), Box(0, 21, 10, 40)]
    assert reading_order(boxes) == [0, 2, 4, 1, 3]


def test_what_stands_nowhere_comes_last() -> None:
    """A shape without a place keeps its turn in the file, behind those that have one."""
    assert reading_order([None, Box(0, 0, 1, 1), None]) == [1, 0, 2]


def test_groups_are_read_as_one_shape_in_their_own_place() -> None:
    """Coordinates inside of a group count in the group's own units, also in a group within a group."""
    inner = group(
        shape("deep right", (60, 0, 40, 40)) + shape("deep left", (0, 0, 40, 40)), (0, 500, 500, 500), (0, 0, 100, 100)
    )
    outer = group(inner + shape("top", (0, 0, 1000, 400)), (0, 5000, 2000, 2000), (0, 0, 1000, 1000))
    assert texts(outer + shape("first", (0, 0, 3000, 900)) + shape("last", (0, 8000, 3000, 900))) == [
        "first",
        "top",
        "deep left",
        "deep right",
        "last",
    ]


def test_a_placeholder_stands_where_its_layout_says_and_layouts_are_not_read() -> None:
    """A slide's placeholder without a place takes that of the layout; what the layout itself says is counted."""
    layout = slide_xml(shape("Click to edit", (0, 100, 900, 900), kind="body"), root="sldLayout")
    parts = {RELS: relations(l="slideLayout:../slideLayouts/l.xml"), "ppt/slideLayouts/l.xml": layout}
    content = pptx([slide_xml(shape("below", (0, 5000, 900, 900)) + shape("from layout", kind="body"))], **parts)
    assert [block.text for block in read(content).blocks] == ["from layout", "below"]
    assert read(content).notes == {"layout_text": len("Clicktoedit")}


def test_bullets_are_list_items_with_their_depth() -> None:
    """A paragraph is a list item where it, its shape, its layout or the master gives it a bullet."""
    body = (
        '<a:p><a:pPr lvl="1"><a:buChar char="-"/></a:pPr><a:r><a:t>item</a:t></a:r></a:p>'
        "<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>plain</a:t></a:r></a:p>"
    )
    blocks = read(pptx([slide_xml(shape(body))])).blocks
    assert [(block.kind, block.level) for block in blocks] == [("list_item", 1), ("paragraph", 0)]
    master = slide_xml("", root="sldMaster").replace(
        "</p:cSld>", '</p:cSld><p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="-"/></a:lvl1pPr></p:bodyStyle></p:txStyles>'
    )
    parts = {
        RELS: relations(l="slideLayout:../slideLayouts/l.xml"),
        "ppt/slideLayouts/l.xml": slide_xml("", root="sldLayout"),
        "ppt/slideLayouts/_rels/l.xml.rels": relations(m="slideMaster:../slideMasters/m.xml"),
        "ppt/slideMasters/m.xml": master,
    }
    blocks = read(pptx([slide_xml(shape("item", kind="body") + shape("box"))], **parts)).blocks
    assert [(block.kind, block.text) for block in blocks] == [("list_item", "item"), ("paragraph", "box")]


def test_tables_keep_their_columns() -> None:
    """Merged cells leave their further columns empty."""
    row = "<a:tr>{}</a:tr>"
    cell = "<a:tc {}><a:txBody>{}</a:txBody></a:tc>"
    cells = [cell.format('gridSpan="2"', lines("a")), cell.format('hMerge="1"', lines("")), cell.format("", lines("b"))]
    assert texts(FRAME.format(f"<a:tbl>{row.format(''.join(cells))}{row.format(cells[2] * 3)}</a:tbl>")) == [
        "a |  | b\nb | b | b"
    ]


def test_notes_follow_their_slide() -> None:
    """What the speaker says stands behind what the slide says; the page's number and picture are no text."""
    notes = slide_xml(shape("7", kind="sldNum") + shape("Say this.", kind="body"), root="notes")
    parts = {RELS: relations(n="notesSlide:../notesSlides/n.xml"), "ppt/notesSlides/n.xml": notes}
    content = pptx([slide_xml(shape("Shown", kind="title"))], **parts)
    assert [(block.page, block.kind, block.text) for block in read(content).blocks] == [
        (1, "heading", "Shown"),
        (1, "paragraph", "Say this."),
    ]
    assert read(content).notes == {"page_furniture": 1}


def test_comments_are_counted_or_kept() -> None:
    """Remarks on a slide are left out, or follow it."""
    comments = '<p:cmLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cm><p:text>Really?</p:text></p:cm></p:cmLst>'
    parts = {RELS: relations(c="comments:../comments/c.xml"), "ppt/comments/c.xml": comments}
    content = pptx([slide_xml(shape("Shown"))], **parts)
    assert read(content).notes == {"comments": len("Really?"), "comments_found": 1}
    assert [block.text for block in read(content, KEEP).blocks] == ["Shown", "Really?"]


@pytest.mark.parametrize(
    "unseen",
    [
        shape("unseen", properties='hidden="1"'),
        shape("unseen", (SLIDE_WIDTH + 10, 0, 900, 900)),
        shape("unseen", (-900, 0, 900, 900)),
        shape(lines("unseen", run='sz="100"')),
        shape("<a:p><a:r><a:rPr><a:noFill/></a:rPr><a:t>unseen</a:t></a:r></a:p>"),
        shape(
            '<a:p><a:r><a:rPr><a:solidFill><a:srgbClr val="ffffff"/></a:solidFill></a:rPr><a:t>unseen</a:t></a:r></a:p>',
            more='<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>',
        ),
    ],
)
def test_what_nobody_sees_is_left_out_and_can_be_kept(unseen: str) -> None:
    """Hidden shapes, shapes beside the slide, type of one point, and text without a colour of its own."""
    content = pptx([slide_xml(shape("seen") + unseen)])
    assert [block.text for block in read(content).blocks] == ["seen"]
    assert read(content).notes == {"hidden_text": len("unseen")}
    assert {block.text for block in read(content, KEEP).blocks} == {"seen", "unseen"}


def test_hidden_slides_are_left_out_and_keep_their_number() -> None:
    """A slide that is skipped in the show counts as hidden text; the others keep their numbers."""
    content = pptx([slide_xml(shape("a"), attributes='show="0"'), slide_xml(shape("b"))])
    assert [(block.page, block.text) for block in read(content).blocks] == [(2, "b")]
    assert read(content).notes == {"hidden_slides": 1, "hidden_text": 1}
    assert [block.page for block in read(content, KEEP).blocks] == [1, 2]


@pytest.mark.parametrize("kind", ["sldNum", "dt", "ftr", "hdr"])
def test_furniture_is_counted(kind: str) -> None:
    """Slide numbers, dates, footers and headers stand on every slide and say nothing about it."""
    content = pptx([slide_xml(shape("Text") + shape("Example Ltd", kind=kind))])
    assert read(content).notes == {"page_furniture": len("ExampleLtd")}


@pytest.mark.parametrize("prompt", ["Click to add text", "Klicken Sie, um Titel hinzuzufügen", "Cliquez pour ajouter un titre"])
def test_prompts_are_no_text(prompt: str) -> None:
    """An empty placeholder that was saved with its prompt says nothing; the same words in a text box do."""
    assert texts(shape("Text") + shape(prompt, kind="body")) == ["Text"]
    assert texts(shape(prompt)) == [prompt]


def test_a_number_field_is_furniture_and_a_line_break_a_space() -> None:
    """In a title a break is a space; the number of the slide is left out wherever it stands."""
    body = '<a:p><a:r><a:t>Two</a:t></a:r><a:br/><a:r><a:t>lines</a:t></a:r><a:fld type="slidenum"><a:t>3</a:t></a:fld></a:p>'
    assert texts(shape(body, kind="ctrTitle")) == ["Two lines"]


def test_slides_that_nothing_shows_are_counted() -> None:
    """A slide that lies in the file and not in the list is no part of the presentation."""
    content = pptx([slide_xml(shape("a")), slide_xml(shape("lost"))], order=(1,))
    assert read(content).notes == {"unread_parts": len("lost")}


def test_deep_groups_end() -> None:
    """Eighty groups in each other are read; ten thousand are refused."""
    nested = "<p:grpSp><p:grpSpPr/>{}</p:grpSp>"
    before, _, after = nested.partition("{}")
    assert texts(before * 80 + shape("deep") + after * 80) == ["deep"]
    assert refusal(FORMAT, pptx([slide_xml(before * 10_000 + shape("deep") + after * 10_000)])) == "damaged"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SAMPLES["pptx"][:-200], "truncated"),
        (raw_docx(paragraph("Text.")), "wrong_type"),
        (package({"a.txt": "x"}), "not_a_package"),
        (package({"[Content_Types].xml": "<Types/>"}), "damaged"),
        (pptx([slide_xml("")]), "empty"),
        (pptx([]), "empty"),
        (pptx(["<p:sld"]), "damaged"),
        (b"plain words", "not_a_package"),
    ],
)
def test_what_cannot_be_read_has_its_reason(content: bytes, reason: str) -> None:
    """Cut, foreign, broken and empty presentations are told apart."""
    assert refusal(FORMAT, content) == reason
