"""Proves, before anything is published, that no side of the split knows the other.

Belongs here: an independent check of the finished decisions, and what counts as a leak. It shares no code with what made them: its
own folding, its own runs of words (`winnow.leak_grams`) and an exact search (`winnow.leak_search`), where sketches find all but a
few in a million. Only the thresholds are the same. It says how much it looked at: a proof that saw nothing proves nothing.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.containment import CONTAINED
from winnow.dedup import DEFAULT_THRESHOLD, SHORT_THRESHOLD
from winnow.leak_containment import contained
from winnow.leak_grams import LEAST_WORDS, Integers, Words
from winnow.leak_pairs import overlaps
from winnow.leak_search import ROUNDING, Pair, Texts, across, crossing, near
from winnow.leak_texts import Column, Reader
from winnow.schemas import SPLITS

Pairs = tuple[tuple[str, str], ...]

_Rows = tuple[int, int]

MOST_PAIRS = 100_000
"""Pairs of a kind that are named; more of them say no more, and would take a gigabyte."""

COLUMNS = ("example_id", "task", "label", "input", "target", "group_keys")
"""What is read of `EXAMPLES`."""

_ROWS = 1 << 14  # texts turned into Python's at once
_PAIRS = 1 << 12  # whose texts are compared at once

_KINDS = ("texts", "groups", "keys", "pairs", "contained", "unseen")


@dataclass(frozen=True, slots=True)
class Leaks:
    """Pairs of example ids on two sides: of equal text, in one group, with one group key, near each other, or one within the other.

    Attributes:
        texts: equal texts.
        groups: members of one group.
        keys: that share a document, link or customer.
        pairs: near ones, `MOST_PAIRS` at most.
        contained: whose first stands within the second, a longer one, and is not near it; as many at most.
        unseen: examples that stay whose text was not there to be looked at.
        examples: how many were looked at.
        counts: how many of each kind of leak.
    """

    texts: Pairs = ()
    groups: Pairs = ()
    keys: Pairs = ()
    pairs: Pairs = ()
    contained: Pairs = ()
    unseen: tuple[str, ...] = ()
    examples: int = 0
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Count each kind."""
        object.__setattr__(self, "counts", {name: len(getattr(self, name)) for name in _KINDS})

    def named(self, kind: str) -> list[tuple[str, ...]]:
        """The ids of a kind of leak: pairs, or single ones that are ``unseen``."""
        return [(found,) if isinstance(found, str) else found for found in getattr(self, kind)]

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
        ``pairs`` names every near pair, ``contained`` every text of 20 words or more whose runs of five words are to 95% among
        those of a longer one (`winnow.containment.CONTAINED`).

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
    alike, within = view.alike(thresholds)
    return Leaks(
        texts=view.straddling(pl.DataFrame({"name": view.digests(), "row": seen})),
        groups=view.straddling(
            pl.DataFrame({"name": pl.from_arrow(kept["group"].combine_chunks().take(places.take(seen))), "row": seen})
        ),
        keys=view.straddling(view.keys()),
        pairs=alike,
        contained=within,
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
    def _inputs(self) -> Column:
        return Column(self.examples["input"])

    @cached_property
    def _targets(self) -> Column:
        return Column(self.examples["target"])

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

    def alike(self, thresholds: Mapping[str, float]) -> tuple[Pairs, Pairs]:
        """Near pairs on two sides, the smaller id first, and those that are not near of which the first stands within the second."""
        by_task = [thresholds.get(task, DEFAULT_THRESHOLD) for task in self.examples["task"].to_pylist()]
        limits = np.array(by_task, dtype=np.float64)
        by_words = Texts(Reader(self._inputs, by_characters=False), self.sides, limits)
        left = crossing(by_words, CONTAINED)
        pairs, within = _Told(), _Told()
        pairs.add((a, b) for a, b, _ in near(by_words, left.near))
        within.add((a, b) for a, b, _ in contained(by_words, left, CONTAINED))
        limits = np.maximum(limits, SHORT_THRESHOLD)
        found = across(Texts(Reader(self._inputs, by_characters=True), self.sides, limits))
        while not pairs.full and (some := list(islice(found, _PAIRS))):
            for told, more in zip((pairs, within), self._of_short(some, by_task), strict=True):
                told.add(more)
        near_ones = {self._named(a, b) for a, b in pairs.rows}
        inside = {(self.ids[a].as_py(), self.ids[b].as_py()) for a, b in within.rows if self._named(a, b) not in near_ones}
        # Of two with as many runs each is within the other: once will do.
        return tuple(sorted(near_ones)), tuple(sorted((a, b) for a, b in inside if a < b or (b, a) not in inside))

    def _named(self, a: int, b: int) -> tuple[str, str]:
        first, second = sorted((self.ids[a].as_py(), self.ids[b].as_py()))
        return first, second

    def _of_short(self, found: Sequence[Pair], limits: Sequence[float]) -> tuple[list[_Rows], list[_Rows]]:
        """Those of the pairs whose inputs are ``found`` near by characters that are near, and of which the first is within the second.

        If a short prompt is all that two text pairs have in common, they are neither; nor is a label's input one with a prompt that
        has the same runs of characters and is not equal ("no no" and "no no no").
        """
        left, right = (np.array(rows, dtype=np.int64) for rows in zip(*((a, b) for a, b, _ in found), strict=True))
        inputs = [self._inputs.texts(rows) for rows in (left, right)]
        counts = np.stack([Words(texts).counts for texts in inputs])
        texts = (
            np.stack([_integers(pc.is_null(self.examples["label"].take(rows)).cast(pa.int8())) for rows in (left, right)]) > 0
        )
        same = np.array(
            [
                similarity >= 1.0 and _plain(one) == _plain(other)
                for (_, _, similarity), one, other in zip(found, *inputs, strict=True)
            ]
        )
        short = counts.min(axis=0) < LEAST_WORDS  # two texts of 20 words or more are compared by words
        prompts = short & (texts & (counts < LEAST_WORDS)).any(axis=0)
        pairs = _rows(left, right, short & (~prompts | (same & ~texts.all(axis=0))))
        asked = prompts & texts.all(axis=0)
        left, right = left[asked], right[asked]
        if not len(left):
            return pairs, []
        least = np.maximum([limits[a] for a in left.tolist()], [limits[b] for b in right.tolist()])
        targets = overlaps(self._targets.texts(left), self._targets.texts(right))
        alike = targets.similarity >= np.where(targets.short, np.maximum(least, SHORT_THRESHOLD), least) - ROUNDING
        inside = ~alike & (targets.within >= CONTAINED - ROUNDING)
        first, second = (counts[:, asked] < LEAST_WORDS) & inside  # a longer input would have to be contained itself
        within = _rows(left, right, first & (targets.more <= 0)) + _rows(right, left, second & (targets.more >= 0))
        return pairs + _rows(left, right, alike), within


def _rows(left: Integers, right: Integers, chosen: npt.NDArray[np.bool_]) -> list[_Rows]:
    return list(zip(left[chosen].tolist(), right[chosen].tolist(), strict=True))


class _Told:
    """The first `MOST_PAIRS` pairs of rows of a kind."""

    def __init__(self) -> None:
        self.rows: set[_Rows] = set()

    @property
    def full(self) -> bool:
        """Whether no more are named."""
        return len(self.rows) >= MOST_PAIRS

    def add(self, found: Iterable[_Rows]) -> None:
        """Remember those of ``found`` that there is room for."""
        if not self.full:
            self.rows.update(islice(found, MOST_PAIRS - len(self.rows)))


def _digest(text: str, target: str) -> bytes:
    return hashlib.blake2b(f"{_plain(text)}\x1f{_plain(target)}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
