"""Small documents of every text-like format, made here: what the tests of these formats share, and one sample a format."""

import io
import zipfile
from collections.abc import Callable, Sequence

from docx import Document as WordDocument
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.winnow.formats.archives import zipped
from tests.winnow.formats.samples_office import SAMPLES as OFFICE

LEFT, TOP, LEADING = 72, 760, 14  # points

Setting = tuple[str, float, str]
"""A line of a PDF: its text, its size in points, its font."""


def pdf(
    pages: Sequence[Sequence[Setting | str | None]],
    *,
    head: Callable[[int], str] | None = None,
    foot: Callable[[int], str] | None = None,
    title: str = "",
    password: str | None = None,
) -> bytes:
    """A PDF with a text layer; None is a blank line, a bare string is 11-point body text."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True, encrypt=password)
    if title:
        canvas.setTitle(title)
    for number, lines in enumerate(pages, 1):
        for margin, y in ((head, TOP + 50), (foot, 30)):
            if margin:
                canvas.setFont("Helvetica", 9)
                canvas.drawString(LEFT, y, margin(number))
        y = TOP
        for line in lines:
            text, size, font = line if isinstance(line, tuple) else (line or "", 11.0, "Helvetica")
            canvas.setFont(font, size)
            canvas.drawString(LEFT, y, text)
            y -= max(LEADING, int(size * 1.25))
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def picture_pdf() -> bytes:
    """A PDF whose only page is a drawn picture."""
    from PIL import Image  # noqa: PLC0415 - the same
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - one sample needs it

    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=True)
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "grey")), 100, 100, 200, 200)
    canvas.save()
    return stream.getvalue()


def docx(build: Callable[[WordDocument], None]) -> bytes:
    """A DOCX made by python-docx."""
    document = WordDocument()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def raw_docx(body: str, *, namespace: str = W, **parts: str) -> bytes:
    """A DOCX of the given XML: ``body`` inside of w:body, ``parts`` as whole files of word/, related by their names."""
    stream = io.BytesIO()
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations}">'
            f'<Relationship Id="r1" Type="{kinds}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        links = "".join(
            f'<Relationship Id="{name}" Type="{kinds}/{name.rstrip("0123456789")}" Target="{name}.xml"/>' for name in parts
        )
        package.writestr("word/_rels/document.xml.rels", f'<Relationships xmlns="{relations}">{links}</Relationships>')
        package.writestr("word/document.xml", wordml("document", f"<w:body>{body}</w:body>", namespace))
        for name, content in parts.items():
            package.writestr(f"word/{name}.xml", content)
    return stream.getvalue()


def wordml(root: str, inner: str, namespace: str = W) -> str:
    """A part whose root is ``root``, with the prefixes that Word uses."""
    return (
        f'<w:{root} xmlns:w="{namespace}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
        f'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{inner}</w:{root}>'
    )


def paragraph(text: str, properties: str = "") -> str:
    """A w:p with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def jats(body: str, *, abstract: str = "<abstract><p>We asked. We found.</p></abstract>", title: str = "A study") -> bytes:
    """A JATS article."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.1//EN" "JATS-archivearticle1.dtd">'
        f"<article><front><article-meta><title-group><article-title>{title}</article-title></title-group>{abstract}"
        f"</article-meta></front><body>{body}</body><back><ref-list><ref><mixed-citation>Old work.</mixed-citation></ref>"
        "</ref-list></back></article>"
    ).encode()


def mail(text: str, **headers: str) -> bytes:
    """A mail of plain text; a header's name is written with ``_`` for ``-``."""
    named = {
        "From": "Ann Hush <ann.hush@example.com>",
        "To": "bo@example.com",
        "Subject": "Prices",
        "Message_ID": "<1@example.com>",
    }
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in (named | headers).items()]
    return "\n".join([*lines, "", text]).encode()


def parts(*pieces: str, kind: str = "mixed", **headers: str) -> bytes:
    """A mail of several parts, each given with its own headers."""
    body = "".join(f"--=cut\n{piece}\n" for piece in pieces)
    return mail(f"{body}--=cut--\n", Content_Type=f'multipart/{kind}; boundary="=cut"', **headers)


def saved_page(page: str) -> bytes:
    """A page as a browser saves it in one file."""
    return parts(
        f"Content-Type: text/html; charset=utf-8\nContent-Location: https://example.com/\n\n{page}",
        "Content-Type: text/css\nContent-Location: https://example.com/a.css\n\np { color: red }",
        kind="related",
        From="<Saved by Blink>",
    )


SAMPLES: dict[str, bytes] = {
    **OFFICE,
    "pdf": pdf([[("Quarterly report", 18.0, "Helvetica-Bold"), None, "Sales rose in spring."]]),
    "docx": docx(lambda document: document.add_paragraph("Sales rose in spring.")),
    "txt": b"Sales rose in spring.\n",
    "md": b"# Quarterly report\n\nSales rose in spring.\n",
    "html": b"<html><body><h1>Quarterly report</h1><p>Sales rose in spring.</p></body></html>",
    "jats": jats("<sec><title>Results</title><p>Sales rose in spring.</p></sec>"),
    "zip": zipped({"folder/a.txt": b"Sales rose in spring.\n"}),
    "eml": mail("Sales rose in spring."),
    "mbox": b"From ann@example.com Thu Jan  1 10:00:00 2026\n" + mail("Sales rose in spring.\n"),
    "mhtml": saved_page("<h1>Quarterly report</h1><p>Sales rose in spring.</p>"),
}
"""One small file a format."""
