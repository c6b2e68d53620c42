"""Ways of saying no, and of saying under which licence."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.sources import _optouts
from resources.sources._addresses import parse
from resources.sources._optouts import NO_WORDS, PageWords, page_words, rsl_signal, tdm_signal, tdmrep_rules

PLACE = parse("https://example.org/news/a?b")


def tdmrep(*rules: dict[str, object]) -> bytes:
    """A tdmrep.json."""
    return json.dumps(rules).encode()


@pytest.mark.parametrize(
    ("content", "reserved"),
    [
        (tdmrep({"location": "/", "tdm-reservation": 1}), True),
        (tdmrep({"location": "/news/*", "tdm-reservation": 1}), True),
        (tdmrep({"location": "/other/", "tdm-reservation": 1}), None),
        (tdmrep({"location": "/news/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}), False),
        (tdmrep({"location": "/", "tdm-reservation": "1"}), True),
        (tdmrep({"location": "/", "tdm-reservation": True}), None),
        (tdmrep({"location": "/", "tdm-reservation": 2}), None),
        (tdmrep({"location": "/", "tdm-reservation": 1, "tdm-policy": "https://example.org/terms"}), True),
        (b'{"location": "/", "tdm-reservation": 1}', True),
        (b"<html>not found</html>", None),
        (b"[" * 100_000, None),
        (b"[1, null, {}]", None),
    ],
)
def test_the_sites_file_reserves_by_path(content: bytes, reserved: bool | None) -> None:
    """The first rule of tdmrep.json whose location matches holds; a policy does not lift it; what is none says nothing."""
    signal = tdm_signal(PLACE.target, tdmrep_rules(content), {}, NO_WORDS)
    assert (signal and signal.refuses) is reserved


@pytest.mark.parametrize(
    ("meta", "header", "file", "reserved"),
    [
        (None, None, 1, True),
        (None, "0", 1, False),
        (None, "1", 0, True),
        ("0", "1", 1, False),
        ("1", "0", 0, True),
        ("unset", "1", 0, True),
        (None, "0, 1", 0, True),
    ],
)
def test_the_closer_reservation_decides(meta: str | None, header: str | None, file: int, reserved: bool) -> None:
    """The page's tag overrides the answer's header, and that the site's file; said twice, a yes holds."""
    rules = tdmrep_rules(tdmrep({"location": "/", "tdm-reservation": file}))
    words = PageWords({"tdm-reservation": (meta,)} if meta else {}, None, ())
    signal = tdm_signal(PLACE.target, rules, {"tdm-reservation": header} if header else {}, words)
    assert signal is not None
    assert signal.refuses is reserved


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("noai", True),
        ("noindex, NOAI", True),
        ("noml", True),
        ("winnow: noai", True),
        ("otherbot: noai", False),
        ("otherbot: noindex, noai", False),
        ("otherbot: noindex\nnoai", True),
        ("noimageai", False),
        ("noindex, nofollow", False),
        ("unavailable_after: 1 Jan 2027, noai", True),
        ("max-snippet:20, noai", True),
        ("", False),
    ],
)
def test_robots_tags_are_read_for_us(text: str, refused: bool) -> None:
    """`noai` and `noml` are a no if they are for all or for us; what is about search results or pictures is not."""
    signals = list(_optouts.header_signals({"x-robots-tag": text}, "winnow"))
    assert any(signal.refuses for signal in signals) is refused


def test_pages_are_read_for_what_they_say_of_themselves() -> None:
    """Meta tags, canonical address and licences are found in any case and order, wherever they stand."""
    words = page_words(
        b"<HTML><head><META NAME=Robots CONTENT='index, NoAI'><meta name=tdm-reservation content=1>"
        b"<link rel=canonical href=/a><link rel=license type=application/rsl+xml href=/rsl.xml></head>"
        b"<body>text<a rel='license noopener' href=https://creativecommons.org/licenses/by/4.0/deed.en>CC</a>"
    )
    assert any(signal.refuses for signal in _optouts.meta_signals(words, "winnow"))
    assert words.metas["tdm-reservation"] == ["1"]
    assert (words.canonical, words.rsl) == ("/a", ("/rsl.xml",))
    assert [_optouts.licence_name(text) for text in words.licences] == ["CC-BY-4.0"]


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"<" * 1000, b"<!--", b"<meta name=robots>"])
def test_a_page_that_says_nothing_is_no_trouble(content: bytes) -> None:
    """Whatever the bytes, reading them for what they say does not fail."""
    assert not any(signal.refuses for signal in _optouts.meta_signals(page_words(content, "no-such-charset"), "winnow"))


