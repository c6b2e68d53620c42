"""The audit's own search of one string: forms, declared values, known people and ids of the scope."""

import time

import pyarrow as pa
import pytest

from winnow.audit import (
    AUDIT_TEXTS,
    DECLARED,
    KINDS,
    KNOWN_PERSON,
    SAME_SCOPE,
    AuditConfig,
    Search,
    auditor,
    by_kind,
    unaudited,
)
from winnow.audit_patterns import GAP, find, is_opaque, plain
from winnow.detector_config import DetectorConfig
from winnow.known_forms import forms_of
from winnow.mentions import canonical, entity_id

SALT = "a salt that only this test knows"

SEARCH = Search(AuditConfig(SALT, DetectorConfig()))

VALID = {
    "CREDIT_CARD": (
        "4539 1488 0343 6467",
        "5555-5555-5555-4444",
        "378282246310005",
        "4539\u00a01488\u200b03436467",
        "４５３９１４８８０３４３６４６７",
    ),
    "IBAN_CODE": ("DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606", "NL91ABNA0417164300"),
    "PL_PESEL": ("44051401359",),
    "FR_NIR": ("2 69 05 49 588 157 80", "269054958815780"),
    "ES_NIF": ("12345678Z", "X1234567L"),
    "IT_FISCAL_CODE": ("MRTMTT91D08F205J",),
    "US_SSN": ("536-90-4399",),
    "SECRET": (
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2",
        "-----BEGIN RSA PRIVATE KEY-----",
        "postgres://svc:hunter2hunter2@db.example.com/x",
        "api key: 7Fq9xZ2LmP4tVb8KcR3wYd",
    ),
    "PASSWORD": ("password: tr0ub4dor&3", "the password is h4lloWelt!"),
    "EMAIL_ADDRESS": ("jane.doe+x@mail.example.co.uk", "jаne.doe@example.org"),  # with a Cyrillic letter
    "PHONE_NUMBER": ("+49 30 901820", "+44 (0)20 7946 0958", "+1 212-555-0199"),
}
"""Values as the line would have to replace them, in several spellings."""


@pytest.mark.parametrize(("entity", "value"), [(entity, value) for entity, values in sorted(VALID.items()) for value in values])
def test_what_is_personal_by_form_is_found(entity: str, value: str) -> None:
    """A value with a sound checksum, or of an unmistakable form, is found in the middle of a sentence."""
    assert entity in {hit.entity for hit in find(f"so it says {value} here, and more")}


