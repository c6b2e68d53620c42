"""The detector: its configuration, its spans, its version."""

import pickle
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from winnow.detect import available, build_detector, build_engine, chosen, detector_version, why
from winnow.detector_config import DetectorConfig
from winnow.normalise import view

LETTER = "Dear Ms Keller, write to j.doe@corp.internal or call +49 30 1234567. Case C-99812, host 10.0.0.12."
DETECT = build_detector(DetectorConfig())


def _found(config: DetectorConfig, text: str = LETTER) -> set[tuple[str, str]]:
    return {(span.entity, text[span.start : span.end]) for span in build_detector(config)([text])[0]}


def test_every_recogniser_has_its_span_test() -> None:
    """Each recogniser has a test file of its own beside these."""
    tests = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "recognizers").glob("test_*.py")}
    assert tests - {"number_spellings"} == set(available())  # that one is about all of them


def test_every_recogniser_has_one_entity_and_explains_its_rules() -> None:
    """A recogniser finds one entity that no other finds (ranges of dates are dates), and its rules say why and how surely."""
    entities = [recognizer.entities for recognizer in available().values() if recognizer.name != "date_range"]
    assert available()["date_range"].entities == available()["date_time"].entities
    assert len(set(entities)) == len(entities)
    assert all(len(names) == 1 for names in entities)
    for recognizer in available().values():
        names = [rule.name for rule in recognizer.rules]
        assert len(set(names)) == len(names) > 0
        assert all(rule.why and 0 < rule.score <= 1 for rule in recognizer.rules)


def test_presidio_s_own_engine_finds_the_same() -> None:
    """`AnalyzerEngine.analyze` with our registry finds what the detector finds, less what it holds to be doubled."""
    engine = build_engine(DetectorConfig())
    results = {(r.start, r.end, r.entity_type) for r in engine.analyze(view(LETTER).text, language="en")}
    assert results
    assert results <= {(span.start, span.end, span.entity) for span in DETECT([LETTER])[0]}


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building a detector and running it opens no connection."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert ("EMAIL_ADDRESS", "j.doe@corp.internal") in _found(DetectorConfig())


def test_entities_can_be_chosen_and_denied() -> None:
    """`entities` leaves only those, `deny` takes some out, and switching all off is an error."""
    assert {entity for entity, _ in _found(DetectorConfig(entities=("EMAIL_ADDRESS",)))} == {"EMAIL_ADDRESS"}
    assert "EMAIL_ADDRESS" not in {entity for entity, _ in _found(DetectorConfig(deny=("EMAIL_ADDRESS", "URL")))}
    with pytest.raises(ValueError, match="every entity is switched off"):
        build_detector(DetectorConfig(entities=("PERSON",), deny=("PERSON",)))


def test_a_policy_chooses_the_recognisers() -> None:
    """Each policy has the recognisers that say so; bare dates are looked for under strict alone."""
    corporate, strict = ({each.name for each in chosen(DetectorConfig(policy=policy))} for policy in ("corporate", "strict"))
    assert corporate == {each.name for each in available().values() if each.within("corporate")}
    assert strict == {each.name for each in available().values() if each.within("strict")}
    assert {"email", "date_time"} & corporate == {"email"}
    assert {"email", "date_time"} <= strict


def test_allowed_texts_are_left_alone() -> None:
    """A text that the catalog allows is not reported, however it is spelt."""
    config = DetectorConfig(allow=("J.Doe@corp.internal",))
    assert "EMAIL_ADDRESS" not in {entity for entity, _ in _found(config)}
    disguised = "write to j.\u200bdoe@corp.internal"
    assert _found(config, disguised) == set()


def test_the_catalog_s_patterns_and_known_values() -> None:
    """A company's own formats and known values are found as the entities that the catalog names."""
    config = DetectorConfig(patterns={"CASE_NUMBER": r"C-[0-9]{5}"}, known={"PROJECT": ("Host 10.0.0.12",)})
    assert {("CASE_NUMBER", "C-99812"), ("PROJECT", "host 10.0.0.12")} <= _found(config)


@pytest.mark.parametrize(
    "fields", [{"patterns": {"X_Y": "("}}, {"patterns": {"X_Y": "a*"}}, {"patterns": {"x": "a"}}, {"nonsense": 1}]
)
def test_a_wrong_configuration_is_refused(fields: dict[str, object]) -> None:
    """A broken or empty pattern, a malformed entity and an unknown key are errors of the configuration."""
    with pytest.raises(ValidationError):
        DetectorConfig.model_validate(fields)


def test_the_version_tells_configurations_apart_and_is_stable() -> None:
    """Equal configurations have one version, others another, and a configuration survives pickling."""
    config = DetectorConfig(deny=("URL",))
    assert detector_version(pickle.loads(pickle.dumps(config))) == detector_version(config)
    assert detector_version(config) != detector_version(DetectorConfig())


def test_the_version_covers_the_checks_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recogniser's Python text is part of the version, for no number need be raised when a check changes."""
    before = detector_version(DetectorConfig())
    monkeypatch.setattr("winnow.detect._SOURCES", ("normalise.py", "names.py"))
    without = detector_version(DetectorConfig())
    monkeypatch.setattr("winnow.detect._SOURCES", ("recognizers", "normalise.py", "names.py"))
    assert detector_version(DetectorConfig()) == before != without


def test_a_span_can_be_explained() -> None:
    """Every span of winnow's own recognisers comes with the sentence of its rule."""
    assert all(why(span) for span in DETECT([LETTER])[0])


def test_batches_give_what_single_texts_give() -> None:
    """The spans of a text do not depend on the batch it is in."""
    texts = [LETTER, "", "nothing here", LETTER[::-1]]
    assert DETECT(texts) == [DETECT([text])[0] for text in texts]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("ab1 2.@:/-()+\n<>_PERSON\u200b\uff11é'"), max_size=60))
def test_placeholders_are_never_found(text: str) -> None:
    """No span touches a numbered placeholder, whatever stands around it."""
    whole = f"password: <PASSWORD_1>{text}<PERSON_2>@corp.internal"
    for span in DETECT([whole])[0]:
        assert "<PASSWORD_1>" not in whole[span.start : span.end]
        assert "<PERSON_2>" not in whole[span.start : span.end]


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "a",
        "a.",
        "a@",
        "A ",
        "-",
        "(1)",
        "Mr. A",
        "password:",
        ":",
        "1.",
        "://",
        "\n",
        "' ",
        "a-",
        "eyJa.",
        "Ab Street ",
    ],
)
def test_time_grows_with_length_alone(unit: str) -> None:
    """A text of one unit repeated, the worst case of careless patterns, is searched in time that its length bounds."""
    import time  # noqa: PLC0415 - the one test that measures

    text = unit * (60_000 // len(unit))
    started = time.process_time()
    DETECT([text])
    assert time.process_time() - started < 3
