"""Parsers of what strangers wrote, called in processes of their own; and scans that go on whatever a stranger serves."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from resources.confined import confined
from resources.confinement import MIB, Limits, walls
from resources.sources import _entries, _sitemaps
from resources.sources._fetch import FetchFailed
from resources.sources._robots import MAX_BYTES
from resources.sources.feed import FeedSource, OpenFeed
from resources.sources.web import OpenWeb, WebSource
from tests.resources.stages import parsers
from tests.website import Handler, Reply, Time, Website, page, website, world
from winnow.errors import UnreadableDocument

SMALL = Limits(memory_bytes=128 * MIB, cpu_seconds=1, timeout_seconds=60, output_bytes=MIB, objects_per_worker=1)

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a0 "lol">%s]><urlset><url><loc>https://x/&a9;</loc></url></urlset>'
    % b"".join(b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10))
)


def test_a_parser_is_called_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values come back from another process, which sees nothing of this one's environment."""
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    said = confined(parsers.counting, b"x" * 3_000_000, {"a": "b"})
    assert (said["bytes"], said["about"]) == (3_000_000, {"a": "b"})
    assert said["process"] != os.getpid()
    assert "DATABASE_PASSWORD" not in said["names"]


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("die", "worker_died"),
        ("loop", "timeout"),
        ("fill memory", "memory"),
        ("raise", "worker_died"),
        ("say too much", "too_large"),
        ("say what JSON cannot", "worker_died"),
    ],
)
def test_a_parser_that_comes_to_grief_has_a_reason(does: str, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever a parser does, the caller gets one word of a closed list, and nothing that the bytes say is logged."""
    if does == "fill memory" and not walls()["memory"]:
        pytest.skip("this system keeps no limit on memory")
    content = b"Ann Vogel" + b" " * 100_000
    with pytest.raises(UnreadableDocument) as refused:
        confined(parsers.grieving, content, {"do": does}, SMALL)
    assert refused.value.reason == reason
    assert "Vogel" not in caplog.text
    assert confined(parsers.grieving, b"", {"do": "nothing"}, SMALL) == "done"


def test_a_parser_reaches_neither_files_nor_the_network(tmp_path: Path) -> None:
    """A parser that was taken over can read no file of the user's and connect to nobody."""
    (tmp_path / "secret").write_text("words", encoding="utf-8")
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        tries: list[tuple[str, dict[str, str]]] = [
            ("files", {"do": "read a file", "path": str(tmp_path / "secret")}),
            ("network", {"do": "connect", "port": str(server.getsockname()[1])}),
        ]
        for wall, about in tries:
            if walls()[wall]:
                with pytest.raises(UnreadableDocument, match="worker_died"):
                    confined(parsers.grieving, b"", about, SMALL)


@pytest.mark.parametrize(
    "said",
    [
        7,
        {"pages": "x", "sitemaps": []},
        {"failed": "Ann Vogel"},
        {"pages": ["x"] * 50_001, "sitemaps": []},
    ],
    ids=["number", "text", "reason", "many"],
)
def test_what_a_sitemaps_parser_says_is_not_believed(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that no parser of ours gives are a failure, and what is no address is left out."""
    monkeypatch.setattr(_sitemaps, "confined", lambda *_: said)
    with pytest.raises(FetchFailed, match="worker_died"):
        _sitemaps.named(b"", 1000)
    monkeypatch.setattr(_sitemaps, "confined", lambda *_: {"pages": ["https://x/", 7, "x" * 9000], "sitemaps": [None]})
    assert _sitemaps.named(b"", 1000) == (["https://x/"], [])


@pytest.mark.parametrize(
    "change",
    [{"key": "../../x.atom"}, {"key": 7}, {"content": None}, {"licences": [7]}, {"published": 7}, {"full": "yes"}],
    ids=lambda change: next(iter(change)),
)
def test_what_a_feeds_parser_says_is_not_believed(change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry whose key is no hash, or with a value of another type, takes the feed with it: its parser was taken over."""
    feed = b"<rss><channel><item><title>One</title><link>https://example.org/1</link></item></channel></rss>"
    (entry,) = _entries.told(feed, "", "x")
    assert [entry] == _entries.read(feed, "", "x")
    plain = _entries.said_of(feed, {"charset": "", "place": "x"})
    monkeypatch.setattr(_entries, "confined", lambda *_: [{**plain[0], **change}])
    with pytest.raises(UnreadableDocument, match="worker_died"):
        _entries.told(feed, "", "x")


@pytest.fixture
def site() -> Iterator[Website]:
    """A site with one page."""
    with website() as running:
        running.pages["/a.html"] = Reply(page())
        yield running


def common(site: Website) -> dict[str, Any]:
    """What every source of the tests says."""
    about = {"name": "news", "asset": "public_industry_sources", "licence": "CC-BY-4.0", "basis": "licence"}
    return {**about, "contact": "data@example.org", "allow_addresses": site.allowed}


def test_a_hostile_sitemap_costs_only_itself(site: Website, tmp_path: Path) -> None:
    """A billion laughs, and a megabyte of tags in one another: counted by reason, and the pages of the others are visited."""
    site.pages["/laughs.xml"] = Reply(LAUGHS, type="text/xml")
    site.pages["/deep.xml"] = Reply(b"<a>" * 300_000, type="text/xml")
    site.pages["/good.txt"] = Reply(site.url("/a.html"), type="text/plain")
    sitemaps = tuple(site.url(path) for path in ("/laughs.xml", "/deep.xml", "/good.txt"))
    source = WebSource.model_validate({**common(site), "kind": "web", "sitemaps": sitemaps})
    opened = OpenWeb(source, tmp_path / "fetched" / "news", world(Time()))
    opened.refresh()
    counts = opened.cache.last_scan()
    assert (counts["sitemap_sitemap"], counts["new"]) == (2, 1)
    assert [listed.key.partition("/")[2] for listed in opened.list()] == ["a.html"]


def test_a_hostile_feed_costs_only_itself(site: Website, tmp_path: Path) -> None:
    """A feed nested 10,000 deep is counted by its reason, and the entries of the other are taken."""
    deep = b"<rss><channel>" + b"<item>" * 10_000 + b"<title>x</title>" + b"</item>" * 10_000 + b"</channel></rss>"
    site.pages["/deep"] = Reply(deep, type="application/rss+xml")
    site.pages["/good"] = Reply("<rss><channel><item><title>One</title></item></channel></rss>", type="application/rss+xml")
    source = FeedSource.model_validate({**common(site), "kind": "feed", "feeds": (site.url("/deep"), site.url("/good"))})
    opened = OpenFeed(source, tmp_path / "fetched" / "news", world(Time()))
    opened.refresh()
    counts = opened.cache.last_scan()
    assert (counts["feed_malformed"], counts["new"]) == (1, 1)


def test_a_robots_txt_of_one_endless_line_is_cut(site: Website, tmp_path: Path) -> None:
    """Of 100 MB in one line what a crawler has to read is read; it is no rule, and the scan goes on."""
    sent = 0

    def endless(handler: Handler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.send_header("Content-Type", "text/plain")
        handler.send_header("Content-Length", str(100 * MIB))
        handler.end_headers()
        with suppress(OSError):
            for _ in range(100):
                handler.wfile.write(b"Disallow: /" + b"a" * (MIB - 11))
                sent += MIB

    site.pages["/robots.txt"] = endless
    source = WebSource.model_validate({**common(site), "kind": "web", "addresses": (site.url("/a.html"),)})
    opened = OpenWeb(source, tmp_path / "fetched" / "news", world(Time()))
    opened.refresh()
    counts = opened.cache.last_scan()
    assert counts["new"] == 1
    assert counts["bytes"] < 2 * MAX_BYTES
    assert sent < 50 * MIB
