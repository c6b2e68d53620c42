"""Plain text: paragraphs by blank lines, underlined headings, bulleted lines; and transcripts that meeting tools save as text.

Belongs here: what the layout of plain text says. Does not belong here: encodings, which are in `winnow.formats._base`, and what
makes a text a transcript, which is in `winnow.formats._script`.

Spans count characters of the decoded text (`winnow.formats._base.decode`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats import vtt
from winnow.formats._base import MEBIBYTE, Format, ReadOptions, decode, is_textual, library_versions, squeeze, tidy
from winnow.formats._cues import SUBVIEWER_TIMING, text_lines
from winnow.formats._script import read_script

_UNDERLINE = re.compile(r"(={3,}|-{3,})[ \t]*")

_BULLET = re.compile(r"[ \t]*(?:[-*•▪◦‣–]|\d{1,3}[.)])[ \t]+(?=\S)")

_WRAPPED_CHARS = 40  # a line longer than this was broken by its margin; shorter ones are verse, addresses, tables

_PARAGRAPH_CHARS = 100  # in a text without a single blank line, lines of this median length are paragraphs

_MAX_PARAGRAPH_CHARS = 20_000  # nobody writes a longer one; a log or a table without blank lines comes in pieces of whole lines

_SAMPLE_CHARS = 200_000  # looked at to tell whether lines are paragraphs

_MAX_BYTES = 64 * MEBIBYTE  # of a text: twenty times the longest novel; what is longer is a log or a dump, and takes a gigabyte

_MAX_SCRIPT_CHARS = 8 * MEBIBYTE  # of a transcript: eighty hours of talk

_BLANK = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``empty``, ``too_large``.
    """
    if len(content) > _MAX_BYTES:
        raise UnreadableDocument("too_large")
    text = decode(content)
    if _is_cues(text):
        try:
            yield from vtt.read(content, options)
        except UnreadableDocument:  # text about captions
            pass
        else:
            return
    notes: Counter[str] = Counter()
    start, turns = read_script(text, notes, options.reading) if len(text) <= _MAX_SCRIPT_CHARS else (0, ())
    blocks = (*_prose(text[:start]), *turns) if turns else tuple(_prose(text))
    if not blocks:
        raise UnreadableDocument("empty")
    first = blocks[0]
    title = first.text if first.kind == "heading" and first.level == 1 else ""
    yield Document(title=title, blocks=blocks, notes=dict(notes))


_CUES = re.compile(r"\s{0,80}(?:WEBVTT\b|(?:\d{1,6}[ \t]*\n)?[ \t]*[\d:]{4,9}(?:[.,]\d{1,3})?[ \t]*-->[ \t]*[\d:]{4,9})")


def _is_cues(text: str) -> bool:
    """Whether ``text`` is a VTT, SRT or SubViewer file that somebody saved as text: a cue, or a header, is the first it holds."""
    return _CUES.match(text) is not None or SUBVIEWER_TIMING.match(text.lstrip()) is not None


def _prose(text: str) -> Iterator[Block]:
    for start, end in _paragraphs(text):
        lines = [line for line in _lines(text[start:end], start) if line.text.strip()]
        yield from _paragraph(lines)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of lines between blank ones; a run too long for a paragraph comes in pieces."""
    start, last = 0, len(text.rstrip())
    for gap in _BLANK.finditer(text, 0, last):
        yield from _pieces(text, start, gap.start())
        start = gap.end()
    if start == 0 and _has_paragraph_lines(text):
        for line in _lines(text):
            yield from _pieces(text, line.start, line.end)
    else:
        yield from _pieces(text, start, last)


def _has_paragraph_lines(text: str) -> bool:
    lengths = [len(line.text) for line in _lines(text[:_SAMPLE_CHARS]) if line.text.strip()]
    return len(lengths) > 1 and median(lengths) >= _PARAGRAPH_CHARS


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _MAX_PARAGRAPH_CHARS:
        most = start + _MAX_PARAGRAPH_CHARS
        cut = text.rfind("\n", start, most)
        cut = cut if cut > start else text.rfind(" ", start, most)
        cut = cut if cut > start else most
        yield start, cut
        start = cut
    yield start, end


def _paragraph(lines: list[_Line]) -> Iterator[Block]:
    """The blocks of one run of lines: an underlined heading, bulleted lines, the rest."""
    if len(lines) > 1 and (underline := _UNDERLINE.fullmatch(lines[1].text)) and not _UNDERLINE.fullmatch(lines[0].text):
        level = 1 if underline[1].startswith("=") else 2
        yield Block("heading", squeeze(lines[0].text), level, start=lines[0].start, end=lines[1].end)
        lines = lines[2:]
    runs: list[list[_Line]] = []
    for line in lines:
        if not runs or _BULLET.match(line.text):
            runs.append([])
        runs[-1].append(line)
    for run in runs:
        if any(character.isalnum() for line in run for character in line.text):
            yield _block(run)


def _block(lines: list[_Line]) -> Block:
    bullet = _BULLET.match(lines[0].text)
    wrapped = all(len(line.text) > _WRAPPED_CHARS for line in lines[:-1])
    marked = bullet is not None and not bullet[0].strip()[0].isdigit()  # a number stays: the text may refer to it
    text = tidy("\n".join([lines[0].text[bullet.end() if bullet and marked else 0 :], *(line.text for line in lines[1:])]))
    return Block(
        "list_item" if bullet else "paragraph",
        squeeze(text) if bullet or wrapped else text,
        start=lines[0].start,
        end=lines[-1].end,
    )


def _lines(text: str, start: int = 0) -> Iterator[_Line]:
    for at, line in text_lines(text):
        yield _Line(line, start + at)


FORMAT = Format(
    name="txt",
    suffixes=(".txt", ".text"),
    read=read,
    sniff=is_textual,
    fallback=True,
    versions=library_versions("charset-normalizer"),
)
