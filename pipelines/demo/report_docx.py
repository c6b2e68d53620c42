"""Reports as DOCX, and the rewriting of Office packages that takes the clock out of them."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

import docx
from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from pipelines.demo.report import Report, Table

_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP entry can hold

_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def render(report: Report) -> bytes:
    """``report`` as DOCX, the same bytes each time."""
    document = docx.Document()
    document.core_properties.author = report.author
    document.core_properties.title = report.title
    _frame(document, report)
    document.add_heading(report.title, level=0)
    document.add_paragraph(f"Author: {report.author}")
    document.add_paragraph(f"E-mail: {report.email}")
    if report.summary:
        document.add_heading("Executive summary", level=1)
        document.add_paragraph(report.summary)
    for number, section in enumerate(report.sections):
        document.add_heading(section.heading, level=1)
        paragraphs = [document.add_paragraph(text) for text in section.paragraphs]
        if number == 0:
            _add_footnote(document, paragraphs[0], report.footnote)
    _add_tables(document, report.tables)
    buffer = io.BytesIO()
    document.save(buffer)
    return without_clock(buffer.getvalue())


def without_clock(package: bytes) -> bytes:
    """An Office ``package`` whose entries and properties all carry one fixed time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _CLOCK.sub(rb"\g<1>2026-10-05T08:00:00Z", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return buffer.getvalue()


def _frame(document: DocxDocument, report: Report) -> None:
    """Running head and foot, with a field that counts pages."""
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{report.company} · {report.author}\t\t{report.number}"
    foot = section.footer.paragraphs[0]
    foot.text = f"{report.footer}\t\tPage "
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    foot._p.append(field)  # noqa: SLF001 - python-docx has no call for fields


def _add_tables(document: DocxDocument, tables: tuple[Table, ...]) -> None:
    for table in tables:
        document.add_heading(table.heading, level=1)
        document.add_paragraph(table.caption, style="Caption")
        grid = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
        for row in (table.columns, *table.rows):
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text


def _add_footnote(document: DocxDocument, paragraph: Paragraph, text: str) -> None:
    """Hang ``text`` on ``paragraph``: a part of its own, for python-docx knows no footnotes."""
    if not text:
        return
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes {nsdecls("w")}>'
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES_TYPE, xml.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "1")
    paragraph.add_run()._r.append(reference)  # noqa: SLF001 - as above
