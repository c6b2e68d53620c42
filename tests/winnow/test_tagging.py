"""Asking a model by passages: windows, batches, memory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.decoding import Logits, Scheme
from winnow.tagging import BATCH_PIECES, Tagger
from winnow.wordpieces import Ids, default, encode

SCHEME = Scheme(("O", "B-PERSON", "I-PERSON"), {"PERSON": 0.5}, max_pieces=32, overlap_pieces=8)
MARIA = int(encode(["Maria"])[0].ids[0])


class Model:
    """Knows one name, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def __call__(self, ids: Ids, cases: Ids, mask: Ids) -> Logits:
        """Sure of *Maria*, and of nothing else."""
        assert cases.shape == mask.shape == ids.shape
        self.asked.append((ids.shape[0], ids.shape[1]))
        logits = np.zeros((*ids.shape, 3), np.float32)
        logits[..., 0] = 5
        logits[..., 1] = np.where(ids == MARIA, 20, 0)
        return logits


def _tagger() -> tuple[Tagger, Model]:
    model = Model()
    return Tagger(model, default(), SCHEME), model


def _found(tagger: Tagger, text: str) -> list[str]:
    return [text[start:end] for start, end, _, _ in tagger([text])[0]]


@pytest.mark.parametrize("words", [1, 29, 30, 31, 40, 200, 3_000])
def test_names_are_found_wherever_they_stand(words: int) -> None:
    """A name is found once at any place of a text of any length, windows overlapping or not."""
    for at in {0, words // 2, words - 1}:
        text = " ".join(["word"] * at + ["Maria"] + ["word"] * (words - at - 1))
        assert _found(_tagger()[0], text) == ["Maria"]


def test_a_piece_is_read_where_most_stands_around_it() -> None:
    """Of two windows over a piece that counts in which the piece is farther from the end."""

    def places(ids: Ids, _cases: Ids, _mask: Ids) -> Logits:
        return np.broadcast_to(np.arange(ids.shape[1], dtype=np.float32)[None, :, None], (*ids.shape, 3)).copy()

    (pieces,) = encode(["word " * 60])
    (answer,) = Tagger(places, default(), SCHEME).logits([pieces])
    assert answer[:, 0].astype(int).tolist() == [*range(1, 27), *range(5, 27), *range(5, 17)]


def test_what_was_seen_is_not_asked_again() -> None:
    """A signature that stands under a thousand mails is shown to the model once."""
    tagger, model = _tagger()
    body = "The plan for the next quarter is attached, and the figures are in the table below as always, number"
    mails = [
        f"{body} {number}.\n\nMaria, thank you for what we agreed on at the last meeting of the year in the other town."
        for number in range(50)
    ]
    found = tagger(mails)
    assert [len(spans) for spans in found] == [1] * 50
    assert sum(rows for rows, _ in model.asked) == 51
    tagger(mails)
    assert sum(rows for rows, _ in model.asked) == 51


def test_batches_are_bounded() -> None:
    """No batch holds more pieces than it may, whatever the text."""
    tagger, model = _tagger()
    tagger(["\n\n".join(f"{'word ' * (number % 97 + 20)}{number}" for number in range(2_000))])
    assert max(rows * pieces for rows, pieces in model.asked) <= BATCH_PIECES
    assert max(pieces for _, pieces in model.asked) <= SCHEME.max_pieces


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.sampled_from("Maria .\n>"), max_size=80), max_size=6), st.integers(0, 5))
def test_a_text_s_spans_are_its_own(texts: list[str], at: int) -> None:
    """A text has the same spans alone, among others, and when it was seen before."""
    tagger, _ = _tagger()
    together = tagger(texts)
    assert tagger(texts) == together
    for text, spans in list(zip(texts, together, strict=True))[at : at + 1]:
        assert _tagger()[0]([text])[0] == spans


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many passages are remembered, the latest ones, and forgetting changes no answer."""
    monkeypatch.setattr("winnow.tagging.REMEMBERED", 10)
    tagger, _ = _tagger()
    ask = "Maria and the other members of the board met on the first day of it, number {}."
    assert all(_found(tagger, ask.format(number % 30)) == ["Maria"] for number in range(90))
    assert len(tagger._memory) == 10
