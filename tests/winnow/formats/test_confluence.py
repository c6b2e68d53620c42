import pytest

from tests.winnow.formats.samples import SAMPLES
from tests.winnow.formats.samples_office import entities, entity, package, page
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions, confluence, detect
from winnow.formats.confluence import FORMAT

KEEP = ReadOptions(reading=Reading(comments="keep"))


def read(*objects: str, options: ReadOptions | None = None) -> list[Document]:
    """The pages of an export."""
    return documents(FORMAT, entities(*objects), options)


def texts(body: str) -> list[tuple[str, int, str]]:
    """Kind, level and text of what a page of ``body`` says below its title."""
    return [(block.kind, block.level, block.text) for block in read(page(1, "T", body))[0].blocks[1:]]


def macro(name: str, inner: str = "") -> str:
    """A macro."""
    return f'<ac:structured-macro ac:name="{name}">{inner}</ac:structured-macro>'


STATUS = macro("status", '<ac:parameter ac:name="title">DONE</ac:parameter>')

WIDE = "<object " + " ".join(f'a{number}="1"' for number in range(1_400_000)) + "/>"


def test_only_what_readers_of_the_wiki_see_is_read() -> None:
    """Earlier versions, deleted pages and drafts are left out, and counted with the first page."""
    found = read(
        page(1, "Home", "<p>Welcome.</p>"),
        page(2, "Home", "<p>Old.</p>", originalVersion=1),
        page(3, "Bin", "<p>Gone.</p>", contentStatus="deleted"),
        page(4, "Later", "<p>Not yet.</p>", contentStatus="draft"),
        page(5, "Team", "<p>We.</p>"),
    )
    assert [(document.row_key, document.row_number, document.title) for document in found] == [
        ("1", 0, "Home"),
        ("5", 1, "Team"),
    ]
    assert found[0].notes == {"deleted_pages": 1, "draft_pages": 1, "old_versions": 1}
    assert found[1].notes == {}


def test_a_page_has_its_place_in_the_space() -> None:
    """The titles of the pages above stand before the page's own; a circle of parents ends."""
    found = read(page(1, "Home", "<p>x</p>"), page(2, "Costs", "<p>x</p>", parent=1), page(3, "Rent", "<p>x</p>", parent=2))
    assert [block.text for block in found[2].blocks] == ["Home / Costs", "Rent", "x"]
    assert [block.kind for block in found[2].blocks] == ["header", "title", "paragraph"]
    assert read(page(1, "A", "<p>x</p>", parent=2), page(2, "B", "<p>x</p>", parent=1))[0].title == "A"


def test_bodies_before_their_pages_are_found() -> None:
    """An export keeps no order among its objects."""
    body, _, head = page(1, "Home", "<p>Welcome.</p>").rpartition('<object class="BodyContent"')
    assert [document.title for document in documents(FORMAT, entities(f'<object class="BodyContent"{head}', body))] == ["Home"]


def test_the_storage_format_becomes_blocks() -> None:
    """Headings, lists in lists, tables, quotes, entities of HTML, and lines."""
    assert texts(
        "<h2>Costs&nbsp;now</h2><p>They &rsquo;rose&rsquo; &amp; rose.<br/>Fast.</p><ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>"
        "<blockquote><p>Well.</p></blockquote><table><tbody><tr><th>x</th><td><p>1</p><p>2</p></td></tr></tbody></table>"
    ) == [
        ("heading", 2, "Costs now"),
        ("paragraph", 0, "They ’rose’ & rose.\nFast."),
        ("list_item", 0, "a"),
        ("list_item", 1, "b"),
        ("list_item", 0, "c"),
        ("quote", 0, "Well."),
        ("table", 0, "x | 1 2"),
    ]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            macro("info", '<ac:parameter ac:name="title">Note</ac:parameter><ac:rich-text-body><p>x</p></ac:rich-text-body>'),
            ["Note", "x"],
        ),
        (macro("expand", "<ac:rich-text-body><ul><li>x</li></ul></ac:rich-text-body>"), ["x"]),
        (f"<p>a {STATUS} b</p>", ["a DONE b"]),
        (macro("toc"), []),
        ('<p>see <ac:link><ri:page ri:content-title="Costs"/></ac:link></p>', ["see Costs"]),
        ("<p>see <ac:link><ac:link-body>these <b>costs</b></ac:link-body></ac:link></p>", ["see these costs"]),
        ('<p>ask <ac:link><ri:user ri:account-id="1"/></ac:link></p>', ["ask"]),
        (
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-body>Call.</ac:task-body></ac:task></ac:task-list>",
            ["Call."],
        ),
        ('<p>on <time datetime="2026-10-01"/></p>', ["on 2026-10-01"]),
        ("<ac:image><ri:attachment/><ac:caption><p>A desk.</p></ac:caption></ac:image>", ["A desk."]),
        ("<ac:layout><ac:layout-section><ac:layout-cell><p>x</p></ac:layout-cell></ac:layout-section></ac:layout>", ["x"]),
        ("<p>a<ac:placeholder>Say more.</ac:placeholder></p>", ["a"]),
    ],
)
def test_of_a_macro_what_a_person_wrote_is_read(inner: str, expected: list[str]) -> None:
    """Panels, tasks, links, dates and captions are text; what a macro fetches from elsewhere is not."""
    assert [text for _, _, text in texts(f"{inner}<p>End.</p>")] == [*expected, "End."]


