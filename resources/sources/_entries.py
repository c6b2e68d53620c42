"""Feeds taken apart: each entry as a document of its own, which the reader of feeds reads as it would in the whole.

A feed is parsed in a process that can do nothing else (`resources.confined`), and what that says of its entries is checked here.

Belongs here: RSS, RDF, Atom and JSON Feed as far as entries have to be told apart, dated and kept; no more. Does not belong here:
reading their text (`winnow.formats.feed`), and fetching.

Of an entry the elements are kept that hold its text, identity, day and rights, in canonical form (C14N), so that an entry that says
the same is the same bytes, whatever counters and advertisements its feed changes around it.
"""

import copy
import datetime as dt
import hashlib
import html.entities
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from resources.confined import confined
from resources.sources._optouts import licence_name
from resources.sources._pages import iso_date
from resources.sources._visit import http_date
from winnow.errors import UnreadableDocument

ATOM = "http://www.w3.org/2005/Atom"

MAX_ENTRIES = 10_000  # of one feed; those that list a whole archive have some thousand

MAX_TAGS = 1_000_000  # of one feed: each takes some hundred bytes once parsed, and 10,000 entries have 200,000

_KEPT = frozenset(
    {
        "title",
        "content",
        "encoded",
        "description",
        "summary",
        "id",
        "guid",
        "link",
        "pubDate",
        "published",
        "issued",
        "date",
        "rights",
    }
    | {"license"}
)
_NOT_KEPT_IN = frozenset(
    {"http://search.yahoo.com/mrss/", "http://www.itunes.com/dtds/podcast-1.0.dtd"}
)  # their titles are others

_FULL = frozenset({"content", "encoded"})

_DATES = (("published", "pubDate", "issued", "date"), ("updated", "modified"))

_KEY = re.compile(r"[0-9a-f]{32}\.(?:atom|rss)")  # as `_key` makes them

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"

_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML has none of them


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: ``key`` is a hash of its identity, ``content`` a feed of itself alone, ``full`` whether that is more than a summary."""

    key: str
    content: bytes
    link: str
    published: dt.datetime | None
    updated: dt.datetime | None
    full: bool
    licences: tuple[str, ...]


def told(content: bytes, charset: str, place: str) -> list[Entry]:
    """`read` in a confined process.

    Raises:
        UnreadableDocument: as `read` does; ``timeout``, ``memory`` or ``worker_died`` for one that no parser gets through.
    """
    said = confined(said_of, content, {"charset": charset, "place": place})
    if not isinstance(said, list) or len(said) > MAX_ENTRIES:
        raise UnreadableDocument("worker_died")
    return list(map(_believed, said))


def said_of(content: bytes, about: Mapping[str, str]) -> list[dict[str, Any]]:
    """`read` as plain values; ``about`` has ``charset`` and ``place``."""
    return [
        {
            **{name: getattr(entry, name) for name in ("key", "link", "full", "licences")},
            "content": entry.content.decode("utf-8"),  # as C14N writes it
            **{name: None if (at := getattr(entry, name)) is None else at.isoformat() for name in ("published", "updated")},
        }
        for entry in read(content, about["charset"], about["place"])
    ]


def _believed(said: Any) -> Entry:
    """An entry from what a parser's process says: a key that is a hash and leads nowhere else, and the rest of the right types."""
    match said:
        case {
            "key": str(key), "link": str(link), "full": bool(full), "licences": [*licences], "content": str(content),
            "published": str() | None as published, "updated": str() | None as updated,
        } if _KEY.fullmatch(key) and all(isinstance(name, str) for name in licences):  # fmt: skip
            moments = [None if at is None else iso_date(at) for at in (published, updated)]
            return Entry(key, content.encode("utf-8", "replace"), link, moments[0], moments[1], full, tuple(licences))
    raise UnreadableDocument("worker_died")


