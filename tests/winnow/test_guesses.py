"""A name model beside patterns: what each is believed, and when the model is asked."""

from collections.abc import Sequence

import pytest

from winnow.detect import Detect, Span, build_detector, build_engine, detector_version, is_guess, patterns_of, why
from winnow.detector_config import DetectorConfig
from winnow.guesses import is_clipped, may_be_a_person
from winnow.mentions import resolve
from winnow.placeholders import internal
from winnow.scrub import ScrubConfig, scrub_key, scrub_texts

CORPORATE, STRICT = DetectorConfig(), DetectorConfig(policy="strict")


class Model:
    """Finds the strings that it was told, as what it was told, wherever they stand; counts the texts that it is shown."""

    def __init__(self, **told: str) -> None:
        self.told = told
        self.shown: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text."""
        self.shown += texts
        return [
            [
                Span(at, at + len(string), entity.rstrip("_"), 0.9, "tiny")
                for entity, string in self.told.items()
                for at in range(len(text))
                if text.startswith(string, at)
            ]
            for text in texts
        ]

    def loaded(self) -> Detect:
        """Itself, as a factory gives it."""
        return self


def _spans(text: str, config: DetectorConfig = CORPORATE, **told: str) -> list[tuple[str, str, str]]:
    detect = build_detector(config, Model(**told).loaded)
    return [(text[span.start : span.end], span.entity, span.recognizer) for span in resolve(text, detect([text])[0])]


def test_the_model_is_one_recogniser_more() -> None:
    """What the model finds is found, under the recogniser's name and with a sentence that says it is a guess."""
    detect = build_detector(CORPORATE, Model(PERSON="Maria Keller").loaded)
    (span,) = detect(["we met Maria Keller"])[0]
    assert (span.start, span.end, span.entity, span.recognizer) == (7, 19, "PERSON", "name_model:PERSON")
    assert is_guess(span)
    assert "guess" in why(span)


def test_presidio_s_own_engine_asks_the_model_too() -> None:
    """`AnalyzerEngine.analyze` finds the model's spans through the engine's artefacts."""
    engine = build_engine(CORPORATE, Model(PERSON="Maria Keller"))
    found = engine.analyze("we met Maria Keller", language="en")
    assert [(result.start, result.end, result.entity_type) for result in found] == [(7, 19, "PERSON")]
    batch = list(engine.nlp_engine.process_batch(["x", "Maria Keller"], "en"))
    assert [len(artifacts.found) for _, artifacts in batch] == [0, 1]


def test_either_can_be_asked_alone() -> None:
    """Patterns and guesses are had apart; without a model there are no guesses, and a plain function is its own patterns."""
    text = "Maria Keller, j.doe@corp.internal"
    model = Model(PERSON="Maria Keller")
    detect = build_detector(CORPORATE, model.loaded)
    assert [span.entity for span in detect.guesses([text])[0]] == ["PERSON"]
    shown = len(model.shown)
    assert "PERSON" not in {span.entity for span in patterns_of(detect)([text])[0]}
    assert len(model.shown) == shown
    assert build_detector(CORPORATE).guesses([text, ""]) == [[], []]
    assert patterns_of(model) is model


@pytest.mark.parametrize("entity", ["DATE_TIME", "QUANTITY", "LOCATION", "ORGANIZATION", "DEMOGRAPHIC", "MISC"])
def test_corporate_keeps_what_strict_removes(entity: str) -> None:
    """Places, organisations, dates and the like stay under corporate, whatever the model says of them."""
    assert _spans("about the Thing itself", CORPORATE, **{entity: "Thing"}) == []
    assert [found[:2] for found in _spans("about the Thing itself", STRICT, **{entity: "Thing"})] == [("Thing", entity)]


@pytest.mark.parametrize("policy", [CORPORATE, STRICT])
@pytest.mark.parametrize("entity", ["PERSON", "ADDRESS"])
def test_both_policies_remove_people_and_addresses(entity: str, policy: DetectorConfig) -> None:
    """A person and an address go under either policy."""
    assert [found[:2] for found in _spans("about the Thing itself", policy, **{entity: "Thing"})] == [("Thing", entity)]


def test_entities_can_be_denied_to_the_model() -> None:
    """`entities`, `deny` and `allow` hold for the model's spans as for others'."""
    assert _spans("we met Thing", DetectorConfig(deny=("PERSON",)), PERSON="Thing") == []
    assert _spans("we met Thing", DetectorConfig(entities=("EMAIL_ADDRESS",)), PERSON="Thing") == []
    assert _spans("we met Thing", DetectorConfig(allow=("thing",)), PERSON="Thing") == []


def test_a_low_score_is_the_model_s_own_affair() -> None:
    """The operating point decides about the model's spans, not the least score of patterns."""
    model: Detect = lambda texts: [[Span(0, 5, "PERSON", 0.01, "x")] for _ in texts]  # noqa: E731 - the shortest model there is
    assert len(build_detector(CORPORATE, lambda: model)(["Thing here"])[0]) == 1


