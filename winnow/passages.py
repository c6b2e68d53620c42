"""Cuts a text into passages: what the name model looks at, one at a time, knowing nothing of what stands around.

What the model finds in a passage is decided by the passage alone, so that one that was seen before (a signature, a disclaimer, a
quoted mail) need not be looked at again. Hence the marks of a quotation and the spaces at the ends of lines are left out of it.

- A paragraph, lines up to an empty one, is a passage: a name and what tells that it is one stand in it together.
- A long paragraph is cut behind a sentence, a table's row or a short line, never amid a sentence if that can be helped. Every
  further passage of a table is given the table's first row, for it is the header that tells a surname from a town.
- Paragraphs of a few words (turns of a chat, cells, lists with empty lines between) are put together: alone they say too little.

Belongs here: where passages begin and end, and the way back to the text's characters. Does not belong here: word pieces.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

PASSAGE_CHARS = 800  # about 180 word pieces of prose: a good paragraph, below the 256 that the model was trained on
SHORT_CHARS = 80  # a paragraph up to here is put together with short neighbours …
TOGETHER_CHARS = 400  # … until they are this long together
HEADER_CHARS = 240  # a table's first row up to here is repeated
LINE_CHARS = 4_000  # a line without any sentence's end is cut here, so that no hostile text is one passage

_LINE = re.compile(r"[^\n]*\n?")
_QUOTED = re.compile(r"(?:[ \t]{0,3}>)+")
_SENTENCE_END = re.compile(r"(?<=[a-z]{4}[.!?])[ ]+|(?<=[\w)\"'][!?])[ ]+|(?<=[a-z0-9][)\"'][.])[ ]+")  # not "Dr. ", "J. "
_ENDS = (".", "!", "?", ":", ";")
_WRAPPED_CHARS = 50  # a line at least this long may be one that was wrapped amid a sentence

Slice = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage's own ``text``, and the way from its characters to those of the text that it was cut from."""

    text: str
    offsets: tuple[int, ...]  # where each of its slices begins in the passage …
    origins: tuple[int, ...]  # … and in the text

    def original(self, start: int, end: int) -> Slice:
        """The non-empty span ``[start, end)`` of the passage in the text's characters."""
        if len(self.offsets) == 1:
            return start + self.origins[0], end + self.origins[0]
        first, last = bisect_right(self.offsets, start) - 1, bisect_right(self.offsets, end - 1) - 1
        return start - self.offsets[first] + self.origins[first], end - self.offsets[last] + self.origins[last]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    depth: int  # of quotation
    lines: tuple[Slice, ...]

    @property
    def chars(self) -> int:
        return sum(end - start + 1 for start, end in self.lines) - 1


def passages(text: str) -> Iterator[Passage]:
    """The passages of ``text``, in order; together they hold every character but white space and marks of quotation."""
    short: list[_Paragraph] = []
    for paragraph in _paragraphs(text):
        chars = paragraph.chars
        together = sum(other.chars + 2 for other in short) + chars
        if short and (chars > SHORT_CHARS or paragraph.depth != short[0].depth or together > TOGETHER_CHARS):
            yield _passage(text, short)
            short = []
        if chars <= SHORT_CHARS:
            short.append(paragraph)
        elif chars <= PASSAGE_CHARS:
            yield _passage(text, [paragraph])
        else:
            yield from _cut(text, paragraph)
    if short:
        yield _passage(text, short)


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    lines: list[Slice] = []
    depth = 0
    for match in _LINE.finditer(text):
        start, end = match.span()
        marks = _QUOTED.match(text, start, end)
        own = 0
        if marks is not None:
            start, own = marks.end(), text.count(">", start, marks.end())
        start, end = _stripped(text, start, end)
        if lines and (start == end or own != depth):
            yield _Paragraph(depth, tuple(lines))
            lines = []
        if start < end:
            depth = own
            lines.append((start, end))
    if lines:
        yield _Paragraph(depth, tuple(lines))


def _stripped(text: str, start: int, end: int) -> Slice:
    line = text[start:end]
    kept = line.strip()
    start += len(line) - len(line.lstrip()) if kept else 0
    return start, start + len(kept)


def _passage(text: str, paragraphs: list[_Paragraph]) -> Passage:
    """One passage of whole paragraphs, an empty line between two of them."""
    pieces: list[str] = []
    offsets, origins = [], []
    at = 0
    for paragraph in paragraphs:
        for number, (start, end) in enumerate(paragraph.lines):
            if pieces:
                gap = "\n" if number else "\n\n"
                pieces.append(gap)
                at += len(gap)
            pieces.append(text[start:end])
            offsets.append(at)
            origins.append(start)
            at += end - start
    return Passage("".join(pieces), tuple(offsets), tuple(origins))


def _cut(text: str, paragraph: _Paragraph) -> Iterator[Passage]:
    """A long paragraph as several passages."""
    header = paragraph.lines[0] if _is_row(text, paragraph.lines[0]) else None
    if header is not None and header[1] - header[0] > HEADER_CHARS:
        header = None
    for number, slices in enumerate(_packed(text, paragraph)):
        repeated = [header] if header is not None and number else []
        yield _passage(text, [_Paragraph(paragraph.depth, (*repeated, *slices))])


def _packed(text: str, paragraph: _Paragraph) -> Iterator[list[Slice]]:
    """The sentences and lines of ``paragraph`` by as many as a passage may hold."""
    waiting: list[Slice] = []
    chars = last_end = 0  # characters that wait; how many slices of them end with a sentence, a row or a short line
    for piece, ends in _sentences(text, paragraph):
        length = piece[1] - piece[0] + 1
        if waiting and chars + length > PASSAGE_CHARS:
            taken = last_end or len(waiting)
            yield waiting[:taken]
            waiting = waiting[taken:]
            chars = sum(end - start + 1 for start, end in waiting)
            last_end = 0
        waiting.append(piece)
        chars += length
        last_end = len(waiting) if ends else last_end
    if waiting:
        yield waiting


def _sentences(text: str, paragraph: _Paragraph) -> Iterator[tuple[Slice, bool]]:
    """The sentences of every line, and whether a passage may well end behind each."""
    for start, end in paragraph.lines:
        at = start
        for match in _SENTENCE_END.finditer(text, start, end):
            for piece in _bounded(text, at, match.start()):
                yield piece, True
            at = match.end()
        ends = text.endswith(_ENDS, at, end) or end - start < _WRAPPED_CHARS or _is_row(text, (start, end))
        for piece in _bounded(text, at, end):
            yield piece, ends


def _bounded(text: str, start: int, end: int) -> Iterator[Slice]:
    """``text[start:end]`` by slices of at most `LINE_CHARS`, cut at a space where there is one."""
    while end - start > LINE_CHARS:
        space = text.rfind(" ", start + LINE_CHARS // 2, start + LINE_CHARS)
        cut = space if space > 0 else start + LINE_CHARS
        yield start, cut
        start = cut + (space > 0)
    if start < end:
        yield start, end


def _is_row(text: str, line: Slice) -> bool:
    return text.find(" | ", *line) >= 0 or text.find("\t", *line) >= 0
