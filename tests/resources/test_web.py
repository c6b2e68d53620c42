"""Pages of the web as a source."""

import datetime as dt
import json
import logging
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from resources.raw_zone import entry_of
from resources.sources import Listed, kinds
from resources.sources._addresses import parse
from resources.sources._fetch import FetchFailed
from resources.sources.web import OpenWeb, WebSource
from tests.website import Reply, Time, Website, page, website, world, zipped
from winnow.errors import SourceError, UnreadableDocument

HOUR = dt.timedelta(hours=1)


def source(**options: Any) -> WebSource:
    """A source of pages."""
    given = {"name": "pages", "asset": "public_industry_sources", "kind": "web", "licence": "CC-BY-4.0", "basis": "licence"}
    given |= {"contact": "data@example.org"}
    return WebSource.model_validate({**given, **options})


class Nightly:
    """A site, a source of its pages, and the nights on which they are fetched."""

    def __init__(self, site: Website, folder: Path, **options: Any) -> None:
        self.site, self.time, self.folder = site, Time(), folder / "fetched" / "pages"
        self.names: dict[str, list[str]] = {}
        given = {"addresses": [site.url("/a.html")], "allow_addresses": site.allowed, **options}
        self.source = source(**given)

    @property
    def opened(self) -> OpenWeb:
        """The source, opened anew as by each command."""
        return OpenWeb(self.source, self.folder, world(self.time, self.names))

    def scan(self, **options: Any) -> dict[str, int]:
        """What one scan did, by word."""
        self.source = self.source.model_copy(update=options)
        opened = self.opened
        opened.refresh()
        return opened.cache.last_scan()

    def next_night(self, **options: Any) -> dict[str, int]:
        """The same, a day later."""
        self.time.next_night()
        return self.scan(**options)

    def listed(self) -> dict[str, Listed]:
        """What is listed, by the path in its key."""
        return {listed.key.partition("/")[2]: listed for listed in self.opened.list()}

    def text(self, path: str = "a.html") -> bytes:
        """What is read at ``path``."""
        return self.opened.read(f"127.0.0.1:{self.site.port}/{path}", 1_000_000)

    def about(self, path: str = "a.html") -> dict[str, Any]:
        """What the index knows of ``path``."""
        return self.opened.cache.about(f"127.0.0.1:{self.site.port}/{path}")


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Nightly]:
    """One page of one site."""
    with website() as site:
        site.pages["/a.html"] = Reply(page(), etag='"one"', headers={"Last-Modified": "Thu, 01 Oct 2026 10:00:00 GMT"})
        yield Nightly(site, tmp_path)


def test_a_page_becomes_an_object_with_all_that_is_known_of_it(nightly: Nightly) -> None:
    """A page is fetched once, listed and read; its index entry says by what right, under which licence and verdict."""
    assert nightly.scan()["new"] == 1
    listed = nightly.listed()["a.html"]
    assert nightly.text() == page().encode()
    assert (listed.size, listed.etag) == (len(page()), nightly.opened.sha256(listed.key))
    assert dt.datetime.fromtimestamp((listed.mtime_ns or 0) / 1e9, dt.UTC).date() == dt.date(2026, 10, 1)
    about = nightly.about()
    assert (about["licence"], about["basis"], about["verdict"], about["status"]) == ("CC-BY-4.0", "licence", "allowed", 200)
    assert (about["etag"], about["visited_at"]) == ('"one"', "2026-10-05T01:00:03+00:00"[:11] + about["visited_at"][11:])


def test_nothing_is_there_before_the_first_scan(nightly: Nightly) -> None:
    """Looking at a source that was never fetched finds nothing, and makes nothing."""
    assert nightly.listed() == {}
    assert not nightly.folder.exists()
    with pytest.raises(UnreadableDocument):
        nightly.text()


def test_the_cache_is_private_and_names_no_address(nightly: Nightly) -> None:
    """Files are their owner's alone, their names are hashes, and each is a kind of file that the home knows."""
    nightly.scan()
    home = nightly.folder.parent.parent
    files = [path for path in nightly.folder.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in nightly.folder.rglob("*") if path.is_dir()} == {0o700}
    assert all(re.fullmatch(r"index\.sqlite|[0-9a-f]{64}", path.name) for path in files)
    assert all(entry_of(path.relative_to(home).as_posix()) for path in files)


