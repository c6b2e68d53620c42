"""Transcripts written as plain text: which lines name a speaker, in the shapes that meeting tools and typists use.

Belongs here: what makes a text unmistakably a transcript, and its turns. Does not belong here: prose (`winnow.formats.txt`), and
what happens to turns (`winnow.formats._transcript`).

Tools: Otter, Rev, Teams and Zoom's captions (a line with speaker and clock time, then the words), Whisper's command lines (times in
brackets, no speaker), Google Meet (``Name: words`` under clock times on lines of their own), and typed interviews (``Name: words``).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from winnow.documents import Block
from winnow.formats._base import Reading, squeeze
from winnow.formats._cues import text_lines
from winnow.formats._speakers import is_lone_name, name_prefix
from winnow.formats._transcript import spoken

_CLOCK = r"(?P<clock>(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)(?:[ \u202f]?(?P<half>[AaPp])\.?[Mm]\b\.?)?"

# Longer than any name with its title, shorter than a sentence; behind it perhaps a remark in brackets, which may hold others, as
# records of parliaments have it: "The Chair (Hon. Jo Moss (North Vale, Ind.))".
_SPEAKER = (
    r"(?P<speaker>[^\W\d_][^:\[\](){}<>|\t]{0,58}"
    r"(?: \([^()\n\d][^()\n]{0,79}(?:\([^()\n]{1,60}\)[^()\n]{0,60}){0,2}\))?)"
)

_UNTIL = r"(?P<until>(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?)"

_GAP = r"(?:[ \u00a0]{1,8}|\t)"

_SHAPES = (
    re.compile(
        rf"{_SPEAKER}:?{_GAP}[\[(]?{_CLOCK}[\])]?:?[ \u00a0\t]*"
    ),  # Speaker  00:01:02 / Speaker: (01:02) / Speaker (01:02):
    re.compile(rf"\[{_SPEAKER}\]{_GAP}{_CLOCK}[ \t]*"),  # [Speaker] 10:02:33
    re.compile(rf"[\[(]?{_CLOCK}[\])]?{_GAP}(?:- )?{_SPEAKER}:?[ \t]*"),  # 00:01:02 Speaker
    re.compile(  # [00:01:02] Speaker: text / 00:00:01 - 00:00:04 Speaker 1: text
        rf"[\[(]?{_CLOCK}(?:[ ]?(?:-->|[-–—])[ ]?{_UNTIL})?[\])]?{_GAP}(?:- )?\[?{_SPEAKER}\]?:[ \t]+(?P<text>\S.*)"
    ),
    re.compile(rf"{_SPEAKER}:?{_GAP}[\[(]{_CLOCK}[\])]:?[ \t]+(?P<text>\S.*)"),  # Speaker (01:02): text
)

_NAMELESS = re.compile(rf"\[{_CLOCK}[ ]?-->[ ]?{_UNTIL}\][ \t]*(?P<text>.*)")  # [00:00.000 --> 00:04.000]  text

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

_TIMES = re.compile(r"\d:\d\d")  # in every line that any of these shapes takes

_LONE_CLOCK = re.compile(rf"[\[(]?{_CLOCK}[\])]?\s*")

_MIN_TURNS = 2

_BACKWARDS_SHARE = 0.02  # of the turns may begin before the one before them: people who speak at once, transcribed apart

_MAX_PREAMBLE_CHARS = 2_000  # a title, a date, who was there

_HEADER_CHARS = 200  # a line that only names a speaker, with a remark, and a time is never longer

# What tools write below or above the talk about themselves.
_TOOL_LINE = re.compile(
    r"Transcribed by https?://otter\.ai\S*|This editable transcript was computer generated and might contain errors\..{0,120}"
    r"|(?:Meeting|Transcription) ended after [\d:]{4,9}\W*|[^.!?]{1,60} (?:started|stopped) transcription|Transcript(?:ion)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Head:
    """A line that begins a turn: where it stands, where its words start, and what it says."""

    start: int
    words: int
    speaker: str | None
    start_ms: int | None
    end_ms: int | None = None


def read_script(text: str, notes: Counter[str], reading: Reading) -> tuple[int, tuple[Block, ...]]:
    """Where the first turn of ``text`` stands and the turns, with spans in its characters; nothing if it is no transcript.

    It is one only if its shape is unmistakable. With clock times: two turns at least whose times do not run backwards, said by
    people who come back, behind nothing but a short preamble. Without: see `_typed`.
    """
    for find in (_timed, _untimed_names, _typed):
        heads = find(text)
        if heads and heads[0].start <= _MAX_PREAMBLE_CHARS:
            counts: Counter[str] = Counter()
            blocks = spoken(_turns(text, heads, counts), counts, reading)
            if blocks:
                notes.update(+counts)
                return heads[0].start, blocks
    return 0, ()


def _turns(text: str, heads: Sequence[_Head], notes: Counter[str]) -> Iterator[Block]:
    for head, end in zip(heads, [*(head.start for head in heads[1:]), len(text)], strict=True):
        lines = text[head.words : end].split("\n")
        said = [line for line in lines if not _TOOL_LINE.fullmatch(line.strip()) and not _LONE_CLOCK.fullmatch(line)]
        notes["tool_lines"] += sum(bool(line.strip()) for line in lines) - sum(bool(line.strip()) for line in said)
        yield Block(
            "turn",
            "\n".join(said),
            speaker=head.speaker,
            start=head.start,
            end=head.start + len(text[head.start : end].rstrip()),
            start_ms=head.start_ms,
            end_ms=head.end_ms,
        )


def _timed(text: str) -> list[_Head]:
    """The turns' heads in the shape of clock times that finds most of them; none if that is not convincing."""
    lines = [(start, line) for start, line in text_lines(text) if _TIMES.search(line[: _HEADER_CHARS * 2])]
    found = [_heads(lines, shape) for shape in (*_SHAPES, _NAMELESS)]
    best = max(found, key=len)
    starts = [head.start_ms or 0 for head in best]
    backwards = sum(later < earlier for earlier, later in pairwise(starts))
    if len(best) < _MIN_TURNS or backwards > _BACKWARDS_SHARE * len(best) or not _repeats(best):
        return []
    for head, following in pairwise(best):
        head.end_ms = max(head.end_ms or following.start_ms or 0, head.start_ms or 0)
    return best


