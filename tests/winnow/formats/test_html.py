import logging

from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats.html import FORMAT

SENTENCE = "The council voted on Tuesday to rebuild the bridge over the river, which had been closed since the flood in March. "

ARTICLE = f"""<html><head><title>Bridge to be rebuilt | The Example Times</title>
<meta property="og:title" content="Bridge to be rebuilt"/></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Bridge to be rebuilt</h1><p>{SENTENCE * 3}</p><h2>Costs</h2><p>{SENTENCE * 4}</p>
<ul><li>{SENTENCE}</li><li>{SENTENCE}</li></ul><p>{SENTENCE * 3}</p></article>
<div class="sidebar"><ul><li><a href="/1">Ten best bridges</a></li><li><a href="/2">Subscribe now</a></li></ul></div>
<footer>Copyright Example Times. All rights reserved.</footer><script>var tracker = 1;</script></body></html>"""


def read(text: str | bytes) -> Document:
    """The one document."""
    return documents(FORMAT, text)[0]


def texts(text: str | bytes) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, block.text) for block in read(text).blocks]


def test_an_article_is_read_without_its_frame() -> None:
    """Headings, paragraphs and lists of the article are kept, navigation, side bars, footers and scripts are not."""
    found = texts(ARTICLE)
    whole = " ".join(text for _, text in found)
    assert ("heading", "Costs") in found
    assert [kind for kind, _ in found].count("list_item") == 2
    assert whole.count("The council voted") == 12
    assert not any(words in whole for words in ("Sport", "Subscribe", "Copyright", "tracker"))


def test_the_title_is_the_pages_own() -> None:
    """The only main heading names the page, else what the page shares, without the site's name."""
    assert read(ARTICLE).title == "Bridge to be rebuilt"
    assert read("<title>Bridge to be rebuilt | The Example Times</title><p>Text.</p>").title == "Bridge to be rebuilt"


def test_a_plain_page_is_read_whole() -> None:
    """An exported report too plain for an article keeps all its blocks in order, and the notes say so."""
    document = read(
        "<body><h2>Costs</h2>Loose <b>words</b>.<p>They rose.</p><ul><li>rent<ul><li>office</li></ul></li></ul>"
        "<table><tr><th>Item</th><td><p>a</p><p>b</p></td></tr></table><pre>x\n  y</pre><blockquote>Dear.</blockquote></body>"
    )
    assert [(block.kind, block.text) for block in document.blocks] == [
        ("heading", "Costs"),
        ("paragraph", "Loose words."),
        ("paragraph", "They rose."),
        ("list_item", "rent"),
        ("list_item", "office"),
        ("table", "Item | a b"),
        ("code", "x\n  y"),
        ("quote", "Dear."),
    ]
    assert document.notes == {"whole_page": 1}


def test_the_declared_encoding_is_used() -> None:
    """A page in the encoding it declares reads right, and one that is UTF-8 whatever it declares does too."""
    page = '<html><head><meta charset="{}"></head><body><p>Žluťoučký kůň — Łódź</p></body></html>'
    for declared, encoding in (("windows-1250", "cp1250"), ("iso-8859-1", "utf-8"), ("no-such", "utf-8")):
        assert texts(page.format(declared).encode(encoding)) == [("paragraph", "Žluťoučký kůň — Łódź")]


def test_spans_count_characters_of_the_joined_blocks() -> None:
    """Start and end cut each block out of all blocks joined by line ends."""
    found = read(ARTICLE).blocks
    text = "\n".join(block.text for block in found)
    assert [text[block.start : block.end] for block in found] == [block.text for block in found]


def test_a_page_without_words_is_empty() -> None:
    """A page of scripts and pictures holds no text."""
    assert refusal(FORMAT, "<html><body><script>x()</script><img src=a.png></body></html>") == "empty"
    assert refusal(FORMAT, "   ") == "empty"


def test_the_library_does_not_log_pages() -> None:
    """Not even a page that trafilatura finds nothing in reaches a log."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        read("<p>marker word</p>")
        refusal(FORMAT, "<html></html>")
    finally:
        logging.getLogger().removeHandler(handler)
    assert records == []


def page(*heads: str, title: str = "", site: str = "", body: str = "") -> str:
    """A page of a web site with ``heads`` as h1 and an article of five sentences."""
    return (
        f'<html lang="de-AT"><head><title>{title}</title><meta property="og:site_name" content="{site}"/></head><body>'
        f"<nav>Menu</nav><article>{''.join(f'<h1>{head}</h1>' for head in heads)}<p>{SENTENCE * 5}</p>{body}</article></body></html>"
    )


def test_the_headline_stands_over_the_text() -> None:
    """A headline that extraction leaves out is put back, once, since it is the heading of all that follows."""
    found = texts(page("Bridge to be rebuilt", title="Bridge to be rebuilt | The Example Times"))
    assert found[0] == ("heading", "Bridge to be rebuilt")
    assert [text for _, text in found].count("Bridge to be rebuilt") == 1


def test_the_site_s_name_is_no_headline() -> None:
    """A page whose only h1 is the site's name takes its title from itself, and gets no heading of that name."""
    for named in (page("Example Times", title="Bridge rebuilt | Example Times"), page("Example Times", site="Example Times")):
        assert ("heading", "Example Times") not in texts(named)
    assert read(page("Example Times", title="Bridge is rebuilt | Example Times")).title == "Bridge is rebuilt"
    assert read(page("Bridge to be rebuilt", title="Opinion | Bridge to be rebuilt")).title == "Bridge to be rebuilt"


def test_of_several_headlines_the_one_counts_that_the_title_names() -> None:
    """Other stories and sign-up forms have an h1 too; the page's own shares words with its title."""
    document = read(page("Create a new password", "Bridge to be rebuilt", title="The bridge will be rebuilt - Example Times"))
    assert document.title == "Bridge to be rebuilt"
    assert read(page("Sign in", "Register", title="Flood bridge is open - Example Times")).title == "Flood bridge is open"
    shared = '<meta property="og:title" content="The bridge is open - and it is not safe"/><p>Text.</p>'
    assert read(shared).title == "The bridge is open - and it is not safe"


def test_furniture_between_sentences_is_dropped_and_counted() -> None:
    """Credits, invitations and pointers to other pages are no text; a sentence that begins like one is."""
    lines = ["SOURCE: Example News", "Like this story? Share it!", "[Example]", "You may also like", "© 2026 Example Times"]
    kept = ["Sources close to the council say that the work will begin in May.", "Click on Save to keep your changes."]
    document = read(page(title="Bridge", body="".join(f"<p>{line}</p>" for line in (*lines, *kept))))
    found = [block.text for block in document.blocks]
    assert not set(lines) & set(found)
    assert set(kept) <= set(found)
    assert document.notes["furniture"] == len(lines)


def test_the_language_is_what_the_page_declares() -> None:
    """A page may say its language, without its region here; one that does not leaves it to its source."""
    assert read(page("Bridge")).language == "de"
    assert read("<p>Text.</p>").language is None