def read(content: bytes, charset: str, place: str) -> list[Entry]:
    """The entries of a feed at ``place`` (its address without scheme), in its order; of equal identities the first.

    Raises:
        UnreadableDocument: ``malformed`` (no feed), ``too_large`` (more tags than any feed has).
    """
    if content.count(b"<") > MAX_TAGS:
        raise UnreadableDocument("too_large")
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            found = list(_json_entries(content, place))
        else:
            found = list(_xml_entries(content, charset, place))
    except (etree.LxmlError, ValueError):  # names and namespaces that the repairing parser lets through
        raise UnreadableDocument("malformed") from None
    return list({entry.key: entry for entry in reversed(found)}.values())[::-1]


def _xml_entries(content: bytes, charset: str, place: str) -> Iterator[Entry]:
    declared = re.match(rb"[^<]{0,8}<\?xml[^>]{0,200}encoding", content)
    try:
        parser = _parser(charset if charset and not declared else None)
    except LookupError:
        parser = _parser(None)
    try:
        root = etree.fromstring(_ENTITY.sub(_number, content), parser)
    except etree.XMLSyntaxError:
        root = None
    # Where the repairing parser meets one of its limits, such as that on depth, it leaves out the rest without a word.
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise UnreadableDocument("malformed")
    kind = "" if root is None else _local(root)
    if kind not in {"feed", "rss", "RDF"} or ":" in str(root.tag).rpartition("}")[2]:
        raise UnreadableDocument("malformed")
    etree.strip_elements(
        root, etree.Entity, with_tail=False
    )  # the parser leaves what it may not resolve, which C14N cannot write
    rights = _licences(root.iterchildren("{*}channel", "channel")) if kind != "feed" else _licences([root])
    elements = root.iter("{*}entry", "entry") if kind == "feed" else root.iter("{*}item", "item")
    for number, element in enumerate(elements):
        if number == MAX_ENTRIES:
            return
        yield _entry(root, element, place, rights)


def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _number(match: re.Match[bytes]) -> bytes:
    """HTML's names for characters as numbers: feeds use them, and XML does not know them."""
    text = html.entities.html5.get(match[1].decode("ascii"))
    return match[0] if text is None else "".join(f"&#{ord(character)};" for character in text).encode()


def _entry(root: Any, element: Any, place: str, rights: tuple[str, ...]) -> Entry:
    ours = [child for child in element.iterchildren() if _namespace(child) not in _NOT_KEPT_IN]
    children = [child for child in ours if _local(child) in _KEPT]
    texts: dict[str, str] = {}
    for child in ours:
        texts.setdefault(_local(child), "".join(child.itertext()).strip())
    link = _link(children)
    kept = _alone(root, element, children)
    identity = texts.get("id") or texts.get("guid") or element.get(f"{{{_RDF}}}about") or link
    published, updated = (next(filter(None, (_moment(texts.get(name, "")) for name in names)), None) for names in _DATES)
    full = any(_local(child) in _FULL and (len(child) or (child.text or "").strip()) for child in children)
    suffix = ".atom" if _local(root) == "feed" else ".rss"
    key = _key(identity or hashlib.sha256(kept).hexdigest(), place) + suffix
    return Entry(key, kept, link, published, updated, full, _licences([element]) or rights)


def _alone(root: Any, element: Any, children: list[Any]) -> bytes:
    """A feed of ``element`` with ``children`` alone."""
    base = {
        name: value
        for name in ("base", "lang", "space")
        if (value := element.xpath(f"string(ancestor-or-self::*[@xml:{name}][1]/@xml:{name})"))
    }
    kind = _local(root)
    feed = etree.Element(root.tag, nsmap={None if kind == "feed" else "rdf": _namespace(root)} if _namespace(root) else None)
    if kind == "rss":
        feed.set("version", root.get("version", "2.0"))
    above = etree.SubElement(feed, "channel") if kind == "rss" else feed
    alone = etree.SubElement(above, element.tag, nsmap={None: _namespace(element)} if _namespace(element) else None)
    for name, value in base.items():
        alone.set(f"{{{_XML}}}{name}", value)
    if about := element.get(f"{{{_RDF}}}about"):
        alone.set(f"{{{_RDF}}}about", about)
    for child in children:
        kept = copy.deepcopy(child)
        kept.tail = None
        alone.append(kept)
    try:
        return bytes(etree.tostring(feed, method="c14n", exclusive=True, with_comments=False))
    except etree.LxmlError:  # namespaces that are none, which a repaired feed may have
        return bytes(etree.tostring(feed, encoding="utf-8"))