def _heads(lines: Sequence[tuple[int, str]], shape: re.Pattern[str]) -> list[_Head]:
    inline = "text" in shape.groupindex
    heads: list[_Head] = []
    for start, line in lines:
        match = shape.fullmatch(line) if inline or len(line) <= _HEADER_CHARS else None
        if match is None:
            continue
        named = "speaker" in shape.groupindex
        if named and _YEAR.search(match["speaker"]):
            continue  # the date of the meeting
        words = start + (match.start("text") if inline else len(line))
        speaker = squeeze(match["speaker"]).rstrip(":-– ") if named else None
        until = _milliseconds(match["until"]) if "until" in shape.groupindex and match["until"] else None
        heads.append(_Head(start, words, speaker, _milliseconds(match["clock"], match["half"]), until))
    return heads


def _repeats(heads: Sequence[_Head]) -> bool:
    """Whether the speakers are people who talk to each other rather than the entries of a timetable, each with its own name."""
    speakers = {head.speaker for head in heads}
    return len(heads) == _MIN_TURNS or len(speakers) < len(heads)


def _milliseconds(clock: str, half: str | None = None) -> int:
    whole, _, fraction = clock.replace(",", ".").partition(".")
    parts = [int(part) for part in whole.split(":")]
    if half:  # of the day: 12:05 am is five past midnight
        parts = [parts[0] % 12 + 12 * (half in "Pp"), *parts[1:], *[0] * (3 - len(parts))]
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds * 1000 + int(fraction.ljust(3, "0") or 0)


_MIN_PARAGRAPHS = 4


def _untimed_names(text: str) -> list[_Head]:
    """Heads of a transcript in which names stand alone on the first line of a paragraph, as Otter writes it without times."""
    heads: list[_Head] = []
    opens = True
    alone = False
    for start, line in text_lines(text):
        if opens and line.strip():
            if not _is_full_name(line) and not _TOOL_LINE.fullmatch(line.strip()):
                return []
            if _is_full_name(line):
                heads.append(_Head(start, start + len(line), squeeze(line), None))
                alone = True
        elif alone and not line.strip():
            return []  # a heading, an entry of a list
        else:
            alone = False
        opens = not line.strip()
    names = Counter(head.speaker for head in heads)
    returns = sum(count for count in names.values() if count > 1)
    return heads if len(heads) >= _MIN_PARAGRAPHS and 2 * len(names) <= len(heads) and 2 * returns > len(heads) else []


def _is_full_name(line: str) -> bool:
    return is_lone_name(line) and " " in line.strip()


