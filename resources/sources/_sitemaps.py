"""Sitemaps (sitemaps.org protocol 0.9): the addresses in one, and the sitemaps that an index names.

A sitemap is parsed in a process that can do nothing else (`resources.confined`), and what that says is addresses, which the caller
takes for no more than texts.

Belongs here: reading the bytes. Does not belong here: fetching them, and which of the addresses are wanted.
"""

import io
from collections.abc import Mapping

from lxml import etree

from resources.confined import confined
from resources.sources._fetch import FetchFailed, inflated
from winnow.errors import UnreadableDocument

_GZIP = b"\x1f\x8b"

MAX_ADDRESSES = 50_000  # in one sitemap, as the protocol says

MAX_TAGS = 2_000_000  # those of 50,000 addresses with pictures and translations


MAX_CHARACTERS = 2_048  # of an address, as the protocol says; a longer one is none


def named(content: bytes, max_bytes: int) -> tuple[list[str], list[str]]:
    """`read` in a confined process.

    Raises:
        FetchFailed: as `read` does; ``timeout``, ``memory`` or ``worker_died`` for one that no parser gets through.
    """
    try:
        said = confined(said_of, content, {"max_bytes": str(max_bytes)})
    except UnreadableDocument as error:
        raise FetchFailed(error.reason) from None
    match said:
        case {"failed": str(reason)} if reason in {"too_large", "encoding", "sitemap"}:
            raise FetchFailed(reason)
        case {"pages": [*pages], "sitemaps": [*sitemaps]} if len(pages) <= MAX_ADDRESSES and len(sitemaps) <= MAX_ADDRESSES:
            return _addresses(pages), _addresses(sitemaps)
    raise FetchFailed("worker_died")


def _addresses(said: list[object]) -> list[str]:
    return [text for text in said if isinstance(text, str) and len(text) <= MAX_CHARACTERS]


def said_of(content: bytes, about: Mapping[str, str]) -> dict[str, object]:
    """`read` as plain values; ``about`` has ``max_bytes``."""
    try:
        pages, sitemaps = read(content, int(about["max_bytes"]))
    except FetchFailed as error:
        return {"failed": error.reason}
    return {"pages": pages, "sitemaps": sitemaps}


def read(content: bytes, max_bytes: int) -> tuple[list[str], list[str]]:
    """The addresses of pages and of further sitemaps in ``content``: XML, text with one address a line, or either in gzip.

    Raises:
        FetchFailed: ``too_large`` or ``encoding`` while inflating; ``sitemap`` for what is none.
    """
    if content.startswith(_GZIP):
        content = b"".join(inflated(iter([content]), max_bytes))
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = [line.strip() for line in content.decode("utf-8", "replace").splitlines()]
        pages = [line for line in lines if line.startswith(("http://", "https://"))]
        if not pages:
            raise FetchFailed("sitemap")
        return pages[:MAX_ADDRESSES], []
    if b"<!DOCTYPE" in content:  # which no sitemap has, and which alone can declare entities
        raise FetchFailed("sitemap")
    if content.count(b"<") > MAX_TAGS:
        raise FetchFailed("too_large")
    found: dict[str, list[str]] = {"url": [], "sitemap": []}
    try:
        # With repairs: a sitemap that names too little deletes nothing.
        events = etree.iterparse(
            io.BytesIO(content), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
        )
        for _, element in events:
            above = element.getparent()
            if above is None or above.getparent() is not None:  # one of the root's children is one address
                continue
            name = str(element.tag).rpartition("}")[2]
            if name in found:
                found[name] += [(loc.text or "").strip() for loc in element.iterchildren("{*}loc", "loc")][:1]
            element.clear()
            while element.getprevious() is not None:  # else an empty element stays for each of 50,000
                del above[0]
            if len(found["url"]) + len(found["sitemap"]) > MAX_ADDRESSES:
                break
        root = str(events.root.tag).rpartition("}")[2] if events.root is not None else ""
    except (etree.LxmlError, ValueError):
        raise FetchFailed("sitemap") from None
    if root not in {"urlset", "sitemapindex"} and not any(found.values()):
        raise FetchFailed("sitemap")
    return found["url"][:MAX_ADDRESSES], found["sitemap"][:MAX_ADDRESSES]
