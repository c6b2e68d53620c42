"""RSS and Atom feeds, by feedparser: an entry is a document.

An entry's text is its content, or its summary where it has no content. Dates, authors, categories and links become neither text
nor fields. Spans count characters of the entry's blocks joined by line ends, as a feed has no running text of its own.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser
from lxml import etree, html

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, library_versions, placed, squeeze
from winnow.formats._table import content_key, unique_key

_HEAD_BYTES = 4096  # the root element stands behind a declaration, a document type and perhaps a comment

_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?(?:rss|feed|RDF)[\s>]")

_END = re.compile(rb"</(?:[A-Za-z][\w.-]{0,30}:)?(?:rss|feed|RDF)\s{0,8}>")

_KINDS = {
    **dict.fromkeys(("p", "div", "section", "article", "figure", "figcaption", "ul", "ol", "dl", "tr", "table"), "paragraph"),
    **dict.fromkeys(("li", "dt", "dd"), "list_item"),
    **{f"h{level}": "heading" for level in range(1, 7)},
    "blockquote": "quote",
    "pre": "code",
}

_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "form", "button", "svg", "nav"})

_BLANK_LINE = re.compile(r"\n[ \t]{0,80}\n")

_MARKUP = re.compile(r"<(?:/?[a-z][a-z0-9]{0,15}[\s/>]|!--)", re.IGNORECASE)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document an entry, in the feed's order; an entry without a word is refused as ``empty``.

    Raises:
        UnreadableDocument: ``malformed`` (no feed), ``truncated``, ``empty`` (a feed without entries).
    """
    del options  # a feed has none
    bare = content.replace(b"\x00", b"")  # UTF-16 too
    if _ROOT.search(bare[:_HEAD_BYTES]) and not _END.search(bare):
        raise UnreadableDocument("truncated")  # feedparser would give the entry in which the file breaks off as if whole
    # Bytes in a stream: given a string, feedparser would take it for an address or a path and fetch it.
    feed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries:
        raise UnreadableDocument("empty" if feed.version and not feed.bozo else "malformed")
    return _documents(feed.entries)


def _documents(entries: list[Any]) -> Iterator[Document]:
    given: Counter[str] = Counter()
    for number, entry in enumerate(entries):
        title = squeeze(" ".join(block.text for block in _blocks(entry.get("title_detail") or {})))
        blocks = placed(block for part in _parts(entry) for block in _blocks(part))
        key = entry.get("id") or entry.get("link") or content_key([title, *(block.text for block in blocks)])
        yield Document(
            title=title,
            blocks=blocks,
            row_key=unique_key(key, given),
            row_number=number,
            reason=None if title or blocks else "empty",
        )


def _parts(entry: Any) -> list[Mapping[str, Any]]:
    contents = [part for part in entry.get("content") or [] if (part.get("value") or "").strip()]
    return contents or [entry.get("summary_detail") or {}]


def _blocks(part: Mapping[str, Any]) -> Iterator[Block]:
    """The blocks of one text construct (RFC 4287, 3.1): plain text with blank lines between paragraphs, or HTML."""
    value = (part.get("value") or "").strip()
    if part.get("type") == "text/plain" or not value:
        pieces: Iterator[tuple[str, str]] = (("p", text) for text in _BLANK_LINE.split(value))
    else:
        pieces = _html(value)
    for tag, text in pieces:
        words = squeeze(text) if tag != "pre" else text.strip("\n")
        if any(character.isalnum() for character in words):
            yield Block(_KINDS[tag], words, level=int(tag[1]) if _KINDS[tag] == "heading" else 0)


def _html(value: str) -> Iterator[tuple[str, str]]:
    """The runs of text between block-level tags of ``value``, each with the innermost such tag it stands in."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    # RSS says nothing about plain text, so what has no tag may still be text with blank lines between its paragraphs.
    paragraphs = [value] if _MARKUP.search(value) else _BLANK_LINE.split(value)
    for paragraph in paragraphs:
        try:
            root = html.document_fromstring(paragraph.encode("utf-8", "replace"), parser=parser)
        except (etree.LxmlError, ValueError):  # nothing but white space or comments
            continue
        yield from _runs(root)


def _runs(root: Any) -> Iterator[tuple[str, str]]:
    run: list[str] = []
    inside, silent = ["p"], 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _KINDS or tag == "br":
            yield inside[-1], "".join(run)
            run.clear()
        silent += (tag in _SILENT) * (1 if event == "start" else -1)
        if event == "start":
            inside += [tag] * (tag in _KINDS)
        elif tag in _KINDS:
            inside.pop()
        text = element.text if event == "start" else element.tail
        if text and not silent:
            run.append(text)
        if tag in {"td", "th"}:
            run.append(" ")
    yield inside[-1], "".join(run)


def _sniff(content: bytes) -> bool:
    return _ROOT.search(content[:_HEAD_BYTES].replace(b"\x00", b"")) is not None  # without NULs, so UTF-16 too


FORMAT = Format(
    name="feed",
    suffixes=(".rss", ".atom", ".xml"),
    read=read,
    sniff=_sniff,
    versions=library_versions("feedparser", "lxml"),
)
