"""Prompts that occur with contradicting labels."""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa

from winnow.contradictions import contradictions, leaving
from winnow.screen_config import Contradictions

Make = Callable[[Sequence[dict[str, Any]]], pa.Table]


def test_equal_prompts_with_two_labels_are_found(make_examples: Make) -> None:
    """Case, width and white space make no other prompt; one label, another task or no label make no contradiction."""
    rows = [
        {"input": "Lost card", "label": "a"},
        {"input": "ｌｏｓｔ  CARD ", "label": "b"},
        {"input": "card lost", "label": "a"},
        {"input": "card lost", "label": "a"},
        {"input": "Lost card", "label": "c", "task": "other"},
        {"input": "Lost card", "label": None, "target": "Call us."},
    ]
    (found,) = contradictions(make_examples(rows))
    assert found.task == "tickets"
    assert sorted(found.members.values()) == ["a", "b"]


def test_the_majority_is_more_than_half(make_examples: Make) -> None:
    """Two of three are one, two of four are none: then dropping the minority drops all."""
    three = contradictions(make_examples([{"input": "x y z", "label": label} for label in "aab"]))
    assert three[0].majority == "a"
    assert len(leaving(three[0], Contradictions(action="drop_minority"))) == 1
    four = contradictions(make_examples([{"input": "x y z", "label": label} for label in "aabc"]))
    assert four[0].majority is None
    assert len(leaving(four[0], Contradictions(action="drop_minority"))) == 4


def test_a_report_drops_nobody(make_examples: Make) -> None:
    """By default nobody leaves."""
    (found,) = contradictions(make_examples([{"input": "x y z", "label": label} for label in "ab"]))
    assert leaving(found, Contradictions()) == []
