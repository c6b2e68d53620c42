"""Looks for personal data once more, in finished texts.

Belongs here: the map stage that searches texts, and which strings of a released line hold one. Does not belong here: what is
personal data (`winnow.detect`), and remembering which texts were searched (the caller, by `text_hash`).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from winnow.detect import build_detector
from winnow.detector_config import DetectorConfig
from winnow.documents import counts
from winnow.schemas import COUNT
from winnow.scrub import remaining

TEXTS = pa.schema([("text_hash", pa.string()), ("text", pa.string())])
"""What the stage is handed."""

FOUND = pa.schema([("text_hash", pa.string()), ("found", pa.list_(COUNT))])
"""What it answers: how many of each entity are left, nothing for a clean text."""

UNSEARCHED = "UNSEARCHED"
"""Stands in place of an entity where a text could not be searched, so that it never passes as clean."""


def text_hash(text: str) -> str:
    """SHA-256 of ``text``, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def rescanner(config: DetectorConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The stage: a function from `TEXTS` to `FOUND`, in order.

    Patterns alone: what a name model guesses in a finished text is counted elsewhere (`winnow.leak_rate`), and blocks nothing.
    """
    detect = build_detector(config)

    def rescan(batch: pa.RecordBatch) -> pa.RecordBatch:
        found = [
            counts(Counter(span.entity for span in spans)) for spans in remaining(batch.column("text").to_pylist(), detect)
        ]
        return pa.RecordBatch.from_pylist(
            [
                {"text_hash": name, "found": hits}
                for name, hits in zip(batch.column("text_hash").to_pylist(), found, strict=True)
            ],
            schema=FOUND,
        )

    return rescan


def unsearched(row: pa.RecordBatch, _reason: str) -> pa.RecordBatch:
    """What stands for a text on which the search died."""
    hits = [{"name": UNSEARCHED, "count": 1}]
    return pa.RecordBatch.from_pylist([{"text_hash": row.column("text_hash")[0].as_py(), "found": hits}], schema=FOUND)


def strings(record: Any) -> Iterator[str]:
    """Every string value in a released record, in order; keys are the format's own words."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, Mapping):
        for value in record.values():
            yield from strings(value)
    elif isinstance(record, list):
        for value in record:
            yield from strings(value)
