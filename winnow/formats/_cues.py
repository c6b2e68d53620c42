"""Timed cues: the part of WebVTT and SubRip that is the same, and how cues become turns.

Belongs here: blocks, clock times, voices, prefixes. Does not belong here: what happens to the words (`_transcript`), and the
header and comment blocks that only one of the two formats has.

Both formats are read as leniently as their writers write (a comma for a point, no blank line between cues, a blank line inside
one), because a library that is strict about it loses cues without a word. What could be a clock time and cannot be read is an
error: then cues would be lost.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html.entities import html5
from itertools import pairwise

from winnow.documents import Block, Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import squeeze
from winnow.formats._transcript import Speakers, clean_turn, find_speakers, merge_turns

_CLOCK = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?"

_TIMING = re.compile(rf"[ \t]{{0,8}}{_CLOCK}[ \t]{{0,8}}-->[ \t]{{0,8}}{_CLOCK}(?=\s|$)")

_LIKE_TIMING = re.compile(r"[ \t]{0,8}\d[\d:.,]{0,20}[ \t]{0,8}-->")

# A cue's own id where no blank line stands before it: a number, or the GUID with a counter that Teams writes.
_CUE_ID = re.compile(r"\s*(?:\d{1,9}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,27}(?:/\d{1,9}-\d{1,9})?)\s*", re.IGNORECASE)

_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?(?:\s{1,8}([^>]{0,200}))?>|</v>")

# WebVTT's span tags and time stamps (WebVTT 4.2), SubRip's <font>, and the {\an8} positions of SubStation Alpha.
_STYLE = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font)(?:[.\s][^>]{0,200})?>|<\d[\d:.]{3,12}>|\{\\[^}]{0,60}\}", re.IGNORECASE
)

_REFERENCE = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed payload: clock times in milliseconds, and where it stands in the decoded text (characters)."""

    start_ms: int
    end_ms: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    times: tuple[int, int] | None

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read_transcript(text: str, skip: Callable[[str], bool]) -> Iterator[Document]:
    """The one document of a file of cues: its turns, with spans in characters of ``text`` and in milliseconds.

    Args:
        text: the decoded file.
        skip: whether a block that begins with this line holds no cue.

    Raises:
        UnreadableDocument: ``malformed`` (no cue, or a clock time that cannot be read), ``empty`` (cues without words).
    """
    notes: Counter[str] = Counter()
    cues = _cues(text, skip, notes)
    turns = []
    for turn in _turns(text, cues):
        words, counts = clean_turn(turn.text)
        notes.update(counts)
        notes["turns_without_words"] += bool(counts) and not words
        turns.append(replace(turn, text=words))
    blocks = merge_turns(turns)
    if not blocks:
        raise UnreadableDocument("empty")
    yield Document(blocks=tuple(blocks), notes=+notes)


def _cues(text: str, skip: Callable[[str], bool], notes: Counter[str]) -> list[Cue]:
    cues: list[Cue] = []
    for block in _blocks(text):
        if skip(block[0].text):
            continue
        starts = [number for number, line in enumerate(block) if line.times]
        # One line before the time is the cue's id; more, or a block without any time, go on with the cue before.
        _extend(cues, block[: max(starts[0] - 1, 0)] if starts else block, notes)
        for at, until in pairwise([*starts, len(block)]):
            payload = block[at + 1 : until]
            if until < len(block) and payload and _CUE_ID.fullmatch(payload[-1].text):
                payload = payload[:-1]
            cues.append(_cue(block[at], payload, notes))
    if not cues:
        raise UnreadableDocument("malformed" if text.strip() else "empty")
    return cues


def _blocks(text: str) -> Iterator[list[_Line]]:
    block: list[_Line] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            block.append(_Line(start, line, _times(line)))
        elif block:
            yield block
            block = []
        start += len(line) + 1
    if block:
        yield block


def _times(line: str) -> tuple[int, int] | None:
    if "-->" not in line:
        return None
    match = _TIMING.match(line)
    if match is None:
        if _LIKE_TIMING.match(line):
            raise UnreadableDocument("malformed")
        return None
    return _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, fraction = parts
    return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * 1000 + int((fraction or "0").ljust(3, "0"))


def _cue(timing: _Line, payload: Sequence[_Line], notes: Counter[str]) -> Cue:
    assert timing.times is not None
    start_ms, end_ms = timing.times
    notes["cues_ending_before_their_start"] += end_ms < start_ms
    start, end = (payload[0].start, payload[-1].end) if payload else (timing.end, timing.end)
    return Cue(start_ms, max(start_ms, end_ms), start, end)


def _extend(cues: list[Cue], lines: Sequence[_Line], notes: Counter[str]) -> None:
    """Give ``lines`` that have no time to the last cue: a blank line inside a cue is a common mistake of writers."""
    if len(lines) == 1 and _CUE_ID.fullmatch(lines[0].text):
        return
    if not lines:
        return
    if not cues:
        raise UnreadableDocument("malformed")
    last = cues.pop()
    cues.append(Cue(last.start_ms, last.end_ms, last.start, lines[-1].end))
    notes["lines_without_a_time"] += len(lines)


def _turns(text: str, cues: Sequence[Cue]) -> Iterator[Block]:
    if any(_VOICE.search(text, cue.start, cue.end) for cue in cues):
        for cue in cues:
            yield from _voiced(text, cue)
    else:
        lines = [list(_lines(text, cue)) for cue in cues]
        speakers = find_speakers([[line for _, _, line in of_cue] for of_cue in lines])
        yield from _prefixed(cues, lines, speakers)


def _voiced(text: str, cue: Cue) -> Iterator[Block]:
    """The pieces of a cue with voice tags; what stands outside every voice has no speaker."""
    speaker, start = None, cue.start
    for match in _VOICE.finditer(text, cue.start, cue.end):
        yield _turn(speaker, plain(text[start : match.start()]), start, match.start(), cue)
        speaker, start = (squeeze(plain(match[1])) or None) if match[1] else None, match.end()
    yield _turn(speaker, plain(text[start : cue.end]), start, cue.end, cue)


def _lines(text: str, cue: Cue) -> Iterator[tuple[int, int, str]]:
    start = cue.start
    for line in text[cue.start : cue.end].split("\n"):
        if line.strip():
            yield start, start + len(line), plain(line)
        start += len(line) + 1


def _prefixed(cues: Sequence[Cue], lines: Sequence[Sequence[tuple[int, int, str]]], speakers: Speakers) -> Iterator[Block]:
    current: str | None = None
    for cue, of_cue in zip(cues, lines, strict=True):
        if not speakers.carries:
            current = None
        for number, (start, end, line) in enumerate(of_cue):
            named, words = speakers.split(line, first=number == 0)
            current = named or current
            yield _turn(current, words, start, end, cue)


def _turn(speaker: str | None, words: str, start: int, end: int, cue: Cue) -> Block:
    return Block("turn", words, speaker=speaker, start=start, end=end, start_ms=cue.start_ms, end_ms=cue.end_ms)


def plain(text: str) -> str:
    """``text`` of a cue without styling tags and with its character references resolved."""
    if "<" in text or "{" in text:
        text = _STYLE.sub("", text)
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    # html.unescape alone would find "&not" in "&notit;".
    known = reference[0].startswith("&#") or reference[0][1:] in html5
    return html.unescape(reference[0]) if known else reference[0]
