"""Web pages: the main text, by trafilatura with precision favoured over recall; title from the page.

Belongs here: pages to blocks. Does not belong here: fetching them, and feeds.

Where trafilatura finds next to nothing (a page too short or too plain for its heuristics: an exported report, a saved note) the
whole body is read instead, without navigation, and ``notes`` counts ``whole_page``. Spans count characters of the blocks joined
by line ends.
"""

import re
from collections.abc import Container, Iterator, Sequence

import trafilatura
from lxml import html
from lxml.etree import LxmlError, _Element

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual, library_versions, placed, silence, squeeze, tidy
from winnow.formats._furniture import without_furniture

silence("trafilatura", "htmldate", "courlan", "justext", "readability")

_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE
)

_DECLARATION_BYTES = 4096  # the HTML standard looks at 1024; saved pages carry a comment of the browser before it

_PRECISE_SHARE = 0.25  # of the body's words: a plain page of which trafilatura keeps less is read whole

_PLAIN_WORDS = 400  # a page of fewer words has too little of anything for trafilatura to tell text from frame

_PLAIN_TAGS = frozenset(
    {"nav", "aside", "script", "style", "noscript", "template", "iframe", "form", "svg", "button", "select"}
)

_SET_APART = frozenset(
    {"p", "div", "li", "item", "list", "row", "tr", "td", "th", "cell", "head", "h1", "h2", "h3", "h4", "h5", "h6"}
)

_TITLE_SUFFIX = re.compile(r"\s+(?:[|·»]|[-–—])\s+([^|·»–—]{2,40})$")  # " | The Example Times": the site, not the page

_SEPARATOR = re.compile(r"\s+[|·»–—-]\s+")

_MIN_TITLE_WORDS = 3  # a title this short keeps its suffix: what is cut off might be the title itself

_WORD = re.compile(r"[^\W_]{4,}|[\u3040-\u9fff\uac00-\ud7a3]")  # shorter ones are in any headline

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The one page in ``content``.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``malformed``, ``empty``.
    """
    text = _decoded(content)
    tree = _tree(text)
    site = _site_names(tree)
    headline, title = _titles(tree, site)
    language = _LANGUAGE.fullmatch(squeeze(tree.get("lang") or ""))
    found = trafilatura.bare_extraction(
        tree, favor_precision=True, include_comments=False, include_tables=True, with_metadata=False
    )
    blocks = list(_blocks(found.body)) if found is not None and found.body is not None else []
    notes: dict[str, int] = {}
    page = _tree(text)  # again: extraction takes its tree apart
    plain = list(_whole(page))
    words, kept = (sum(len(block.text.split()) for block in some) for some in (plain, blocks))
    if not kept or (not _framed(page) and (kept < _PRECISE_SHARE * words or words < _PLAIN_WORDS)):
        blocks, notes = plain, {"whole_page": 1}
    blocks, furniture = without_furniture(block for block in blocks if block.kind != "heading" or block.text not in site)
    if not blocks:
        raise UnreadableDocument("empty")
    if furniture:
        notes["furniture"] = furniture
    if headline and not any(block.kind == "heading" and block.text == headline for block in blocks):
        blocks.insert(0, Block("heading", headline, 1))  # it stands over the text, and extraction takes it for furniture
    yield Document(title=title, blocks=placed(blocks), notes=notes, language=language[1].lower() if language else None)


def _decoded(content: bytes) -> str:
    """The page's text by its mark, its UTF-8, else by the encoding it declares."""
    declared = _DECLARED.search(content[:_DECLARATION_BYTES])
    if declared is None or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode(content)
    try:
        return decode(content, "utf-8")  # what most pages are, whatever they declare
    except UnreadableDocument:
        name = declared[1].decode("ascii").lower()
        # Browsers read "latin-1" and "ascii" as cp1252 (WHATWG encoding standard), and pages are made to look right in them.
        known = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
        try:
            return decode(content, known.get(name, name))
        except UnreadableDocument:
            return decode(content)


def _tree(text: str) -> _Element:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError):
        raise UnreadableDocument("empty" if not text.strip() else "malformed") from None


def _framed(page: _Element) -> bool:
    """Whether the page has the furniture of a web site, of which little need be text."""
    return next(page.iter("nav", "footer", "article", "iframe", "form", "script"), None) is not None


def _site_names(tree: _Element) -> frozenset[str]:
    """What may be the name of the site: as the page gives it, and the shorter part of its title behind the last bar or dash."""
    given = squeeze(tree.xpath("string(//meta[@property='og:site_name']/@content)"))
    *before, last = _SEPARATOR.split(squeeze(tree.findtext(".//title") or ""))
    return frozenset({given, last if len(last.split()) <= len(" ".join(before).split()) else ""} - {""})


def _titles(tree: _Element, site: Container[str]) -> tuple[str, str]:
    """The page's headline (an h1 of its body; empty if none is) and its title.

    Sites put their own name into an h1, and other stories' headlines: the one that counts shares words with the title that the
    page gives itself, and is not the name of the site.
    """
    heads = [head for head in (squeeze(head.text_content()) for head in tree.iter("h1")) if head]
    shared = tree.xpath("string(//meta[@property='og:title']/@content)")
    whole = squeeze(tree.findtext(".//title") or "")
    named = squeeze(shared) or whole
    headline = _headline([head for head in heads if head not in site], f"{named} {whole}")
    if headline:
        return headline, headline
    suffix = _TITLE_SUFFIX.search(named)
    if suffix is None or (shared and suffix[1] not in site):  # a title made for sharing rarely has the site's name behind it
        return "", named
    cut = named[: suffix.start()]
    return "", cut if len(cut.split()) >= _MIN_TITLE_WORDS else named


