"""PDF (ISO 32000): its text layer, page by page, read by two engines.

Belongs here: what a file as a whole becomes, and why it becomes nothing. Does not belong here: how pages are read
(`winnow.formats._pdf_pages`), what the positions of lines mean (`winnow.formats._layout`).

Spans have a page, and count characters of that page's blocks joined by line ends. Text that nobody sees on the page is left out
and counted: it is a way to slip words past the people who look at it (`winnow.formats._pdf_hidden`).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions
from winnow.formats._layout import lay_out
from winnow.formats._pdf_agreement import ALTERED, counted, difference, unordered
from winnow.formats._pdf_pages import broken, read_pages

_HEADER_BYTES = 1024  # within which readers accept the signature (ISO 32000-1, annex H.3.4.1)

_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s|(?:table of )?contents$|inhalt(?:sverzeichnis)?$", re.IGNORECASE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``damaged``, ``bomb``, ``no_text_layer``, ``empty``.
        OcrUnavailable: ``options.reading.ocr`` asks for text recognition, and its program is not installed.
    """
    notes: Counter[str] = Counter()
    pages = read_pages(content, options.reading, notes)
    blocks = lay_out(pages.lines, notes)
    if not blocks:
        raise UnreadableDocument(_why_empty(content, notes, pictures=pages.pictures))
    if broken(content) == "truncated":
        notes["missing_ends"] += 1
    if pages.witness is not None and _is_altered(blocks, pages.witness, notes["mended_words"]):
        notes["altered_texts"] = 1
    yield Document(title=pages.title or _heading(blocks), blocks=blocks, notes=dict(notes))


def _is_altered(blocks: Sequence[Block], witness: Counter[str], mended: int) -> bool:
    """Whether the text of ``blocks`` is further than `ALTERED` from what pdfium reads, or by its mended words from what pypdf does."""
    kept = counted("\n".join(block.text for block in blocks))
    return mended > ALTERED * kept.total() or difference(unordered(kept), unordered(witness)) > ALTERED


def _why_empty(content: bytes, notes: Counter[str], *, pictures: bool) -> str:
    if notes["pages_left_out"]:
        return "bomb"
    if notes["pages_failed"]:
        return broken(content)
    return "no_text_layer" if pictures or notes["unreadable_pages"] else "empty"


def _heading(blocks: Sequence[Block]) -> str:
    """The first of the largest headings on the first page that has text; that of a numbered section is no title."""
    first = blocks[0].page
    heads = [block for block in blocks if block.page == first and block.kind == "heading" and not _SECTION.match(block.text)]
    return min(heads, key=lambda block: block.level).text if heads else ""


def _sniff(content: bytes) -> bool:
    return b"%PDF-" in content[:_HEADER_BYTES]


FORMAT = Format(
    name="pdf", suffixes=(".pdf",), read=read, sniff=_sniff, versions=library_versions("pypdf", "pypdfium2", "cryptography")
)
