"""Trees of HTML: parsed within bounds, and read as blocks in which every character is accounted for.

Belongs here: what a browser would show of a tree, block by block. Does not belong here: which of the blocks are a page's main
text (`winnow.formats.html`), which hide (`winnow.formats._hidden`), and pieces of markup in feeds (`winnow.formats.feed`).

A piece is weighed in characters that are neither white space nor invisible (`winnow.formats._tally.weight`). So what is read can be
compared with what is there, however white space is unified and whatever is put between the cells of a table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import html
from lxml.etree import LxmlError, _Element

from winnow.documents import Block
from winnow.errors import UnreadableDocument
from winnow.formats._base import MEBIBYTE, squeeze, tidy
from winnow.formats._tally import weight

MAX_CHARACTERS = 64 * MEBIBYTE  # of markup; a tree of it takes some 500 MB with its text

MAX_TAGS = 2_000_000  # an element takes up to 250 bytes in a tree; real pages have some thousands

_MAX_DEPTH = 200  # of elements in each other; libxml2 gives up at 256, where it loses the rest of the page without a word

_ATTRIBUTES = 1_000_000_000  # sum of the squares of their numbers in each long tag: libxml2 compares each with all before it

_OPENED = re.compile(r"<[A-Za-z](?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+")  # a tag up to its end; possessive, so in one pass

_LONG_TAG = 1500  # characters; shorter tags hold too few attributes to matter

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")

_NODE_CHARACTERS = 10_000_000  # in one text: libxml2 takes no more

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})[^<>]*>")

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)

SCRIPTS = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "svg", "iframe", "object", "canvas", "audio", "video"}
)
"""Elements whose text a browser never shows as text of the page."""

CONTROLS = frozenset(
    {"nav", "aside", "button", "select", "textarea", "datalist", "menu", "dialog", "annotation", "annotation-xml"}
)
"""Elements that a page is worked with, or that stand beside its text."""

SKIPPED = SCRIPTS | CONTROLS

HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_KINDS = {"li": "list_item", "dt": "list_item", "dd": "list_item", "blockquote": "quote"}

_BLOCKS = frozenset(  # what the HTML standard displays as a block (section 15.3), and table parts
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
            "dir",
            "div",
            "dl",
        ),
        *("dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend", "li", "listing"),
        *(
            "main",
            "menu",
            "nav",
            "ol",
            "optgroup",
            "option",
            "p",
            "pre",
            "search",
            "section",
            "summary",
            "ul",
            "xmp",
            "plaintext",
        ),
        *("table", "tbody", "thead", "tfoot", "tr", "td", "th", "frameset", "noframes"),
        *HEADS,
    }
)

_CELLS = frozenset({"td", "th"})

_CODE = frozenset({"pre", "listing", "xmp", "plaintext"})

_LAYOUT_WORDS = 80  # in one cell of a table without heads: that cell is a page laid out by a table, as mails are

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a page, the element that it stands in, and the weight of what the page's text nodes gave it."""

    block: Block
    element: _Element
    weight: int


@dataclass(slots=True)
class Outline:
    """The blocks of a page in order, and the weight of text that is in none of them: of scripts and of controls."""

    pieces: list[Piece] = field(default_factory=list)
    scripts: int = 0
    controls: int = 0
    stray: int = 0  # runs of text without a letter or digit, such as the bars between links


def parse(text: str) -> _Element:
    """The tree of the page ``text``; elements that stand too deep in each other become one, and lose no word.

    Raises:
        UnreadableDocument: ``too_large``, ``bomb`` (tags of countless attributes), ``malformed``, ``empty``.
    """
    if len(text) > MAX_CHARACTERS or text.count("<") > MAX_TAGS:
        raise UnreadableDocument("too_large")
    if has_countless_attributes(text):
        raise UnreadableDocument("bomb")
    # A page is read as a text, so an encoding that it declares no longer counts; NUL ends a string in libxml2.
    content = text.replace("\x00", "\ufffd").encode("utf-8", "replace")
    root, whole = _parsed(content)
    if not whole:
        root, whole = _parsed(_flattened(text).encode("utf-8", "replace"))
    if not text.strip():
        raise UnreadableDocument("empty")
    if len(text) > _NODE_CHARACTERS and not whole:
        raise UnreadableDocument("too_large")
    if root is None or not whole:
        raise UnreadableDocument("malformed")
    return root