def test_code_is_kept_as_it_is() -> None:
    """White space, entities and the end mark that an export takes apart stay in a code block."""
    body = macro("code", "<ac:plain-text-body><![CDATA[if a[0]]]] ><![CDATA[>1:\n    &nbsp; x]] ></ac:plain-text-body>")
    assert texts(body) == [("code", 0, "if a[0]]>1:\n    &nbsp; x")]


def test_comments_are_counted_or_kept() -> None:
    """Remarks on a page are left out, or follow it."""
    remark = entity("Comment", 7, contentStatus="current", containerContent=1) + entity(
        "BodyContent", 8, body="<p>Really?</p>", content=7, bodyType=2
    )
    objects = (page(1, "Home", "<p>Welcome.</p>"), remark)
    assert read(*objects)[0].notes == {"comments_found": 1}
    assert [block.text for block in read(*objects)[0].blocks] == ["Home", "Welcome."]
    assert [(block.kind, block.text) for block in read(*objects, options=KEEP)[0].blocks][-1] == ("footnote", "Really?")


def test_characters_that_xml_forbids_are_taken_out() -> None:
    """Exports hold control characters that no XML parser lets through; they are counted."""
    found = read(page(1, "Home", "<p>Wel\x0bcome.\x02</p>"))
    assert found[0].blocks[-1].text == "Welcome."
    assert found[0].notes == {"repaired_characters": 2}


def test_a_page_without_words_is_empty_and_the_others_are_read() -> None:
    """Pages that only hold others together are rows with a reason."""
    found = read(page(1, "Home", ""), page(2, "Team", "<p>We.</p>"), page(3, "Wide", "<p>" + "x" * 11_000_000 + "</p>"))
    assert [document.reason for document in found[:2]] == ["empty", None]
    assert found[2].reason in {"malformed", "empty", None}


def test_the_archive_reads_like_the_file_in_it() -> None:
    """A space export is an archive, of which one file is read."""
    inner = entities(page(1, "Home", "<p>Welcome.</p>"))
    archive = package({"exportDescriptor.properties": "x", "entities.xml": inner})
    assert documents(FORMAT, archive) == documents(FORMAT, inner)
    assert detect(archive, "Space-export.zip").name == "confluence"
    assert detect(inner, "entities.xml").name == "confluence"


def test_a_single_page_of_the_html_export_loses_its_frame() -> None:
    """Breadcrumbs give the place, the space's name leaves the title, and credits, attachments and the foot are counted."""
    html = (
        b'<html><head><title>Finance : Costs</title></head><body><ol id="breadcrumbs"><li><a>Finance</a></li><li>Home</li></ol>'
        b'<h1 id="title-heading"><span id="title-text">Finance : Costs</span></h1><div class="page-metadata">Created by Someone</div>'
        b'<div id="main-content" class="wiki-content group"><div class="toc-macro">Costs</div><h1>Rent</h1><p>It rose.</p>'
        b"<pre>x = 1</pre></div>"
        b'<div class="pageSection"><h2 id="attachments">Attachments:</h2></div><div><h2 id="comments">Comments:</h2>'
        b"<table><tr><td>Really?</td></tr></table></div>"
        b'<div id="footer">Document generated</div></body></html>'
    )
    assert detect(html, "Costs_1.html").name == "confluence"
    document = documents(FORMAT, html)[0]
    assert (document.title, document.row_number) == ("Costs", None)
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("header", "Finance / Home"),
        ("title", "Costs"),
        ("heading", "Rent"),
        ("paragraph", "It rose."),
        ("code", "x = 1"),
    ]
    assert document.notes["page_furniture"] > len("CreatedbySomeone")
    assert documents(FORMAT, html, KEEP)[0].blocks[-1].text == "Really?"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (entities(), "empty"),
        (entities(page(1, "Home", "<p>x</p>"))[:-40], "malformed"),
        (entities("<object>" * 100), "malformed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + entities(page(1, "T", "<p>x</p>")), "malformed"),
        (entities(WIDE), "malformed"),
        (package({"entities.xml.txt": "x"}), "unsupported"),
        (SAMPLES["zip"], "unsupported"),
    ],
)
def test_what_cannot_be_read_has_its_reason(content: bytes, reason: str) -> None:
    """Cut, deep, entity-ridden and foreign exports are told apart, in bounded memory."""
    assert refusal(FORMAT, content) == reason


def test_pages_beyond_the_budget_refuse_the_export(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is bounded by characters, so that the same export has the same outcome everywhere."""
    monkeypatch.setattr(confluence, "MAX_CHARACTERS", 10)
    assert refusal(FORMAT, entities(page(1, "T", "<p>x</p>"), page(2, "U", "<p>y</p>"))) == "too_large"
