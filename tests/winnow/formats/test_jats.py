from tests.winnow.formats.samples import jats
from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats.jats import FORMAT


def read(content: bytes) -> Document:
    """The one document."""
    return documents(FORMAT, content)[0]


def body(content: str) -> list[tuple[str, int, str]]:
    """Kind, level and text of the blocks of an article's body."""
    return [(block.kind, block.level, block.text) for block in read(jats(content, abstract="")).blocks]


def test_abstract_and_sections_have_heading_levels() -> None:
    """The abstract is a section of its own name before the body, and sections nest."""
    document = read(jats("<sec><title>Results</title><p>One.</p><sec><title>Cells</title><p>Two.</p></sec></sec>"))
    assert document.title == "A study"
    assert [(block.kind, block.level, block.text) for block in document.blocks] == [
        ("heading", 1, "Abstract"),
        ("paragraph", 0, "We asked. We found."),
        ("heading", 1, "Results"),
        ("paragraph", 0, "One."),
        ("heading", 2, "Cells"),
        ("paragraph", 0, "Two."),
    ]


def test_other_abstracts_are_left_out_and_counted() -> None:
    """A digest or teaser repeats the article, so it is no part of it."""
    document = read(
        jats(
            "<p>Body.</p>", abstract='<abstract><p>Short.</p></abstract><abstract abstract-type="teaser"><p>Wow.</p></abstract>'
        )
    )
    assert [block.text for block in document.blocks] == ["Abstract", "Short.", "Body."]
    assert document.notes == {"other_abstracts": 1}


def test_citations_in_brackets_vanish_and_names_in_sentences_stay() -> None:
    """What only points at a reference is taken out with its brackets; an author who is the sentence's subject is not."""
    cite = '<xref ref-type="bibr">{}</xref>'
    text = f"Known ({cite.format('Smith, 2010')}; {cite.format('Jones, 2011')}) and [{cite.format('3')}]"
    text += f" since {cite.format('Lee (2001)')}"
    text += f" saw it<sup>{cite.format('1')},{cite.format('2')}</sup> in <sup>13</sup>C."
    assert body(f"<p>{text}</p>") == [("paragraph", 0, "Known and since Lee (2001) saw it in 13C.")]


def test_figures_formulas_and_references_are_left_out() -> None:
    """Displayed formulas, figures and the reference list are no running text, and the notes count them."""
    document = read(
        jats(
            "<p>So<disp-formula>x=1</disp-formula> it is <inline-formula>x</inline-formula>.</p>"
            "<fig><caption><p>Fig.</p></caption></fig>"
        )
    )
    assert [block.text for block in document.blocks][2:] == ["So it is x."]
    assert document.notes == {"formulas": 1, "figures": 1}


def test_lists_tables_and_quotes_inside_of_paragraphs_follow_them() -> None:
    """Structure that stands in a paragraph becomes blocks behind it, in order and once, and the paragraph's end stays."""
    assert body(
        "<p>Three: <list><list-item><p>one</p></list-item><list-item><p>two</p></list-item></list>"
        "<disp-quote><p>said</p></disp-quote> and more."
        "<table-wrap><caption><p>Costs</p></caption><table><tr><th>a</th><td>1</td></tr></table></table-wrap></p>"
    ) == [
        ("paragraph", 0, "Three: and more."),
        ("list_item", 0, "one"),
        ("list_item", 0, "two"),
        ("quote", 0, "said"),
        ("table", 0, "Costs\na | 1"),
    ]


def test_named_entities_become_their_characters() -> None:
    """Entities that the journal's document type defines are known without it, and external ones are not fetched."""
    assert body("<p>5&#160;&micro;m &ndash; caf&eacute;</p>") == [("paragraph", 0, "5 µm – café")]
    hostile = jats("<p>a&x;b</p>").replace(
        b'"JATS-archivearticle1.dtd">', b'"JATS-archivearticle1.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    )
    assert [block.text for block in read(hostile).blocks][-1] == "a b"


def test_namespaced_articles_read_alike() -> None:
    """An article whose elements carry the JATS namespace is the same article."""
    plain = jats("<p>Body.</p>")
    assert read(plain.replace(b"<article>", b'<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/">')) == read(plain)


def test_broken_xml_is_malformed_and_other_xml_a_wrong_type() -> None:
    """The reasons tell a broken article from a file that is none."""
    assert refusal(FORMAT, jats("<p>Body.")) == "malformed"
    assert refusal(FORMAT, "<rss><channel/></rss>") == "wrong_type"
    assert refusal(FORMAT, jats("", abstract="")) == "empty"
    assert refusal(FORMAT, "<article><body>" + "<sec>" * 5000 + "</sec>" * 5000 + "</body></article>") == "malformed"


def test_the_language_is_the_article_s_own() -> None:
    """An article says its language, and one that does not leaves it to its source."""
    article = jats("<p>Body.</p>")
    assert read(article).language is None
    assert read(article.replace(b"<article", b'<article xml:lang="pt-BR"', 1)).language == "pt"


def test_what_a_journal_adds_is_read() -> None:
    """Elements that the standard's readers do not know, and paragraphs in the caption of a box, lose no word."""
    body = (
        "<sec><title>Results</title><boxed-text><caption><title>Box</title><p>In the box.</p></caption></boxed-text>"
        "<fresh-element>Loose words.</fresh-element><another><p>One.</p><p>Two.</p></another></sec>"
    )
    found = [block.text for block in documents(FORMAT, jats(body))[0].blocks]
    assert found[-6:] == ["Results", "Box", "In the box.", "Loose words.", "One.", "Two."]


def test_each_article_of_a_set_is_a_document() -> None:
    """A set of articles, as PubMed Central sends it, is a row an article; one without a body is refused alone."""
    article = (
        "<article><front><article-meta><article-id>{}</article-id><title-group><article-title>T{}</article-title></title-group>"
        "</article-meta></front><body>{}</body></article>"
    )
    content = (
        "<pmc-articleset>"
        + article.format(1, 1, "<p>One.</p>")
        + article.format(2, 2, "")
        + article.format(1, 3, "<p>Three.</p>")
    )
    found = documents(FORMAT, content + "</pmc-articleset>")
    assert [(row.row_number, row.row_key, row.title, row.reason) for row in found] == [
        (0, "1", "T1", None),
        (1, "2", "", "empty"),
        (2, "1\x1f#2", "T3", None),
    ]
