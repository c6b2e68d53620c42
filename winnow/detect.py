"""Where personal data is: a batch of texts in, spans out.

The seam for every way of finding personal data is ``detect(texts) -> spans``. Presidio is the frame: its registry holds the
recognisers of `winnow.recognizers` and, as one recogniser more, the name model, which the caller hands in as such a function.
Presidio's own NLP engines are not built here, so that none is downloaded.

A name model's spans are guesses: where one overlaps what a pattern found for another entity it is cut around that, so that an
address in angle brackets stays an address although the model takes it for a part of the name before it.

Belongs here: finding. Does not belong here: the settings (`winnow.detector_config`), replacing (`winnow.scrub`), patterns
(`winnow.recognizers`), loading a model (`resources.models`).
"""

import dataclasses
import hashlib
import importlib.metadata
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from winnow import recognizers
from winnow.detector_config import ALWAYS, DetectorConfig, guessed, is_wanted
from winnow.guesses import cut
from winnow.normalise import FILLER, View, view
from winnow.placeholders import OPEN
from winnow.recognizers._base import Recognizer, Rule
from winnow.recognizers._prefilter import Prefilter
from winnow.registry import discover

VERSION = 3  # raise it when the same configuration would find something else

_LIBRARIES = ("presidio-analyzer", "phonenumbers", "python-stdnum")  # whose versions change what is found
_MODEL_LIBRARIES = ("tokenizers", "onnxruntime")  # and whose, where a name model is asked
# Whose text changes what is found: the checks of the recognisers are Python, and no one has to remember to raise a number.
_SOURCES = ("recognizers", "normalise.py", "names.py")
_MODEL_SOURCES = ("wordpieces.py", "passages.py", "decoding.py", "tagging.py", "guesses.py")

MODEL = "name_model"
"""The recogniser that a name model's spans are said to come from: ``name_model:PERSON``."""

_SAID_ELSEWHERE = {"model", "replacement", "sources"}  # settings that do not change what one detector finds


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

ModelFactory = Callable[[], Detect]
"""Loads a name model; picklable, so that each worker calls it once.

The model is given views (`winnow.normalise.view`) and answers in their characters. `resources.models.NamedModel` is such a
factory; its ``version`` says which model it is, and its ``languages`` what that may be given.
"""


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
    kept = [
        ruled
        for recognizer in found
        if (ruled := recognizer.within(config.policy, config.countries))
        and (recognizer.entities[0] in ALWAYS or is_wanted(config, recognizer.entities[0]))
    ]
    return kept if any(recognizer.entities[0] not in ALWAYS for recognizer in kept) else []


def build_engine(config: DetectorConfig, model: Detect | None = None) -> Any:
    """A ``presidio_analyzer.AnalyzerEngine`` with the chosen recognisers, ``model`` among them, and no context enhancer.

    Its own ``analyze`` works on a normalised text; `build_detector` calls the recognisers without it, because it compares every
    result with every other (a table of ten thousand addresses would take minutes).
    """
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415 - takes seconds to import

    from winnow.recognizers._model import ModelNlpEngine, ModelRecognizer  # noqa: PLC0415 - the same
    from winnow.recognizers._presidio import NoContext, NoOpNlpEngine  # noqa: PLC0415 - the same

    found = [recognizer.build(config.language) for recognizer in chosen(config)]
    guesses = guessed(config)
    if model is not None and guesses:
        found.append(ModelRecognizer(MODEL, guesses, config.language))
    registry = RecognizerRegistry(recognizers=found, supported_languages=[config.language])
    if not registry.recognizers:
        raise ValueError("every entity is switched off; leave at least one, or leave the scrubbing out")
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(config.language) if model is None else ModelNlpEngine(config.language, model),
        supported_languages=[config.language],
        context_aware_enhancer=NoContext(),
    )


