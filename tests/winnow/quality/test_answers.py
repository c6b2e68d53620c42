"""What an answer has of its prompt."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.quality._answers import fragments, prompt_share, summary, words_of

WORDS = st.lists(st.sampled_from("abcd"), max_size=14)


def _reference(source: list[str], said: list[str]) -> list[int]:
    """Grusky et al. 2018, figure 3, as it is printed: every start in the summary against every start in the source."""
    found, at = [], 0
    while at < len(said):
        longest = 0
        for start in range(len(source)):
            length = 0
            while at + length < len(said) and start + length < len(source) and said[at + length] == source[start + length]:
                length += 1
            longest = max(longest, length)
        if longest:
            found.append(longest)
        at += max(longest, 1)
    return found


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS)
def test_fragments_are_those_of_the_published_procedure(source: list[str], said: list[str]) -> None:
    """The indexed search finds the same fragments, in the same order, as the procedure in the paper."""
    assert fragments(source, said) == _reference(source, said)


def test_a_copied_summary_has_full_coverage_and_its_length_as_density() -> None:
    """A summary that is one stretch of its source is covered whole, in one fragment, without a new word."""
    found = summary(words_of("The board met on Monday and agreed to go on."), words_of("The board met on Monday"))
    assert found is not None
    assert (found.compression, found.coverage, found.density, found.new_words) == (2.0, 1.0, 5.0, 0.0)


def test_words_that_are_not_in_the_source_are_counted() -> None:
    """Half of the words are new, and neither covered nor in a fragment."""
    found = summary(words_of("alpha beta gamma delta"), words_of("beta omega"))
    assert found is not None
    assert (found.coverage, found.density, found.new_words) == (0.5, 0.5, 0.5)


def test_a_person_is_the_same_word_on_both_sides() -> None:
    """A placeholder in a summary is known if the same one is in the source, and new if another one is."""
    source = words_of("<PERSON_1> spoke first")
    same, other = summary(source, words_of("<PERSON_1>")), summary(source, words_of("<PERSON_2>"))
    assert same is not None
    assert other is not None
    assert (same.new_words, other.new_words) == (0.0, 1.0)


def test_ideographs_are_words() -> None:
    """In a script without spaces each sign counts, so that a copied sentence is one fragment."""
    found = summary(words_of("今日は天気が良い。"), words_of("天気が良い"))
    assert found is not None
    assert found.density == 5.0


@pytest.mark.parametrize(
    ("prompt", "answer", "share"),
    [
        ("How do I reset it?", "how do I RESET it", 1.0),
        ("How do I reset it?", "How do I reset it? How do I reset it?", 1.0),
        ("one two three four", "two three", 0.5),
        ("one two three four", "two four", 0.0),
        ("one two three four", "one two three four five", 0.0),
        ("", "one", 0.0),
    ],
)
def test_an_answer_that_says_the_prompt_again_is_told(prompt: str, answer: str, share: float) -> None:
    """The share of the prompt that stands in the answer, and nothing else in the answer; 0 if it says anything more."""
    assert prompt_share(words_of(prompt), words_of(answer)) == share
