"""Asking politely: one request at a time to a host, with a pause between, as often as a scan may, and later if asked to wait.

Belongs here: pauses, repetition, what a scan may take. Does not belong here: whether a site wants the request (`_sites`), the
request itself (`_fetch`).
"""

import datetime as dt
import math
import os
import ssl
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from resources.clock import Clock, clock_from
from resources.sources._addresses import Address
from resources.sources._cache import Cache
from resources.sources._fetch import Answer, Fetcher, FetchFailed
from resources.sources._guard import Lookup

TOO_MANY, UNAVAILABLE = 429, 503  # what a server says that wants to be left alone for a while

ATTEMPTS = 3  # of one request, where the server asks to wait for no longer than
PATIENCE_SECONDS = 120  # within one scan
FIRST_WAIT_SECONDS = 10  # where it does not say how long; doubled each time

MAX_WAIT = dt.timedelta(days=30)  # that a server can ask for; a date further off is a mistake

HOST_FAILURES = 3  # requests to a host that fail in a row before it is left alone for this scan

_HOST_DOWN = frozenset({"connection", "timeout", "tls", "name_not_found"})


class Postponed(Exception):
    """Not now: ``reason`` is ``time_used_up``, ``pages_used_up``, ``asked_to_wait`` or ``host_down``."""

    def __init__(self, reason: str) -> None:
        """Remember ``reason``."""
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class World:
    """What a fetching source takes from outside; tests give another.

    Attributes:
        clock: tells the time; None for the one that the environment names.
        sleep: waits for so many seconds.
        monotonic: seconds that only grow.
        lookup: asks the DNS; None for the system's way.
        trust: the certificates that are trusted; None for the system's.
        last: host → when the last request to it ended, by ``monotonic``: sources of one host share its pauses.
        last_page: the same for pages alone, which is what a crawl delay counts from.
    """

    clock: Clock | None = None
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    lookup: Lookup | None = None
    trust: ssl.SSLContext | None = None
    last: dict[str, float] = field(default_factory=dict)
    last_page: dict[str, float] = field(default_factory=dict)

    def now(self) -> dt.datetime:
        """This moment, in UTC."""
        return (self.clock or clock_from(os.environ)).now()


WORLD = World()


class Visitor:
    """Makes the requests of one scan of one source."""

    def __init__(self, fetcher: Fetcher, cache: Cache, world: World, *, pause_seconds: float, scan_seconds: float) -> None:
        """``pause_seconds`` lie between two requests to a host at least; ``scan_seconds`` is how long all may take."""
        self._fetcher, self._cache, self._world, self._pause = fetcher, cache, world, pause_seconds
        self._deadline = world.monotonic() + scan_seconds
        self.now = world.now()
        self.stamp = self.now.isoformat(timespec="seconds")
        self.counts: Counter[str] = Counter()
        self._delays: dict[str, float] = {}
        self._failed: Counter[str] = Counter()
        self._closed: dict[str, str] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """Leave at least ``seconds`` between two requests to ``host``, as its robots.txt asks."""
        self._delays[host] = seconds

    def answer(
        self,
        address: Address,
        headers: Mapping[str, str] | None = None,
        *,
        max_bytes: int,
        cut: bool = False,
        for_site: bool = False,
    ) -> Answer:
        """The answer to a request for ``address``, after the pause that its host is due.

        ``for_site`` marks a file of the site's own rules, which its crawl delay does not hold up: else a site that wants a day
        between two pages would be asked for its rules alone.

        Raises:
            FetchFailed: there is none.
            Postponed: not in this scan.
        """
        host = address.authority
        for attempt in range(ATTEMPTS):
            self._wait(host, for_site=for_site)
            self.counts["requests"] += 1
            try:
                answer = self._fetcher.get(address, headers, max_bytes=max_bytes, cut=cut)
            except FetchFailed as error:
                self._note_failure(host, error.reason)
                raise
            finally:
                self._note_request(host, for_site=for_site)
            self._failed[host] = 0
            self.counts["bytes"] += answer.wire_bytes
            if answer.status not in {TOO_MANY, UNAVAILABLE}:
                self.counts["answers"] += answer.status < 500
                return answer
            retry_after = answer.headers.get("retry-after", "")
            self.counts["answers"] += bool(retry_after) or answer.status == TOO_MANY  # a server that asks to wait is not down
            self._told_to_wait(host, attempt, retry_after)
        raise AssertionError  # the last attempt has raised

    def _wait(self, host: str, *, for_site: bool) -> None:
        """Sleep until ``host`` may be asked again."""
        if host in self._closed:
            raise Postponed(self._closed[host])
        if self._cache.host(host)[1] > self.stamp:
            self._close(host, "asked_to_wait")
        moment = self._world.monotonic()
        due = max(moment, self._world.last.get(host, -math.inf) + self._pause)
        if not for_site:
            due = max(due, self._page_due(host, moment))
        if due >= self._deadline:
            self._close(host, "time_used_up")
        if due > moment:
            self._world.sleep(due - moment)

    def _page_due(self, host: str, moment: float) -> float:
        """When the crawl delay of ``host`` allows the next page, also counting from an earlier scan's last one."""
        delay = self._delays.get(host, 0)
        if host in self._world.last_page:
            return self._world.last_page[host] + delay
        last_at = self._cache.host(host)[0]
        ago = (self.now - dt.datetime.fromisoformat(last_at)).total_seconds() if last_at else delay
        return moment + max(0.0, delay - max(0.0, ago))

    def _note_request(self, host: str, *, for_site: bool) -> None:
        self._world.last[host] = self._world.monotonic()
        if for_site:
            return
        self._world.last_page[host] = self._world.last[host]
        self._cache.save_host(host, self.stamp, "")

    def _note_failure(self, host: str, reason: str) -> None:
        self.counts[f"failed_{reason}"] += 1
        self._failed[host] += reason in _HOST_DOWN
        if self._failed[host] >= HOST_FAILURES:
            self._closed[host] = "host_down"

    def _told_to_wait(self, host: str, attempt: int, retry_after: str) -> None:
        seconds = seconds_to_wait(retry_after, self.now)
        wait = FIRST_WAIT_SECONDS * 2.0**attempt if seconds is None else seconds
        last = attempt == ATTEMPTS - 1
        if last or wait > PATIENCE_SECONDS or self._world.monotonic() + wait >= self._deadline:
            until = self.now + dt.timedelta(seconds=min(wait, MAX_WAIT.total_seconds()))
            self._cache.save_host(host, self._cache.host(host)[0], until.isoformat(timespec="seconds"))
            self._close(host, "asked_to_wait")
        self._world.sleep(wait)

    def _close(self, host: str, reason: str) -> None:
        self._closed[host] = reason
        raise Postponed(reason)


def seconds_to_wait(retry_after: str, now: dt.datetime) -> float | None:
    """What a ``Retry-After`` header asks for, in seconds: a number or a date (RFC 9110, 10.2.3); None if it says neither."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:10]), int(MAX_WAIT.total_seconds())))
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def http_date(text: str) -> dt.datetime | None:
    """The moment that an HTTP header names, in UTC; None if it names none."""
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
