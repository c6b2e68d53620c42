from winnow.formats import ReadOptions
from winnow.formats.mhtml import FORMAT

ARCHIVE = b"""From: <Saved by Blink>
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"%s

--b
Content-Type: text/html; charset=utf-8
Content-ID: <frame@mhtml>

<html><body><h1>Inserted</h1><p>Buy our kettles today.</p></body></html>
--b
Content-Type: text/html; charset=utf-8
Content-ID: <page@mhtml>

<html><body><h1>Quarterly report</h1><p>Sales rose in spring.</p></body></html>
--b--
"""


def said(content: bytes) -> list[str]:
    """The texts of the one document's blocks."""
    (document,) = FORMAT.read(content, ReadOptions())
    return [block.text for block in document.blocks]


def test_the_page_that_the_archive_names_is_read() -> None:
    """Where an archive says which of its pages it opens with, that one is read and no other."""
    assert said(ARCHIVE % b'; start="<page@mhtml>"') == ["Quarterly report", "Sales rose in spring."]


def test_else_the_first_page_is_read_and_frames_are_not() -> None:
    """Without a name, or with one that no page has, the first page is the document."""
    assert said(ARCHIVE % b"") == said(ARCHIVE % b'; start="<nobody@mhtml>"') == ["Inserted", "Buy our kettles today."]
