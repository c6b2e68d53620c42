"""What the tests of formats share: tasks, codebooks and records."""

import json
from collections.abc import Sequence
from typing import Any

from winnow.codebook import Codebook, extended
from winnow.exports import exports, layout_of, records
from winnow.tasks import Format, Task

LABELS = ("order", "very late", "invoice")
"""Two of one token, and one of two."""


def task_of(kind: str = "generation", **options: Any) -> Task:
    """A task of ``kind``."""
    return Task(name="task", kind=kind, sources=("source",), **options)


def book_of(labels: Sequence[str] = LABELS) -> Codebook:
    """The first codebook of ``labels``."""
    return extended(Codebook(), labels, "salt of the tests", "task")


def kind_of(name: str) -> str:
    """A kind of task that the format is for."""
    return min(exports()[name].kinds or {"generation"})


def rules_of(name: str, task: Task | None = None, labels: Sequence[str] = (), **options: Any) -> dict[str, Any]:
    """The rules of a format, as they come back from inference.json."""
    task = task or task_of(kind_of(name))
    needed = labels or (LABELS if "classification" in task.kind else ())
    rules = exports()[name].rules(task, book_of(needed), Format(name=name, **options), longest_answer=9)
    return dict(json.loads(json.dumps(rules)))


def row_of(text: str, target: str, name: str = "", **columns: Any) -> dict[str, Any]:
    """A row that every format can write; for one of labels the target is one of them."""
    is_label = name == "classification"
    answer = LABELS[0] if is_label else target
    return {"input": text, "target": answer, "label": answer if is_label else None, "rejected": f"not {target}", **columns}


def file_of(name: str, rows: Sequence[dict[str, Any]], rules: dict[str, Any]) -> bytes:
    """The bytes of the file of ``rows``."""
    return b"".join(exports()[name].lines(rows, rules))


def read_back(content: bytes, rules: dict[str, Any]) -> list[Any]:
    """The records of a file."""
    return list(records(content, layout_of(f"x{rules['suffix']}")))
