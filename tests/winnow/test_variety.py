import itertools
import random
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.samples import closest_labels, variety_table
from winnow.schemas import DECISIONS
from winnow.variety import WINDOW, Space, closest, spread, variety, words

TEXTS = st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), min_size=1, max_size=8), min_size=2, max_size=12)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_the_spread_is_the_mean_distance_of_all_pairs(texts: list[list[str]]) -> None:
    """The shortcut by the length of the sum gives what going through the pairs gives."""
    vectors = Space(texts).vectors(texts)
    pairs = [1 - float(np.dot(a, b)) for a, b in itertools.combinations(vectors, 2)]
    assert spread(vectors) == pytest.approx(sum(pairs) / len(pairs), abs=1e-9)


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_every_figure_is_a_ratio(texts: list[list[str]]) -> None:
    """Whatever the texts, each ratio lies between 0 and 1."""
    found = variety(texts)
    assert found.words == sum(map(len, texts))
    assert all(0 <= value <= 1 for value in (found.type_token, *found.distinct))


def test_distinct_grams_of_a_known_text() -> None:
    """Of "a b a b" two of four words, two of three pairs and two of two triples are distinct."""
    assert variety([["a", "b", "a", "b"]]).distinct == (2 / 4, 2 / 3, 2 / 2)


def test_longer_texts_are_not_poorer_for_their_length() -> None:
    """The type-token ratio of a text and of ten times as much of the same kind is nearly the same."""
    rng = random.Random(1)
    text = [str(int(rng.paretovariate(0.7))) for _ in range(10 * WINDOW)]
    assert variety([text[:WINDOW]]).type_token == pytest.approx(variety([text]).type_token, abs=0.04)


def test_words_are_folded_and_placeholders_are_one_word() -> None:
    """Case and the number of a placeholder make no other word."""
    assert words("The <PERSON_12>'s the <PERSON_1>, über") == ["the", "<PERSON>", "s", "the", "<PERSON>", "über"]


def test_the_closest_label_shares_its_words() -> None:
    """Of three labels the two that talk of the same are each other's nearest."""
    texts = {
        "leak": [["the", "pump", "leaks", "water"], ["water", "under", "the", "pump"]],
        "drip": [["the", "pump", "drips", "water"]],
        "bill": [["the", "invoice", "is", "wrong"], ["a", "wrong", "amount"]],
    }
    found = closest(texts)
    assert (found["leak"][0], found["drip"][0]) == ("drip", "leak")


def _decided(examples: pa.Table, kept: Callable[[int], bool]) -> pa.Table:
    rows = [
        {
            "example_id": row["example_id"],
            "task": row["task"],
            "split": "train",
            "weight": 1.0,
            "reason": None if kept(number) else "over_cap",
        }
        for number, row in enumerate(examples.to_pylist())
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["example_id"]), schema=DECISIONS)


def test_before_and_after_are_measured_over_as_many_words(make_examples: Callable[..., pa.Table]) -> None:
    """Dropping half of a task leaves both samples with the same number of words; a task where nothing changed has one line."""
    examples = make_examples(
        [{"input": f"ticket {n} says this", "label": "a"} for n in range(20)]
        + [{"task": "texts", "input": f"text {n}", "target": f"summary {n}"} for n in range(4)]
    )
    before, after = _decided(examples, lambda _: True), _decided(examples, lambda n: n >= 20 or n % 2 == 0)
    rows = variety_table(examples, before, after)
    assert [(row["task"], row["part"], row["train"]) for row in rows] == [
        ("texts", "input", "all"),
        ("texts", "target", "all"),
        ("tickets", "input", "before"),
        ("tickets", "input", "after"),
    ]
    assert [row["words"] for row in rows[2:]] == [40, 40]


def test_labels_are_compared_within_their_task(make_examples: Callable[..., pa.Table]) -> None:
    """The nearest label is one of the same task, and texts without labels have none."""
    labels = [{"input": "the pump leaks", "label": "a"}, {"input": "the pump drips", "label": "b"}]
    other = {"task": "other", "input": "the pump leaks", "label": "c"}
    examples = make_examples([*labels, other, {"task": "texts", "input": "the pump", "target": "leaks"}])
    found = closest_labels(examples, _decided(examples, lambda _: True))
    assert {key: other for key, (other, _) in found.items()} == {("tickets", "a"): "b", ("tickets", "b"): "a"}
