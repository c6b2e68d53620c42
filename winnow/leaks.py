"""Proves, before anything is published, that no side of the split knows the other.

Belongs here: an independent check of the finished decisions, and what counts as a leak. It shares no code with what made them: its
own folding, its own runs of words (`winnow.leak_grams`) and an exact search (`winnow.leak_search`), where sketches find all but a
few in a million. Only the thresholds are the same. It says how much it looked at: a proof that saw nothing proves nothing.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.dedup import DEFAULT_THRESHOLD, SHORT_THRESHOLD
from winnow.leak_grams import LEAST_WORDS, Grams, Integers, Words
from winnow.leak_search import Texts, across
from winnow.schemas import SPLITS

Pairs = tuple[tuple[str, str], ...]

MOST_PAIRS = 100_000
"""Near pairs that are named; more of them say no more, and would take a gigabyte."""

COLUMNS = ("example_id", "task", "label", "input", "target", "group_keys")
"""What is read of `EXAMPLES`."""

_ROWS = 1 << 14  # texts turned into Python's at once

_KINDS = ("texts", "groups", "keys", "pairs", "unseen")


@dataclass(frozen=True, slots=True)
class Leaks:
    """Pairs of example ids on two sides: of equal text, in one group, with one group key, or near each other.

    Attributes:
        texts: equal texts.
        groups: members of one group.
        keys: that share a document, link or customer.
        pairs: near ones, `MOST_PAIRS` at most.
        unseen: examples that stay whose text was not there to be looked at.
        examples: how many were looked at.
        counts: how many of each kind of leak.
    """

    texts: Pairs = ()
    groups: Pairs = ()
    keys: Pairs = ()
    pairs: Pairs = ()
    unseen: tuple[str, ...] = ()
    examples: int = 0
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Count each kind."""
        object.__setattr__(self, "counts", {name: len(getattr(self, name)) for name in _KINDS})

    def __bool__(self) -> bool:
        """Whether anything leaks, or could not be looked at."""
        return any(self.counts.values())


def leaks(examples: pa.Table, decisions: pa.Table, thresholds: Mapping[str, float]) -> Leaks:
    """What stands on two sides of the split and must not.

    Args:
        examples: the `COLUMNS` of `EXAMPLES`, in any order; those that no decision keeps are ignored.
        decisions: with ``example_id``, ``group``, ``split`` and ``reason``.
        thresholds: similarity of near duplicates by task; between two tasks the higher one counts.

    Returns:
        Pairs of ids. ``texts``, ``groups`` and ``keys`` name one pair for each text, group or key and two of its sides;
        ``pairs`` names every near pair.

    Raises:
        ValueError: an example that stays has no side, or one that is none of `SPLITS`.
    """
    kept = decisions.filter(pc.is_null(decisions["reason"])).select(["example_id", "group", "split"])
    wrong = len(kept) - (pc.sum(pc.is_in(kept["split"], value_set=pa.array(SPLITS))).as_py() or 0)
    if wrong:
        raise ValueError(f"{wrong} examples stay without a side; split them before asking what leaks")
    ids = examples["example_id"].combine_chunks()
    places = pc.index_in(ids, value_set=kept["example_id"].combine_chunks())
    sides = _integers(pc.index_in(kept["split"].combine_chunks().take(places), value_set=pa.array(SPLITS)).fill_null(-1))
    seen = np.flatnonzero(sides >= 0)
    lacking = kept["example_id"].filter(pc.invert(pc.is_in(kept["example_id"], value_set=ids)))
    view = _View(examples, ids, sides, seen)
    return Leaks(
        texts=view.straddling(pl.DataFrame({"name": view.digests(), "row": seen})),
        groups=view.straddling(
            pl.DataFrame({"name": pl.from_arrow(kept["group"].combine_chunks().take(places.take(seen))), "row": seen})
        ),
        keys=view.straddling(view.keys()),
        pairs=tuple(sorted(view.near(thresholds))),
        unseen=tuple(sorted(lacking.to_pylist())),
        examples=len(seen),
    )


def _integers(array: pa.Array) -> Integers:
    return np.asarray(array.to_numpy(zero_copy_only=False)).astype(np.int64)


