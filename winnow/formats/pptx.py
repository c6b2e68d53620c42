"""Presentations (PresentationML, ECMA-376 part 1): slides in their order, shapes in reading order, notes behind each slide.

Belongs here: slides, shapes, tables, notes pages and comments to blocks. Does not belong here: where shapes stand
(`winnow.formats._slides`), charts and diagrams (`winnow.formats._ooxml`), the package (`winnow.formats._package`).

``page`` is the number of the slide, and spans count characters of the slide's blocks joined by line ends. Layouts and masters say
where a placeholder stands and whether its paragraphs have bullets; their text is not read. Every text node of the file is in a
block or counted under the reason for which it is not (`winnow.formats._tally`).
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, placed, squeeze, tidy
from winnow.formats._ooxml import (
    TEXT_NODES,
    alternative,
    attribute,
    chart_blocks,
    child,
    diagram_blocks,
    drop,
    hold,
    local,
    node_text,
    number,
    table_block,
    texts,
)
from winnow.formats._package import Package, may_be_package
from winnow.formats._slides import Box, Frame, Placeholder, inherited, placeholders, reading_order
from winnow.formats._tally import Tally
from winnow.formats.docx import core_title

_TITLES = frozenset({"title", "ctrTitle"})

_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr"})  # slide number, date, footer, header: on every slide the same

_BULLETED = frozenset({"body", "obj"})  # placeholders whose paragraphs are set by the master's body style

_COMMENT_NODES = (*TEXT_NODES, "{*}text")

_TINY = 150  # hundredths of a point: smaller type is not read by anybody

_PROMPT = re.compile(  # what PowerPoint and Impress write into an empty placeholder, where a program saved it as text
    r"(?:double[- ])?(?:click|tap|klicken sie|cliquez|haga clic|haz clic|fare clic|clique|klik|kliknij)\b.{0,40}?"
    r"\b(?:to (?:add|edit|insert)|hinzuzufügen|hinzufügen|bearbeiten|pour (?:ajouter|modifier)|para (?:agregar|añadir|adicionar|"
    r"editar|modificar)|per (?:aggiungere|inserire|modificare)|toe te voegen|aby dodać)\b.{0,40}",
    re.IGNORECASE | re.DOTALL,
)

_MAX_LIST_DEPTH = 8  # PowerPoint has nine levels

_UNREAD = {"sldLayout": "layout_text", "sldMaster": "layout_text", "notesMaster": "layout_text", "handoutMaster": "layout_text"}


@dataclass(slots=True)
class _Line:
    pieces: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Said:
    """One shape with text: where it stands, its blocks, and whether it is the slide's title."""

    box: Box | None
    blocks: list[Block]
    title: bool = False


