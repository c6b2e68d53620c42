"""What recognisers of speech have in common in JSON: times in many notations, labels of speakers, words that make turns.

Belongs here: values of one turn or word. Does not belong here: where a tool puts them (`winnow.formats._recognition`).
"""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from winnow.documents import Block
from winnow.formats._base import squeeze
from winnow.formats._export import Json, words
from winnow.formats._transcript import MAX_MS

Turns = list[Block]
"""The turns of one file."""

SECONDS, MILLISECONDS, TICKS = 1000.0, 1.0, 1 / 10_000  # to milliseconds; a tick of Azure is 100 ns

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?")

_DURATION = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?)s")  # Google: 1.400s

_LABEL = re.compile(r"(?:spk|speaker|ch|channel)[ _-]?(\w{1,3})|(\d{1,3}|[A-Z])", re.IGNORECASE)


def milliseconds(value: Json, unit: float = SECONDS) -> int | None:
    """``value`` (a number, a string of one, a clock time, ``1.4s``, ``{seconds, nanos}``) in milliseconds; None if it is none."""
    if isinstance(value, dict):
        parts = value.get("seconds", 0), value.get("nanos", 0)
        if any(isinstance(part, dict) for part in parts):
            return None
        whole, nanos = milliseconds(parts[0]), milliseconds(parts[1], 1e-6)
        return None if whole is None or nanos is None else whole + nanos
    if isinstance(value, str):
        if clock := _CLOCK.fullmatch(value.strip()):
            hours, minutes, seconds, fraction = clock.groups()
            whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
            return min(whole * 1000 + int((fraction or "0")[:3].ljust(3, "0")), MAX_MS)
        duration = _DURATION.fullmatch(value)
        try:
            value = float(duration[1] if duration else value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return round(min(max(value * unit, 0.0), float(MAX_MS)))


def speaker(value: Json) -> str | None:
    """The label ``value`` of a speaker: bare numbers and letters become ``Speaker 1``, so that they are no one's initials."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "displayName", "label", "id") if value.get(key) is not None), None)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    label = squeeze(str(value))
    if (match := _LABEL.fullmatch(label)) and "speaker_" not in label.lower():
        return f"Speaker {match[1] or match[2]}"
    return label or None


def turn(text: Json, who: str | None, start: int | None, end: int | None) -> Block:
    """A turn of ``text`` (no words if it is no string); one that would end before its start ends there."""
    return Block("turn", words(text), speaker=who, start_ms=start, end_ms=None if end is None else max(end, start or 0))


Word = tuple[str, str | None, int | None, int | None]
"""A word with the mark behind it, its speaker, its start and end."""


def runs(spoken: Iterable[Word]) -> Turns:
    """Turns of words: a new one where the speaker changes or after two seconds of silence."""
    turns: list[Block] = []
    text: list[str] = []
    begun: Word | None = None
    until: int | None = None
    for word in spoken:
        paused = word[2] is not None and until is not None and word[2] - until > _PAUSE_MS
        if begun is not None and (word[1] != begun[1] or paused):
            turns.append(turn("".join(text), begun[1], begun[2], until))
            begun, text, until = None, [], None
        begun = begun or word
        text.append(word[0])
        until = word[3] if word[3] is not None else until
    if begun is not None:
        turns.append(turn("".join(text), begun[1], begun[2], until))
    return turns


_PAUSE_MS = 2_000  # of silence end what was said in one breath


def merged(*tracks: Iterable[Block]) -> Turns:
    """Turns of several channels in the order in which they were said."""
    return sorted((said for track in tracks for said in track), key=lambda said: said.start_ms or 0)


def times(value: Mapping[str, Any], start: str, end: str, unit: float = SECONDS) -> tuple[int | None, int | None]:
    """The members ``start`` and ``end`` of ``value`` in milliseconds."""
    return milliseconds(value.get(start), unit), milliseconds(value.get(end), unit)


def lasting(value: Mapping[str, Any], start: str, length: str, unit: float) -> tuple[int | None, int | None]:
    """The member ``start`` of ``value``, and the end that is ``length`` behind it, in milliseconds."""
    begun, lasted = milliseconds(value.get(start), unit), milliseconds(value.get(length), unit)
    return begun, None if begun is None or lasted is None else begun + lasted
