"""The audit of finished files: each kind of personal data, planted in a candidate, stops it; what only a model sees is counted."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assets import sets
from assets.audit import CHECKS, REQUIRED, audit, judge_audit
from assets.candidate import stage_candidate
from assets.checks import judge
from assets.released import pieces
from assets.replaced import said_again
from resources.workspace import Workspace
from tests.assets.conftest import Line
from tests.end_to_end.landing import PEOPLE, write_catalog
from winnow.detector_config import DetectorConfig
from winnow.errors import PublicationBlocked
from winnow.schemas import EXAMPLES


@contextlib.contextmanager
def changed(path: Path, content: bytes) -> Iterator[None]:
    """``path`` with other content for a block."""
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


@pytest.fixture(scope="module")
def space(published: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy of the published company's workspace; tests put back what they change, but what was searched is remembered."""
    folder = tmp_path_factory.mktemp("audited") / "line"
    shutil.copytree(published.folder, folder)
    write_catalog(folder / "catalog.yaml", folder / "landing")
    again = Line(folder)
    yield again.space
    again.space.close()


def data_file(space: Workspace, kind: str = "chat") -> Path:
    """A data file of the candidate with at least one line."""
    found = sorted(space.releases.candidate_path().glob(f"data/topics/{kind}/*.jsonl"))
    return next(path for path in found if path.stat().st_size)


@contextlib.contextmanager
def planted(space: Workspace, text: str) -> Iterator[None]:
    """A candidate whose first line of a data file says ``text`` too."""
    path = data_file(space)
    first, *rest = path.read_bytes().splitlines(keepends=True)
    record = json.loads(first)
    record["messages"][-2]["content"] += f" {text}"
    with changed(path, json.dumps(record).encode() + b"\n" + b"".join(rest)):
        yield


def failed(space: Workspace) -> set[str]:
    """The audit's checks that the candidate fails."""
    return {name for name, finding in judge_audit(space).items() if not finding.passed}


def test_a_sound_candidate_passes_every_check(space: Workspace) -> None:
    """What a clean line made fails none of the audit's checks."""
    assert failed(space) == set()


LEAKS = {
    "EMAIL_ADDRESS": ("mail to jane.doe@example.org please", "no_contact"),
    "PHONE_NUMBER": ("call +44 20 7946 0958 today", "no_contact"),
    "CREDIT_CARD": ("the card 4111 1111 1111 1111 was used", "no_valid_number"),
    "IBAN_CODE": ("pay to GB82 WEST 1234 5698 7654 32 now", "no_valid_number"),
    "US_SSN": ("SSN 536-90-4399 on file", "no_valid_number"),
    "SECRET": ("use ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2 here", "no_secret"),
    "PASSWORD": ("the password is hunter2hunter2!", "no_secret"),
    "IP_ADDRESS": ("the host 203.0.113.45 did not answer", "no_personal_data"),
    "MAC_ADDRESS": ("the port 00:1B:44:11:3A:B7 is down", "no_personal_data"),
    "URL": ("see https://intranet.example.com/people/jane", "no_personal_data"),
    "UK_NINO": ("NI number AB123456C is wrong", "no_personal_data"),
    "CRYPTO": ("send it to 0x52908400098527886E0F7030069857D2E4169EE7", "no_personal_data"),
    "DATE_OF_BIRTH": ("born on 14 March 1985 in town", "no_personal_data"),
}


@pytest.mark.parametrize("entity", sorted(LEAKS))
def test_each_kind_of_leak_in_a_line_blocks_the_publication(copied: Line, entity: str) -> None:
    """A value of each kind in one released line fails its check, and the verdict then refuses; nothing quotes the value."""
    text, check = LEAKS[entity]
    with planted(copied.space, text):
        judge(copied.space)
        findings = judge_audit(copied.space)
        assert not findings[check].passed
        assert findings[check].counts[entity] >= 1
        assert check in copied.space.releases.failed_checks()
        with pytest.raises(PublicationBlocked, match=check):
            copied.space.releases.publish(REQUIRED)
    said = " ".join(copied.space.releases.failed_messages().values()) + json.dumps(copied.space.releases.audit())
    assert not any(word in said for word in text.split() if len(word) > 6)