@dataclass(slots=True)
class _Deck:
    """One presentation being read."""

    package: Package
    options: ReadOptions
    tally: Tally
    width: int
    height: int
    loaded: set[str] = field(default_factory=set)
    layers: dict[str, tuple[list[Placeholder], etree._Element | None]] = field(default_factory=dict)
    masters: dict[str, str | None] = field(default_factory=dict)  # of a layout

    def load(self, part: str, names: tuple[str, ...] = TEXT_NODES) -> etree._Element | None:
        """The root of ``part``, its text reported as held; None if it is absent or was loaded before."""
        if part in self.loaded:
            return None
        root = self.package.xml(part)
        self.loaded.add(part)
        return None if root is None else hold(self.tally, root, names)

    def layer(self, part: str) -> tuple[list[Placeholder], etree._Element | None]:
        """The placeholders of a layout or master, and the latter's text styles; their text is left out."""
        if part not in self.layers:
            root = self.load(part)
            if root is not None:
                drop(self.tally, "layout_text", root)
            self.layers[part] = ([], None) if root is None else (placeholders(root), child(root, "txStyles", "bodyStyle"))
        return self.layers[part]

    def slide(self, part: str, page: int) -> list[Block]:
        """The blocks of a slide, its notes and, if kept, its comments."""
        root = self.load(part)
        if root is None:
            return []
        related = self.package.related(part)
        if attribute(root, "show") in {"0", "false"}:
            self.tally.notes["hidden_slides"] += 1
            if self.options.reading.hidden_text == "drop":
                self._drop_slide(root, related)
                return []
        reader = _Slide(self, {identifier: target for identifier, _, target in related}, *self._layers(related))
        blocks = reader.read(root)
        for _, kind, target in related:
            if kind == "notesSlide":
                blocks += self._notes(target)
            elif "comment" in kind.lower():
                blocks += self._comments(target)
        return [replace(block, page=page) for block in placed(blocks)]

    def _layers(self, related: list[tuple[str, str, str]]) -> tuple[list[list[Placeholder]], etree._Element | None]:
        layout = next((target for _, kind, target in related if kind == "slideLayout"), None)
        if layout is None:
            return [], None
        if layout not in self.masters:
            links = self.package.related(layout)
            self.masters[layout] = next((target for _, kind, target in links if kind == "slideMaster"), None)
        master = self.masters[layout]
        above, styles = self.layer(master) if master else ([], None)
        return [self.layer(layout)[0], above], styles

    def _drop_slide(self, root: etree._Element, related: list[tuple[str, str, str]]) -> None:
        drop(self.tally, "hidden_text", root)
        for _, kind, target in related:
            notes = self.load(target) if kind == "notesSlide" else None
            if notes is not None:
                drop(self.tally, "hidden_text", notes)

    def _notes(self, part: str) -> list[Block]:
        root = self.load(part)
        if root is None:
            return []
        targets = {identifier: target for identifier, _, target in self.package.related(part)}
        return _Slide(self, targets, [], None, notes=True).read(root)

    def _comments(self, part: str) -> list[Block]:
        root = self.load(part, _COMMENT_NODES)
        if root is None:
            return []
        self.tally.notes["comments_found"] += sum(1 for _ in root.iter("{*}cm"))
        if self.options.reading.comments == "drop":
            drop(self.tally, "comments", root, _COMMENT_NODES)
            return []
        found = (squeeze("".join(texts(remark, _COMMENT_NODES))) for remark in root.iter("{*}text", "{*}p"))
        return [Block("footnote", text) for text in found if text]


