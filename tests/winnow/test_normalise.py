"""The normalised view and its map back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.normalise import FILLER, fold, view

TROUBLE = st.text(
    st.sampled_from("aB1 .\u00ad\u200b\u00a0\uff11\u0661\ufb01\u2011\u2019\r\n²½é<>_PERSON\ue000\ue001\ue002"), max_size=30
)

WORDS = st.text(
    st.sampled_from("aE1 .\u0430\u0435\u0436\u0391\u0301\u0336\u202e\U0001d423\ufb01\u200b<>_P1\ue002"), max_size=30
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200bb\u00adc\ufeff", "abc"),
        ("1\u00a02\u20093", "1 2 3"),
        ("\uff11\u0662\u0969", "123"),
        ("o\ufb03ce", "office"),
        ("030\u20111\u20132", "030-1-2"),
        ("O\u2019Neil", "O'Neil"),
        ("5 m² ½", "5 m² ½"),
        ("a\r\nb", "a \nb"),
        ("x <PERSON_12> y", f"x {FILLER} y"),
        ("x \ue000PERSON:0a\ue001y", f"x {FILLER}y"),
        (f"x{FILLER}y", "x y"),
        ("<PERSON> <P_1x>", "<PERSON> <P_1x>"),
        ("j\u043ehn@\u0441\u043erp.com", "john@corp.com"),
        ("\u0410\u0412123456\u0421", "AB123456C"),
        ("\u0418\u0432\u0430\u043d \u043e\u0442 2", "\u0418\u0432\u0430\u043d \u043e\u0442 2"),
        ("\U0001d423\U0001d428\U0001d41e", "joe"),
        ("\u202ejoe\u202c", "joe"),
        ("j\u0336o\u0336e\u0336", "joe"),
        ("Zoe\u0308", "Zo\xeb"),
        ("y\u0131l", "y\u0131l"),
    ],
)
def test_view(text: str, expected: str) -> None:
    """Disguises are folded, placeholders of both spellings become one filler, other signs stay."""
    assert view(text).text == expected


@settings(max_examples=200, deadline=None)
@given(TROUBLE)
def test_every_character_that_is_folded_alone_maps_to_its_origin(text: str) -> None:
    """Each character of the view maps to a span of the original that folds to a text with this character in it, in order."""
    looked_at = view(text)
    previous = 0
    for at, character in enumerate(looked_at.text):
        start, end = looked_at.original(at, at + 1)
        assert previous <= start < end <= len(text)
        assert character == FILLER or character in "".join(fold(sign) for sign in text[start:end])
        assert character != FILLER or text[start] in "<\ue000"
        previous = start


@settings(max_examples=200, deadline=None)
@given(WORDS)
def test_the_map_is_monotone_and_within_the_original(text: str) -> None:
    """Each character of the view stands for a span of the original that begins after the one before, and is not empty."""
    looked_at = view(text)
    previous = -1
    for at in range(len(looked_at.text)):
        start, end = looked_at.original(at, at + 1)
        assert previous < start < end <= len(text) or (previous == start and len(fold(text[start])) > 1)
        previous = start


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_plain_text_is_its_own_view(text: str) -> None:
    """A text of ASCII letters, digits and signs without placeholders is not copied."""
    if FILLER not in view(text).text:
        assert view(text).text is text
        assert view(text).starts is None


@settings(max_examples=200, deadline=None)
@given(TROUBLE | WORDS)
def test_a_view_is_its_own_view(text: str) -> None:
    """Normalising twice changes nothing but fillers, which are not trusted in a text."""
    once = view(text).text
    assert view(once).text == once.replace(FILLER, " ")
