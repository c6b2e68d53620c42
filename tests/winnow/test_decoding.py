"""From labels of pieces to entities of whole words."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.decoding import Scheme, decode, words
from winnow.wordpieces import encode

LABELS = ("O", "B-PERSON", "I-PERSON", "B-LOCATION", "I-LOCATION", "B-DATE_TIME", "I-DATE_TIME")
SCHEME = Scheme(LABELS, {"PERSON": 0.5, "LOCATION": 0.5, "DATE_TIME": 0.5})


def _decoded(text: str, said: Mapping[str, str], sure: float = 9.0, scheme: Scheme = SCHEME) -> list[tuple[str, str]]:
    """What is found where every piece that stands at one of the strings in ``said`` gets its label."""
    (pieces,) = encode([text])
    logits = np.zeros((len(pieces), len(LABELS)), np.float32)
    logits[:, 0] = 5
    for shown, label in said.items():
        at = text.find(shown)
        while at >= 0:
            inside = (pieces.starts < at + len(shown)) & (pieces.ends > at)
            logits[inside, LABELS.index(label)] = sure
            at = text.find(shown, at + 1)
    return [(text[start:end], entity) for start, end, entity, _ in decode(text, pieces, logits, scheme)]


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("Ask Maria Keller, now.", {"Maria": "B-PERSON", "Keller": "I-PERSON"}, [("Maria Keller", "PERSON")]),
        ("Ask Kowalczykowska!", {"Kow": "B-PERSON"}, [("Kowalczykowska", "PERSON")]),
        ("Keller's dog", {"Keller's": "B-PERSON"}, [("Keller", "PERSON")]),
        ("O'Brien-Smith's", {"Brien": "B-PERSON"}, [("O'Brien-Smith", "PERSON")]),
        ("the Leeds-based firm", {"Leeds": "B-LOCATION"}, [("Leeds", "LOCATION")]),
        ("in the U.S. today", {"U.S": "B-LOCATION"}, [("U.S.", "LOCATION")]),
        ("by J. Smith.", {"J": "B-PERSON", ". Smith": "I-PERSON"}, [("J. Smith", "PERSON")]),
        ("by Prof. Dr Keller", {"Keller": "B-PERSON"}, [("Prof. Dr Keller", "PERSON")]),
        ("in Mr Leeds", {"Leeds": "B-LOCATION"}, [("Leeds", "LOCATION")]),
        ("Maria Tom", {"Maria": "B-PERSON", "Tom": "B-PERSON"}, [("Maria", "PERSON"), ("Tom", "PERSON")]),
        ("Maria, Tom", {"Maria": "I-PERSON", "Tom": "I-PERSON"}, [("Maria", "PERSON"), ("Tom", "PERSON")]),
        ("Keller, Maria", {"Keller, Maria": "I-PERSON"}, [("Keller, Maria", "PERSON")]),
        ("Maria | Tom", {"Maria | Tom": "I-PERSON"}, [("Maria", "PERSON"), ("Tom", "PERSON")]),
        ("Maria\nTom", {"Maria\nTom": "I-PERSON"}, [("Maria", "PERSON"), ("Tom", "PERSON")]),
        ("12 34", {"12": "B-PERSON"}, []),
        ("12 34", {"12 34": "I-DATE_TIME"}, [("12 34", "DATE_TIME")]),
        (
            "on 14/03/2019, 10:30",
            {"14": "B-DATE_TIME", "10": "B-DATE_TIME"},
            [("14/03/2019", "DATE_TIME"), ("10:30", "DATE_TIME")],
        ),
        ("(--)", {"--": "B-PERSON"}, []),
        ("x plus y", {"x": "B-PERSON"}, []),
        ("\ue002 Keller", {"\ue002": "B-PERSON", "Keller": "I-PERSON"}, [("Keller", "PERSON")]),
    ],
)
def test_words_become_entities(text: str, said: dict[str, str], found: list[tuple[str, str]]) -> None:
    """Entities are whole words without the signs around them, and end where a reader would end them."""
    assert _decoded(text, said) == found


def test_a_long_line_may_break_amid_a_name() -> None:
    """A name over the end of a wrapped line is one name."""
    text = f"{'and so the committee asked ' * 2}Maria\nKeller"
    assert _decoded(text, {"Maria\nKeller": "I-PERSON"}) == [("Maria\nKeller", "PERSON")]


def test_the_operating_point_decides() -> None:
    """An entity is found from its operating point on, whatever label is likeliest."""
    low = Scheme(LABELS, {"PERSON": 0.1})
    assert _decoded("Ask Maria.", {"Maria": "B-PERSON"}, sure=3.5) == []
    assert _decoded("Ask Maria.", {"Maria": "B-PERSON"}, sure=3.5, scheme=low) == [("Maria", "PERSON")]


def test_an_entity_without_a_point_is_not_reported() -> None:
    """A kind that the policy does not name is left alone, unless it may as well be one that it names."""
    people = Scheme(LABELS, {"PERSON": 0.3})
    assert _decoded("In Leeds.", {"Leeds": "B-LOCATION"}, scheme=people) == []
    (pieces,) = encode(["Chase"])
    logits = np.array([[0, 4, 0, 4.2, 0, 0, 0]], np.float32)
    assert [entity for _, _, entity, _ in decode("Chase", pieces, logits, people)] == ["PERSON"]


def test_a_doubtful_word_beside_a_sure_one_is_taken_along() -> None:
    """Half of the point is enough for a neighbour of the same kind, and not enough alone."""
    (pieces,) = encode(["Maria Chase"])
    sure, doubtful = [0, 9, 0, 0, 0, 0, 0], [1.4, 0, 1.5, 0, 0, 0, 0]
    point = Scheme(LABELS, {"PERSON": 0.95})
    assert [found[:2] for found in decode("Maria Chase", pieces, np.array([sure, doubtful], np.float32), point)] == [(0, 11)]
    assert decode("Maria Chase", pieces, np.array([doubtful, doubtful], np.float32), point) == []


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("aB1É é́'.-,| \n中\ue002\ud800"), max_size=30), st.integers(0, 2**32 - 1))
def test_spans_cover_whole_words(text: str, seed: int) -> None:
    """Whatever the model says, spans are in order, apart, within the text, and hold a letter or a digit at either end."""
    (pieces,) = encode([text])
    logits = np.random.default_rng(seed).normal(scale=4, size=(len(pieces), len(LABELS))).astype(np.float32)
    last = 0
    for start, end, _, score in decode(text, pieces, logits, SCHEME):
        assert last <= start < end <= len(text)
        assert 0 <= score <= 1
        assert text[start].isalnum()
        assert start == 0 or not (text[start - 1].isalnum() and text[start - 1].isascii() and text[start].isascii())
        assert end == len(text) or not (
            text[end - 1].isalnum() and text[end].isalnum() and text[end].isascii() and text[end - 1].isascii()
        )
        assert "\ue002" not in text[start:end]
        last = end


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("aB1'.-s "), max_size=30))
def test_words_hold_every_piece_once(text: str) -> None:
    """Words and signs share the pieces out among themselves."""
    (pieces,) = encode([text])
    found = words(text, pieces)
    assert [word.first for word in found] == [0, *(word.last for word in found)][: len(found)]
    assert (found[-1].last if found else 0) == len(pieces)


@pytest.mark.parametrize(
    ("labels", "points", "overlap"),
    [(("B-X",), {}, 0), (("O", "X"), {}, 0), (("O", "B-X"), {"Y": 0.5}, 0), (("O", "B-X"), {"X": 0.0}, 0), (("O",), {}, 254)],
)
def test_a_scheme_that_makes_no_sense_is_refused(labels: tuple[str, ...], points: dict[str, float], overlap: int) -> None:
    """Wrong labels, points and windows are errors when the scheme is made."""
    with pytest.raises(ValueError, match=r"labels|point|windows"):
        Scheme(labels, points, 256, overlap)
