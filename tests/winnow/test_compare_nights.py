"""Histories of several nights, made by the real set stages: every line of a diff names an object that changed that night."""

import hashlib
import itertools
import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from winnow.balance import balance
from winnow.compare import Side, compare
from winnow.dedup import deduplicate
from winnow.index import dropped_record, index_record
from winnow.split import split
from winnow.tasks import Balance

NIGHTS = 5
WORDS = [f"w{number}" for number in range(60)]
SHARES = {"train": 0.5, "validation": 0.3, "test": 0.2}

Table = dict[int, tuple[str, str, str | None]]
"""Text, label and customer by row."""


class Company:
    """Tables that change a little every night; all its texts are near some of five phrases, so that they are often duplicates."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self._phrases = [" ".join(self.dice.choices(WORDS, k=24)) for _ in range(5)]
        self.tables: dict[str, Table] = {
            f"t{number}": {row: self._row() for row in range(self.dice.randint(1, 4))}
            for number in range(self.dice.randint(2, 6))
        }

    def _row(self) -> tuple[str, str, str | None]:
        words = self.dice.choice(self._phrases).split()
        for _ in range(self.dice.choice([0, 1, 1, 2, 5])):
            words[self.dice.randrange(len(words))] = self.dice.choice(WORDS)
        return " ".join(words), self.dice.choice("ab"), self.dice.choice([None, None, "c1", "c2"])

    def change(self, night: int) -> None:
        """Let a table come, go or be rewritten, with a row more, a row less or another row."""
        what, name = self.dice.random(), self.dice.choice(sorted(self.tables))
        if what < 0.3:
            self.tables[f"n{night}{self.dice.randrange(99)}"] = {0: self._row()}
        elif what < 0.55 and len(self.tables) > 1:
            del self.tables[name]
        elif what < 0.75:
            self.tables[name] = {**self.tables[name], max(self.tables[name]) + 1: self._row()}
        else:
            self.tables[name] = {**self.tables[name], min(self.tables[name]): self._row()}


def version(make_examples: Callable[..., pa.Table], tables: dict[str, Table], rule: Balance, published: dict[str, str]) -> Side:
    """What the set stages make of ``tables``; ``published`` is brought up to date."""
    inputs = {name: hashlib.sha256(repr(rows).encode()).hexdigest() for name, rows in tables.items()}
    examples = make_examples(
        [
            {
                "number": f"{name}:{row}",
                "input": text,
                "label": label,
                "group_keys": [f"{name}:{row}", *([customer] if customer else [])],
                "contents": [{"object_id": name, "content_sha256": inputs[name]}],
                "spans": [{"object_id": name, "part": "input", "row_number": row}],
            }
            for name, rows in tables.items()
            for row, (text, label, customer) in rows.items()
        ]
    )
    decisions = balance(
        split(deduplicate(examples, {}), examples, SHARES, "salt", published), examples, {"tickets": rule}, "salt"
    )
    found = {row["example_id"]: row for row in decisions.to_pylist()}
    pairs = [(example, found[example["example_id"]]) for example in examples.to_pylist()]
    kept = [index_record(example, decision) for example, decision in pairs if decision["reason"] is None]
    for record in kept:
        assert published.setdefault(record["example_id"], record["split"]) == record["split"]
    dropped = [dropped_record(example, decision) for example, decision in pairs if decision["reason"]]
    return Side(kept, dropped, inputs, "c", {"winnow": "1"})


def history(make_examples: Callable[..., pa.Table], seed: int) -> list[tuple[Side, Side]]:
    """Each night's version and the one before it; no example changes its side on the way."""
    company = Company(seed)
    rule = Balance(cap=company.dice.choice([1, 2, 3, None]), minimum=company.dice.choice([1, 2, 3]), below_minimum="drop")
    published: dict[str, str] = {}
    versions = []
    for night in range(NIGHTS):
        versions.append(version(make_examples, company.tables, rule, published))
        company.change(night)
    return list(itertools.pairwise(versions))


@pytest.mark.parametrize("seed", range(60))
def test_every_line_blames_what_changed_that_night(make_examples: Callable[..., pa.Table], seed: int) -> None:
    """Whatever duplicates, sides and balance pass on, also by examples that stay aside, the cause is an object that changed."""
    for old, new in history(make_examples, seed):
        happened = {name for name in {*old.inputs, *new.inputs} if old.inputs.get(name) != new.inputs.get(name)}
        assert {change.because_of for change in compare(old, new)} <= happened


def test_another_intensity_is_a_change(make_examples: Callable[..., pa.Table]) -> None:
    """A row whose stars went from five to four is changed, although text and label are the same."""
    before, after = (
        make_examples([{"label": "positive", "intensity": intensity, "input": "a text", "contents": [], "spans": []}])
        for intensity in (1.0, 0.5)
    )
    decision = {"split": "train", "group": "g", "weight": 1.0}
    old, new = (Side([index_record(rows.to_pylist()[0], decision)], inputs={"o": str(rows)}) for rows in (before, after))
    assert [change.kind for change in compare(old, new)] == ["changed"]
