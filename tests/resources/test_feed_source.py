"""Feeds as a source."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.catalog import load_catalog
from resources.ledger import Ledger
from resources.sources import Listed, _entries, _visit, kinds
from resources.sources.feed import FeedSource, OpenFeed
from tests.website import Reply, Time, Website, page, website, world
from winnow.errors import SourceError, UnreadableDocument
from winnow.extract import extract_one

ATOM = "application/atom+xml"

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'

Item = tuple[str, str, str]
"""An entry: its number, its day, its text."""


def atom(*items: Item, base: str = "") -> str:
    """An Atom feed."""
    entries = "".join(
        f"<entry><id>tag:example.org,2026:{number}</id><title>Entry {number}</title>"
        f"<published>{day}T08:00:00Z</published>"
        f'<updated>{day}T08:00:00Z</updated><link href="{base}/{number}.html"/><content type="html">{escape(text)}</content></entry>'
        for number, day, text in items
    )
    return f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{entries}</feed>'


RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:cc="http://web.resource.org/cc/">
<channel><title>News</title><link>https://example.org/</link><cc:license>https://creativecommons.org/licenses/by/4.0/</cc:license>
<item><title>One &amp; only</title><link>https://example.org/1</link><guid isPermaLink="false">1</guid>
<pubDate>Thu, 01 Oct 2026 10:00:00 +0200</pubDate><slash:comments>%s</slash:comments>
<description>Short&nbsp;words.</description>
<content:encoded><![CDATA[<p>First paragraph.</p><p>Second&nbsp;one.</p>]]></content:encoded></item>
<item><title>Two</title><link>https://example.org/2</link><description>Only a summary</description><dc:date>2026-10-02</dc:date></item>
</channel></rss>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>News</title></channel>
<item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link><description>Words of one.</description>
<dc:date>2026-10-01T10:00:00Z</dc:date></item></rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "items": [
            {"id": "https://example.org/1", "url": "https://example.org/1", "title": "One", "content_html": "<p>Words of \u0000one.</p>",
             "date_published": "2026-10-01T10:00:00Z"},
            {"id": 2, "content_text": "Words of two."},
            {"id": "3", "summary": "Only a summary."},
            "nonsense",
        ],
    }
)  # fmt: skip


class Nightly:
    """A site, a source of its feed, and the nights on which it is fetched."""

    def __init__(self, site: Website, folder: Path, **options: Any) -> None:
        self.site, self.time, self.folder = site, Time(), folder / "fetched" / "news"
        given = {"name": "news", "asset": "public_industry_sources", "kind": "feed", "licence": "CC-BY-4.0", "basis": "licence"}
        given |= {
            "contact": "data@example.org",
            "feeds": (site.url("/feed"),),
            "allow_addresses": site.allowed,
            "gone_after": 1,
        }
        self.source = FeedSource.model_validate({**given, **options})

    @property
    def opened(self) -> OpenFeed:
        """The source, opened anew as by each command."""
        return OpenFeed(self.source, self.folder, world(self.time))

    def put(self, *items: Item, **reply: Any) -> None:
        """Have the feed show ``items``."""
        self.site.pages["/feed"] = Reply(atom(*items, base=self.site.url("")), type=ATOM, **reply)

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

    def listed(self) -> list[Listed]:
        """What is listed, by key."""
        return list(self.opened.list())

    def titles(self) -> list[str]:
        """The titles of what can be read."""
        found = []
        for listed in self.listed():
            read = extract_one(self.opened.read(listed.key, 1_000_000), listed.key)
            found += [row["title"] for row in read.get("rows", [])] or ["page"]
        return sorted(found)


@pytest.fixture
def nightly(tmp_path: Path) -> Iterator[Nightly]:
    """One feed of one site."""
    with website() as site:
        yield Nightly(site, tmp_path)


def test_entries_become_objects_of_their_own_day(nightly: Nightly) -> None:
    """Each entry is an object that the reader of feeds reads, dated as it says, with what is known of it."""
    nightly.put(("1", "2026-10-01", "<p>Words of one.</p>"), ("2", "2026-10-03", "<p>Words of two.</p>"))
    assert nightly.scan()["new"] == 2
    assert nightly.titles() == ["Entry 1", "Entry 2"]
    days = sorted(dt.datetime.fromtimestamp((listed.mtime_ns or 0) / 1e9, dt.UTC).date() for listed in nightly.listed())
    assert days == [dt.date(2026, 10, 1), dt.date(2026, 10, 3)]
    assert all(listed.key.startswith("entries/") and listed.key.endswith(".atom") for listed in nightly.listed())
    about = nightly.opened.cache.about(nightly.listed()[0].key)
    assert (about["licence"], about["basis"], about["verdict"]) == ("CC-BY-4.0", "licence", "allowed")


def test_a_feed_grows_over_the_nights(nightly: Nightly) -> None:
    """What slips out of the feed stays; late and new entries come, and what has not changed is not touched."""
    nightly.put(("1", "2026-10-01", "One."), ("2", "2026-10-02", "Two."))
    nightly.scan()
    before = {listed.key: listed for listed in nightly.listed()}
    nightly.put(("2", "2026-10-02", "Two."), ("3", "2026-10-05", "Three."), ("0", "2026-09-01", "Late."))
    assert nightly.next_night()["new"] == 2
    after = {listed.key: listed for listed in nightly.listed()}
    assert {key: after[key] for key in before} == before
    assert nightly.titles() == ["Entry 0", "Entry 1", "Entry 2", "Entry 3"]


def test_a_changed_entry_keeps_its_key(nightly: Nightly) -> None:
    """An entry that is rewritten is the same object with other bytes, of the day it was updated; its dates alone are no change."""
    nightly.put(("1", "2026-10-01", "One."))
    nightly.scan()
    (before,) = nightly.listed()
    nightly.site.pages["/feed"] = Reply(
        atom(("1", "2026-10-01", "Corrected.")).replace("<updated>2026-10-01", "<updated>2026-10-05")
    )
    nightly.time.next_night()
    nightly.scan()
    (after,) = nightly.listed()
    assert (after.key, after.etag != before.etag) == (before.key, True)
    assert dt.datetime.fromtimestamp((after.mtime_ns or 0) / 1e9, dt.UTC).date() == dt.date(2026, 10, 5)
    nightly.site.pages["/feed"] = Reply(
        atom(("1", "2026-10-01", "Corrected.")).replace("<updated>2026-10-01", "<updated>2026-10-06")
    )
    nightly.next_night()
    assert nightly.listed() == [after]


def test_a_feed_that_has_not_changed_costs_no_body(nightly: Nightly) -> None:
    """The second visit is conditional."""
    nightly.put(("1", "2026-10-01", "One."), etag='"f"')
    nightly.scan()
    nightly.next_night()
    assert nightly.site.requests[-1][1]["if-none-match"] == '"f"'
    assert nightly.titles() == ["Entry 1"]


@pytest.mark.parametrize("status", [410, 451])
def test_a_feed_that_is_gone_for_good_takes_its_entries(nightly: Nightly, status: int) -> None:
    """A feed that says so is gone, and so are its entries."""
    nightly.put(("1", "2026-10-01", "One."))
    nightly.scan()
    nightly.site.pages["/feed"] = Reply(status=status)
    assert nightly.next_night()["gone"] == 1
    assert nightly.listed() == []


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=500), Reply("<html>moved</html>"), Reply(b"\x00\x01")])
def test_a_feed_that_cannot_be_read_is_an_error_and_loses_nothing(nightly: Nightly, reply: Reply) -> None:
    """If no feed of a source can be read the source is an error; its entries stay."""
    nightly.put(("1", "2026-10-01", "One."))
    nightly.scan()
    nightly.site.pages["/feed"] = reply
    for _ in range(3):
        with pytest.raises(SourceError):
            nightly.next_night()
    assert nightly.titles() == ["Entry 1"]


def test_one_feed_of_several_may_fail(nightly: Nightly) -> None:
    """A source goes on with the feeds that answer."""
    nightly.put(("1", "2026-10-01", "One."))
    counts = nightly.scan(feeds=(nightly.site.url("/feed"), nightly.site.url("/none")))
    assert (counts["feed_status_404"], nightly.titles()) == (1, ["Entry 1"])


def test_a_feed_that_the_catalog_no_longer_names_leaves(nightly: Nightly) -> None:
    """Entries go with their feed when it is taken out of the catalog."""
    nightly.put(("1", "2026-10-01", "One."))
    nightly.site.pages["/other"] = Reply(atom(("9", "2026-10-01", "Nine.")), type=ATOM)
    nightly.scan(feeds=(nightly.site.url("/feed"), nightly.site.url("/other")))
    assert nightly.titles() == ["Entry 1", "Entry 9"]
    nightly.scan(feeds=(nightly.site.url("/other"),))
    assert nightly.titles() == ["Entry 9"]


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/robots.txt", Reply("User-agent: *\nDisallow: /feed", type="text/plain")),
        ("/robots.txt", Reply("User-agent: *\nContent-Signal: ai-train=no", type="text/plain")),
        ("/robots.txt", Reply("User-agent: *\nContent-Usage: /1.html train-ai=n", type="text/plain")),
        ("/.well-known/tdmrep.json", Reply('[{"location": "/1.html", "tdm-reservation": 1}]', type="application/json")),
        ("/feed", Reply(atom(("1", "2026-10-01", "One.")), type=ATOM, headers={"tdm-reservation": "1"})),
    ],
)
def test_a_later_no_removes_entries(nightly: Nightly, path: str, reply: Reply) -> None:
    """A feed that opts out, or a site that reserves the pages its entries are about, loses the entries."""
    nightly.put(("1", "2026-10-01", "One."), etag='"f"')
    nightly.scan()
    assert nightly.titles() == ["Entry 1"]
    nightly.site.pages[path] = reply
    nightly.next_night()
    assert nightly.listed() == []
    assert not list((nightly.folder / "content").glob("*/*"))


def test_an_entry_kept_too_long_is_forgotten_for_ever(nightly: Nightly) -> None:
    """An entry that is forgotten is not taken up again while it stands in its feed."""
    nightly.put(("1", "2026-10-01", "One."))
    nightly.scan()
    assert nightly.opened.forget([listed.key for listed in nightly.listed()]) == 1
    nightly.next_night()
    assert (nightly.listed(), list((nightly.folder / "content").glob("*/*"))) == ([], [])


def test_summaries_can_be_left_out(nightly: Nightly) -> None:
    """With `summaries: false` entries without their whole content do not count."""
    nightly.site.pages["/feed"] = Reply(RSS % 1, type="application/rss+xml")
    nightly.scan(summaries=False)
    assert nightly.titles() == ["One & only"]


def test_a_licence_of_the_feed_is_that_of_its_entries(nightly: Nightly) -> None:
    """What the feed or the entry says about its licence is recorded, and a contradiction refused if so wanted."""
    nightly.site.pages["/feed"] = Reply(RSS % 1, type="application/rss+xml")
    nightly.scan()
    (first, _) = nightly.listed()
    assert json.loads(nightly.opened.cache.about(first.key)["licences"]) == ["CC-BY-4.0"]
    nightly.next_night(licence="CC0-1.0", licence_mismatch="refuse")
    assert nightly.listed() == []


class TestArticles:
    """The pages that entries link to."""

    @pytest.fixture
    def articles(self, nightly: Nightly) -> Nightly:
        """A feed with two articles."""
        nightly.put(("1", "2026-10-01", "One."), ("2", "2026-10-02", "Two."))
        for number in (1, 2):
            nightly.site.pages[f"/{number}.html"] = Reply(page(f"Article {number}."))
        nightly.source = nightly.source.model_copy(update={"articles": True})
        return nightly

    def test_articles_are_fetched_under_the_same_rules(self, articles: Nightly) -> None:
        """Articles are objects beside their entries; what robots.txt closes is not fetched, and its entry stays."""
        articles.site.pages["/robots.txt"] = Reply("User-agent: *\nDisallow: /2.html", type="text/plain")
        articles.scan()
        assert articles.titles() == ["Entry 1", "Entry 2", "page"]
        assert articles.site.asked("/2.html") == 0

    def test_an_article_that_opts_out_takes_its_entry(self, articles: Nightly) -> None:
        """An article whose page reserves its rights leaves, and so does the entry with its words."""
        articles.scan()
        articles.site.pages["/2.html"] = Reply(page(head='<meta name="tdm-reservation" content="1">'))
        articles.next_night()
        assert articles.titles() == ["Entry 1", "page"]
        articles.next_night()
        assert articles.titles() == ["Entry 1", "page"]

    def test_an_article_that_is_gone_leaves_its_entry(self, articles: Nightly) -> None:
        """A page that is gone leaves; its entry was published and stays."""
        articles.scan()
        articles.site.pages["/2.html"] = Reply(status=410)
        articles.next_night()
        assert articles.titles() == ["Entry 1", "Entry 2", "page"]

    def test_articles_on_other_hosts_are_not_fetched(self, articles: Nightly) -> None:
        """Links to hosts that the catalog does not name, or to machines inside, are not followed."""
        items = atom(("1", "2026-10-01", "One."), base="http://169.254.169.254")
        articles.site.pages["/feed"] = Reply(items, type=ATOM)
        assert articles.scan()["skipped_other_host"] == 1
        assert articles.titles() == ["Entry 1"]

    def test_articles_leave_when_they_are_not_wanted(self, articles: Nightly) -> None:
        """Without `articles` their pages go, and the entries stay."""
        articles.scan()
        articles.scan(articles=False)
        assert articles.titles() == ["Entry 1", "Entry 2"]


@pytest.mark.parametrize(
    "feed", [RSS % 1, RDF, atom(("1", "2026-10-01", "<p>One.</p>"), ("2", "2026-10-01", "Two."))], ids=["rss", "rdf", "atom"]
)
def test_an_entry_alone_reads_as_in_its_feed(feed: str) -> None:
    """The reader of feeds finds the same titles and blocks in the entries as in the whole feed."""
    whole = extract_one(feed.encode(), "feed.xml")["rows"]
    alone = [extract_one(entry.content, entry.key)["rows"][0] for entry in _entries.read(feed.encode(), "", "example.org/feed")]
    assert [(row["title"], row["blocks"]) for row in alone] == [(row["title"], row["blocks"]) for row in whole]


def test_a_json_feed_is_read() -> None:
    """Entries of a JSON Feed become Atom that the reader of feeds reads, whatever their ids are."""
    entries = _entries.read(JSON.encode(), "", "example.org/feed.json")
    rows = [extract_one(entry.content, entry.key)["rows"][0] for entry in entries]
    assert [[block["text"] for block in row["blocks"]] for row in rows] == [
        ["Words of one."],
        ["Words of two."],
        ["Only a summary."],
    ]
    assert [entry.full for entry in entries] == [True, True, False]
    assert entries[0].published == dt.datetime(2026, 10, 1, 10, tzinfo=dt.UTC)


def test_what_changes_around_an_entry_is_no_change() -> None:
    """Counters, order and white space of a feed do not change the bytes of its entries."""
    first, second = (_entries.read((RSS % number).encode(), "", "example.org/feed") for number in (1, 2))
    assert [entry.content for entry in first] == [entry.content for entry in second]
    assert [str(entry.published) for entry in first] == ["2026-10-01 08:00:00+00:00", "2026-10-02 00:00:00+00:00"]


def test_an_identity_is_its_own_anywhere_or_in_its_feed() -> None:
    """An address as an entry's id is the same entry in any feed; a mere number is one of its feed."""
    feeds = ["example.org/a", "example.org/b"]
    by_number, by_link = ([_entries.read((RSS % 1).encode(), "", place)[index].key for place in feeds] for index in (0, 1))
    assert by_number[0] != by_number[1]
    assert by_link[0] == by_link[1]
    twice = atom(("1", "2026-10-02", "New."), ("1", "2026-10-01", "Old."))
    (entry,) = _entries.read(twice.encode(), "", "x")
    assert b"New." in entry.content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/1", "items": 1}',
        b"[" * 50_000,
        b"{" * 50_000,
        b"\x00" * 99,
    ],
)
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    """Bytes that are no feed are refused with a reason."""
    with pytest.raises(UnreadableDocument, match="malformed"):
        _entries.read(content, "no-such-charset", "x")


