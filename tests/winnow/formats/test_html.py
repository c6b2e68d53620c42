import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.winnow.formats.samples import saved_page
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import Reading, ReadOptions
from winnow.formats._dom import outline, parse
from winnow.formats._tally import weight
from winnow.formats.html import FORMAT
from winnow.formats.mhtml import FORMAT as MHTML

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
    assert document.notes == {"whole_pages": 1}


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


def test_the_headline_is_the_title_and_no_block() -> None:
    """The headline of a page's main text is said once, by the document's title, whatever kind of heading the page makes it."""
    named = page("Bridge to be rebuilt", title="Bridge to be rebuilt | The Example Times")
    for text in (named, named.replace("h1>", "h2>"), ARTICLE):
        document = read(text)
        assert document.title == "Bridge to be rebuilt"
        assert "Bridge to be rebuilt" not in [block.text for block in document.blocks]


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
    assert document.notes["furniture"] == sum(len(line.replace(" ", "")) for line in lines)


def test_the_language_is_what_the_page_declares() -> None:
    """A page may say its language, without its region here; one that does not leaves it to its source."""
    assert read(page("Bridge")).language == "de"
    assert read("<p>Text.</p>").language is None


HIDDEN = [
    '<p style="display:none">secret</p>',
    '<p style="VISIBILITY : hidden">secret</p>',
    "<p hidden>secret</p>",
    '<p aria-hidden="true">secret</p>',
    '<p style="font-size:0">secret</p>',
    '<p style="font-size: 0.5px;">secret</p>',
    '<p style="opacity:0.0">secret</p>',
    '<p style="color:white">secret</p>',
    '<p>Seen <span style="color: #FFFFFF">secret</span></p>',
    '<p style="position:absolute; left:-9999px">secret</p>',
    '<p style="text-indent:-9999px">secret</p>',
    '<font color="white">secret</font>',
    '<span class="sr-only">secret</span>',
    '<style>.note { color: red } .note, .x { display: none }</style><p class="note">secret</p>',
    "<style>#n{visibility:hidden}</style><div><p id=n>secret</p></div>",
]


@pytest.mark.parametrize("markup", HIDDEN)
def test_text_that_nobody_sees_is_left_out_and_counted(markup: str) -> None:
    """However a page hides a text, it is no block unless the catalog keeps it, and the notes say how much it was."""
    text = f"<html><body><p>Sales rose in spring, and again.</p>{markup}<p>Prices fell.</p></body></html>"
    document = read(text)
    assert "secret" not in " ".join(block.text for block in document.blocks)
    assert document.notes["hidden_text"] == len("secret")
    (kept,) = documents(FORMAT, text, ReadOptions(reading=Reading(hidden_text="keep")))
    assert "secret" in " ".join(block.text for block in kept.blocks)
    assert kept.notes["hidden_text_kept"] == len("secret")


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="font-size:small">seen</p>',
        '<p style="font-size:10px">seen</p>',
        '<p style="opacity:0.9">seen</p>',
        '<div style="background:#036"><p style="color:white">seen</p></div>',
        '<table bgcolor="#003366"><tr><td><font color="white">seen</font></td></tr></table>',
        '<p style="color:whitesmoke">seen</p>',
        "<style>@media print { .x { display: none } }</style><p class=x>seen</p>",
        '<p hidden="until-found">seen</p>',
    ],
)
def test_what_only_looks_hidden_is_read(markup: str) -> None:
    """Small type, white on a colour and rules for paper hide nothing."""
    assert "seen" in " ".join(text for _, text in texts(f"<body><p>Sales rose in spring.</p>{markup}</body>"))


def test_a_page_that_its_scripts_show_is_read() -> None:
    """A sheet that hides most of a page until a script has run does not make the page empty."""
    text = (
        f"<style>.late {{ opacity: 0 }}</style><body style='visibility:hidden'><div class=late><p>{SENTENCE}</p></div></body>"
    )
    assert [block for _, block in texts(text)] == [SENTENCE.strip()]


def test_an_article_in_several_boxes_is_read_to_its_end() -> None:
    """Paragraphs in boxes of the same name go on with the text; what stands between them, and another story behind it, does not."""
    box = '<div class="body">{}</div>'
    first, second, third = (
        "".join(f"<p>{' '.join(f'{part}{number}word{at}' for at in range(25))}.</p>" for number in range(12))
        for part in ("first", "second", "third")
    )
    advert = '<div class="ad">Advertisement <a href="/buy">Buy the best bridges now and save</a></div>'
    text = " ".join(
        block
        for _, block in texts(
            f"<html><body><nav>Menu</nav><article>{box.format(first)}{advert}{box.format(second)}</article>"
            f'<h2><a href="/next">Another story</a></h2>{box.format(third)}<footer>End</footer></body></html>'
        )
    )
    assert ("first" in text, "second" in text, "third" in text) == (True, True, False)
    assert "Buy the best" not in text


