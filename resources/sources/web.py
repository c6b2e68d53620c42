"""Pages of the web: those that the catalog lists, and those that sitemaps name.

Each page is one object, fetched into the source's cache by a scan, under the rules of its site. How a request is made is in
`_fetch`, what a site may ask for in `_sites` and `_optouts`, what becomes of a page in `_pages`.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from resources.sources import _sitemaps
from resources.sources._addresses import Address, BadAddress, parse
from resources.sources._base import OpenSource, SourceKind
from resources.sources._cache import Record
from resources.sources._fetch import FetchFailed
from resources.sources._globs import translate
from resources.sources._pages import Pages, Reached, Refused, one_line
from resources.sources._public import FetchedSource, PublicSource, addressed
from resources.sources._visit import Postponed, Visitor, World
from winnow.errors import SourceError

MAX_SITEMAPS = 100  # read in one scan; an index may name 50,000

MAX_WANTED = 100_000  # pages of one source; more are several sources, or a mistake


class WebSource(PublicSource):
    """Pages by their addresses."""

    kind: Literal["web"]
    addresses: tuple[str, ...] = Field((), repr=False, description="pages to fetch, such as https://example.org/about")
    sitemaps: tuple[str, ...] = Field(
        (),
        repr=False,
        description="sitemaps that name pages, or a /robots.txt that names sitemaps; a page that leaves them stays until it is gone",
    )
    include: tuple[str, ...] = Field(
        ("**",),
        min_length=1,
        description="patterns over the paths of pages that sitemaps name, without the first slash: news/**",
    )
    exclude: tuple[str, ...] = Field((), description="patterns of paths to leave out of what sitemaps name")

    @field_validator("addresses", "sitemaps")
    @classmethod
    def _addressed(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(addressed(address)) for address in addresses)

    @field_validator("include", "exclude")
    @classmethod
    def _patterns(cls, globs: tuple[str, ...]) -> tuple[str, ...]:
        for glob in globs:
            translate(glob)
        return globs

    @model_validator(mode="after")
    def _something(self) -> "WebSource":
        if not self.addresses and not self.sitemaps:
            raise ValueError("name pages in `addresses`, or `sitemaps` that name them")
        return self


class OpenWeb(FetchedSource):
    """See `resources.sources._base.OpenSource`."""

    def __init__(self, source: WebSource, folder: Path, world: World | None = None) -> None:
        """``folder`` is the source's cache; ``world`` is by default this one; nothing is touched yet."""
        super().__init__(source, folder, world)
        self._source = source
        self._hosts = source.may_lead_to((*source.addresses, *source.sitemaps))
        taken = json.dumps([source.include, source.exclude, sorted(self._hosts)])
        self._patterns = hashlib.sha256(taken.encode()).hexdigest()
        self._globs = [translate(glob) for glob in source.include], [translate(glob) for glob in source.exclude]

    def refresh(self) -> None:
        """Visit the pages whose turn it is; SourceError if nothing answers."""
        with self.cache.writing():
            visitor = self._visitor(self._source)
            pages = Pages(self._source, self.cache, visitor, self._hosts)
            records = self._wanted(pages, visitor)
            pages.visit_all(records)
            self._finish(visitor)
            if not records:
                raise SourceError(
                    f"source {self._name!r} names no page: none of its sitemaps could be read; check their addresses, and its "
                    "patterns. Nothing is taken as deleted meanwhile"
                )

    def _wanted(self, pages: Pages, visitor: Visitor) -> list[Record]:
        """The records of all pages that are wanted; of a page by http and https the latter."""
        wanted = dict.fromkeys(self._source.addresses, "catalog")
        sitemaps: list[Record] = []
        for place in self._named_by_sitemaps(pages, visitor, sitemaps):
            wanted.setdefault(str(place), "sitemap")
        known = {record.address: record for record in self.cache.records("page")}
        for record in known.values():
            if record.found_by != "catalog" and self._source.sitemaps and self._takes(parse(record.address)):
                wanted.setdefault(record.address, record.found_by)
        by_place: dict[str, str] = {}
        for address in sorted(wanted):  # http sorts before https
            by_place[parse(address).place] = address
        kept = set(by_place.values())
        records = []
        for address in sorted(kept)[:MAX_WANTED]:
            record = known.get(address) or Record(address, "page", wanted[address])
            record.found_by = wanted[address]
            records.append(record)
        for address in known.keys() - kept:
            self.cache.forget(address)
        self.cache.save_all([*records, *sitemaps])  # together: a sitemap that is known has its pages known
        return records

    def _named_by_sitemaps(self, pages: Pages, visitor: Visitor, read: list[Record]) -> Iterator[Address]:
        """The addresses in the sitemaps that answer and have changed, as far as the source takes them; adds those to ``read``."""
        waiting, seen = list(self._source.sitemaps), set(self._source.sitemaps)
        for number, text in enumerate(waiting):
            if number >= MAX_SITEMAPS:
                visitor.counts["skipped_sitemaps"] += len(waiting) - number
                break
            address = parse(text)
            found, further = self._sitemap(pages, visitor, address, read)
            for reference in further:
                for place in _parsed(reference):
                    if place.authority in self._hosts and str(place) not in seen:
                        seen.add(str(place))
                        waiting.append(str(place))
            for reference in found:
                yield from (place for place in _parsed(reference) if self._takes(place))

    def _sitemap(self, pages: Pages, visitor: Visitor, address: Address, read: list[Record]) -> tuple[list[str], list[str]]:
        """The pages and further sitemaps that the one at ``address`` names; nothing if it cannot be had or has not changed."""
        record = self.cache.record(str(address))
        if record is None or record.key != self._patterns:  # other patterns take other pages of the same sitemap
            record = Record(str(address), "sitemap", "catalog", key=self._patterns)
        try:
            if address.path == "/robots.txt":
                return [], list(pages.sites.of(address).robots.sitemaps)
            if not pages.due(record):
                return [], []
            reached = pages.reach(address, record, self._source.page_bytes)
            found = self._read_sitemap(record, reached)
        except Postponed as error:
            visitor.counts[f"postponed_{error.reason}"] += 1
            return [], []
        except (FetchFailed, Refused) as error:
            visitor.counts[f"sitemap_{error.reason}"] += 1
            return [], []
        record.visited_at = visitor.stamp
        read.append(record)
        return found

    def _read_sitemap(self, record: Record, reached: Reached) -> tuple[list[str], list[str]]:
        answer = reached.answer
        record.status, record.final = answer.status, str(answer.address)
        if answer.status == 304:
            return [], []
        if answer.status != 200:
            raise FetchFailed(f"status_{answer.status}")
        found = _sitemaps.named(answer.body, self._source.page_bytes)
        if not found[1]:  # an index is read again each time, since its parts change without it
            record.state, record.etag, record.modified = "read", one_line(answer, "etag"), one_line(answer, "last-modified")
        return found

    def _takes(self, address: Address) -> bool:
        include, exclude = self._globs
        path = address.path[1:]
        return (
            address.authority in self._hosts
            and any(glob.fullmatch(path) for glob in include)
            and not any(glob.fullmatch(path) for glob in exclude)
        )


def _parsed(text: str) -> Iterator[Address]:
    try:
        yield parse(text)  # sitemaps hold whole addresses, nothing relative
    except BadAddress:
        return


def open_web(source: WebSource, cache: Path) -> OpenSource:
    """``source``, fetched into ``cache``."""
    return OpenWeb(source, cache)


SOURCE_KIND = SourceKind("web", WebSource, open_web)
