"""How much personal data the name model still sees in finished texts: an estimate with its interval, not a verdict.

What only the model finds is often no personal data: it does not block. Counted over a sample it bounds what was missed.

Belongs here: the sample, the counting and the interval. Does not belong here: what blocks (`winnow.audit`).
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from winnow.detect import ModelFactory, build_detector
from winnow.detector_config import DetectorConfig
from winnow.documents import counts
from winnow.ids import keyed_hash
from winnow.rescan import FOUND
from winnow.scrub import remaining

SAMPLE = 400
"""Examples searched of each task and side: a share of 1 in 100 is then known to about ±1 in 100 …"""

SAMPLE_CHARS = 50_000
"""… or, where they are long, as many as have about this many characters: a second of the model's time on one core."""

Z95 = 1.959964
"""The standard normal quantile of a two-sided interval of 95 %."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class EstimateConfig:
    """What the search with the model needs; picklable."""

    detector: DetectorConfig
    model: ModelFactory | None
    entities: frozenset[str]  # those that the catalog's policy removes


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927); ``(0, 1)`` without trials.

    Raises:
        ValueError: more hits than trials.
    """
    if hits > trials:
        raise ValueError("there are more hits than trials")
    if not trials:
        return 0.0, 1.0
    share, z2 = hits / trials, Z95 * Z95
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    low = 0.0 if hits == 0 else max(0.0, middle - half)  # without these, rounding leaves 1e-18 in place of the bound itself
    return low, 1.0 if hits == trials else min(1.0, middle + half)


def sampled(chars: Mapping[str, int], salt: str, size: int = SAMPLE, most_chars: int = SAMPLE_CHARS) -> list[str]:
    """Examples with the smallest keyed hash, by id: the same ones whatever the order and the host.

    ``chars``: example id → its length. Taken are at most ``size``, and none more once ``most_chars`` are reached.
    """
    chosen: list[str] = []
    total = 0
    for name in sorted(chars, key=lambda name: keyed_hash(salt, "leak-rate", name)):
        if len(chosen) == size or total >= most_chars:
            break
        chosen.append(name)
        total += chars[name]
    return sorted(chosen)


def estimator(config: EstimateConfig) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    """The map stage: from `winnow.rescan.TEXTS` to `winnow.rescan.FOUND` with what the model alone finds."""
    guesses = build_detector(config.detector, config.model).guesses

    def estimate(batch: pa.RecordBatch) -> pa.RecordBatch:
        found = (
            Counter(span.entity for span in spans if span.entity in config.entities)
            for spans in remaining(batch.column("text").to_pylist(), guesses)
        )
        rows = [
            {"text_hash": name, "found": counts(hits)}
            for name, hits in zip(batch.column("text_hash").to_pylist(), found, strict=True)
        ]
        return pa.RecordBatch.from_pylist(rows, schema=FOUND)

    return estimate


def words(text: str) -> int:
    """The words of ``text``: runs of letters and digits."""
    return sum(1 for _ in _WORD.finditer(text))


@dataclass(frozen=True, slots=True)
class Seen:
    """One example of the sample: where it stands, its words, and the model's hits in it by entity."""

    task: str
    split: str
    words: int
    hits: Mapping[str, int]


def rates(sample: Sequence[Seen]) -> list[dict[str, Any]]:
    """The estimated leak rate by entity, task and side, and by entity over all of them (task and side ``all``).

    Returns:
        Rows of ``entity``, ``task``, ``split``, ``examples`` (searched), ``with_hit``, ``share`` and its interval ``share_low``,
        ``share_high``; ``words``, ``hits``, ``per_1000_words`` and its interval, each word being one trial.
    """
    entities = sorted({entity for seen in sample for entity in seen.hits}) or ["none"]
    places: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in sample:
        places[seen.task, seen.split].append(seen)
    groups = [("all", "all", list(sample)), *((task, split, found) for (task, split), found in sorted(places.items()))]
    return [_rate(entity, task, split, found) for entity in entities for task, split, found in groups if found]


def _rate(entity: str, task: str, split: str, found: Sequence[Seen]) -> dict[str, Any]:
    total, hits = sum(seen.words for seen in found), sum(seen.hits.get(entity, 0) for seen in found)
    touched = sum(seen.hits.get(entity, 0) > 0 for seen in found)
    low, high = wilson(touched, len(found))
    words_low, words_high = wilson(min(hits, total), total)
    return {
        "entity": entity,
        "task": task,
        "split": split,
        "examples": len(found),
        "with_hit": touched,
        "share": round(touched / len(found), 5),
        "share_low": round(low, 5),
        "share_high": round(high, 5),
        "words": total,
        "hits": hits,
        "per_1000_words": round(1000 * hits / max(1, total), 4),
        "per_1000_low": round(1000 * words_low, 4),
        "per_1000_high": round(1000 * words_high, 4),
    }