SEEN_BY_THE_AUDIT = {
    "a card": ("CREDIT_CARD", "the card 4111 1111 1111 1111 was used", "no_valid_number"),
    "an IBAN": ("IBAN_CODE", "pay to GB82 WEST 1234 5698 7654 32 now", "no_valid_number"),
    "a national number": ("PL_PESEL", "her number is 44051401359 there", "no_valid_number"),
    "a secret": ("SECRET", "use ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2 here", "no_secret"),
    "a password": ("PASSWORD", "the password is hunter2hunter2!", "no_secret"),
    "an e-mail address": ("EMAIL_ADDRESS", "mail to jane.doe@example.org please", "no_contact"),
    "a phone number": ("PHONE_NUMBER", "call +44 20 7946 0958 today", "no_contact"),
    "a disguised card": ("CREDIT_CARD", "the card 4111\u00ad1111\u200b1111\uff11111 was used", "no_valid_number"),
}


@pytest.mark.parametrize("kind", sorted(SEEN_BY_THE_AUDIT))
def test_what_the_scrubber_is_blind_to_the_audit_sees(space: Workspace, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the scrubber's recognisers switched off altogether, the audit's own code still finds the value."""
    entity, text, check = SEEN_BY_THE_AUDIT[kind]
    for recognizer in __import__("winnow.detect", fromlist=["available"]).available().values():
        if recognizer.entities == (entity,):
            for rule in recognizer.rules:
                monkeypatch.setattr(type(rule), "find", lambda *_: iter(()))
    with planted(space, text):
        findings = judge_audit(space)
    assert findings["no_personal_data"].passed
    assert not findings[check].passed


def test_a_name_of_the_examples_own_document_is_found(space: Workspace) -> None:
    """The person who was removed from an example's document, standing in its line again, fails the check on the scope."""
    with planted(space, "; ".join(f"so said {name}" for name in PEOPLE)):
        finding = judge_audit(space)["no_value_of_the_scope"]
    assert dict(finding.counts) == {"PERSON": 1}
    assert not any(name in finding.message for person in PEOPLE for name in person.split())


def test_a_name_that_no_document_of_the_example_holds_is_not_of_its_scope(space: Workspace) -> None:
    """A name that was never replaced in the example's documents is no matter of the scope."""
    with planted(space, "so said Bernadette Quillfeather"):
        assert judge_audit(space)["no_value_of_the_scope"].passed


def test_a_value_that_the_catalog_declares_is_found(space: Workspace) -> None:
    """A pattern and a known value of the catalog in a finished file each fail the check on declared patterns."""
    pii = space.catalog.pii.model_copy(
        update={"patterns": {"PART_NUMBER": "PX-[0-9]{4}"}, "known": {"PERSON": ("Bernadette Quillfeather",)}}
    )
    other = replace(space, catalog=space.catalog.model_copy(update={"pii": pii}))
    with planted(other, "order PX-4711 for bernadette  QUILLFEATHER"):
        assert dict(judge_audit(other)["no_declared_pattern"].counts) == {"PART_NUMBER": 1, "PERSON": 1}


def test_what_the_catalog_allows_does_not_block(space: Workspace) -> None:
    """A text that `pii.allow` names, and an entity that `pii.deny` switches off, are no findings."""
    text = "mail to desk@example.org or call +44 20 7946 0958"
    pii = space.catalog.pii.model_copy(update={"allow": ("desk@example.org",), "deny": ("PHONE_NUMBER",)})
    other = replace(space, catalog=space.catalog.model_copy(update={"pii": pii}))
    with planted(other, text):
        assert failed(other) == set()


@pytest.mark.parametrize("name", ["README.md", "croissant.json", "manifest.json", "dropped.jsonl", "index/train.jsonl"])
def test_files_beside_the_data_are_read_too(space: Workspace, name: str) -> None:
    """A card number in the card, the Croissant document, the manifest, the index or the dropped list stops the version."""
    path = space.releases.candidate_path() / name
    text = "4111 1111 1111 1111"
    content = path.read_bytes() + {"md": f"\n{text}\n", "jsonl": f'{{"x":"{text}"}}\n', "json": ""}[path.suffix[1:]].encode()
    if path.suffix == ".json":
        content = json.dumps({**json.loads(content), "note": text}).encode()
    with changed(path, content):
        finding = judge_audit(space)["no_valid_number"]
    assert not finding.passed
    assert name in finding.message


def test_a_file_name_is_read_too(space: Workspace) -> None:
    """A file that is named after an address is found although its content is empty."""
    path = space.releases.candidate_path() / "data" / "jane.doe@example.org.txt"
    path.write_bytes(b"")
    try:
        assert failed(space) == {"no_contact"}
    finally:
        path.unlink()


def test_the_frame_of_a_format_hides_nothing(space: Workspace) -> None:
    """What stands right before the separator of the completion format is found."""
    path = data_file(space, "completion")
    first, *rest = path.read_bytes().splitlines(keepends=True)
    record = json.loads(first)
    record["prompt"] = record["prompt"].replace("\n\n###\n\n", " jane.doe@example.org\n\n###\n\n")
    with changed(path, json.dumps(record).encode() + b"\n" + b"".join(rest)):
        assert failed(space) == {"no_contact", "no_personal_data"}


def test_a_line_that_does_not_parse_is_searched_as_it_stands(space: Workspace) -> None:
    """A broken line hides no value."""
    path = data_file(space)
    with changed(path, b'{"messages": "jane.doe@example.org\n' + path.read_bytes()):
        assert "no_contact" in failed(space)


def test_every_line_is_told_apart_by_its_example(space: Workspace) -> None:
    """The strings of the data's lines carry the example of the index line of the same number, whose text they are."""
    rows = sets.kept_examples(space)
    texts = dict(zip(rows["example_id"].to_pylist(), rows["input"].to_pylist(), strict=True))
    found = [piece for piece in pieces(space.releases.candidate_path()) if piece.split and piece.path.endswith(".jsonl")]
    own = {(piece.example_id, piece.text) for piece in found}
    assert len(own) > 20
    assert all(any(texts[example] in text for name, text in own if name == example) for example in {name for name, _ in own})


def test_the_candidate_is_not_published_without_its_audit(copied: Line) -> None:
    """The candidate's own checks alone let nothing through: the audit's have to be among those made."""
    stage_candidate(copied.space)
    judge(copied.space)
    with pytest.raises(PublicationBlocked, match="no_secret"):
        copied.space.releases.publish(REQUIRED)
    judge_audit(copied.space)
    copied.space.releases.publish(REQUIRED)


def test_the_report_is_the_same_for_the_same_files(space: Workspace) -> None:
    """Two audits of one candidate count the same."""
    assert audit(space) == audit(space)


def test_every_check_says_what_must_hold() -> None:
    """Each check has a sentence for the UI."""
    assert all(description.endswith(".") for description, _ in CHECKS.values())


def test_what_only_the_model_sees_is_counted_and_does_not_block(space: Workspace) -> None:
    """Names that no pattern gives away raise the estimated leak rate, and let the version pass."""
    space = replace(space, catalog=space.catalog.model_copy(update={"pii": DetectorConfig()}))
    before = people(audit(space)["leak_rate"])
    with planted(space, "Yesterday Sarah Mitchell met John Thompson, and Robert Williams came later."):
        report = audit(space)
        assert {name for name, finding in judge_audit(space, report).items() if not finding.passed} == set()
    assert people(report["leak_rate"]) > before
    assert report["searched_by_model"] > 0
    assert "Mitchell" not in json.dumps(report)


def people(rates: list[dict[str, Any]]) -> int:
    """How many persons the model saw in the whole sample."""
    return sum(row["hits"] for row in rates if (row["entity"], row["task"]) == ("PERSON", "all"))


def test_an_example_that_says_a_replaced_name_again_is_refused(space: Workspace) -> None:
    """On their way, before anything is staged, examples are asked the same: only the one that says the name is told."""
    rows = sets.kept_examples(space).to_pylist()
    told = [row for row in rows if row["task"] == "topics"][:3]
    told[1]["input"] += " " + "; ".join(f"so said {name}" for name in PEOPLE)
    assert said_again(space, pa.Table.from_pylist(told, schema=EXAMPLES)) == [False, True, False]


def test_rules_of_a_source_hold_for_the_examples_made_of_it(space: Workspace) -> None:
    """What may stay in a source's texts by its own rules does not block; the catalog's rules hold for the files beside them."""
    text = "mail to desk@example.org please"
    pii = DetectorConfig.model_validate({"sources": {"tickets": {"allow": ["desk@example.org"]}}})
    other = replace(space, catalog=space.catalog.model_copy(update={"pii": pii}))
    with planted(other, text):
        assert failed(other) == set()
    path = other.releases.candidate_path() / "README.md"
    with changed(path, path.read_bytes() + text.encode()):
        assert failed(other) == {"no_contact"}
