"""Entities and texts that are allowed or denied in one source."""

import pytest

from winnow.detect import detector_version
from winnow.detector_config import DetectorConfig, SourceRules, effective, effective_of
from winnow.documents import Document, from_batch, to_batch
from winnow.placeholders import number
from winnow.scrub import ScrubConfig, scrub_key, scrubber

TEXT = "Mail press@siemens.example or call +49 30 1234567"
RULES = {
    "public": SourceRules(allow=("press@siemens.example",)),
    "phones": SourceRules(deny=("PHONE_NUMBER",)),
    "mails": SourceRules(entities=("EMAIL_ADDRESS",)),
}


def _shown(source: str, config: DetectorConfig) -> str:
    document = Document(document_id="d", source=source, title=TEXT)
    [scrubbed] = from_batch(scrubber(ScrubConfig("salt", config))(to_batch([document])))
    return number([scrubbed.title])[0]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("public", "Mail press@siemens.example or call <PHONE_NUMBER_1>"),
        ("phones", "Mail <EMAIL_ADDRESS_1> or call +49 30 1234567"),
        ("mails", "Mail <EMAIL_ADDRESS_1> or call +49 30 1234567"),
        ("other", "Mail <EMAIL_ADDRESS_1> or call <PHONE_NUMBER_1>"),
    ],
)
def test_a_source_has_its_own_rules(source: str, shown: str) -> None:
    """What is allowed or denied in one source stays there, and is replaced in every other."""
    assert _shown(source, DetectorConfig(sources=RULES)) == shown


def test_one_batch_holds_many_sources() -> None:
    """Documents of different sources in one batch are each scrubbed under the rules of their own."""
    documents = [Document(document_id=source, source=source, title=TEXT) for source in ("public", "other", "mails")]
    scrub = scrubber(ScrubConfig("salt", DetectorConfig(sources=RULES)))
    together = from_batch(scrub(to_batch(documents)))
    assert together == [from_batch(scrub(to_batch([document])))[0] for document in documents]


def test_what_any_source_of_an_example_lets_stay_may_stand_in_it() -> None:
    """A text made of documents of several sources is searched by what all of them look for."""
    rules = effective_of(
        DetectorConfig(policy="strict", sources={**RULES, "lax": SourceRules(policy="corporate")}), [*RULES, "lax"]
    )
    assert (rules.policy, rules.entities, rules.deny) == ("corporate", ("EMAIL_ADDRESS",), ("PHONE_NUMBER",))
    assert rules.allow == ("press@siemens.example",)


def test_rules_are_part_of_the_key_and_the_mode_is_not() -> None:
    """Changed rules scrub anew; another mode uses the same scrubbed documents, and a source without rules the same detector."""
    plain, ruled = DetectorConfig(), DetectorConfig(sources=RULES)
    assert scrub_key(ScrubConfig("salt", plain)) != scrub_key(ScrubConfig("salt", ruled))
    assert scrub_key(ScrubConfig("salt", plain)) == scrub_key(ScrubConfig("salt", DetectorConfig(replacement="removal")))
    assert effective(ruled, "other") is ruled
    assert detector_version(effective(ruled, "other")) == detector_version(plain)
