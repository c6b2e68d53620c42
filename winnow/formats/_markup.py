"""Pieces of HTML, as feeds, chats and posts carry them: the blocks between their tags.

Belongs here: fragments of a few paragraphs that hold nothing but the text. Does not belong here: whole pages, whose main text must
be told from their furniture (`winnow.formats.html`).
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from winnow.documents import Block
from winnow.errors import UnreadableDocument
from winnow.formats._base import squeeze
from winnow.formats._dom import parse

_KINDS = {
    **dict.fromkeys(("p", "div", "section", "article", "figure", "figcaption", "ul", "ol", "dl", "tr", "table"), "paragraph"),
    **dict.fromkeys(("li", "dt", "dd"), "list_item"),
    **{f"h{level}": "heading" for level in range(1, 7)},
    "blockquote": "quote",
    "pre": "code",
    "codeblock": "code",  # as Teams writes it
}

SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "form", "button", "svg", "nav"})
"""Elements whose text is none of the words."""

_BLANK_LINE = re.compile(r"\n[ \t]{0,80}\n")

_MARKUP = re.compile(r"<(?:/?[a-z][a-z0-9]{0,15}[\s/>]|!--)", re.IGNORECASE)


def text_blocks(value: str) -> Iterator[Block]:
    """The paragraphs of the plain text ``value``, which blank lines part."""
    return _blocks(("p", text) for text in _BLANK_LINE.split(value))


def markup_blocks(value: str, silent: frozenset[str] = SILENT) -> Iterator[Block]:
    """The blocks of the HTML fragment ``value``; of text without a tag, its paragraphs.

    Args:
        value: the fragment; nothing of it is trusted.
        silent: elements that are left out with everything in them.
    """
    return _blocks(_pieces(value.strip(), silent)) if value.strip() else iter(())


def _blocks(pieces: Iterator[tuple[str, str]]) -> Iterator[Block]:
    for tag, text in pieces:
        words = squeeze(text) if _KINDS[tag] != "code" else text.strip("\n")
        if any(character.isalnum() for character in words):
            yield Block(_KINDS[tag], words, level=int(tag[1]) if _KINDS[tag] == "heading" else 0)


def _pieces(value: str, silent: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The runs of text between block-level tags of ``value``, each with the innermost such tag it stands in."""
    # RSS says nothing about plain text, so what has no tag may still be text with blank lines between its paragraphs.
    paragraphs = [value] if _MARKUP.search(value) else _BLANK_LINE.split(value)
    for paragraph in paragraphs:
        try:
            root = parse(paragraph)
        except UnreadableDocument as error:
            if error.reason in {"empty", "malformed"}:  # nothing but white space or comments
                continue
            raise
        yield from _runs(root, silent)


def _runs(root: Any, skipped: frozenset[str]) -> Iterator[tuple[str, str]]:
    run: list[str] = []
    inside, silent = ["p"], 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _KINDS or (tag == "br" and _KINDS[inside[-1]] != "code"):
            yield inside[-1], "".join(run)
            run.clear()
        silent += (tag in skipped) * (1 if event == "start" else -1)
        if event == "start":
            inside += [tag] * (tag in _KINDS)
            run += ["\n"] * (tag == "br" and _KINDS[inside[-1]] == "code")
        elif tag in _KINDS:
            inside.pop()
        text = (element.text or (element.get("alt") if tag == "emoji" else None)) if event == "start" else element.tail
        if text and not silent:
            run.append(text)
        if tag in {"td", "th"}:
            run.append(" ")
    yield inside[-1], "".join(run)
