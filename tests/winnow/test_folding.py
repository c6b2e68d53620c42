import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.folding import folded
from winnow.shingles import fold, shingle, shingle_folded

TEXTS = st.lists(st.text(alphabet="aBZ[@`{_<>1 \t\n\x1c\x7f\x85éßﬁ—", max_size=14) | st.text(max_size=8), max_size=12)


@given(TEXTS, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_many_texts_are_folded_as_each_alone(texts: list[str], cut: int) -> None:
    """A text is folded the same among others, from the middle of an array and from several, as by itself."""
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    whole = pa.array(texts, pa.string())
    for column in (whole.slice(cut), pa.chunked_array([whole.slice(cut, 2), whole.slice(cut + 2)], pa.string())):
        assert [text for part in folded(column) for text in part] == [fold(text).encode() for text in texts[cut:]]


@given(st.lists(st.lists(st.sampled_from(["Alpha", "BETA", "gämma", "<PERSON_1>", "—", "x_1", " "]), max_size=40), max_size=6))
@settings(max_examples=25, deadline=None)
def test_folded_texts_have_the_shingles_of_their_texts(texts: list[list[str]]) -> None:
    """What was folded before has the same shingles as what was not."""
    joined = [" ".join(words) for words in texts]
    found, alone = shingle_folded([fold(text).encode() for text in joined]), shingle(joined)
    assert found.word_counts.tolist() == alone.word_counts.tolist()
    for kind in ("words", "characters"):
        assert getattr(found, kind).values.tolist() == getattr(alone, kind).values.tolist()
        assert getattr(found, kind).offsets.tolist() == getattr(alone, kind).offsets.tolist()
