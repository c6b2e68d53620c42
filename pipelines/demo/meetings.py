"""Meetings: a transcript in the shape a meeting tool exports, minutes as a person writes them, and questions about them."""

import html
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.demo.draw import Deck, Dice, bank, tell
from pipelines.demo.people import Person, people
from pipelines.demo.zone import DAYS, Zone, date_of, lines

_THEMES = ("product", "operations", "customers")

COUNT = 14  # meetings in the week, two a day

POINTS = 2  # on an agenda: with three, most points would come up twice, and nearly all meetings would belong together

_Point = tuple[Mapping[str, Any], Mapping[str, str]]  # a point of a bank, and the facts of one telling

_ROLES = ("lead", "eng", "ops", "sales", "fin", "hr")

WORDS_PER_SECOND = 2.5  # brisk talk

_ASKS_BY_MAIL = frozenset({4, 9, 13})  # minutes of these meetings end with somebody's address, which no turn holds


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says, and when, in seconds from the start."""

    speaker: str
    text: str
    start: float
    end: float


@dataclass
class Meeting:
    """A meeting as it goes on."""

    title: str
    day: int
    cast: Mapping[str, Person]
    turns: list[Turn] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    minutes: list[str] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """File name without suffix."""
        return f"{date_of(self.day)}-{self.title.lower().replace(' ', '-')}"

    def say(self, speaker: str, text: str) -> None:
        """Add a turn after the last one."""
        start = self.turns[-1].end + 0.4 if self.turns else 1.0
        self.turns.append(Turn(speaker, text, start, start + max(1.2, len(text.split()) / WORDS_PER_SECOND)))


def write(zone: Zone, seed: str) -> None:
    """Write transcripts, minutes and the day's export of questions."""
    by_day: dict[int, list[dict[str, Any]]] = {}
    for number, meeting in enumerate(_meetings(zone, seed)):
        suffix, transcript = (".srt", srt(meeting.turns)) if number % 3 == 1 else (".vtt", vtt(meeting.turns))
        zone.put(f"meetings/{meeting.stem}{suffix}", transcript, meeting.day)
        zone.put(f"meetings/{meeting.stem}.minutes.md", _minutes(zone, meeting, number), meeting.day)
        by_day.setdefault(meeting.day, []).extend(meeting.questions)
    for day, rows in sorted(by_day.items()):
        body = lines([json.dumps(row, ensure_ascii=False) for row in rows])
        zone.put(f"exports/meetings/questions-{date_of(day)}.jsonl", body, day)


def vtt(turns: Sequence[Turn]) -> str:
    """``turns`` as WebVTT with voice tags."""
    blocks = ["WEBVTT\n"]
    for turn in turns:
        text = html.escape(turn.text, quote=False)
        blocks.append(f"{clock(turn.start)} --> {clock(turn.end)}\n<v {turn.speaker}>{text}</v>\n")
    return "\n".join(blocks)


def srt(turns: Sequence[Turn]) -> str:
    """``turns`` as SubRip, the speaker's name before the text."""
    return "\n".join(
        f"{number}\n{clock(turn.start, ',')} --> {clock(turn.end, ',')}\n{turn.speaker}: {turn.text}\n"
        for number, turn in enumerate(turns, 1)
    )


def clock(seconds: float, mark: str = ".") -> str:
    """``seconds`` as hours, minutes, seconds and milliseconds."""
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02}{mark}{millis % 1000:03}"


def _meetings(zone: Zone, seed: str) -> list[Meeting]:
    agendas = {theme: _agendas(Dice(seed, theme), bank(f"meetings/{theme}")["points"]) for theme in _THEMES}
    titles = {theme: Deck(Dice(seed, theme, "titles"), bank(f"meetings/{theme}")["titles"]) for theme in _THEMES}
    return [
        _meeting(zone, Dice(seed, "meeting", number), titles[theme].draw(), number % DAYS, next(agendas[theme]))
        for number, theme in enumerate(_THEMES[number % len(_THEMES)] for number in range(COUNT))
    ]


def _agendas(dice: Dice, points: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[_Point]]:
    """`POINTS` points a meeting, each with its facts.

    The points keep together when they come up again with other facts: meetings that resemble each other must stay on one side
    of the split, and with a free choice all meetings of a theme would.
    """
    shuffled = dice.shuffled(points)
    for telling in range(min(len(point["facts"]) for point in points)):
        for first in range(0, len(shuffled), POINTS):
            yield [(point, point["facts"][telling]) for point in shuffled[first : first + POINTS]]


def _meeting(zone: Zone, dice: Dice, title: str, day: int, agenda: Sequence[_Point]) -> Meeting:
    cast = dict(zip(_ROLES, people(dice, len(_ROLES)), strict=True))
    meeting, frame = Meeting(title, day, cast), bank("meetings/frame")
    *others, last = (f"the {point['topic']}" for point, _ in agenda)
    _talk(meeting, dice, dice.pick(frame["opening"]), {"agenda": f"{', '.join(others)} and {last}"})
    between = Deck(dice, frame["between"])
    for number, (point, facts) in enumerate(agenda):
        if number:
            _talk(meeting, dice, between.draw(), {})
        _discuss(meeting, dice, point, facts)
    _talk(meeting, dice, dice.pick(frame["closing"]), {})
    for turn in meeting.turns:
        zone.plant(turn.speaker, "PERSON", "meetings", "speaker")
    return meeting


def _talk(meeting: Meeting, dice: Dice, turns: Sequence[Mapping[str, str]], facts: Mapping[str, str]) -> None:
    spoken = {role: someone.given for role, someone in meeting.cast.items()}
    for turn in turns:
        for role, text in turn.items():
            meeting.say(meeting.cast[role].name, tell(dice, text, {**spoken, **facts}))


def _discuss(meeting: Meeting, dice: Dice, point: Mapping[str, Any], facts: Mapping[str, str]) -> None:
    """One point of the agenda, and what is written about it afterwards."""
    first = len(meeting.turns)
    _talk(meeting, dice, point["turns"], facts)
    written = {**{role: someone.name for role, someone in meeting.cast.items()}, **facts}
    meeting.summary.append(tell(dice, point["summary"], written))
    for note in point["minutes"]:
        said = meeting.turns[first + note["from"] : first + note["to"] + 1]
        span = f" [{clock(said[0].start)[:8]}–{clock(said[-1].end + 1)[:8]}]" if note.get("span") else ""
        meeting.minutes.append(f"{note['kind']}: {tell(dice, note['text'], written)}{span}")
    for asked in point["questions"]:
        said = meeting.turns[first + asked["from"] : first + asked["to"] + 1]
        row = {"meeting": meeting.stem, "question": tell(dice, asked["question"], written)}
        support = [[clock(said[0].start), clock(said[-1].end)]]
        meeting.questions.append({**row, "answer": tell(dice, asked["answer"], written), "support": support})


def _minutes(zone: Zone, meeting: Meeting, number: int) -> str:
    """The minutes in Markdown: a paragraph, then decisions and actions."""
    summary = " ".join(meeting.summary)
    if number in _ASKS_BY_MAIL:
        email = zone.plant(meeting.cast["ops"].email, "EMAIL_ADDRESS", "meetings", "body")
        summary += f" Corrections to these minutes go to {email}."
    listed = [f"- {note}" for note in meeting.minutes]
    present = ", ".join(dict.fromkeys(turn.speaker for turn in meeting.turns))
    head = [f"# Minutes: {meeting.title}, {date_of(meeting.day)}", "", f"Present: {present}", ""]
    return lines([*head, summary, "", "## Decisions and actions", "", *listed])
