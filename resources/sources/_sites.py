"""What each site allows: the files that speak for a whole origin, fetched at most once a day.

Belongs here: robots.txt, tdmrep.json, ai.txt and RSL documents of an origin, what their absence means, and what they say about one
address. Does not belong here: what these files can say (`_robots`, `_optouts`), and what a page says itself (`_pages`).

A robots.txt that is not there (4xx) allows everything; one that cannot be had (5xx, no answer, too many redirects) allows nothing
until it can be had again (RFC 9309, 2.3.1). The other files are held to the same rule, since a reservation that cannot be read is
still one. 429 is no answer either.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from resources.sources import _optouts, _robots
from resources.sources._addresses import Address, BadAddress, resolve
from resources.sources._cache import Cache
from resources.sources._fetch import PRODUCT, FetchFailed
from resources.sources._optouts import Signal
from resources.sources._robots import Pattern, Robots
from resources.sources._visit import Visitor

LIFETIME = dt.timedelta(hours=24)  # that a robots.txt may be kept for (RFC 9309, 2.4)

MAX_REDIRECTS = 5  # in a row (RFC 9309, 2.3.1.2)

MAX_LICENCES = 4  # RSL documents of one site or page that are looked at

REDIRECTS = frozenset({301, 302, 303, 307, 308})

_ROBOTS, _TDMREP, _AI = "/robots.txt", "/.well-known/tdmrep.json", "/ai.txt"


@dataclass(frozen=True)
class Site:
    """What one origin says."""

    robots: Robots = field(default_factory=Robots)
    tdm: tuple[tuple[Pattern, bool, str], ...] = ()
    ai: Robots | None = None
    rsl: tuple[tuple[Address, bytes], ...] = ()

    def crawl_refusal(self, address: Address) -> Signal | None:
        """The rule by which ``address`` may not be fetched."""
        rule = self.robots.refusal(address.target, PRODUCT)
        return Signal("robots", f"robots.txt {rule}", refuses=True) if rule else None

    def usage(self, address: Address, heeded: Sequence[str]) -> Iterator[Signal]:
        """What is said about using the text at ``address``, apart from TDMRep; ``heeded`` are crawlers whose exclusion is ours."""
        for rule in self.robots.preferences(address.target, PRODUCT):
            yield _optouts.preference(
                rule.name.replace("-", "_"), f"robots.txt {rule.name} {rule.pattern.text}".strip(), rule.value
            )
        named = self.robots.named_refusal(address.target, heeded)
        if named:
            yield Signal("training_crawlers", f"robots.txt {named[0]}: {named[1]}", refuses=True)
        if self.ai is not None:
            refusal = self.ai.refusal(address.target, PRODUCT)
            if refusal:
                yield Signal("ai_txt", f"ai.txt {refusal}", refuses=True)
        for base, content in self.rsl:
            signal = _optouts.rsl_signal(content, address, base)
            if signal:
                yield signal


class Sites:
    """The sites that one scan meets."""

    def __init__(self, visitor: Visitor, cache: Cache) -> None:
        """Files are kept in ``cache`` from one scan to the next."""
        self._visitor, self._cache = visitor, cache
        self._sites: dict[str, Site | str] = {}

    def of(self, address: Address) -> Site:
        """What the site of ``address`` says.

        Raises:
            FetchFailed: ``site_rules_unreachable``: nothing is allowed for now.
            Postponed: see `Visitor.answer`.
        """
        known = self._sites.get(address.origin)
        if known is None:
            try:
                known = self._read(address)
            except FetchFailed as error:
                known = error.reason
            self._sites[address.origin] = known
        if isinstance(known, str):
            raise FetchFailed(known)
        return known

    def licence(self, place: Address) -> bytes:
        """The RSL document at ``place``; empty if it is not there."""
        return self._file(place, str(place), 256 * 1024)[2]

    def _read(self, address: Address) -> Site:
        robots_at = address.at(_ROBOTS)
        robots = _robots.parse(self._file(robots_at, _ROBOTS, _robots.MAX_BYTES + 1)[2])
        self._visitor.slow_down(address.authority, robots.delay(PRODUCT))
        found: dict[str, bytes] = {}
        for name in (_TDMREP, _AI):
            allowed = robots.refusal(name, PRODUCT) is None
            found[name] = self._file(address.at(name), name, _robots.MAX_BYTES)[2] if allowed else b""
        rsl = []
        for reference in robots.licences[:MAX_LICENCES]:
            try:
                place = resolve(robots_at, reference)
            except BadAddress:
                continue
            rsl.append((robots_at, self.licence(place)))
        ai = _robots.parse(found[_AI])
        return Site(robots, _optouts.tdmrep_rules(found[_TDMREP]), ai if ai.groups else None, tuple(rsl))

    def _file(self, address: Address, name: str, max_bytes: int) -> tuple[int, str, bytes]:
        """Status, address and bytes of a site's file; no bytes if it is not there."""
        kept = self._cache.site_file(address.origin, name)
        if kept and self._visitor.now - dt.datetime.fromisoformat(kept[1]) < LIFETIME:
            return kept[0], kept[2], kept[3]
        status, final, body = self._fetched(address, max_bytes)
        self._cache.save_site_file(address.origin, name, (status, self._visitor.stamp, final, body))
        return status, final, body

    def _fetched(self, address: Address, max_bytes: int) -> tuple[int, str, bytes]:
        at = address
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._visitor.answer(at, max_bytes=max_bytes, cut=True, for_site=True)
            except FetchFailed:
                raise FetchFailed("site_rules_unreachable") from None
            if answer.status not in REDIRECTS:
                break
            try:
                at = redirected(at, answer.headers.get("location", ""))
            except BadAddress:
                raise FetchFailed("site_rules_unreachable") from None
        else:
            raise FetchFailed("site_rules_unreachable")
        if 200 <= answer.status < 300:
            return answer.status, str(at), answer.body
        if 400 <= answer.status < 500:
            return answer.status, str(at), b""
        raise FetchFailed("site_rules_unreachable")


def redirected(at: Address, location: str) -> Address:
    """Where a redirect leads; BadAddress if it leads nowhere, or from https to http."""
    there = resolve(at, location)
    if not location or (at.scheme == "https" and there.scheme == "http"):
        raise BadAddress("leads nowhere")
    return there
