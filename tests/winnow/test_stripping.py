"""Which texts of an example may lose a block, and what becomes of an example that lost one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.answers import joined
from winnow.recipes import recipes
from winnow.recipes.classification import ClassificationTask
from winnow.stripping import _LEAST, INPUT, REJECTED, TARGET, passages, stripped, without

TEXT = "one two three\nfour five\n\nsix seven eight nine\n\nten"


def parts(kind: str, source: str, target: str, label: str | None = None) -> list[tuple[str, str]]:
    """The passages of an example as pairs."""
    return [(one.part, one.text) for one in passages(kind, source, target, label)]


def test_every_recipe_has_a_minimum() -> None:
    """Each task kind says which part is too short by which of its own settings, so that a new one is not forgotten."""
    assert set(_LEAST) == set(recipes())
    assert all(setting in recipes()[kind].task.model_fields for kind, (_, setting) in _LEAST.items())


def test_a_label_is_no_passage() -> None:
    """Of an example with a label only the input is looked at."""
    assert parts("classification", "the text", "the label", "the label") == [(INPUT, "the text")]
    assert parts("sentiment", "the text", "positive", "positive") == [(INPUT, "the text")]


def test_what_a_recipe_wrote_is_no_passage() -> None:
    """The prompt of a title and heading, the question behind a context and texts with named spans are left alone."""
    assert parts("generation", "Title: a\nSection: b", "section") == [(TARGET, "section")]
    assert parts("question_answering", "Question: why", "answer") == [(TARGET, "answer")]
    assert parts("question_answering", "Context:\na\n\nb\n\nQuestion: why", "answer") == [(INPUT, "a\n\nb"), (TARGET, "answer")]
    assert parts("spans", "text", "[]") == []


def test_both_answers_of_a_preference_are_passages() -> None:
    """The answer that was preferred and the one that was given up are looked at by themselves."""
    assert parts("preference", "ask", joined("good", "bad")) == [(INPUT, "ask"), (TARGET, "good"), (REJECTED, "bad")]


@pytest.mark.parametrize(
    ("cuts", "left"),
    [
        ([(0, 2)], "six seven eight nine\n\nten"),
        ([(1, 2)], "one two three\n\nsix seven eight nine\n\nten"),
        ([(0, 1)], "four five\n\nsix seven eight nine\n\nten"),
        ([(3, 4)], "one two three\nfour five\n\nten"),
        ([(0, 6)], ""),
        ([], TEXT),
    ],
)
def test_lines_leave_with_a_clean_break(cuts: list[tuple[int, int]], left: str) -> None:
    """Where lines were taken out one empty line is left, none at either end."""
    assert without(TEXT, cuts) == left


def test_an_example_keeps_its_question_and_its_layout() -> None:
    """What is taken out of a context leaves the words around it as the recipe wrote them."""
    source = "Context:\nkept\n\ncut\n\nQuestion: why is that so"
    assert stripped("question_answering", source, "answer", {INPUT: [(2, 3)]}, None) == (
        "Context:\nkept\n\nQuestion: why is that so",
        "answer",
    )


def test_an_example_without_a_text_is_refused() -> None:
    """An input, a target or one of two answers that is boilerplate as a whole leaves no example; a request stays as it is."""
    assert stripped("classification", "cut", "label", {INPUT: [(0, 1)]}, None) is None
    assert stripped("question_answering", "Context:\ncut\n\nQuestion: why", "a", {INPUT: [(0, 1)]}, None) is None
    assert stripped("summarization", "text", "cut", {TARGET: [(0, 1)]}, None) is None
    assert stripped("preference", "ask", joined("good", "cut"), {REJECTED: [(0, 1)]}, None) is None
    assert stripped("question_answering", "Question: why", "kept\n\ncut", {TARGET: [(2, 3)]}, None) == (
        "Question: why",
        "kept",
    )
    assert stripped("preference", "cut", joined("good", "bad"), {INPUT: [(0, 1)]}, None) == ("cut", joined("good", "bad"))


def test_two_answers_that_differed_by_boilerplate_alone_are_refused() -> None:
    """If only one of them had the block, nobody preferred anything."""
    assert stripped("preference", "ask", joined("good\n\ncut", "good"), {TARGET: [(2, 3)]}, None) is None


def test_a_recipes_own_minimum_holds_for_what_is_left() -> None:
    """Fewer words than the task asks are refused, unless it had fewer before."""
    task = ClassificationTask(name="t", sources=("s",), label="l", min_words=3)
    assert stripped("classification", "one two\n\ncut it out", "x", {INPUT: [(2, 3)]}, task) is None
    assert stripped("classification", "one two three\n\ncut", "x", {INPUT: [(2, 3)]}, task) == ("one two three", "x")
    assert stripped("classification", "one\n\ncut", "x", {INPUT: [(2, 3)]}, task) == ("one", "x")


@given(st.lists(st.sampled_from(["", "a b", "c.", "- d", "  e"]), max_size=12), st.lists(st.integers(0, 12), max_size=6))
@settings(deadline=None, max_examples=200)
def test_what_is_left_are_lines_of_the_text(lines: list[str], places: list[int]) -> None:
    """Whatever is cut, each line that is left stood outside of the cuts, in its order, and no two became one."""
    edges = sorted({min(place, len(lines)) for place in places})
    cuts = list(zip(edges[::2], edges[1::2], strict=False))
    kept = [line for number, line in enumerate(lines) if line.strip() and not any(low <= number < high for low, high in cuts)]
    assert [line.strip() for line in without("\n".join(lines), cuts).split("\n") if line.strip()] == [
        line.strip() for line in kept
    ]
