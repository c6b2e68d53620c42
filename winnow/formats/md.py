"""Markdown (CommonMark with GitHub's tables): tokens to blocks.

Belongs here: what Markdown's structure says. Does not belong here: HTML pages; of HTML inside Markdown only the words are kept.
Spans count characters of the decoded text and cover whole lines, as CommonMark's own positions do. Front matter is skipped but
for its title; pictures are dropped, since their texts describe what the reader of text cannot see.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from lxml import html
from lxml.etree import LxmlError
from markdown_it import MarkdownIt
from markdown_it.token import Token

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual, library_versions, squeeze, tidy

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_FRONT_MATTER_CHARS = 10_000  # looked at: a rule at the top and another far below are not front matter

_FRONT_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE)


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``empty``.
    """
    text = decode(content)
    front = _FRONT_MATTER.match(text, 0, _FRONT_MATTER_CHARS)
    # Blanked rather than cut, so that line numbers and character counts stay.
    body = re.sub(r"[^\n]", " ", text[: front.end()]) + text[front.end() :] if front else text
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    blocks = tuple(_blocks(tokens, starts, len(text)))
    if not blocks:
        raise UnreadableDocument("empty")
    named = _FRONT_TITLE.search(front[1]) if front else None
    heading = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), "")
    yield Document(title=squeeze(named[1]).strip("\"'") if named else heading, blocks=blocks)


def _blocks(tokens: Sequence[Token], starts: list[int], length: int) -> Iterator[Block]:
    containers: list[str] = []  # open lists and quotes, outermost first
    position = 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token.type == "table_open":
            close = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
            found = Block("table", _table(tokens[position:close]))
            position = close + 1
        elif token.type in {"list_item_open", "blockquote_open"}:
            containers.append("list_item" if token.type == "list_item_open" else "quote")
            continue
        elif token.type in {"list_item_close", "blockquote_close"}:
            containers.pop()
            continue
        elif token.type in {"heading_open", "paragraph_open"}:
            heading = token.type == "heading_open"
            kind = "heading" if heading else containers[-1] if containers else "paragraph"
            found = Block(kind, tidy(_inline(tokens[position])), int(token.tag[1]) if heading else 0)
        elif token.type in {"fence", "code_block"}:
            found = Block("code", token.content.strip("\n"))
        elif token.type == "html_block":
            found = Block(containers[-1] if containers else "paragraph", _words(token.content))
        else:
            continue
        if found.text.strip() and token.map:
            first, last = token.map
            end = min(starts[min(last, len(starts) - 1)], length)
            yield Block(found.kind, found.text, found.level, start=min(starts[first], length), end=end)


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or (child.type == "html_inline" and child.content.lower().startswith("<br")):
            parts.append("\n")
    return "".join(parts)


def _table(tokens: Sequence[Token]) -> str:
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(squeeze(_inline(token)))
    return "\n".join(" | ".join(row) for row in rows if any(row))


def _words(markup: str) -> str:
    """The words between the tags of a piece of HTML; nothing for a comment, a script or a style."""
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (LxmlError, ValueError):
        return ""  # markup so broken that a browser would show nothing either
    for element in list(root.iter("script", "style", "template")):
        element.drop_tree()
    return tidy(" ".join(root.xpath(".//text()[not(parent::comment())]")))


FORMAT = Format(
    name="md",
    suffixes=(".md", ".markdown"),
    read=read,
    sniff=is_textual,
    versions=library_versions("markdown-it-py", "lxml", "charset-normalizer"),
)
