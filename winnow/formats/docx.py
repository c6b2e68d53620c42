"""Word documents (WordprocessingML, ECMA-376 part 1 and its strict variant), body in order.

Belongs here: paragraphs, headings, lists, tables, text boxes, content controls, notes, headers and footers to blocks. Does not
belong here: opening the package, which is `winnow.formats._package`.

The parts are read with lxml rather than through python-docx's ``Document.paragraphs``, which reaches neither text boxes, notes,
content controls nor inserted text, refuses the strict variant, and inflates every picture. Spans count characters of the blocks
joined by line ends. Tracked insertions are text, deletions are not; hidden text and tables of contents are dropped and counted.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, placed, squeeze, tidy
from winnow.formats._package import Package

_SKIPPED = frozenset(
    {"del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "annotationRef", "Fallback", "rt"}
)

_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}

_BODY_LEVEL = 9  # w:outlineLvl of text that is no heading

_STYLE_DEPTH = 12  # based-on links followed; real style sheets have at most five, and a damaged one may go round in circles

_CODE_STYLES = re.compile(r"\b(code|preformatted|macro text|verbatim)\b", re.IGNORECASE)

_HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)

_LEADING_BLOCKS = 3  # a first-level heading among these is the title of a document without a title


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    level: int | None = None  # heading level from 1; 0 says that it is no heading
    numbered: bool = False


@dataclass(slots=True)
class _Word:
    """One document being walked: what its parts say, and what was left out so far."""

    styles: dict[str, _Style]
    remarks: dict[tuple[str, str], etree._Element]  # footnotes and endnotes by (kind, id)
    notes: Counter[str] = field(default_factory=Counter)

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """The blocks of everything that stands in ``parent``: a body, a cell, a content control, a text box, a header."""
        for child in parent:
            name = _local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name in _SKIPPED:
                self._skip(name)
            elif name not in {"sectPr", "sdtPr", "sdtEndPr", "tcPr"}:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[Block]:
        boxes: list[etree._Element] = []
        remarks: list[tuple[str, str]] = []
        text = "".join(self._runs(paragraph, boxes, remarks))
        kind, level = self._kind(paragraph)
        if kind == "toc":
            self.notes["contents_lines"] += 1
        elif kind == "code" and text.strip():
            yield Block("code", text.strip("\n"))
        elif tidy(text):
            yield Block(kind, tidy(text) if kind in {"paragraph", "list_item", "quote"} else squeeze(text), level)
        for box in boxes:
            yield from self.blocks(box)
        for remark in remarks:
            note = self.remarks.pop(remark, None)  # once, so that a note that refers to itself ends
            words = " ".join(block.text for block in self.blocks(note)) if note is not None else ""
            if words:
                yield Block("footnote", words)

    def _runs(self, parent: etree._Element, boxes: list[etree._Element], remarks: list[tuple[str, str]]) -> Iterator[str]:
        for child in parent:
            name = _local(child)
            if name in _SKIPPED:
                self._skip(name)
            elif name == "oMathPara":
                self.notes["formulas"] += 1  # displayed, and noise once flattened to a line; one in a sentence is kept
            elif name == "t":
                yield (child.text or "") + "".join(piece.tail or "" for piece in child)  # the pieces are undeclared entities
            elif name in _BREAKS:
                yield _BREAKS[name]
            elif name == "txbxContent":
                boxes.append(child)
            elif name in {"footnoteReference", "endnoteReference"}:
                remarks.append((name.removesuffix("Reference"), _attribute(child, "id")))
            elif name == "r" and _hidden(child):
                self.notes["hidden_text"] += 1
            elif name == "AlternateContent":
                yield from self._runs(_alternative(child), boxes, remarks)
            else:
                yield from self._runs(child, boxes, remarks)

    def _skip(self, name: str) -> None:
        if name in {"del", "moveFrom"}:
            self.notes["deleted_text"] += 1

    def _kind(self, paragraph: etree._Element) -> tuple[str, int]:
        """What a paragraph is, and its heading level."""
        properties = _child(paragraph, "pPr")
        named = _attribute(_child(properties, "pStyle"), "val")
        style = self.styles.get(named, _Style(named))
        name = style.name.lower()
        if name == "title":
            return "title", 0
        if name.startswith(("toc ", "table of figures")):
            return "toc", 0
        own = _attribute(_child(properties, "outlineLvl"), "val")
        level = _level(own) if own else style.level or 0
        if level:
            return "heading", level
        if _CODE_STYLES.search(name):
            return "code", 0
        if name in {"quote", "intense quote"}:
            return "quote", 0
        numbering = _child(properties, "numPr")
        listed = _attribute(_child(numbering, "numId"), "val") != "0" if numbering is not None else style.numbered
        return ("list_item" if listed or name.startswith("list ") else "paragraph"), 0

    def _table(self, table: etree._Element) -> Iterator[Block]:
        rows = [list(_inside(row, "tc")) for row in _inside(table, "tr") if _child(_child(row, "trPr"), "del") is None]
        if [len(row) for row in rows] == [1]:  # a box drawn as a table of one cell
            yield from self.blocks(rows[0][0])
            return
        lines = [
            " | ".join(" ".join(block.text.replace("\n", " ") for block in self.blocks(cell)) for cell in row) for row in rows
        ]
        filled = [line for line in lines if line.strip(" |")]
        if filled:
            yield Block("table", "\n".join(filled))


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: what `Package` says, ``wrong_type`` for another kind of Office file, ``damaged``, ``empty``.
    """
    package = Package(content)
    main = next((part for _, kind, part in package.related() if kind == "officeDocument"), "word/document.xml")
    root = package.xml(main)
    if root is None:
        raise UnreadableDocument("damaged")
    if _local(root) != "document":
        raise UnreadableDocument("wrong_type")
    body = _child(root, "body")
    if body is None:
        raise UnreadableDocument("empty")
    related = package.related(main)
    parts: dict[str, etree._Element] = {}
    for _, kind, part in related:
        if kind in {"styles", "footnotes", "endnotes"} and kind not in parts:
            found = package.xml(part)
            if found is not None:
                parts[kind] = found
    word = _Word(_styles(parts.get("styles")), _remarks(parts))
    heads, feet = (_margins(word, package, body, related, kind) for kind in ("header", "footer"))
    inner = list(word.blocks(body))
    blocks = placed([*heads, *inner, *feet])
    if not any(block.text for block in inner):
        raise UnreadableDocument("empty")
    yield Document(title=_title(inner, package), blocks=blocks, notes=dict(word.notes))