# Labels of forms, letters and lists. What stands behind them is a value, and nobody said it.
_FIELDS = frozenset(
    (
        *("abstract", "account", "action", "actions", "address", "amount", "attachments", "attendees", "author", "authors"),
        *("bcc", "category", "cc", "city", "client", "code", "comment", "comments", "company", "contact", "copyright"),
        *("country", "cost", "created", "customer", "date", "dates", "deadline", "department", "description", "details", "due"),
        *(
            "email",
            "e-mail",
            "end",
            "error",
            "fax",
            "file",
            "format",
            "from",
            "goal",
            "id",
            "input",
            "invoice",
            "issue",
            "keywords",
        ),
        *("language", "level", "license", "licence", "link", "location", "message", "method", "mobile", "name", "notes"),
        *("number", "order", "organisation", "organization", "output", "owner", "page", "participants", "phone", "place"),
        *("position", "price", "priority", "product", "project", "purpose", "quantity", "re", "reason", "ref", "reference"),
        *("reply-to", "result", "role", "sent", "size", "source", "start", "state", "status", "street", "subject", "summary"),
        *("tags", "task", "tel", "telephone", "time", "title", "to", "topic", "total", "type", "updated", "url", "value"),
        *("version", "warning", "web", "website", "when", "where", "who", "why", "year", "zip"),
    )
)

_MIN_TYPED_TURNS = 4
_COVERED = 0.8  # of the paragraphs begin with a name that comes back
_SENTENCES = 0.4  # of the turns end as sentences do, which values of a form do not
_SAID_WORDS = 4  # in the middle turn: values of a form are shorter
_ENDS = (".", "?", "!", "…", '"', "”", "。", "？", "！", "-", "–", "—")  # "-": somebody was interrupted


def _typed(text: str) -> list[_Head]:
    """Heads of a transcript of ``Name: words``, perhaps under clock times on lines of their own as Google Meet writes it.

    The names must come back, open nearly every paragraph, and be followed by sentences; they may be neither the labels of a
    form nor come round in the same order again and again, as those of a list of records do.
    """
    heads: list[_Head] = []
    paragraphs = unnamed = 0
    opens, clocks, now = True, 0, None
    for start, line in text_lines(text):
        if not line.strip():
            opens = True
            continue
        if (clock := _LONE_CLOCK.fullmatch(line)) is not None:
            now, clocks, opens = _milliseconds(clock["clock"], clock["half"]), clocks + 1, True
            continue
        found = name_prefix(line)
        if found:
            heads.append(_Head(start, start + found[1], found[0], now))
        elif opens and heads and not _TOOL_LINE.fullmatch(line.strip()):
            unnamed += 1
        paragraphs += opens or found is not None
        opens = False
    names = Counter(head.speaker for head in heads)
    returning = [head for head in heads if names[head.speaker] > 1]
    if len(returning) < _MIN_TYPED_TURNS or len(returning) < _COVERED * (len(heads) + unnamed):
        return []
    if len({head.speaker for head in returning}) < 2 or not _sounds_spoken(text, returning, timed=clocks > 1):
        return []
    kept = [head for head in heads if names[head.speaker] > 1 or (head.speaker or "").lower() not in _FIELDS]
    return _bounded(kept) if clocks else [replace(head, start_ms=None) for head in kept]


def _bounded(heads: list[_Head]) -> list[_Head]:
    """``heads`` under clock times: said after the one before them and before the one after."""
    later: int | None = None
    for head, following in zip(reversed(heads), [None, *reversed(heads[1:])], strict=True):
        if following is not None and following.start_ms != head.start_ms:
            later = following.start_ms
        head.end_ms = later if later is None or head.start_ms is None else max(later, head.start_ms)
    return heads


def _sounds_spoken(text: str, heads: Sequence[_Head], *, timed: bool) -> bool:
    if any((head.speaker or "").lower() in _FIELDS for head in heads):
        return False
    said = []
    for head in heads:
        end = text.find("\n", head.words)
        said.append(text[head.words : end if end >= 0 else len(text)].strip())
    order = [head.speaker for head in heads]
    period = len(set(order))
    cyclic = period > 2 and all(one == other for one, other in zip(order, order[period:], strict=False))
    ends = sum(words.endswith(_ENDS) for words in said)
    long = timed or median(len(words.split()) for words in said) >= _SAID_WORDS  # under clock times short ones are answers
    return not cyclic and long and ends >= _SENTENCES * len(said)