def test_a_hostile_page_costs_little() -> None:
    """A page made of tags is read in time linear in its length."""
    began = time.perf_counter()
    page_words(b"<meta name=robots content=index>" * 120_000)
    page_words(b"<div>" * 800_000)
    _optouts.link_header({"link": "<a" * 30_000})
    assert time.perf_counter() - began < 10


def test_a_pdf_may_reserve_its_rights() -> None:
    """The property in a PDF's metadata counts, as element and as attribute."""
    for content, reserved in (
        (b"%PDF-1.7 ... <tdm:reservation>1</tdm:reservation>", True),
        (b'%PDF-1.7 ... tdm:reservation="1"', True),
        (b"%PDF-1.7 ... <tdm:reservation>0</tdm:reservation>", False),
    ):
        signal = _optouts.pdf_signal(content)
        assert signal is not None
        assert signal.refuses is reserved
    assert _optouts.pdf_signal(b"%PDF-1.7 tdm reservation 1") is None


def rsl(*contents: str) -> bytes:
    """An RSL document."""
    return f'<rsl xmlns="https://rslstandard.org/rsl">{"".join(contents)}</rsl>'.encode()


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (rsl('<content url="/"><license><prohibits type="usage">ai-train</prohibits></license></content>'), True),
        (rsl('<content url="/"><license><prohibits type="usage">search all</prohibits></license></content>'), True),
        (rsl('<content url="/"><license><permits type="usage">search</permits></license></content>'), True),
        (rsl('<content url="/"><license><permits type="usage">ai-all search</permits></license></content>'), False),
        (rsl('<content url="/"><license><payment type="subscription"/></license></content>'), True),
        (rsl('<content url="/"><license><payment type="free"/></license></content>'), False),
        (rsl('<content url="/"><license><payment type="use"/></license><license><payment type="attribution"/></license></content>'), False),
        (rsl('<content url="/other/"><license><prohibits type="usage">all</prohibits></license></content>'), None),
        (rsl('<content url="https://example.org/news/*"><license><prohibits type="usage">all</prohibits></license></content>'), True),
        (rsl('<content url="https://other.example/"><license><prohibits type="usage">all</prohibits></license></content>'), None),
        (
            rsl(
                '<content url="/"><license><prohibits type="usage">all</prohibits></license></content>',
                '<content url="/news/"><license><permits type="usage">all</permits></license></content>',
            ),
            False,
        ),
        (b"<html>", None),
        (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rsl>&a;</rsl>', None),
    ],
)  # fmt: skip
def test_an_rsl_licence_may_forbid_training(content: bytes, refused: bool | None) -> None:
    """What prohibits training, permits other uses alone or asks for payment is a no; one licence that lets us is enough."""
    signal = rsl_signal(content, PLACE, parse("https://example.org/robots.txt"))
    assert (signal and signal.refuses) is refused


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("http://www.creativecommons.org/licenses/by-nc-sa/4.0/deed.de", "CC-BY-NC-SA-4.0"),
        ("//creativecommons.org/licenses/by-sa/3.0/de/", "CC-BY-SA-3.0-DE"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        ("All  rights\nreserved", "All rights reserved"),
    ],
)
def test_a_licence_has_a_name(text: str, name: str) -> None:
    """Addresses of Creative Commons become identifiers, other words stay words."""
    assert _optouts.licence_name(text) == name


def test_only_a_known_licence_contradicts() -> None:
    """A page contradicts the catalog if it names Creative Commons licences and none is the catalog's."""
    assert _optouts.contradicts("CC-BY-4.0", ["CC-BY-NC-4.0"])
    assert not _optouts.contradicts("CC-BY-4.0", ["CC-BY-NC-4.0", "CC-BY-4.0"])
    assert not _optouts.contradicts("CC-BY-4.0", ["All rights reserved"])
    assert not _optouts.contradicts("CC-BY-4.0", [])


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="<>/=\"' \x00aelmnrtxo:license", max_size=200), st.sampled_from(["", "utf-8", "utf-16", "nonsense"]))
def test_any_text_is_read_for_what_it_says(text: str, charset: str) -> None:
    """Pages, headers and licence documents of any text are read without an error."""
    content = text.encode()
    words = page_words(b"<html><meta name=robots " + content, charset)
    said = [*_optouts.meta_signals(words, "winnow")]
    said += _optouts.header_signals({"x-robots-tag": text, "content-usage": text}, "winnow")
    assert all(signal.kind and signal.rule for signal in said)
    assert "" not in _optouts.link_header({"link": text}).licences
    rsl_signal(b"<rsl><content url='" + content.replace(b"'", b"") + b"'><license/></content></rsl>", PLACE, PLACE)
