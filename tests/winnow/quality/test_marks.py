"""Figures about words, lines and marks."""

import pytest

from winnow.quality._layout import lay_out
from winnow.quality._marks import marks


def figure(name: str, text: str) -> float:
    """The figure called ``name`` of ``text``."""
    return float(marks(lay_out([text]), [text])[name][0])


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("words", "three little words", 3),
        ("words", "", 0),
        ("gopher_mean_word_length", "a bbb ccccc", 3),
        ("gopher_mean_word_length", "<PERSON_1> is", 4.5),
        ("gopher_hash_to_word", "# one two # three", 0.4),
        ("gopher_ellipsis_to_word", "well... then… no", 2 / 3),
        ("gopher_bullet_lines", "• one\n- two\n-5 degrees\nfour", 0.5),
        ("gopher_ellipsis_lines", "read on...\nmore…\nend.", 2 / 3),
        ("gopher_alphabetic_words", "12 a5 -- word", 0.5),
        ("c4_kept_lines", "This line has five words.\nShort one.\nthis one has no mark at all", 1 / 3),
        ("c4_kept_lines", "Please enable JavaScript to read this page.\nWe had a good year again.", 0.5),
        ("c4_sentences", "We met today. It was short. Was it good?\nno mark here at all", 3),
        ("c4_sentences", 'He said (We met on Monday morning.) And then "we left at once."', 2),
        ("c4_curly_bracket", "a {b}", 1),
        ("c4_curly_bracket", "a (b)", 0),
        ("c4_lorem_ipsum", "Lorem Ipsum dolor", 1),
        ("fineweb_lines_with_end_mark", "One.\nTwo\nThree!\nFour", 0.5),
        ("fineweb_lines_with_end_mark", "今日は良い天気です。\n明日は", 0.5),
        ("fineweb_short_lines", f"{'x' * 29}\n{'x' * 30}", 0.5),
    ],
)
def test_a_figure_is_what_its_paper_says(name: str, text: str, value: float) -> None:
    """Each figure has the value that its definition gives for a text made for it."""
    assert figure(name, text) == pytest.approx(value)


def test_lines_with_notices_are_told_apart_in_a_batch() -> None:
    """A notice of cookies in one text takes no line of another."""
    texts = ["We like to use cookies on this page.\nAll went well in the end.", "All went well in the end."]
    assert marks(lay_out(texts), texts)["c4_kept_lines"].tolist() == [0.5, 1.0]


def test_characters_beyond_the_basic_plane_are_told() -> None:
    """Emoji are no letters, and rare ideographs are letters of a script without spaces."""
    layout = lay_out(["😀 😀 ok", "𠀀𠀁𠀂"])
    assert layout.letters.tolist() == [2, 3]
    assert layout.unspaced.tolist() == [0, 3]
