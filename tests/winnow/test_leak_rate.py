"""The estimated leak rate: a sample that does not depend on chance, honest intervals, and the model alone is asked."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.detect import Detect, Span
from winnow.detector_config import DetectorConfig
from winnow.leak_rate import EstimateConfig, Seen, estimator, rates, sampled, wilson, words
from winnow.rescan import TEXTS

PUBLISHED = {(0, 20): (0.0, 0.1611), (1, 20): (0.0089, 0.2361), (10, 20): (0.2993, 0.7007), (20, 20): (0.8389, 1.0)}
"""Score intervals by Newcombe's (1998) formula for method 3, which is Wilson's without continuity correction."""


@pytest.mark.parametrize(("hits", "trials"), sorted(PUBLISHED))
def test_intervals_are_wilsons(hits: int, trials: int) -> None:
    """Known score intervals come out."""
    assert wilson(hits, trials) == pytest.approx(PUBLISHED[hits, trials], abs=2e-4)


@given(st.integers(0, 500), st.integers(0, 500))
@settings(deadline=None, max_examples=60)
def test_an_interval_holds_its_share(hits: int, more: int) -> None:
    """The share lies in its interval, which lies in [0, 1]."""
    low, high = wilson(hits, hits + more)
    share = hits / (hits + more) if hits + more else 0.5
    assert 0 <= low <= share <= high <= 1


def test_nothing_searched_says_nothing() -> None:
    """Without trials every share is possible, and more hits than trials are refused."""
    assert wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="more hits"):
        wilson(2, 1)


def test_the_sample_is_chosen_by_hash() -> None:
    """The same examples are searched whatever their order; another salt chooses others."""
    chars = {f"{number:032x}": 1 for number in range(300)}
    chosen = sampled(chars, "salt", 40)
    assert chosen == sampled(dict(reversed(chars.items())), "salt", 40)
    assert len(chosen) == 40
    assert chosen != sampled(chars, "another", 40)


def test_long_examples_make_a_small_sample() -> None:
    """No example more is taken once the characters are reached, and one always is."""
    chars = {f"{number:032x}": 1_000 for number in range(300)}
    assert len(sampled(chars, "salt", 40, most_chars=2_500)) == 3
    assert len(sampled(chars, "salt", 40, most_chars=1)) == 1


def test_rates_are_counted_by_entity_task_and_side() -> None:
    """Examples with a hit, hits and words add up over tasks and sides, and the row over all comes first."""
    sample = [Seen("a", "train", 600, {"PERSON": 3}), Seen("a", "test", 200, {}), Seen("b", "train", 200, {"ADDRESS": 1})]
    rows = {(row["entity"], row["task"], row["split"]): row for row in rates(sample)}
    person = rows["PERSON", "all", "all"]
    assert (person["examples"], person["with_hit"], person["hits"], person["words"]) == (3, 1, 3, 1000)
    assert person["per_1000_words"] == 3.0
    assert person["share_low"] < person["share"] < person["share_high"]
    assert rows["PERSON", "a", "test"]["share"] == 0
    assert rows["ADDRESS", "b", "train"]["with_hit"] == 1


def capitals() -> Detect:
    """A model that takes ``Quillfeather`` for a person and ``Ossenfelde`` for a place."""

    def find(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [
                Span(text.index(word), text.index(word) + len(word), entity, 0.9, f"name_model:{entity}")
                for word, entity in (("Quillfeather", "PERSON"), ("Ossenfelde", "LOCATION"))
                if word in text
            ]
            for text in texts
        ]

    return find


def test_the_model_alone_is_asked_about_what_the_policy_removes() -> None:
    """What a pattern finds is no estimate, and what the policy keeps in the text is no leak."""
    search = estimator(EstimateConfig(DetectorConfig(), capitals, frozenset({"PERSON"})))
    text = "Quillfeather of Ossenfelde writes to jane@example.org"
    batch = pa.RecordBatch.from_pylist([{"text_hash": "a", "text": text}, {"text_hash": "b", "text": "Nothing."}], schema=TEXTS)
    assert [row["found"] for row in search(batch).to_pylist()] == [[{"name": "PERSON", "count": 1}], []]


def test_words_are_runs_of_letters_and_digits() -> None:
    """Signs are no words."""
    assert words("A boiler – it's 20 °C.") == 6
