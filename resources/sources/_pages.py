"""One page: fetched under all the rules, judged, and put into the cache with what is known of it.

Belongs here: redirects, conditional requests, what each answer means for what is kept, the verdict. Does not belong here: which
pages there are (`web`, `feed`), pauses (`_visit`), and the rules of sites (`_sites`).

What an answer means: 200 is stored, 304 leaves what is there, 410 and 451 remove it at once, 404 after ``gone_after`` of them in a
row; a no to fetching or mining removes it at once; everything else is an error, and keeps what was there.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from resources.sources import _optouts
from resources.sources._addresses import Address, BadAddress, object_key, parse, resolve
from resources.sources._cache import Cache, Record
from resources.sources._fetch import FAILURES, PRODUCT, Answer, FetchFailed
from resources.sources._optouts import NO_WORDS, PageWords, Signal
from resources.sources._public import PublicSource
from resources.sources._sites import MAX_LICENCES, MAX_REDIRECTS, REDIRECTS, Site, Sites, redirected
from resources.sources._visit import Postponed, Visitor, http_date

GONE, UNAVAILABLE_FOR_LEGAL_REASONS = 410, 451

_PERMANENT = frozenset({301, 308})

KEPT_HEADERS = ("tdm-reservation", "tdm-policy", "content-usage", "content-signal", "x-robots-tag", "link", "content-type")
"""Headers that hold for the page as long as it has not changed; an answer 304 need not repeat them (RFC 9110, 15.4.5)."""

_MARKUP = frozenset({"text/html", "application/xhtml+xml"})

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)  # nothing on the web is older; servers with a dead clock say 1970

_UNANSWERED = frozenset({*FAILURES, "site_rules_unreachable"})

_PUBLISHED = ("article:published_time", "dcterms.created", "dc.date", "date", "citation_publication_date")


class Refused(Exception):
    """The page may not be fetched, or its text not be used; ``reason`` is the kind of the first signal that says so."""

    def __init__(self, signals: Iterable[Signal]) -> None:
        """Remember ``signals``."""
        self.signals = tuple(signals)
        self.reason = next(signal.kind for signal in self.signals if signal.refuses)
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class Reached:
    """The end of a chain of redirects: what answered, its site, and the address that the object is known by."""

    site: Site
    answer: Answer
    known_as: Address


class Pages:
    """The pages of one scan of one source."""

    def __init__(self, source: PublicSource, cache: Cache, visitor: Visitor, hosts: Iterable[str]) -> None:
        """``hosts`` are those that redirects may lead to; a page's own always is."""
        self._source, self._cache, self._visitor = source, cache, visitor
        self._hosts = frozenset(hosts)
        self.sites = Sites(visitor, cache)

    def due(self, record: Record) -> bool:
        """Whether ``record`` may be visited again."""
        if not record.visited_at:
            return True
        ago = self._visitor.now - dt.datetime.fromisoformat(record.visited_at)
        return ago >= dt.timedelta(hours=self._source.revisit_hours)

    def visit_all(self, records: Iterable[Record]) -> None:
        """Visit those of ``records`` whose turn it is, the longest waiting first, at most ``max_pages``.

        The hosts take turns, so that one's pause is another's time.
        """
        due = sorted((record for record in records if self.due(record)), key=lambda record: (record.visited_at, record.address))
        self._visitor.counts["postponed_pages_used_up"] += max(0, len(due) - self._source.max_pages)
        by_host: dict[str, list[Record]] = {}
        for record in due[: self._source.max_pages]:
            by_host.setdefault(parse(record.address).authority, []).append(record)
        for turn in zip_longest(*by_host.values()):
            for record in filter(None, turn):
                try:
                    self.visit(record)
                except Postponed as error:
                    self._visitor.counts[f"postponed_{error.reason}"] += 1

    def visit(self, record: Record) -> None:
        """Fetch the page of ``record`` and save what became of it.

        Raises:
            Postponed: not in this scan; the record is as it was.
        """
        try:
            reached = self.reach(parse(record.address), record, self._source.page_bytes)
            self._take(record, reached)
        except Refused as refusal:
            self.refuse(record, refusal)
        except FetchFailed as error:
            self._fail(record, error.reason)
        self._cache.save(record)

    def reach(self, address: Address, record: Record, max_bytes: int) -> Reached:
        """The answer at ``address`` or where it redirects to; conditional if ``record`` has something to keep.

        Raises:
            Refused: a site on the way does not want to be fetched.
            FetchFailed: no answer, or a redirect that is not followed: ``redirect``.
            Postponed: not in this scan.
        """
        at = known_as = address
        for _ in range(MAX_REDIRECTS + 1):
            site = self.sites.of(at)
            refusal = site.crawl_refusal(at)
            if refusal:
                raise Refused([refusal])
            asked = _conditions(record) if self._comparable(record) and str(at) == record.final else {}
            answer = self._visitor.answer(at, asked, max_bytes=max_bytes)
            if answer.status not in REDIRECTS:
                return Reached(site, answer, known_as)
            try:
                there = redirected(at, answer.headers.get("location", ""))
            except BadAddress:
                raise FetchFailed("redirect") from None
            if there.authority not in self._hosts | {address.authority}:
                raise FetchFailed("other_host")
            if known_as == at and answer.status in _PERMANENT:
                known_as = there
            at = there
        raise FetchFailed("redirect")

    def _comparable(self, record: Record) -> bool:
        """Whether "nothing has changed" would tell anything."""
        return record.state in {"read", "expired"} or self._cache.has(record)

    def judge(self, site: Site, address: Address, headers: Mapping[str, str], words: PageWords, content: bytes) -> list[Signal]:
        """Everything that is said about using the text at ``address``.

        Raises:
            Refused: some of it is a no, and the catalog has it obeyed.
            FetchFailed: terms that it names cannot be had.
        """
        tdm = _optouts.tdm_signal(address.target, site.tdm, headers, words)
        signals = [tdm] if tdm else []
        if content.startswith(b"%PDF-") and (said := _optouts.pdf_signal(content)):
            signals.append(said)
        signals += [*site.usage(address, self._source.heeded), *_optouts.header_signals(headers, PRODUCT)]
        signals += _optouts.meta_signals(words, PRODUCT)
        for reference in (*words.rsl, *_optouts.link_header(headers).rsl)[:MAX_LICENCES]:
            try:
                place = resolve(address, reference)
            except BadAddress:
                continue
            said = _optouts.rsl_signal(self.sites.licence(place), address, address)
            signals += [said] if said else []
        if self._source.opt_outs == "obey" and any(signal.refuses for signal in signals):
            raise Refused(signals)
        return signals

    def refuse(self, record: Record, refusal: Refused) -> None:
        """Keep nothing of ``record``, and the reason why."""
        self._visitor.counts[f"refused_{refusal.reason}"] += 1
        record.drop("refused", refusal.reason)
        record.visited_at = self._visitor.stamp
        said = next(signal for signal in refusal.signals if signal.refuses)
        record.verdict, record.signals = f"refused: {said.rule}", signals_text(refusal.signals)

    def accept(self, record: Record, signals: Iterable[Signal]) -> None:
        """Note that nothing speaks against ``record``, and by what right it is here."""
        signals = tuple(signals)
        against = [signal.rule for signal in signals if signal.refuses]
        record.verdict = f"allowed by {self._source.basis} against: {against[0]}" if against else "allowed"
        record.signals = signals_text(signals)
        record.licence, record.basis = self._source.licence, self._source.basis

    def _take(self, record: Record, reached: Reached) -> None:
        """Make ``record`` what the answer says."""
        answer = reached.answer
        record.visited_at, record.status, record.final = self._visitor.stamp, answer.status, str(answer.address)
        if answer.status == 304 and record.state == "present":
            self._keep(record, reached)
        elif answer.status == 304 and record.state == "expired":
            self._visitor.counts["unchanged"] += 1
        elif answer.status == 200:
            self._store(record, reached)
        elif answer.status in {GONE, UNAVAILABLE_FOR_LEGAL_REASONS}:
            self._visitor.counts["gone"] += record.state == "present"
            record.drop("gone", f"status_{answer.status}")
        else:
            self._fail(record, f"status_{answer.status}")

    def _keep(self, record: Record, reached: Reached) -> None:
        """The page has not changed; what is said about it may have."""
        kept: dict[str, str] = json.loads(record.headers)
        headers = kept | {name: value for name, value in reached.answer.headers.items() if name in KEPT_HEADERS}
        content = self._cache.content(record)
        words = _words(replace(reached.answer, headers=headers, body=content))
        signals = self.judge(reached.site, reached.answer.address, headers, words, content)
        self.note_licences(record, json.loads(record.licences), signals)
        self.accept(record, signals)
        record.headers, record.misses, record.reason = json.dumps(headers, sort_keys=True), 0, ""
        self._visitor.counts["unchanged"] += 1

    def _store(self, record: Record, reached: Reached) -> None:
        answer = reached.answer
        key = object_key(reached.known_as, answer.content_type)
        if key is None:
            raise FetchFailed("content_type")
        if not answer.body.strip():
            raise FetchFailed("empty")
        words = _words(answer)
        signals = self.judge(reached.site, answer.address, answer.headers, words, answer.body)
        known_as = _canonical(words.canonical or _optouts.link_header(answer.headers).canonical, reached.known_as)
        found = sorted(
            {_optouts.licence_name(text) for text in (*words.licences, *_optouts.link_header(answer.headers).licences)}
        )
        self.note_licences(record, found, signals)
        content = in_utf_8(answer)
        first = not record.sha256
        changed = self._cache.store(record, content, self._visitor.stamp)
        if changed:
            record.dated_ns = self._day(answer, words, first=first)
        if changed or record.state != "expired":  # what was deleted because of its age is not taken up again
            record.state = "present"
        record.key = object_key(known_as, answer.content_type) or key
        record.content_type, record.misses, record.reason = answer.content_type, 0, ""
        record.etag, record.modified = one_line(answer, "etag"), one_line(answer, "last-modified")
        record.headers = json.dumps(
            {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}, sort_keys=True
        )
        self.accept(record, signals)
        self._visitor.counts["new" if first else "changed" if changed else "unchanged"] += 1

    def note_licences(self, record: Record, found: list[str], signals: list[Signal]) -> None:
        """Remember the licences that a page names.

        Raises:
            Refused: they contradict the catalog's, and it has such pages refused.
        """
        record.licences = json.dumps(found)
        if _optouts.contradicts(self._source.licence, found):
            refuses = self._source.licence_mismatch == "refuse"
            signals.append(Signal("licence_mismatch", f"page names {', '.join(found)}"[:300], refuses))
            self._visitor.counts["flagged_licence_mismatch"] += not refuses
            if refuses:
                raise Refused([signals[-1], *signals[:-1]])

    def _fail(self, record: Record, reason: str) -> None:
        """Keep what is there, unless nothing has been there for a while."""
        self._visitor.counts[f"skipped_{reason}"] += 1
        record.reason = reason
        if reason not in _UNANSWERED:
            record.visited_at = self._visitor.stamp
        if reason in {"status_404", "other_host"}:
            record.misses += 1
            if record.state == "present" and record.misses >= self._source.gone_after:
                self._visitor.counts["gone"] += 1
                record.drop("gone", reason)

    def _day(self, answer: Answer, words: PageWords, *, first: bool) -> int:
        """When the page's text is from, in ns after the epoch: published, else last modified, else now."""
        published = next(
            (moment for name in _PUBLISHED for text in words.metas.get(name, ()) if (moment := iso_date(text))), None
        )
        for moment in (published if first else None, http_date(answer.headers.get("last-modified", ""))):
            if moment is not None and _EARLIEST <= moment <= self._visitor.now:
                return nanoseconds(moment)
        return nanoseconds(self._visitor.now)


