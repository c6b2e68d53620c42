"""``make pii-figures DATA=folder``: the whole scrubber over every set, and the tables of ``docs/pii.md`` renewed.

Under ``strict`` over court decisions, web text and social media; under ``corporate`` over the own corporate and technical texts.

Belongs here: the program. Does not belong here: measures (`evaluation.metrics`), tables (`evaluation.tables`).
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, Literal

from evaluation import tables
from evaluation.gold import Gold
from evaluation.metrics import TYPED, Scores, false_alarms, score
from evaluation.pages import renew
from evaluation.scrubbed import removed
from evaluation.sets import documents
from evaluation.unseen import only_unseen
from resources.models import model_factory
from winnow.detect import Detect, Span, build_detector
from winnow.detector_config import DetectorConfig
from winnow.errors import UsageError
from winnow.models import ModelConfig, NoModel, OnnxModel, ShippedModel

PAGE = Path(__file__).parents[1] / "docs" / "pii.md"
PART = "measured-recall"
PUBLIC = ("emerging", "ewt_dev")

Policy = Literal["corporate", "strict"]
Detectors = Callable[[Policy], Detect]


def detectors(model: ModelConfig) -> Detectors:
    """Detectors of either policy with ``model``; each is built once.

    Raises:
        UsageError: when one is asked for, and the model is not there or damaged.
    """
    built: dict[Policy, Detect] = {}

    def get(policy: Policy) -> Detect:
        if policy not in built:
            config = DetectorConfig(policy=policy, model=model)
            built[policy] = build_detector(config, model_factory(config))
        return built[policy]

    return get


def court(detect: Detect, folder: Path) -> Scores:
    """The Text Anonymization Benchmark's development split."""
    gold = documents("tab_dev", folder)
    return score(gold, removed(gold, detect))


def public(detect: Detect, folder: Path) -> dict[str, Scores]:
    """Sets that annotate persons, places and organisations; precision counts spans of these types alone."""
    found = {}
    for name in PUBLIC:
        gold = documents(name, folder)
        spans = removed(gold, detect)
        typed = [[span for span in own if span.entity in TYPED] for own in spans]
        narrow = score(gold, typed)
        found[name] = Scores(
            **{
                **vars(score(gold, spans)),
                "precision": narrow.precision,
                "precision_interval": narrow.precision_interval,
                "precision_any": narrow.precision_any,
            }
        )
    return found


def corporate(detect: Detect) -> tuple[Scores, Scores | None]:
    """The own corporate texts; those mentions alone whose names no training pool holds, None if there are no pools."""
    gold = documents("corporate")
    spans = dict(zip((document.document_id for document in gold), removed(gold, detect), strict=True))
    rare = only_unseen(gold)
    of_rare = None if rare is None else score(rare, [spans[document.document_id] for document in rare])
    return score(gold, list(spans.values())), of_rare


def technical(detect: Detect) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    """False alarms and words by part of the technical texts, and false alarms by entity."""
    gold = documents("technical")
    spans = removed(gold, detect)
    parts: dict[str, tuple[list[Gold], list[Sequence[Span]]]] = {}
    for document, found in zip(gold, spans, strict=True):
        texts, own = parts.setdefault(document.genre, ([], []))
        texts.append(document)
        own.append(found)
    return {name: false_alarms(*part) for name, part in parts.items()}, dict(
        Counter(span.entity for own in spans for span in own)
    )


def measured(get: Detectors, folder: Path | None) -> tuple[str, dict[str, Any]]:
    """All tables, and the same figures for a program. Without ``folder`` the project's own texts alone."""
    parts: list[tuple[str, str]] = []
    raw: dict[str, Any] = {}
    if folder is not None:
        raw["tab_dev"] = court(get("strict"), folder)
        parts.append(("Court decisions, `tab_dev`, policy `strict`", tables.court(raw["tab_dev"])))
        raw |= (sets := public(get("strict"), folder))
        parts.append(("Social media and web text, policy `strict`", tables.public(sets)))
    raw["corporate"], raw["corporate_unseen"] = corporate(get("corporate"))
    parts.append(("Own corporate texts, policy `corporate`", tables.corporate(raw["corporate"], raw["corporate_unseen"])))
    raw["technical"], raw["technical_entities"] = technical(get("corporate"))
    parts.append(("Clean technical text, policy `corporate`", tables.alarms(raw["technical"], raw["technical_entities"])))
    return tables.sections(parts), raw


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.figures", description="Measure the scrubber on annotated texts."
    )
    parser.add_argument(
        "data",
        nargs="?",
        type=Path,
        help="folder of the public sets; if left out, own texts alone",
    )
    parser.add_argument("--model", default="shipped", help="'shipped', 'none', or the folder of a model of the same layout")
    parser.add_argument("--json", action="store_true", help="print counts for a program instead of tables")
    parser.add_argument("--write", action="store_true", help="renew the tables in docs/pii.md; needs the folder")
    chosen = parser.parse_args(arguments)
    if chosen.write and chosen.data is None:
        parser.error("--write needs the folder, or the tables would lose what was measured on it")
    return chosen


def _model(name: str) -> ModelConfig:
    match name:
        case "shipped":
            return ShippedModel()
        case "none":
            return NoModel()
        case folder:
            return OnnxModel(folder=folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; 2 if a set or the model is not there."""
    chosen = _arguments(arguments)
    try:
        text, raw = measured(detectors(_model(chosen.model)), chosen.data)
    except (UsageError, FileNotFoundError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{json.dumps(raw, default=_plain, indent=1) if chosen.json else text}\n")
    if chosen.write:
        renew(PAGE, {PART: text})
    for shortfall in tables.missed(raw["tab_dev"]) if "tab_dev" in raw else ():
        sys.stderr.write(f"short of what is wanted: {shortfall}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