def _headline(heads: Sequence[str], named: str) -> str:
    """The one of ``heads`` that shares most words with ``named``, the first of equals; a lone one if nothing is named."""
    wanted = _words(named)
    if not wanted:
        return heads[0] if len(heads) == 1 else ""
    shares = [len(_words(head) & wanted) for head in heads]
    best = max(shares, default=0)
    return heads[shares.index(best)] if best else ""


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _blocks(body: _Element, kind: str = "paragraph") -> Iterator[Block]:
    """The blocks of trafilatura's own XML (a subset of TEI)."""
    for child in body:
        tag = child.tag
        if tag == "head":
            level = child.get("rend", "h2")[-1]
            yield from _block("heading", child, int(level) if level.isdecimal() else 2)
        elif tag == "list":
            yield from _blocks(child, "list_item")
        elif tag == "item" and child.find("list") is not None:
            yield from _block("list_item", child, skip="list")
            yield from _blocks(child, "list_item")
        elif tag in {"quote", "div"} and len(child):
            yield from _block("quote" if tag == "quote" else kind, child, loose=True)
            yield from _blocks(child, "quote" if tag == "quote" else kind)
        elif tag == "quote":
            yield from _block("quote", child)
        elif tag == "code":
            text = "".join(child.itertext()).strip("\n")
            yield from [Block("code", text)] if text.strip() else []
        elif tag == "table":
            yield from _table(child)
        elif tag in {"p", "item"}:
            yield from _block(kind, child)


def _block(kind: str, element: _Element, level: int = 0, skip: str = "", *, loose: bool = False) -> Iterator[Block]:
    """``element``'s words as one block; ``loose`` takes only those that stand in none of its children."""
    text = tidy((element.text or "") if loose else "".join(_text(element, skip)))
    if text:
        yield Block(kind, squeeze(text) if kind == "heading" else text, level)


def _text(element: _Element, skip: str = "") -> Iterator[str]:
    # A line end inside markup is white space; only a break element ends a line.
    yield (element.text or "").replace("\n", " ")
    for child in element:
        if child.tag in {"lb", "br"}:
            yield "\n"
        elif child.tag != skip and isinstance(child.tag, str) and child.tag not in _PLAIN_TAGS:
            apart = child.tag in _SET_APART  # in a cell, say: "First" and "Second" are not "FirstSecond"
            yield " " if apart else ""
            yield from _text(child)
            yield " " if apart else ""
        yield (child.tail or "").replace("\n", " ")


def _table(table: _Element) -> Iterator[Block]:
    rows = []
    for row in table.iter("row", "tr"):
        if next(row.iterancestors("table"), table) is not table:
            continue  # of a table in a cell, whose words the cell has
        cells = [squeeze("".join(_text(cell))) for cell in row if cell.tag in {"cell", "td", "th"}]
        if any(cells):
            rows.append(" | ".join(cells))
    if rows:
        yield Block("table", "\n".join(rows))


_KINDS = {"p": "paragraph", "li": "list_item", "dt": "list_item", "dd": "list_item", "blockquote": "quote", "pre": "code"}

_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_STRUCTURE = frozenset({*_KINDS, *_HEADS, "table", "ul", "ol", "dl", "div", "section", "article", "main", "figure", "details"})


def _whole(tree: _Element) -> Iterator[Block]:
    """Every block of the page's body but its navigation."""
    body = tree.find("body")
    yield from _walk(body if body is not None else tree, "paragraph")


def _walk(element: _Element, kind: str) -> Iterator[Block]:
    loose: list[str] = [element.text or ""]

    def gathered() -> Iterator[Block]:
        text = tidy("".join(loose))
        loose.clear()
        if any(character.isalnum() for character in text):
            yield Block(kind, text)

    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _HEADS:
            yield from gathered()
            yield from _block("heading", child, int(tag[1]))
        elif tag == "table":
            yield from gathered()
            yield from _table(child)
        elif tag == "pre":
            yield from gathered()
            code = child.text_content().strip("\n")
            yield from [Block("code", code)] if code.strip() else []
        elif tag in _STRUCTURE or next(child.iter(*_STRUCTURE), None) is not None:
            yield from gathered()
            if tag not in _PLAIN_TAGS:
                yield from _walk(child, kind if tag == "p" else _KINDS.get(tag, kind))
        elif tag in {"br", "hr"}:
            loose.append("\n")
        elif tag and tag not in _PLAIN_TAGS and tag != "title":
            loose.extend(_text(child))
        loose.append((child.tail or "").replace("\n", " "))
    yield from gathered()


FORMAT = Format(
    name="html",
    suffixes=(".html", ".htm", ".xhtml"),
    read=read,
    sniff=is_textual,
    versions=library_versions("trafilatura", "lxml", "justext", "charset-normalizer"),
)
