"""The folder that the demo is written to, and the record of the personal data planted in it."""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

START = dt.date(2026, 10, 5)
"""A Monday: the first of the demo's days."""

DAYS = 7

COMPANY = "Tarnvale Coffee Systems"

STAFF_DOMAIN = "tarnvale.example.com"  # example.com, .net and .org are reserved by RFC 2606


@dataclass(frozen=True, slots=True)
class Planted:
    """A piece of personal data that the demo wrote, so that a test can look for it in a release.

    Attributes:
        value: the text as it stands in the file.
        entity: its type, in Presidio's words, or one of the demo's patterns.
        source: what it was planted in: reports, meetings, interviews, tickets, reviews, campaigns, notes or articles.
        where: body, prose (a name in running text, which only a language model finds), table, header, footer, footnote,
            speaker, column or file_name.
    """

    value: str
    entity: str
    source: str
    where: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What `pipelines.demo.landing.write_landing` wrote."""

    files: int
    bytes: int
    planted: tuple[Planted, ...]


@dataclass
class Zone:
    """A landing zone in the making."""

    root: Path
    files: int = 0
    size_bytes: int = 0
    planted: dict[Planted, None] = field(default_factory=dict)

    def put(self, key: str, content: bytes | str, day: int) -> None:
        """Write ``content`` to ``key`` (a path below the root), last modified at noon UTC of ``day`` (0 is `START`)."""
        encoded = content.encode() if isinstance(content, str) else content
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded)
        noon = dt.datetime.combine(date_of(day), dt.time(12), dt.UTC).timestamp()
        os.utime(path, (noon, noon))
        self.files += 1
        self.size_bytes += len(encoded)

    def plant(self, value: str, entity: str, source: str, where: str = "body") -> str:
        """Remember that ``value`` is personal data, and give it back."""
        self.planted[Planted(value, entity, source, where)] = None
        return value

    def summary(self) -> Summary:
        """What was written so far."""
        return Summary(self.files, self.size_bytes, tuple(self.planted))


def date_of(day: int) -> dt.date:
    """The date of ``day``, counted from `START`."""
    return START + dt.timedelta(days=day)


def stamp(day: int, minutes: int) -> str:
    """ISO 8601 time in UTC, ``minutes`` after midnight of ``day``."""
    return f"{date_of(day)}T{minutes // 60 % 24:02}:{minutes % 60:02}:00Z"


def lines(rows: Sequence[str]) -> str:
    """``rows`` as text lines, the last one ended too."""
    return "".join(f"{row}\n" for row in rows)
