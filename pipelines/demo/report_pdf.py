"""Reports as PDF: running head and foot, page numbers, tables, a footnote. No fonts are embedded, which keeps them small."""

import io
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer
from reportlab.platypus import Table as Grid

from pipelines.demo.report import Report, Table

_BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=12, leading=17, spaceAfter=11)
_TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=21, leading=26, spaceAfter=10)
_HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=15, leading=19, spaceBefore=14, spaceAfter=8)
_CAPTION = ParagraphStyle("caption", fontName="Helvetica-Oblique", fontSize=9, leading=11, spaceAfter=18)

_MARGIN = 28 * mm

_GRID = [
    ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
    ("FONT", (0, 1), (-1, -1), "Helvetica", 9),
    ("LINEBELOW", (0, 0), (-1, 0), 0.6, colors.black),
    ("LINEBELOW", (0, -1), (-1, -1), 0.6, colors.black),
]


def render(report: Report, password: str | None = None) -> bytes:
    """``report`` as PDF, the same bytes each time; with ``password``, encrypted so that nobody reads it without."""
    buffer = io.BytesIO()
    width, height = A4
    body = Frame(_MARGIN, 30 * mm, width - 2 * _MARGIN, height - 56 * mm, id="body")
    document = BaseDocTemplate(
        buffer,
        pagesize=A4,
        # After the text of the page: readers take lines in the order in which they were drawn.
        pageTemplates=[PageTemplate("page", [body], onPageEnd=_surroundings(report))],
        title=report.title,
        author=_latin(report.author),
        invariant=1,
        encrypt=StandardEncryption(password, strength=128) if password else None,
    )
    document.build(_story(report))
    return buffer.getvalue()


def _story(report: Report) -> list[Flowable]:
    story: list[Flowable] = [_text(report.title, _TITLE), *_byline(report), Spacer(1, 4 * mm)]
    if report.summary:
        story += [_text("Executive summary", _HEADING), _text(report.summary, _BODY)]
    for section in report.sections:
        story.append(_text(section.heading, _HEADING))
        story += [_text(paragraph, _BODY) for paragraph in section.paragraphs]
    for table in report.tables:
        story += [_text(table.heading, _HEADING), *_table(table)]
    return story


def _byline(report: Report) -> list[Flowable]:
    return [_text(f"Author: {report.author}", _CAPTION), _text(f"E-mail: {report.email}", _CAPTION)]


def _table(table: Table) -> list[Flowable]:
    rows = [[_latin(cell) for cell in row] for row in (table.columns, *table.rows)]
    return [Spacer(1, 2 * mm), _text(table.caption, _CAPTION), Grid(rows, style=_GRID, hAlign="LEFT"), Spacer(1, 4 * mm)]


def _surroundings(report: Report) -> Callable[[Any, Any], None]:
    """What stands around the text of a page."""

    def draw(canvas: Any, document: Any) -> None:
        width, height = A4
        canvas.saveState()
        canvas.setFont("Helvetica", 8)
        canvas.drawString(_MARGIN, height - 15 * mm, _latin(f"{report.company} · {report.author}"))
        canvas.drawRightString(width - _MARGIN, height - 15 * mm, report.number)
        canvas.drawString(_MARGIN, 12 * mm, report.footer)
        canvas.drawRightString(width - _MARGIN, 12 * mm, f"Page {document.page}")
        if document.page == 1 and report.footnote:
            canvas.setFont("Times-Roman", 7.5)
            canvas.line(_MARGIN, 24 * mm, _MARGIN + 40 * mm, 24 * mm)
            canvas.drawString(_MARGIN, 20.5 * mm, _latin(f"1 {report.footnote}"))
        canvas.restoreState()

    return draw


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(_latin(text)), style)


def _latin(text: str) -> str:
    """``text`` in the characters that the built-in fonts have."""
    return text.encode("cp1252", "replace").decode("cp1252")