HARMLESS = (
    "4539 1488 0343 6468",  # a wrong check digit
    "1700000000000",  # milliseconds
    "20231122053121",
    "DE89 3704 0044 0532 0130 01",
    "44051401358",
    "12345678A",
    "000-12-3456",
    "order 4711-0815-2342-1234",
    "ISBN 978-3-16-148410-0",
    "10.1016/j.cell.2021.04539148803436467",
    "the password reset form",
    "password: <PASSWORD_1>",
    "the key is under the mat and the token expired",
    "https://example.org/a:b@c",
    "@dataclass and a@b",
    "2 + 3 = 5, +5 % and +100 000",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "<EMAIL_ADDRESS_1> or <PHONE_NUMBER_2>",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    """One false alarm would hold a version back."""
    assert find(text) == set()


def test_placeholders_join_nothing() -> None:
    """Digits on both sides of a placeholder are no number together."""
    assert GAP in plain("4539 1488 <PERSON_1> 0343 6467")
    assert find("4539 1488 <PERSON_1> 0343 6467") == set()


def test_ids_and_hashes_are_opaque() -> None:
    """An id, a version and a hash are told from a token that has as many signs of another kind."""
    assert is_opaque("0" * 32)
    assert not is_opaque("ghp_" + "0" * 28)


def scoped(entity: str, surface: str) -> str:
    """The id of a replaced entity, as the scope holds it."""
    return f"{entity}:{entity_id(SALT, entity, canonical(entity, surface))}"


@pytest.mark.parametrize(
    ("entity", "replaced", "text"),
    [
        ("PERSON", "Gwenllian Quillfeather", "so GWENLLIAN QUILLFEATHER said"),
        ("PERSON", "Dr. Gwenllian Quillfeather", "as Gwenllian Quillfeather's note says"),
        ("REFERENCE_NUMBER", "QX-48213", "see qx-48213 again"),
        ("PHONE_NUMBER", "020 7946 0958", "on 020-7946.0958 today"),
        ("ADDRESS", "12 Quernstone Road", "behind 12 Quernstone Road there"),
    ],
)
def test_what_was_replaced_in_the_scope_is_found_elsewhere(entity: str, replaced: str, text: str) -> None:
    """The form of an entity whose id stands in the scope is found in another spelling."""
    hits = SEARCH.hits(text, [scoped(entity, replaced)])
    assert (SAME_SCOPE, entity) in {(hit.kind, hit.entity) for hit in hits}


@pytest.mark.parametrize(
    ("entity", "replaced", "text"),
    [
        ("PERSON", "Will", "Will it hold? It will."),  # one word means too much
        ("LOCATION", "New York", "in New York"),  # a policy may keep it
        ("REFERENCE_NUMBER", "4711", "4711 trams"),  # short numbers are anything
        ("PERSON", "Gwenllian Quillfeather", "so <PERSON_1> said"),
    ],
)
def test_what_means_other_things_elsewhere_does_not_count(entity: str, replaced: str, text: str) -> None:
    """Single words, short numbers and entities that a policy keeps are no matter of the scope."""
    assert not any(hit.kind == SAME_SCOPE for hit in SEARCH.hits(text, [scoped(entity, replaced)]))


def test_a_known_person_is_found() -> None:
    """A person whom some declared column named is found in any string; without the column nobody is known."""
    forms = tuple((form.entity, form.form_id, form.words) for form in forms_of("PERSON", "Gwenllian Quillfeather", SALT))
    search = Search(AuditConfig(SALT, DetectorConfig(), forms))
    text = "the note by Gwenllian Quillfeather came late"
    assert {(hit.kind, hit.entity) for hit in search.hits(text)} == {(KNOWN_PERSON, "PERSON")}
    assert SEARCH.hits(text) == set()


def test_what_the_catalog_declares_is_found_and_what_it_allows_is_not() -> None:
    """Patterns and known values of the catalog are kinds of their own; an allowed text and a denied entity are no findings."""
    config = DetectorConfig(
        patterns={"PART": "PX-[0-9]{4}"}, known={"PERSON": ("Ann  Lee",)}, allow=("px-4711",), deny=("URL",)
    )
    search = Search(AuditConfig(SALT, config))
    assert {(hit.kind, hit.entity) for hit in search.hits("ANN LEE ordered PX-4712")} == {
        (DECLARED, "PERSON"),
        (DECLARED, "PART"),
    }
    assert search.hits("PX-4711") == set()


def test_the_stage_counts_and_tells_no_text() -> None:
    """Rows come back in order with counts by kind and entity, and without a word of the text."""
    texts = ["mail jane@example.org", "clean", "4539 1488 0343 6467 and 4539 1488 0343 6467"]
    rows = [{"text_hash": str(at), "text": text, "scope": []} for at, text in enumerate(texts)]
    found = auditor(AuditConfig(SALT, DetectorConfig()))(pa.RecordBatch.from_pylist(rows, schema=AUDIT_TEXTS)).to_pylist()
    assert [row["text_hash"] for row in found] == ["0", "1", "2"]
    assert [[(hit["entity"], hit["count"]) for hit in row["found"]] for row in found] == [
        [("EMAIL_ADDRESS", 1)],
        [],
        [("CREDIT_CARD", 1)],
    ]
    assert "jane" not in repr(found)


def test_a_string_on_which_the_search_died_never_passes() -> None:
    """It counts under every kind."""
    row = pa.RecordBatch.from_pylist([{"text_hash": "a", "text": "x", "scope": []}], schema=AUDIT_TEXTS)
    (found,) = unaudited(row, "timeout").to_pylist()
    assert all(sum(by_kind(found["found"])[kind].values()) == 1 for kind in KINDS)


@pytest.mark.parametrize("piece", ["4 ", "A1", "a@", "a.b@", "-", "key key ", "password: ", "+4 (", "DE89 ", "://:", "Ab Cd "])
def test_hostile_text_costs_linear_time(piece: str) -> None:
    """Half a megabyte of anything is searched in seconds, the scope included."""
    text = piece * (500_000 // len(piece))
    began = time.process_time()
    SEARCH.hits(text, [scoped("PERSON", "Gwenllian Quillfeather"), scoped("PHONE_NUMBER", "020 7946 0958")])
    assert time.process_time() - began < 20