def kept_headers(answer: Answer) -> str:
    """The headers of ``answer`` that speak of use, as JSON."""
    return json.dumps({name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}, sort_keys=True)


def signals_text(signals: Iterable[Signal]) -> str:
    """``signals`` as JSON for the index."""
    return json.dumps([[signal.kind, signal.rule, signal.refuses] for signal in signals])


def iso_date(text: str) -> dt.datetime | None:
    """The moment that ``text`` names (ISO 8601), in UTC; None if it names none."""
    try:
        moment = dt.datetime.fromisoformat(text.strip()[:40])
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def nanoseconds(moment: dt.datetime) -> int:
    """``moment`` in ns after the epoch."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1) * 1000


def in_utf_8(answer: Answer) -> bytes:
    """The body; in UTF-8 with a byte-order mark where it is text and a header alone says that it is in something else.

    A reader sees the bytes without their header, which counts more than what the page says of itself (HTML, 13.2.3.2).
    """
    if answer.content_type not in _MARKUP | {"text/plain", "text/markdown"} or not answer.charset:
        return answer.body
    try:
        if answer.body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
            return answer.body
        text = answer.body.decode({"iso-8859-1": "cp1252", "latin-1": "cp1252"}.get(answer.charset, answer.charset))
        return answer.body if text.encode() == answer.body else b"\xef\xbb\xbf" + text.encode()
    except (LookupError, UnicodeError):
        return answer.body


def _conditions(record: Record) -> dict[str, str]:
    """The headers that let a server say that nothing has changed."""
    said = {"If-None-Match": record.etag, "If-Modified-Since": record.modified}
    return {name: value for name, value in said.items() if value}


def _words(answer: Answer) -> PageWords:
    return _optouts.page_words(answer.body, answer.charset) if answer.content_type in _MARKUP else NO_WORDS


def _canonical(reference: str | None, address: Address) -> Address:
    """The page's canonical address, if it differs from ``address`` in its query, a final slash or its scheme alone.

    Others are not believed: sites that name their front page as the canonical form of every page are common.
    """
    if not reference:
        return address
    try:
        there = resolve(address, reference)
    except BadAddress:
        return address
    same = there.authority == address.authority and there.path.rstrip("/") == address.path.rstrip("/")
    return there if same else address


def one_line(answer: Answer, name: str) -> str:
    """A header's value as it can be sent back; empty if it is too long for that."""
    value = answer.headers.get(name, "").strip()
    return value if len(value) <= 512 and value.isprintable() and value.isascii() else ""