@pytest.mark.parametrize(
    ("text", "told", "found"),
    [
        ("Jo Li <jo@corp.com>", {"PERSON": "Jo Li <jo@corp.com>"}, [("Jo Li", "PERSON"), ("jo@corp.com", "EMAIL_ADDRESS")]),
        ("ask jo@corp.com", {"PERSON": "jo@corp.com"}, [("jo@corp.com", "EMAIL_ADDRESS")]),
        ("ask jo@corp.com", {"ORGANIZATION": "corp"}, [("jo@corp.com", "EMAIL_ADDRESS")]),
        ("ask jo@corp.com now", {"PERSON": "ask jo"}, [("ask", "PERSON"), ("jo@corp.com", "EMAIL_ADDRESS")]),
        ("see 10.0.0.12 and Lee", {"PERSON": "10.0.0.12 and Lee"}, [("10.0.0.12", "IP_ADDRESS"), ("and Lee", "PERSON")]),
        ("Dr. Ana Keller", {"PERSON": "Dr. Ana Keller"}, [("Dr. Ana Keller", "PERSON")]),
        ("Dr. Ana Keller", {"PERSON": "Ana"}, [("Ana Keller", "PERSON")]),
        ("(jo@corp.com).", {"DATE_TIME": "(jo@corp.com)."}, [("jo@corp.com", "EMAIL_ADDRESS")]),
    ],
)
def test_patterns_are_believed_before_the_model(text: str, told: dict[str, str], found: list[tuple[str, str]]) -> None:
    """Where they overlap, what a pattern found stays what it is, and the rest is the model's."""
    assert [span[:2] for span in _spans(text, STRICT, **told)] == found


def test_a_rule_says_more_than_a_guess() -> None:
    """Where both find the same, the rule is named."""
    assert _spans("Dear Ana,\nhello", PERSON="Ana") == [("Ana", "PERSON", "person:salutation")]


def test_the_model_sees_a_text_once() -> None:
    """Scrubbing asks the model about each text as it was written, and never about one with placeholders of our own."""
    model = Model(PERSON="Maria")
    detect = build_detector(CORPORATE, model.loaded)
    texts = ["Maria asked jo@corp.com.", "nothing at all"]
    scrubbed = scrub_texts(texts, detect)
    assert scrubbed[0][0] == "<PERSON_1> asked <EMAIL_ADDRESS_1>."
    assert model.shown == texts
    assert detect([f"{internal('PERSON', '0')} knows Maria"]) == [[]]
    assert model.shown == texts


def test_a_placeholder_in_a_text_does_not_blind_the_model() -> None:
    """What looks like a numbered placeholder in an untrusted text is not reported, and names around it are."""
    assert [found[:2] for found in _spans("<STEP_1> ask Maria", PERSON="Maria")] == [("Maria", "PERSON")]
    model: Detect = lambda texts: [[Span(0, len(text), "PERSON", 0.9, "x")] for text in texts]  # noqa: E731 - as above
    (found,) = build_detector(CORPORATE, lambda: model)(["Ann <PERSON_1> Lee"])
    assert [(span.start, span.end) for span in found] == [(0, 4), (14, 18)]


def test_spans_are_in_the_characters_of_the_original() -> None:
    """The model is shown the view; its spans come back in the text as it was given."""
    text = "we met Ma\u00adria\u00a0Keller\u200b."
    assert _spans(text, PERSON="Maria Keller")[0][0] == "Ma\u00adria\u00a0Keller"


def test_the_version_knows_policy_and_model() -> None:
    """Another policy, another model and none are versions of their own, and so is the key of the scrubbing stage."""
    model, other = Model().loaded, test_the_version_knows_policy_and_model
    versions = {
        detector_version(CORPORATE),
        detector_version(STRICT),
        detector_version(CORPORATE, model),
        detector_version(CORPORATE, other),  # type: ignore[arg-type]  # never called
    }
    assert len(versions) == 4
    assert scrub_key(ScrubConfig("salt")) != scrub_key(ScrubConfig("salt", model=model))


@pytest.mark.parametrize("surface", ["56ms", "Vale 80", "Istio", "Dagster's", "Knuth-Morris-Pratt", "80 211"])
def test_what_can_be_no_name_is_no_person(surface: str) -> None:
    """A measure, a machine's type, a program and an algorithm are not persons, whatever the model says."""
    assert not may_be_a_person(surface)


@pytest.mark.parametrize(
    "surface", ["Maria Keller", "keller", "Ann-Marie Smith-Jones", "Jean-Paul", "Ruby Rust", "Julia", "J. Doe 3rd", "M. K."]
)
def test_what_may_be_a_name_stays_a_guess(surface: str) -> None:
    """Names of people that are also ordinary words, double names and initials are left to the model."""
    assert may_be_a_person(surface)


@pytest.mark.parametrize(
    ("text", "word", "clipped"),
    [
        ("'Kay, welcome.", "Kay", True),
        ("Well, ’Kay.", "’Kay", True),
        ("'Kay' said so.", "Kay", False),
        ("O'Kay", "Kay", False),
        ("Kay is here", "Kay", False),
    ],
)
def test_a_word_without_its_beginning_is_no_name(text: str, word: str, clipped: bool) -> None:
    """An apostrophe where a word's beginning was left out tells okay from a person; quotes and names with one stay."""
    start = text.index(word)
    assert is_clipped(text, start, start + len(word)) is clipped
