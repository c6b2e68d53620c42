"""Weak numbers: found beside their name, and alone only for the countries that the catalog names."""

import pytest
from pydantic import ValidationError

from winnow.detect import available, build_detector
from winnow.detector_config import DetectorConfig


@pytest.mark.parametrize(
    ("country", "entity", "number"),
    [
        ("NL", "NL_BSN", "111222333"),
        ("TR", "TR_TCKN", "17291716060"),
        ("BR", "BR_CPF", "39053344705"),
        ("ZA", "ZA_ID", "7503305044089"),
        ("EE", "BALTIC_PERSONAL_CODE", "36805280109"),
        ("IN", "IN_AADHAAR", "2341 2341 2346"),
        ("GB", "LICENSE_PLATE", "AB12 CDE"),
    ],
)
def test_a_weak_number_alone_needs_its_country(country: str, entity: str, number: str) -> None:
    """A number with one check digit and no word beside it is found if, and only if, the catalog names its country."""
    text = f"We had {number} on the list."
    found = {span.entity for span in build_detector(DetectorConfig(countries=(country,)))([text])[0]}
    assert entity in found
    assert entity not in {span.entity for span in build_detector(DetectorConfig())([text])[0]}


@pytest.mark.parametrize("country", ["nl", "NLD", ""])
def test_a_country_is_a_code_of_two_capitals(country: str) -> None:
    """What is no ISO 3166-1 code of two letters is an error of the configuration."""
    with pytest.raises(ValidationError):
        DetectorConfig(countries=(country,))


@pytest.mark.parametrize("entity", ["SECRET", "PASSWORD"])
def test_secrets_cannot_be_let_through(entity: str) -> None:
    """The catalog can neither deny secrets nor leave them out of the entities it asks for."""
    with pytest.raises(ValidationError, match=entity):
        DetectorConfig(deny=(entity,))
    found = build_detector(DetectorConfig(entities=("PERSON",)))(["password: hunter2, key AKIAIOSFODNN7EXAMPLE"])[0]
    assert {span.entity for span in found} >= {"SECRET", "PASSWORD"}


def test_strict_adds_to_corporate() -> None:
    """What the corporate policy finds, the strict one finds too; dates and amounts are for the strict one alone."""
    text = "On 14 March 1985 Maria, aged 43, paid EUR 5,000 to DE89370400440532013000."
    corporate, strict = (
        {(span.start, span.end, span.entity) for span in build_detector(DetectorConfig(policy=policy))([text])[0]}
        for policy in ("corporate", "strict")
    )
    assert corporate < strict
    assert {"DATE_TIME", "QUANTITY"} <= {entity for _, _, entity in strict}
    assert not {"DATE_TIME", "QUANTITY"} & {entity for _, _, entity in corporate}


@pytest.mark.parametrize(
    "text",
    [
        "joined to 11223/94, 1995/417 and T-1822/91, see 7 WLR 313 and no. 874",
        "on 12 May and 3 October 2005, between 1983 and 1985, in the mid 1990s",
        "about 90,000 Turkish liras (TRL), some 70 pages, more than 35 kg",
        "a Danish national of Kurdish origin, divorced, worked as a nurse; he is a Muslim",
        "at the age of nineteen hundred",
    ],
)
def test_what_narrows_somebody_down_stays_under_corporate(text: str) -> None:
    """File numbers without their word, dates, amounts and what somebody is are found under strict and not under corporate."""
    assert build_detector(DetectorConfig(policy="strict"))([text])[0]
    assert build_detector(DetectorConfig(policy="corporate"))([text])[0] == []


def test_every_weak_rule_names_a_country() -> None:
    """The countries of rules are ISO 3166-1 codes, and no recogniser is made of weak rules alone."""
    for recognizer in available().values():
        assert recognizer.within("strict") is not None
        assert all(not rule.country or (len(rule.country) == 2 and rule.country.isupper()) for rule in recognizer.rules)
