"""Accuracy, F1 and mistakes of a classifier."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from winnow.confusion import OUTSIDE, Confusion
from winnow.confusion_chart import confusion_chart

WANTED = ["order", "order", "order", "refund", "refund", "card"]
GIVEN = ["order", "refund", "order", "refund", "card", "something else"]


def confusion() -> Confusion:
    """The one of the two lists above."""
    return Confusion.of(WANTED, GIVEN, ["order", "refund", "card", "never"])


def test_macro_f1_is_the_mean_of_the_classes_f1() -> None:
    """Worked by hand: F1 of order is 4/5, of refund 2/4, of card 0/2; scikit-learn gives the same mean, .4333."""
    assert confusion().macro_f1(np.ones((1, 6)))[0] == pytest.approx((0.8 + 0.5 + 0) / 3)


def test_a_class_that_no_draw_wants_is_none_of_the_mean() -> None:
    """A draw without examples of a class measures the others alone."""
    assert confusion().macro_f1(np.array([[1.0, 0, 1, 0, 0, 0]]))[0] == 1.0


def test_an_answer_that_is_no_label_is_wrong() -> None:
    """What the model made up counts as wrong and is called so in the list of mistakes."""
    assert confusion().right.tolist() == [1, 0, 1, 1, 0, 0]
    assert ("card", OUTSIDE, 1) in confusion().pairs()


def test_classes_come_weakest_first_with_what_they_are_taken_for() -> None:
    """Each wanted class has its precision, recall and commonest mistake."""
    rows = confusion().by_class()
    assert [row["label"] for row in rows] == ["card", "refund", "order"]
    assert rows[2] == {
        "label": "order",
        "examples": 3,
        "precision": 1.0,
        "recall": 2 / 3,
        "f1": 0.8,
        "taken for": "refund",
        "times": 1,
    }


def test_the_matrix_counts_every_example_of_its_classes_once() -> None:
    """Rows are wanted classes, columns given ones, the last column whatever else was said."""
    labels, cells = confusion().matrix()
    assert labels == ["card", "order", "refund"]
    assert cells == [[0, 0, 0, 1], [0, 2, 1, 0], [1, 0, 1, 0]]


def test_a_large_matrix_has_the_weakest_classes() -> None:
    """What is drawn of many classes are those with the lowest F1; what they are taken for beyond them is one column."""
    labels, cells = confusion().matrix(most=1)
    assert (labels, cells) == (["card"], [[0, 1]])


def test_the_picture_has_every_count_and_no_markup_of_a_label() -> None:
    """Each class and count is in the picture; a label's own characters are no markup."""
    picture = confusion_chart("title", ["a<b", "c"], [[5, 1, 0], [0, 7, 2]])
    assert ET.fromstring(picture).tag.endswith("svg")
    assert all(f">{count}<" in picture for count in (5, 1, 7, 2))
    assert "a&lt;b" in picture


def test_lists_of_different_length_are_refused() -> None:
    """A missing answer is an error, not a shift."""
    with pytest.raises(ValueError, match="not as many"):
        Confusion.of(["a"], [], ["a"])
