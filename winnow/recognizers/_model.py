"""The classes that plug a name model into Presidio; imported lazily, since Presidio takes seconds to import.

A model is asked about a whole batch at once, and Presidio's recognisers see one text at a time. So the batch is tagged first, the
spans of each text travel in its NLP artefacts, and one recogniser hands them out.

Belongs here: subclasses of Presidio's classes. Does not belong here: a model, or anything that decides.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from winnow.recognizers._presidio import SEPARATOR, NoOpNlpEngine

if TYPE_CHECKING:
    from winnow.detect import Span


class Tagged(NlpArtifacts):  # type: ignore[misc]  # Presidio is untyped
    """The artefacts of a text whose names have been found: the spans, and nothing else."""

    def __init__(self, found: "Sequence[Span]", engine: Any, language: str) -> None:
        super().__init__([], [], [], [], engine, language)
        self.found = tuple(found)


class ModelNlpEngine(NoOpNlpEngine):
    """An NLP engine that asks the name model and does nothing else."""

    def __init__(self, language: str, tag: "Callable[[Sequence[str]], list[list[Span]]]") -> None:
        super().__init__(language)
        self.tag = tag

    def process_text(self, text: str, language: str) -> Any:
        """The artefacts of ``text``."""
        return Tagged(self.tag([text])[0], self, language)

    def process_batch(self, texts: Iterable[str], language: str, **_: Any) -> Iterator[tuple[str, Any]]:
        """Each text with its artefacts; the model sees all of them at once."""
        shown = list(texts)
        for text, found in zip(shown, self.tag(shown), strict=True):
            yield text, Tagged(found, self, language)


class ModelRecognizer(LocalRecognizer):  # type: ignore[misc]  # Presidio is untyped
    """Hands out the spans that the artefacts of a text hold."""

    def __init__(self, name: str, entities: Collection[str], language: str) -> None:
        super().__init__(supported_entities=sorted(entities), name=name, supported_language=language)

    def load(self) -> None:
        """Nothing to load: the model is the engine's."""

    def analyze(self, text: str, entities: Collection[str], nlp_artifacts: Any = None) -> list[Any]:
        """The spans in ``nlp_artifacts`` whose entity is one of ``entities``; ``text`` is not looked at."""
        del text
        return [
            RecognizerResult(
                span.entity,
                span.start,
                span.end,
                span.score,
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: f"{self.name}{SEPARATOR}{span.entity}",
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for span in getattr(nlp_artifacts, "found", ())
            if span.entity in entities
        ]
