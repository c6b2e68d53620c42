"""What a site, an answer or a page says about being mined and trained on, and under which licence it says to be.

Belongs here: each way of saying no, read from bytes and headers, and which of them we obey. Does not belong here: robots.txt's
grammar (`_robots`), fetching (`_sites`, `_visit`), and what the catalog claims about a source.

Obeyed, each where it stands (EU directive 2019/790, article 4(3) asks for machine-readable reservations):

- TDMRep (W3C community group report, 2024): ``tdm-reservation`` as page's meta tag, answer's header, rule of
  ``/.well-known/tdmrep.json`` and property of a PDF's metadata; the closer one decides, as the report says. A ``tdm-policy`` offers
  terms, it grants nothing;
- ``Content-Usage`` and ``Content-Signal`` in headers as in robots.txt;
- ``noai`` and ``noml`` in ``X-Robots-Tag`` and the ``robots`` meta tag;
- RSL 1.0: a licence document that prohibits training, permits other uses only, or asks to be paid;
- ``ai.txt`` in Spawning's form, which is robots.txt about training.

Not obeyed, because they speak of other things: ``noindex``, ``nosnippet``, ``noarchive`` (search results), ``noimageai`` (pictures),
``nofollow``, and ``llms.txt`` (a guide to a site). What is found of them is recorded.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from resources.sources import _robots
from resources.sources._addresses import Address, BadAddress, parse, resolve
from resources.sources._robots import Pattern
from winnow.errors import UnreadableDocument
from winnow.formats._base import parse_xml

MAX_PAGE_BYTES = 4 * 1024 * 1024  # of a page that are searched; what says no stands in its head, its licence often in its foot

_TAGS_WITH_VALUES = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})

_FORBIDDING_TAGS = frozenset({"noai", "noml"})
_OTHER_TAGS = frozenset({"noimageai", "noindex", "none", "noarchive", "nosnippet"})

_PDF_RESERVATION = re.compile(rb"tdm:reservation(?:\s{0,4}=\s{0,4}[\"']|\s{0,4}>)\s{0,4}([01])")

_CREATIVE_COMMONS = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]{1,20})/([0-9.]{1,4})(?:/([a-z]{2,3})(?=[/\"']|$))?",
    re.IGNORECASE,
)

_RSL_USES = frozenset({"all", "ai-all", "ai-train", "train-ai"})  # that training belongs to
_RSL_FREE = frozenset({"free", "attribution"})


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that was said: ``kind`` is a word to count by, ``rule`` the words themselves, ``refuses`` whether they are a no."""

    kind: str
    rule: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page says about itself: meta tags by lower-case name, its canonical address, its licences."""

    metas: Mapping[str, Sequence[str]]
    canonical: str | None
    licences: tuple[str, ...]
    rsl: tuple[str, ...] = ()


NO_WORDS = PageWords({}, None, ())


def tdmrep_rules(content: bytes) -> tuple[tuple[Pattern, bool, str], ...]:
    """The rules of a ``tdmrep.json``: path pattern, whether rights are reserved, the policy's address; empty if it is none."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    rules = []
    for rule in said if isinstance(said, list) else [said]:
        if isinstance(rule, dict) and isinstance(rule.get("location"), str):
            reserved = _reservation(rule.get("tdm-reservation"))
            if reserved is not None:
                rules.append((Pattern.parse(rule["location"]), reserved, str(rule.get("tdm-policy") or "")))
    return tuple(rules)


def tdm_signal(
    target: str, rules: Iterable[tuple[Pattern, bool, str]], headers: Mapping[str, str], words: PageWords
) -> Signal | None:
    """The reservation that holds for the page at ``target``: the page's own, else the answer's, else the site's first that matches."""
    for place, value in (
        ("meta", next(iter(words.metas.get("tdm-reservation", ())), None)),
        ("header", headers.get("tdm-reservation")),
    ):
        reserved = _reservation(value)
        if reserved is not None:
            return Signal("tdm_reservation", f"{place} tdm-reservation: {int(reserved)}", reserved)
    for pattern, reserved, _ in rules:
        if pattern.matches(target):
            return Signal("tdm_reservation", f"tdmrep.json {pattern.text}: {int(reserved)}", reserved)
    return None