class Detector:
    """A `Detect` of patterns and, where there is one, the name model; either can be asked alone."""

    def __init__(self, config: DetectorConfig, model: Detect | None) -> None:
        """Take the recognisers of ``config``; ``model`` is loaded already."""
        from winnow.recognizers._model import Tagged  # noqa: PLC0415 - takes seconds to import

        engine = build_engine(config, model)
        ready = [(recognizer, recognizer.get_supported_entities()) for recognizer in engine.registry.recognizers]
        self._rules = [
            (recognizer, rule) for recognizer, _ in ready if recognizer.name != MODEL for rule in recognizer.recognizer.rules
        ]
        self._prefilter = Prefilter([rule for _, rule in self._rules])
        self._guesser = next(((recognizer, entities) for recognizer, entities in ready if recognizer.name == MODEL), None)
        self._tagged: Callable[[Sequence[Span]], Any] = lambda found: Tagged(found, engine.nlp_engine, config.language)
        self._model, self._min_score = model, config.min_score
        self._allowed = {_plain(text) for text in config.allow}

    def __call__(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of patterns and model in each text."""
        views = [view(text) for text in texts]
        guesses = self._guesses(texts, views)
        return [self._spans(shown, self._matches(shown), found) for shown, found in zip(views, guesses, strict=True)]

    def patterns(self, texts: Sequence[str]) -> list[list[Span]]:
        """What patterns alone find: sure enough to hold a publication back."""
        return [self._spans(shown, self._matches(shown), []) for shown in map(view, texts)]

    def guesses(self, texts: Sequence[str]) -> list[list[Span]]:
        """What the model alone finds; nothing without one."""
        views = [view(text) for text in texts]
        return [self._spans(shown, [], found) for shown, found in zip(views, self._guesses(texts, views), strict=True)]

    def _matches(self, shown: View) -> list[Any]:
        return [
            result
            for recognizer, rule in (map(self._rules.__getitem__, self._prefilter.possible(shown.text)) if shown.text else ())
            for result in recognizer.results(rule, shown.text)
            if result.score >= self._min_score
        ]

    def _guesses(self, texts: Sequence[str], views: Sequence[View]) -> list[list[Any]]:
        """The model's results in each view. A text with an internal placeholder is one that it has looked at before."""
        if self._model is None or self._guesser is None:
            return [[] for _ in texts]
        recognizer, entities = self._guesser
        asked = [at for at, text in enumerate(texts) if text and OPEN not in text]
        results: list[list[Any]] = [[] for _ in texts]
        for at, found in zip(asked, self._model([views[at].text for at in asked]), strict=True):
            results[at] = recognizer.analyze(views[at].text, entities, self._tagged(found)) if found else []
        return results

    def _spans(self, shown: View, matches: Sequence[Any], guesses: Sequence[Any]) -> list[Span]:
        """The results of one text in its own characters, in order."""
        bounds = [(result.start, result.end, result) for result in matches]
        bounds += cut(shown.text, guesses, matches) if guesses else []
        spans = {
            Span(*shown.original(first, last), result.entity_type, result.score, _name(result))
            for start, end, result in bounds
            for first, last in _around_placeholders(shown.text, start, end)
            if not self._allowed or _plain(shown.text[start:end]) not in self._allowed
        }
        return sorted(spans, key=lambda span: (span.start, span.end, span.entity, span.recognizer))


def build_detector(config: DetectorConfig, model: ModelFactory | None = None) -> Detector:
    """The detector for ``config``; build it once a worker, it takes a second or two. Without ``model`` it is patterns alone.

    Raises:
        ValueError: ``config`` switches every recogniser off.
    """
    return Detector(config, None if model is None else model())


def under_policy(model: ModelFactory | None, policy: str) -> ModelFactory | None:
    """``model`` at the operating point of ``policy``; a factory that knows no policies is given back as it is."""
    known = getattr(model, "policy", policy)
    return model if known == policy else dataclasses.replace(model, policy=policy)  # type: ignore[type-var]


def patterns_of(detect: Detect) -> Detect:
    """The patterns of ``detect`` alone, for texts that its model has searched; ``detect`` itself if it is no `Detector`."""
    return detect.patterns if isinstance(detect, Detector) else detect


def is_guess(span: Span) -> bool:
    """Whether ``span`` is a name model's, and not a pattern's."""
    return span.recognizer.startswith(f"{MODEL}:")


def detector_version(config: DetectorConfig, model: ModelFactory | None = None) -> str:
    """SHA-256 over all that decides what a detector of ``config`` and ``model`` finds, as 64 hexadecimal digits.

    Covers this module's version, every rule's pattern and score, the Python text of the checks, the versions of the libraries,
    the configuration, and the model: its files, its labels and its operating points.
    """
    rules = [
        (recognizer.name, recognizer.entities, rule.name, rule.pattern.pattern, rule.pattern.flags, rule.score)
        for recognizer in chosen(config)
        for rule in recognizer.rules
    ]
    libraries = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    stated = [VERSION, rules, libraries, _source_hash(_SOURCES), config.model_dump(mode="json", exclude=_SAID_ELSEWHERE)]
    if model is not None:
        named = getattr(model, "version", None) or f"{model.__module__}.{getattr(model, '__qualname__', '')}"
        libraries.update({name: importlib.metadata.version(name) for name in _MODEL_LIBRARIES})
        stated += [named, config.model.model_dump(mode="json", exclude={"folder"}), _source_hash(_MODEL_SOURCES)]
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


@cache
def _source_hash(names: tuple[str, ...]) -> str:
    """SHA-256 over the Python files of this package that ``names`` lists; a folder stands for those in it."""
    digest = hashlib.sha256()
    for name in names:
        place = files("winnow").joinpath(name)
        found = sorted(place.iterdir(), key=lambda entry: entry.name) if place.is_dir() else [place]
        for entry in found:
            if entry.name.endswith(".py"):
                digest.update(entry.name.encode() + b"\0" + hashlib.sha256(entry.read_bytes()).digest())
    return digest.hexdigest()


def why(span: Span) -> str:
    """The sentence that says why ``span`` was found; empty if its recogniser is not one of winnow's own."""
    name, _, rule_name = span.recognizer.partition(":")
    if name == MODEL:
        kind = span.entity.casefold().replace("_", " ")
        return f"the name model's guess, made of the words and what stands around them: {kind}"
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
