"""The walk over WordprocessingML (ECMA-376 part 1, 17): one story of a document to blocks, in order.

Belongs here: paragraphs, runs, fields, lists, tables, text boxes, notes. Does not belong here: which stories a file has, which
`winnow.formats.docx` knows, and styles, which are in `winnow.formats._word_styles`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from winnow.documents import Block
from winnow.formats._base import Reading, squeeze, tidy
from winnow.formats._ooxml import (
    alternative,
    attribute,
    child,
    drop,
    enabled,
    local,
    node_text,
    number,
    span,
    table_block,
    texts,
)
from winnow.formats._symbols import respelled, symbol
from winnow.formats._tally import Tally
from winnow.formats._word_styles import PAGE, UNKNOWN, Look, Styles, fill, outline_level

_LEFT_OUT = {  # elements whose text is left out, and why
    **dict.fromkeys(("del", "moveFrom", "delText", "delInstrText"), "deleted_text"),
    "instrText": "field_codes",
    "Fallback": "alternative_renderings",  # of a choice that stands elsewhere; a pair is taken apart by `alternative`
    "rt": "pronunciations",  # set small over the word they stand for
    "oMathPara": "formulas",  # displayed, and noise once flattened to a line; one in a sentence is kept
}

_TEXTLESS = frozenset({"pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "annotationRef"})

_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t"}

_RAISED = {"sup": "^", "sub": "_", "den": "/"}  # what tells r² from r2 once a formula stands on one line

_CODE_STYLES = re.compile(r"\b(code|preformatted|macro text|verbatim)\b", re.IGNORECASE)

_CONTENTS_STYLES = ("toc ", "table of figures", "index ")

_INLINE = frozenset({"paragraph", "list_item", "quote", "code", "heading", "title"})  # what a cell's line can hold

_MAY_GO = frozenset({"sdt", "tr", "tc", "Choice"})  # what may be left out as a whole

_MAX_LIST_DEPTH = 8  # Word has nine levels

Remark = tuple[str, str]
"""The kind (footnote, endnote, comment) and id of what is said beside the text."""


@dataclass(slots=True)
class _Line:
    """A paragraph being collected: its text, and what hangs on it."""

    pieces: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    drawings: list[tuple[str, str]] = field(default_factory=list)  # kind and relationship

    @property
    def text(self) -> str:
        return "".join(self.pieces)


@dataclass(slots=True)
class Walk:
    """One document being walked.

    Attributes:
        styles: its style sheet.
        remarks: notes, and comments if they are kept, that no paragraph has referred to yet.
        reading: what to keep.
        tally: where every character goes.
        embedded: the blocks of a chart, a diagram or an embedded document, by kind and relationship id in the current part.
    """

    styles: Styles
    remarks: dict[Remark, etree._Element]
    reading: Reading
    tally: Tally
    embedded: Callable[[str, str], list[Block]]
    background: str = PAGE
    _fields: list[bool] = field(default_factory=list)  # open fields, innermost last: whether in its instruction
    _paired: set[etree._Element] = field(default_factory=set)  # field starts that an end belongs to

    def story(self, root: etree._Element) -> Iterator[Block]:
        """The blocks of a body, a header, a note or a text box: fields begin and end within one."""
        fields, self._fields = self._fields, []
        if local(root) != "txbxContent":  # a box was looked through with the story it stands in
            self._paired = _paired(root)
        yield from self.blocks(root)
        self._fields = fields

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        """The blocks of everything that stands in ``parent``: a body, a cell, a content control."""
        carried: _Line | None = None  # the text before a deleted paragraph mark belongs to the next paragraph
        last: etree._Element | None = None
        for element in parent:
            name = local(element)
            if name == "p":
                line = self._line(element, carried)
                if child(element, "pPr", "rPr", "del") is not None:
                    carried, last = line, element
                    continue
                carried = None
                yield from self._paragraph(element, line)
                continue
            if carried is not None and last is not None and name in {"tbl", "sdt"}:
                yield from self._paragraph(last, carried)
                carried = None
            if name == "tbl":
                yield from self._table(element)
            elif name == "sdt":
                yield from self._control(element, self.blocks)
            elif name == "AlternateContent":
                yield from self.blocks(alternative(element, self.tally))
            elif name == "altChunk":
                yield from self.embedded(name, attribute(element, "id"))
            elif name in _LEFT_OUT:
                drop(self.tally, _LEFT_OUT[name], element)
            elif name not in _TEXTLESS:
                yield from self.blocks(element)
        if carried is not None and last is not None:
            yield from self._paragraph(last, carried)

    def _control(self, control: etree._Element, inside: Callable[[etree._Element], Iterator[Block]]) -> Iterator[Block]:
        if _is_prompt(control):
            drop(self.tally, "prompts", control)
        else:
            yield from inside(control)

    def _paragraph(self, paragraph: etree._Element, line: _Line) -> Iterator[Block]:
        text = line.text
        kind, level = self._kind(paragraph)
        if kind == "contents":
            self.tally.dropped("contents_text", text)
        elif kind == "code":
            if text.strip():
                yield Block("code", text.strip("\n"))
        elif tidy(text):
            yield Block(kind, squeeze(text) if kind in {"heading", "title"} else tidy(text), level)
        for box in line.boxes:
            outside, self.background = self.background, _box_fill(box, self.background)
            yield from self.story(box)
            self.background = outside
        for drawing in line.drawings:
            yield from self.embedded(*drawing)
        for remark in line.remarks:
            note = self.remarks.pop(remark, None)  # once, so that a note that refers to itself ends
            if note is not None:
                yield from self._remark(note)

    def _remark(self, note: etree._Element) -> Iterator[Block]:
        inner = list(self.story(note))
        words = " ".join(block.text for block in inner if block.kind in _INLINE)
        if words:
            yield Block("footnote", words)
        yield from (block for block in inner if block.kind not in _INLINE)

    def _line(self, paragraph: etree._Element, line: _Line | None) -> _Line:
        line = line or _Line()
        style = self.styles.style(attribute(child(paragraph, "pPr", "pStyle"), "val"))
        outside = self.background
        self.background = fill(paragraph.find("{*}pPr")) or style.fill or outside
        self._runs(paragraph, line, style.look.over(self.styles.default))
        self.background = outside
        return line

    def _runs(self, parent: etree._Element, line: _Line, look: Look) -> None:  # noqa: PLR0912 - one branch a kind of element
        for element in parent:
            name = local(element)
            if name == "r":
                self._runs(element, line, self.styles.run(element, look))
            elif name == "t":
                self._text(node_text(element), line, look)
            elif name in _TEXTLESS:
                continue
            elif name in _LEFT_OUT:
                drop(self.tally, _LEFT_OUT[name], element)
            elif name in _BREAKS:
                line.pieces.append(_BREAKS[name])
            elif name == "noBreakHyphen":
                line.pieces.append(self.tally.added("-"))
            elif name == "sym":
                line.pieces.append(self._symbol(element, look))
            elif name == "fldChar":
                self._field(element)
            elif name in {"txbxContent", "txBody"}:
                line.boxes.append(element)
            elif name in {"footnoteReference", "endnoteReference", "commentReference"}:
                line.remarks.append((name.removesuffix("Reference"), attribute(element, "id")))
            elif name in {"chart", "relIds"}:
                line.drawings.append((name, attribute(element, "id") or attribute(element, "dm")))
            elif name == "AlternateContent":
                self._runs(alternative(element, self.tally), line, look)
            elif name == "sdt" and _is_prompt(element):
                drop(self.tally, "prompts", element)
            else:
                if name in _RAISED and any(map(str.strip, texts(element))):
                    line.pieces.append(self.tally.added(_RAISED[name]))
                self._runs(element, line, look)

    def _text(self, text: str, line: _Line, look: Look) -> None:
        if any(self._fields):
            self.tally.dropped("field_codes", text)
        elif look.unseen(self.background) and text.strip():
            if self.reading.hidden_text == "drop":
                self.tally.dropped("hidden_text", text)
            else:
                self.tally.notes["hidden_text_kept"] += len("".join(text.split()))
                line.pieces.append(text)
        else:
            line.pieces.append(respelled(text, look.font or ""))

    def _symbol(self, element: etree._Element, look: Look) -> str:
        code = attribute(element, "char")
        found = symbol(int(code, 16), attribute(element, "font")) if re.fullmatch("[0-9A-Fa-f]{1,6}", code) else ""
        if not found:
            self.tally.notes["unknown_symbols"] += 1
        return "" if any(self._fields) or look.unseen(self.background) else self.tally.added(found)

    def _field(self, element: etree._Element) -> None:
        """Fields come apart into begin, instruction, separator, result and end, over several runs or paragraphs (17.16.18)."""
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            if element in self._paired:
                self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _kind(self, paragraph: etree._Element) -> tuple[str, int]:
        """What a paragraph is, and its heading level or its depth in a list."""
        properties = child(paragraph, "pPr")
        style = self.styles.style(attribute(child(properties, "pStyle"), "val"))
        name = style.name.lower()
        if name == "title" or name.startswith(_CONTENTS_STYLES):
            return ("title" if name == "title" else "contents"), 0
        own = attribute(child(properties, "outlineLvl"), "val")
        level = outline_level(own) if own else style.level or 0
        if level:
            return "heading", level
        if _CODE_STYLES.search(name) or name in {"quote", "intense quote"}:
            return ("quote" if name in {"quote", "intense quote"} else "code"), 0
        numbering = child(properties, "numPr")
        listed = attribute(child(numbering, "numId"), "val") != "0" if numbering is not None else style.numbered
        if not listed and not name.startswith("list "):
            return "paragraph", 0
        depth = child(numbering, "ilvl")
        return "list_item", min(max(number(depth, "val") if depth is not None else style.depth, 0), _MAX_LIST_DEPTH)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        outside = self.background
        properties = child(table, "tblPr")
        styled = self.styles.style(attribute(child(properties, "tblStyle"), "val") or "\0").shaded
        self.background = fill(properties) or (UNKNOWN if styled else outside)
        rows = [self._row(row) for row in _inside(table, "tr") if not self._gone(row)]
        self.background = outside
        cells = [cell for row in rows for cell in row if cell is not None]
        if all(sum(cell is not None for cell in row) <= 1 for row in rows) or any(map(_is_layout, cells)):
            yield from (block for cell in cells for block in cell)  # a frame around paragraphs, drawn as a table
            return
        lines = [
            [" ".join(block.text for block in cell if block.kind in _INLINE) if cell else "" for cell in row] for row in rows
        ]
        yield from table_block(lines, self.tally)
        yield from (block for cell in cells for block in cell if block.kind not in _INLINE)

    def _gone(self, row: etree._Element) -> bool:
        """Whether a row is deleted or hidden; then its text is reported."""
        properties = child(row, "trPr")
        deleted = child(properties, "del") is not None
        hidden = enabled(child(properties, "hidden")) and self.reading.hidden_text == "drop"
        if deleted or hidden:
            drop(self.tally, "deleted_text" if deleted else "hidden_text", row)
        return deleted or hidden

    def _row(self, row: etree._Element) -> list[list[Block] | None]:
        """The cells' blocks, with None for each further column that a cell takes."""
        before = child(row, "trPr", "gridBefore")
        cells: list[list[Block] | None] = [None] * (span(before, "val") if before is not None else 0)
        for cell in _inside(row, "tc"):
            properties = child(cell, "tcPr")
            if child(properties, "cellDel") is not None:
                drop(self.tally, "deleted_text", cell)
                continue
            outside = self.background
            self.background = fill(properties) or outside
            cells.append(list(self.blocks(cell)))
            self.background = outside
            cells += [None] * (span(child(properties, "gridSpan"), "val") - 1)
        return cells


