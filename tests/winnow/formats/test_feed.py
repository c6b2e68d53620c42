import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples_tables import SAMPLES, documents, refusal, rss
from winnow.formats.feed import FORMAT

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
<entry><id>urn:1</id><title type="html">&lt;b&gt;Steel&lt;/b&gt; &amp;amp; iron</title><author><name>Ann Hush</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Prices</h2><p>They <b>rose</b>.</p></div></content></entry>
<entry><title>Ore</title><updated>2026-01-02T00:00:00Z</updated><summary type="text">1 &lt; 2

Second.</summary></entry></feed>"""


def test_an_entry_is_a_document() -> None:
    """Title, text and key of an entry become a document; its place is its number."""
    (entry,) = documents(FORMAT, SAMPLES["feed"])
    assert (entry.title, entry.row_key, entry.row_number, entry.blocks[0].text) == ("Steel", "g1", 0, "Prices rose.")
    assert dict(entry.fields) == {}


def test_atom_content_in_markup_and_in_plain_text() -> None:
    """XHTML becomes blocks by its elements, plain text by its blank lines, and authors become nothing."""
    first, second = documents(FORMAT, ATOM)
    assert first.title == "Steel & iron"
    assert [(block.kind, block.level, block.text) for block in first.blocks] == [
        ("heading", 2, "Prices"),
        ("paragraph", 0, "They rose."),
    ]
    assert [block.text for block in second.blocks] == ["1 < 2", "Second."]
    assert "Hush" not in repr(first)
    assert "2026" not in repr((second.title, second.blocks, second.fields))


def test_html_is_stripped_to_blocks() -> None:
    """Lists, breaks and quotes part blocks; scripts, tags and comments are gone; references are resolved."""
    markup = (
        "<p>A &amp;amp; <b>b</b><br>c<script>hush()</script></p><!-- hush --><ul><li>d</li></ul><blockquote>e</blockquote>tail"
    )
    entry = documents(FORMAT, rss(f"<description><![CDATA[{markup}]]></description>"))[0]
    assert [(block.kind, block.text) for block in entry.blocks] == [
        ("paragraph", "A &amp; b"),
        ("paragraph", "c"),
        ("list_item", "d"),
        ("quote", "e"),
        ("paragraph", "tail"),
    ]


def test_content_is_preferred_to_its_summary() -> None:
    """An entry with both gives the whole text once."""
    content = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">Whole text.</content:encoded>'
    entry = documents(FORMAT, rss(f"<description>Short.</description>{content}"))[0]
    assert [block.text for block in entry.blocks] == ["Whole text."]


def test_spans_count_in_the_joined_blocks() -> None:
    """A block's span cuts its text out of the entry's blocks joined by line ends."""
    blocks = documents(FORMAT, ATOM)[0].blocks
    joined = "\n".join(block.text for block in blocks)
    assert all(joined[block.start : block.end] == block.text for block in blocks)


def test_keys_fall_back_to_link_and_content_and_never_repeat() -> None:
    """Without a guid the link is the key, without a link the words; a key given twice is numbered."""
    entries = ["<link>https://example.com/1</link><title>a</title>", "<title>b</title>", "<title>b</title>", "<title>c</title>"]
    keys = [entry.row_key for entry in documents(FORMAT, rss(*entries))]
    assert keys[0] == "https://example.com/1"
    assert keys[2] == f"{keys[1]}\x1f#2"
    assert len(set(keys)) == 4


def test_an_entry_without_words_is_empty() -> None:
    """An entry with neither title nor text is refused alone."""
    assert [entry.reason for entry in documents(FORMAT, rss("<guid>1</guid>", "<title>b</title>"))] == ["empty", None]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (rss(), "empty"),
        ("prose", "malformed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": []}', "empty"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "malformed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1', "truncated"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": ' + "[" * 100_000 + "}", "malformed"),
        (rss("<title>a</title>").replace("<item", "<item " + " ".join(f"a{n}='1'" for n in range(60_000))), "bomb"),
        (SAMPLES["feed"].decode()[:-30], "truncated"),
    ],
)
def test_what_is_no_whole_feed_is_refused(content: str, reason: str) -> None:
    """A feed without entries, something else, and a feed cut short are told apart."""
    assert refusal(FORMAT, content) == reason


def test_a_json_feed_is_a_feed() -> None:
    """Its items are entries: content before summary, markup before plain text, the id as key; authors become nothing."""
    items = [
        {
            "id": 7,
            "title": "A & B",
            "content_html": "<p>They <b>rose</b>.</p>",
            "content_text": "no",
            "authors": [{"name": "Hush"}],
        },
        {"url": "https://example.com/2", "summary": "First.\n\nSecond."},
        {"id": "3"},
        "no item",
    ]
    content = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items})
    assert FORMAT.sniff(content.encode())
    first, second, third = documents(FORMAT, content)
    assert (first.row_key, first.title, [block.text for block in first.blocks]) == ("7", "A & B", ["They rose."])
    assert (second.row_key, [block.text for block in second.blocks]) == ("https://example.com/2", ["First.", "Second."])
    assert third.reason == "empty"
    assert "Hush" not in repr(first)


def test_an_entry_loses_no_text_to_its_size_or_depth() -> None:
    """Markup nested ten thousand deep is read; a text longer than the parser takes is refused by name, and the next entry read."""
    deep = f"<title>a</title><description><![CDATA[{'<div>' * 10_000}deep]]></description>"
    long = f"<title>b</title><description><![CDATA[<p>{'x' * 11_000_000}]]></description>"
    first, second, third = documents(FORMAT, rss(deep, long, "<title>c</title>"))
    assert [block.text for block in first.blocks] == ["deep"]
    assert (second.reason, third.title) == ("too_large", "c")


def test_nothing_is_fetched_or_opened() -> None:
    """An address, a path or an external entity in the bytes is text, never followed."""
    assert refusal(FORMAT, "https://127.0.0.1:9/feed") == "malformed"
    assert refusal(FORMAT, __file__) == "malformed"
    entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    (entry,) = documents(FORMAT, rss("<title>a&x;b</title>").replace("<rss", f"{entity}<rss"))
    assert "a" in entry.title
    assert len(entry.title) <= len("a&x;b")


def test_only_feeds_are_recognised() -> None:
    """The root element tells a feed from other XML, in UTF-16 too."""
    assert FORMAT.sniff(SAMPLES["feed"])
    assert FORMAT.sniff(ATOM.encode("utf-16"))
    assert not FORMAT.sniff(b"<article><feedback/></article>")


@given(st.text(alphabet="ab<>/&;p!- \n", max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_description_is_read(text: str) -> None:
    """No markup, however broken, makes an entry fail."""
    (entry,) = documents(FORMAT, rss(f"<title>t</title><description><![CDATA[{text}]]></description>"))
    assert entry.title == "t"