def has_countless_attributes(text: str) -> bool:
    """Whether tags in ``text`` hold so many attributes that comparing each with all others takes a parser minutes."""
    long = (match[0] for match in _OPENED.finditer(text) if match.end() - match.start() > _LONG_TAG)
    return sum(len(_QUOTED.sub("", tag).split()) ** 2 for tag in long) > _ATTRIBUTES


def _parsed(content: bytes) -> tuple[_Element | None, bool]:
    """The tree, and whether the parser got to the end."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(content, parser=parser, ensure_head_body=False)
    except (LxmlError, ValueError):
        return None, not len(content.strip())
    return root, not any(entry.level_name == "FATAL" for entry in parser.error_log)


def _flattened(text: str) -> str:
    """``text`` with line breaks in place of the tags of elements that stand too deep in others."""
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2].lower() in _VOID or match[0].endswith("/>"):
            return match[0]
        depth = max(depth - 1, 0) if match[1] else depth + 1
        deep = depth >= _MAX_DEPTH if match[1] else depth > _MAX_DEPTH
        return ("<br>" if match[2].lower() in _BLOCKS else "") if deep else match[0]

    return _TAG.sub(kept, text.replace("\x00", "\ufffd"))


def outline(root: _Element, skipped: frozenset[str] = SKIPPED) -> Outline:
    """Every block of ``root`` in order. The text of ``skipped`` elements is only counted."""
    return _Reader(skipped).read(root)


class _Reader:
    """Goes through a tree once; holds the run of text that no element has ended yet."""

    def __init__(self, skipped: frozenset[str]) -> None:
        self._skipped = skipped
        self._found = Outline()
        self._run: list[str] = []
        self._loose: list[list[str]] = []  # of each table that is being read, innermost last: text in none of its cells

    def read(self, root: _Element) -> Outline:
        self._inside(root, "paragraph")
        self._end("paragraph", root)
        return self._found

    def _inside(self, element: _Element, kind: str) -> None:
        """Read ``element``, whose text is of ``kind`` unless an element in it says otherwise; depth is bounded by the parser."""
        self._run.append(_plain(element.text))
        for child in element:
            tag = _tag(child)
            if tag in self._skipped or not tag:
                self._skip(child, tag)
            elif tag in {"br", "hr"}:
                self._run.append("\n")
            elif tag in _BLOCKS:
                self._end(kind, element)
                self._block(child, tag, kind)
                self._end(_kind(tag, kind), child)
            elif self._breaks(child):
                self._inside(child, kind)
            else:
                self._run.extend(self._words(child))
            self._run.append(_plain(child.tail))

    def _block(self, child: _Element, tag: str, kind: str) -> None:
        if tag in HEADS:
            self._emit("heading", child, squeeze("".join(self._words(child))), level=int(tag[1]))
        elif tag in _CODE:
            self._emit("code", child, "".join(self._words(child, raw=True)).strip("\n"))
        elif tag == "table" and not _is_layout(child):
            self._table(child)
        else:
            self._inside(child, _kind(tag, kind))

    def _breaks(self, child: _Element) -> bool:
        """Whether an inline element holds blocks, as markup of editors does."""
        return len(child) > 0 and next(child.iter(*_BLOCKS), None) is not None

    def _words(self, element: _Element, *, raw: bool = False) -> Iterator[str]:
        """The text in ``element``, white space as it stands if ``raw``."""
        text = _as_is if raw else _plain
        yield text(element.text)
        for child in element:
            tag = _tag(child)
            apart = tag in _BLOCKS and not raw  # in a cell, say: "First" and "Second" are not "FirstSecond"
            if tag in {"br", "hr"}:
                yield "\n"
            elif tag in self._skipped or not tag:
                self._skip(child, tag)
            else:
                yield " " if apart else ""
                yield from self._words(child, raw=raw)
                yield " " if apart else ""
            yield text(child.tail)

    def _table(self, table: _Element) -> None:
        rows: list[list[str]] = [[]]
        self._loose.append([])
        for element in self._of_table(table):
            if _tag(element) == "tr":
                rows.append([])
                continue
            rows[-1].append(squeeze("".join(self._words(element))))
            if _tag(element) == "caption":
                rows.append([])
        self._run.extend(self._loose.pop())  # browsers put what stands between cells before the table
        self._end("paragraph", table)
        text = "\n".join(" | ".join(cells) for cells in rows if any(cells))
        if text:
            self._keep(Block("table", text), table, sum(weight(cell) for cells in rows for cell in cells))

    def _of_table(self, part: _Element) -> Iterator[_Element]:
        """The caption, rows and cells of ``part`` of a table in order, each row before its cells."""
        loose = self._loose[-1]
        loose.append(_plain(part.text))
        for child in part:
            tag = _tag(child)
            if tag in _CELLS or tag == "caption":
                yield child
            elif tag in {"tr", "thead", "tbody", "tfoot", "colgroup"}:
                if tag == "tr":
                    yield child
                yield from self._of_table(child)
            elif tag in self._skipped or not tag:
                self._skip(child, tag)
            else:
                loose.extend((" ", *self._words(child), " "))
            loose.append(_plain(child.tail))

    def _skip(self, child: _Element, tag: str) -> None:
        if not tag:
            return  # an entity or a processing instruction
        counted = sum(weight(text) for text in child.itertext())
        if tag in SCRIPTS:
            self._found.scripts += counted
        else:
            self._found.controls += counted

    def _end(self, kind: str, element: _Element) -> None:
        """Make blocks of the run of text so far: one between two blank lines."""
        if not self._run:
            return
        whole = "".join(self._run)
        self._run.clear()
        for part in _BLANK_LINE.split(whole):
            self._emit(kind, element, tidy(part))

    def _emit(self, kind: str, element: _Element, text: str, level: int = 0) -> None:
        if any(character.isalnum() for character in text):
            self._keep(Block(kind, text, level), element, weight(text))
        else:
            self._found.stray += weight(text)

    def _keep(self, block: Block, element: _Element, counted: int) -> None:
        self._found.pieces.append(Piece(block, element, counted))


def _is_layout(table: _Element) -> bool:
    """Whether a table only places what is in it: it says so, or has a table, or a text, in a cell and no heads."""
    if table.get("role") in {"presentation", "none"}:
        return True
    rows = list(_own_rows(table))
    if any(_tag(child) in {"thead", "caption"} for child in table) or any(_tag(cell) == "th" for row in rows for cell in row):
        return False
    cells = [[cell for cell in row if _tag(cell) in _CELLS] for row in rows]
    if max(map(len, cells), default=0) <= 1 or next(table.iterdescendants("table"), None) is not None:
        return True
    return any(len(" ".join(cell.itertext()).split()) > _LAYOUT_WORDS for row in cells for cell in row)


def _own_rows(part: _Element) -> Iterator[_Element]:
    """The rows of a table, but for those of tables in its cells."""
    for child in part:
        if _tag(child) == "tr":
            yield child
        elif _tag(child) in {"tbody", "tfoot", "thead"}:
            yield from _own_rows(child)


def _kind(tag: str, kind: str) -> str:
    """What text in an element ``tag`` is, where text around it is of ``kind``."""
    return _KINDS.get(tag, kind)


def _tag(element: _Element) -> str:
    return element.tag if isinstance(element.tag, str) else ""


def _plain(text: str | None) -> str:
    """``text`` of a node whose line ends are white space like any other."""
    return text.replace("\n", " ") if text else ""


def _as_is(text: str | None) -> str:
    return text or ""


def texts(pieces: Sequence[Piece]) -> list[Block]:
    """The blocks of ``pieces``."""
    return [piece.block for piece in pieces]
