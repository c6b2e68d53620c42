"""Names that one document of a link knows, in the others."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.detector_config import DetectorConfig
from winnow.documents import Block, Document, from_batch, to_batch
from winnow.linked import share_names
from winnow.placeholders import entities, number
from winnow.scrub import ScrubConfig, scrubber

SALT = "salt"
SCRUB = scrubber(ScrubConfig(SALT, DetectorConfig()))


def _meeting(*speakers: str) -> Document:
    turns = tuple(Block("turn", "I am here, and I have something to say.", speaker=speaker) for speaker in speakers)
    return Document(document_id="meeting", link="m", source="talks", blocks=turns)


def _row(text: str) -> Document:
    return Document(document_id="row", link="m", source="rows", fields={"answer": text})


def _shared(text: str, *speakers: str) -> str:
    """``text`` of a row linked to a meeting of ``speakers``, its placeholders numbered in the order of the speakers."""
    meeting, row = share_names(from_batch(SCRUB(to_batch([_meeting(*speakers), _row(text)]))), SALT)
    *_, shared = number([*(block.speaker or "" for block in meeting.blocks), row.fields["answer"]])
    return shared


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Janet Finch-Saunders worried about it.", "<PERSON_1> worried about it."),
        ("Then Tom Barlow agreed with Janet Finch-Saunders's plan.", "Then <PERSON_2> agreed with <PERSON_1>'s plan."),
        ("Tom Barlow asked. Later Barlow and Janet left.", "<PERSON_2> asked. Later <PERSON_2> and Janet left."),
        ("Mr Tom Barlow left", "Mr <PERSON_2> left"),
        ("Tom\nBarlow left", "<PERSON_2> left"),
        ("Anna de la Cruz spoke", "<PERSON_3> spoke"),
        ("Welsh Government and Tom Jones", "Welsh Government and Tom Jones"),
        ("nothing of the kind", "nothing of the kind"),
    ],
)
def test_a_speaker_s_name_is_removed_from_linked_prose(text: str, expected: str) -> None:
    """A full name that the meeting knows becomes the same person's placeholder, and parts of it once it was seen in full."""
    assert _shared(text, "Janet Finch-Saunders", "Tom Barlow", "Anna de la Cruz") == expected


def test_a_part_that_two_people_share_stays() -> None:
    """Where a name could mean two people, neither is named."""
    text = "Tom Barlow and Maria Barlow met. Barlow left."
    assert _shared(text, "Tom Barlow", "Maria Barlow") == "<PERSON_1> and <PERSON_2> met. Barlow left."


def test_names_without_a_link_or_another_salt_stay() -> None:
    """A lone document, and one scrubbed with another salt, come back as they were."""
    meeting, row = from_batch(SCRUB(to_batch([_meeting("Tom Barlow"), _row("Tom Barlow left.")])))
    assert share_names([row], SALT) == [row]
    assert share_names([meeting, row], "another") == [meeting, row]


def test_documents_without_a_known_name_are_not_copied() -> None:
    """What does not change keeps its identity, so that places of blocks stay known."""
    documents = from_batch(SCRUB(to_batch([_meeting("Tom Barlow"), _row("Nobody left.")])))
    assert all(before is after for before, after in zip(documents, share_names(documents, SALT), strict=True))


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="Tom Barlow.\n'’-s", max_size=40))
def test_only_names_change_and_a_second_time_changes_nothing(text: str) -> None:
    """Sharing adds placeholders of known people and nothing else, and is done after once."""
    meeting, row = from_batch(SCRUB(to_batch([_meeting("Tom Barlow"), _row(text)])))
    known = {found for block in meeting.blocks for found in entities(block.speaker or "")}
    once = share_names([meeting, row], SALT)
    (_, shared) = once
    assert set(entities(shared.fields.get("answer", ""))) <= known | set(entities(row.fields.get("answer", "")))
    assert share_names(once, SALT) == once
    assert dataclasses.replace(shared, fields=row.fields) == row
