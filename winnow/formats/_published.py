"""The day on which a web page says it was published.

Belongs here: the marks that sites give it. Does not belong here: the page's text (`winnow.formats.html`), and whether such a day
counts (`winnow.own_days`).

In this order: the page's ``meta`` elements (Open Graph and what came before it), its JSON-LD (schema.org), its microdata and
microformats. Each speaks alone, the first that tells a day; one that tells several different days tells none, since a front page
dates many stories. An article's own mark is asked for, never just any ``time`` element: that may be an event's, a comment's or
somebody's birthday. Nor is a change asked for: many sites say the moment at which the page was made up for its visitor.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.etree import _Element

from winnow.own_days import EPOCH, utc_day

_META = frozenset(
    {
        "article:published_time",  # Open Graph
        "article:published",
        "og:article:published_time",
        "datepublished",  # as a name, and as schema.org's property of a meta element
        "citation_publication_date",  # Google Scholar's
        "citation_online_date",
        "dcterms.issued",  # Dublin Core
        "dcterms.date",
        "dcterms.created",
        "dc.date.issued",
        "dc.date",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "publish_date",
        "publishdate",
        "date",
    }
)
"""Names and properties of ``meta`` elements, in lower case, under which pages give the day of their publication."""

_LONGEST_JSON = 1_000_000  # characters of one script; a page's own description has some thousand

_MOST_JSON = 20  # scripts looked at

_PAGE_TYPES = ("article", "posting", "page", "report")
"""What a type of schema.org that is a page's text ends with, in lower case: NewsArticle, BlogPosting, WebPage, FAQPage …"""

_MOST_OBJECTS = 1000  # of one script's graph


def published_day(tree: _Element) -> dt.date | None:
    """The day in UTC that the page ``tree`` gives for its publication; None if it gives none, or several."""
    for told in (_of_meta(tree), _of_json(tree), _of_marks(tree)):
        days = {
            day for text in told if (day := _day(text)) is not None and day > EPOCH
        }  # sites write the calendar's first day for none
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _day(text: str) -> dt.date | None:
    return utc_day(text.strip().replace("/", "-"))  # Google Scholar's dates are 2026/01/05


def _of_meta(tree: _Element) -> Iterator[str]:
    for element in tree.iter("meta"):
        named = " ".join(element.get(name) or "" for name in ("property", "name", "itemprop"))
        if not _META.isdisjoint(named.lower().split()):
            yield element.get("content") or ""


def _of_json(tree: _Element) -> Iterator[str]:
    looked = 0
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        looked += 1
        text = script.text or ""
        if looked > _MOST_JSON or len(text) > _LONGEST_JSON:
            return
        try:
            said = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for one in _objects(said):
            if _is_page(one) and isinstance(one.get("datePublished"), str):
                yield one["datePublished"]


def _objects(said: Any) -> Iterator[dict[str, Any]]:
    """What a script describes: an object, a list of them, or a graph; what stands deeper is another thing's part."""
    for one in (said if isinstance(said, list) else [said])[:_MOST_OBJECTS]:
        if isinstance(one, dict):
            graph = one.get("@graph")
            yield from [one, *filter(_is_object, graph[:_MOST_OBJECTS])] if isinstance(graph, list) else [one]


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _is_page(one: dict[str, Any]) -> bool:
    types = one.get("@type")
    named: Iterable[Any] = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.lower().endswith(_PAGE_TYPES) for name in named)


def _of_marks(tree: _Element) -> Iterator[str]:
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag == "meta":
            continue
        marked = "datePublished" in (element.get("itemprop") or "").split() or (
            element.tag == "time" and (element.get("pubdate") is not None or _is_entry_date(element))
        )
        if marked:
            yield element.get("datetime") or element.get("content") or "".join(element.itertext())[:100]


def _is_entry_date(element: _Element) -> bool:
    """Whether a ``time`` element has the class of a microformat (h-entry, hAtom) or of WordPress for an entry's publication."""
    return not {"dt-published", "published", "entry-date"}.isdisjoint((element.get("class") or "").split())
