"""Word pieces: their places in the text, and the shapes of words."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.normalise import FILLER, view
from winnow.wordpieces import SHAPES, default, encode, shape

NASTY = st.text(
    st.sampled_from("aBcß É1٣-'.,\n\t é́̂·中国あ가\U0001f600\U0001f468\u200d\ud800\udc00\u00ad\u200b\ufb01ǅİı\ue002\ufffd\x00_@"),
    max_size=40,
)


@pytest.mark.parametrize(
    ("word", "named"),
    [
        ("maria", "lower"),
        ("Maria", "capitalised"),
        ("NATO", "capitals"),
        ("X", "capital letter"),
        ("x", "lower"),
        ("McDonald", "mixed"),
        ("iPhone", "mixed"),
        ("B2B", "digits"),
        ("2019", "digits"),
        ("--", "signs"),
        ("Émile", "capitalised"),
        ("ŁÓDŹ", "capitals"),
        ("ǅuro", "capitalised"),
        ("中", "lower"),
        ("Дмитрий", "capitalised"),
    ],
)
def test_shapes_of_words(word: str, named: str) -> None:
    """Each word has the one shape that a reader sees."""
    assert SHAPES[shape(word)] == named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Maria Keller", ["Maria", "Keller"]),
        ("O'Brien-Sánchez.", ["O", "'", "Brien", "-", "Sánchez", "."]),
        ("中国 x", ["中", "国", "x"]),
        ("a\U0001f600b", ["a\U0001f600b"]),
        ("Cafe\u0301s and\u00a0tea", ["Cafe\u0301s", "and", "tea"]),
        ("x\u00ady", ["x\u00ady"]),
        ("a\ud800b c", ["a\ud800b", "c"]),
    ],
)
def test_words_lie_where_they_stand(text: str, expected: list[str]) -> None:
    """The pieces of a word together cover the word in the text as it was given."""
    (pieces,) = encode([text])
    words = [
        text[pieces.starts[pieces.words == number][0] : pieces.ends[pieces.words == number][-1]]
        for number in range(pieces.words.max() + 1)
    ]
    assert words == expected


@settings(max_examples=300, deadline=None)
@given(NASTY)
def test_offsets_are_true(text: str) -> None:
    """Pieces lie in the text, in order, none of them empty, and no letter or digit of a view lies outside them all."""
    shown = view(text).text
    (pieces,) = encode([shown])
    assert len(pieces.ids) == len(pieces.case_ids) == len(pieces.starts) == len(pieces.ends) == len(pieces.words)
    bounds = list(zip(pieces.starts.tolist(), pieces.ends.tolist(), strict=True))
    assert all(0 <= start < end <= len(shown) for start, end in bounds)
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(bounds))
    covered = {at for start, end in bounds for at in range(start, end)}
    known = [at for at, character in enumerate(shown) if unicodedata.category(character)[0] in "LN"]
    assert covered.issuperset(known)


@settings(max_examples=100, deadline=None)
@given(st.lists(NASTY, max_size=5))
def test_a_text_s_pieces_are_its_own(texts: list[str]) -> None:
    """A text is encoded alike alone and among others."""
    for text, pieces in zip(texts, encode(texts), strict=True):
        (alone,) = encode([text])
        assert alone.ids.tolist() == pieces.ids.tolist()
        assert alone.case_ids.tolist() == pieces.case_ids.tolist()


def test_a_placeholder_is_one_neutral_piece() -> None:
    """A filler becomes the mask, without a shape, even amid a word; what spells a special token in a text does not."""
    (pieces,) = encode([f"Ask {FILLER}s or [MASK]"])
    assert pieces.ids.tolist().count(default().mask) == 1
    assert pieces.case_ids[pieces.ids == default().mask].tolist() == [0]


def test_a_vocabulary_without_special_tokens_is_refused() -> None:
    """A vocabulary that is none of BERT's says what it lacks."""
    with pytest.raises(ValueError, match="lacks"):
        type(default())(["a", "b"])
