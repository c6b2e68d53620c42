"""Builders that several tests share."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest

from winnow.schemas import EXAMPLES


def _example(**given: Any) -> dict[str, Any]:
    number = str(given.pop("number", 0))
    identity = given.get("example_id") or hashlib.sha256(number.encode()).hexdigest()[:32]
    document = f"document-{identity}"
    content = {"object_id": f"object-{identity}", "content_sha256": f"content-{identity}"}
    label = given.get("label")
    defaults: dict[str, Any] = {
        **dict.fromkeys(EXAMPLES.names),
        "example_id": identity,
        "task": "tickets",
        "kind": "classification" if label is not None else "generation",
        "anchor": "anchor",
        "input": "",
        "target": label or "",
        "input_tokens": 10,
        "target_tokens": 1,
        "source": "support",
        "language": "en",
        "licence": "internal",
        "origin": "human",
        "group_keys": [document],
        "contents": [content],
        "spans": [{"document_id": document, "object_id": content["object_id"], "part": "input", "row_number": 0}],
        "pii": [],
    }
    return {**defaults, **given}


@pytest.fixture(scope="session")
def make_example() -> Callable[..., dict[str, Any]]:
    """One row of `EXAMPLES`; ``number`` gives it an id of its own, every other argument is a column."""
    return _example


@pytest.fixture(scope="session")
def make_examples() -> Callable[[Sequence[dict[str, Any]]], pa.Table]:
    """A table of `EXAMPLES` of keyword sets as `make_example` takes them, numbered in their order unless they say otherwise."""

    def build(rows: Sequence[dict[str, Any]]) -> pa.Table:
        return pa.Table.from_pylist([_example(**{"number": number, **row}) for number, row in enumerate(rows)], schema=EXAMPLES)

    return build
