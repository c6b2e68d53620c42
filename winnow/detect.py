"""Where personal data is: a batch of texts in, spans out.

The seam for every way of finding personal data is ``detect(texts) -> spans``; a name model joins here later. Presidio is the
frame: its registry holds the recognisers of `winnow.recognizers`, its engine is built with an NLP engine that does nothing, so
that no model is loaded and no network is reached.

Belongs here: finding. Does not belong here: replacing (`winnow.scrub`), patterns (`winnow.recognizers`).
"""

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from winnow import recognizers
from winnow.normalise import FILLER, view
from winnow.recognizers._base import Recognizer, Rule
from winnow.registry import discover
from winnow.tasks import Settings

VERSION = 2  # raise it when the same configuration would find something else

_LIBRARIES = ("presidio-analyzer", "phonenumbers")  # whose versions change what is found


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data at ``[start, end)`` in the characters of the text that was given."""

    start: int
    end: int
    entity: str  # Presidio's type, such as EMAIL_ADDRESS
    score: float  # 0..1
    recognizer: str  # "recogniser:rule"


Detect = Callable[[Sequence[str]], list[list[Span]]]
"""Finds the spans of each text; deterministic, and blind to placeholders of either spelling."""


def _regex(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if compiled.match(""):
        raise ValueError("the pattern matches the empty string; it must ask for at least one character")
    return pattern


EntityName = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,40}$", description="upper-case letters and underscores")]
Regex = Annotated[str, AfterValidator(_regex)]


class DetectorConfig(Settings):
    """The catalog's ``pii:`` block: what is looked for."""

    entities: tuple[EntityName, ...] | None = Field(None, description="look for these entities alone; all if left out")
    deny: tuple[EntityName, ...] = Field((), description="entities that are not looked for")
    allow: tuple[str, ...] = Field((), description="texts that are never personal data here, such as a public support address")
    known: dict[EntityName, tuple[str, ...]] = Field({}, description="values that are always personal data, by entity")
    patterns: dict[EntityName, Regex] = Field({}, description="a company's own formats: entity → regular expression")
    language: str = Field("en", pattern=r"^[a-z]{2}$", description="ISO 639-1 code that the recognisers are registered under")
    min_score: float = Field(0.3, ge=0, le=1, description="spans below this score are left alone")


@cache
def available() -> dict[str, Recognizer]:
    """The recognisers that ship with winnow, by name."""
    return discover(recognizers, "RECOGNIZER")


def chosen(config: DetectorConfig) -> list[Recognizer]:
    """The recognisers that ``config`` asks for: winnow's own, then the catalog's patterns and known values."""
    found = list(available().values())
    found += [
        _catalog(entity, "pattern", "a pattern of the catalog", pattern) for entity, pattern in sorted(config.patterns.items())
    ]
    found += [
        _catalog(entity, "known", "a value that the catalog knows", _literals(values))
        for entity, values in sorted(config.known.items())
        if any(value.strip() for value in values)
    ]
    wanted = None if config.entities is None else {*config.entities, *config.patterns, *config.known}
    return [
        recognizer
        for recognizer in found
        if recognizer.entities[0] not in config.deny and (wanted is None or recognizer.entities[0] in wanted)
    ]


def build_engine(config: DetectorConfig) -> Any:
    """A ``presidio_analyzer.AnalyzerEngine`` with the chosen recognisers, no NLP model and no context enhancer.

    Its own ``analyze`` works on a normalised text; `build_detector` calls the recognisers without it, because it compares every
    result with every other (a table of ten thousand addresses would take minutes).
    """
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415 - takes seconds to import

    from winnow.recognizers._presidio import NoContext, NoOpNlpEngine  # noqa: PLC0415 - the same

    registry = RecognizerRegistry(
        recognizers=[recognizer.build(config.language) for recognizer in chosen(config)], supported_languages=[config.language]
    )
    if not registry.recognizers:
        raise ValueError("every entity is switched off; leave at least one, or leave the scrubbing out")
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(config.language),
        supported_languages=[config.language],
        context_aware_enhancer=NoContext(),
    )


def build_detector(config: DetectorConfig) -> Detect:
    """The detector for ``config``; build it once a worker, it takes a second or two.

    Raises:
        ValueError: ``config`` switches every recogniser off.
    """
    engine = build_engine(config)
    artifacts = engine.nlp_engine.process_text("", config.language)
    ready = [(recognizer, recognizer.get_supported_entities()) for recognizer in engine.registry.recognizers]
    allowed = {_plain(text) for text in config.allow}

    def one(text: str) -> list[Span]:
        looked_at = view(text)
        results = [
            result
            for recognizer, entities in ready
            for result in recognizer.analyze(looked_at.text, entities, artifacts)
            if result.score >= config.min_score
        ]
        spans = {
            Span(*looked_at.original(start, end), result.entity_type, result.score, _name(result))
            for result in results
            for start, end in _around_placeholders(looked_at.text, result.start, result.end)
            if not allowed or _plain(looked_at.text[result.start : result.end]) not in allowed
        }
        return sorted(spans, key=lambda span: (span.start, span.end, span.entity, span.recognizer))

    return lambda texts: [one(text) if text else [] for text in texts]


def detector_version(config: DetectorConfig) -> str:
    """SHA-256 over all that decides what a detector of ``config`` finds, as 64 hexadecimal digits.

    Covers this module's version, every rule's pattern and score, the versions of the libraries and the configuration.
    """
    rules = [
        (recognizer.name, recognizer.entities, rule.name, rule.pattern.pattern, rule.pattern.flags, rule.score)
        for recognizer in chosen(config)
        for rule in recognizer.rules
    ]
    libraries = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    stated = json.dumps([VERSION, rules, libraries, config.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(stated.encode()).hexdigest()


def why(span: Span) -> str:
    """The sentence that says why ``span`` was found; empty if its recogniser is not one of winnow's own."""
    name, _, rule_name = span.recognizer.partition(":")
    recognizer = available().get(name)
    rules = recognizer.rules if recognizer else ()
    return next((rule.why for rule in rules if rule.name == rule_name), "")


def _name(result: Any) -> str:
    return str(result.recognition_metadata["recognizer_name"])


def _plain(text: str) -> str:
    return " ".join(view(text).text.casefold().split())


def _around_placeholders(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of ``text[start:end]`` between fillers that hold a letter or a digit: a placeholder is never found again."""
    parts = []
    for part in text[start:end].split(FILLER):
        if any(character.isalnum() for character in part):
            parts.append((start, start + len(part)))
        start += len(part) + 1
    return parts


def _catalog(entity: str, rule: str, reason: str, pattern: str) -> Recognizer:
    rules = (Rule(name=rule, why=reason, pattern=re.compile(pattern), score=0.95),)
    return Recognizer(name=f"catalog_{entity.lower()}", entities=(entity,), rules=rules)


def _literals(values: Sequence[str]) -> str:
    """A pattern for any of ``values``, longest first, whatever their case and white space."""
    folded = sorted(
        {" ".join(view(value).text.split()) for value in values if value.strip()}, key=lambda value: (-len(value), value)
    )
    alternatives = "|".join(r"\s+".join(re.escape(word) for word in value.split(" ")) for value in folded)
    return rf"(?i:(?<![^\W_])(?:{alternatives})(?![^\W_]))"
