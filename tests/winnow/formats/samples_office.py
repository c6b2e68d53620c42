"""Small presentations, OpenDocument texts, RTF files and wiki exports, made here, with one sample a format."""

import io
import zipfile
from collections.abc import Sequence

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"

SLIDE_WIDTH, SLIDE_HEIGHT = 12_192_000, 6_858_000  # English Metric Units


def package(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP of ``parts``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return stream.getvalue()


def relations(**targets: str) -> str:
    """A part of relationships: id → ``type:target``."""
    links = "".join(
        f'<Relationship Id="{name}" Type="{RELATION}/{kind}" Target="{target}"/>'
        for name, (kind, _, target) in ((name, value.partition(":")) for name, value in targets.items())
    )
    return f'<Relationships xmlns="{_RELATIONS}">{links}</Relationships>'


def slide_xml(shapes: str, root: str = "sld", attributes: str = "") -> str:
    """A slide, layout or notes page of ``shapes``."""
    return (
        f'<p:{root} xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{RELATION}" '
        f'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" {attributes}>'
        f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{root}>"
    )


def lines(*texts: str, properties: str = "", run: str = "") -> str:
    """DrawingML paragraphs."""
    return "".join(f"<a:p><a:pPr {properties}/><a:r><a:rPr {run}/><a:t>{text}</a:t></a:r></a:p>" for text in texts)


def shape(text: str, at: tuple[int, int, int, int] | None = None, kind: str = "", more: str = "", properties: str = "") -> str:
    """A shape of ``text`` (paragraphs' XML, or plain) at left, top, width, height; ``kind`` is that of its placeholder."""
    place = ""
    if at:
        left, top, width, height = at
        place = f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    mark = f'<p:ph type="{kind}" idx="1"/>' if kind else ""
    body = text if text.startswith("<") else lines(text)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="s" {properties}/><p:cNvSpPr/><p:nvPr>{mark}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place}{more}</p:spPr><p:txBody><a:bodyPr/>{body}</p:txBody></p:sp>"
    )


def group(shapes: str, at: tuple[int, int, int, int], inside: tuple[int, int, int, int]) -> str:
    """A group of ``shapes`` that stands at ``at`` and whose own coordinates are ``inside``."""
    return (
        f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="2" name="g"/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="{at[0]}" y="{at[1]}"/>'
        f'<a:ext cx="{at[2]}" cy="{at[3]}"/><a:chOff x="{inside[0]}" y="{inside[1]}"/><a:chExt cx="{inside[2]}" cy="{inside[3]}"/>'
        f"</a:xfrm></p:grpSpPr>{shapes}</p:grpSp>"
    )


def pptx(slides: Sequence[str], order: Sequence[int] = (), **parts: str) -> bytes:
    """A presentation of ``slides`` (their whole XML), shown in ``order`` (numbers from 1); other ``parts`` by path."""
    shown = order or range(1, len(slides) + 1)
    identifiers = "".join(f'<p:sldId id="{255 + number}" r:id="s{number}"/>' for number in shown)
    main = (
        f'<p:presentation xmlns:p="{_P}" xmlns:r="{RELATION}"><p:sldIdLst>{identifiers}</p:sldIdLst>'
        f'<p:sldSz cx="{SLIDE_WIDTH}" cy="{SLIDE_HEIGHT}"/></p:presentation>'
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations(r1="officeDocument:ppt/presentation.xml"),
        "ppt/presentation.xml": main,
        "ppt/_rels/presentation.xml.rels": relations(
            **{f"s{number}": f"slide:slides/slide{number}.xml" for number in range(1, len(slides) + 1)}
        ),
        **{f"ppt/slides/slide{number}.xml": slide for number, slide in enumerate(slides, 1)},
        **parts,
    }
    return package(files)


_OASIS = {
    "office": "office",
    "text": "text",
    "table": "table",
    "style": "style",
    "draw": "drawing",
    "svg": "svg-compatible",
    "fo": "xsl-fo-compatible",
    "meta": "meta",
}

ODF_NAMES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" ' + " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for prefix, name in _OASIS.items()
)


def odt(body: str, *, styles: str = "", automatic: str = "", masters: str = "", title: str = "", manifest: str = "") -> bytes:
    """An OpenDocument text of ``body``."""
    content = (
        f"<office:document-content {ODF_NAMES}><office:automatic-styles>{automatic}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    sheet = (
        f"<office:document-styles {ODF_NAMES}><office:styles>{styles}</office:styles>"
        f"<office:master-styles>{masters}</office:master-styles></office:document-styles>"
    )
    meta = f"<office:document-meta {ODF_NAMES}><office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>"
    return package(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "styles.xml": sheet,
            "meta.xml": meta,
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        }
    )


def fodt(body: str) -> bytes:
    """The same as one flat file."""
    return (
        f'<?xml version="1.0"?><office:document {ODF_NAMES} office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    ).encode()


_REFERENCES = frozenset({"parent", "originalVersion", "content", "containerContent"})


def entity(kind: str, identifier: int, **said: object) -> str:
    """One object of a wiki's XML export."""
    inner = "".join(
        f'<property name="{name}" class="Page" package="p"><id name="id">{value}</id></property>'
        if name in _REFERENCES
        else f'<property name="{name}"><![CDATA[{value}]]></property>'
        for name, value in said.items()
    )
    return f'<object class="{kind}" package="p"><id name="id">{identifier}</id>{inner}</object>\n'


def page(identifier: int, title: str, body: str, **more: object) -> str:
    """A page and its body."""
    return entity("Page", identifier, **{"title": title, "contentStatus": "current", **more}) + entity(
        "BodyContent", identifier + 10_000, body=body, content=identifier, bodyType=2
    )


def entities(*objects: str) -> bytes:
    """The file ``entities.xml`` of ``objects``."""
    inner = "".join(objects)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<hibernate-generic datetime="2026-10-01">{inner}</hibernate-generic>'.encode()
    )


SAMPLES: dict[str, bytes] = {
    "pptx": pptx([slide_xml(shape("Quarterly report", kind="title") + shape("Sales rose in spring.", (0, 900, 900, 900)))]),
    "odt": odt('<text:h text:outline-level="1">Quarterly report</text:h><text:p>Sales rose in spring.</text:p>'),
    "rtf": rb"{\rtf1\ansi Sales rose in spring.\par}",
    "doc": rb"{\rtf1\ansi Sales rose in spring.\par}",
    "confluence": entities(page(1, "Quarterly report", "<p>Sales rose in spring.</p>")),
}
"""One small file a format."""
