"""Files called ``.doc``: what old and web programs save under that name and is no binary Word file.

Word opens whatever is in a ``.doc``; so RTF, web pages (also as a "web archive", the way wikis export a page for Word) and renamed
DOCX files are common among them. Those are read as what they are. The binary format of Word before 2007 (MS-DOC) is not: it is
``unsupported``, and the way out is to save the file as DOCX.
"""

from collections.abc import Callable, Iterator

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats import docx, html, mhtml, rtf
from winnow.formats._base import Format, ReadOptions, is_textual, library_versions

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEAD = 2048  # bytes that show what a file is

_MAIL = (
    b"mime-version:",
    b"date:",
    b"message-id:",
    b"from:",
    b"content-type:",
    b"subject:",
)  # headers that a web archive begins with


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``unsupported`` (Word before 2007), ``wrong_type``, and what the readers of RTF, HTML and DOCX say.
    """
    if content.startswith(_OLE2):
        raise UnreadableDocument("unsupported")
    reader = docx.read if content.startswith(b"PK") else text_reader(content)
    if reader is None:
        raise UnreadableDocument("wrong_type")
    yield from reader(content, options)


def text_reader(content: bytes) -> Callable[[bytes, ReadOptions], Iterator[Document]] | None:
    """What reads ``content`` if it is RTF, a web page or a web archive (MHTML); None if it is neither."""
    if rtf.FORMAT.sniff(content):
        return rtf.read
    head = content[:_HEAD].lstrip().lower()
    if head.startswith(_MAIL):
        return mhtml.read
    return html.read if is_textual(content) and (b"<html" in head or b"<!doctype html" in head) else None


def _sniff(_content: bytes) -> bool:
    """Anything: the reader has a reason for each."""
    return True


FORMAT = Format(name="doc", suffixes=(".doc", ".dot"), read=read, sniff=_sniff, versions=library_versions("lxml"))
