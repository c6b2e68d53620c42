"""Office files, wikis' exports and archives with a canary in each place that they have.

Belongs here: what is packed, or shares its text with what is packed. Does not belong here: Word and PDF, which are among
`tests.canaries.files`; messages (`tests.canaries.messages`).
"""

import io
import zipfile
from collections.abc import Callable
from html import escape

from tests.canaries.files import Places, html, text, text_of
from tests.canaries.values import filler, sentence
from tests.winnow.formats.archives import zipped
from tests.winnow.formats.samples import saved_page
from tests.winnow.formats.samples_office import entities, lines, odt, page, pptx, relations, shape, slide_xml

_BODY = ("body", "two lines", "disguised")

_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{}</dc:creator></cp:coreProperties>'
)


def _of(places: Places, place: str, fallback: str) -> str:
    return escape(sentence(places[place]) if place in places else fallback)


def slides(places: Places, name: str) -> bytes:
    """A presentation: a title, two slides of prose, a table, a footer, what the speaker says, and who made it."""
    first, second = map(escape, text_of(places, name))
    rows = "".join(
        f"<a:tr><a:tc><a:txBody>{lines(cell)}</a:txBody></a:tc></a:tr>" for cell in ("remark", _of(places, "table", "none"))
    )
    table = (
        '<p:graphicFrame><p:xfrm/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
        f"<a:tbl>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    footer = shape(_of(places, "footer", "the depot"), kind="ftr")
    title = shape(_of(places, "title", "The shift"), kind="title")
    spoken = slide_xml(shape(_of(places, "footnote", "Say this."), kind="body"), root="notes")
    parts = {
        "ppt/slides/_rels/slide1.xml.rels": relations(n="notesSlide:../notesSlides/n.xml"),
        "ppt/notesSlides/n.xml": spoken,
        "docProps/core.xml": _CORE.format(escape(places["metadata"].value if "metadata" in places else "")),
    }
    shown = [slide_xml(title + shape(first, (0, 900, 900, 900)) + footer), slide_xml(shape(second, (0, 900, 900, 900)) + table)]
    return pptx(shown, **parts)


def opendocument(places: Places, name: str) -> bytes:
    """An OpenDocument text: title, prose, a table, a footnote, a page's header and footer, a link and a creator."""
    first, second = map(escape, text_of(places, name))
    link = (
        f'<text:p>{filler(1, name, 5)} <text:a xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xlink:href="mailto:{escape(places["link"].value)}">write</text:a></text:p>'
        if "link" in places
        else ""
    )
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>'
        f"{_of(places, 'footnote', 'none')}</text:p></text:note-body></text:note>"
    )
    table = "<table:table>{}</table:table>".format(
        "".join(
            f"<table:table-row><table:table-cell><text:p>{cell}</text:p></table:table-cell></table:table-row>"
            for cell in ("remark", _of(places, "table", "none"))
        )
    )
    body = (
        f'<text:h text:outline-level="1">{_of(places, "title", "The shift")}</text:h><text:p>{first}{note}</text:p>{table}'
        f'<text:h text:outline-level="2">What follows</text:h><text:p>{second}</text:p>{link}'
    )
    masters = (
        '<style:master-page style:name="Standard"><style:header><text:p>'
        f"{_of(places, 'header', 'the depot')}</text:p></style:header><style:footer><text:p>{_of(places, 'footer', 'the depot')}"
        "</text:p></style:footer></style:master-page>"
    )
    made = odt(body, masters=masters)
    return _with_creator(made, places["metadata"].value) if "metadata" in places else made


def _with_creator(made: bytes, creator: str) -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(made)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "meta.xml":
                content = content.replace(b"<dc:title>", f"<dc:creator>{escape(creator)}</dc:creator><dc:title>".encode())
            package.writestr(entry, content)
    return target.getvalue()


def rich_text(places: Places, name: str) -> bytes:
    """An RTF file with who made it, a header, prose and a footnote."""
    first, second = map(_rtf, text_of(places, name))
    author = _rtf(places["metadata"].value) if "metadata" in places else ""
    header = rf"{{\header {_rtf(sentence(places['header']))}\par}}" if "header" in places else ""
    note = rf"{{\footnote {_rtf(sentence(places['footnote']))}}}" if "footnote" in places else ""
    body = rf"{{\b {_rtf(sentence(places['title'])) if 'title' in places else 'The shift'}}}\par {first}{note}\par {second}\par"
    return rf"{{\rtf1\ansi\ansicpg1252{{\info{{\author {author}}}}}{header}{body}}}".encode("ascii")


def _rtf(said: str) -> str:
    """``said`` as RTF writes it: every character outside of ASCII by its number."""
    escaped = said.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}").replace("\n", "\\line ")
    units = escaped.encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"\\u{code - 65536 if code > 32767 else code}?" for code in codes)


def wiki(places: Places, name: str) -> bytes:
    """Two pages of a wiki's XML export, with a table and a link."""
    first, second = map(escape, text_of(places, name))
    link = f'<a href="mailto:{escape(places["link"].value)}">write</a>' if "link" in places else ""
    table = f"<table><tbody><tr><th>remark</th></tr><tr><td>{_of(places, 'table', 'none')}</td></tr></tbody></table>"
    title = sentence(places["title"]) if "title" in places else "The shift"
    return entities(page(1, title, f"<p>{first} {link}</p>{table}"), page(2, "What follows", f"<p>{second}</p>"))


def web_archive(places: Places, name: str) -> bytes:
    """A page as a browser saves it in one file."""
    return saved_page(html(places, name).decode())


def packed(places: Places, name: str) -> bytes:
    """An archive with a text in a folder, and one without a canary."""
    return zipped({"shift/note.txt": text(places, name), "shift/quiet.txt": filler(4, name, 9).encode()})


PACKAGES: dict[str, tuple[Callable[[Places, str], bytes], tuple[str, ...]]] = {
    "pptx": (slides, ("title", *_BODY, "table", "footer", "footnote", "metadata", "file name")),
    "odt": (opendocument, ("title", *_BODY, "table", "header", "footer", "footnote", "metadata", "link", "file name")),
    "rtf": (rich_text, ("title", *_BODY, "header", "footnote", "metadata", "file name")),
    "doc": (rich_text, ("title", *_BODY, "header", "footnote", "metadata", "file name")),
    "wiki.xml": (wiki, ("title", *_BODY, "table", "link", "file name")),
    "mhtml": (web_archive, ("title", *_BODY, "table", "footer", "metadata", "link", "file name")),
    "zip": (packed, (*_BODY, "mail header", "signature", "file name")),
}
"""Suffix → what writes the file, and the places it has for canaries."""
