"""Chats saved as plain text: what was written beside a Zoom meeting, and WhatsApp's exports.

Only what is unmistakable is taken for one; any other text is `winnow.formats.txt`'s. A Zoom chat is one document. A WhatsApp chat
may go on for years, so each of its days is one, by the date as it is written there: whether the day or the month comes first,
the file does not say. Where only one of the two makes days of all its dates, or only one puts them in order, its documents have
that day for their own.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from winnow.documents import Document
from winnow.errors import UnreadableDocument
from winnow.formats._base import Format, ReadOptions, decode, is_textual, library_versions, tidy
from winnow.formats._chat import Message, conversations, in_one
from winnow.formats._cues import text_lines
from winnow.formats._transcript import check_size
from winnow.own_days import utc_day

_ZOOM = re.compile(
    r"(?:(?P<date>\d{4}-\d\d-\d\d) )?\d\d:\d\d:\d\d[ \t]{1,4}From[ \t]{1,4}(?P<speaker>[^\t\n:]{1,100}?)"
    r"(?:[ \t]{1,4}to[ \t]{1,4}(?P<to>[^\t\n:]{1,100}?))?[ \t]{0,4}:(?:[ \t]{1,4}(?P<text>.*))?"
)

_PRIVATE = re.compile(r"\((?:direct message|privately)\)", re.IGNORECASE)

_REACTION = re.compile(r"(?:Reacted to .{1,300} with .{1,40}|Removed a .{1,40} reaction from .{1,300})", re.DOTALL)

_REPLY = re.compile(r"\s{0,8}Replying to \"[^\n]{0,300}\"?[ \t]*\n?")

_DATE = r"(?P<date>\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2})"

_ORDERS = ((0, 1, 2), (2, 1, 0), (2, 0, 1))  # where year, month and day stand: year first, day first, month first

_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u202f\u00a0]?[AaPp]\.?[ \u00a0]?[Mm]\.?)?"

_WHATSAPP = re.compile(
    rf"[\u200e\u200f]?(?:\[{_DATE}(?:,|[ ]klo|[ ]um)?[ ]{_TIME}\][ ]|{_DATE.replace('date', 'day')}(?:,|[ ]klo|[ ]um)?[ ]{_TIME}[ ]-[ ])"
    r"(?P<rest>.*)"
)

_SENDER = re.compile(r"[\u200e\u200f]?(?:~[ \u202f\u00a0]?)?(?P<speaker>[^:\n]{1,80}):[ \u200e](?P<text>.*)", re.DOTALL)

# WhatsApp's own words for what it does not export, in English; in other languages the sign before them is enough.
_MEDIA = re.compile(
    r"\u200e?<(?:Media omitted|attached: [^>\n]{1,200})>|\u200e[^\n]{1,60}|[^\n]{1,200} \(file attached\)"
    r"|\u200e?(?:image|video|audio|sticker|GIF|document|Contact card) omitted",
    re.IGNORECASE,
)

_DELETED = re.compile(r"\u200e?(?:This message was deleted|You deleted this message)\.?")

_EDITED = re.compile(r"\s?\u200e?<This message was edited>")

_NOTICE = "end-to-end encrypted"  # the first message of every chat, in English

_LEVELS = re.compile(r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE)\b")  # a log, not a chat

_SAMPLE_CHARS = 20_000

_MIN_MESSAGES = 2


def read(content: bytes, options: ReadOptions) -> Iterator[Document]:
    """One document for a Zoom chat, one a day for a WhatsApp chat.

    Raises:
        UnreadableDocument: ``empty`` (nobody wrote a word), ``encoding_unknown``, ``too_large``, ``malformed``.
    """
    del options
    check_size(content)
    text = decode(content)
    notes: Counter[str] = Counter()
    if _is_zoom(text):
        yield in_one(_zoom(text, notes), notes)
    elif _is_whatsapp(text):
        yield from conversations(_whatsapp(text, notes), notes)
    else:
        raise UnreadableDocument("malformed")


def _entries(text: str, head: re.Pattern[str]) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Every line that begins a message, with the lines that go on with it."""
    begun: re.Match[str] | None = None
    more: list[str] = []
    for _, line in text_lines(text):
        match = head.fullmatch(line)
        if match is None:
            more.append(line)
            continue
        if begun is not None:
            yield begun, more
        begun, more = match, []
    if begun is not None:
        yield begun, more


