"""What every kind of source shares: its part of the catalog, what a listing yields, and how an object is read.

A kind is one file beside this one: its options are a subclass of `Source` with ``kind: Literal[…]``, and its ``SOURCE_KIND``
constant says how to open it. What a kind must not do: decide which day an object belongs to (the ledger does) or read text.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import Field, field_validator, model_validator

from winnow.formats._base import Reading, TableOptions
from winnow.own_days import named_day
from winnow.screen_config import BoilerplateAction
from winnow.tasks import Name, Settings

Asset = Literal["internal_reports", "meeting_transcripts", "departmental_exports", "public_industry_sources"]
ASSETS: tuple[Asset, ...] = (
    "internal_reports",
    "meeting_transcripts",
    "departmental_exports",
    "public_industry_sources",
)
"""The four classes of source; each is one asset of the lineage."""

NS_PER_DAY = 86_400 * 1_000_000_000
MAX_DAYS = (dt.date(9999, 12, 31) - dt.date(1970, 1, 1)).days  # file systems hold later times than the calendar does

MAX_BYTES = 256 * 1024 * 1024  # bytes; a larger file is an archive or a recording more often than a document


class DayRule(Settings):
    """Which day an object says it belongs to, in UTC."""

    pattern: str | None = Field(
        None,
        description="regular expression over the key with a group `day` that matches YYYY-MM-DD or YYYYMMDD; where it is "
        "absent or does not match, the object's modification time decides",
    )
    stated: Literal["read", "ignore"] = Field(
        "read",
        description="`read`: what has no day by `pattern` or `table.day` has that which its text gives itself: the date of a mail, of a "
        "chat's last message, of a post, of a page's, feed entry's or study's publication, of a wiki page's last change, of Markdown's "
        "front matter; `ignore`: it has none",
    )

    @model_validator(mode="before")
    @classmethod
    def _word(cls, given: Any) -> Any:
        """Accept ``day: modified`` for the rule without a pattern."""
        return {} if given == "modified" else given

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None and "day" not in compiled(pattern).groupindex:
            raise ValueError("needs a named group: (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
        return pattern

    def day(self, key: str, mtime_ns: int | None) -> dt.date | None:
        """The own day of the object at ``key``, modified ``mtime_ns`` nanoseconds after the epoch; None if nothing tells it."""
        named = named_day(self.pattern, key)
        if named is not None or mtime_ns is None:
            return named
        return dt.date(1970, 1, 1) + dt.timedelta(days=min(max(mtime_ns // NS_PER_DAY, 0), MAX_DAYS))


class Source(Settings):
    """One place that objects come from, and what is true of everything in it."""

    name: Name = Field(description="unique; it enters the ids of its objects, so a renamed source is a new one")
    asset: Asset = Field(description="the class of source: the asset that reads it")
    kind: str
    licence: str = Field(min_length=1, description="SPDX identifier, or `proprietary`; it travels with every example")
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47 tag of the texts")
    audience: str = Field(
        "internal", pattern=r"^[a-z][a-z0-9_-]*$", description="who may see it; a dataset takes those it names"
    )
    origin: Literal["human", "model"] = Field("human", description="`model`: never in validation or test")
    day: DayRule = DayRule()
    link_pattern: str | None = Field(
        None, description="regular expression over the file's stem with a group `link`; equal links belong together"
    )
    table: TableOptions | None = Field(
        None,
        description="which columns of a table are read; needed for CSV, JSONL and Parquet; without it a workbook is one document",
    )
    reading: Reading = Field(Reading(), description="what readers keep of what people do not see or did not write")
    max_bytes: int = Field(MAX_BYTES, ge=1, description="a larger object is quarantined as too_large")
    retention_days: int | None = Field(None, ge=1, description="days after its arrival day that an object's text is kept")
    boilerplate: BoilerplateAction | None = Field(
        None,
        description="what happens to blocks that many of its documents share: `report`, `strip` or `keep`; default: "
        "quality.boilerplate.action",
    )
    priority: int = Field(
        0,
        description="how much it is trusted: of examples that say the same that of the highest priority stays, see dataset.survivor",
    )

    @property
    def rows_are_unique(self) -> bool:
        """Whether a row is known by its key alone, whichever object of the source it stands in."""
        return False

    @field_validator("link_pattern")
    @classmethod
    def _link(cls, pattern: str | None) -> str | None:
        if pattern is not None and "link" not in compiled(pattern).groupindex:
            raise ValueError("needs a named group: (?P<link>…)")
        return pattern


@dataclass(frozen=True, slots=True)
class Listed:
    """One object in a listing; times and ``etag`` are null where the store has none. Times in ns after the epoch."""

    key: str
    size: int
    mtime_ns: int | None
    ctime_ns: int | None = None
    etag: str | None = None


class OpenSource(Protocol):
    """A source that can be listed and read; never written."""

    def refresh(self) -> None:
        """Fetch what is new into the source's cache, if it is of a kind that has one; called once, before `list`, by a scan.

        What is only looked at (`winnow plan`) is not refreshed.

        Raises:
            SourceError: the source does not answer; the cache is as it was or holds whole objects more.
        """
        ...

    def list(self) -> Iterator[Listed]:
        """Every object that the source's patterns take, in no particular order.

        Raises:
            SourceError: the source cannot be listed as a whole; nothing may be concluded about what is gone.
        """
        ...

    def read(self, key: str, max_bytes: int) -> bytes:
        """The bytes of the object at ``key``.

        Raises:
            UnreadableDocument: ``too_large`` or ``gone_while_reading``.
            SourceError: the source does not answer.
        """
        ...

    def sha256(self, key: str) -> str:
        """SHA-256 of the object's bytes, hexadecimal, read in pieces; raises as `read` does."""
        ...

    def forget(self, keys: Collection[str]) -> int:
        """Delete what the cache holds of the objects at ``keys``, for ever, and say how much that was.

        They have outlived their source's retention. A kind without a cache has nothing to delete: the files are their owner's.
        """
        ...


@dataclass(frozen=True)
class SourceKind:
    """A kind of source: its name in the catalog, its options, and how to open it."""

    name: str
    options: type[Source]
    open: Callable[[Any, Path], OpenSource]  # the source, and a private folder for what it fetches, which may not be there yet


def compiled(pattern: str) -> re.Pattern[str]:
    """``pattern`` compiled.

    Raises:
        ValueError: it is no regular expression; the message says where.
    """
    try:
        return re.compile(pattern)
    except re.error as error:
        message = f"not a regular expression: {error.msg} at character {error.pos}"
        raise ValueError(message) from None
