"""Measures of texts beside the values of their reference programs (rouge-score 0.1.2, sacreBLEU 2.6.0, both without options)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.scores import chrf, chrf_counts, common_subsequence, distinct, is_exact, rouge_l

PAIRS = [
    ("the cat sat on the mat", "the cat was on the mat", 0.8333333333333334, 62.06905839258782),
    ("police killed the gunman", "police kill the gunman", 0.75, 81.62392219120139),
    ("the gunman kill police", "police killed the gunman", 0.5, 62.4670603683175),
    (
        "The report says sales rose 4% in Q3, costs fell.",
        "Sales rose by 4% in the third quarter while costs fell slightly.",
        0.5454545454545454,
        32.65850323205696,
    ),
    ("a", "abcdef gh", 0.0, 15.151515151515152),
    ("", "something here", 0.0, 0.0),
    ("short", "a much longer reference text with many words in it", 0.0, 3.5688899419500064),
]

SENTENCES = st.lists(st.sampled_from("abcd"), max_size=12)


@pytest.mark.parametrize(("answer", "wanted", "rouge", "_chrf"), PAIRS)
def test_rouge_l_is_the_reference_programs(answer: str, wanted: str, rouge: float, _chrf: float) -> None:
    """ROUGE-L of a pair is what rouge-score gives."""
    assert rouge_l(answer, wanted) == pytest.approx(rouge, abs=1e-12)


@pytest.mark.parametrize(("answer", "wanted", "_rouge", "value"), PAIRS)
def test_chrf_is_the_reference_programs(answer: str, wanted: str, _rouge: float, value: float) -> None:
    """chrF2 of a pair is what sacreBLEU's sentence_chrf gives."""
    assert float(chrf(chrf_counts(answer, wanted))) == pytest.approx(value, abs=1e-9)


def test_chrf_of_a_corpus_is_of_summed_counts() -> None:
    """chrF2 of summed counts is what sacreBLEU's corpus_chrf gives of the pairs."""
    counts = np.sum([chrf_counts(answer, wanted) for answer, wanted, *_ in PAIRS], axis=0)
    assert float(chrf(counts)) == pytest.approx(35.81274496257906, abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(SENTENCES, SENTENCES)
def test_the_bit_parallel_subsequence_is_the_tables(first: list[str], second: list[str]) -> None:
    """The length of the longest common subsequence is that of the textbook's table."""
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for row, one in enumerate(first):
        for column, other in enumerate(second):
            longest = max(table[row][column + 1], table[row + 1][column])
            table[row + 1][column + 1] = table[row][column] + 1 if one == other else longest
    assert common_subsequence(first, second) == table[-1][-1]


def test_rouge_l_knows_other_scripts() -> None:
    """Words of any script are words."""
    assert rouge_l("отчёт о продажах", "отчёт о расходах") == pytest.approx(2 / 3)


def test_exact_match_leaves_white_space_aside() -> None:
    """Spaces and line breaks do not make an answer wrong; another word or capital does."""
    assert is_exact(" two\nwords ", "two words")
    assert not is_exact("Two words", "two words")


def test_distinct_counts_over_all_answers() -> None:
    """The same answer twice halves the distinct words; pairs never cross two answers."""
    assert distinct(["good day", "good day"], 1) == 0.5
    assert distinct(["good", "day"], 2) == 0.0