@dataclass(slots=True)
class _Slide:
    """One slide or notes page being read."""

    deck: _Deck
    targets: dict[str, str]
    layers: list[list[Placeholder]]
    body_style: etree._Element | None
    notes: bool = False

    def read(self, root: etree._Element) -> list[Block]:
        tree = child(root, "cSld", "spTree")
        return [] if tree is None else self._ordered(list(self._shapes(tree, Frame())))

    def _ordered(self, shapes: list[_Said]) -> list[Block]:
        """Titles first, then the rest in reading order."""
        rest = [shape for shape in shapes if not shape.title]
        order = reading_order([shape.box for shape in rest])
        return [
            block
            for shape in [*(shape for shape in shapes if shape.title), *(rest[at] for at in order)]
            for block in shape.blocks
        ]

    def _shapes(self, tree: etree._Element, frame: Frame) -> Iterator[_Said]:
        """The shapes in ``tree`` that say something; those that are left out are reported."""
        for shape in tree:
            name = local(shape)
            if name == "AlternateContent":
                yield from self._shapes(alternative(shape, self.deck.tally), frame)
            elif name in {"sp", "cxnSp", "pic", "graphicFrame", "grpSp"}:
                if self._unseen(shape, frame) and self.deck.options.reading.hidden_text == "drop":
                    drop(self.deck.tally, "hidden_text", shape)
                    continue
                said = self._group(shape, frame) if name == "grpSp" else self._shape(shape, name, frame)
                if said.blocks:
                    yield said

    def _group(self, group: etree._Element, frame: Frame) -> _Said:
        transform = child(group, "grpSpPr", "xfrm")
        inner = list(self._shapes(group, frame.inside(transform)))
        return _Said(frame.box(transform), self._ordered(inner), any(shape.title for shape in inner))

    def _unseen(self, shape: etree._Element, frame: Frame) -> bool:
        properties = next(shape.iterfind("*/{*}cNvPr"), None)
        if attribute(properties, "hidden") in {"1", "true"}:
            return True
        transform = next((found for path in ("spPr", "grpSpPr") if (found := child(shape, path, "xfrm")) is not None), None)
        box = frame.box(child(shape, "xfrm") if local(shape) == "graphicFrame" else transform)
        return box is not None and not self.notes and box.outside(self.deck.width, self.deck.height)

    def _shape(self, shape: etree._Element, name: str, frame: Frame) -> _Said:
        if name == "graphicFrame":
            return _Said(frame.box(child(shape, "xfrm")), self._graphic(shape))
        mark = child(shape, "nvSpPr", "nvPr", "ph")
        kind = "" if mark is None else attribute(mark, "type") or "obj"
        body = child(shape, "txBody")
        if body is None:
            return _Said(None, [])
        if kind in _FURNITURE:
            drop(self.deck.tally, "page_furniture", body)
            return _Said(None, [])
        if kind and _PROMPT.fullmatch(squeeze("".join(texts(body)))):
            drop(self.deck.tally, "prompts", body)
            return _Said(None, [])
        above = list(inherited(kind, attribute(mark, "idx"), self.layers)) if kind else []
        transforms = [child(shape, "spPr", "xfrm"), *(one.transform for one in above)]
        box = next((found for transform in transforms if (found := frame.box(transform)) is not None), None)
        fill = attribute(child(shape, "spPr", "solidFill", "srgbClr"), "val").upper()
        if kind in _TITLES:
            text = squeeze(" ".join(self._line(paragraph, fill) for paragraph in body.iterchildren("{*}p")))
            return _Said(box, [Block("heading", text, 1)] if text else [], title=True)
        styles = [child(body, "lstStyle"), *(one.lists for one in above), self.body_style if kind in _BULLETED else None]
        return _Said(box, list(self._paragraphs(body, fill, styles)))

    def _paragraphs(self, body: etree._Element, fill: str, styles: list[etree._Element | None]) -> Iterator[Block]:
        for paragraph in body.iterchildren("{*}p"):
            text = tidy(self._line(paragraph, fill))
            if not text:
                continue
            properties = child(paragraph, "pPr")
            level = min(max(number(properties, "lvl"), 0), _MAX_LIST_DEPTH)
            settings = [properties, *(child(style, f"lvl{level + 1}pPr") for style in styles)]
            if any(_bullet(setting) is not None for setting in settings):
                listed = next(found for setting in settings if (found := _bullet(setting)) is not None)
                yield Block("list_item", text, level) if listed else Block("paragraph", text)
            else:
                yield Block("paragraph", text)

    def _graphic(self, frame: etree._Element) -> list[Block]:
        """A table, a chart or a diagram; of other objects only the picture is there."""
        found = child(frame, "graphic", "graphicData")
        inner = found[0] if found is not None and len(found) else None
        if inner is None:
            return []
        if local(inner) == "tbl":
            rows = [
                [" ".join(self._line(paragraph, "") for paragraph in cell.iter("{*}p")) for cell in row.iterchildren("{*}tc")]
                for row in inner.iterchildren("{*}tr")
            ]
            return table_block(rows, self.deck.tally)
        part = self.targets.get(attribute(inner, "id") or attribute(inner, "dm"), "")
        if local(inner) not in {"chart", "relIds"} or part in self.deck.loaded:
            drop(self.deck.tally, "unread_parts", inner)
            return []
        self.deck.loaded.add(part)
        root = self.deck.package.xml(part)
        if root is None:
            return []
        chart = local(inner) == "chart"
        self.deck.tally.notes["charts" if chart else "diagrams"] += 1
        return list((chart_blocks if chart else diagram_blocks)(root, self.deck.tally))

    def _line(self, paragraph: etree._Element, fill: str) -> str:
        line = _Line()
        self._runs(paragraph, line, fill)
        return "".join(line.pieces)

    def _runs(self, parent: etree._Element, line: _Line, fill: str) -> None:
        """The text of a paragraph or of what stands in one."""
        tally = self.deck.tally
        for element in parent:
            name = local(element)
            if name == "t":
                line.pieces.append(node_text(element))
            elif name == "br":
                line.pieces.append("\n")
            elif name == "tab":
                line.pieces.append("\t")
            elif name == "AlternateContent":
                self._runs(alternative(element, tally), line, fill)
            elif name == "fld" and attribute(element, "type").startswith(("slidenum", "datetime")):
                drop(tally, "page_furniture", element)
            elif name == "r" and _unseen_run(element, fill) and self.deck.options.reading.hidden_text == "drop":
                drop(tally, "hidden_text", element)
            elif name not in {"pPr", "rPr", "endParaRPr"}:
                self._runs(element, line, fill)


