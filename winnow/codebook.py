"""The codebook of a task: a number and a one-token code for each label, which no later version changes.

Belongs here: how labels get theirs, and the shipped list of codes. Does not belong here: which formats write codes and which write
names (`winnow.exports`), and where earlier codebooks are kept (the releases).

A classifier has a number for each class, and a completion model answers with one token after a space. Both are worth nothing once a
number or a code means another label, so they are appended to and never given away again: what a label had in an earlier version it
keeps, a new label gets the next free ones, and those of a label that is gone stay taken. Of such a label the codebook keeps a keyed hash
and no name, since a label may leave because it named someone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from winnow.ids import keyed_hash
from winnow.tokens import count_tokens

CODE_TOKENIZERS = ("cl100k_base", "o200k_base")
"""A label that is one token after a space in both keeps its name. They are GPT's, whose completion format writes codes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One label: ``label`` is None where it is in no use now; ``code`` too, if it was the label's own name."""

    number: int
    label_id: str
    label: str | None
    code: str | None


@dataclass(frozen=True)
class Codebook:
    """The labels of one task by their number, from 0 and without gaps."""

    entries: tuple[Entry, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """Label by number, as a classifier's classes are listed; one that is in no use is called ``retired_<number>``."""
        return [f"retired_{entry.number}" if entry.label is None else entry.label for entry in self.entries]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Label → number, of labels in use."""
        return {entry.label: entry.number for entry in self.entries if entry.label is not None}

    @cached_property
    def codes(self) -> dict[str, str]:
        """Label → what the completion format writes, of labels in use."""
        return {entry.label: entry.code or entry.label for entry in self.entries if entry.label is not None}

    def document(self) -> list[dict[str, Any]]:
        """As it stands in the manifest and in inference.json."""
        keys = ("number", "label", "code", "label_id")
        return [{key: getattr(entry, key) for key in keys} for entry in self.entries]

    @classmethod
    def parsed(cls, document: Sequence[Mapping[str, Any]]) -> "Codebook":
        """The inverse of `document`.

        Raises:
            ValueError: numbers have gaps, or a label, id or code stands twice.
        """
        book = cls(tuple(Entry(row["number"], row["label_id"], row["label"], row["code"]) for row in document))
        if [entry.number for entry in book.entries] != list(range(len(book.entries))):
            raise ValueError("the codebook's numbers do not run from 0 without gaps")
        for key in ("label_id", "label", "code"):
            values = [value for entry in book.entries if (value := getattr(entry, key)) is not None]
            if len(set(values)) < len(values):
                message = f"the codebook has a {key} twice"
                raise ValueError(message)
        return book


def extended(before: Codebook, labels: Iterable[str], salt: str, task: str) -> Codebook:
    """``before`` with the ``labels`` of ``task`` that are in use now; new ones are appended in alphabetical order.

    A label of several tokens gets the first code of the shipped list that no other label has or is called; past the end of the list
    it keeps its name. ``salt`` keys the hash by which a label that comes back is known again.
    """
    ids = {keyed_hash(salt, "label", task, label): label for label in labels}
    known = {entry.label_id for entry in before.entries}
    new = sorted((label, label_id) for label_id, label in ids.items() if label_id not in known)
    entries = [_current(entry, ids.get(entry.label_id)) for entry in before.entries]
    taken = {entry.code for entry in entries} | set(ids.values())
    free = (code for code in label_codes() if code not in taken)
    coded = {entry.code for entry in entries}
    for label, label_id in new:
        code = label if label not in coded and is_one_token(label) else next(free, label)
        entries.append(Entry(len(entries), label_id, label, code))
    return Codebook(tuple(entries))


def _current(entry: Entry, label: str | None) -> Entry:
    """``entry`` under the name it has now; one that kept its own name as its code forgets it with the name, and finds it again."""
    if label is None:
        return Entry(entry.number, entry.label_id, None, entry.code if entry.code in label_codes() else None)
    return Entry(entry.number, entry.label_id, label, entry.code or label)


@cache
def is_one_token(label: str) -> bool:
    """Whether ``label`` after a space is one token in each of `CODE_TOKENIZERS`."""
    return all(count_tokens([f" {label}"], tokenizer) == [1] for tokenizer in CODE_TOKENIZERS)


@cache
def label_codes() -> tuple[str, ...]:
    """The shipped codes in their order: plain nouns, each one token after a space in GPT's vocabularies and one piece in BERT's.

    The list is appended to and never sorted: codebooks take from its beginning.
    """
    return tuple(files("winnow").joinpath("vocabularies", "label-codes.txt").read_text(encoding="utf-8").split())
