"""Study articles in JATS (ANSI/NISO Z39.96), the XML that journals and PubMed Central publish.

Belongs here: which elements of an article are its text. Does not belong here: feeds and other XML.

The abstract is a section called "Abstract" before the body. Left out, and counted: references and marks that point at them,
displayed formulas, figures, other abstracts (teasers and digests repeat the article), back matter and peer reviews. An article's day
is that of its first publication. Spans count characters of the blocks joined by line ends.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.entities import html5

from lxml import etree

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, parse_xml, placed, squeeze
from winnow.formats._table import content_key, unique_key
from winnow.own_days import utc_day

# Marks around the text of a citation. Control characters are not allowed in XML 1.0, so no article holds them.
_CITED, _CITED_END = "\x02", "\x03"

_CITATIONS = re.compile(r"\s?[\[(](?:[\s,;–—-]|\x02[^\x03]*\x03){1,400}[\])]")

_DROPPED = {
    "disp-formula": "formulas",
    "disp-formula-group": "formulas",
    "tex-math": "",  # the same formula again, in LaTeX
    "fig": "figures",
    "fig-group": "figures",
    "media": "figures",
    "supplementary-material": "figures",
    "graphic": "",
    "inline-graphic": "",
    "ref-list": "references",
    "fn": "footnotes",
    "fn-group": "footnotes",
    "object-id": "",
    "label": "",
    "permissions": "",
    "sec-meta": "",
    "table-wrap-foot": "",
    "alt-text": "",
    "long-desc": "",
}
"""Elements that are not the article's running text, and the note that counts them."""

_CONTAINERS = {"list": "list_item", "def-list": "list_item", "disp-quote": "quote", "verse-group": "quote"}

_READ_ELSEWHERE = frozenset({"", "title", "caption"})
"""Elements of a section that are read with what they stand over; the empty name is that of what is no element."""

_INLINE_FORMULA_CHARS = 24  # a longer one, flattened to a line, is noise in a sentence; a shorter one is a name in it

_ABSTRACT = "Abstract"

_FIELDS = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")

_ADDRESS = re.compile(r"(?:doi:?\s*)?https?://\S+", re.IGNORECASE)  # a paragraph that is nothing but where it can be found

_BLOCKS = frozenset(
    {"p", "list", "table-wrap", "disp-quote", "boxed-text", "code", "preformat", "sec", "def-list", "verse-group"}
)


