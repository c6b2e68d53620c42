"""OpenDocument text (ODF 1.3, ISO/IEC 26300), as a package or as one flat XML file.

Belongs here: headings, paragraphs, lists, tables, notes, text boxes, headers and footers to blocks. Does not belong here: opening
the package (`winnow.formats._package`).

Spans count characters of the blocks joined by line ends. Tracked deletions lie apart from the text and are left out; insertions
are in it. Every character of the body and of the headers and footers is in a block or counted under the reason for which it is
not (`winnow.formats._tally`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, Format, Reading, ReadOptions, library_versions, parse_xml, placed, squeeze, tidy
from winnow.formats._ooxml import attribute, child, local, number, span, table_block
from winnow.formats._package import MAX_TREE_BYTES, Package, tree_bytes
from winnow.formats._tally import Tally

_OLE2 = b"\xd0\xcf\x11\xe0"  # an old Office file, or an encrypted package: `Package` tells which

_KIND = b"application/vnd.oasis.opendocument.text"

_FLAT_BYTES = 4096  # of a flat file's beginning that must name its kind

_MAX_FLAT_BYTES = 128 * MEBIBYTE  # as of a package's XML parts

_LEFT_OUT = {  # elements whose text is left out, and why
    "tracked-changes": "deleted_text",
    "annotation": "comments",
    "placeholder": "prompts",
    "ruby-text": "pronunciations",
    "index-title-template": "contents_text",
    **dict.fromkeys(
        ("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"),
        "contents_text",
    ),
    **dict.fromkeys(("page-number", "page-count", "page-continuation", "date", "time", "file-name"), "page_furniture"),
    **dict.fromkeys(("forms", "script", "scripts", "event-listeners", "math", "object", "note-citation"), "unread_parts"),
}

_DRAWN = (
    "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title",
    "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}desc",
)

_IN_TEXT = frozenset({"date", "time"})  # page furniture only in headers and footers; in the body they are part of a sentence

_BOXES = frozenset({"text-box", "custom-shape", "rect", "ellipse", "circle", "line", "connector", "path", "polygon", "caption"})

_BLOCKS = _BOXES | {"p", "h", "list", "table", "section"}  # what stands apart even inside of a paragraph

_INLINE = frozenset({"paragraph", "list_item", "quote", "code", "heading", "title"})  # what a cell's line can hold

_MAX_SPACES = 100  # of text:s, which says how many; a hostile file may ask for a billion

_MAX_LIST_DEPTH = 8

_STYLE_DEPTH = 12  # parent styles followed; a damaged sheet may go round in circles

_TINY_POINTS = 1.5

_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)pt")

_ESCAPED = re.compile(r"_([0-9a-f]{2,4})_")  # style names: "Heading_20_1"


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""  # as a person sees it
    level: int = 0
    hidden: bool = False
    white: bool | None = None
    painted: bool = False  # something lies behind the text
    tiny: bool = False


@dataclass(slots=True)
class _Line:
    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    notes: list[etree._Element] = field(default_factory=list)


@dataclass(slots=True)
class _Text:
    """One document being walked."""

    styles: dict[tuple[str, str], _Style]  # by family and name
    reading: Reading
    tally: Tally
    in_margin: bool = False
    painted: bool = False

    def blocks(self, parent: etree._Element, depth: int = -1) -> Iterator[Block]:
        """The blocks of what stands in ``parent``; ``depth`` is that of the list around it, from 0."""
        for element in parent:
            yield from self._element(element, depth)
        self._drop("stray_text", parent, deep=False)  # ODF allows none between blocks, only white space

    def _element(self, element: etree._Element, depth: int) -> Iterator[Block]:
        name = local(element)
        reason = self._reason(name, element)
        if reason:
            if name == "object":
                self.tally.notes["embedded_objects"] += 1
            self._drop(reason, element)
        elif name in {"p", "h"}:
            yield from self._paragraph(element, name, depth)
        elif name == "list":
            yield from self.blocks(element, min(depth + 1, _MAX_LIST_DEPTH))
        elif name == "table":
            yield from self._table(element)
        elif name in _BOXES:
            outside, self.painted = self.painted, True  # what a shape is filled with is not told here
            yield from self.blocks(element)
            self.painted = outside
        else:
            yield from self.blocks(element, depth)

    def _reason(self, name: str, element: etree._Element) -> str:
        """Why an element is left out; empty if it is not."""
        hidden = (name == "section" and attribute(element, "display") == "none") or (
            name == "hidden-text" and attribute(element, "is-hidden") == "true"
        )
        if name == "p":
            hidden = any(attribute(mark, "is-hidden") == "true" for mark in element.iterchildren("{*}hidden-paragraph"))
        if hidden:
            return "hidden_text" if self.reading.hidden_text == "drop" else ""
        if (name in _IN_TEXT and not self.in_margin) or (name == "annotation" and self.reading.comments == "keep"):
            return ""
        return "picture_texts" if element.tag in _DRAWN else _LEFT_OUT.get(name, "")

    def _drop(self, reason: str, element: etree._Element, *, deep: bool = True) -> None:
        self.tally.dropped(reason, _held(element) if deep else _own_text(element))

    def _paragraph(self, paragraph: etree._Element, name: str, depth: int) -> Iterator[Block]:
        line = _Line()
        style = self.styles.get(("paragraph", attribute(paragraph, "style-name")), _Style())
        self._runs(paragraph, line, style)
        text = "".join(line.pieces)
        level = max(number(paragraph, "outline-level", 1), 1) if name == "h" else style.level
        low = style.name.lower()
        if low == "title":
            kind, level = "title", 0
        elif level:
            kind, level = "heading", min(level, 9)
        elif low in {"quotations", "quote"}:
            kind = "quote"
        elif low in {"preformatted text", "code"}:
            kind = "code"
        else:
            kind, level = ("list_item", depth) if depth >= 0 else ("paragraph", 0)
        text = text.strip("\n") if kind == "code" else squeeze(text) if kind in {"heading", "title"} else tidy(text)
        if text.strip():
            yield Block(kind, text, level)
        for box in line.boxes:
            yield from self._element(box, -1)
        for note in line.notes:
            inner = list(self.blocks(note))
            words = " ".join(block.text for block in inner if block.kind in _INLINE)
            yield from [Block("footnote", words)] if words else []
            yield from (block for block in inner if block.kind not in _INLINE)

    def _runs(self, parent: etree._Element, line: _Line, style: _Style) -> None:
        self._say(parent.text, line, style)
        for element in parent:
            name = local(element)
            if name == "s":
                line.pieces.append(" " * min(max(number(element, "c", 1), 1), _MAX_SPACES))
            elif name in {"tab", "line-break"}:
                line.pieces.append("\t" if name == "tab" else "\n")
            elif name == "note":
                self._note(element, line)
            elif name == "annotation" and self.reading.comments == "keep":
                line.notes.append(element)
            elif self._reason(name, element) or name in _BLOCKS:
                line.boxes.append(element)
            else:
                own = self.styles.get(("text", attribute(element, "style-name"))) if name in {"span", "a"} else None
                self._runs(element, line, _over(own, style) if own else style)
            self._say(element.tail, line, style)

    def _note(self, note: etree._Element, line: _Line) -> None:
        for element in note:
            if local(element) == "note-body":
                line.notes.append(element)
            else:
                self._drop("note_marks", element)
        self._drop("stray_text", note, deep=False)

    def _say(self, text: str | None, line: _Line, style: _Style) -> None:
        if not text:
            return
        unseen = style.hidden or style.tiny or (style.white and not style.painted and not self.painted)
        if unseen and text.strip() and self.reading.hidden_text == "drop":
            self.tally.dropped("hidden_text", text)
        else:
            line.pieces.append(re.sub(r"\s", " ", text))  # white space in the file is layout of the XML (ODF 1.3 part 3, 6.1.2)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        outside = self.painted
        rows: list[list[list[Block]]] = []
        for row in _rows(table):
            cells: list[list[Block]] = []
            for cell in row:
                if local(cell) not in {"table-cell", "covered-table-cell"}:
                    continue
                self.painted = outside or self.styles.get(("table-cell", attribute(cell, "style-name")), _Style()).painted
                cells.append(list(self.blocks(cell)))
                if not cells[-1] and attribute(cell, "number-columns-repeated"):
                    cells += [[] for _ in range(span(cell, "number-columns-repeated") - 1)]
            rows.append(cells)
        self.painted = outside
        if all(len(row) <= 1 for row in rows):
            yield from (block for row in rows for cell in row for block in cell)
            return
        lines = [[" ".join(block.text for block in cell if block.kind in _INLINE) for cell in row] for row in rows]
        yield from table_block(lines, self.tally)
        yield from (block for row in rows for cell in row for block in cell if block.kind not in _INLINE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: what `Package` says, ``encrypted``, ``wrong_type`` for another kind of document, ``malformed``,
            ``bomb``, ``damaged``, ``empty``.
    """
    flat = not content.startswith((b"PK", _OLE2))
    package = None if flat else Package(content)
    roots = [_flat(content)] if package is None else _packaged(package)
    body = child(roots[0], "body", "text")
    if body is None:
        raise UnreadableDocument("wrong_type")
    tally = Tally()
    tally.held(_held(body))
    text = _Text(_styles(roots), options.reading, tally)
    inner = list(text.blocks(body))
    margins = {"header": [], "footer": []} if not inner else _margins(text, roots)
    blocks = placed([*margins["header"], *inner, *margins["footer"]])
    if not inner:
        raise UnreadableDocument("empty")
    first = next((block.text for block in inner[:3] if block.kind == "heading" and block.level == 1), "")
    title = next((block.text for block in inner if block.kind == "title"), first)
    yield Document(title=title or _meta_title(package, roots), blocks=blocks, notes=tally.settled(blocks))