def _is_layout(cell: list[Block]) -> bool:
    """Whether a cell holds a section: a heading and something below it."""
    return any(block.kind == "heading" for block in cell[:-1])


def _is_prompt(control: etree._Element) -> bool:
    """Whether a content control only says what to write in it."""
    return enabled(child(control, "sdtPr", "showingPlcHdr"))


def _inside(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, those in content controls too."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _inside(element, name)


def _paired(story: etree._Element) -> set[etree._Element]:
    """The starts of fields that an end belongs to; any other start would swallow the rest of the document."""
    begun: dict[etree._Element, list[etree._Element]] = {}
    paired: set[etree._Element] = set()
    for element in story.iter("{*}fldChar"):
        around = _around(element, story)
        if around is None:
            continue
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            begun.setdefault(around, []).append(element)
        elif kind == "end" and begun.get(around):
            paired.add(begun[around].pop())
    return paired


def _around(element: etree._Element, story: etree._Element) -> etree._Element | None:
    """The text box or ``story`` that ``element`` stands in; None if it stands in what is left out."""
    for above in element.iterancestors():
        name = local(above)
        if above is story or name == "txbxContent":
            return above
        if name in _LEFT_OUT or (name in _MAY_GO and _is_gone(above, name)):
            return None
    return None


def _is_gone(element: etree._Element, name: str) -> bool:
    """Whether a content control, row, cell or alternative is left out as a whole."""
    if name == "sdt":
        return _is_prompt(element)
    if name == "tr":
        return child(element, "trPr", "del") is not None or enabled(child(element, "trPr", "hidden"))
    if name == "tc":
        return child(element, "tcPr", "cellDel") is not None
    return next(element.itersiblings("{*}Choice", preceding=True), None) is not None


def _box_fill(box: etree._Element, page: str) -> str:
    """What lies behind a text box: the page if its shape says that it has no fill, its plain colour, else unknown."""
    shape = box.getparent()
    shape = shape.getparent() if shape is not None else None
    properties = child(shape, "spPr")
    if child(properties, "noFill") is not None:
        return page
    colour = attribute(child(properties, "solidFill", "srgbClr"), "val")
    return colour if re.fullmatch("[0-9A-Fa-f]{6}", colour) else UNKNOWN