@dataclass(slots=True)
class _Article:
    notes: Counter[str] = field(default_factory=Counter)

    def section(self, parent: etree._Element, level: int, kind: str = "paragraph") -> Iterator[Block]:
        """The blocks of ``parent``, whose own sections have headings of ``level``."""
        for child in parent:
            name = _local(child)
            if name in {"sec", "boxed-text"}:
                title = child.find("title") if child.find("title") is not None else child.find("caption/title")
                yield from self._block("heading", title, level)
                for caption in child.findall("caption"):  # of a box it holds paragraphs, too
                    yield from self.section(caption, level + 1, kind)
                yield from self.section(child, level + 1, kind)
            elif name == "p":
                yield from self._paragraph(child, level, kind)
            elif name in _CONTAINERS:
                yield from self.section(child, level, _CONTAINERS[name])
            elif name in {"code", "preformat"}:
                text = "".join(child.itertext()).strip("\n")
                yield from [Block("code", text)] if text.strip() else []
            elif name in {"table-wrap", "table-wrap-group"}:
                yield from self._table(child)
            elif name in _DROPPED:
                self._drop(name)
            elif name not in _READ_ELSEWHERE:  # whatever a journal adds: what it holds is text
                yield from self.section(child, level, kind) if _holds_blocks(child) else self._block(kind, child)

    def _paragraph(self, paragraph: etree._Element, level: int, kind: str) -> Iterator[Block]:
        """A paragraph, and after it the lists, tables and quotes that stand inside of it."""
        yield from self._block(kind, paragraph)
        for child in list(paragraph):  # moved out of it below
            if _local(child) in _BLOCKS - {"p", "sec"}:
                wrapper = etree.Element("sec")
                wrapper.append(child)
                yield from self.section(wrapper, level, kind)

    def _block(self, kind: str, element: etree._Element | None, level: int = 0) -> Iterator[Block]:
        text = "" if element is None else self.text(element)
        if text and not _ADDRESS.fullmatch(text):
            yield Block(kind, text, level if kind == "heading" else 0)

    def _table(self, wrap: etree._Element) -> Iterator[Block]:
        caption = wrap.find("caption")
        lines = [self.text(caption)] if caption is not None else []
        for row in wrap.iter("tr"):
            cells = [self.text(cell) for cell in row if _local(cell) in {"td", "th"}]
            lines.append(" | ".join(cells) if any(cells) else "")
        rows = [line for line in lines if line]
        if len(rows) > (caption is not None):
            yield Block("table", "\n".join(rows))

    def text(self, element: etree._Element) -> str:
        """The running text of ``element``, on one line, without citations in brackets."""
        flat = "".join(self._pieces(element))
        if _CITED in flat:
            flat = _CITATIONS.sub("", flat).replace(_CITED, "").replace(_CITED_END, "")
        return squeeze(flat)

    def _pieces(self, element: etree._Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            name = _local(child)
            if child.tag is etree.Entity:
                yield html5.get(f"{child.name};", " ")
            elif name == "xref" and child.get("ref-type") == "bibr":
                yield f"{_CITED}{''.join(self._pieces(child))}{_CITED_END}"
            elif name == "sup" and _only_citations(child):
                self._drop("xref")
            elif name == "inline-formula":
                yield self._formula(child)
            elif name in _DROPPED:
                self._drop(name)
            elif name not in _BLOCKS or name == "p":
                if name in {"p", "title", "break", "td", "th", "term", "def"}:
                    yield " "
                yield from self._pieces(child)
                if name in {"p", "title"}:
                    yield " "
            yield child.tail or ""

    def _formula(self, formula: etree._Element) -> str:
        flat = squeeze("".join(self._pieces(formula)))
        if len(flat) > _INLINE_FORMULA_CHARS:
            self._drop("disp-formula")
            return " "
        return flat

    def _drop(self, name: str) -> None:
        if _DROPPED.get(name):
            self.notes[_DROPPED[name]] += 1


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The article in ``content``; of a set of articles (as PubMed Central sends them) each is a document.

    Raises:
        UnreadableDocument: ``malformed``, ``wrong_type`` for XML that is no article, ``empty``.
    """
    root = parse_xml(content)
    for element in root.iter(etree.Element):
        # Journals differ in whether JATS elements carry a namespace; MathML and XLink names are not used here.
        element.tag = _local(element)
    articles = [root] if root.tag == "article" else list(root.iter("article"))
    if not articles:
        raise UnreadableDocument("wrong_type")
    if len(articles) == 1:
        yield _document(articles[0])
        return
    given: Counter[str] = Counter()
    for number, element in enumerate(articles):
        known = squeeze(element.findtext("front/article-meta/article-id") or "")
        key = unique_key(known or content_key(element.itertext()), given)
        try:
            yield replace(_document(element), row_key=key, row_number=number)
        except UnreadableDocument as error:
            yield Document(row_key=key, row_number=number, reason=error.reason)


def _document(found: etree._Element) -> Document:
    article = _Article()
    heading = found.find("front/article-meta/title-group/article-title")
    title = article.text(heading) if heading is not None else ""
    body = found.find("body")
    blocks = [*_abstract(article, found), *(article.section(body, 1) if body is not None else ())]
    if not blocks:
        raise UnreadableDocument("empty")
    language = (found.get("{http://www.w3.org/XML/1998/namespace}lang") or "").partition("-")[0].lower()
    return Document(
        title=title,
        blocks=placed(blocks),
        notes=dict(article.notes),
        language=language or None,
        stated=_published(found.find("front/article-meta")),
    )


def _published(about: etree._Element | None) -> dt.date | None:
    """The first day on which the article was public, in print or not; a date of a month or a year alone is no day."""
    dates = [] if about is None else about.findall("pub-date")
    return min(filter(None, map(_day, dates)), default=None)


def _day(date: etree._Element) -> dt.date | None:
    whole = utc_day(date.get("iso-8601-date") or "")
    if whole is not None:
        return whole
    fields = [squeeze(date.findtext(name) or "") for name in ("year", "month", "day")]
    if not _FIELDS.fullmatch("-".join(fields)):
        return None
    try:
        return dt.date(*map(int, fields))
    except ValueError:
        return None


def _abstract(article: _Article, root: etree._Element) -> Iterator[Block]:
    abstracts = root.findall("front/article-meta/abstract")
    plain = [abstract for abstract in abstracts if not abstract.get("abstract-type")]
    article.notes.update({"other_abstracts": len(abstracts) - len(plain[:1])} if len(abstracts) > len(plain[:1]) else {})
    blocks = list(article.section(plain[0], 2)) if plain else []
    if blocks:
        yield Block("heading", _ABSTRACT, 1)
        yield from blocks


def _holds_blocks(element: etree._Element) -> bool:
    return any(_local(child) in _BLOCKS for child in element.iter() if child is not element)


def _only_citations(sup: etree._Element) -> bool:
    """Whether a superscript holds citations and the commas between them, as in medical journals."""
    loose = "".join([sup.text or "", *(child.tail or "" for child in sup)])
    cited = all(_local(child) == "xref" and child.get("ref-type") in {"bibr", "fn", "table-fn"} for child in sup)
    return len(sup) > 0 and cited and not any(character.isalnum() for character in loose)


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


_HEAD_BYTES = 4096  # the root element stands behind a declaration, a document type and perhaps a comment


def _sniff(content: bytes) -> bool:
    head = content[:_HEAD_BYTES].replace(b"\x00", b"")  # UTF-16 too
    return b"<article" in head or b"<pmc-articleset" in head or b":article" in head


FORMAT = Format(name="jats", suffixes=(".xml", ".nxml", ".jats"), read=read, sniff=_sniff, versions=library_versions("lxml"))
