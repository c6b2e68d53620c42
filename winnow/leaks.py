"""Proves, before anything is published, that no side of the split knows the other.

Belongs here: an independent check of the finished decisions. It shares no code with what made them: its own folding, its own
shingles, and an inverted index with prefix filtering (Chaudhuri, Ganti, Kaushik 2006; Bayardo, Ma, Srikant 2007) that finds
every pair at a threshold, where sketches find all but a few in a million. Only the thresholds are the same.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.dedup import DEFAULT_THRESHOLD, SHORT_THRESHOLD
from winnow.schemas import SPLITS

Pairs = tuple[tuple[str, str], ...]

_LEAST_WORDS = 20  # the border below which texts are compared by characters: part of what "near" means, like the thresholds
_MOST_WORDS_BY_CHARACTERS = 34
_GRAM = 5
_PAIRS = 50_000  # candidates verified at once: some 5 million shingles of texts of 100 words
_FACTORS = tuple(pow(0x5851F42D4C957F2D, power, 1 << 64) for power in range(_GRAM))  # Knuth's multiplier for 64 bits


@dataclass(frozen=True, slots=True)
class Leaks:
    """Pairs of example ids on two sides: of equal text, in one group, with one group key, or near each other."""

    texts: Pairs = ()
    groups: Pairs = ()
    keys: Pairs = ()
    pairs: Pairs = ()
    counts: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Count each kind."""
        counts = {name: len(getattr(self, name)) for name in ("texts", "groups", "keys", "pairs")}
        object.__setattr__(self, "counts", counts)

    def __bool__(self) -> bool:
        """Whether anything leaks."""
        return any(self.counts.values())


