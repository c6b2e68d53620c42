"""RSS and Atom feeds, by feedparser, and JSON Feed (https://jsonfeed.org/version/1.1): an entry is a document.

Belongs here: entries to documents. Does not belong here: the markup in them (`winnow.formats._markup`), and fetching.

An entry's text is its content, or its summary where it has no content; its day is that of its publication, or of its last change
where it names no other. Dates, authors, categories and links become neither text nor fields. Spans count characters of the entry's
blocks joined by line ends, as a feed has no running text of its own.
"""

import datetime as dt
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, library_versions, placed, squeeze
from winnow.formats._dom import has_countless_attributes
from winnow.formats._markup import markup_blocks, text_blocks
from winnow.formats._table import content_key, unique_key
from winnow.own_days import utc_day

_HEAD_BYTES = 4096  # the root element stands behind a declaration, a document type and perhaps a comment

_ROOT = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?(?:rss|feed|RDF)[\s>]")

_JSON = re.compile(rb'"version"\s{0,20}:\s{0,20}"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org(?:\\?/)version')

_END = re.compile(rb"</(?:[A-Za-z][\w.-]{0,30}:)?(?:rss|feed|RDF)\s{0,8}>")


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document an entry, in the feed's order; an entry without a word is refused as ``empty``.

    Raises:
        UnreadableDocument: ``malformed`` (no feed), ``truncated``, ``bomb``, ``empty`` (a feed without entries).
    """
    del options  # a feed has none
    if _JSON.search(content[:_HEAD_BYTES].replace(b"\x00", b"")):
        return _documents(_json_entries(content))
    bare = content.replace(b"\x00", b"")  # UTF-16 too
    if _ROOT.search(bare[:_HEAD_BYTES]) and not _END.search(bare):
        raise UnreadableDocument("truncated")  # feedparser would give the entry in which the file breaks off as if whole
    if has_countless_attributes(bare.decode("latin-1")):
        raise UnreadableDocument("bomb")
    # Bytes in a stream: given a string, feedparser would take it for an address or a path and fetch it.
    feed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries:
        raise UnreadableDocument("empty" if feed.version and not feed.bozo else "malformed")
    return _documents(feed.entries)


def _json_entries(content: bytes) -> list[dict[str, Any]]:
    """The items of a JSON Feed as feedparser would give them."""
    try:
        feed = json.loads(decode(content))
    except (ValueError, RecursionError):
        raise UnreadableDocument("truncated" if not content.rstrip().endswith(b"}") else "malformed") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableDocument("malformed")
    if not items:
        raise UnreadableDocument("empty")
    return [_json_entry(item) for item in items if isinstance(item, dict)]


def _json_entry(item: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in item.items() if isinstance(value, str)}
    known = item.get("id")
    parts = {"content_html": "text/html", "content_text": "text/plain"}
    content = next(({"type": kind, "value": said[name]} for name, kind in parts.items() if said.get(name, "").strip()), None)
    return {
        "id": str(known) if isinstance(known, (str, int, float)) else said.get("url", ""),
        "title_detail": {"type": "text/plain", "value": said.get("title", "")},
        "summary_detail": {"type": "text/plain", "value": said.get("summary", "")},
        "content": [content] if content else [],
        "published": said.get("date_published", ""),
        "updated": said.get("date_modified", ""),
    }


def _documents(entries: list[Any]) -> Iterator[Document]:
    given: Counter[str] = Counter()
    for number, entry in enumerate(entries):
        try:
            title = squeeze(" ".join(block.text for block in _blocks(entry.get("title_detail") or {})))
            blocks = placed(block for part in _parts(entry) for block in _blocks(part))
            reason = None if title or blocks else "empty"
        except UnreadableDocument as error:
            title, blocks, reason = "", (), error.reason
        key = entry.get("id") or entry.get("link") or content_key([title, *(block.text for block in blocks)])
        yield Document(
            title=title, blocks=blocks, row_key=unique_key(key, given), row_number=number, reason=reason, stated=_day(entry)
        )


def _day(entry: Any) -> dt.date | None:
    # Not as feedparser understands them: it fills what a date leaves out from the clock.
    said = (entry.get(name) for name in ("published", "updated") if name in entry)
    return next((day for text in said if isinstance(text, str) and (day := utc_day(text))), None)


def _parts(entry: Any) -> list[Mapping[str, Any]]:
    contents = [part for part in entry.get("content") or [] if (part.get("value") or "").strip()]
    return contents or [entry.get("summary_detail") or {}]


def _blocks(part: Mapping[str, Any]) -> Iterator[Block]:
    """The blocks of one text construct (RFC 4287, 3.1): plain text with blank lines between paragraphs, or HTML."""
    value = part.get("value") or ""
    return text_blocks(value.strip()) if part.get("type") == "text/plain" else markup_blocks(value)


def _sniff(content: bytes) -> bool:
    head = content[:_HEAD_BYTES].replace(b"\x00", b"")  # UTF-16 too
    return _ROOT.search(head) is not None or _JSON.search(head) is not None


FORMAT = Format(
    name="feed",
    suffixes=(".rss", ".atom", ".xml", ".json"),
    read=read,
    sniff=_sniff,
    versions=library_versions("feedparser", "lxml"),
)
