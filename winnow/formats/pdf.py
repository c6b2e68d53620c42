"""PDF (ISO 32000) by pypdf: the text layer, page by page.

Belongs here: opening a file and taking its lines out with their positions. Does not belong here: what the positions mean, which
is `winnow.formats._layout`.

Spans have a page, and count characters of that page's blocks joined by line ends. Text too small to read is left out and
counted: it is a way to slip words past the people who look at the page.
"""

import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, silence, squeeze
from winnow.formats._layout import lay_out
from winnow.formats._lines import Line

silence("pypdf")

_HEADER_BYTES = 1024  # within which readers accept the signature (ISO 32000-1, annex H.3.4.1)

_TRAILER_BYTES = 2048  # a whole file says %%EOF in these; the standard says 1024, and uploads append line ends

_LEGIBLE_POINTS = 1.5  # smaller type is not meant to be read

_GLYPH_NAMES = re.compile(r"/(?:g|G|cid|C|uni)\d+|\(cid:\d+\)|\ufffd")

_UNREADABLE_SHARE = 0.3  # of a page's characters: above it the page's fonts carry no way back to characters

_BOLD = ("bold", "black", "heavy", "semibold", "-bd", "cmbx", "sfbx", "medi")  # as PostScript font names spell it, TeX's too

_MARK = re.compile(r"\s?(?:\d{1,3}|[*†‡§])[).]?\s?")

_MARKED = re.compile(r"(?:[^\W\d_]{2}|[.,;:!?”’\"')»])\Z")  # a mark of a note stands behind a word or its punctuation

_RAISED, _MARK_SIZE = 0.15, 0.85  # times the size of the line's type

_SECTION = re.compile(r"\d{1,2}(?:\.\d{1,2})*\.?\s|(?:table of )?contents$|inhalt(?:sverzeichnis)?$", re.IGNORECASE)

_PROGRAM_TITLES = re.compile(
    r"microsoft (?:word|powerpoint|excel) - .*|powerpoint presentation|untitled\W*\d*|unknown|document\d*"
    r"|.*\.(?:docx?|pptx?|xlsx?|pdf|tex|indd|qxd)",
    re.IGNORECASE,
)


class _Chunk(NamedTuple):
    """What pypdf hands over at once: text in one font, where it starts in points, and its size in points."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``encrypted``, ``truncated``, ``damaged``, ``bomb``, ``no_text_layer``, ``empty``.
    """
    notes: Counter[str] = Counter()
    reader = _open(content)
    pages: list[list[Line]] = []
    pictures = False
    try:
        for page in reader.pages:
            pages.append(_page(page, notes))
            pictures = pictures or "/XObject" in (page.get("/Resources") or {})
        title = _title(reader)
    except LimitReachedError:
        raise UnreadableDocument("bomb") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a broken file makes pypdf raise whatever its code meets first
        raise UnreadableDocument(_broken(content)) from None
    blocks = lay_out(pages, notes)
    if not blocks:
        if notes["pages_failed"]:
            raise UnreadableDocument(_broken(content))
        raise UnreadableDocument("no_text_layer" if pictures or notes["unreadable_pages"] else "empty")
    yield Document(title=title or _heading(blocks), blocks=blocks, notes=dict(notes))


def _open(content: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")  # an empty password is none: the file only forbids printing
    except LimitReachedError:
        raise UnreadableDocument("bomb") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see `read`
        raise UnreadableDocument(_broken(content)) from None
    if locked:
        raise UnreadableDocument("encrypted")
    return reader


def _broken(content: bytes) -> str:
    return "damaged" if b"%%EOF" in content[-_TRAILER_BYTES:] else "truncated"


def _page(page: PageObject, notes: Counter[str]) -> list[Line]:
    """The lines of ``page``; none if it cannot be read, which is counted."""
    chunks: list[_Chunk] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Mapping[str, Any] | None, size: float) -> None:
        if text:
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            # The root of the two matrices' determinants is how much they enlarge, turned text included.
            scale = math.sqrt(abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])))
            name = str((font or {}).get("/BaseFont", "")).lower()
            chunks.append(_Chunk(text, x, y, size * scale, any(mark in name for mark in _BOLD)))

    try:
        page.extract_text(visitor_text=visit)
    except (LimitReachedError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - one page that pypdf trips over is no reason to lose the others
        notes["pages_failed"] += 1
        return []
    lines = list(_lines(chunks, notes))
    written = "".join(line.text for line in lines)
    if sum(len(name) for name in _GLYPH_NAMES.findall(written)) > _UNREADABLE_SHARE * max(len(written), 1):
        notes["unreadable_pages"] += 1
        return []
    if not written.strip():
        notes["pages_without_text"] += 1
    return lines


def _lines(chunks: Sequence[_Chunk], notes: Counter[str]) -> Iterator[Line]:
    """The chunks that pypdf hands over, put together to lines."""
    row: list[_Chunk] = []
    for chunk in chunks:
        if 0 < chunk.size < _LEGIBLE_POINTS and chunk.text.strip():
            notes["illegible_text"] += 1
            continue
        first, *later = chunk.text.split("\n")
        row.append(chunk._replace(text=first))
        for part in later:
            yield from _line(row)
            row = [chunk._replace(text=part)]
    yield from _line(row)


def _line(row: Sequence[_Chunk]) -> Iterator[Line]:
    filled = [chunk for chunk in row if chunk.text.strip()]
    if not filled:
        return
    sizes: Counter[float] = Counter()
    for chunk in filled:
        sizes[round(chunk.size, 1)] += len(chunk.text)
    size = sizes.most_common(1)[0][0]
    text = ""
    for chunk in row:
        text += "" if _is_note_mark(chunk, text, filled[0].y, size) else chunk.text
    yield Line(
        text=text,
        x=round(filled[0].x, 1),
        y=round(filled[0].y, 1),
        size=size,
        bold=all(chunk.bold for chunk in filled),
    )


def _is_note_mark(chunk: _Chunk, before: str, baseline: float, size: float) -> bool:
    """Whether ``chunk`` is a small raised number behind a word: it points at a note. Behind a lone letter it is an exponent."""
    raised = chunk.y - baseline >= _RAISED * size and 0 < chunk.size <= _MARK_SIZE * size
    return raised and _MARK.fullmatch(chunk.text) is not None and _MARKED.search(before) is not None


def _title(reader: PdfReader) -> str:
    """The title in the file's metadata, if a person can have given it."""
    try:
        title = squeeze((reader.metadata.title if reader.metadata else "") or "")
    except Exception:  # noqa: BLE001 - see `read`; a title is not worth a document
        return ""
    return "" if _PROGRAM_TITLES.fullmatch(title) or "\ufffd" in title else title


def _heading(blocks: Sequence[Block]) -> str:
    """The first of the largest headings on the first page that has text; that of a numbered section is no title."""
    first = blocks[0].page
    heads = [block for block in blocks if block.page == first and block.kind == "heading" and not _SECTION.match(block.text)]
    return min(heads, key=lambda block: block.level).text if heads else ""


def _sniff(content: bytes) -> bool:
    return b"%PDF-" in content[:_HEADER_BYTES]


FORMAT = Format(name="pdf", suffixes=(".pdf",), read=read, sniff=_sniff, versions=library_versions("pypdf", "cryptography"))