@dataclass(frozen=True)
class _View:
    """Examples with their sides; ``seen`` are the rows of those that stay."""

    examples: pa.Table
    ids: pa.Array
    sides: Integers
    seen: Integers

    @cached_property
    def _inputs(self) -> "_Column":
        return _Column(self.examples["input"])

    @cached_property
    def _targets(self) -> "_Column":
        return _Column(self.examples["target"])

    def digests(self) -> pl.Series:
        """A hash of the folded input and target of each example that stays."""
        found: list[bytes] = []
        for start in range(0, len(self.seen), _ROWS):
            rows = self.seen[start : start + _ROWS]
            found += [
                _digest(text, target) for text, target in zip(self._inputs.texts(rows), self._targets.texts(rows), strict=True)
            ]
        return pl.Series(found, dtype=pl.Binary)

    def keys(self) -> pl.DataFrame:
        """The group keys of each example that stays."""
        column = self.examples["group_keys"].combine_chunks()
        keys = pl.DataFrame({"name": pl.from_arrow(pc.list_flatten(column)), "row": _integers(pc.list_parent_indices(column))})
        return keys.filter(pl.Series(self.sides >= 0).gather(keys["row"]))

    def straddling(self, named: pl.DataFrame) -> Pairs:
        """For each ``name`` that rows of several sides have, the first example of its first side with that of each other one."""
        named = named.with_columns(side=pl.Series(self.sides).gather(named["row"]))
        several = named.group_by("name").agg(low=pl.min("side"), high=pl.max("side")).filter(pl.col("low") < pl.col("high"))
        some = named.join(several, on="name", how="semi")
        some = some.with_columns(
            example=pl.Series(self.ids.take(pa.array(some["row"].to_numpy())).to_pylist(), dtype=pl.String)
        )
        firsts = some.group_by("name", "side").agg(example=pl.min("example")).sort("name", "side")
        found: dict[object, list[str]] = {}
        for name, example in firsts.select("name", "example").iter_rows():
            found.setdefault(name, []).append(example)
        return tuple(sorted({(first, other) for first, *others in found.values() for other in others}))

    def near(self, thresholds: Mapping[str, float]) -> Iterator[tuple[str, str]]:
        """Pairs of ids of near examples on two sides, each pair ascending."""
        by_task = [thresholds.get(task, DEFAULT_THRESHOLD) for task in self.examples["task"].to_pylist()]
        limits = np.array(by_task, dtype=np.float64)
        told: set[tuple[str, str]] = set()
        for by_characters in (False, True):
            limits = np.maximum(limits, SHORT_THRESHOLD if by_characters else 0.0)
            texts = Texts(_Reader(self._inputs, by_characters=by_characters), self.sides, limits)
            for a, b, similarity in across(texts):
                if len(told) < MOST_PAIRS and self._is_leak(
                    a, b, similarity, max(limits[a], limits[b]), by_characters=by_characters
                ):
                    first, second = sorted((self.ids[a].as_py(), self.ids[b].as_py()))
                    told.add((first, second))
        yield from told

    def _is_leak(self, a: int, b: int, similarity: float, limit: float, *, by_characters: bool) -> bool:
        """Whether near inputs make a leak: not if a short prompt is all that two text pairs have in common."""
        rows = np.array([a, b])
        counts = Words(self._inputs.texts(rows)).counts
        if by_characters and counts.min() >= LEAST_WORDS:
            return False  # two texts of 20 words or more are compared by words
        labels = self.examples["label"].take(rows).to_pylist()
        if not any(label is None and count < LEAST_WORDS for label, count in zip(labels, counts.tolist(), strict=True)):
            return True
        if labels != [None, None]:
            return similarity >= 1.0
        return self._near_targets(rows, limit)

    def _near_targets(self, rows: Integers, limit: float) -> bool:
        targets = _Column(pa.chunked_array([pa.array(self._targets.texts(rows), pa.string())]))
        short = bool(Words(targets.texts(np.arange(2))).counts.min() < LEAST_WORDS)
        limits = np.full(2, max(limit, SHORT_THRESHOLD) if short else limit)
        return any(True for _ in across(Texts(_Reader(targets, by_characters=short), np.array([0, 1]), limits)))


class _Column:
    """A column of texts, read a few rows at a time without joining its chunks, which would copy all of it."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._chunks = [chunk for chunk in column.chunks if len(chunk)]
        self._starts = np.cumsum([0, *map(len, self._chunks)])

    def texts(self, rows: Integers) -> list[str]:
        """The texts of ``rows``, in their order."""
        found: list[str] = [""] * len(rows)
        of = np.searchsorted(self._starts, rows, side="right") - 1
        for number in np.unique(of).tolist():
            mine = np.flatnonzero(of == number)
            taken = self._chunks[number].take(pa.array(rows[mine] - self._starts[number])).to_pylist()
            for place, text in zip(mine.tolist(), taken, strict=True):
                found[place] = text
        return found


class _Reader:
    """Reads the runs of some rows of a column."""

    def __init__(self, column: _Column, *, by_characters: bool) -> None:
        self._column, self._by_characters = column, by_characters

    def __call__(self, rows: Integers) -> Grams:
        words = Words(self._column.texts(rows))
        return words.by_characters() if self._by_characters else words.by_words()


def _digest(text: str, target: str) -> bytes:
    return hashlib.blake2b(f"{_plain(text)}\x1f{_plain(target)}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
