from collections.abc import Sequence

import polars as pl
import pytest

from winnow.collect import Known, empty_sides, not_measurable, small_labels, to_collect
from winnow.tasks import Balance

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}


def _known(rows: Sequence[tuple[str, str, str, str, int]], rule: Balance | None = None, **closest: tuple[str, float]) -> Known:
    """``rows`` of task, label, source, side and examples."""
    names = ["task", "label", "source", "split", "examples"]
    there = pl.DataFrame(list(rows), schema=names, orient="row")
    like = {("topics", label): found for label, found in closest.items()}
    return Known(there, {"topics": rule or Balance(), "texts": rule or Balance()}, SHARES, like)


SOME = [
    ("topics", "rare", "desk", "train", 36),
    ("topics", "rare", "desk", "test", 6),
    ("topics", "rare", "mail", "train", 1),
    ("topics", "common", "desk", "train", 300),
    ("topics", "common", "desk", "test", 40),
    ("topics", "common", "mail", "train", 2),
]


def test_what_to_collect_is_concrete() -> None:
    """So many that train reaches the minimum by its share, from the source where the label is most frequent, and how many to read."""
    (row,) = to_collect(_known(SOME))
    assert (row["label"], row["collect"], row["best source"]) == ("rare", 79, "desk")  # (100 - 37) / 0.8
    assert row["share there"] == pytest.approx(42 / 382)
    assert row["to look through"] == 719
    assert (
        row["said"]
        == "label rare of task topics: 79 more examples; best from desk, where 11% have it: about 719 to look through"
    )


def test_a_source_that_is_hardly_known_is_not_the_best() -> None:
    """One example of three says less than a hundred of a thousand."""
    rows = [
        ("topics", "a", "tiny", "train", 1),
        ("topics", "b", "tiny", "train", 2),
        ("topics", "a", "large", "train", 50),
        ("topics", "b", "large", "train", 100),
    ]
    found = {row["label"]: row["best source"] for row in to_collect(_known(rows))}
    assert found["a"] == "large"


def test_what_cannot_be_measured_is_to_be_collected_too() -> None:
    """A label with enough for train and four test examples lacks what brings one more to test."""
    rows = [("topics", "a", "desk", "train", 900), ("topics", "a", "desk", "test", 4)]
    (row,) = to_collect(_known(rows))
    assert row["collect"] == 10
    assert [(found["label"], found["says"]) for found in not_measurable(_known(rows))] == [
        ("a", "not measurable: 4 test examples")
    ]


@pytest.mark.parametrize(("tests", "marked"), [(0, True), (4, True), (5, False)])
def test_fewer_than_five_test_rows_measure_nothing(tests: int, marked: bool) -> None:
    """A class is marked below five test examples, tasks without labels as a whole."""
    rows = [("texts", "", "desk", "train", 900), ("texts", "", "desk", "test", tests)]
    assert bool(not_measurable(_known(rows))) is marked


def test_small_labels_come_with_their_remedies() -> None:
    """A label under the minimum says what the catalog does, which label is most like it, and what else could be done."""
    (row,) = small_labels(_known(SOME, Balance(minimum=50), rare=("common", 0.8)))
    assert (row["label"], row["train"], row["minimum"], row["now"]) == ("rare", 37, 50, "kept, with this warning")
    assert "merge it into common" in row["else"]
    assert "below_minimum: other" in row["else"]


def test_a_label_that_left_is_still_asked_for() -> None:
    """What left the dataset for being small is named as left out, and collecting says how many would bring it back."""
    rows = [*SOME, ("topics", "gone", "mail", "", 20)]
    known = _known(rows, Balance(below_minimum="drop"))
    assert {row["label"]: row["now"] for row in small_labels(known)}["gone"] == "left out of the dataset"
    (row,) = [row for row in to_collect(known) if row["label"] == "gone"]
    assert (row["collect"], row["best source"]) == (105, "mail")  # (100 - 16) / 0.8
    assert "gone" not in {row["label"] for row in not_measurable(known)}


def test_an_empty_side_is_said_plainly() -> None:
    """A task without a validation example says so, and that its share of so few is less than one."""
    rows = [("texts", "", "desk", "train", 7), ("texts", "", "desk", "test", 1)]
    (row,) = empty_sides(_known(rows))
    assert (row["task"], row["side"]) == ("texts", "validation")
    assert "10% of 8 examples is 0.8" in row["why"]


def test_enough_of_everything_asks_for_nothing() -> None:
    """Without a shortage nothing is collected and nothing is small."""
    rows = [("topics", "a", "desk", side, 200) for side in SHARES]
    known = _known(rows)
    assert (to_collect(known), small_labels(known), not_measurable(known), empty_sides(known)) == ([], [], [], [])
