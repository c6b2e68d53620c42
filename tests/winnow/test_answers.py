"""Two answers in one target."""

from hypothesis import given
from hypothesis import strategies as st

from winnow.answers import chosen_of, joined, rejected_of

TEXT = st.text(min_size=1).map(str.strip).filter(bool).filter(lambda text: "\x1e" not in text)


@given(chosen=TEXT, rejected=TEXT)
def test_both_answers_come_back(chosen: str, rejected: str) -> None:
    """What was joined is told apart again."""
    target = joined(chosen, rejected)
    assert (chosen_of(target), rejected_of(target)) == (chosen, rejected)


def test_one_answer_is_no_pair() -> None:
    """A target without a second answer is the answer."""
    assert (chosen_of("only one"), rejected_of("only one")) == ("only one", None)


def test_a_separator_in_a_text_cannot_make_three() -> None:
    """A separator that stands in an answer becomes a space."""
    target = joined("a\x1eb", "c\x1ed")
    assert (chosen_of(target), rejected_of(target)) == ("a b", "c d")
