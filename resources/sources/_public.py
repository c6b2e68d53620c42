"""What the kinds that fetch from the web share in the catalog, and how what they fetched is listed and read.

Belongs here: the common options and their defaults, and the part of `resources.sources._base.OpenSource` that reads the cache.
Does not belong here: what a kind fetches (`web`, `feed`).
"""

import hashlib
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from resources.sources import _visit
from resources.sources._addresses import Address, BadAddress, parse
from resources.sources._base import Listed, Source
from resources.sources._cache import Cache
from resources.sources._fetch import FAILURES, MEBIBYTE, Fetcher, Limits
from resources.sources._guard import Allowance, Guard
from resources.sources._visit import Visitor, World
from winnow.errors import SourceError, UnreadableDocument

log = logging.getLogger(__name__)

TRAINING_CRAWLERS = (
    "Google-Extended",  # these two fetch nothing at all: they exist to say no to training with
    "Applebot-Extended",
    "GPTBot",
    "ClaudeBot",
    "anthropic-ai",
    "CCBot",
    "meta-externalagent",
    "FacebookBot",
    "Bytespider",
    "cohere-training-data-crawler",
    "AI2Bot",
)
"""Crawlers that gather texts to train on, by their tokens as their makers publish them."""


class PublicSource(Source):
    """Something on the web, and by what right it is fetched and trained on."""

    basis: Literal["licence", "tdm_exception", "permission", "own"] = Field(
        description="by what right: the `licence` it is published under; the exception for text and data mining "
        "(EU 2019/790, article 4); a `permission` you have been given; or because it is your `own`"
    )
    contact: str = Field(
        min_length=3,
        description="e-mail address or page that the user agent names, so that a site's owner can reach you",
    )
    hosts: tuple[str, ...] = Field(
        (), description="further hosts that redirects, sitemaps and linked articles may lead to, such as cdn.example.org"
    )
    allow_addresses: tuple[str, ...] = Field(
        (),
        description="machines that may be reached although they are not public, or a port other than 80 and 443: "
        "`HOST:PORT`, `[IPv6]:PORT` or `NETWORK/BITS:PORT`, such as 127.0.0.1:8080",
    )
    proxy: str | None = Field(
        None,
        pattern=r"^http://[^\s/]+/?$",
        repr=False,
        description="http proxy, such as http://proxy.example.org:3128; it then looks names up, and must itself keep requests "
        "off the network inside. The environment's proxies are not used",
    )
    pause_seconds: float = Field(1, ge=0, le=3600, description="between two requests to a host; a longer Crawl-delay is kept")
    max_pages: int = Field(500, ge=1, description="visited in one scan; the others have their turn in the next")
    max_minutes: float = Field(30, gt=0, description="that one scan may fetch for; what is left has its turn in the next")
    page_bytes: int = Field(16 * MEBIBYTE, ge=1024, description="most bytes of one page, as sent and after inflating")
    page_seconds: float = Field(60, gt=0, le=3600, description="most time for one answer, however slowly it comes")
    revisit_hours: float = Field(20, ge=0, description="an address is not asked again within this time")
    gone_after: int = Field(3, ge=1, description="visits in a row that find nothing (404) before an object counts as deleted")
    opt_outs: Literal["obey", "record"] = Field(
        "obey",
        description="`record` keeps what a site does not want to be mined, and only what robots.txt forbids to fetch is left "
        "alone; for your `own` site and for one that gave you `permission`",
    )
    training_crawlers: tuple[str, ...] | None = Field(
        None,
        description="crawlers whose exclusion by robots.txt counts as ours; default: under `tdm_exception` those that are known "
        "to gather texts to train on, else none",
    )
    licence_mismatch: Literal["flag", "refuse"] = Field(
        "flag", description="what happens to a page that names a Creative Commons licence other than `licence`"
    )

    @field_validator("contact")
    @classmethod
    def _reachable(cls, contact: str) -> str:
        if not re.fullmatch(r"(?:mailto:)?[^\s@()<>]+@[^\s@()<>]+|https?://[^\s()<>]+", contact) or not (
            contact.isascii() and contact.isprintable()
        ):
            raise ValueError("an e-mail address or a page expected, such as data@example.org")
        return contact

    @field_validator("hosts")
    @classmethod
    def _names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(addressed(f"https://{host}").authority for host in hosts)

    @field_validator("allow_addresses")
    @classmethod
    def _allowances(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        for entry in entries:
            Allowance.parse(entry)
        return entries

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, proxy: str | None) -> str | None:
        try:
            known = proxy is None or bool(urlsplit(proxy).hostname and (urlsplit(proxy).port or 1))
        except ValueError:
            known = False
        if not known:
            raise ValueError("an address expected, such as http://proxy.example.org:3128")
        return proxy

    @model_validator(mode="after")
    def _entitled(self) -> "PublicSource":
        if self.opt_outs == "record" and self.basis not in {"own", "permission"}:
            raise ValueError("`opt_outs: record` needs `basis: own` or `basis: permission`; else a no is obeyed")
        return self

    def may_lead_to(self, addresses: Iterable[str]) -> frozenset[str]:
        """The hosts of ``addresses`` and `hosts`, each with and without ``www.``, which is the same site nearly everywhere."""
        named = {*self.hosts, *(parse(address).authority for address in addresses)}
        return frozenset(name for host in named for name in (host, f"www.{host}", host.removeprefix("www.")))

    @property
    def heeded(self) -> tuple[str, ...]:
        """The crawlers whose exclusion counts as ours."""
        if self.training_crawlers is not None:
            return self.training_crawlers
        return TRAINING_CRAWLERS if self.basis == "tdm_exception" else ()