def test_entities_are_not_resolved() -> None:
    """A feed reads no file of this machine, and its entities do not multiply."""
    evil = '<!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&c;&c;"><!ENTITY c "words">]>'
    feed = evil + atom(("1", "2026-10-01", "x")).partition("?>")[2].replace("Entry 1", "&a;&b;")
    assert all(b"root:" not in entry.content for entry in _entries.read(feed.encode(), "", "x"))


def test_the_charset_of_the_answer_counts_where_the_feed_says_none() -> None:
    """A feed without a declaration is read in the encoding that its header names."""
    feed = atom(("1", "2026-10-01", "Grüße")).partition("?>")[2].encode("cp1252")
    (entry,) = _entries.read(feed, "windows-1252", "x")
    assert "Grüße".encode() in entry.content


def test_both_kinds_go_the_whole_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalog with pages and feeds is loaded, scanned by the ledger night after night, and its objects are read."""
    with website() as site:
        site.pages["/a.html"] = Reply(page("Words of the page.", head='<meta name="date" content="2026-10-02">'), etag='"a"')
        site.pages["/feed"] = Reply(atom(("1", "2026-10-01", "<p>Words of the entry.</p>")), type=ATOM)
        catalog = load_catalog(_catalog(tmp_path, site), {})
        time = Time()
        monkeypatch.setattr(_visit, "WORLD", world(time))
        ledger = Ledger(tmp_path / "home" / "ledger.sqlite", catalog.dataset.salt)

        def scan() -> dict[str, tuple[int, int, int]]:
            found = ledger.scan(catalog.sources, start=catalog.start, clock=time)
            found.require_complete()
            return {name: (counts.new, counts.gone, counts.unchanged) for name, counts in found.counts.items()}

        def texts() -> dict[str, list[str]]:
            found: dict[str, list[str]] = {}
            for day in ledger.days("public_industry_sources"):
                for sighting in ledger.objects("public_industry_sources", day):
                    source = catalog.source(sighting.source)
                    content = (
                        kinds()[source.kind]
                        .open(source, tmp_path / "home" / "fetched" / source.name)
                        .read(sighting.key, 99_999)
                    )
                    read = extract_one(content, sighting.key)
                    blocks: Sequence[Any] = read["blocks"] or [block for row in read["rows"] for block in row["blocks"]]
                    found[f"{sighting.source} {day}"] = [block["text"] for block in blocks if block["kind"] == "paragraph"]
            return found

        with ledger.rehearsed(catalog.sources, start=catalog.start, clock=time) as plan:
            assert {name: counts.new for name, counts in plan.counts.items()} == {"news": 0, "pages": 0}
        assert site.requests == []
        assert scan() == {"news": (1, 0, 0), "pages": (1, 0, 0)}
        assert texts() == {"news 2026-10-01": ["Words of the entry."], "pages 2026-10-02": ["Words of the page."]}
        time.next_night()
        assert scan() == {"news": (0, 0, 1), "pages": (0, 0, 1)}
        site.pages["/.well-known/tdmrep.json"] = Reply(
            '[{"location": "/a.html", "tdm-reservation": 1}]', type="application/json"
        )
        time.next_night()
        assert scan() == {"news": (0, 0, 1), "pages": (0, 1, 0)}
        assert list(texts()) == ["news 2026-10-01"]


def _catalog(folder: Path, site: Website) -> Path:
    path = folder / "catalog.yaml"
    common = "asset: public_industry_sources, licence: CC-BY-4.0, basis: licence, contact: data@example.org, "
    common += f"allow_addresses: ['{site.allowed[0]}']"
    path.write_text(
        f"""
