"""The classes that plug our rules into Presidio; imported lazily, since Presidio takes seconds to import.

Belongs here: subclasses of Presidio's classes. Does not belong here: patterns, or anything that decides.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from winnow.recognizers._base import Recognizer, Rule

SEPARATOR = ":"  # between the recogniser's name and the rule's in a result


class RuleRecognizer(LocalRecognizer):  # type: ignore[misc]  # Presidio is untyped
    """A Presidio recogniser that runs the rules of one of ours."""

    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self.recognizer = recognizer
        super().__init__(supported_entities=list(recognizer.entities), name=recognizer.name, supported_language=language)

    def load(self) -> None:
        """Nothing to load: the patterns are compiled at import."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[Any]:
        """The matches of every rule in ``text``; the NLP artefacts are not looked at."""
        del nlp_artifacts
        if self.recognizer.entities[0] not in entities:
            return []
        return [result for rule in self.recognizer.rules for result in self.results(rule, text)]

    def results(self, rule: Rule, text: str) -> list[Any]:
        """The matches of one of the recogniser's rules in ``text``."""
        entity = self.recognizer.entities[0]
        return [
            RecognizerResult(
                entity,
                start,
                end,
                rule.score,
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: f"{self.name}{SEPARATOR}{rule.name}",
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for start, end in rule.find(text)
        ]


class NoOpNlpEngine(NlpEngine):  # type: ignore[misc]  # Presidio is untyped
    """An NLP engine that does nothing, so that Presidio loads (and downloads) no model."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.artifacts = NlpArtifacts([], [], [], [], self, language)

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always: there is nothing to load."""
        return True

    def process_text(self, text: str, language: str) -> Any:
        """Empty artefacts, whatever the text."""
        del text, language
        return self.artifacts

    def process_batch(self, texts: Iterable[str], language: str, **_: Any) -> Iterator[tuple[str, Any]]:
        """Each text with empty artefacts."""
        del language
        for text in texts:
            yield text, self.artifacts

    def is_stopword(self, word: str, language: str) -> bool:
        """Never: words are not looked at."""
        del word, language
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """Never: words are not looked at."""
        del word, language
        return False

    def get_supported_entities(self) -> list[str]:
        """None: the engine recognises nothing itself."""
        return []

    def get_supported_languages(self) -> list[str]:
        """The one language it was built for."""
        return [self.language]


class NoContext(ContextAwareEnhancer):  # type: ignore[misc]  # Presidio is untyped
    """Leaves scores alone: context stands in the rules, and the default enhancer needs the tokens of an NLP engine."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0, min_score_with_context_similarity=0, context_prefix_count=0, context_suffix_count=0
        )

    def enhance_using_context(self, text: str, raw_results: list[Any], *_: Any, **__: Any) -> list[Any]:
        """``raw_results`` as they are."""
        del text
        return raw_results
