"""Characters that nobody sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.checking.characters import has_half, seen, without_halves


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("zero\u200bwidth", "zerowidth"),
        ("\ufeffmark", "mark"),
        ("a\x00b\x1b[0m", "ab[0m"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("soft\u00adhyphen", "softhyphen"),
        ("next\x85line\x0cpage", "next\nline\npage"),
        ("in\u200dvisible", "invisible"),
        ("hidden\U000e0041\U000e0042", "hidden"),
    ],
)
def test_what_nobody_sees_goes(text: str, shown: str) -> None:
    """Zero-width, bidirectional, control and tag characters are removed, and line ends stay line ends."""
    assert seen(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "tab\tline\r\nend",
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467 of three",
        "می\u200cخواهم",
        "क्\u200dष",
        "flag \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "heart \u2764\ufe0f",
        "English \u200fעברית\u200f text",
    ],
)
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    """Joiners, selectors, marks of direction and the tags of a flag are text."""
    assert seen(text) == text


@given(st.text(alphabet=st.sampled_from("a\u200d\u200c\u200b\U000e0041\U0001f3f4é\x00\x0b\ud800\u202e"), max_size=12))
@settings(max_examples=300, deadline=None)
def test_taking_them_out_once_is_enough(text: str) -> None:
    """A text without them has none, and no half of a character is left where they were to go."""
    assert seen(seen(text)) == seen(text)
    assert not has_half(without_halves(text))
