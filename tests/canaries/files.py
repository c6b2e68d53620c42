"""Files of every kind that winnow reads, with a canary in each place that such a file has.

Belongs here: documents (reports, pages, studies, transcripts). Does not belong here: mails, chats and posts (`messages`), packages
and archives (`packages`), tables (`tables`), and which canary goes where (`plan`). A function takes the canaries of its places and
returns the file's bytes.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.canaries.values import Canary, filler, sentence

Places = Mapping[str, Canary]

_FONT = "Vera"  # comes with reportlab; its table of characters says what a file's own fonts cannot draw, zero-width signs too

SIGNATURE = "Kind regards,\n{}\nDepot office"


def _body(places: Places, name: str) -> list[tuple[str, str]]:
    """Two sections, heading and prose; the canaries of the body places stand in the middle of the prose."""
    stand = [said(places[place]) for place in ("body", "two lines", "disguised") if place in places]
    told = [sentence(places["body"])] if "body" in places else []
    return [
        ("What was seen", " ".join([filler(3, name, 1), *told, filler(4, name, 2)])),
        ("What follows", " ".join([filler(4, name, 3), *stand[len(told) :], filler(3, name, 4)])),
    ]


def text_of(places: Places, name: str) -> tuple[str, str]:
    """The prose of both sections of a file, for those that have no headings."""
    first, second = _body(places, name)
    return first[1], second[1]


def said(canary: Canary) -> str:
    """The sentence with a canary, as its place spells the value."""
    return sentence(canary)


def _of(places: Places, place: str, fallback: str) -> str:
    return sentence(places[place]) if place in places else fallback


def markdown(places: Places, name: str) -> bytes:
    """A report with a title, a table, a footnote, a quoted mail header and a signature."""
    first, second = _body(places, name)
    parts = [f"# {_of(places, 'title', 'A note')}", f"## {first[0]}", first[1], f"## {second[0]}", second[1]]
    if "table" in places:
        parts.append(f"| stop | remark |\n| --- | --- |\n| 4 | {sentence(places['table'])} |")
    if "quote" in places:
        parts.append("> " + sentence(places["quote"]))
    if "mail header" in places:
        parts.append(f"From: {places['mail header'].value}\nSubject: the shift")
    if "footnote" in places:
        parts.append(f"A remark.[^1]\n\n[^1]: {sentence(places['footnote'])}")
    if "signature" in places:
        parts.append(SIGNATURE.format(places["signature"].value).replace("\n", "  \n"))
    return ("\n\n".join(parts) + "\n").encode()


def text(places: Places, name: str) -> bytes:
    """Plain text: a mail with its header, two paragraphs and a signature."""
    first, second = _body(places, name)
    head = [f"From: {places['mail header'].value}", "Subject: the shift", ""] if "mail header" in places else []
    tail = ["", SIGNATURE.format(places["signature"].value)] if "signature" in places else []
    return "\n".join(
        [*head, "What was seen", "=============", "", first[1], "", "What follows", "============", "", second[1], *tail, ""]
    ).encode()


def html(places: Places, name: str) -> bytes:
    """A page with metadata, a link, a table and a footer."""
    first, second = _body(places, name)
    meta = f'<meta name="author" content="{escape(places["metadata"].value)}">' if "metadata" in places else ""
    link = f'<a href="mailto:{escape(places["link"].value)}">write</a>' if "link" in places else ""
    table = (
        f"<table><tr><th>stop</th><th>remark</th></tr><tr><td>4</td><td>{escape(sentence(places['table']))}</td></tr></table>"
        if "table" in places
        else ""
    )
    head = f"<title>{escape(_of(places, 'title', 'A page'))}</title>{meta}"
    footer = f"<footer><p>{escape(sentence(places['footer']))}</p></footer>" if "footer" in places else ""
    prose = "".join(f"<h2>{heading}</h2><p>{escape(body)}</p>" for heading, body in (first, second))
    return (
        f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>{escape(_of(places, 'title', 'A page'))}</h1>"
        f"<p>{filler(3, name, 5)} {link}</p>{prose}{table}</article>{footer}</body></html>\n"
    ).encode()


def word(places: Places, name: str) -> bytes:
    """A Word document with properties, header, footer, table, hyperlink, a comment-like footnote part and a signature."""
    first, second = _body(places, name)
    made = docx.Document()
    made.core_properties.author = places["metadata"].value if "metadata" in places else ""
    made.add_heading(_of(places, "title", "A note"), 1)
    for heading, body in (first, second):
        made.add_heading(heading, 2)
        made.add_paragraph(body)
    if "table" in places:
        table = made.add_table(2, 2)
        for cell, content in zip(table._cells, ("stop", "remark", "4", sentence(places["table"])), strict=True):
            cell.text = content
    section = made.sections[0]
    if "header" in places:
        section.header.paragraphs[0].text = sentence(places["header"])
    if "footer" in places:
        section.footer.paragraphs[0].text = sentence(places["footer"])
    if "link" in places:
        made.part.relate_to(f"mailto:{places['link'].value}", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    if "runs" in places:  # a value that Word keeps in several runs, as it does after every correction
        paragraph, value = made.add_paragraph(filler(1, name, 6) + " "), sentence(places["runs"])
        for at in range(0, len(value), 7):
            paragraph.add_run(value[at : at + 7]).bold = at % 14 == 0
    if "signature" in places:
        made.add_paragraph("Kind regards,")
        made.add_paragraph(places["signature"].value)
    target = io.BytesIO()
    made.save(target)
    return _with_footnote(target.getvalue(), sentence(places["footnote"])) if "footnote" in places else target.getvalue()


def _with_footnote(package: bytes, note: str) -> bytes:
    """A Word document with a footnotes part, which python-docx does not write."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    part = (
        f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>{escape(note)}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.namelist():
            content = source.read(entry)
            if entry == "[Content_Types].xml":
                content = content.replace(
                    b"</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'.encode()
                )
            elif entry == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rId900" Type="{relation}" Target="footnotes.xml"/></Relationships>'
                content = content.replace(b"</Relationships>", link.encode())
            elif entry == "word/document.xml":
                mark = b'<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
                content = content[::-1].replace(b"</w:p>"[::-1], mark[::-1], 1)[::-1]
            made.writestr(entry, content)
        made.writestr("word/footnotes.xml", part)
    return target.getvalue()