def _flat(content: bytes) -> etree._Element:
    if len(content) > _MAX_FLAT_BYTES or tree_bytes(content) > MAX_TREE_BYTES:
        raise UnreadableDocument("too_large")
    return parse_xml(content)


def _packaged(package: Package) -> list[etree._Element]:
    """The roots of the content and of the style sheet."""
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise UnreadableDocument("encrypted")
    if "mimetype" not in package and "content.xml" not in package:
        raise UnreadableDocument("wrong_type" if "[Content_Types].xml" in package else "not_a_package")
    content = package.xml("content.xml")
    if content is None:
        raise UnreadableDocument("damaged")
    styles = package.xml("styles.xml")
    return [content] if styles is None else [content, styles]


def _margins(text: _Text, roots: list[etree._Element]) -> dict[str, list[Block]]:
    """Headers and footers of the master pages, each text once; those that say nothing but a number are none."""
    found: dict[str, dict[str, None]] = {"header": {}, "footer": {}}
    text.in_margin = True
    for root in roots:
        for margin in root.iterfind("{*}master-styles/{*}master-page/*"):
            kind = next((kind for kind in found if local(margin).startswith(kind)), None)
            text.tally.held(_held(margin))
            if kind is None or attribute(margin, "display") == "false":
                text.tally.dropped("unused_margins", _held(margin))
                continue
            for block in text.blocks(margin):
                if block.text in found[kind]:
                    text.tally.dropped("repeated_margins", block.text)
                elif any(map(str.isalpha, block.text)):
                    found[kind][block.text] = None
                else:
                    text.tally.dropped("page_numbers", block.text)
    return {kind: [Block(kind, line) for line in lines] for kind, lines in found.items()}