def pdf_signal(content: bytes) -> Signal | None:
    """The reservation in a PDF's metadata (XMP, which is stored uncompressed so that it can be found)."""
    match = _PDF_RESERVATION.search(content)
    return Signal("tdm_reservation", f"pdf tdm:reservation: {match[1].decode()}", match[1] == b"1") if match else None


def header_signals(headers: Mapping[str, str], agent: str) -> Iterator[Signal]:
    """What an answer's headers say, apart from TDMRep."""
    for name, kind in (("content-usage", "content_usage"), ("content-signal", "content_signal")):
        if headers.get(name):
            yield preference(kind, f"header {name}", headers[name])
    yield from _tags(headers.get("x-robots-tag", ""), agent, "header x-robots-tag")


def meta_signals(words: PageWords, agent: str) -> Iterator[Signal]:
    """What a page's meta tags say, apart from TDMRep."""
    for name in ("robots", agent):
        for content in words.metas.get(name, ()):
            yield from _tags(content, agent, f"meta {name}")


def preference(kind: str, place: str, text: str) -> Signal:
    """The preference expression ``text`` as a signal."""
    return Signal(kind, f"{place}: {text[:200]}", _robots.forbids_training(_robots.usage(text)))


def page_words(content: bytes, charset: str = "") -> PageWords:
    """What the page ``content`` says about itself; nothing if it cannot be parsed at all."""
    try:
        parser = html.HTMLParser(encoding=charset or None, no_network=True, huge_tree=False)
    except LookupError:
        parser = html.HTMLParser(no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(content[:MAX_PAGE_BYTES], parser=parser)
    except (etree.LxmlError, ValueError):
        return NO_WORDS
    metas: dict[str, list[str]] = {}
    canonical: str | None = None
    licences: list[str] = []
    rsl: list[str] = []
    for element in root.iter("meta", "link", "a"):
        if element.tag == "meta":
            name = (element.get("name") or element.get("property") or "").strip().lower()
            metas.setdefault(name, []).append((element.get("content") or "").strip())
            continue
        relations = (element.get("rel") or "").lower().split()
        address = (element.get("href") or "").strip()
        if "license" in relations and element.get("type", "").lower() == "application/rsl+xml":
            rsl.append(address)
        elif "license" in relations:
            licences.append(address)
        elif "canonical" in relations and element.tag == "link":
            canonical = canonical or address
    for name in ("dc.rights", "dcterms.rights", "dcterms.license", "dc.license", "dc:rights", "license"):
        licences += metas.get(name, ())
    return PageWords(metas, canonical, tuple(dict.fromkeys(filter(None, licences))), tuple(rsl))


def link_header(headers: Mapping[str, str]) -> PageWords:
    """The licences and the canonical address that a ``Link`` header names (RFC 8288)."""
    licences: list[str] = []
    rsl: list[str] = []
    canonical: str | None = None
    for match in re.finditer(r"<([^<>]{1,2048})>([^<]{0,512})", headers.get("link", "")):
        parameters = match[2].lower()
        relation = re.search(r"\brel\s{0,4}=\s{0,4}\"?([a-z -]{1,60})", parameters)
        relations = relation[1].split() if relation else []
        if "license" in relations:
            (rsl if "application/rsl+xml" in parameters else licences).append(match[1])
        elif "canonical" in relations:
            canonical = match[1]
    return PageWords({}, canonical, tuple(licences), tuple(rsl))


def licence_name(text: str) -> str:
    """The SPDX identifier of the licence that ``text`` names by address, or the first 200 characters of ``text``."""
    match = _CREATIVE_COMMONS.search(text)
    if match is None:
        return " ".join(text.split())[:200]
    family, kind, version, country = (part.lower() if part else "" for part in match.groups())
    if family == "publicdomain":
        return {"zero": f"CC0-{version}", "mark": f"CC-PDM-{version}"}.get(kind, f"CC-{kind}")
    return "-".join(filter(None, ("CC", kind.upper(), version, country.upper() if version < "4" else "")))


def contradicts(claimed: str, found: Iterable[str]) -> bool:
    """Whether the licences found on a page are known ones and none of them is the one that the catalog claims."""
    known = {name for name in found if re.match(r"CC0?-", name)}
    return bool(known) and claimed not in known


def rsl_signal(content: bytes, address: Address, base: Address) -> Signal | None:
    """What the RSL document ``content``, found at ``base``, says about training on the page at ``address``; None if nothing.

    Of several ``content`` elements that cover the page those with the longest pattern hold.
    """
    try:
        root = parse_xml(content)
    except UnreadableDocument:
        return None
    covering: list[tuple[int, Any]] = []
    for element in root.iter("{*}content", "content"):
        pattern = _rsl_pattern(element.get("url") or "/", address, base)
        if pattern is not None and pattern.matches(address.target):
            covering.append((pattern.length, element))
    longest = max((length for length, _ in covering), default=0)
    licences = [
        licence for length, element in covering if length == longest for licence in element.iter("{*}license", "license")
    ]
    if not licences:
        return None
    # Any one licence that lets us train for nothing is enough: they are offers to choose from.
    reasons = [_rsl_refusal(licence) for licence in licences]
    if any(reason is None for reason in reasons):
        return Signal("rsl", "rsl permits", refuses=False)
    return Signal("rsl", f"rsl {reasons[0]}", refuses=True)


def _rsl_pattern(url: str, address: Address, base: Address) -> Pattern | None:
    if url.startswith(("/", "*")):
        return Pattern.parse(url) if base.host == address.host else None
    starless, star, rest = url.partition("*")
    try:
        at = parse(starless) if "://" in starless else resolve(base, starless)
    except BadAddress:
        return None
    return Pattern.parse(f"{at.target}{star}{rest}") if at.host == address.host else None


def _rsl_refusal(licence: Any) -> str | None:
    uses: dict[str, set[str]] = {"permits": set(), "prohibits": set()}
    for name, said in uses.items():
        for element in licence.iter(f"{{*}}{name}", name):
            if element.get("type", "usage") == "usage":
                said.update(re.split(r"[\s,]+", (element.text or "").strip().lower()))
    if uses["prohibits"] & _RSL_USES:
        return "prohibits ai-train"
    if uses["permits"] - {""} and not uses["permits"] & _RSL_USES:
        return "permits other uses only"
    for element in licence.iter("{*}payment", "payment"):
        if element.get("type", "free").lower() not in _RSL_FREE:
            return "asks for payment"
    return None


def _reservation(value: object) -> bool | None:
    """Whether rights are reserved; None for anything but 0 and 1, which the report calls unset."""
    said = {part.strip() for part in str(value).split(",")} if isinstance(value, int | str) else set()
    return "1" in said if said and said <= {"0", "1"} else None  # said twice, a yes holds


def _tags(text: str, agent: str, place: str) -> Iterator[Signal]:
    """The directives of a robots tag that are for ``agent`` or for all: a name with a colon begins those for one crawler."""
    for line in text.lower().split("\n"):
        yield from _line_of_tags(line, agent, place)


def _line_of_tags(line: str, agent: str, place: str) -> Iterator[Signal]:
    ours = True
    for part in line.split(","):
        name, colon, rest = part.strip().partition(":")
        if colon and name.strip() not in _TAGS_WITH_VALUES:
            ours = name.strip() in {agent, "*", "robots"}
            name = rest
        for directive in name.split():
            if ours and directive in _FORBIDDING_TAGS | _OTHER_TAGS:
                yield Signal("robots_tag", f"{place}: {directive}", directive in _FORBIDDING_TAGS)
