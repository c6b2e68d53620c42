"""Timed cues: the part of WebVTT, SubRip and SubViewer that is the same, and where they stand in the text.

Belongs here: blocks, clock times, the cues' own ids. Does not belong here: who says what in a cue (`winnow.formats._captions`), and
the header and comment blocks that only one of the formats has.

The formats are read as leniently as their writers write (a comma for a point, no blank line between cues, a blank line inside
one), because a library that is strict about it loses cues without a word. What could be a clock time and cannot be read is an
error: then cues would be lost.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from winnow.errors import UnreadableDocument

# A second may be the 60th (writers round 59.9996 up); the fraction may stand behind a colon if it has three digits.
_CLOCK = r"(-?)(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d|60)(?:[.,]\s?(\d{1,9})|:(\d{3}))?"

_TIMING = re.compile(rf"[ \t]{{0,8}}{_CLOCK}[ \t]{{0,8}}-->[ \t]{{0,8}}{_CLOCK}(?=\s|$)")

_LIKE_TIMING = re.compile(r"[ \t]{0,8}-?\d[\d:., ]{0,20}[ \t]{0,8}-->")

SUBVIEWER_TIMING = re.compile(r"\d{1,3}:\d\d:\d\d\.\d{3},\d{1,3}:\d\d:\d\d\.\d{3}[ \t]*")
"""A time line of SubViewer (.sbv), as YouTube and the chats of Google Meet have it."""

# A cue's own id where no blank line stands before it: a number, or the GUID with a counter that Teams writes.
_CUE_ID = re.compile(r"\s*(?:\d{1,9}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,27}(?:/\d{1,9}-\d{1,9})?)\s*", re.IGNORECASE)

_NAMED_ID = re.compile(r'\s*\d{1,9} "([^"\n]{1,90})"(?: \(\d{1,12}\))?\s*')  # Webex: 7 "Ann Lee" (1234567)


@dataclass(frozen=True, slots=True)
class Cue:
    """A timed payload: clock times in milliseconds, where it stands in the decoded text (characters), who its id names."""

    start_ms: int
    end_ms: int
    start: int
    end: int
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str
    times: tuple[int, int] | None
    breaks: bool = False  # white space stands before it, on a line of its own

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read_cues(text: str, skip: Callable[[str], bool], notes: Counter[str]) -> list[Cue]:
    """The cues of ``text`` in their order; what was odd about them is counted in ``notes``.

    Args:
        text: the decoded file.
        skip: whether a block that begins with this line holds no cue.
        notes: gets ``negative_times``, ``cues_ending_before_their_start``, ``lines_without_a_time``.

    Raises:
        UnreadableDocument: ``malformed`` (no cue, or a clock time that cannot be read), ``empty`` (nothing at all).
    """
    cues: list[Cue] = []
    for block in _blocks(text, skip, notes):
        starts = [number for number, line in enumerate(block) if line.times]
        # One line before the time is the cue's id; more, or a block without any time, go on with the cue before.
        _extend(cues, block[: max(starts[0] - 1, 0)] if starts else block, notes)
        for at, until in pairwise([*starts, len(block)]):
            payload = block[at + 1 : until]
            if until < len(block) and payload and (payload[-1].breaks or _is_id(payload[-1].text)):
                payload = payload[:-1]
            named = _NAMED_ID.fullmatch(block[at - 1].text) if at else None
            cues.append(_cue(block[at], payload, named[1] if named else None, notes))
    if not cues:
        raise UnreadableDocument("malformed" if text.strip() else "empty")
    return cues


def _blocks(text: str, skip: Callable[[str], bool], notes: Counter[str]) -> Iterator[list[_Line]]:
    """Runs of lines between empty ones. A line of white space alone is content to the standard, and ends only what is skipped."""
    block: list[_Line] = []
    skipped = breaks = False
    for start, line in text_lines(text):
        if not line or (skipped and not line.strip()):
            if block:
                yield block
                block = []
            skipped = breaks = False
        elif not line.strip():
            breaks = bool(block)
        elif not skipped:
            skipped = not block and skip(line)
            if not skipped:
                block.append(_Line(start, line, _times(line, notes), breaks))
            breaks = False
    if block:
        yield block


def text_lines(text: str) -> Iterator[tuple[int, str]]:
    """Every line of ``text`` with where it starts, one at a time: a list of all would take ten times the text's memory."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield start, text[start:end]
        start = end + 1
    yield start, text[start:]


def _times(line: str, notes: Counter[str]) -> tuple[int, int] | None:
    if "-->" not in line:
        return _subviewer(line) if line[:1].isdigit() and line.count(":") == 4 else None
    match = _TIMING.match(line)
    if match is None:
        if _LIKE_TIMING.match(line):
            raise UnreadableDocument("malformed")
        return None
    groups = match.groups()
    half = len(groups) // 2
    notes["negative_times"] += groups[0] == "-" or groups[half] == "-"
    return _milliseconds(groups[:half]), _milliseconds(groups[half:])


def _subviewer(line: str) -> tuple[int, int] | None:
    if not SUBVIEWER_TIMING.fullmatch(line):
        return None
    first, second = (re.fullmatch(_CLOCK, clock) for clock in line.strip().split(","))
    return (_milliseconds(first.groups()), _milliseconds(second.groups())) if first and second else None


def _milliseconds(parts: Sequence[str | None]) -> int:
    sign, hours, minutes, seconds, fraction, behind_colon = parts
    if sign:
        return 0
    whole = (int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or behind_colon or "0")[:3].ljust(3, "0"))


def _is_id(line: str) -> bool:
    return _CUE_ID.fullmatch(line) is not None or _NAMED_ID.fullmatch(line) is not None


def _cue(timing: _Line, payload: Sequence[_Line], speaker: str | None, notes: Counter[str]) -> Cue:
    assert timing.times is not None
    start_ms, end_ms = timing.times
    notes["cues_ending_before_their_start"] += end_ms < start_ms
    start, end = (payload[0].start, payload[-1].end) if payload else (timing.end, timing.end)
    return Cue(start_ms, max(start_ms, end_ms), start, end, speaker)


def _extend(cues: list[Cue], lines: Sequence[_Line], notes: Counter[str]) -> None:
    """Give ``lines`` that have no time to the last cue: a blank line inside a cue is a common mistake of writers."""
    if not lines or (len(lines) == 1 and _is_id(lines[0].text)):
        return
    if not cues:
        raise UnreadableDocument("malformed")
    last = cues.pop()
    cues.append(Cue(last.start_ms, last.end_ms, last.start, lines[-1].end, last.speaker))
    notes["lines_without_a_time"] += len(lines)