def _local(element: Any) -> str:
    """The name of ``element`` without namespace and prefix; a prefix that nobody declared stays in what lxml calls its tag."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _namespace(element: Any) -> str:
    return str(element.tag)[1:].partition("}")[0] if isinstance(element.tag, str) and element.tag.startswith("{") else ""


def _link(children: list[Any]) -> str:
    """Where the entry's own page is."""
    for child in children:
        if _local(child) == "link":
            address = child.get("href") or (child.text or "").strip()
            if address and child.get("rel", "alternate") == "alternate":
                return str(address)
    for child in children:  # RSS: a guid is an address unless it says that it is none
        if _local(child) == "guid" and child.get("isPermaLink", "true") == "true":
            return (child.text or "").strip() if re.match(r"https?://", (child.text or "").strip()) else ""
    return ""


def _licences(elements: Any) -> tuple[str, ...]:
    """The licences that ``elements`` name themselves, not what stands in them."""
    found = []
    for element in elements:
        for child in element.iterchildren():
            name = _local(child)
            if name in {"rights", "license", "copyright"}:
                text = child.get(f"{{{_RDF}}}resource") or "".join(child.itertext())
                found.append(licence_name(text))
            elif name == "link" and child.get("rel") == "license":
                found.append(licence_name(child.get("href", "")))
    return tuple(dict.fromkeys(filter(None, found)))


def _json_entries(content: bytes, place: str) -> Iterator[Entry]:
    """Entries of a JSON Feed (jsonfeed.org, 1.1) as Atom."""
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableDocument("malformed") from None
    if (
        not isinstance(said, dict)
        or "jsonfeed.org/version/" not in str(said.get("version"))
        or not isinstance(said.get("items"), list)
    ):
        raise UnreadableDocument("malformed")
    for one in said["items"][:MAX_ENTRIES]:
        if isinstance(one, dict):
            yield _json_entry(
                {name: _CONTROL.sub("", str(value)) for name, value in one.items() if isinstance(value, str | int)}, place
            )


def _json_entry(one: dict[str, str], place: str) -> Entry:
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry")
    text = next(
        ((kind, one[name]) for kind, name in (("html", "content_html"), ("text", "content_text")) if one.get(name)), None
    )
    link = one.get("url", "")
    for tag, kind, value in (
        ("id", "", one.get("id") or link),
        ("title", "text", one.get("title", "")),
        ("published", "", one.get("date_published", "")),
        ("content", text[0] if text else "", text[1] if text else ""),
        ("summary", "text", "" if text else one.get("summary", "")),
    ):
        if value:
            etree.SubElement(entry, f"{{{ATOM}}}{tag}", {"type": kind} if kind else {}).text = value
    kept = bytes(etree.tostring(feed, method="c14n", exclusive=True))
    key = _key(one.get("id") or link or hashlib.sha256(kept).hexdigest(), place) + ".atom"
    return Entry(
        key, kept, link, iso_date(one.get("date_published", "")), iso_date(one.get("date_modified", "")), bool(text), ()
    )


def _key(identity: str, place: str) -> str:
    """The hash of an identity: one that is an address or another URI is the entry's anywhere, else it is one of its feed alone."""
    scope = "" if re.match(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:", identity) else place
    return hashlib.sha256(f"{scope}\0{identity}".encode("utf-8", "replace")).hexdigest()[:32]


def _moment(text: str) -> dt.datetime | None:
    return iso_date(text) or http_date(text)