def test_the_same_page_gives_the_same_text_whatever_came_before() -> None:
    """Nothing of one page reaches the reading of another, such as a memory of paragraphs that were seen."""
    alone = read(ARTICLE)
    for _ in range(3):
        read(ARTICLE.replace("Tuesday", "Wednesday"))
        assert read(ARTICLE) == alone


def test_depth_loses_no_word() -> None:
    """Elements nested deeper than the parser follows are read as if they were not."""
    for tag in ("div", "span", "b", "ul><li", "table><tr><td"):
        deep = f"<body>{f'<{tag}>' * 10_000}deep words<p>after</p></body>"
        found = " ".join(text for _, text in texts(deep))
        assert "deep words" in found
        assert "after" in found


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<p " + " ".join(f"a{number}=1" for number in range(60_000)) + ">x</p>", "bomb"),
        ("<p>" + "x" * 11_000_000 + "</p>", "too_large"),
        ("<b></b>" * 1_100_000, "too_large"),
        ("<p>a</p>".encode("utf-16") * 2, ""),
    ],
)
def test_pages_over_a_limit_say_so(content: str | bytes, reason: str) -> None:
    """Countless attributes, tags without end and a text longer than the parser takes are refused by name."""
    assert refusal(FORMAT, content) == reason


def test_a_whole_page_keeps_what_forms_wrap() -> None:
    """Programs put a whole page into a form; only its buttons and fields are none of the text."""
    markup = "<form><p>Sales rose.</p><button>Send</button><select><option>One</option></select></form>"
    assert texts(f"<body>{markup}</body>") == [("paragraph", "Sales rose.")]


def test_tables_that_only_place_text_are_no_tables() -> None:
    """A page laid out by a table is read as its paragraphs; rows and columns of values are a table."""
    laid = f'<table role="presentation"><tr><td><h2>Costs</h2><p>{SENTENCE}</p></td></tr></table>'
    values = "<table><tr><td>rent</td><td>10</td></tr><tr><td>light</td><td>2</td></tr></table>"
    assert texts(f"<body>{laid}{values}</body>") == [
        ("heading", "Costs"),
        ("paragraph", SENTENCE.strip()),
        ("table", "rent | 10\nlight | 2"),
    ]


def test_two_breaks_part_paragraphs() -> None:
    """Old pages part paragraphs by two line breaks; one ends a line."""
    assert texts("<body>One<br>and a half<br><br>Two</body>") == [("paragraph", "One\nand a half"), ("paragraph", "Two")]


def test_a_saved_page_is_read_as_the_page() -> None:
    """The page in a MIME archive gives what the page alone gives; an archive without one is none."""
    assert documents(MHTML, saved_page(ARTICLE)) == [read(ARTICLE)]
    assert refusal(MHTML, saved_page(ARTICLE).replace(b"text/html", b"image/png")) == "wrong_type"


MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<table>",
                "<tr>",
                "<td>",
                "</td>",
                "</table>",
                "<ul>",
                "<li>",
                "</ul>",
                "<br>",
            ),
            *(
                "<script>",
                "</script>",
                "<nav>",
                "</nav>",
                "<h2>",
                "</h2>",
                "<b>",
                "</b>",
                "<pre>",
                "</pre>",
                "<p hidden>",
                "&amp;",
            ),
            *("word ", "two words", " | ", "\n", "<!-- c -->", '<span style="display:none">', "</span>", "<caption>", "\u00ad"),
        ]
    ),
    max_size=40,
)


@given(MARKUP)
@settings(max_examples=150, deadline=None)
def test_every_character_is_accounted_for(pieces: list[str]) -> None:
    """What is in the blocks and what was left out by reason is all that the page's text nodes hold, whatever its markup."""
    text = f"<body>start {''.join(pieces)}</body>"
    document = read(text)
    assert "unaccounted_characters" not in document.notes
    tree = parse(text)
    held = sum(map(weight, tree.itertext()))
    found = outline(tree)
    assert held == found.scripts + found.controls + found.stray + sum(piece.weight for piece in found.pieces)
