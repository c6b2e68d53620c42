"""Which canary goes where, and the landing zone with its catalog: every entity in every place of every format, in turn.

Belongs here: the plan and the files on the disk. Does not belong here: what a file looks like (`files`, `tables`).
"""

import itertools
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.canaries.disguises import DISGUISES
from tests.canaries.files import FORMATS as FILES
from tests.canaries.messages import MESSAGES
from tests.canaries.packages import PACKAGES
from tests.canaries.tables import PLACES, TABLES, rows
from tests.canaries.values import MAKERS, Canary, sentence, value_of
from winnow.exports import exports

DAY = "2026-10-05"

_NOON = 1_791_201_600  # noon of that day, UTC
ROWS = 6  # of a table
_STEP = 5  # coprime to the number of entities

FORMATS = {**FILES, **MESSAGES, **PACKAGES}
"""Suffix → what writes a document, and the places it has for canaries."""

_FOLDERS = {
    **dict.fromkeys(("vtt", "srt"), "meetings"),
    **dict.fromkeys(("html", "xml", "rss", "mhtml", "mastodon.json", "bluesky.json", "reddit.json"), "public"),
    **dict.fromkeys(("slack.json", "teams.json", "chat.txt", "turns.json", "eml", "mbox"), "talk"),
    "zip": "packed",
}
"""Suffix → the folder, and so the source, of a file; all others are reports."""

PROSE = frozenset(
    {"body", "title", "table", "quote", "header", "footer", "footnote", "cell", "two lines", "disguised", "runs", "attachment"}
)
"""Places in which a name stands in running text, where only a model finds it; everywhere else a survivor is a fault."""

_NAMED = {
    "speaker": "PERSON",
    "declared column": "PERSON",
    "declared address": "EMAIL_ADDRESS",
    "mail header": "PERSON",
    "link": "EMAIL_ADDRESS",
}
_NAMED |= {"signature": "PERSON", "metadata": "PERSON"}


_DISGUISED = frozenset({"disguised", "two lines"})


_SHOWN = frozenset({("pdf", "soft hyphen")})
"""Formats and disguises that are none in them: what hides in a text file is drawn on a page, and everybody sees it."""


def _disguises(place: str, entity: str, form: str) -> list[str]:
    """The disguises that an entity can wear in ``place`` of ``form``; the place "two lines" has one alone."""
    worn_there = (name for name, (_, worn) in DISGUISES.items() if entity in worn and place in {"disguised", name})
    return sorted(name for name in worn_there if (form, name) not in _SHOWN)


def _entities() -> Iterator[str]:
    return itertools.cycle(sorted(MAKERS))


