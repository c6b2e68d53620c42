"""What a person may ask of a check, and what is known of a file.

Belongs here: the plain facts that the steps of a check hand to each other. Does not belong here: the steps.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from winnow.checking.affixes import Affixes, Frame
from winnow.checking.classes import Classes
from winnow.checking.codes import CODES
from winnow.checking.lines import Source
from winnow.checking.tallies import Tally
from winnow.dedup import DEFAULT_THRESHOLD
from winnow.tasks import TOKEN_LIMIT_LABELS, TOKEN_LIMIT_TEXTS

ROLES = ("train", "validation", "test")

LIMITS = {
    "classification": ("bert-base-uncased", 510),  # 512 with the two special tokens that BERT and ALBERT put around a text
    "completion": ("o200k_base", TOKEN_LIMIT_LABELS),
    "text": ("o200k_base", 0),  # is cut into equal pieces anyway
}
"""Tokenizer and limit by format; 0: none."""

_OTHER_LIMIT = ("o200k_base", TOKEN_LIMIT_TEXTS)

FINE = ""
"""The reason of a row that stays."""

REASONS = (FINE, *(code for code, about in CODES.items() if about.action == "remove"))
"""What a byte in `FileSurvey.reasons` means."""

_NUMBER = {reason: number for number, reason in enumerate(REASONS)}


LANGUAGE_ROWS = (
    1_000  # a language of one row in a hundred is missed with a chance of 1 in 20,000; telling one takes milliseconds
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say about the check.

    Attributes:
        shape: the format that all files have; told from the files if empty.
        tokenizer: by which the lengths are counted; by format if empty.
        max_tokens: the most of one example; by format if None, none if 0.
        threshold: Jaccard similarity from which rows are near.
        skip: codes that prepare leaves alone: rows with them stay in the comparison.
        personal: whether personal data is looked for.
        language_rows: from so many rows of a file its languages are told.
    """

    shape: str = ""
    tokenizer: str = ""
    max_tokens: int | None = None
    threshold: float = DEFAULT_THRESHOLD
    skip: frozenset[str] = frozenset()
    personal: bool = True
    language_rows: int = LANGUAGE_ROWS

    def limit(self, shape: str) -> tuple[str, int]:
        """Tokenizer and most tokens of a row of ``shape``."""
        tokenizer, most = LIMITS.get(shape, _OTHER_LIMIT)
        return self.tokenizer or tokenizer, most if self.max_tokens is None else self.max_tokens


@dataclass(slots=True)
class FileSurvey:
    """What is known of one file; complete when `Survey.finish` was called.

    Attributes:
        role: which set it is: one of `ROLES`.
        found: how many rows have each code, and the first of them.
        reasons: for each row of the file, in order, the number in `REASONS` of why it goes.
        frame: what its pairs should begin and end with; None for other formats.
        relabelled: spellings of labels → the one that stays.
        pairs: for codes about two rows the lines of the first pairs.
        cut_short: rows that were compared with some of those that share a shingle with them (`winnow.checking.nearness`).
    """

    role: str
    source: Source
    shape: str = ""
    rows: int = 0
    examples: int = 0
    found: dict[str, Tally] = field(default_factory=dict)
    reasons: bytearray = field(default_factory=bytearray)
    frame: Frame | None = None
    relabelled: dict[str, str] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    task: str = ""
    languages: Counter[str] = field(default_factory=Counter)
    told: int = 0
    columns: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    cut_short: int = 0

    def tally(self, code: str, line: int) -> None:
        """Count the row of ``line`` under ``code``."""
        self.found.setdefault(code, Tally()).add(line)


def reason_number(code: str) -> int:
    """The number of ``code`` in `REASONS`."""
    return _NUMBER[code]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one pass has gathered, for `winnow.checking.closing`."""

    affixes: Affixes
    classes: Classes
    blank: list[tuple[int, int]]
    sample: list[tuple[int, int, str]]
    letters: list[int]
    starts: str