def _meta_title(package: Package | None, roots: list[etree._Element]) -> str:
    try:
        root = package.xml("meta.xml") if package is not None else roots[0]
    except UnreadableDocument:
        return ""
    return squeeze((root.findtext("{*}meta/{*}title") if root is not None else "") or "")


def _styles(roots: list[etree._Element]) -> dict[tuple[str, str], _Style]:
    """Styles by family and name, with what they inherit; automatic ones are called as the style that a person chose."""
    own: dict[tuple[str, str], _Style] = {}
    above: dict[tuple[str, str], tuple[str, str]] = {}
    for root in reversed(roots):
        for style in root.iter("{*}style"):
            family = attribute(style, "family")
            key = family, attribute(style, "name")
            own[key] = _own_style(style)
            above[key] = family, attribute(style, "parent-style-name")
    found = {}
    for key, whole in own.items():
        upper, chain = whole, key
        for _ in range(_STYLE_DEPTH):
            chain = above[chain]
            if chain not in own:
                break
            upper = _over(upper, own[chain])
        found[key] = upper
    return found


def _own_style(style: etree._Element) -> _Style:
    name = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), attribute(style, "name"))
    automatic = local(style.getparent()) == "automatic-styles"
    text = child(style, "text-properties")
    colour = attribute(text, "color").lower()
    size = _LENGTH.fullmatch(attribute(text, "font-size"))
    behind = [attribute(child(style, part), "background-color") for part in _PAINTED]
    return _Style(
        "" if automatic else attribute(style, "display-name") or name,
        max(number(style, "default-outline-level"), 0),
        attribute(text, "display") == "none",
        None if not colour else colour == "#ffffff" and attribute(text, "use-window-font-color") != "true",
        any(colour not in {"", "transparent", "#ffffff"} for colour in behind),
        size is not None and 0 < float(size[1]) < _TINY_POINTS,
    )


_PAINTED = ("text-properties", "paragraph-properties", "table-cell-properties", "table-row-properties", "table-properties")


def _over(upper: _Style, lower: _Style) -> _Style:
    """``upper`` where it says something, else ``lower``."""
    return _Style(
        upper.name or lower.name,
        upper.level or lower.level,
        upper.hidden or lower.hidden,
        lower.white if upper.white is None else upper.white,
        upper.painted or lower.painted,
        upper.tiny or lower.tiny,
    )


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, those in groups and of its header too."""
    for element in table:
        if local(element) == "table-row":
            yield element
        elif local(element) in {"table-rows", "table-header-rows", "table-row-group"}:
            yield from _rows(element)


def _held(element: etree._Element) -> str:
    """All text in ``element``."""
    return "".join(element.itertext(tag=etree.Element))


def _own_text(element: etree._Element) -> str:
    """The text that stands in ``element`` between its children, where ODF allows none."""
    return (element.text or "") + "".join(piece.tail or "" for piece in element)


def _sniff(content: bytes) -> bool:
    """A package, of which the reader knows the reason if it is none, or a flat file that names its kind."""
    head = content[:_FLAT_BYTES]
    return content.startswith((b"PK", _OLE2)) or (b"office:document" in head and _KIND in head)


FORMAT = Format(name="odt", suffixes=(".odt", ".ott", ".fodt"), read=read, sniff=_sniff, versions=library_versions("lxml"))
