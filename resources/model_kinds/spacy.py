"""A spaCy pipeline, through Presidio's engine for it."""

import importlib.metadata
import importlib.util
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from resources.model_kinds._base import Described, ModelKind, as_spans, folder_hash, require_folder
from winnow.detect import Detect, Span
from winnow.errors import UsageError
from winnow.models import SpacyModel

PIECE_CHARS = 100_000  # spaCy's parsers refuse a text over a million characters, and need a gigabyte for each 100,000 words


def _describe(options: SpacyModel) -> Described:
    name = options.folder or str(options.package)
    folder = require_folder(options.folder) if options.folder else _package(name)
    if options.folder and not (folder / "config.cfg").is_file():
        raise UsageError(f"{folder} holds no spaCy pipeline: config.cfg is missing; save one there with `nlp.to_disk`")
    version = f"spacy {importlib.metadata.version('spacy')} {folder_hash(folder)}"
    return Described(version, frozenset(options.languages))


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise UsageError(f"pii.model: the spaCy package {name} is not installed; install it from where you keep packages")
    return Path(found.submodule_search_locations[0])


def _load(options: SpacyModel, policy: str) -> Detect:
    from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine  # noqa: PLC0415 - seconds to import

    del policy
    _describe(options)  # so that Presidio finds the pipeline, and downloads none
    language = options.languages[0]
    # Presidio renames a label it knows and drops those that it is told to; here all labels come as they are.
    configuration = NerModelConfiguration(labels_to_ignore=[], model_to_presidio_entity_mapping={}, low_score_entity_names=[])
    models = [{"lang_code": language, "model_name": options.folder or str(options.package)}]
    engine = SpacyNlpEngine(models=models, ner_model_configuration=configuration)
    try:
        engine.load()
    except Exception as error:  # noqa: BLE001 - a pipeline may need any package, and fail in any way
        raise UsageError(f"pii.model: spaCy cannot load the pipeline: {type(error).__name__}: {error}") from None
    pipeline: Any = engine.get_nlp(language)
    score = configuration.default_score

    def detect(texts: Sequence[str]) -> list[list[Span]]:
        pieces = [(number, *piece) for number, text in enumerate(texts) for piece in _pieces(text)]
        shown = (texts[number][start:end] for number, start, end in pieces)
        found: list[list[tuple[int, int, str | None, float]]] = [[] for _ in texts]
        for (number, start, _), document in zip(pieces, pipeline.pipe(shown), strict=True):
            found[number] += [
                (start + span.start_char, start + span.end_char, options.entity(span.label_), score) for span in document.ents
            ]
        return [as_spans(spans) for spans in found]

    return detect


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of ``text`` that spaCy takes, cut behind white space where there is any."""
    start = 0
    while start < len(text):
        end = start + PIECE_CHARS
        if end < len(text):
            end = max(text.rfind(space, start + PIECE_CHARS // 2, end) + 1 for space in "\n ") or end
        yield start, min(end, len(text))
        start = end


KIND = ModelKind("spacy", _describe, _load)