def test_a_page_that_has_not_changed_costs_no_body(nightly: Nightly) -> None:
    """The second visit is conditional; an unchanged page keeps its bytes, day and etag, a changed one gets others."""
    nightly.scan()
    before = nightly.listed()
    assert nightly.next_night()["unchanged"] == 1
    assert nightly.site.requests[-1][1]["if-none-match"] == '"one"'
    assert nightly.site.requests[-1][1]["if-modified-since"] == "Thu, 01 Oct 2026 10:00:00 GMT"
    assert nightly.listed() == before
    nightly.site.pages["/a.html"] = Reply(page("Other words."), etag='"two"')
    assert nightly.next_night()["changed"] == 1
    after = nightly.listed()["a.html"]
    assert after.etag != before["a.html"].etag
    assert (after.mtime_ns or 0) // 86_400_000_000_000 == (nightly.time.now().date() - dt.date(1970, 1, 1)).days
    assert len(list((nightly.folder / "content").glob("*/*"))) == 1


def test_the_same_bytes_under_another_etag_are_no_change(nightly: Nightly) -> None:
    """A server that answers anew with what was there changes nothing that is listed."""
    nightly.scan()
    before = nightly.listed()
    nightly.site.pages["/a.html"] = Reply(page(), etag='"two"')
    assert nightly.next_night()["unchanged"] == 1
    assert nightly.listed() == before


def test_an_address_is_not_asked_again_at_once(nightly: Nightly) -> None:
    """A second scan within `revisit_hours` asks nothing at all."""
    nightly.scan()
    asked = len(nightly.site.requests)
    nightly.scan()
    assert len(nightly.site.requests) == asked


def test_lost_bytes_are_fetched_again(nightly: Nightly) -> None:
    """A file of the cache that somebody removed is no reason to ask whether the page has changed."""
    nightly.scan()
    for path in (nightly.folder / "content").glob("*/*"):
        path.unlink()
    with pytest.raises(UnreadableDocument):
        nightly.text()
    nightly.next_night()
    assert nightly.text() == page().encode()


class TestGone:
    """What an answer means for what is there."""

    @pytest.mark.parametrize("status", [410, 451])
    def test_gone_for_good_is_gone_at_once(self, nightly: Nightly, status: int) -> None:
        """A page that says so leaves at once, with its bytes."""
        nightly.scan()
        nightly.site.pages["/a.html"] = Reply(status=status)
        assert nightly.next_night()["gone"] == 1
        assert nightly.listed() == {}
        assert list((nightly.folder / "content").glob("*/*")) == []

    def test_not_found_is_gone_after_some_nights(self, nightly: Nightly) -> None:
        """A page that is not found stays until it was missed often enough in a row, and returns when it does."""
        nightly.scan()
        nightly.site.pages["/a.html"] = Reply(status=404)
        nightly.next_night()
        nightly.next_night()
        assert list(nightly.listed()) == ["a.html"]
        nightly.site.pages["/a.html"] = Reply(page())
        nightly.next_night()
        nightly.site.pages["/a.html"] = Reply(status=404)
        for _ in range(3):
            assert list(nightly.listed()) == ["a.html"]
            nightly.next_night()
        assert nightly.listed() == {}
        nightly.site.pages["/a.html"] = Reply(page())
        nightly.next_night()
        assert list(nightly.listed()) == ["a.html"]

    @pytest.mark.parametrize("reply", [Reply(status=500), Reply(status=403), Reply("x", type="image/png"), Reply("x", type="")])
    def test_an_error_keeps_what_was_there(self, nightly: Nightly, reply: Reply) -> None:
        """Errors, refused access and things nobody reads leave the page as it was."""
        nightly.scan()
        nightly.site.pages["/a.html"] = reply
        for _ in range(5):
            nightly.next_night()
        assert nightly.text() == page().encode()

    def test_a_source_that_does_not_answer_is_an_error(self, nightly: Nightly) -> None:
        """A name that is no longer found is an error of the whole source, which stays as it was; no address is told."""
        nightly.names["example.org"] = ["127.0.0.1"]
        secret = nightly.site.url("/a.html?token=abc", host="example.org")
        nightly.site.pages["/a.html?token=abc"] = Reply(page())
        nightly.scan(addresses=(secret,))
        nightly.names.clear()
        with pytest.raises(SourceError) as raised:
            nightly.next_night()
        assert "does not answer" in str(raised.value)
        assert "abc" not in str(raised.value)
        assert len(list(nightly.opened.list())) == 1

    def test_what_the_catalog_no_longer_names_leaves(self, nightly: Nightly) -> None:
        """A page that is taken out of the catalog leaves with the next scan."""
        nightly.scan()
        nightly.site.pages["/b.html"] = Reply(page())
        nightly.scan(addresses=(nightly.site.url("/b.html"),))
        assert list(nightly.listed()) == ["b.html"]

    def test_what_was_kept_too_long_is_forgotten_for_ever(self, nightly: Nightly) -> None:
        """What is forgotten leaves no bytes, and the same bytes are not taken up again, asked for or not; others are."""
        assert nightly.opened.forget(["nothing"]) == 0
        assert not nightly.folder.exists()
        nightly.scan()
        assert nightly.opened.forget([listed.key for listed in nightly.opened.list()]) == 1
        assert (nightly.listed(), list((nightly.folder / "content").glob("*/*"))) == ({}, [])
        nightly.next_night()
        nightly.site.pages["/a.html"] = Reply(page(), etag='"two"')
        nightly.next_night()
        assert (nightly.listed(), list((nightly.folder / "content").glob("*/*"))) == ({}, [])
        nightly.site.pages["/a.html"] = Reply(page("Other words."))
        nightly.next_night()
        assert list(nightly.listed()) == ["a.html"]


