import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.shingles import fold, shingle

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
    found, _ = shingle([" ".join(left), " ".join(right)]).similarity(np.array([0]), np.array([1]))
    assert found[0] == pytest.approx(_reference(left, right), abs=1e-12)


def test_long_pairs_are_compared_like_short_ones() -> None:
    """Many pairs at once get the same similarities as each pair alone."""
    words = [f"w{number}" for number in range(300)]
    texts = [" ".join([*words[:cut], *words[::-1][cut:]]) for cut in range(0, 300, 7)]
    left, right = np.triu_indices(len(texts), 1)
    together, _ = shingle(texts).similarity(left, right)
    alone = [
        shingle([texts[a], texts[b]]).similarity(np.array([0]), np.array([1]))[0][0] for a, b in zip(left, right, strict=True)
    ]
    assert together.tolist() == alone
    assert 0 < together.max() < 1


def test_punctuation_case_and_placeholder_numbers_do_not_matter() -> None:
    """Two texts that differ in case, marks, width and the numbers of placeholders are fully similar."""
    pair = ["Dear <PERSON_1>, the ＯＦＦＩＣＥ is closed!", "dear <PERSON_12> the “office” is CLOSED"]
    found, short = shingle(pair).similarity(np.array([0]), np.array([1]))
    assert (found[0], short[0]) == (1.0, True)


def test_texts_without_words_resemble_nothing() -> None:
    """Two texts of signs alone have no shingles and similarity 0."""
    found, _ = shingle(["!!!", "!!!"]).similarity(np.array([0]), np.array([1]))
    assert found[0] == 0.0


def test_fold_joins_what_unicode_holds_equal() -> None:
    """Folding removes compatibility forms, case and white space, and leaves marks."""
    assert fold(" Straße\u00a0 №１!\n") == "strasse no1!"


FIRST_FOUR = [111227439, 273566985, 285626493, 304843664]


def test_sets_never_change() -> None:
    """The shingles of a fixed text are what they were when sets were first stored."""
    shingled = shingle(["The quick brown fox jumps over the lazy dog"])
    assert (shingled.word_counts.tolist(), len(shingled.words.values)) == ([9], 0)
    assert shingled.characters.values[:4].tolist() == FIRST_FOUR


@pytest.mark.parametrize(("count", "words", "characters"), [(0, 0, 0), (19, 0, 1), (20, 1, 1), (33, 1, 1), (34, 1, 0)])
def test_texts_have_the_shingles_they_are_compared_by(count: int, words: int, characters: int) -> None:
    """From 20 words on a text has word shingles, under 34 those of characters."""
    shingled = shingle([" ".join(["word"] * count)])
    assert (shingled.words.sizes.tolist(), bool(len(shingled.characters.values))) == ([words], bool(characters))


@given(st.lists(WORDS.map(" ".join) | st.text(max_size=80), max_size=6), st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_a_text_has_the_same_shingles_in_any_company(texts: list[str], chunk: int) -> None:
    """A text's shingles do not depend on its neighbours, nor on how many are hashed at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winnow.shingles._CHUNK_CHARS", chunk)
        together = shingle(texts)
    for row, text in enumerate(texts):
        alone = shingle([text])
        for part in ("words", "characters"):
            one, all_of_them = getattr(alone, part), getattr(together, part)
            assert all_of_them.values[all_of_them.offsets[row] : all_of_them.offsets[row + 1]].tolist() == one.values.tolist()


def test_words_of_any_length_are_told_apart() -> None:
    """Two texts that differ in one byte of one word, wherever it stands in it, share no shingle with that word."""
    for length in (7, 8, 9, 16, 17, 63, 64, 65, 5_000):
        for place in {0, length // 2, length - 1}:
            word = "a" * length
            other = f"{word[:place]}b{word[place + 1 :]}"
            rest = " ".join(f"w{number}" for number in range(30))
            found, _ = shingle([f"{word} {rest}", f"{other} {rest}"]).similarity(np.array([0]), np.array([1]))
            assert found[0] == pytest.approx(26 / 28)


def test_marks_beyond_ascii_part_words() -> None:
    """Typographic marks part words as ASCII ones do, and marks on letters do not."""
    plain = " ".join(f"wörd{number} hindi हिन्दी" for number in range(12))
    marked = plain.replace(" ", " — ")
    found, _ = shingle([plain, marked]).similarity(np.array([0]), np.array([1]))
    assert found[0] == 1.0


@given(st.text(alphabet="aB \t\n\x1c\x85é", max_size=12))
@settings(max_examples=200, deadline=None)
def test_folding_is_the_same_with_and_without_its_shortcut(text: str) -> None:
    """What is folded quickly is what Unicode's own functions give."""
    assert fold(text) == " ".join(unicodedata.normalize("NFKC", text).casefold().split())