def _zoom(text: str, notes: Counter[str]) -> Iterator[Message]:
    for number, (head, more) in enumerate(_entries(text, _ZOOM)):
        said = "\n".join([head["text"] or "", *more]).strip()
        if _PRIVATE.search(head["to"] or head["speaker"]):
            notes["private_messages"] += 1
        elif _REACTION.fullmatch(said):
            notes["reactions"] += 1
        else:
            notes["quoted_messages"] += _REPLY.match(said) is not None
            day = utc_day(head["date"]) if head["date"] else None
            yield Message((number,), head["speaker"], tidy(_REPLY.sub("", said, count=1)), "", day=day)


def _whatsapp(text: str, notes: Counter[str]) -> Iterator[Message]:
    entries = list(_entries(text, _WHATSAPP))
    days = told_days([head["date"] or head["day"] for head, _ in entries])
    for number, (head, more) in enumerate(entries):
        sender = _SENDER.fullmatch("\n".join([head["rest"], *more]))
        if sender is None:
            notes["system_messages"] += 1
            continue
        said = sender["text"].strip()
        notes["edited_messages"] += _EDITED.search(said) is not None
        said = _EDITED.sub("", said)
        if _DELETED.fullmatch(said):
            notes["deleted_messages"] += 1
        elif _NOTICE in said:
            notes["system_messages"] += 1
        elif _MEDIA.fullmatch(said):
            notes["media_messages"] += 1
        else:
            date = head["date"] or head["day"]
            yield Message((number,), sender["speaker"], tidy(said), date, day=days[date])


def told_days(written: Sequence[str]) -> dict[str, dt.date | None]:
    """The days that the dates of a chat mean, which are ``written`` in the order of time; None where they may mean two."""
    runs = [text for text, _ in groupby(written)]
    read = [[_date(text, order) for text in runs] for order in _ORDERS]
    possible = [days for days in read if None not in days]
    in_order = [days for days in possible if all(a <= b for a, b in pairwise(filter(None, days)))]
    told = in_order or possible
    found = told[0] if told and all(days == told[0] for days in told) else [None] * len(runs)
    return dict(zip(runs, found, strict=True))


def _date(text: str, order: tuple[int, int, int]) -> dt.date | None:
    fields = re.split("[./-]", text)
    year, month, day = (fields[place] for place in order)
    century = {2: 2000, 4: 0}.get(len(year))  # WhatsApp is of 2009
    try:
        return None if century is None else dt.date(century + int(year), int(month), int(day))
    except ValueError:
        return None


def _is_zoom(text: str) -> bool:
    lines = _sample(text)
    return bool(lines) and _ZOOM.fullmatch(lines[0]) is not None


def _is_whatsapp(text: str) -> bool:
    lines = _sample(text)
    heads = [match for line in lines if (match := _WHATSAPP.fullmatch(line))]
    if not lines or not _WHATSAPP.fullmatch(lines[0]):
        return False
    if _NOTICE in text[:_SAMPLE_CHARS] or "\u200e" in text[:_SAMPLE_CHARS]:
        return True
    said = [sender for head in heads if (sender := _SENDER.fullmatch(head["rest"]))]
    years_first = any((head["date"] or head["day"])[:4].isdigit() for head in heads)
    return len(said) >= _MIN_MESSAGES and not years_first and not any(_LEVELS.match(sender["speaker"]) for sender in said)


def _sample(text: str) -> Sequence[str]:
    return [line for line in text[:_SAMPLE_CHARS].split("\n") if line.strip()]


# A date or a time, perhaps behind a mark and a bracket; in UTF-16 with NULs.
_HEAD = re.compile(rb"[\s\x00\xef\xbb\xbf\xff\xfe\xe2\x80\x8e\[]{0,64}[\x00\d]{1,8}[\x00./:-]{1,3}[\x00\d]")


def _sniff(content: bytes) -> bool:
    if not is_textual(content) or not _HEAD.match(content):
        return False
    try:
        text = decode(content[: 4 * _SAMPLE_CHARS])
    except UnreadableDocument:
        return False
    return _is_zoom(text) or _is_whatsapp(text)


FORMAT = Format(
    name="chat",
    suffixes=(".txt",),
    read=read,
    sniff=_sniff,
    versions=library_versions("charset-normalizer"),
)
