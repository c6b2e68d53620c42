"""The index of a version: for each line of its files, where it came from.

Belongs here: the lines of ``index/``. Does not belong here: the files that a consumer reads (`winnow.exports`).

Record ``n`` of ``data/<task>/<format>/<split>`` is the ``n``-th index line of that task and split among those that the format does not
leave out: ``left_out`` names such formats, each with the reason, and is nearly always empty. Behind these first records stand the copies
of those with more than one in ``copies``, in rounds: the second of each, then the third, in the same order.
Nothing in an index line is text or a name of a file or person: objects and documents are opaque ids, which the ledger resolves.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from winnow.documents import from_counts
from winnow.jsonl import encode

KEYS = (
    "example_id",
    "task",
    "kind",
    "label",
    "intensity",
    "split",
    "group",
    "weight",
    "copies",
    "left_out",
    "input_tokens",
    "target_tokens",
    "source",
    "language",
    "licence",
    "origin",
    "sha256",
    "contents",
    "spans",
    "pii",
    "flagged",
)
"""Keys of a line in ``index/{train,validation,test}.jsonl``."""

DROPPED_KEYS = ("example_id", "task", "label", "reason", "keeper", "similarity", "sha256", "contents")
"""Keys of a line about an example that did not stay."""

_PLACE = ("part", "document_id", "object_id", "row_number", "page", "start", "end", "start_ms", "end_ms")
_DIGITS = 6  # of a 32-bit number: as many as it holds for sure


def text_sha256(text: str, target: str) -> str:
    """SHA-256 of an example's input, a unit separator and its target: equal contents, equal hash."""
    return hashlib.sha256(f"{text}\x1f{target}".encode()).hexdigest()


def index_record(
    example: Mapping[str, Any], decision: Mapping[str, Any], left_out: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The index record of ``example`` (of `EXAMPLES`) and its ``decision`` (of `DECISIONS`), in the order of `KEYS`.

    ``flagged`` of the decision, if it has that, is the quality signals that are out of their limits. ``left_out``: formats that do
    not have the example, with the reason.
    """
    made = {
        "split": decision["split"],
        "group": decision["group"],
        "weight": _number(decision["weight"]),
        "copies": decision.get("copies") or 1,
        "left_out": dict(sorted((left_out or {}).items())),
        "intensity": _number(example["intensity"]),
        "sha256": text_sha256(example["input"], example["target"]),
        "contents": _contents(example),
        "spans": [{key: span[key] for key in _PLACE if span.get(key) is not None} for span in example["spans"] or ()],
        "pii": dict(sorted(from_counts(example["pii"]).items())),
        "flagged": list(decision.get("flagged") or ()),
    }
    return {key: made[key] if key in made else example[key] for key in KEYS}


def dropped_record(example: Mapping[str, Any], decision: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The record of an example that ``decision`` dropped, or, without one, of a candidate that its recipe refused."""
    decision = decision or {"reason": example["reason"], "keeper": None, "similarity": None}
    refused = example["input"] is None
    return {
        "example_id": example["example_id"],
        "task": example["task"],
        "label": example["label"],
        "reason": decision["reason"],
        "keeper": decision["keeper"],
        "similarity": _number(decision["similarity"]),
        "sha256": None if refused else text_sha256(example["input"], example["target"]),
        "contents": _contents(example),
    }


def lines(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """``records`` as lines."""
    return map(encode, records)


def _contents(example: Mapping[str, Any]) -> list[dict[str, str]]:
    keys = ("object_id", "content_sha256")
    pairs = sorted({tuple(content[key] for key in keys) for content in example["contents"] or ()})
    return [dict(zip(keys, pair, strict=True)) for pair in pairs]


def _number(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DIGITS)
