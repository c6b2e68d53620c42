"""Separators, spaces, stops and shared beginnings of pairs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.checking.affixes import SEPARATORS, STOPS, Affixes, Frame, bare_answer, bare_prompt, common_start, sealed

MARKS = st.sampled_from((*SEPARATORS, *STOPS, "#", "\n", " ", "-", ">", "E", "END", "a", "ä"))
TEXTS = st.lists(MARKS, max_size=8).map("".join)


@given(text=TEXTS, mark=st.sampled_from((*SEPARATORS, *STOPS)))
@settings(max_examples=300, deadline=None)
def test_a_sealed_text_ends_in_the_mark_alone(text: str, mark: str) -> None:
    """Whatever stands in a text, behind sealing the mark is found where it ends and nowhere before, and sealing again does nothing."""
    made = sealed(text, mark)
    assert (made + mark).find(mark) == len(made)
    assert sealed(made, mark) == made


@given(
    text=TEXTS,
    separator=st.sampled_from(SEPARATORS),
    stop=st.sampled_from(STOPS),
    space=st.booleans(),
    is_label=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_frame_is_put_on_once(text: str, separator: str, stop: str, space: bool, is_label: bool) -> None:
    """A prompt or an answer in its frame stays as it is when it is framed again."""
    frame = Frame(separator, stop=stop, space=space, is_label=is_label)
    prompt, answer = frame.prompt(text), frame.answer(text)
    assert frame.prompt(prompt) == prompt
    assert frame.answer(answer) == answer
    assert prompt.endswith(separator)
    assert answer.endswith(stop)


@given(st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_common_start_is_the_longest(one: str, other: str) -> None:
    """Both texts begin with it, and no longer text begins both."""
    shared = common_start(one, other)
    assert one.startswith(shared)
    assert other.startswith(shared)
    assert one[len(shared) : len(shared) + 1] != other[len(shared) : len(shared) + 1] or shared in {one, other}


def _seen(pairs: list[tuple[str, str]]) -> Affixes:
    affixes = Affixes()
    for line, pair in enumerate(pairs, 1):
        affixes.see(line, *pair)
    return affixes


WORDS = ("alpha one", "beta two", "gamma three", "delta four")


def _pairs(before: str = "", sep: str = "\n\n###\n\n", lead: str = " ", stop: str = " END") -> list[tuple[str, str]]:
    return [(f"{before}{word}{sep}", f"{lead}{word[::-1]}{stop}") for word in WORDS]


@pytest.mark.parametrize(
    ("pairs", "codes"),
    [
        (_pairs(), set()),
        (_pairs(sep=" ->"), set()),
        (_pairs(sep="\n\nAnswer:"), set()),
        (_pairs(sep=""), {"separator_missing"}),
        ([*_pairs(), ("epsilon", " x END")], {"separator_inconsistent"}),
        ([*_pairs(), ("a\n\n###\n\nb\n\n###\n\n", " x END")], {"separator_inside"}),
        (_pairs(before="Tell me about this: "), {"shared_prefix"}),
        (_pairs(before="Tell me "), set()),
        (_pairs(lead=""), {"leading_space"}),
        (_pairs(lead="  "), {"leading_space"}),
        (_pairs(lead=" The answer is: "), {"shared_answer_prefix"}),
        (_pairs(stop=""), {"stop_missing"}),
        ([*_pairs(), ("epsilon\n\n###\n\n", " x")], {"stop_inconsistent"}),
        ([*_pairs(), ("epsilon\n\n###\n\n", " x END y END")], {"stop_inside"}),
        ([(prompt, " the same END") for prompt, _ in _pairs()], {"same_answer"}),
        ([("ask\n\n###\n\n", answer) for _, answer in _pairs()], {"same_prompt"}),
        ([("", answer) for _, answer in _pairs()], set()),
    ],
)
def test_each_mark_is_missed_where_it_is_missing(pairs: list[tuple[str, str]], codes: set[str]) -> None:
    """Each damage of the marks has its code alone, and pairs in the frame that is put to them have none but what is the same."""
    frame, found = _seen(pairs).findings(is_label=False)
    assert set(found) == codes
    blank = not any(prompt for prompt, _ in pairs)
    framed = [(prompt if blank else frame.prompt(prompt), frame.answer(answer)) for prompt, answer in pairs]
    _, left = _seen(framed).findings(is_label=False)
    assert set(left) <= {"same_answer", "same_prompt"}


def test_a_row_is_never_emptied_by_taking_off_what_all_share() -> None:
    """Where one prompt is nothing but what the others begin with, all keep it."""
    _, found = _seen([("ABCDEFGHIJKLMNOP", " a END"), ("ABCDEFGHIJKLMNOP and more", " b END")]).findings(is_label=False)
    assert "shared_prefix" not in found


def test_labels_are_not_cut_in_two() -> None:
    """Classes that begin alike keep their names."""
    pairs = [
        (f"{word}\n\n###\n\n", answer) for word, answer in zip(WORDS, (" billing_card\n", " billing_cash\n") * 2, strict=True)
    ]
    _, found = _seen(pairs).findings(is_label=True)
    assert set(found) == set()


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_what_is_bare_has_no_mark_at_its_end(text: str) -> None:
    """Taking marks off takes all of them off."""
    assert not bare_prompt(text).endswith(SEPARATORS)
    assert not bare_answer(text).endswith(STOPS)