OPT_OUTS: dict[str, tuple[str, Reply]] = {
    "robots.txt": ("/robots.txt", Reply("User-agent: *\nDisallow: /a", type="text/plain")),
    "robots.txt for us": ("/robots.txt", Reply("User-agent: winnow\nDisallow: /", type="text/plain")),
    "content-usage": ("/robots.txt", Reply("User-agent: *\nContent-Usage: train-ai=n", type="text/plain")),
    "content-signal": (
        "/robots.txt",
        Reply("User-Agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /", type="text/plain"),
    ),
    "tdmrep.json": ("/.well-known/tdmrep.json", Reply('[{"location": "/", "tdm-reservation": 1}]', type="application/json")),
    "ai.txt": ("/ai.txt", Reply("User-Agent: *\nDisallow: /", type="text/plain")),
    "tdm header": ("/a.html", Reply(page(), headers={"tdm-reservation": "1"})),
    "usage header": ("/a.html", Reply(page(), headers={"Content-Usage": "train-ai=n"})),
    "tags header": ("/a.html", Reply(page(), headers={"X-Robots-Tag": "otherbot: noindex\nnoai"})),
    "tdm meta": ("/a.html", Reply(page(head='<meta name="tdm-reservation" content="1">'))),
    "robots meta": ("/a.html", Reply(page(head='<meta name="robots" content="index, noai">'))),
    "unchanged, with a header": ("/a.html", Reply(page(), headers={"tdm-reservation": "1"}, etag='"one"')),
}


