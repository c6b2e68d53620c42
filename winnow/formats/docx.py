"""Word documents (WordprocessingML, ECMA-376 part 1 and its strict variant): every story of the file, in order.

Belongs here: which parts a document has, what becomes of each, and its title. Does not belong here: opening the package
(`winnow.formats._package`), walking a part (`winnow.formats._wordml`), styles (`winnow.formats._word_styles`).

The parts are read with lxml rather than through python-docx's ``Document.paragraphs``, which reaches neither text boxes, notes,
content controls nor inserted text, refuses the strict variant, and inflates every picture. Spans count characters of the blocks
joined by line ends. Every text node of every part under the document's folder is either in a block or counted under the reason
for which it is not (`winnow.formats._tally`).
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, library_versions, placed, squeeze
from winnow.formats._ooxml import TEXT_NODES, attribute, chart_blocks, child, diagram_blocks, drop, enabled, hold, local
from winnow.formats._package import Package, may_be_package
from winnow.formats._tally import Tally
from winnow.formats._word_styles import UNKNOWN, read_styles
from winnow.formats._wordml import Remark, Walk

_LEADING_BLOCKS = 3  # a first-level heading among these is the title of a document without a title

_REMARKS = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}  # part → what it holds

_UNREAD = {  # root of a part that nothing in the document refers to, or whose text stands elsewhere too → why it is left out
    "hdr": "unused_margins",
    "ftr": "unused_margins",
    "glossaryDocument": "building_blocks",
    "comments": "comments",
    "drawing": "alternative_renderings",  # a diagram, once more as shapes
}

_MAX_EMBEDDED = 2  # documents inside of documents inside of the document


@dataclass(slots=True)
class _Parts:
    """The parts of one file: which were read, and what they refer to."""

    package: Package
    tally: Tally
    options: ReadOptions
    depth: int
    read: set[str] = field(default_factory=set)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)  # of the part being walked: id → kind, part

    def load(self, part: str) -> etree._Element | None:
        """The root of ``part``, its text reported as held; None if it is absent or was loaded before."""
        if part in self.read:
            return None
        root = self.package.xml(part)
        self.read.add(part)
        return None if root is None else hold(self.tally, root)

    def enter(self, part: str) -> list[tuple[str, str, str]]:
        """Take what ``part`` refers to as what ids mean from now on."""
        related = self.package.related(part)
        self.links = {identifier: (kind, target) for identifier, kind, target in related}
        return related

    def embedded(self, kind: str, identifier: str) -> list[Block]:
        """The blocks of what stands in a part of its own: a chart, a diagram, a document of another format."""
        found, part = self.links.get(identifier, ("", ""))
        if not part or part in self.read or part not in self.package:
            return []
        self.read.add(part)
        if kind == "altChunk":
            return self._document(part)
        root = self.package.xml(part)
        if root is None:
            return []
        self.tally.notes[f"{'charts' if kind == 'chart' else 'diagrams'}"] += 1
        return list(chart_blocks(root, self.tally) if found.startswith("chart") else diagram_blocks(root, self.tally))

    def _document(self, part: str) -> list[Block]:
        """A document in the document (w:altChunk), which Word shows as if it had been typed."""
        self.tally.notes["embedded_documents"] += 1
        try:
            if self.depth >= _MAX_EMBEDDED:
                raise UnreadableDocument("unsupported")  # noqa: TRY301 - counted below with all that cannot be read
            found = _foreign(self.package.read(part) or b"", self.options, self.depth + 1)
        except UnreadableDocument:
            self.tally.notes["unread_embedded_documents"] += 1
            return []
        for block in found.blocks:
            self.tally.added(block.text)
        self.tally.notes.update({name: count for name, count in found.notes.items() if name != "whole_pages"})
        return list(found.blocks)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: what `Package` says, ``wrong_type`` for another kind of package, ``damaged``, ``empty``.
    """
    yield _read(content, options, 0)


def _read(content: bytes, options: ReadOptions, depth: int) -> Document:
    package = Package(content)
    main = next((part for _, kind, part in package.related() if kind == "officeDocument"), "word/document.xml")
    package.require(main)
    tally = Tally()
    if package.repeated_parts:
        tally.notes["repeated_parts"] = package.repeated_parts
    parts = _Parts(package, tally, options, depth)
    root = parts.load(main)
    if root is None:
        raise UnreadableDocument("damaged")
    if local(root) != "document":
        raise UnreadableDocument("wrong_type")
    body = child(root, "body")
    if body is None:
        raise UnreadableDocument("empty")
    related = parts.enter(main)
    kept = {kind: part for _, kind, part in reversed(related)}
    styles = read_styles(package.xml(kept["styles"]) if "styles" in kept else None)
    remarks, others = _remarks(parts, kept, keep_comments=options.reading.comments == "keep")
    walk = Walk(styles, remarks, options.reading, tally, parts.embedded, _paper(root))
    inner = list(walk.story(body))
    if not any(block.text for block in inner):
        raise UnreadableDocument("empty")
    heads, feet = (_margins(walk, parts, body, related, kind) for kind in ("header", "footer"))
    for (kind, _), element in [*walk.remarks.items(), *others]:
        drop(tally, "comments" if kind == "comment" else "unreferenced_notes", element)
    _leave_rest(parts, posixpath.dirname(main))
    blocks = placed([*heads, *inner, *feet])
    return Document(title=_title(inner, package), blocks=blocks, notes=tally.settled(blocks))


