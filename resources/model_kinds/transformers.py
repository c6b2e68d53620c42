"""A token classification model of the library transformers, through Presidio's recogniser for it."""

import importlib.metadata
from typing import Any

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
from winnow.models import TransformersModel


def _describe(options: TransformersModel) -> Described:
    for module in ("torch", "transformers"):
        require_library("transformers", module, "torch transformers")
    folder = require_folder(options.folder)
    if not (folder / "config.json").is_file():
        raise UsageError(f"{folder} holds no model of transformers: config.json is missing; save one with `save_pretrained`")
    version = f"transformers {importlib.metadata.version('transformers')} {folder_hash(folder)}"
    return Described(version, frozenset(options.languages))


def _load(options: TransformersModel, policy: str) -> Detect:
    del policy
    stay_offline()
    _describe(options)
    from presidio_analyzer.predefined_recognizers import HuggingFaceNerRecognizer  # noqa: PLC0415 - seconds to import

    recognizer = HuggingFaceNerRecognizer(
        model_name=options.folder,
        supported_language=options.languages[0],
        label_mapping={},  # labels come as they are, and `options.entity` names them
        threshold=options.threshold,
        aggregation_strategy="max",  # whole words, as sure as their surest piece
        device="cpu",
    )
    recognizer.load()
    pipeline = recognizer.ner_pipeline = _Watched(recognizer.ner_pipeline)

    def analyse(text: str) -> list[Span]:
        results = recognizer.analyze(text, [])
        pipeline.check()
        return as_spans((result.start, result.end, options.entity(result.entity_type), result.score) for result in results)

    return one_by_one(analyse)


class _Watched:
    """A pipeline whose failures are not lost: Presidio logs them and goes on as if nothing personal stood in the text."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self._failed: str | None = None

    def __call__(self, text: str) -> Any:
        try:
            return self._pipeline(text)
        except Exception as error:  # noqa: BLE001 - whatever it is, `check` raises it; its message may quote the text
            self._failed = type(error).__name__
            return []

    def check(self) -> None:
        """Raise RuntimeError if a call has failed since the last check."""
        failed, self._failed = self._failed, None
        if failed is not None:
            raise RuntimeError(f"the name model failed: {failed}")


KIND = ModelKind("transformers", _describe, _load)