def addressed(text: str) -> Address:
    """``text`` as an address; ValueError says what is wrong with it in the words of a catalog's mistakes."""
    try:
        return parse(text)
    except BadAddress as error:
        message = f"{error}; write an address such as https://example.org/news"
        raise ValueError(message) from None


class FetchedSource:
    """The part of `resources.sources._base.OpenSource` that the cache answers."""

    def __init__(self, source: PublicSource, folder: Path, world: World | None) -> None:
        """``folder`` is the source's cache; nothing is touched yet."""
        self._name, self._world = source.name, world or _visit.WORLD
        self.cache = Cache(source.name, folder)

    def list(self) -> Iterator[Listed]:
        """Every object that is present in the cache; its etag is the hash of its bytes."""
        for key, size, dated_ns, sha256 in self.cache.objects():
            yield Listed(key, size, dated_ns, etag=sha256)

    def read(self, key: str, max_bytes: int) -> bytes:
        """The bytes of the object at ``key``; UnreadableDocument if there are more than ``max_bytes``, or it has gone."""
        pieces, total = [], 0
        for piece in self.cache.pieces(key):
            pieces.append(piece)
            total += len(piece)
            if total > max_bytes:
                raise UnreadableDocument("too_large")
        return b"".join(pieces)

    def sha256(self, key: str) -> str:
        """SHA-256 of the bytes at ``key``."""
        digest = hashlib.sha256()
        for piece in self.cache.pieces(key):
            digest.update(piece)
        return digest.hexdigest()

    def forget(self, keys: Collection[str]) -> int:
        """Delete the bytes of the objects at ``keys``, for ever; the same bytes are not taken up again, others are."""
        if not self.cache.exists():
            return 0
        with self.cache.writing():
            old = [record for key in sorted(keys) for record in self.cache.records_at(key)]
            for record in old:
                record.state, record.reason = "expired", "retention_days"
            self.cache.save_all(old)
            self.cache.sweep()
        return len(old)

    def _visitor(self, source: PublicSource) -> Visitor:
        """What makes the requests of one scan."""
        limits = Limits(min(10, source.page_seconds), min(20, source.page_seconds), source.page_seconds)
        fetcher = Fetcher(
            Guard(source.allow_addresses, self._world.lookup),
            contact=source.contact,
            limits=limits,
            proxy=source.proxy,
            trust=self._world.trust,
        )
        return Visitor(
            fetcher, self.cache, self._world, pause_seconds=source.pause_seconds, scan_seconds=60 * source.max_minutes
        )

    def _finish(self, visitor: Visitor) -> None:
        """Remember and log what the scan did.

        Raises:
            SourceError: every request failed.
        """
        counts = {name: count for name, count in sorted(visitor.counts.items()) if count}
        self.cache.save_scan(visitor.stamp, counts)
        self.cache.sweep()
        log.info("source %r: %s", self._name, ", ".join(f"{name} {count}" for name, count in counts.items()))
        if visitor.counts["requests"] and not visitor.counts["answers"]:
            reasons = sorted(name for name in FAILURES if visitor.counts[f"failed_{name}"])
            words = "; ".join(f"{name}: {FAILURES[name]}" for name in reasons) or "servers answer with errors"
            raise SourceError(f"source {self._name!r} does not answer ({words}). Nothing is taken as deleted meanwhile")