class TestOptOuts:
    """A no, wherever it stands."""

    @pytest.mark.parametrize("name", OPT_OUTS)
    def test_a_no_keeps_a_page_out(self, nightly: Nightly, name: str) -> None:
        """A page that is reserved from the start is never kept."""
        path, reply = OPT_OUTS[name]
        nightly.site.pages[path] = reply
        nightly.scan()
        assert nightly.listed() == {}
        assert not list((nightly.folder / "content").glob("*/*"))

    @pytest.mark.parametrize("name", OPT_OUTS)
    def test_a_later_no_removes_a_page(self, nightly: Nightly, name: str) -> None:
        """A page that opts out later is removed, with the rule that decided; when it opts in again it returns."""
        nightly.scan()
        path, reply = OPT_OUTS[name]
        before = nightly.site.pages.get(path)
        nightly.site.pages[path] = reply
        nightly.next_night()
        assert nightly.listed() == {}
        assert not list((nightly.folder / "content").glob("*/*"))
        with nightly.opened.cache.writing() as cache:
            record = cache.record(nightly.site.url("/a.html"))
            assert record is not None
            assert (record.state, record.verdict[:9]) == ("refused", "refused: ")
        nightly.site.pages[path] = before or Reply(status=404)
        nightly.next_night()
        assert list(nightly.listed()) == ["a.html"]

    def test_an_rsl_licence_is_obeyed(self, nightly: Nightly) -> None:
        """The licence that robots.txt names is fetched and holds for what it covers."""
        licence = (
            '<rsl xmlns="https://rslstandard.org/rsl"><content url="/a*"><license><prohibits type="usage">ai-train</prohibits>'
        )
        nightly.site.pages["/rsl.xml"] = Reply(f"{licence}</license></content></rsl>", type="application/rsl+xml")
        nightly.site.pages["/robots.txt"] = Reply(f"License: {nightly.site.url('/rsl.xml')}", type="text/plain")
        nightly.site.pages["/b.html"] = Reply(page())
        nightly.scan(addresses=(nightly.site.url("/a.html"), nightly.site.url("/b.html")))
        assert list(nightly.listed()) == ["b.html"]

    def test_the_exclusion_of_training_crawlers_counts_under_the_exception(self, nightly: Nightly) -> None:
        """Under `tdm_exception` a site that shuts out GPTBot has reserved its rights; under a licence it has not."""
        nightly.site.pages["/robots.txt"] = Reply("User-agent: GPTBot\nDisallow: /", type="text/plain")
        nightly.scan()
        assert list(nightly.listed()) == ["a.html"]
        nightly.next_night(basis="tdm_exception")
        assert nightly.listed() == {}

    def test_ones_own_site_may_be_read_all_the_same(self, nightly: Nightly) -> None:
        """With `opt_outs: record` a reservation is recorded and not obeyed; what robots.txt forbids to fetch is."""
        nightly.site.pages["/a.html"] = Reply(page(), headers={"tdm-reservation": "1"})
        nightly.scan(basis="own", opt_outs="record")
        assert nightly.about()["verdict"] == "allowed by own against: header tdm-reservation: 1"
        nightly.site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /", type="text/plain")
        nightly.next_night()
        assert nightly.listed() == {}

    @pytest.mark.parametrize(
        "reply", [Reply(status=500), Reply(status=503), Reply(status=302, headers={"Location": "/robots.txt"})]
    )
    def test_unreachable_rules_allow_nothing_and_remove_nothing(self, nightly: Nightly, reply: Reply) -> None:
        """Without its robots.txt no page of a site is asked for; what was there stays until it can be had again."""
        nightly.scan()
        asked = nightly.site.asked("/a.html")
        nightly.site.pages["/robots.txt"] = reply
        nightly.time.next_night()
        if reply.status == 302:
            nightly.scan()
        else:
            with pytest.raises(SourceError):
                nightly.scan()
        assert nightly.site.asked("/a.html") == asked
        assert list(nightly.listed()) == ["a.html"]

    @pytest.mark.parametrize("status", [401, 403, 404, 410])
    def test_a_robots_txt_that_is_not_there_allows(self, nightly: Nightly, status: int) -> None:
        """A 4xx for robots.txt says that there are no rules."""
        nightly.site.pages["/robots.txt"] = Reply(status=status)
        nightly.scan()
        assert list(nightly.listed()) == ["a.html"]

    def test_rules_are_kept_for_a_day(self, nightly: Nightly) -> None:
        """The site's files are asked for once within a day, however often it is scanned."""
        nightly.scan(revisit_hours=1)
        nightly.time.at += 2 * HOUR
        nightly.scan()
        assert (nightly.site.asked("/robots.txt"), nightly.site.asked("/a.html")) == (1, 2)
        nightly.next_night()
        assert nightly.site.asked("/robots.txt") == 2

    def test_a_licence_that_contradicts_the_catalog_is_flagged_or_refused(self, nightly: Nightly) -> None:
        """A page under another Creative Commons licence than the catalog claims is noted, and refused if so wanted."""
        foot = '<a rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/">CC BY-NC</a>'
        nightly.site.pages["/a.html"] = Reply(page(foot=foot))
        assert nightly.scan()["flagged_licence_mismatch"] == 1
        assert json.loads(nightly.about()["licences"]) == ["CC-BY-NC-4.0"]
        assert nightly.next_night(licence_mismatch="refuse")["refused_licence_mismatch"] == 1
        assert nightly.listed() == {}