def _bullet(setting: etree._Element | None) -> bool | None:
    """Whether a paragraph's properties give it a bullet or number; None if they say nothing."""
    if setting is None:
        return None
    if child(setting, "buNone") is not None:
        return False
    marked = any(child(setting, name) is not None for name in ("buChar", "buAutoNum", "buBlip"))
    return True if marked else None


def _unseen_run(run: etree._Element, fill: str) -> bool:
    """Whether nobody sees a run: tiny, transparent, or in the very colour of its shape."""
    properties = child(run, "rPr")
    if properties is None:
        return False
    if 0 < number(properties, "sz") < _TINY:
        return True
    colour = child(properties, "solidFill", "srgbClr")
    if colour is None:
        return child(properties, "noFill") is not None and child(properties, "ln") is None
    return attribute(child(colour, "alpha"), "val") in {"0", "0%"} or (fill != "" and attribute(colour, "val").upper() == fill)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one presentation in ``content``.

    Raises:
        UnreadableDocument: what `Package` says, ``wrong_type`` for another kind of package, ``damaged``, ``empty``.
    """
    package = Package(content)
    main = next((part for _, kind, part in package.related() if kind == "officeDocument"), "ppt/presentation.xml")
    package.require(main)
    root = package.xml(main)
    if root is None or local(root) != "presentation":
        raise UnreadableDocument("wrong_type")
    tally = Tally()
    if package.repeated_parts:
        tally.notes["repeated_parts"] = package.repeated_parts
    size = child(root, "sldSz")
    deck = _Deck(package, options, tally, number(size, "cx", 1 << 40), number(size, "cy", 1 << 40))
    targets = {identifier: target for identifier, _, target in package.related(main)}
    blocks: list[Block] = []
    for page, slide in enumerate(root.iterfind("{*}sldIdLst/{*}sldId"), 1):
        blocks += deck.slide(targets.get(_relation(slide), ""), page)
    if not blocks:
        raise UnreadableDocument("empty")
    _leave_rest(deck, posixpath.dirname(main))
    title = next((block.text for block in blocks if block.kind == "heading"), "") or core_title(package)
    yield Document(title=title, blocks=tuple(blocks), notes=tally.settled(blocks))


def _relation(slide: etree._Element) -> str:
    """The relationship of a slide: its ``r:id``, not its ``id``."""
    return next((str(value) for key, value in slide.attrib.items() if key.endswith("}id")), "")


def _leave_rest(deck: _Deck, folder: str) -> None:
    """Account for the text in parts that no slide of the presentation refers to."""
    for name in deck.package.names:
        if not name.endswith(".xml") or not name.startswith(f"{folder}/" if folder else "") or name in deck.loaded:
            continue
        comments = "/comments/" in name
        try:
            root = deck.load(name, _COMMENT_NODES if comments else TEXT_NODES)
        except UnreadableDocument as error:
            if error.reason != "damaged":
                raise
            deck.tally.notes["damaged_parts"] += 1
            continue
        if root is None:
            continue
        repeated = "alternative_renderings" if local(root) == "drawing" else "unread_parts"
        drop(
            deck.tally,
            "comments" if comments else _UNREAD.get(local(root), repeated),
            root,
            _COMMENT_NODES if comments else TEXT_NODES,
        )


FORMAT = Format(
    name="pptx",
    suffixes=(".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    read=read,
    sniff=may_be_package,
    versions=library_versions("lxml"),
)