def _margins(
    word: _Word, package: Package, body: etree._Element, related: list[tuple[str, str, str]], kind: str
) -> list[Block]:
    """The headers or footers that a section of ``body`` refers to, each text once; bare page numbers are none."""
    wanted = {
        value
        for reference in body.iter(f"{{*}}{kind}Reference")
        for key, value in reference.attrib.items()
        if key.endswith("}id")
    }
    texts: dict[str, None] = {}
    for identifier, found, part in related:
        root = package.xml(part) if found == kind and identifier in wanted else None
        for block in word.blocks(root) if root is not None else ():
            if any(character.isalpha() for character in block.text):
                texts[block.text] = None
    return [Block(kind, text) for text in texts]


def _title(blocks: list[Block], package: Package) -> str:
    styled = next((block.text for block in blocks if block.kind == "title"), None)
    first = next((block.text for block in blocks[:_LEADING_BLOCKS] if block.kind == "heading" and block.level == 1), None)
    if styled or first:
        return styled or first or ""
    core = next((part for _, kind, part in package.related() if kind == "core-properties"), None)
    root = package.xml(core) if core else None
    return squeeze((root.findtext("{*}title") if root is not None else "") or "")


def _styles(root: etree._Element | None) -> dict[str, _Style]:
    """Paragraph styles by id, with what they inherit."""
    if root is None:
        return {}
    elements = {_attribute(style, "styleId"): style for style in root.iterchildren("{*}style")}
    return {identifier: _style(identifier, elements) for identifier in elements}


def _style(identifier: str, elements: dict[str, etree._Element]) -> _Style:
    name = _attribute(_child(elements[identifier], "name"), "val")
    level: int | None = None
    numbered = False
    for _ in range(_STYLE_DEPTH):
        style = elements.get(identifier)
        if style is None:
            break
        built_in = _HEADING_STYLE.fullmatch(_attribute(_child(style, "name"), "val"))
        properties = _child(style, "pPr")
        outline = _attribute(_child(properties, "outlineLvl"), "val")
        if level is None and (built_in or outline):
            level = int(built_in[1]) if built_in else _level(outline)
        numbered = numbered or _child(properties, "numPr") is not None
        identifier = _attribute(_child(style, "basedOn"), "val")
    return _Style(name, level, numbered)


def _remarks(parts: dict[str, etree._Element]) -> dict[tuple[str, str], etree._Element]:
    return {
        (kind, _attribute(remark, "id")): remark
        for kind in ("footnote", "endnote")
        if f"{kind}s" in parts
        for remark in parts[f"{kind}s"].iterchildren(f"{{*}}{kind}")
        if _attribute(remark, "type") in {"", "normal"}
    }


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, those in content controls too."""
    for child in parent:
        if _local(child) == name:
            yield child
        elif _local(child) in {"sdt", "sdtContent", "customXml"}:
            yield from _inside(child, name)


def _alternative(content: etree._Element) -> etree._Element:
    """One of the renderings of the same drawing: the newest, or the fallback where there is no other (ECMA-376 part 3)."""
    choice = _child(content, "Choice")
    fallback = _child(content, "Fallback")
    return choice if choice is not None else fallback if fallback is not None else content


def _level(outline: str) -> int:
    return int(outline) + 1 if outline.isdecimal() and int(outline) < _BODY_LEVEL else 0


def _hidden(run: etree._Element) -> bool:
    vanish = _child(_child(run, "rPr"), "vanish")
    return vanish is not None and _attribute(vanish, "val") not in {"0", "false", "off"}


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else element.find(f"{{*}}{name}")


def _attribute(element: etree._Element | None, name: str) -> str:
    """The attribute called ``name`` in any namespace, so that the strict variant reads like the transitional one."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _sniff(content: bytes) -> bool:
    """Nearly anything: the reader tells encrypted, cut and foreign files apart, and has a reason for each."""
    return not content.startswith(b"%PDF-")


FORMAT = Format(name="docx", suffixes=(".docx", ".docm", ".dotx"), read=read, sniff=_sniff, versions=library_versions("lxml"))