def leaks(examples: pa.Table, decisions: pa.Table, thresholds: Mapping[str, float]) -> Leaks:
    """What stands on two sides of the split and must not.

    Args:
        examples: `EXAMPLES`, in any order; those that no decision keeps are ignored.
        decisions: with their sides.
        thresholds: similarity of near duplicates by task; between two tasks the higher one counts.

    Returns:
        Pairs of ids. ``texts``, ``groups`` and ``keys`` name one pair for each text, group or key and two of its sides;
        ``pairs`` names every near pair.
    """
    kept = decisions.filter(pc.is_null(decisions["reason"]))
    sides = dict(zip(kept["example_id"].to_pylist(), kept["split"].to_pylist(), strict=True))
    rows = [row for row in examples.select(["example_id", "task", "label", "input", "target", "group_keys"]).to_pylist()
            if row["example_id"] in sides]  # fmt: skip
    rows.sort(key=lambda row: row["example_id"])
    texts = [(f"{_plain(row['input'])}\x1f{_plain(row['target'])}", row["example_id"]) for row in rows]
    keys = [(key, row["example_id"]) for row in rows for key in row["group_keys"]]
    groups = sorted(zip(kept["group"].to_pylist(), kept["example_id"].to_pylist(), strict=True))
    return Leaks(
        texts=_straddling(texts, sides),
        groups=_straddling(groups, sides),
        keys=_straddling(keys, sides),
        pairs=tuple(sorted(_near(rows, sides, thresholds))),
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _straddling(owned: Iterable[tuple[str, str]], sides: Mapping[str, str]) -> Pairs:
    """For each name that stands on several sides, the first example of its first side with that of each other one."""
    holders: dict[str, dict[str, str]] = defaultdict(dict)
    for name, example in owned:
        holders[name].setdefault(sides[example], example)
    found = set()
    for by_side in holders.values():
        first, *others = (by_side[side] for side in SPLITS if side in by_side)
        found |= {(first, other) for other in others}
    return tuple(sorted(found))


def _near(
    rows: Sequence[dict[str, str]], sides: Mapping[str, str], thresholds: Mapping[str, float]
) -> Iterable[tuple[str, str]]:
    limits = [thresholds.get(row["task"], DEFAULT_THRESHOLD) for row in rows]
    numbers = np.array([SPLITS.index(sides[row["example_id"]]) for row in rows], dtype=np.int64)
    inputs = _Grams([row["input"] for row in rows])
    for by_characters in (False, True):
        least = max(min(limits, default=1.0), SHORT_THRESHOLD if by_characters else 0.0)
        for a, b, similarity in inputs.across(numbers, least, by_characters=by_characters):
            wanted = max(limits[a], limits[b], SHORT_THRESHOLD if by_characters else 0.0)
            if similarity >= wanted - 1e-9 and _counts(rows[a], rows[b], similarity, wanted):
                yield rows[a]["example_id"], rows[b]["example_id"]


def _counts(a: Mapping[str, str], b: Mapping[str, str], similarity: float, limit: float) -> bool:
    """Whether near inputs make a leak: not if a short prompt is all that two text pairs have in common."""
    if not any(row["label"] is None and _Grams([row["input"]]).counts[0] < _LEAST_WORDS for row in (a, b)):
        return True
    if a["label"] is not None or b["label"] is not None:
        return similarity >= 1.0
    targets = _Grams([a["target"], b["target"]])
    by_characters = bool(targets.counts.min() < _LEAST_WORDS)
    wanted = max(limit, SHORT_THRESHOLD) if by_characters else limit
    return any(near >= wanted - 1e-9 for *_, near in targets.across(np.array([0, 1]), wanted, by_characters=by_characters))


class _Grams:
    """Runs of five words, or of five characters, of each of a list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        folded = pl.Series([unicodedata.normalize("NFKC", text).casefold() for text in texts], dtype=pl.String)
        self._words = folded.str.replace_all(r"<([a-z][a-z_]*)_[0-9]{1,6}>", " ${1} ").str.extract_all(r"\w+")
        self.counts: npt.NDArray[np.int64] = self._words.list.len().to_numpy().astype(np.int64)

    def across(self, sides: npt.NDArray[np.int64], least: float, *, by_characters: bool) -> Iterable[tuple[int, int, float]]:
        """Every pair of texts on two sides whose similarity is ``least`` or more, with it."""
        grams = self._of_characters() if by_characters else self._of_words()
        grams = grams.with_columns(side=pl.Series(sides.astype(np.int8)).gather(grams["row"]))
        spans = grams.group_by("gram").agg(owners=pl.len(), first=pl.min("side"), last=pl.max("side"))
        crossing = spans.filter(pl.col("first") < pl.col("last")).select("gram", "owners")
        touched = grams.join(crossing, on="gram", how="semi").select("row").unique()
        sided = grams.join(touched, on="row", how="semi").unique()
        sizes = sided.group_by("row").agg(size=pl.len())
        # Only grams that stand on two sides can be shared. A text needs `least` of all its grams among them, and two texts that
        # share that many share one of the first of each, in any order common to all; rarest first is quickest.
        shared = sided.join(crossing, on="gram").join(sizes, on="row").sort("row", "owners", "gram")
        shared = shared.with_columns(place=pl.int_range(pl.len()).over("row"), of=pl.len().over("row"))
        prefix = shared.filter(pl.col("place") <= pl.col("of") - (least * pl.col("size") - 1e-9).ceil())
        other = prefix.select("gram", b="row", b_size="size", b_side="side")
        pairs = prefix.join(other, on="gram").filter(pl.col("side") < pl.col("b_side"))
        pairs = pairs.select("b", "size", "b_size", a="row").unique()
        pairs = pairs.filter(pl.min_horizontal("size", "b_size") >= least * pl.max_horizontal("size", "b_size") - 1e-9)
        for part in pairs.sort("a", "b").iter_slices(_PAIRS):
            yield from self._verified(part, shared.select("row", "gram"), least, by_characters=by_characters)

    def _verified(
        self, pairs: pl.DataFrame, grams: pl.DataFrame, least: float, *, by_characters: bool
    ) -> Iterable[tuple[int, int, float]]:
        left = pairs.join(grams, left_on="a", right_on="row")
        shared = left.join(grams, left_on=["b", "gram"], right_on=["row", "gram"]).group_by("a", "b", "size", "b_size").len()
        similarity = pl.col("len") / (pl.col("size").cast(pl.Int64) + pl.col("b_size").cast(pl.Int64) - pl.col("len"))
        near = shared.with_columns(similarity=similarity).filter(pl.col("similarity") >= least - 1e-9).sort("a", "b")
        for a, b, value in near.select("a", "b", "similarity").iter_rows():
            if not by_characters or min(self.counts[a], self.counts[b]) < _LEAST_WORDS:
                yield a, b, value

    def _of_words(self) -> pl.DataFrame:
        words = pl.DataFrame({"row": np.arange(len(self.counts)), "unit": self._words})
        units = words.filter(self.counts >= _LEAST_WORDS).explode("unit")
        return _runs_of_five(units["row"].to_numpy(), units["unit"].hash().to_numpy())

    def _of_characters(self) -> pl.DataFrame:
        joined = self._words.list.join(" ").to_list()
        chosen = [row for row, text in enumerate(joined) if self.counts[row] < _MOST_WORDS_BY_CHARACTERS and text]
        short = [row for row in chosen if len(joined[row]) < _GRAM]
        lengths = [len(joined[row]) for row in chosen]
        units = np.frombuffer("".join(joined[row] for row in chosen).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
        runs = _runs_of_five(np.repeat(np.array(chosen, dtype=np.int64), lengths), units)
        whole = pl.Series([joined[row] for row in short], dtype=pl.String).hash()
        return pl.concat([runs, pl.DataFrame({"row": pl.Series(short, dtype=pl.Int64), "gram": whole})])


def _runs_of_five(rows: npt.NDArray[np.int64], units: npt.NDArray[np.uint64]) -> pl.DataFrame:
    count = max(len(units) - _GRAM + 1, 0)
    total = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        total += units[place : place + count] * np.uint64(factor)
    within = rows[:count] == rows[_GRAM - 1 :][:count]
    return pl.DataFrame({"row": rows[:count][within], "gram": total[within]})
