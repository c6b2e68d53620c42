import pytest

from tests.winnow.formats.samples_tables import documents, refusal
from winnow.documents import Document
from winnow.formats import md
from winnow.formats.md import FORMAT

SOURCE = """# Minutes: *Q1*

A line
that wraps, with `code` and a [link](https://example.com).

## Costs

- rent
  - office
- travel

> It was dear.

| Item | Price |
|------|-------|
| Desk | 90    |

```python
x = 1

y = 2
```
"""


def read(text: str) -> Document:
    """The one document."""
    return documents(FORMAT, text)[0]


def texts(text: str) -> list[tuple[str, int, str]]:
    """Kind, level and text of every block."""
    return [(block.kind, block.level, block.text) for block in read(text).blocks]


def test_structure_becomes_blocks() -> None:
    """Headings, paragraphs, lists, quotes, tables and code are told apart, and inline marks vanish."""
    assert texts(SOURCE) == [
        ("heading", 1, "Minutes: Q1"),
        ("paragraph", 0, "A line that wraps, with code and a link."),
        ("heading", 2, "Costs"),
        ("list_item", 0, "rent"),
        ("list_item", 0, "office"),
        ("list_item", 0, "travel"),
        ("quote", 0, "It was dear."),
        ("table", 0, "Item | Price\nDesk | 90"),
        ("code", 0, "x = 1\n\ny = 2"),
    ]


def test_the_first_heading_is_the_title() -> None:
    """The document is called what its first-level heading says."""
    assert read(SOURCE).title == "Minutes: Q1"


def test_front_matter_is_no_text_but_may_name_the_document() -> None:
    """Keys of a site generator are skipped, except for the title."""
    document = read('---\ntitle: "Plan"\ndraft: true\n---\n\nWe begin.\n')
    assert (document.title, [block.text for block in document.blocks]) == ("Plan", ["We begin."])


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    """A page that begins with a rule keeps its text."""
    assert texts("---\n\nWe begin.\n") == [("paragraph", 0, "We begin.")]


def test_spans_cover_the_lines_in_the_source() -> None:
    """Start and end cut the lines of a block out of the decoded text, behind front matter too."""
    source = "---\na: b\n---\n" + SOURCE
    spans = [source[block.start : block.end] for block in read(source).blocks]
    assert spans[0] == "# Minutes: *Q1*\n"
    assert spans[1].startswith("A line\nthat wraps")
    assert spans[-1].startswith("```python")


def test_html_in_markdown_gives_its_words() -> None:
    """Tags, comments and scripts vanish, the words between them stay."""
    assert texts("<div align=center>Hello <b>you</b></div>\n\n<!-- not this -->\n\n<script>no()</script>\n\nEnd<br>now.") == [
        ("paragraph", 0, "Hello you"),
        ("paragraph", 0, "End\nnow."),
    ]


def test_pictures_are_dropped() -> None:
    """A picture's description is no sentence of the text."""
    assert texts("Before ![a chart](x.png) after.") == [("paragraph", 0, "Before after.")]


def test_markdown_without_words_is_empty() -> None:
    """A file of pictures and rules holds no text."""
    assert refusal(FORMAT, "![](a.png)\n\n---\n") == "empty"


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{'  ' * depth}- item{depth}\n" for depth in range(80)),
        "".join(f"{'>' * depth} item{depth}\n\n" for depth in range(1, 80)) + "> item0\n",
    ],
)
def test_depth_loses_no_word(text: str) -> None:
    """Lists and quotations nested deeper than the parser's own limit, behind which it drops them, are read."""
    found = " ".join(block.text for block in documents(FORMAT, text)[0].blocks).split()
    assert set(found) == {f"item{depth}" for depth in range(80)}


def test_marks_without_end_are_no_depth() -> None:
    """A line of ten thousand marks is read as one."""
    for mark in (">", "- ", "* "):
        assert [block.text for block in documents(FORMAT, mark * 10_000 + "x")[0].blocks] == ["x"]


def test_a_long_text_is_read_by_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions change nothing: not a block, not a place, not what a link's name stands for, nor what a fence holds."""
    text = "".join(
        f"# Part {number}\n\nSee [this one][far] and\nmore.\n\n- a\n\n  b\n- c\n\n```\n# no heading\n\n- no list\n```\n\n"
        "> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        for number in range(40)
    )
    text += "[far]: https://example.com\n"
    whole = documents(FORMAT, text)
    monkeypatch.setattr(md, "_PORTION_LINES", 7)
    monkeypatch.setattr(md, "_PORTION_CHARS", 60)
    assert len(list(md._cuts(text.split("\n")))) > 40
    assert documents(FORMAT, text) == whole