def _paper(root: etree._Element) -> str:
    """The colour of the page; unknown where a pattern or picture lies behind it."""
    background = child(root, "background")
    if background is None:
        return "FFFFFF"
    colour = attribute(background, "color")
    plain = len(colour) == 6 and not len(background) and all(digit in "0123456789abcdefABCDEF" for digit in colour)
    return colour if plain else "FFFFFF" if colour in {"", "auto"} and not len(background) else UNKNOWN


def _remarks(
    parts: _Parts, kept: dict[str, str], *, keep_comments: bool
) -> tuple[dict[Remark, etree._Element], list[tuple[Remark, etree._Element]]]:
    """What notes and comments say by kind and id; and those that are never shown: separators, and comments if left out."""
    shown: dict[Remark, etree._Element] = {}
    others: list[tuple[Remark, etree._Element]] = []
    for part, kind in _REMARKS.items():
        root = parts.load(kept[part]) if part in kept else None
        for remark in root.iterchildren(f"{{*}}{kind}") if root is not None else ():
            key = (kind, attribute(remark, "id"))
            if kind == "comment":
                parts.tally.notes["comments_found"] += 1
            ordinary = attribute(remark, "type") in {"", "normal"} and (keep_comments or kind != "comment")
            if ordinary and key not in shown:
                shown[key] = remark
            else:
                others.append((key, remark))
    return shown, others


def _margins(walk: Walk, parts: _Parts, body: etree._Element, related: list[tuple[str, str, str]], kind: str) -> list[Block]:
    """The headers or footers that a section of ``body`` shows, each text once; bare page numbers are none."""
    wanted = _shown_margins(parts, body, related, kind)
    found: dict[str, None] = {}
    for identifier, type_, part in related:
        root = parts.load(part) if type_ == kind and identifier in wanted else None
        if root is None:
            continue
        parts.enter(part)
        for block in walk.story(root):
            if block.text in found:
                parts.tally.dropped("repeated_margins", block.text)
            elif any(character.isalpha() for character in block.text):
                found[block.text] = None
            else:
                parts.tally.dropped("page_numbers", block.text)
    return [Block(kind, text) for text in found]


def _shown_margins(parts: _Parts, body: etree._Element, related: list[tuple[str, str, str]], kind: str) -> set[str]:
    """The relationships of the headers or footers in use: those of first and even pages only where these differ (17.10)."""
    settings = next((parts.package.xml(part) for _, type_, part in related if type_ == "settings"), None)
    even = enabled(child(settings, "evenAndOddHeaders"))
    wanted = set()
    first = False
    for section in body.iter("{*}sectPr"):
        first = first or enabled(child(section, "titlePg"))  # a later section shows an earlier one's first-page header
    for reference in body.iter(f"{{*}}{kind}Reference"):
        page = attribute(reference, "type")
        if (page != "even" or even) and (page != "first" or first):
            wanted.add(attribute(reference, "id"))
    return wanted


def _leave_rest(parts: _Parts, folder: str) -> None:
    """Account for the text in parts that were not read: nothing refers to them, or they repeat what was read."""
    for name in parts.package.names:
        if not name.endswith(".xml") or not name.startswith(f"{folder}/" if folder else "") or name in parts.read:
            continue
        try:
            root = parts.load(name)
        except UnreadableDocument as error:
            if error.reason != "damaged":
                raise
            parts.tally.notes["damaged_parts"] += 1
            continue
        if root is not None:
            reason = "building_blocks" if "/glossary/" in name else _UNREAD.get(local(root), "unread_parts")
            drop(parts.tally, reason, root, TEXT_NODES)


def _foreign(content: bytes, options: ReadOptions, depth: int) -> Document:
    """A document inside of the document: Word, RTF, a web page, or a web page as a mail, as "web archive" formats have it."""
    if content.startswith(b"PK"):
        return _read(content, options, depth)
    from winnow.formats import doc  # noqa: PLC0415 - few documents hold others, and the reader of pages takes a second

    reader = doc.text_reader(content)
    if reader is not None:
        return next(iter(reader(content, options)))
    lines = map(squeeze, decode(content).split("\n"))
    return Document(blocks=tuple(Block("paragraph", line) for line in lines if line))


def _title(blocks: list[Block], package: Package) -> str:
    styled = next((block.text for block in blocks if block.kind == "title"), None)
    first = next((block.text for block in blocks[:_LEADING_BLOCKS] if block.kind == "heading" and block.level == 1), None)
    return styled or first or core_title(package)


def core_title(package: Package) -> str:
    """The title in the package's properties; empty if there is none or they are broken."""
    core = next((part for _, kind, part in package.related() if kind == "core-properties"), None)
    try:
        root = package.xml(core) if core else None
    except UnreadableDocument:
        return ""
    return squeeze((root.findtext("{*}title") if root is not None else "") or "")


FORMAT = Format(
    name="docx",
    suffixes=(".docx", ".docm", ".dotx", ".dotm"),
    read=read,
    sniff=may_be_package,
    versions=library_versions("lxml"),
)
