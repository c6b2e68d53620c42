"""The body of a wiki page: Confluence's storage format (XHTML with ``ac:`` and ``ri:`` elements), or its exported HTML, to blocks.

Belongs here: elements and macros to blocks. Does not belong here: which pages an export holds (`winnow.formats.confluence`).

Of a macro the text that a person wrote is read: the body of a panel, a note or a code block. A macro that only shows something
made elsewhere (a table of contents, a list of child pages, issues of a tracker) has no such text; it is counted as ``macros``.
"""

import html.entities
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from winnow.documents import Block
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, parse_xml, squeeze, tidy
from winnow.formats._ooxml import attribute, child, local
from winnow.formats._package import tree_bytes

MAX_TREE_BYTES = 256 * MEBIBYTE  # of one page's tree; a page of a thousand screens takes a tenth

_OUTER = '<page xmlns:ac="urn:ac" xmlns:ri="urn:ri" xmlns:at="urn:at">{}</page>'

_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")

_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})

_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML, and found in pages all the same

_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "address",
        "dl",
        "dt",
        "dd",
        "center",
        "layout",
        "layout-section",
        "layout-cell",
        "rich-text-body",
        "task-list",
        "adf-content",
        "adf-fallback",
        "fieldset",
        "form",
        "caption",
        "figure",
        "figcaption",
        "details",
        "summary",
    ]
)

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "head",
        "parameter",
        "task-id",
        "task-uuid",
        "task-status",
        "placeholder",
        "adf-attribute",
        "input",
        "button",
    ]
)

_SKIPPED_CLASSES = frozenset({"toc-macro", "page-metadata", "expand-control-icon", "hidden", "plugin-tabmeta-details"})

_CODE_MACROS = frozenset({"code", "noformat"})

_INLINE_TITLES = frozenset({"status"})  # macros that show their title in the line

_INLINE = frozenset({"paragraph", "list_item", "quote", "heading", "title"})

_MAX_LIST_DEPTH = 8