def pdf(places: Places, name: str) -> bytes:
    """A PDF of one page with document information, running header and footer, lines that break inside values, a signature."""
    first, second = _body(places, name)
    pdfmetrics.registerFont(TTFont(_FONT, "Vera.ttf"))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    if "metadata" in places:
        canvas.setAuthor(places["metadata"].value)
    canvas.setTitle(_of(places, "title", "A note"))
    at = 800
    lines = [
        _of(places, "header", ""),
        "",
        _of(places, "title", "A note"),
        "",
        first[0],
        *_wrapped(first[1]),
        "",
        second[0],
        *_wrapped(second[1]),
        "",
    ]
    lines += [
        _of(places, "footnote", ""),
        "",
        *(SIGNATURE.format(places["signature"].value).split("\n") if "signature" in places else ()),
    ]
    for line in lines:
        canvas.setFont(_FONT, 14 if line in {first[0], second[0]} else 9)
        canvas.drawString(50, at, line)
        at -= 14
    canvas.drawString(50, 30, _of(places, "footer", ""))
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _wrapped(prose: str, width: int = 88) -> list[str]:
    lines = [""]
    for part in prose.replace("\n", " \n ").split(" "):
        if part == "\n" or len(lines[-1]) + len(part) + 1 > width:
            lines.append("")
        if part != "\n":
            lines[-1] = f"{lines[-1]} {part}".strip()
    return lines


def study(places: Places, name: str) -> bytes:
    """A JATS article with an author, an address for letters, an abstract, sections and a footnote."""
    first, second = _body(places, name)
    author = places["metadata"].value if "metadata" in places else "A Nonymous"
    letters = f"<corresp>{escape(sentence(places['footer']))}</corresp>" if "footer" in places else ""
    note = f"<fn-group><fn><p>{escape(sentence(places['footnote']))}</p></fn></fn-group>" if "footnote" in places else ""
    sections = "".join(f"<sec><title>{heading}</title><p>{escape(body)}</p></sec>" for heading, body in (first, second))
    given, _, family = author.partition(" ")
    return (
        '<?xml version="1.0"?><article article-type="research-article"><front><article-meta><title-group><article-title>'
        f"{escape(_of(places, 'title', 'A study'))}</article-title></title-group><contrib-group><contrib><name><surname>{escape(family)}"
        f"</surname><given-names>{escape(given)}</given-names></name></contrib></contrib-group><author-notes>{letters}</author-notes>"
        f"<abstract><p>{filler(4, name, 7)}</p></abstract></article-meta></front><body>{sections}</body><back>{note}</back></article>"
    ).encode()


