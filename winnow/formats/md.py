"""Markdown (CommonMark with GitHub's tables): tokens to blocks.

Belongs here: what Markdown's structure says. Does not belong here: HTML pages; of HTML inside Markdown only the words are kept.
Spans count characters of the decoded text and cover whole lines, as CommonMark's own positions do. Front matter is skipped but
for its title and date; pictures are dropped, since their texts describe what the reader of text cannot see.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from lxml import html
from lxml.etree import LxmlError
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore, inline
from markdown_it.token import Token

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual, library_versions, squeeze, tidy
from winnow.own_days import utc_day

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_FRONT_MATTER_CHARS = 10_000  # looked at: a rule at the top and another far below are not front matter

_FRONT_DATE = re.compile(r"^date:[ \t]*(\S[^\n#]{0,80}?)[ \t]*(?:#[^\n]*)?$", re.MULTILINE)

_FRONT_TITLE = re.compile(r"^title:[ \t]*(\S.*)$", re.MULTILINE)


_NESTING = 1000  # never reached behind `_shallow`: the parser leaves out what is nested deeper, without a word

_INLINE_NESTING = 20  # the parser's own default; words that are nested deeper are kept as they stand

_MARKS = frozenset(" \t>-*+")

_DEEP_CHARS = 50

_DEEP = re.compile(r"((?:>[ ]?){50}|[ \t]{100}|(?:[-*+][ ]){50})(?:[> \t]++|(?:[-*+][ ])++)")

_PORTION_LINES, _PORTION_CHARS = 4_000, 200_000  # whose tokens take 50 MB at most

_MOST_CHARS = 4_000_000  # of one paragraph or list item; its tokens take 600 MB

_MAX_CHARS = 12_000_000  # of a file: half a minute of work

_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,999}\]:")

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

_NEW = re.compile(r"#{1,6}[ \t]|[-*+][ \t]+\S")  # a heading or an item of a list, at the margin


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``too_large``, ``empty``.
    """
    text = decode(content)
    if len(text) > _MAX_CHARS:
        raise UnreadableDocument("too_large")
    front = _FRONT_MATTER.match(text, 0, _FRONT_MATTER_CHARS)
    # Blanked rather than cut, so that line numbers and character counts stay.
    body = re.sub(r"[^\n]", " ", text[: front.end()]) + text[front.end() :] if front else text
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    blocks = tuple(block for tokens, first in _portions(body) for block in _blocks(tokens, starts[first:], len(text)))
    if not blocks:
        raise UnreadableDocument("empty")
    named = _FRONT_TITLE.search(front[1]) if front else None
    heading = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), "")
    dated = _FRONT_DATE.search(front[1]) if front else None
    yield Document(
        title=squeeze(named[1]).strip("\"'") if named else heading,
        blocks=blocks,
        stated=utc_day(dated[1].strip("\"'")) if dated else None,
    )


def _portions(text: str) -> Iterator[tuple[Sequence[Token], int]]:
    """The tokens of ``text`` and the line that their positions count from; of a long text by portions, which take memory in turn.

    A portion ends where a line at the margin begins something new. Link definitions count everywhere, so they are read first.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable(["table", "strikethrough"])
    parser.core.ruler.at("inline", _shallow_inline)
    lines = [_shallow(line) for line in text.split("\n")]
    if len(lines) <= _PORTION_LINES and len(text) <= _PORTION_CHARS:
        yield parser.parse("\n".join(lines)), 0
        return
    shared: dict[str, Any] = {}
    parser.parse("\n".join(line for line in lines if _DEFINITION.match(line)), shared)
    for first, last in _cuts(lines):
        portion = "\n".join(lines[first:last])
        if len(portion) > _MOST_CHARS:
            raise UnreadableDocument("too_large")
        yield parser.parse(portion, dict(shared)), first


def _cuts(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and behind the last line of each portion."""
    first, chars, fence = 0, 0, ""
    for at, line in enumerate(lines):
        mark = _FENCE.match(line)
        begins = not fence and (
            _NEW.match(line) is not None or (at > 0 and not lines[at - 1].strip() and line[:1] not in {"", " ", "\t"})
        )
        if begins and (chars > _PORTION_CHARS or at - first > _PORTION_LINES):
            yield first, at
            first, chars = at, 0
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        chars += len(line) + 1
    yield first, len(lines)


def _shallow_inline(state: StateCore) -> None:
    """The parser's step within lines, of which brackets in brackets beyond a depth are text: it would recurse into each of them."""
    state.md.options["maxNesting"] = _INLINE_NESTING
    inline(state)
    state.md.options["maxNesting"] = _NESTING


def _shallow(line: str) -> str:
    """``line`` without quotation marks, list marks and indents beyond the depth that people write: the parser drops what is deeper."""
    return _DEEP.sub(r"\1", line) if line[:1] in _MARKS and len(line) > _DEEP_CHARS else line


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
    fallback=True,
    versions=library_versions("markdown-it-py", "lxml", "charset-normalizer"),
)
