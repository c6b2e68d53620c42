"""What a report consists of, whatever it will look like."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the paragraphs under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, a caption, the names of the columns, and rows as long as those."""

    heading: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One internal report."""

    department: str
    stem: str  # file name without suffix
    title: str
    author: str
    email: str
    number: str
    company: str
    summary: str  # of the executive; empty for none
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    footer: str
    footnote: str  # hangs on the first section; empty for none