version: 1
start: 2026-09-01
dataset: {{name: words, salt: a salt of the tests, audiences: [internal]}}
sources:
  - {{name: pages, kind: web, {common}, addresses: ['{site.url("/a.html")}']}}
  - {{name: news, kind: feed, {common}, feeds: ['{site.url("/feed")}']}}
tasks:
  - {{name: words, kind: generation, sources: [pages, news]}}
""",
        encoding="utf-8",
    )
    return path


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([(RSS % 1).encode(), RDF.encode(), JSON.encode(), atom(("1", "2026-10-01", "<p>One.</p>")).encode()]),
    st.lists(
        st.tuples(
            st.floats(0, 1), st.sampled_from([b"", b"<", b">", b'"', b"&", b"\x00", b"xmlns:a=''", b"<a:b/>", b"\xff", b"]"])
        ),
        max_size=6,
    ),
)
def test_a_damaged_feed_is_read_or_refused(content: bytes, damage: list[tuple[float, bytes]]) -> None:
    """Whatever is broken in a feed, its entries are read or it is refused; no other error comes out."""
    for place, inserted in damage:
        at = int(place * len(content))
        content = content[:at] + inserted + content[at + 1 :]
    with suppress(UnreadableDocument):
        assert all(entry.content and entry.key for entry in _entries.read(content, "", "example.org/feed"))


def test_a_prefix_that_nobody_declared_is_no_trouble() -> None:
    """A feed that forgot to declare a namespace is read all the same, as such feeds are common."""
    feed = (RSS % 1).replace('xmlns:content="http://purl.org/rss/1.0/modules/content/"', "")
    first, _ = _entries.read(feed.encode(), "", "example.org/feed")
    assert (first.full, b"First paragraph." in first.content) == (True, True)


def test_a_feed_of_tags_is_refused_before_it_is_parsed() -> None:
    """A feed with more tags than any has is refused for its size: a tree of them would take a gigabyte."""
    with pytest.raises(UnreadableDocument, match="too_large"):
        _entries.read(b"<rss><channel>" + b"<item/>" * 1_100_000 + b"</channel></rss>", "", "x")
