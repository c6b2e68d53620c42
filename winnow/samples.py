"""The texts that variety is measured on: a sample of each task's train, before and after balancing.

Belongs here: drawing the sample and tabling its figures. Does not belong here: the figures themselves (`winnow.variety`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from winnow.schemas import SPLITS
from winnow.tally import joined
from winnow.variety import TEXTS, WORDS, Space, Variety, closest, variety, words

LABEL_TEXTS = 50
"""Most texts of a label when labels are compared: their mean is steady enough to name the nearest, and 200 labels cost seconds."""

LABELS = 200
"""Most labels of a task that are compared, the largest first."""


def variety_table(examples: pa.Table, before: pa.Table, after: pa.Table) -> list[dict[str, Any]]:
    """Variety of train by task: of the inputs, and of the targets where these are texts.

    Args:
        examples: `EXAMPLES`.
        before: decisions before balancing.
        after: decisions after it.
    """
    samples = [_drawn(_train(decisions, examples), ["task"], TEXTS) for decisions in (before, after)]
    tasks = sorted(set(samples[0]["task"].to_list()))
    rows = []
    for task in tasks:
        was, now = (sample.filter(pl.col("task") == task) for sample in samples)
        is_text = not any(was["label"].to_list())
        parts = ("input", "target") if is_text else ("input",)
        for part in parts:
            measured = _compared(*(_words(examples, sample, part) for sample in (was, now)))
            rows += [{"task": task, "part": part, "train": name, **figures} for name, figures in measured.items()]
    return rows


def closest_labels(examples: pa.Table, before: pa.Table) -> dict[tuple[str, str], tuple[str, float]]:
    """(task, label) → the label of the same task whose train inputs are most like its own, and the cosine of their means."""
    train = _train(before, examples).filter(pl.col("label") != "")
    drawn = _drawn(train, ["task", "label"], LABEL_TEXTS)
    found = {}
    for (task,), rows in sorted(drawn.group_by("task"), key=lambda pair: str(pair[0][0])):
        sizes = train.filter(pl.col("task") == task).group_by("label").len().sort(["len", "label"], descending=[True, False])
        texts = {
            label: _words(examples, rows.filter(pl.col("label") == label), "input")
            for label in sizes["label"].head(LABELS).to_list()
        }
        found.update({(str(task), label): other for label, other in closest(texts).items()})
    return found


def _train(decisions: pa.Table, examples: pa.Table) -> pl.DataFrame:
    """Id, task, label and place in ``examples`` of what stays in train."""
    frame = joined(decisions, examples)
    places = pl.Series("place", pc.index_in(decisions["example_id"], examples["example_id"].combine_chunks()))
    frame = frame.with_columns(places).filter(pl.col("reason").is_null() & (pl.col("split") == SPLITS[0]))
    return frame.select("example_id", "task", "label", "place")


def _drawn(rows: pl.DataFrame, keys: Sequence[str], most: int) -> pl.DataFrame:
    """The ``most`` rows with the smallest ids for each of ``keys``."""
    return rows.sort("example_id").filter(pl.int_range(pl.len()).over(keys) < most)


def _words(examples: pa.Table, rows: pl.DataFrame, part: str) -> list[list[str]]:
    return [words(text or "") for text in _texts(examples[part], rows["place"].to_numpy())]


def _texts(column: pa.ChunkedArray, places: npt.NDArray[np.uint32]) -> list[str | None]:
    """The values at ``places``, in their order; taking them from the whole column would join its chunks, which is a copy of it."""
    chunks = [chunk for chunk in column.chunks if len(chunk)]
    starts = np.cumsum([0, *map(len, chunks)])
    of = np.searchsorted(starts, places, side="right") - 1
    found: list[str | None] = [None] * len(places)
    for number in np.unique(of).tolist():
        mine = np.flatnonzero(of == number)
        taken = chunks[number].take(pa.array(places[mine] - starts[number])).to_pylist()
        for at, text in zip(mine.tolist(), taken, strict=True):
            found[at] = text
    return found


def _compared(before: list[list[str]], after: list[list[str]]) -> dict[str, dict[str, float]]:
    """The figures of two samples, over the same number of words and in the same space; of one where they are the same."""
    most = min(sum(map(len, before)), sum(map(len, after)), WORDS)
    space = Space(before)
    if before == after:
        return {"all": _figures(variety(before, most, space))}
    return {"before": _figures(variety(before, most, space)), "after": _figures(variety(after, most, space))}


def _figures(found: Variety) -> dict[str, float]:
    return {
        "texts": found.texts,
        "words": found.words,
        "type-token": found.type_token,
        **{f"distinct-{size}": value for size, value in enumerate(found.distinct, start=1)},
        "spread": found.spread,
    }
