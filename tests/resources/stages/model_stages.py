"""A stage for the engine's workers that asks a name model."""

from collections.abc import Callable

import pyarrow as pa

from resources.models import NamedModel
from winnow.detect import build_detector
from winnow.detector_config import DetectorConfig

COUNTS = pa.schema([("text", pa.string()), ("found", pa.int64())])


def counter(config: tuple[DetectorConfig, NamedModel]) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """How many spans the model finds in each text."""
    detect = build_detector(*config)

    def count(batch: pa.RecordBatch) -> pa.RecordBatch:
        texts = batch.column("text").to_pylist()
        found = [len(spans) for spans in detect.guesses(texts)]
        return pa.RecordBatch.from_pydict({"text": texts, "found": found}, schema=COUNTS)

    return count
