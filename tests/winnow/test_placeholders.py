"""The spellings of a removed entity."""

from hypothesis import given, settings
from hypothesis import strategies as st

from winnow import placeholders

ENTITIES = st.sampled_from(["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER"])
IDS = st.text("0123456789abcdef", min_size=16, max_size=16)
PARTS = st.lists(st.lists(st.one_of(st.tuples(ENTITIES, IDS), st.text(max_size=5))), max_size=4)


def _text(pieces: list[tuple[str, str] | str]) -> str:
    return "".join(
        placeholders.neutralise(piece) if isinstance(piece, str) else placeholders.internal(*piece) for piece in pieces
    )


@settings(max_examples=60, deadline=None)
@given(PARTS)
def test_one_number_for_one_entity_over_all_parts(parts: list[list[tuple[str, str] | str]]) -> None:
    """Over all parts, two placeholders get the same number exactly if type and id are the same, counted from 1 in order."""
    texts = [_text(pieces) for pieces in parts]
    before = [entity for text in texts for entity in placeholders.entities(text)]
    expected: dict[tuple[str, str], str] = {}
    for entity, identity in before:
        seen = sum(known == entity for known, _ in expected)
        expected.setdefault((entity, identity), f"<{entity}_{seen + 1}>")
    wanted = [
        "".join(expected[piece] if isinstance(piece, tuple) else placeholders.neutralise(piece) for piece in pieces)
        for pieces in parts
    ]
    assert placeholders.number(texts) == wanted


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab \ue000\ue001:0PERSON_<>1")))
def test_neutralised_text_holds_no_internal_placeholder(text: str) -> None:
    """Untrusted text keeps its length when neutralised, and can then not pass for an internal placeholder."""
    neutral = placeholders.neutralise(text)
    assert len(neutral) == len(text)
    assert placeholders.entities(neutral) == []
    assert placeholders.neutralise(neutral) == neutral


def test_without_internal_takes_out_placeholders_alone() -> None:
    """Taking placeholders out leaves the text around them, numbered placeholders included."""
    text = f"a {placeholders.internal('PERSON', '0' * 16)} b <PERSON_1>"
    assert placeholders.without_internal(text, "_") == "a _ b <PERSON_1>"