class TestRedirects:
    """Where a page may lead."""

    @pytest.mark.parametrize(
        "location",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://[::ffff:169.254.169.254]/",
            "http://10.0.0.1/",
            "http://elsewhere.example/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "http://user@127.0.0.1/",
            "",
        ],
    )
    def test_a_redirect_out_of_bounds_is_not_followed(self, nightly: Nightly, location: str) -> None:
        """A redirect to a machine inside, another host, or another scheme ends there, and keeps what was there."""
        nightly.names["elsewhere.example"] = ["127.0.0.1"]
        nightly.scan()
        nightly.site.pages["/a.html"] = Reply(status=302, headers={"Location": location} if location else {})
        nightly.next_night()
        assert nightly.text() == page().encode()

    @pytest.mark.parametrize("host", ["metadata.example", "169.254.169.254"])
    def test_a_host_that_the_catalog_names_is_still_checked(self, nightly: Nightly, host: str) -> None:
        """Naming a host allows redirects to it, not to a machine inside that its name leads to."""
        nightly.names["metadata.example"] = ["169.254.169.254"]
        nightly.site.pages["/a.html"] = Reply(status=302, headers={"Location": f"http://{host}/"})
        counts = nightly.scan(hosts=(host,))
        assert counts["failed_refused_address"] >= 1
        assert nightly.listed() == {}

    def test_a_chain_of_redirects_ends(self, nightly: Nightly) -> None:
        """Five redirects are followed, a sixth is not."""
        for number in range(6):
            nightly.site.pages[f"/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
        nightly.site.pages["/6"] = Reply(page())
        nightly.scan(addresses=(nightly.site.url("/1"),))
        assert len(nightly.listed()) == 1
        nightly.scan(addresses=(nightly.site.url("/0"),))
        assert nightly.listed() == {}

    def test_the_rules_of_where_it_leads_hold(self, nightly: Nightly) -> None:
        """A redirect to a path that robots.txt closes is refused."""
        nightly.site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /closed", type="text/plain")
        nightly.site.pages["/a.html"] = Reply(status=302, headers={"Location": "/closed/b"})
        nightly.site.pages["/closed/b"] = Reply(page())
        assert nightly.scan()["refused_robots"] == 1
        assert nightly.site.asked("/closed/b") == 0

    def test_https_does_not_lead_to_http(self) -> None:
        """A redirect from https to http is not followed."""
        from resources.sources._addresses import BadAddress  # noqa: PLC0415 - this test alone
        from resources.sources._sites import redirected  # noqa: PLC0415 - the same

        with pytest.raises(BadAddress):
            redirected(parse("https://example.org/"), "http://example.org/")
        assert redirected(parse("http://example.org/"), "https://example.org/").scheme == "https"

    def test_one_page_under_several_addresses_is_one_object(self, nightly: Nightly) -> None:
        """Permanent redirects and canonical addresses that differ in their query alone lead to one key."""
        canonical = f'<link rel="canonical" href="{nightly.site.url("/a.html")}">'
        for path in ("/a.html", "/a.html?utm_source=x"):
            nightly.site.pages[path] = Reply(page(head=canonical))
        nightly.site.pages["/old"] = Reply(status=301, headers={"Location": "/a.html"})
        nightly.scan(addresses=tuple(nightly.site.url(path) for path in ("/a.html", "/a.html?utm_source=x", "/old")))
        assert list(nightly.listed()) == ["a.html"]

    def test_a_canonical_address_that_is_another_page_is_not_believed(self, nightly: Nightly) -> None:
        """Pages that all name the front page as their canonical form stay apart."""
        for path in ("/a.html", "/b.html"):
            nightly.site.pages[path] = Reply(page(path, head='<link rel="canonical" href="/">'))
        nightly.scan(addresses=(nightly.site.url("/a.html"), nightly.site.url("/b.html")))
        assert sorted(nightly.listed()) == ["a.html", "b.html"]


class TestPoliteness:
    """How a host is asked."""

    def addresses(self, nightly: Nightly, count: int) -> tuple[str, ...]:
        """So many pages of the site."""
        for number in range(count):
            nightly.site.pages[f"/{number}.html"] = Reply(page(str(number)))
        return tuple(nightly.site.url(f"/{number}.html") for number in range(count))

    def test_there_is_a_pause_between_two_requests(self, nightly: Nightly) -> None:
        """A second lies between any two requests to a host by default."""
        nightly.scan(addresses=self.addresses(nightly, 3))
        assert nightly.time.slept == pytest.approx([1.0] * 5)

    def test_a_crawl_delay_is_kept(self, nightly: Nightly) -> None:
        """A longer pause that robots.txt asks for is kept between pages."""
        nightly.site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 30", type="text/plain")
        nightly.scan(addresses=self.addresses(nightly, 3))
        assert nightly.time.slept == pytest.approx([1, 1, 1, 30, 30])

    def test_a_crawl_delay_of_a_day_is_kept_over_the_nights(self, nightly: Nightly) -> None:
        """A site that wants a day between two pages is asked for one a night, and makes progress."""
        nightly.site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 86000", type="text/plain")
        nightly.scan(addresses=self.addresses(nightly, 3))
        for night in range(3):
            assert len(nightly.listed()) == night + 1
            nightly.next_night()

    def test_the_hosts_take_turns(self, nightly: Nightly, tmp_path: Path) -> None:
        """Two hosts are asked in turn, so that one's pause is not waited for while the other is free."""
        with website() as other:
            addresses = [*self.addresses(nightly, 3)]
            for number in range(3):
                other.pages[f"/{number}.html"] = Reply(page())
                addresses.append(other.url(f"/{number}.html"))
            both = Nightly(
                nightly.site, tmp_path / "both", addresses=addresses, allow_addresses=(*nightly.site.allowed, *other.allowed)
            )
            both.scan()
            assert len(list(both.opened.list())) == 6
            assert sum(both.time.slept) < 9  # one after the other it would be ten

    def test_a_scan_takes_so_many_pages(self, nightly: Nightly) -> None:
        """What is over `max_pages` has its turn in the next scan, the longest waiting first."""
        addresses = self.addresses(nightly, 5)
        assert nightly.scan(addresses=addresses, max_pages=3)["postponed_pages_used_up"] == 2
        nightly.scan()
        assert len(nightly.listed()) == 5

    def test_a_scan_takes_so_long(self, nightly: Nightly) -> None:
        """What does not fit into `max_minutes` has its turn in the next scan."""
        assert nightly.scan(addresses=self.addresses(nightly, 9), max_minutes=0.1)["postponed_time_used_up"] > 0
        assert 0 < len(nightly.listed()) < 9
        nightly.scan()
        assert len(nightly.listed()) > 5

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_short_wait_is_waited_for(self, nightly: Nightly, status: int) -> None:
        """A server that asks for some seconds gets them, and is asked again."""
        nightly.site.pages["/a.html"] = [Reply(status=status, headers={"Retry-After": "7"}), Reply(page())]
        nightly.scan()
        assert list(nightly.listed()) == ["a.html"]
        assert 7 in nightly.time.slept

    def test_a_long_wait_lasts_over_the_scans(self, nightly: Nightly) -> None:
        """A server that asks for hours is left alone for that long, by later scans too, and loses nothing by it."""
        nightly.scan(revisit_hours=0)
        nightly.site.pages["/a.html"] = Reply(status=503, headers={"Retry-After": "Mon, 05 Oct 2026 09:00:00 GMT"})
        assert nightly.scan()["postponed_asked_to_wait"] == 1
        asked = len(nightly.site.requests)
        nightly.time.at += 7 * HOUR
        nightly.scan()
        assert (len(nightly.site.requests), list(nightly.listed())) == (asked, ["a.html"])
        nightly.time.at += 2 * HOUR
        nightly.site.pages["/a.html"] = Reply(page("Other words."))
        assert nightly.scan()["changed"] == 1

    def test_a_server_that_never_has_time_is_left(self, nightly: Nightly) -> None:
        """Without a time to wait the pauses double, and after some attempts the host has its peace for this scan."""
        nightly.site.pages["/0.html"] = Reply(page())
        nightly.site.pages["/a.html"] = Reply(status=429)
        nightly.scan(addresses=(nightly.site.url("/a.html"), *self.addresses(nightly, 3)))
        assert nightly.site.asked("/a.html") + sum(nightly.site.asked(f"/{number}.html") for number in range(3)) <= 6
        assert [seconds for seconds in nightly.time.slept if seconds > 1] == [10, 20]

    def test_a_host_that_is_down_is_not_hammered(self, nightly: Nightly) -> None:
        """After some failures in a row a host is left alone for this scan; other hosts have their turn."""
        with website() as dead:
            port = dead.port
        down = tuple(f"http://127.0.0.1:{port}/{number}" for number in range(50))
        counts = nightly.scan(
            addresses=(nightly.site.url("/a.html"), *down), allow_addresses=(*nightly.site.allowed, f"127.0.0.1:{port}")
        )
        assert counts["failed_connection"] <= 3
        assert list(nightly.listed()) == ["a.html"]


class TestSitemaps:
    """Pages that sitemaps name."""

    def sitemap(self, nightly: Nightly, *paths: str, tag: str = "url", root: str = "urlset") -> str:
        """A sitemap of ``paths``."""
        entries = "".join(f"<{tag}><loc> {nightly.site.url(path)} </loc></{tag}>" for path in paths)
        return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{root}>'

    def put(self, nightly: Nightly, *paths: str) -> None:
        """Pages at ``paths``."""
        for path in paths:
            nightly.site.pages[path] = Reply(page(path))

    def scan(self, nightly: Nightly, **options: Any) -> list[str]:
        """What is listed after a scan of the sitemap."""
        nightly.scan(addresses=(), sitemaps=(nightly.site.url("/sitemap.xml"),), **options)
        return sorted(nightly.listed())

    def test_an_index_and_its_sitemaps_are_followed(self, nightly: Nightly) -> None:
        """A sitemap index is followed, gzip and plain lists are read, and the patterns choose among the paths."""
        self.put(nightly, "/news/1.html", "/news/2.html", "/about.html", "/news/drafts/3.html")
        pages = nightly.site.pages
        pages["/sitemap.xml"] = Reply(
            self.sitemap(nightly, "/1.xml.gz", "/2.txt", tag="sitemap", root="sitemapindex"), type="text/xml"
        )
        pages["/1.xml.gz"] = Reply(
            zipped(self.sitemap(nightly, "/news/1.html", "/about.html").encode()), type="application/gzip"
        )
        listed = "\n".join(nightly.site.url(path) for path in ("/news/2.html", "/news/drafts/3.html"))
        pages["/2.txt"] = Reply(listed, type="text/plain")
        patterns = {"include": ("news/**",), "exclude": ("news/drafts/**",)}
        assert self.scan(nightly, **patterns) == ["news/1.html", "news/2.html"]
        assert self.scan(nightly, exclude=("about.html",)) == ["news/1.html", "news/2.html", "news/drafts/3.html"]

    def test_robots_txt_names_sitemaps(self, nightly: Nightly) -> None:
        """A robots.txt given as a sitemap stands for those that it names."""
        self.put(nightly, "/b.html")
        nightly.site.pages["/robots.txt"] = Reply(f"Sitemap: {nightly.site.url('/s.xml')}", type="text/plain")
        nightly.site.pages["/s.xml"] = Reply(self.sitemap(nightly, "/b.html"), type="text/xml")
        nightly.scan(addresses=(), sitemaps=(nightly.site.url("/robots.txt"),))
        assert list(nightly.listed()) == ["b.html"]

    def test_other_hosts_in_a_sitemap_are_left_out(self, nightly: Nightly) -> None:
        """A sitemap names pages of the source's hosts; others in it are passed over, and so is what is no address."""
        self.put(nightly, "/b.html")
        foreign = "<url><loc>http://169.254.169.254/</loc></url><url><loc>http://other.example/</loc></url><url><loc>nonsense</loc></url>"
        nightly.site.pages["/sitemap.xml"] = Reply(self.sitemap(nightly, "/b.html").replace("</urlset>", f"{foreign}</urlset>"))
        assert self.scan(nightly) == ["b.html"]

    def test_a_page_that_leaves_the_sitemap_stays_until_it_is_gone(self, nightly: Nightly) -> None:
        """A sitemap that shrinks, breaks or is not there deletes nothing; the page itself says when it is gone."""
        self.put(nightly, "/b.html", "/c.html")
        nightly.site.pages["/sitemap.xml"] = Reply(self.sitemap(nightly, "/b.html", "/c.html"))
        assert self.scan(nightly) == ["b.html", "c.html"]
        for reply in (
            Reply(self.sitemap(nightly, "/b.html")),
            Reply("<urlset><url><loc>"),
            Reply(status=404),
            Reply(status=500),
        ):
            nightly.site.pages["/sitemap.xml"] = reply
            nightly.time.next_night()
            assert self.scan(nightly) == ["b.html", "c.html"]
        nightly.site.pages["/c.html"] = Reply(status=410)
        nightly.time.next_night()
        assert self.scan(nightly) == ["b.html"]

    def test_an_unchanged_sitemap_costs_no_body(self, nightly: Nightly) -> None:
        """A sitemap is asked for conditionally, and what it named is remembered."""
        self.put(nightly, "/b.html")
        nightly.site.pages["/sitemap.xml"] = Reply(self.sitemap(nightly, "/b.html"), etag='"s"')
        assert self.scan(nightly) == ["b.html"]
        nightly.time.next_night()
        assert self.scan(nightly) == ["b.html"]
        assert [h.get("if-none-match") for path, h in nightly.site.requests if path == "/sitemap.xml"] == [None, '"s"']

    def test_without_any_page_the_source_is_an_error(self, nightly: Nightly) -> None:
        """Sitemaps of which none can be read are a mistake that is told, not an empty source."""
        with pytest.raises(SourceError, match="names no page"):
            self.scan(nightly)

    def test_a_sitemap_that_is_a_bomb_is_given_up(self, nightly: Nightly) -> None:
        """What inflates over `page_bytes` is not read, and what declares entities is no sitemap."""
        nightly.site.pages["/sitemap.xml"] = Reply(zipped(b"<urlset>" + b" " * 50_000_000), type="application/gzip")
        with pytest.raises(SourceError):
            self.scan(nightly, page_bytes=100_000)
        from resources.sources import _sitemaps  # noqa: PLC0415 - this test alone

        evil = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>'
        with pytest.raises(FetchFailed, match="sitemap"):
            _sitemaps.read(evil, 1000)
        with pytest.raises(FetchFailed, match="too_large"):
            _sitemaps.read(b"<urlset>" + b"<x/>" * 2_100_000, 10_000_000)


def test_a_header_says_the_encoding_that_the_page_does_not(nightly: Nightly) -> None:
    """Text in another encoding, which only the header names, is kept as UTF-8 with a mark, since readers see no header."""
    nightly.site.pages["/a.html"] = Reply(page("Grüße").encode("cp1252"), type="text/html; charset=ISO-8859-1")
    nightly.scan()
    assert nightly.text() == b"\xef\xbb\xbf" + page("Grüße").encode()


def test_a_page_over_the_limit_is_not_kept(nightly: Nightly) -> None:
    """A page over `page_bytes` is given up, and what was there stays."""
    nightly.scan()
    nightly.site.pages["/a.html"] = Reply(page("x" * 5000))
    assert nightly.next_night(page_bytes=2048)["failed_too_large"] == 1
    assert nightly.text() == page().encode()
    with pytest.raises(UnreadableDocument, match="too_large"):
        nightly.opened.read(next(iter(nightly.opened.list())).key, 10)


def test_a_crash_leaves_whole_objects(nightly: Nightly, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan that is killed after it has written bytes and before it has named them leaves the old object, whole."""
    nightly.scan()
    before = nightly.listed()
    nightly.site.pages["/a.html"] = Reply(page("Other words."))
    nightly.time.next_night()
    opened = nightly.opened
    monkeypatch.setattr(opened.cache, "save", lambda _record: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        opened.refresh()
    assert nightly.listed() == before
    assert nightly.text() == page().encode()
    assert nightly.scan()["changed"] == 1
    assert len(list((nightly.folder / "content").glob("*/*"))) == 1


def test_a_broken_index_is_an_error_with_a_way_out(nightly: Nightly) -> None:
    """A cache that cannot be read says so, and how to begin again."""
    nightly.scan()
    (nightly.folder / "index.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(SourceError, match="delete its folder"):
        list(nightly.opened.list())
    with pytest.raises(SourceError, match="delete its folder"):
        nightly.opened.refresh()


def test_logs_hold_counts_and_no_address(nightly: Nightly, caplog: pytest.LogCaptureFixture) -> None:
    """What is logged names the source and counts, no host, path or query."""
    nightly.site.pages["/a.html?token=abc"] = Reply(page())
    with caplog.at_level(logging.DEBUG):
        nightly.scan(addresses=(nightly.site.url("/a.html?token=abc"),))
    assert "source 'pages': answers" in caplog.text
    assert "abc" not in caplog.text
    assert "127.0.0.1" not in caplog.text


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"licence": None}, "licence"),
        ({"basis": None}, "basis"),
        ({"basis": "hope"}, "basis"),
        ({"contact": None}, "contact"),
        ({"contact": "nobody"}, "contact"),
        ({"contact": "a@b\r\nX: y"}, "contact"),
        ({"addresses": ["ftp://example.org/"]}, "addresses"),
        ({"addresses": ["https://me:word@example.org/"]}, "addresses"),
        ({"addresses": []}, ""),
        ({"allow_addresses": ["nonsense/here"]}, "allow_addresses"),
        ({"hosts": ["a b"]}, "hosts"),
        ({"proxy": "socks5://example.org"}, "proxy"),
        ({"proxy": "http://"}, "proxy"),
        ({"include": ["../x"]}, "include"),
        ({"opt_outs": "record"}, ""),
    ],
)
def test_a_mistake_in_the_catalog_is_told(options: dict[str, Any], where: str) -> None:
    """A source without a licence, a basis or somebody to reach is refused, and so is what cannot be an address."""
    given = {
        "addresses": ["https://example.org/"],
        "licence": "CC-BY-4.0",
        "basis": "licence",
        "contact": "data@example.org",
        **options,
    }
    given = {name: value for name, value in given.items() if value is not None}
    with pytest.raises(ValidationError) as raised:
        kinds()["web"].options.model_validate({"name": "pages", "asset": "public_industry_sources", "kind": "web", **given})
    assert [str(error["loc"][0]) if error["loc"] else "" for error in raised.value.errors()] == [where]


def test_a_site_is_the_same_with_and_without_www() -> None:
    """Redirects may lead to a host's form with `www.` or without, and to the hosts that the catalog names."""
    hosts = source(addresses=["https://example.org/", "https://www.other.example/"], hosts=["cdn.example"]).may_lead_to(
        ["https://example.org/", "https://www.other.example/"]
    )
    assert {"example.org", "www.example.org", "other.example", "www.other.example", "cdn.example"} <= hosts
    assert "elsewhere.example" not in hosts


def test_an_empty_page_keeps_what_was_there(nightly: Nightly) -> None:
    """A page that comes back empty is an error of its server, not its new text."""
    nightly.scan()
    nightly.site.pages["/a.html"] = Reply(" \n")
    assert nightly.next_night()["skipped_empty"] == 1
    assert nightly.text() == page().encode()


def test_the_same_cache_is_the_same_listing(nightly: Nightly) -> None:
    """Reading the cache twice gives the same bytes in the same order, and asks nothing of any site."""
    for number in range(5):
        nightly.site.pages[f"/{number}.html"] = Reply(page(str(number)))
    nightly.scan(addresses=tuple(nightly.site.url(f"/{number}.html") for number in (3, 1, 4, 0, 2)))
    asked = len(nightly.site.requests)
    first, second = ([(listed, nightly.opened.read(listed.key, 9999)) for listed in nightly.opened.list()] for _ in range(2))
    assert first == second
    assert [listed.key for listed, _ in first] == sorted(listed.key for listed, _ in first)
    assert len(nightly.site.requests) == asked