def feed(places: Places, name: str) -> bytes:
    """An RSS channel with its editor and one entry."""
    first, second = _body(places, name)
    editor = f"<managingEditor>{escape(places['metadata'].value)}</managingEditor>" if "metadata" in places else ""
    author = f"<author>{escape(places['signature'].value)}</author>" if "signature" in places else ""
    entry = f"<item><title>{escape(_of(places, 'title', 'An entry'))}</title><guid>{name}</guid>{author}"
    prose = escape(f"<h2>{first[0]}</h2><p>{first[1]}</p><h2>{second[0]}</h2><p>{second[1]}</p>")
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Depot news</title><link>https://example.org</link>{editor}'
        f"<description>news</description>{entry}<description>{prose}</description></item></channel></rss>"
    ).encode()


def transcript(places: Places, name: str, *, srt: bool = False) -> bytes:
    """A meeting of three speakers who name each other, as WebVTT or SubRip."""
    speaker = places["speaker"].value if "speaker" in places else "Speaker 1"
    turns = [(speaker, filler(2, name, 1)), ("Speaker 2", _of(places, "body", filler(1, name, 2)) + " " + filler(2, name, 3))]
    turns += [
        (speaker, filler(2, name, 4)),
        ("Speaker 2", f"Thank you, {speaker}. " + filler(2, name, 5) if "speaker" in places else filler(2, name, 5)),
    ]
    turns += [
        (
            "Speaker 3",
            " ".join(sentence(places[place]) for place in ("two lines", "disguised") if place in places)
            + " "
            + filler(2, name, 6),
        )
    ]
    turns += [("Speaker 2" if turn % 2 else speaker, filler(3, name, 7, turn)) for turn in range(6)]
    cues = []
    for turn, (who, what) in enumerate(turns):
        mark = "," if srt else "."
        time = f"00:{turn // 6:02}:{turn % 6 * 10:02}{mark}000 --> 00:{turn // 6:02}:{turn % 6 * 10 + 9:02}{mark}000"
        cues.append(f"{turn + 1}\n{time}\n{who}: {what}" if srt else f"{time}\n<v {who}>{what}</v>")
    return ("" if srt else "WEBVTT\n\n").encode() + ("\n\n".join(cues) + "\n").encode()


def subrip(places: Places, name: str) -> bytes:
    """The same as SubRip."""
    return transcript(places, name, srt=True)


def minutes(places: Places, name: str) -> bytes:
    """The minutes of a meeting: who was there, what was said, and a decision."""
    present = f"Present: {places['speaker'].value}, two others\n\n" if "speaker" in places else ""
    told = f"{places['speaker'].value} opened the round. " if "speaker" in places else ""
    return (
        f"# Minutes of the round\n\n{present}{told}{filler(3, name, 8)} {_of(places, 'body', '')}\n\n"
        f"## Decisions\n\n- Decision: {filler(2, name, 9)} [00:00:10–00:00:39]\n"
    ).encode()


FORMATS: dict[str, tuple[Callable[[Places, str], bytes], tuple[str, ...]]] = {
    "md": (
        markdown,
        ("title", "body", "two lines", "disguised", "table", "quote", "mail header", "footnote", "signature", "file name"),
    ),
    "txt": (text, ("body", "two lines", "disguised", "mail header", "signature", "file name")),
    "html": (html, ("title", "body", "two lines", "disguised", "table", "footer", "metadata", "link", "file name")),
    "docx": (
        word,
        (
            "title",
            "body",
            "two lines",
            "disguised",
            "table",
            "header",
            "footer",
            "footnote",
            "metadata",
            "link",
            "runs",
            "signature",
            "file name",
        ),
    ),
    "pdf": (
        pdf,
        ("title", "body", "two lines", "disguised", "header", "footer", "footnote", "metadata", "signature", "file name"),
    ),
    "xml": (study, ("title", "body", "two lines", "disguised", "footer", "footnote", "metadata", "file name")),
    "rss": (feed, ("title", "body", "two lines", "disguised", "metadata", "signature", "file name")),
    "vtt": (transcript, ("speaker", "body", "two lines", "disguised", "file name")),
    "srt": (subrip, ("speaker", "body", "two lines", "disguised", "file name")),
    "minutes.md": (minutes, ("body",)),
}
"""Suffix → what writes the file, and the places it has for canaries."""
