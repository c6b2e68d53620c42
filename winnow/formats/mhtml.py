"""Pages that a browser saved as one file (MHTML, RFC 2557): the page as `winnow.formats.html` reads it.

Belongs here: which part of the archive is the page. Does not belong here: pages, and mails.
"""

from collections.abc import Iterator

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats import html
from winnow.formats._base import Format, ReadOptions, is_textual, library_versions
from winnow.formats._mime import Part, message

_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The page in ``content``; what stands in its frames is left out.

    Raises:
        UnreadableDocument: ``wrong_type`` (no page in it), or what makes the page unreadable.
    """
    archive = message(content)
    pages = [part for part in archive.walk() if part.kind in _PAGES]
    if not pages:
        raise UnreadableDocument("wrong_type")
    yield html.page(_start(archive, pages).text(), options.reading)


def _start(archive: Part, pages: list[Part]) -> Part:
    """The page that the archive opens with: the one it names, else the first."""
    start = archive.parameter("content-type", "start").strip("<>")
    return next((page for page in pages if start and start in page.ids("Content-ID")), pages[0])


FORMAT = Format(
    name="mhtml",
    suffixes=(".mhtml", ".mht"),
    read=read,
    sniff=is_textual,
    versions=library_versions("trafilatura", "lxml", "justext", "charset-normalizer"),
)
