import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.shingles import Similarity, fold

WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "épsilon", "ζήτα", "<PERSON_1>", "日本"]), max_size=45)


def _reference(left: list[str], right: list[str]) -> float:
    """The definition, in plain sets."""

    def plain(words: list[str]) -> list[str]:
        return [word.replace("<PERSON_1>", "person") for word in words]

    first, second = plain(left), plain(right)
    if min(len(first), len(second)) >= 20:
        sets = [{tuple(words[at : at + 5]) for at in range(len(words) - 4)} for words in (first, second)]
    elif max(len(first), len(second)) < 34:
        texts = [" ".join(words) for words in (first, second)]
        sets = [{text[at : at + 5] for at in range(max(len(text) - 4, 1))} - {""} for text in texts]
    else:
        return 0.0
    union = sets[0] | sets[1]
    return len(sets[0] & sets[1]) / len(union) if union else 0.0


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_similarity_is_the_jaccard_of_plain_shingle_sets(left: list[str], right: list[str]) -> None:
    """The vectorised similarity equals the Jaccard index of Python sets of words or characters."""
    found, _ = Similarity([" ".join(left), " ".join(right)]).of(np.array([0]), np.array([1]))
    assert found[0] == pytest.approx(_reference(left, right), abs=1e-12)


def test_long_pairs_are_compared_like_short_ones() -> None:
    """Many pairs at once get the same similarities as each pair alone."""
    words = [f"w{number}" for number in range(300)]
    texts = [" ".join([*words[:cut], *words[::-1][cut:]]) for cut in range(0, 300, 7)]
    left, right = np.triu_indices(len(texts), 1)
    together, _ = Similarity(texts).of(left, right)
    alone = [Similarity([texts[a], texts[b]]).of(np.array([0]), np.array([1]))[0][0] for a, b in zip(left, right, strict=True)]
    assert together.tolist() == alone
    assert 0 < together.max() < 1


def test_punctuation_case_and_placeholder_numbers_do_not_matter() -> None:
    """Two texts that differ in case, marks, width and the numbers of placeholders are fully similar."""
    pair = ["Dear <PERSON_1>, the ＯＦＦＩＣＥ is closed!", "dear <PERSON_12> the “office” is CLOSED"]
    found, short = Similarity(pair).of(np.array([0]), np.array([1]))
    assert (found[0], short[0]) == (1.0, True)


def test_texts_without_words_resemble_nothing() -> None:
    """Two texts of signs alone have no shingles and similarity 0."""
    found, _ = Similarity(["!!!", "!!!"]).of(np.array([0]), np.array([1]))
    assert found[0] == 0.0


def test_fold_joins_what_unicode_holds_equal() -> None:
    """Folding removes compatibility forms, case and white space, and leaves marks."""
    assert fold(" Straße\u00a0 №１!\n") == "strasse no1!"
