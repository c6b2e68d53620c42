"""Plain text: paragraphs by blank lines, underlined headings, bulleted lines; and transcripts that meeting tools save as text.

Belongs here: what the layout of plain text says. Does not belong here: encodings, which are in `winnow.formats._base`, and how
spoken words are cleaned and merged, which all transcripts share in `winnow.formats._transcript`.

Spans count characters of the decoded text (`winnow.formats._base.decode`). A text is a transcript only if its shape is
unmistakable: two turns at least, each with a speaker and a clock time, times that never run backwards, and nothing but a short
preamble before the first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual, library_versions, squeeze, tidy
from winnow.formats._transcript import clean_turn, merge_turns

_CLOCK = r"(?P<clock>(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)"

# Longer than any name with its title, shorter than a sentence; behind it perhaps a remark in brackets, which may hold others, as
# records of parliaments have it: "The Chair (Hon. Jo Moss (North Vale, Ind.))".
_SPEAKER = (
    r"(?P<speaker>[^\W\d_][^:\[\](){}<>|\t]{0,58}"
    r"(?: \([^()\n\d][^()\n]{0,79}(?:\([^()\n]{1,60}\)[^()\n]{0,60}){0,2}\))?)"
)

_TURN_SHAPES = (
    re.compile(rf"{_SPEAKER}(?: {{1,8}}|\t)[\[(]?{_CLOCK}[\])]?[ \t]*"),  # Speaker  00:01:02 / Speaker [01:02]
    re.compile(rf"[\[(]?{_CLOCK}[\])]?(?: {{1,8}}|\t)(?:- )?{_SPEAKER}:?[ \t]*"),  # 00:01:02 Speaker
    re.compile(rf"[\[(]?{_CLOCK}[\])]?(?: {{1,8}}|\t)(?:- )?{_SPEAKER}:[ \t]+(?P<text>\S.*)"),  # [00:01:02] Speaker: text
    re.compile(rf"{_SPEAKER}(?: {{1,8}}|\t)[\[(]{_CLOCK}[\])]:?[ \t]+(?P<text>\S.*)"),  # Speaker (01:02): text
)

_MIN_TURNS = 2

_MAX_PREAMBLE_CHARS = 2_000  # a title, a date, who was there

_HEADER_CHARS = 200  # a line that only names a speaker, with a remark, and a time is never longer

_UNDERLINE = re.compile(r"(={3,}|-{3,})[ \t]*")

_BULLET = re.compile(r"[ \t]*(?:[-*•▪◦‣–]|\d{1,3}[.)])[ \t]+(?=\S)")

_WRAPPED_CHARS = 40  # a line longer than this was broken by its margin; shorter ones are verse, addresses, tables

_PARAGRAPH_CHARS = 100  # in a text without a single blank line, lines of this median length are paragraphs

_BLANK = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read(content: bytes, _options: ReadOptions) -> Iterator[Document]:
    """The one document in ``content``.

    Raises:
        UnreadableDocument: ``encoding_unknown``, ``empty``.
    """
    text = decode(content)
    notes: Counter[str] = Counter()
    blocks = tuple(_transcript(text, notes) or _prose(text))
    if not blocks:
        raise UnreadableDocument("empty")
    first = blocks[0]
    title = first.text if first.kind == "heading" and first.level == 1 else ""
    yield Document(title=title, blocks=blocks, notes=dict(notes))


def _transcript(text: str, notes: Counter[str]) -> list[Block]:
    """The turns of ``text``, and the preamble's paragraphs before them; nothing if it is no transcript."""
    for shape in _TURN_SHAPES:
        turns = _turns(text, shape)
        starts = [turn.start_ms or 0 for turn in turns]
        if (
            len(turns) >= _MIN_TURNS
            and all(earlier <= later for earlier, later in pairwise(starts))
            and (turns[0].start or 0) <= _MAX_PREAMBLE_CHARS
            and _repeats(turns)
        ):
            preamble = list(_prose(text[: turns[0].start]))
            spoken = [replace(turn, end_ms=end) for turn, end in zip(turns, [*starts[1:], None], strict=True)]
            return [*preamble, *merge_turns(_cleaned(spoken, notes))]
    return []


def _cleaned(turns: Iterable[Block], notes: Counter[str]) -> Iterator[Block]:
    for turn in turns:
        words, removed = clean_turn(turn.text)
        notes.update(removed)
        notes.update({"turns_without_words": 1} if removed and not words else {})
        yield replace(turn, text=words)


def _repeats(turns: list[Block]) -> bool:
    """Whether the speakers are people who talk to each other rather than the entries of a timetable, each with its own name."""
    return len(turns) == _MIN_TURNS or len({turn.speaker for turn in turns}) < len(turns)


def _turns(text: str, shape: re.Pattern[str]) -> list[Block]:
    turns: list[Block] = []
    for line in _lines(text):
        inline = "text" in shape.groupindex
        match = shape.fullmatch(line.text) if inline or len(line.text) <= _HEADER_CHARS else None
        if match:
            said = match["text"] if inline else ""
            speaker = squeeze(match["speaker"]).rstrip(":-– ")
            turns.append(
                Block("turn", said, speaker=speaker, start=line.start, end=line.end, start_ms=_milliseconds(match["clock"]))
            )
        elif turns and line.text.strip():
            turns[-1] = replace(turns[-1], text=f"{turns[-1].text}\n{line.text}", end=line.end)
    return turns


def _milliseconds(clock: str) -> int:
    whole, _, fraction = clock.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(fraction.ljust(3, "0") or 0)


def _prose(text: str) -> Iterator[Block]:
    for start, end in _paragraphs(text):
        lines = [line for line in _lines(text[start:end], start) if line.text.strip()]
        yield from _paragraph(lines)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each run of lines between blank ones."""
    gaps = list(_BLANK.finditer(text.rstrip()))
    if not gaps:
        lines = [line for line in _lines(text) if line.text.strip()]
        if len(lines) > 1 and median(len(line.text) for line in lines) >= _PARAGRAPH_CHARS:
            yield from ((line.start, line.end) for line in lines)
            return
    start = 0
    for gap in gaps:
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


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
    for line in text.split("\n"):
        yield _Line(line, start)
        start += len(line) + 1


FORMAT = Format(
    name="txt",
    suffixes=(".txt", ".text"),
    read=read,
    sniff=is_textual,
    versions=library_versions("charset-normalizer"),
)
