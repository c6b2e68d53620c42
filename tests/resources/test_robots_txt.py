"""robots.txt."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.sources._robots import MAX_BYTES, Pattern, forbids_training, parse, usage

AGENT = "winnow"


def allowed(text: str, *targets: str) -> list[bool]:
    """Whether each of ``targets`` may be fetched."""
    robots = parse(text.encode())
    return [robots.refusal(target, AGENT) is None for target in targets]


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("", {"/": True}),
        ("User-agent: *\nDisallow: /", {"/": False, "/robots.txt": True}),
        ("User-agent: *\nDisallow:", {"/": True}),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", {"/a": False, "/a/b": True, "/ab": False, "/b": True}),
        ("User-agent: *\nAllow: /a\nDisallow: /a", {"/a": True}),
        ("User-agent: *\nDisallow: /*.gif$", {"/a.gif": False, "/a.gif?b": True, "/a.gifs": True}),
        ("User-agent: *\nDisallow: /a*z*q", {"/abzcq": False, "/azq1": False, "/aqz": True}),
        ("User-agent: *\nDisallow: /a$", {"/a": False, "/ab": True}),
        ("User-agent: *\nDisallow: /*?", {"/a": True, "/a?b": False}),
        ("User-agent: *\nDisallow: /%7Eme/ü", {"/~me/%C3%BC1": False}),
        ("User-agent: other\nDisallow: /", {"/": True}),
        ("User-agent: other\nUser-agent: winnow\nDisallow: /", {"/": False}),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Winnow/1.0\nAllow: /", {"/": True}),
        (
            "User-agent: winnow\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: WINNOW\nDisallow: /b",
            {"/a": False, "/b": False, "/c": True},
        ),
        ("User-agent: winnower\nDisallow: /", {"/": True}),
        ("\ufeffUSER-AGENT : * # all\n disallow : /a # part\n", {"/a": False}),
        ("User-agent: *\rDisallow: /a\r\nDissallow: /b", {"/a": False, "/b": False}),
        ("Disallow: /", {"/": True}),
        ("User-agent: a\nSitemap: https://example.org/s.xml\nUser-agent: winnow\nDisallow: /", {"/": False}),
        ("User-agent: *\nNoindex: /x\nDisallow: /a", {"/a": False}),
        ("<!doctype html><html>User-agent</html>", {"/": True}),
    ],
)  # fmt: skip
def test_the_closest_rule_decides(text: str, verdicts: dict[str, bool]) -> None:
    """Our group or else that for all, the longest pattern, and of equal ones the one that allows (RFC 9309, 2.2)."""
    assert dict(zip(verdicts, allowed(text, *verdicts), strict=True)) == verdicts


def test_the_first_500_kib_count() -> None:
    """What stands behind the limit is not read, nor the line that it cuts."""
    filler = "# filler\n" * (MAX_BYTES // 9)
    robots = parse(f"User-agent: *\nDisallow: /a\n{filler}Disallow: /behind\n".encode())
    assert robots.refusal("/a", AGENT)
    assert robots.refusal("/behind", AGENT) is None
    start = "User-agent: *\nDisallow: /b\n"
    cut = (start + "#" * (MAX_BYTES - len(start) - 12) + "\nAllow: /b$$$$$$$").encode()
    assert parse(cut).refusal("/b", AGENT)


def test_what_is_not_a_rule_for_paths() -> None:
    """The crawl delay is the longest that is said, and makes sense; sitemaps and licences stand for all crawlers."""
    text = "Crawl-delay: 9\nUser-agent: *\nCrawl-delay: 2\nCrawl-delay: -1\nCrawl-delay: inf\nCrawl-delay: soon\n"
    text += "License: https://example.org/l.xml\nSitemap: https://example.org/s.xml"
    robots = parse(text.encode())
    assert (robots.delay(AGENT), robots.sitemaps, robots.licences) == (
        2,
        ("https://example.org/s.xml",),
        ("https://example.org/l.xml",),
    )


def test_preferences_stand_beside_rules() -> None:
    """Of each kind of preference the one with the longest path holds; those before any group are everybody's."""
    text = (
        "Content-Signal: ai-train=no\nUser-agent: *\nAllow: /\nDisallow: /never/\nContent-Usage: train-ai=n\n"
        "Content-Usage: /ai-ok/\ttrain-ai=y\n\nUser-agent: other\nContent-Usage: train-ai=y\n"
    )
    robots = parse(text.encode())

    def said(target: str) -> list[tuple[str, bool]]:
        return [(rule.name, forbids_training(usage(rule.value))) for rule in robots.preferences(target, AGENT)]

    assert said("/test") == [("content-usage", True), ("content-signal", True)]
    assert said("/ai-ok/test") == [("content-usage", False), ("content-signal", True)]
    assert robots.refusal("/never/test", AGENT)


@pytest.mark.parametrize(
    ("text", "forbids"),
    [
        ("train-ai=n", True),
        ("train-ai=y", False),
        ("search=y, train-ai=n", True),
        ("search=n", False),
        ("ai-train=no,search=yes", True),
        ("bots=n", True),
        ("bots=n, train-ai=y", False),
        ("train-ai=y, train-ai=n", True),
        ("train-ai=n;why=because", True),
        ("TRAIN-AI=N", True),
        ("train-ai", False),
        ("train-ai=maybe", False),
        ("", False),
        ("ai-use=n", False),
    ],
)
def test_a_preference_is_about_training_or_not(text: str, forbids: bool) -> None:
    """The closest label that speaks of training decides; contradictions are a no, and what is unknown is nothing."""
    assert forbids_training(usage(text)) is forbids


def test_named_crawlers_speak_for_themselves() -> None:
    """A crawler's exclusion counts if it has a group of its own, not because everybody is excluded."""
    robots = parse(b"User-agent: *\nDisallow: /private\n\nUser-agent: GPTBot\nDisallow: /news/")
    assert robots.named_refusal("/news/a", ["CCBot", "GPTBot"]) is not None
    assert robots.named_refusal("/private", ["CCBot", "GPTBot"]) is None


def test_hostile_patterns_cost_little() -> None:
    """Patterns full of stars are matched in time linear in the address."""
    pattern = Pattern.parse("/" + "*a" * 200_000 + "b")
    began = time.perf_counter()
    assert not pattern.matches("/" + "a" * 2000)
    robots = parse(b"User-agent: *\n" + b"Disallow: /*a*a*a*a*b\n" * 20_000)
    assert robots.refusal("/" + "a" * 2000, AGENT) is None
    assert time.perf_counter() - began < 5


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.tuples(st.booleans(), st.text(alphabet="/ab*$", min_size=1, max_size=6)), max_size=6),
    st.text(alphabet="/ab", max_size=6),
)
def test_another_parser_agrees(rules: list[tuple[bool, str]], path: str) -> None:
    """Protego, the parser of Scrapy, comes to the same verdict."""
    protego = pytest.importorskip("protego", reason="install the extra dev")
    lines = ["User-agent: *", *(f"{'Allow' if allow else 'Disallow'}: /{pattern.replace('$', '')}" for allow, pattern in rules)]
    text = "\n".join(lines)
    assert allowed(text, f"/{path}")[0] == protego.Protego.parse(text).can_fetch(f"https://example.org/{path}", AGENT)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_read(content: bytes) -> None:
    """No file makes the parser fail."""
    assert parse(content).delay(AGENT) >= 0
