"""Feeds (RSS, RDF, Atom, JSON Feed): each entry is an object, and so is, if wanted, the article it links to.

A feed shows its newest entries alone. So what it has shown stays: an entry leaves when its feed is gone for good (410), when its
site no longer wants it mined, or when `winnow prune` finds `retention_days` over; never because it has slipped out of the feed.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from resources.sources import _entries
from resources.sources._addresses import Address, BadAddress, parse, resolve
from resources.sources._base import OpenSource, SourceKind
from resources.sources._cache import Record
from resources.sources._entries import Entry
from resources.sources._fetch import FetchFailed
from resources.sources._optouts import NO_WORDS, Signal
from resources.sources._pages import (
    GONE,
    UNAVAILABLE_FOR_LEGAL_REASONS,
    Pages,
    Reached,
    Refused,
    kept_headers,
    nanoseconds,
    one_line,
)
from resources.sources._public import FetchedSource, PublicSource, addressed
from resources.sources._visit import Postponed, Visitor, World
from winnow.errors import SourceError, UnreadableDocument

_ABOUT_FETCHING = frozenset(
    {"robots", "retention_days", "licence_mismatch"}
)  # refusals of an article that say nothing of its entry


class FeedSource(PublicSource):
    """Feeds by their addresses."""

    kind: Literal["feed"]
    feeds: tuple[str, ...] = Field(
        min_length=1, repr=False, description="feeds to fetch, such as https://example.org/news.atom"
    )
    summaries: bool = Field(True, description="whether entries count that hold a summary or a title alone")
    articles: bool = Field(
        False, description="fetch the page that each entry links to as well, where it lies on the feed's host or one of `hosts`"
    )

    @field_validator("feeds")
    @classmethod
    def _addressed(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(addressed(address)) for address in addresses)


class OpenFeed(FetchedSource):
    """See `resources.sources._base.OpenSource`."""

    def __init__(self, source: FeedSource, folder: Path, world: World | None = None) -> None:
        """``folder`` is the source's cache; ``world`` is by default this one; nothing is touched yet."""
        super().__init__(source, folder, world)
        self._source = source
        self._hosts = source.may_lead_to(source.feeds)

    def refresh(self) -> None:
        """Fetch the feeds, and the articles if they are wanted; SourceError if none of the feeds can be read."""
        with self.cache.writing():
            visitor = self._visitor(self._source)
            pages = Pages(self._source, self.cache, visitor, self._hosts)
            self._forget_others()
            failed = [reason for address in self._source.feeds if (reason := self._feed(pages, visitor, parse(address)))]
            if self._source.articles:
                self._visit_articles(pages, visitor)
            self._finish(visitor)
            if len(failed) == len(self._source.feeds):
                raise SourceError(
                    f"source {self._name!r}: none of its feeds can be read ({', '.join(sorted(set(failed)))}); check their addresses. "
                    "Nothing is taken as deleted meanwhile"
                )

    def _forget_others(self) -> None:
        """Forget what came from feeds that the catalog no longer names, and articles if it no longer wants them."""
        for kind in ("feed", "entry", "page"):
            for record in self.cache.records(kind):
                feed = record.address if kind == "feed" else record.found_by
                if feed not in self._source.feeds or (kind == "page" and not self._source.articles):
                    self.cache.forget(record.address)

    def _feed(self, pages: Pages, visitor: Visitor, address: Address) -> str:
        """Bring the entries of one feed up to date; the reason if it cannot be read."""
        record = self.cache.record(str(address)) or Record(str(address), "feed", "catalog")
        try:
            if pages.due(record):
                self._take(pages, visitor, record, pages.reach(address, record, self._source.page_bytes))
        except Postponed as error:
            visitor.counts[f"postponed_{error.reason}"] += 1
        except Refused as refusal:
            self._drop_all(visitor, record, refusal)
        except (FetchFailed, UnreadableDocument) as error:
            visitor.counts[f"feed_{error.reason}"] += 1
            record.reason = error.reason
            self.cache.save(record)
            return error.reason
        return ""

    def _take(self, pages: Pages, visitor: Visitor, record: Record, reached: Reached) -> None:
        """Make the entries of the feed ``record`` what the answer says."""
        answer = reached.answer
        if answer.status in {GONE, UNAVAILABLE_FOR_LEGAL_REASONS}:
            self._gone(visitor, record, f"status_{answer.status}")
            return
        if answer.status not in {200, 304}:
            raise FetchFailed(f"status_{answer.status}")
        headers = json.loads(record.headers) | dict(answer.headers) if answer.status == 304 else answer.headers
        signals = pages.judge(reached.site, answer.address, headers, NO_WORDS, b"")
        record.status, record.final = answer.status, str(answer.address)
        if answer.status == 200:
            entries = _entries.told(answer.body, answer.charset, parse(record.address).place)
            self._store(pages, visitor, record, entries, signals)
            record.etag, record.modified = one_line(answer, "etag"), one_line(answer, "last-modified")
            record.headers = kept_headers(answer)
        self._judge_entries(pages, record, signals)
        record.state, record.reason = "read", ""
        record.visited_at = visitor.stamp
        pages.accept(record, signals)
        self.cache.save(record)

    def _store(self, pages: Pages, visitor: Visitor, feed: Record, entries: Iterable[Entry], signals: Iterable[Signal]) -> None:
        """Store the entries that are new or have changed."""
        for entry in entries:
            if not (entry.full or self._source.summaries):
                visitor.counts["skipped_summary"] += 1
                continue
            address = f"{feed.address}#{entry.key}"
            record = self.cache.record(address) or Record(address, "entry", feed.address, key=f"entries/{entry.key}")
            first = not record.sha256
            if not self.cache.store(record, entry.content, visitor.stamp) and record.state in {"present", "expired"}:
                continue
            moments = (entry.published, entry.updated) if first else (entry.updated,)
            moment = next((moment for moment in moments if moment is not None and moment <= visitor.now), visitor.now)
            record.dated_ns = nanoseconds(moment)
            record.state, record.reason, record.visited_at = "present", "", visitor.stamp
            record.link, record.licences = self._link(feed, entry), json.dumps(entry.licences)
            pages.accept(record, signals)
            visitor.counts["new" if first else "changed"] += 1
            self.cache.save(record)

    def _judge_entries(self, pages: Pages, feed: Record, signals: Sequence[Signal]) -> None:
        """Drop the entries under another licence, and those whose own pages the site does not want mined.

        A site's rules are often about a part of it, which the feed does not lie in.
        """
        for record in self.cache.records("entry"):
            if record.found_by != feed.address or record.state != "present":
                continue
            before, said = replace(record), list(signals)
            try:
                pages.note_licences(record, json.loads(record.licences), said)
                link = parse(record.link) if record.link else None
                if link and link.authority in self._hosts:
                    said += pages.judge(pages.sites.of(link), link, {}, NO_WORDS, b"")
                pages.accept(record, said)
            except Refused as refusal:
                pages.refuse(record, refusal)
            except (FetchFailed, Postponed):  # what cannot be known now is left as it was
                continue
            if record != before:
                self.cache.save(record)

    def _visit_articles(self, pages: Pages, visitor: Visitor) -> None:
        """Visit the pages that entries link to; one that opts out takes its entries with it."""
        entries = self.cache.records("entry")
        records = {record.address: record for record in self.cache.records("page")}
        for entry in entries:
            if not entry.link or entry.state in {"gone", "refused"}:
                continue
            if parse(entry.link).authority not in self._hosts:
                visitor.counts["skipped_other_host"] += 1
                continue
            records.setdefault(entry.link, self.cache.record(entry.link) or Record(entry.link, "page", entry.found_by))
        self.cache.save_all(records.values())
        pages.visit_all(records.values())
        for entry in entries:
            page = self.cache.record(entry.link) if entry.link else None
            if page and page.state == "refused" and page.reason not in _ABOUT_FETCHING and entry.state == "present":
                pages.refuse(entry, Refused([Signal("article_opted_out", page.verdict, refuses=True)]))
                self.cache.save(entry)

    def _drop_all(self, visitor: Visitor, feed: Record, refusal: Refused) -> None:
        """Keep nothing of a feed that does not want to be read or mined."""
        visitor.counts[f"refused_{refusal.reason}"] += 1
        said = next(signal for signal in refusal.signals if signal.refuses)
        for record in (feed, *self.cache.records("entry")):
            if record is feed or (record.found_by == feed.address and record.state == "present"):
                record.drop("refused", refusal.reason)
                record.verdict = f"refused: {said.rule}"
                self.cache.save(record)

    def _gone(self, visitor: Visitor, feed: Record, reason: str) -> None:
        """Keep nothing of a feed that says it is gone for good."""
        feed.visited_at = visitor.stamp
        for record in (feed, *self.cache.records("entry")):
            if record is feed or (record.found_by == feed.address and record.state == "present"):
                visitor.counts["gone"] += record is not feed
                record.drop("gone", reason)
                self.cache.save(record)

    def _link(self, feed: Record, entry: Entry) -> str:
        try:
            return str(resolve(parse(feed.final), entry.link)) if entry.link else ""
        except BadAddress:
            return ""


def open_feed(source: FeedSource, cache: Path) -> OpenSource:
    """``source``, fetched into ``cache``."""
    return OpenFeed(source, cache)


SOURCE_KIND = SourceKind("feed", FeedSource, open_feed)
