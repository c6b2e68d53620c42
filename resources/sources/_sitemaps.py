"""Sitemaps (sitemaps.org protocol 0.9): the addresses in one, and the sitemaps that an index names.

Belongs here: reading the bytes. Does not belong here: fetching them, and which of the addresses are wanted.
"""

import io

from lxml import etree

from resources.sources._fetch import FetchFailed, inflated

_GZIP = b"\x1f\x8b"

MAX_ADDRESSES = 50_000  # in one sitemap, as the protocol says

MAX_TAGS = 2_000_000  # those of 50,000 addresses with pictures and translations


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