@dataclass(slots=True)
class PageText:
    """The blocks of one page being collected; ``notes`` counts what is left out."""

    notes: Counter[str]
    blocks: list[Block] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _kind: str = "paragraph"
    _level: int = 0

    def walk(self, parent: etree._Element) -> None:
        """Read everything in ``parent``."""
        self._say(parent.text)
        for element in parent:
            if isinstance(element.tag, str):
                self._element(element, local(element))
            self._say(element.tail)

    def end(self) -> list[Block]:
        """The blocks, after the last line."""
        self._flush()
        return self.blocks

    def _say(self, text: str | None) -> None:
        if text:
            self._pieces.append(re.sub(r"\s+", " ", text))

    def _flush(self) -> None:
        if not self._pieces:
            return
        text = tidy("".join(self._pieces))
        self._pieces.clear()
        if text:
            one_line = self._kind == "heading"
            self.blocks.append(Block(self._kind, squeeze(text) if one_line else text, self._level))

    def _within(self, element: etree._Element, kind: str, level: int) -> None:
        """Read ``element`` as blocks of their own, of this kind unless what is in it says another."""
        self._flush()
        outside = self._kind, self._level
        self._kind, self._level = kind, level
        self.walk(element)
        self._flush()
        self._kind, self._level = outside

    def _element(self, element: etree._Element, name: str) -> None:  # noqa: PLR0912 - one branch a kind of element
        if name in _SKIPPED or _SKIPPED_CLASSES.intersection((element.get("class") or "").split()):
            return
        if len(name) == 2 and name[0] == "h" and name[1] in "123456":
            self._within(element, "heading", int(name[1]))
        elif name in {"ul", "ol"}:
            inside = self._kind == "list_item"
            self._within(element, "list_item", min(self._level + 1, _MAX_LIST_DEPTH) if inside else 0)
        elif name == "blockquote":
            self._within(element, "quote", 0)
        elif name in {"li", "task"} or name in _PARAGRAPHS:
            listed = name == "task" and self._kind != "list_item"
            self._within(element, "list_item" if listed else self._kind, 0 if listed else self._level)
        elif name == "table":
            self._flush()
            self._table(element)
        elif name == "pre":
            self._code("".join(element.itertext()))
        elif name == "br":
            self._pieces.append("\n")
        elif name in {"structured-macro", "macro"}:
            self._macro(element)
        elif name == "link":
            self._link(element)
        elif name == "image":
            self._within_caption(element)
        elif name == "emoticon":
            self._say(attribute(element, "emoji-fallback"))
        elif name == "time":
            self._say(element.get("datetime") if not len(element) and not element.text else "")
            self.walk(element)
        elif name == "adf-extension":
            content = next(element.iter("{*}adf-content", "{*}adf-fallback"), None)
            if content is not None:
                self._within(content, self._kind, self._level)
        else:
            self.walk(element)

    def _code(self, text: str) -> None:
        self._flush()
        if text.strip():
            self.blocks.append(Block("code", text.strip("\n")))

    def _macro(self, macro: etree._Element) -> None:
        name = attribute(macro, "name")
        plain, rich = child(macro, "plain-text-body"), child(macro, "rich-text-body")
        title = next(
            (one.text or "" for one in macro.iterchildren("{*}parameter") if attribute(one, "name") == "title"),
            "",
        )
        if name in _INLINE_TITLES:
            self._say(f" {title} ")
        elif name in _CODE_MACROS or (plain is not None and rich is None):
            self._code("".join(plain.itertext()) if plain is not None else "")
        elif rich is not None:
            if squeeze(title):
                self._flush()
                self.blocks.append(Block("paragraph", squeeze(title)))
            self._within(rich, self._kind, self._level)
        else:
            self.notes["macros"] += 1

    def _link(self, link: etree._Element) -> None:
        """A link shows its own words, else the title of the page that it leads to; of a person it holds only an account id."""
        body = next((found for name in ("link-body", "plain-text-link-body") if (found := child(link, name)) is not None), None)
        if body is not None:
            self.walk(body)
        elif child(link, "user") is not None:
            self.notes["mentions"] += 1
        else:
            page = next((found for name in ("page", "blog-post") if (found := child(link, name)) is not None), None)
            self._say(attribute(page, "content-title"))

    def _within_caption(self, image: etree._Element) -> None:
        caption = child(image, "caption")
        if caption is not None:
            self._within(caption, "paragraph", 0)

    def _table(self, table: etree._Element) -> None:
        rows = [[self._cell(cell) for cell in row if local(cell) in {"td", "th"}] for row in _rows(table)]
        cells = [cell for row in rows for cell in row]
        if all(len(row) <= 1 for row in rows):
            self.blocks += [block for cell in cells for block in cell]
            return
        lines = [
            " | ".join(squeeze(" ".join(block.text for block in cell if block.kind in _INLINE)) for cell in row) for row in rows
        ]
        filled = [line.strip() for line in lines if line.strip(" |")]
        if filled:
            self.blocks.append(Block("table", "\n".join(filled)))
        self.blocks += [block for cell in cells for block in cell if block.kind not in _INLINE]

    def _cell(self, cell: etree._Element) -> list[Block]:
        inner = PageText(self.notes)
        inner.walk(cell)
        return inner.end()


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for element in table:
        if local(element) == "tr":
            yield element
        elif local(element) in {"tbody", "thead", "tfoot"}:
            yield from _rows(element)


def storage_blocks(body: str, notes: Counter[str]) -> list[Block]:
    """The blocks of ``body`` in storage format.

    Raises:
        UnreadableDocument: ``malformed``, ``too_large``.
    """
    body = _UNCLEAN.sub("", body)
    pieces = [piece if piece.startswith("<![CDATA[") else _ENTITY.sub(_character, piece) for piece in _CDATA.split(body)]
    content = _OUTER.format("".join(pieces)).encode("utf-8", "replace")
    if tree_bytes(content) > MAX_TREE_BYTES:
        raise UnreadableDocument("too_large")
    page = PageText(notes)
    page.walk(parse_xml(content, recover=True))
    return page.end()


def _character(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name in _XML_ENTITIES else html.entities.html5.get(f"{name};", match[0].replace("&", "&amp;"))
