"""The quick look for personal data, held against the patterns that it saves."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.audit_patterns import find
from winnow.checking.personal import kinds, may_hold

HELD = (
    "jane.doe@example.com",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "+44 20 7946 0958",
    "44051401359",
    "12345678Z",
    "536-90-4399",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "-----BEGIN RSA PRIVATE KEY-----",
    "postgres://user:secret1@host/db",
    "password: hunter2abc",
    "token = a8f3b2c9d1e7460581726354",
    "RSSMRA85T10A562S",
)


@pytest.mark.parametrize("surface", HELD)
def test_what_the_audit_finds_is_found(surface: str) -> None:
    """Each kind of surface is found in a sentence, plainly and in full-width digits and letters."""
    text = f"Please use {surface} for this."
    assert find(text)
    assert any(kinds(text))
    wide = text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    assert any(kinds(wide)) == bool(find(wide))


PIECES = st.sampled_from((*HELD, "\u200b", "\u00ad", " ", "\n", "-", ".", "１２", "٣٤", "é", "key", "is", "12", "@", "+", "x"))


@given(st.lists(PIECES, max_size=6).map("".join) | st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_the_quick_look_misses_nothing(text: str) -> None:
    """Wherever the audit's patterns find something, the quick look had said that they may."""
    if find(text):
        assert may_hold(text)


def test_ordinary_text_is_not_searched() -> None:
    """Words, years and prices need no second look."""
    assert not may_hold("In 2024 the price rose to 1,299.00 euros, and the printer on floor 3 was slow.")
