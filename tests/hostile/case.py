"""One hostile file: how it is made, and what is true of it for whoever owns it.

Belongs here: the label of a file and how an outcome is judged by it. Does not belong here: the files themselves, one module a kind
of format, and how they are run (`tests.hostile.line`, `tests.hostile.cost`).

A label is what a careful person would say of the file, not what the code says: either words that must be read (and words that must
not), or the reason why nothing can be. A few files have two right answers, since neither is a lie: of a file that is broken in the
middle, a reader may give the first half with a note, or refuse all of it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from winnow.formats import suffixes
from winnow.formats._archive import SUFFIXES
from winnow.reasons import QUARANTINE

_ENDINGS = {suffix.rpartition(".")[2] for suffix in (*suffixes(), *SUFFIXES)}

WORDS = "The committee met in March"
"""What the honest part of a hostile file says."""

SECRET = "zebra seven behind the wall"
"""What lies outside of every source, or is hidden from people: no outcome may hold it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile file.

    Attributes:
        name: of the file, without its suffix; unique.
        kind: what is hostile about it, in one word, for the table of outcomes.
        suffix: with its dot.
        make: gives the bytes, the same each time but for the hours that packages keep of their parts.
        reasons: any of which is right, if nothing is read.
        says: words that are read, if it is read; None: it must not be.
        lacks: words that are never read.
        beside: reasons of rows, members or attachments that are refused while the others are read; exactly these.
        notes: at least one of these counts says that not all of it was read; empty: nothing has to be said.
        table: whether it lies in the source whose columns are named.
        heavy: whether it costs more than a second, so that only ``make hostile`` runs it.
    """

    name: str
    kind: str
    suffix: str
    make: Callable[[], bytes]
    reasons: frozenset[str] = frozenset()
    says: tuple[str, ...] | None = None
    lacks: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    table: bool = False
    heavy: bool = False

    def __post_init__(self) -> None:
        """Refuse a label that no outcome could meet."""
        assert (self.reasons | self.beside) <= QUARANTINE.keys(), self.name
        assert self.reasons or self.says is not None, self.name

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.name}{self.suffix}"

    @property
    def group(self) -> str:
        """The kind of format, for the table of outcomes."""
        ending = self.suffix.rpartition(".")[2]
        return ending if ending in _ENDINGS else "other"

    def fault(self, outcome: "Outcome") -> str:
        """What is wrong with ``outcome``; empty if nothing is. Names reasons and counts, never text."""
        if any(outcome.holds(words) for words in (SECRET, *self.lacks)):
            return "text was read that must not be"
        if outcome.documents and self.says is not None:
            return self._fault_of_read(outcome, self.says)
        right = bool(outcome.reasons) and outcome.reasons <= self.reasons and not outcome.documents
        return "" if right else f"{outcome.label}, not {self._wanted()}"

    def _fault_of_read(self, outcome: "Outcome", says: tuple[str, ...]) -> str:
        missing = [number for number, words in enumerate(says) if not outcome.holds(words)]
        if missing:
            return f"words {missing} were not read"
        if outcome.reasons != self.beside:
            return f"parts refused as {sorted(outcome.reasons)}, not {sorted(self.beside)}"
        if self.notes and not any(outcome.notes.get(note) for note in self.notes):
            return f"none of the notes {sorted(self.notes)}, but {sorted(outcome.notes)}"
        return ""

    def _wanted(self) -> str:
        return "/".join([*(["read"] if self.says is not None else []), *sorted(self.reasons)])


@dataclass(slots=True)
class Outcome:
    """What came of one file: its texts, how many documents hold them, reasons of what was refused, and counts."""

    texts: list[str] = field(default_factory=list)
    documents: int = 0
    reasons: set[str] = field(default_factory=set)
    notes: dict[str, int] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        """Take one row of `winnow.schemas.DOCUMENTS`."""
        if row["reason"] is not None:
            self.reasons.add(row["reason"])
        else:
            self.documents += 1
        blocks = row["blocks"] or ()
        self.texts += [row["title"], *(block["text"] for block in blocks), *(pair["value"] for pair in row["fields"] or ())]
        self.texts += [block["speaker"] for block in blocks if block["speaker"]]
        for note in row["notes"] or ():
            self.notes[note["name"]] = self.notes.get(note["name"], 0) + note["count"]

    def holds(self, words: str) -> bool:
        """Whether ``words`` stand in one of the texts."""
        return any(words in text for text in self.texts)

    @property
    def label(self) -> str:
        """``read``, ``read in part``, or the reasons."""
        if not self.documents:
            return "+".join(sorted(self.reasons)) or "nothing"
        return "read in part" if self.reasons else "read"


def refused(  # a label is read as a line
    name: str,
    kind: str,
    suffix: str,
    make: Callable[[], bytes],
    *reasons: str,
    table: bool = False,
    heavy: bool = False,
    lacks: Iterable[str] = (),
) -> Case:
    """A file of which nothing can be read, for any of ``reasons``."""
    return Case(name, kind, suffix, make, frozenset(reasons), table=table, heavy=heavy, lacks=tuple(lacks))


def readable(
    name: str,
    kind: str,
    suffix: str,
    make: Callable[[], bytes],
    *says: str,
    reasons: Collection[str] = (),
    lacks: Iterable[str] = (),
    beside: Collection[str] = (),
    notes: Iterable[str] = (),
    table: bool = False,
    heavy: bool = False,
) -> Case:
    """A file of which ``says`` is read (`WORDS` by default), or nothing for any of ``reasons`` where that is right as well."""
    return Case(
        name,
        kind,
        suffix,
        make,
        frozenset(reasons),
        says or (WORDS,),
        tuple(lacks),
        frozenset(beside),
        tuple(notes),
        table=table,
        heavy=heavy,
    )
