"""Reddit's Markdown as blocks (https://www.reddit.com/wiki/markdown), one post in microseconds.

Belongs here: the little of Markdown that posts and comments use. Does not belong here: Markdown files (`winnow.formats.md`), whose
parser would take a minute for the comments of a day.
"""

import html
import re
from collections.abc import Iterator

from winnow.documents import Block
from winnow.formats._base import squeeze

_BLANK = re.compile(r"\n(?:[ \t]*\n)+")

_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?: \"[^\"\n]{0,200}\")?\)")

_MARKS = re.compile(  # signs without width are inside of words
    r"(?<!\\)(?:\*\*\*|\*\*|~~|>!|!<)|(?<![\w\u200b-\u200d])__(?=\S)|(?<=\S)__(?![\w\u200b-\u200d])"
    r"|(?<![\w*\\\u200b-\u200d])[*_](?=[^\s*_])|(?<=[^\s*_\\])[*_](?![\w*\u200b-\u200d])|(?<=\S)\^\(?(?=\w)"
)

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~>|^])")

_ITEM = re.compile(r"[ \t]{0,3}(?:[-*+]|\d{1,3}[.)])[ \t]+")

_HEADING = re.compile(r"(#{1,6})[ \t]*(\S.*)")

_RULE = re.compile(r"[ \t]*(?:[-*_][ \t]*){3,}|[ \t]*\|?(?:[ \t]*:?-{1,20}:?[ \t]*\|)+[ \t]*(?::?-{1,20}:?)?[ \t]*")


def unescaped(text: str) -> str:
    """``text`` as somebody typed it: the API escapes the three signs that HTML needs."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def markdown_blocks(text: str) -> Iterator[Block]:
    """The paragraphs, headings, entries, quotes and code of ``text``, without marks, addresses of links and rules."""
    for paragraph in _BLANK.split(text.replace("\r\n", "\n").strip("\n")):
        lines = [line for line in paragraph.split("\n") if line.strip() and not _RULE.fullmatch(line)]
        if not lines:
            continue
        if all(line.startswith(("    ", "\t")) for line in lines) or lines[0].startswith("```"):
            yield from _block("code", "\n".join(line for line in lines if not line.startswith("```")))
        elif all(line.lstrip().startswith(">") and not line.lstrip().startswith(">!") for line in lines):
            yield from _block("quote", _inline(" ".join(line.lstrip().lstrip("> ") for line in lines)))
        else:
            yield from _runs(lines)


def _runs(lines: list[str]) -> Iterator[Block]:
    run: list[str] = []
    kind = "paragraph"
    for line in lines:
        heading, item = _HEADING.fullmatch(line), _ITEM.match(line)
        if heading or item:
            yield from _block(kind, _inline(" ".join(run)))
            run, kind = [], "list_item" if item else "paragraph"
        if heading:
            yield from _block("heading", _inline(heading[2].rstrip("# ")), len(heading[1]))
        else:
            run.append(line[item.end() :] if item else line)
    yield from _block(kind, _inline(" ".join(run)))


def _block(kind: str, words: str, level: int = 0) -> Iterator[Block]:
    if any(character.isalnum() for character in words):
        yield Block(kind, words, level=level)


def _inline(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    text = _ESCAPED.sub(r"\1", _MARKS.sub("", text))
    return squeeze(html.unescape(text) if "&" in text else text)
