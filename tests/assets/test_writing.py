"""Files written many lines at once are those written line by line, and so is what is counted of them."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets import chosen, written
from assets.chosen import Chosen
from assets.written import EMPTY, Writing
from winnow.codebook import Codebook, extended
from winnow.exports import exports
from winnow.manifest import inference_document
from winnow.schemas import BALANCED, EXAMPLES, SPLITS
from winnow.tasks import Format, Task

LABELS = ("late", "lost", "END")
FORMATS = ("chat", "alpaca", "completion", "llamafactory")
TEXTS = st.lists(
    st.sampled_from(["words", " ", "</s>", "END", "\u2028", "\n\n###", '"', "é", "### Input:", "<image>"]), max_size=4
)
TARGETS = st.sampled_from(["an answer", "END", " END", "", "</s>", "two\nlines"])


def tables(rows: list[tuple[str, str, str, int]], *, labelled: bool) -> tuple[pa.Table, pa.Table]:
    """Examples of one task and what was decided about them, from text, target, side and copies."""
    ids = [f"{at:04}" for at in range(len(rows))]
    examples = [
        {"example_id": name, "task": "one", "input": text, "target": target, "label": target if labelled else None}
        for name, (text, target, _, _) in zip(ids, rows, strict=True)
    ]
    decided = [
        {"example_id": name, "task": "one", "group": name, "split": side, "weight": 1.0, "copies": copies}
        for name, (_, _, side, copies) in zip(ids, rows, strict=True)
    ]
    return pa.Table.from_pylist(examples, schema=EXAMPLES), pa.Table.from_pylist(decided, schema=BALANCED)


def one_by_one(
    found: Chosen, document: dict[str, Any], folder: Path
) -> Iterator[tuple[str, bytes, int, dict[str, set[str]], set[str]]]:
    """For each file its path, its bytes, its rows, the examples changed by mark, and those left out: from single records."""
    for name in FORMATS:
        export, rules = exports()[name], document["formats"][name]
        for side in SPLITS:
            rows, changed = list(found.lines("one", side)), defaultdict(set)
            kept = [row for row in rows if row["target"]]
            for row in kept:
                for mark in export.changed(row):
                    changed[mark].add(row["example_id"])
            empty = {row["example_id"] for row in rows if not row["target"]}
            path = folder / "data" / "one" / name / f"{side}{rules['suffix']}"
            yield str(path), b"".join(export.lines(kept, rules)), len(kept), changed, empty


@pytest.mark.parametrize("labelled", [False, True])
@settings(deadline=None, max_examples=10)
@given(
    rows=st.lists(st.tuples(TEXTS.map("".join), TARGETS, st.sampled_from(SPLITS), st.integers(1, 3)), max_size=12),
    at_once=st.sampled_from([1, 40, 8_000_000]),
    few=st.sampled_from([0, 1, 8]),
)
def test_files_and_counts_are_those_of_single_lines(
    labelled: bool, rows: list[tuple[str, str, str, int]], at_once: int, few: int
) -> None:
    """Whatever stands in texts, how much is taken at once and how many examples fit into no frame: bytes, rows and counts agree."""
    if labelled:
        rows = [(text, LABELS[len(text) % 3], side, copies) for text, _, side, copies in rows]
    task = Task(name="one", kind="classification" if labelled else "generation", sources=("source",))
    labels = sorted({row[1] for row in rows}) if labelled else []
    book = extended(Codebook(), labels, "salt of the tests", "one") if labelled else Codebook()
    document = inference_document(task, [Format(name=name) for name in FORMATS], book, labels, 9)
    found = Chosen(*tables(rows, labelled=labelled))
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(chosen, "TEXT_AT_ONCE", at_once)
        patch.setattr(written, "FEW_OTHERS", few)
        writing = Writing(Path(name), task, document)
        files = {str(Path(name) / file.path): file for file in writing.files(partial(found.blocks, "one"))}
        for path, content, count, _, _ in one_by_one(found, document, Path(name)):
            assert Path(path).read_bytes() == content
            assert files[path].rows == count
        for export in FORMATS:
            told = [part for part in one_by_one(found, document, Path(name)) if f"/{export}/" in part[0]]
            marks = {mark for *_, changed, _ in told for mark in changed}
            changed = {mark: len({one for *_, per, _ in told for one in per.get(mark, ())}) for mark in sorted(marks)}
            empty = {one for *_, left in told for one in left}
            left_out = {EMPTY: len(empty)} if empty else {}
            assert writing.counts[export] == {"left_out": left_out, "changed": changed, "cut": 0}