class Plan:
    """``count`` canaries, dealt to files: each place of each format gets one entity after the other."""

    def __init__(self, count: int) -> None:
        """Deal them; nothing is written."""
        self.canaries: list[Canary] = []
        self.documents: list[tuple[str, dict[str, Canary]]] = []
        self.tables: list[tuple[str, list[dict[str, Canary]]]] = []
        slots = [(suffix, place) for suffix, (_, places) in FORMATS.items() for place in places]
        slots += [(suffix, place) for suffix in sorted(TABLES) for place in PLACES]
        # Each slot starts at another entity, so that few files show many pairs of place and entity.
        self._turns = {
            slot: itertools.islice(_entities(), start * _STEP % len(MAKERS), None) for start, slot in enumerate(slots)
        }
        for number in itertools.count():
            if len(self.canaries) >= count:
                break
            self._round(number, count)

    def _round(self, number: int, count: int) -> None:
        for suffix, (_, places) in FORMATS.items():
            if suffix != "minutes.md" and len(self.canaries) < count:
                self.documents.append((suffix, {place: self._next(place, suffix) for place in places}))
        if len(self.canaries) < count:
            suffix = sorted(TABLES)[number % len(TABLES)]
            self.tables.append((suffix, [{place: self._next(place, suffix) for place in PLACES} for _ in range(ROWS)]))

    def _next(self, place: str, form: str) -> Canary:
        """The next canary for ``place``, as it is written there; the plan keeps its plain value."""
        number = len(self.canaries)
        turns = self._turns[form, place]
        entity = _NAMED.get(place) or next(turns)
        disguises = _disguises(place, entity, form)
        while place in _DISGUISED and not disguises:
            entity = next(turns)
            disguises = _disguises(place, entity, form)
        value, parts = value_of(entity, number)
        if place == "file name" and "/" in value:
            entity = "EMAIL_ADDRESS"
            value, parts = value_of(entity, number)
        name = disguises[number % len(disguises)] if place in _DISGUISED else ""
        stands = f"{place}: {name}" if place == "disguised" else place
        self.canaries.append(Canary(number, entity, value, stands, form, parts))
        return replace(self.canaries[-1], value=DISGUISES[name][0](value)) if name else self.canaries[-1]

    def write(self, root: Path) -> Path:
        """Write every file below ``root``, and return it."""
        for number, (suffix, places) in enumerate(self.documents):
            name = f"{sentence(places['file name'])[:-1]} (no {number})" if "file name" in places else f"round-{number}"
            folder = _FOLDERS.get(suffix, "reports")
            _put(root / folder / f"{name}.{suffix}", FORMATS[suffix][0](places, f"{suffix}{number}"))
            if suffix in {"vtt", "srt"}:
                _put(
                    root / folder / f"{name}.minutes.md", FORMATS["minutes.md"][0]({"speaker": places["speaker"]}, f"m{number}")
                )
        for number, (suffix, canaries) in enumerate(self.tables):
            _put(root / "tables" / f"tickets-{number}.{suffix}", TABLES[suffix](rows(canaries, f"t{number}")))
        for folder in ("reports", "tables", *_FOLDERS.values()):
            (root / folder).mkdir(parents=True, exist_ok=True)
        return root


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (_NOON, _NOON))


def write_catalog(path: Path, landing: Path, *, workers: int, more: str = "") -> Path:
    """The catalog over a landing zone of canaries, with every export there is; returns ``path``."""
    formats = ", ".join(sorted(exports()))
    path.write_text(_CATALOG.format(landing=landing, workers=workers, formats=formats, day=DAY) + more, encoding="utf-8")
    return path


_CATALOG = """\
version: 1
start: {day}
dataset:
  name: canaries
  salt: the canaries' own salt, which is long
  formats: [{formats}]
  audiences: [internal, public]
engine: {{workers: {workers}}}
limits: {{quarantine_limit: 1}}
sources:
  - {{name: reports, asset: internal_reports, kind: folder, url: {landing}/reports, licence: proprietary}}
  - {{name: public, asset: public_industry_sources, kind: folder, url: {landing}/public, licence: CC-BY-4.0, audience: public}}
  - {{name: talk, asset: meeting_transcripts, kind: folder, url: {landing}/talk, licence: proprietary}}
  - {{name: packed, asset: internal_reports, kind: folder, url: {landing}/packed, archives: keep, licence: proprietary}}
  - name: meetings
    asset: meeting_transcripts
    kind: folder
    url: {landing}/meetings
    include: ["*.vtt", "*.srt"]
    licence: proprietary
    link_pattern: ^(?P<link>.+)$
  - name: minutes
    asset: meeting_transcripts
    kind: folder
    url: {landing}/meetings
    include: ["*.minutes.md"]
    licence: proprietary
    link_pattern: ^(?P<link>.+)\\.minutes$
  - name: tickets
    asset: departmental_exports
    kind: folder
    url: {landing}/tables
    licence: proprietary
    table:
      key: [id]
      columns: [text, topic, stars, customer_name, customer_email]
      personal: {{customer_name: PERSON, customer_email: EMAIL_ADDRESS}}
tasks:
  - {{name: sections, kind: generation, sources: [reports, public, talk, packed], min_words: 20}}
  - {{name: topics, kind: classification, sources: [tickets], text: text, label: topic, balance: {{minimum: 1}}}}
  - name: satisfaction
    kind: sentiment
    sources: [tickets]
    text: text
    score: stars
    scale: {{minimum: 1, maximum: 5}}
    balance: {{minimum: 1}}
  - {{name: summaries, kind: summarization, mode: minutes, sources: [meetings, minutes], summary: {{source: minutes}}}}
"""
