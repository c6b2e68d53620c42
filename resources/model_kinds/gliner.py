"""A GLiNER model, through Presidio's recogniser for it."""

import importlib.metadata

from resources.model_kinds._base import (
    Described,
    ModelKind,
    as_spans,
    folder_hash,
    one_by_one,
    require_folder,
    require_library,
    stay_offline,
)
from winnow.detect import Detect, Span
from winnow.errors import UsageError
from winnow.models import GlinerModel

ASKED = {"person": "PERSON", "location": "LOCATION", "organization": "ORGANIZATION", "date": "DATE_TIME", "address": "ADDRESS"}
"""What a GLiNER model is asked for where the catalog names no labels; it takes any words."""


def _describe(options: GlinerModel) -> Described:
    require_library("gliner", "gliner", "gliner")
    folder = require_folder(options.folder)
    if not (folder / "gliner_config.json").is_file():
        raise UsageError(f"{folder} holds no GLiNER model: gliner_config.json is missing; save one with `save_pretrained`")
    return Described(f"gliner {importlib.metadata.version('gliner')} {folder_hash(folder)}", frozenset(options.languages))


def _load(options: GlinerModel, policy: str) -> Detect:
    del policy
    stay_offline()
    _describe(options)
    from presidio_analyzer.predefined_recognizers import GLiNERRecognizer  # noqa: PLC0415 - seconds to import

    mapping = dict(options.labels) or ASKED
    recognizer = GLiNERRecognizer(
        model_name=options.folder,
        entity_mapping=mapping,
        supported_language=options.languages[0],
        threshold=options.threshold,
        map_location="cpu",
        local_files_only=True,
    )
    recognizer.load()
    wanted = sorted(set(mapping.values()))

    def analyse(text: str) -> list[Span]:
        results = recognizer.analyze(text, wanted)
        return as_spans((result.start, result.end, result.entity_type, result.score) for result in results)

    return one_by_one(analyse)


KIND = ModelKind("gliner", _describe, _load)
