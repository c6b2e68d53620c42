"""Counting that no character of a document is lost in silence.

Belongs here: the one equation that readers of office documents must satisfy. Does not belong here: why a text is left out, which
the reader knows and names.

A reader reports every text node of the file (`Tally.held`), what it left out and why (`Tally.dropped`), and what it wrote itself
between texts, such as the bar between two cells (`Tally.added`). In the end ::

    held + added = in the blocks + dropped

must hold, where *in the blocks* is counted in the finished blocks, behind every clean-up. A difference is a mistake of the reader
and is noted as ``unaccounted_characters``. Characters are counted without white space, which readers fold, and without the
invisible ones that `winnow.formats._base.squeeze` removes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from winnow.documents import Block
from winnow.formats._base import visible


@dataclass(slots=True)
class Tally:
    """The characters of one document: held, added, dropped by reason; and the ``notes`` that say so."""

    reasons: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    balance: int = 0

    def held(self, text: str) -> None:
        """``text`` is a text node of the file; each is reported once, by other code than that which reads it."""
        self.balance += weight(text)

    def added(self, text: str) -> str:
        """``text`` is in a block without being in a text node; it is given back."""
        self.balance += weight(text)
        return text

    def dropped(self, reason: str, text: str) -> None:
        """``text`` is in a text node and in no block; ``reason`` is the name of a note, which counts characters."""
        self.reasons[reason] += weight(text)

    def settled(self, blocks: Iterable[Block]) -> dict[str, int]:
        """The notes: what was dropped by reason, in characters, and whether anything is missing or was read twice."""
        found = sum(weight(block.text) for block in blocks)
        difference = self.balance - found - self.reasons.total()
        notes = self.notes + self.reasons
        if difference:
            notes["unaccounted_characters"] = abs(difference)
        return {name: count for name, count in sorted(notes.items()) if count}


def weight(text: str) -> int:
    """The characters of ``text`` that are neither white space nor invisible."""
    return len("".join(visible(text).split()))
