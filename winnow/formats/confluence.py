"""Exports of a Confluence space: the XML one (``entities.xml``, alone or in its archive), and single pages of the HTML one.

Belongs here: which pages are current, where they stand in the space, what of an exported page is its frame. Does not belong here:
the body of a page, which is `winnow.formats._storage`.

A page or blog post of the XML export is a document; its ``row_key`` is the page's id, which stays when it is renamed or edited.
Earlier versions, deleted pages and drafts are left out and counted, all in the notes of the first page. The export is one XML
file of any size, so it is streamed twice: for what pages there are, and for their bodies. Spans count characters of the page's
blocks joined by line ends.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from lxml import html
from lxml.etree import LxmlError, _Element

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, Format, ReadOptions, decode, library_versions, placed, squeeze
from winnow.formats._package import Package
from winnow.formats._storage import PageText, storage_blocks
from winnow.formats._tally import weight
from winnow.own_days import utc_day

MAX_INFLATED_BYTES = 512 * MEBIBYTE  # of the archive's XML; read twice that takes 20 seconds

MAX_CHARACTERS = 80 * MEBIBYTE  # of all pages that are read; at 5 MB a second that is 17 seconds

MAX_BODY_CHARACTERS = 16 * MEBIBYTE  # of one page; a page of a hundred screens has a hundredth

_MAX_DEPTH = 32  # Hibernate's export nests five deep

_MAX_ANCESTORS = 32  # of a page; a damaged export may go round in circles

_CHUNK = 256 * 1024  # bytes the parser is given at a time

_MAX_STALL = 16 * MEBIBYTE  # bytes after which the parser must have found the end of a tag

_ENTITIES = "entities.xml"

_KINDS = frozenset({"Page", "BlogPost", "Comment", "Draft"})

_DATES = ("lastModificationDate", "creationDate")  # the page is read as it was last changed

_LISTED = frozenset(
    ["title", "contentStatus", "originalVersion", "originalVersionId", "parent", "containerContent", "owner", *_DATES]
)

_FORBIDDEN = bytes(code for code in range(32) if code not in b"\t\n\r")  # in XML; exports hold them all the same

_HEAD = 4096  # bytes that show what an XML file is

_STORAGE = "2"  # BodyContent.bodyType; 0 is wiki mark-up, from before 2011

_MARKUP = re.compile(r"\{[A-Za-z][^{}\n]{0,200}\}|^(?:h[1-6]\.|[*#-]+|bq\.)[ \t]+", re.MULTILINE)  # of wiki mark-up

_PAGE_MARKS = (b'id="main-content"', b"wiki-content")


@dataclass(slots=True)
class _Object:
    """One entity of the export, with those of its properties that are asked for."""

    kind: str
    identifier: str = ""
    said: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Export:
    """A pass over the export that looks for entities of some ``kinds``, with some of their ``properties``."""

    kinds: frozenset[str]
    properties: frozenset[str]
    removed: int = 0  # characters that XML forbids
    _found: list[_Object] = field(default_factory=list)
    _depth: int = 0
    _object: _Object | None = None
    _property: str | None = None
    _text: list[str] = field(default_factory=list)
    _length: int = 0

    def objects(self, pieces: Iterable[bytes]) -> Iterator[_Object]:
        """The entities, each as soon as it has been read.

        Raises:
            UnreadableDocument: ``malformed``.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _CHUNK
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        fed = 0
        try:
            for piece in pieces:
                clean = piece.translate(None, _FORBIDDEN)
                self.removed += len(piece) - len(clean)
                parser.Parse(clean, False)
                fed += len(clean)
                yield from self._found
                self._found.clear()
                if fed - parser.CurrentByteIndex > _MAX_STALL:
                    raise UnreadableDocument("malformed")
            parser.Parse(b"", True)
            yield from self._found
        except expat.ExpatError:
            raise UnreadableDocument("malformed") from None

    def _doctype(self, *_: object) -> None:
        raise UnreadableDocument("malformed")  # no export has one, and it can declare entities

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UnreadableDocument("malformed")
        if self._depth == 2:
            kind = attributes.get("class", "")
            self._object = _Object(kind) if name == "object" and kind in self.kinds else None
        elif self._object is not None and self._depth == 3:
            wanted = attributes.get("name", "")
            self._property = "id" if name == "id" else wanted if name == "property" and wanted in self.properties else None
            self._text.clear()
            self._length = 0

    def _end(self, _name: str) -> None:
        if self._object is not None and self._depth == 3 and self._property is not None:
            text = "".join(self._text)
            if self._property == "id":
                self._object.identifier = text.strip()
            else:
                self._object.said[self._property] = text
            self._property = None
        elif self._object is not None and self._depth == 2:
            self._found.append(self._object)
            self._object = None
        self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._property is not None and self._depth >= 3 and self._length <= MAX_BODY_CHARACTERS:
            self._text.append(text)
            self._length += len(text)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The pages of an XML export, or the one page in an exported HTML file.

    Raises:
        UnreadableDocument: what `Package` says, ``unsupported`` for an archive that is no export, ``malformed``, ``empty``.
    """
    if content.startswith(b"PK"):
        package = Package(content, MAX_INFLATED_BYTES)
        part = next((name for name in package.names if name.rpartition("/")[2] == _ENTITIES), None)
        if part is None:
            raise UnreadableDocument("unsupported")
        yield from _pages(lambda: package.stream(part), options)
    elif _is_entities(content):
        yield from _pages(lambda: (content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)), options)
    else:
        yield _exported_page(content, options)


def _pages(pieces: Callable[[], Iterable[bytes]], options: ReadOptions) -> Iterator[Document]:
    listing = _Export(_KINDS, _LISTED)
    contents = {one.identifier: one for one in listing.objects(pieces())}
    notes: Counter[str] = Counter({"repaired_characters": listing.removed})
    current = {identifier: one for identifier, one in contents.items() if _is_current(one, notes)}
    remarks: dict[str, list[str]] = {}
    if options.reading.comments == "keep":
        for page, body in _bodies(pieces, current, frozenset({"Comment"})):
            said = current[page].said
            about = (said.get("containerContent") or said.get("owner") or "").strip()
            remarks.setdefault(about, []).append(body.said.get("body", ""))
    number = -1
    total = 0
    for number, (page, body) in enumerate(_bodies(pieces, current, frozenset({"Page", "BlogPost"}))):
        total += len(body.said.get("body", ""))
        if total > MAX_CHARACTERS:
            raise UnreadableDocument("too_large")
        yield _page(current, (page, body), remarks.get(page, []), number, notes)
        notes = Counter()
    if number < 0:
        raise UnreadableDocument("empty")


def _bodies(
    pieces: Callable[[], Iterable[bytes]], current: dict[str, _Object], kinds: frozenset[str]
) -> Iterator[tuple[str, _Object]]:
    """The id and the first body of each entity in ``current`` that is of one of ``kinds``, in the order of the export."""
    seen: set[str] = set()
    for body in _Export(frozenset({"BodyContent"}), frozenset({"body", "content", "bodyType"})).objects(pieces()):
        page = body.said.get("content", "").strip()
        if page in current and current[page].kind in kinds and page not in seen:
            seen.add(page)
            yield page, body


def _is_current(one: _Object, notes: Counter[str]) -> bool:
    """Whether an entity is what a reader of the wiki sees; if not, it is counted."""
    said = one.said
    status = said.get("contentStatus", "current").strip() or "current"
    if said.get("originalVersion", "").strip() or said.get("originalVersionId", "").strip():
        notes["old_versions"] += one.kind != "Comment"
    elif one.kind == "Draft" or status == "draft":
        notes["draft_pages"] += 1
    elif status != "current":
        notes["deleted_pages"] += one.kind != "Comment"
    else:
        notes["comments_found"] += one.kind == "Comment"
        return True
    return False


def _page(
    current: dict[str, _Object], body: tuple[str, _Object], remarks: list[str], number: int, notes: Counter[str]
) -> Document:
    identifier, said = body[0], body[1].said
    text, kind = said.get("body", ""), said.get("bodyType", _STORAGE).strip()
    title = squeeze(current[identifier].said.get("title", ""))
    counted = Counter(notes)
    reason = None
    blocks: list[Block] = []
    try:
        if len(text) > MAX_BODY_CHARACTERS:
            raise UnreadableDocument("too_large")  # noqa: TRY301 - one place turns every failure into the row's reason
        # The export writes the end of a CDATA section in a body so, because the body stands in one itself.
        blocks = storage_blocks(text.replace("]] >", "]]>"), counted) if kind == _STORAGE else _old_blocks(text)
        for remark in remarks:
            words = " ".join(block.text for block in storage_blocks(remark, counted))
            blocks += [Block("footnote", words)] if words else []
        reason = None if blocks else "empty"
    except UnreadableDocument as error:
        reason = error.reason
    above = _ancestors(current, identifier)
    frame = [Block("header", " / ".join(above))] if above else []
    frame += [Block("title", title)] if title else []
    found = {name: count for name, count in sorted(counted.items()) if count}
    return Document(
        title=title,
        blocks=() if reason else placed([*frame, *blocks]),
        row_key=identifier,
        row_number=number,
        notes=found,
        reason=reason,
        stated=next(filter(None, (utc_day(current[identifier].said.get(name, "")) for name in _DATES)), None),
    )


def _ancestors(current: dict[str, _Object], identifier: str) -> list[str]:
    """The titles of the pages above one, outermost first."""
    titles: list[str] = []
    parent = current[identifier].said.get("parent", "").strip()
    while parent in current and len(titles) < _MAX_ANCESTORS:
        titles.append(squeeze(current[parent].said.get("title", "")))
        parent = current[parent].said.get("parent", "").strip()
    return titles[::-1]


def _old_blocks(text: str) -> list[Block]:
    """The paragraphs of wiki mark-up, without its marks."""
    lines = (squeeze(_MARKUP.sub("", line)) for line in re.split(r"\n\s*\n", text))
    return [Block("paragraph", line) for line in lines if line]


def _exported_page(content: bytes, options: ReadOptions) -> Document:
    """A page of the HTML export: its main content; breadcrumbs, metadata, attachments and comments around it are its frame."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(decode(content).encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError):
        raise UnreadableDocument("malformed") from None
    main = next(iter(tree.xpath("//*[@id='main-content']")), None)
    if main is None:
        raise UnreadableDocument("wrong_type")
    notes: Counter[str] = Counter()
    page = PageText(notes)
    page.walk(main)
    blocks = page.end()
    if not blocks:
        raise UnreadableDocument("empty")
    if options.reading.comments == "keep":
        blocks += [
            Block("footnote", text) for text in map(_text, tree.xpath("//*[@id='comments']/ancestor::div[1]//td")) if text
        ]
    heading = squeeze(tree.xpath("string(//*[@id='title-text'])")) or squeeze(tree.findtext(".//title") or "")
    title = heading.partition(" : ")[2] or heading  # the space's name stands before the page's
    above = [text for text in map(_text, tree.xpath("//*[@id='breadcrumbs']/li")) if text]
    body = tree.find("body")
    notes["page_furniture"] = max(weight(_text(body)) - weight(_text(main)), 0) if body is not None else 0
    frame = [Block("header", " / ".join(above))] if above else []
    frame += [Block("title", title)] if title else []
    return Document(
        title=title, blocks=placed([*frame, *blocks]), notes={name: count for name, count in notes.items() if count}
    )


def _text(element: _Element) -> str:
    return squeeze("".join(element.itertext()))


def _is_entities(content: bytes) -> bool:
    return b"<hibernate-generic" in content[:_HEAD]


def _sniff(content: bytes) -> bool:
    """An archive that names the export's file, that file, or a page with the marks that only exports have."""
    if content.startswith(b"PK"):
        return _ENTITIES.encode() in content
    return _is_entities(content) or all(mark in content for mark in _PAGE_MARKS)


FORMAT = Format(
    name="confluence",
    suffixes=(".zip", ".xml", ".html", ".htm"),
    read=read,
    sniff=_sniff,
    versions=library_versions("lxml"),
)
