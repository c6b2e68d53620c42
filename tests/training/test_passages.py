"""Passages in numbers: what the loss may count."""

import random

from training.corpora import ENTITIES, UNSURE, Corpus, Line
from training.passages import ALL, BUCKETS, LABELS, MAX_PIECES, Passage, batches, encoded, passages

EVERY = frozenset(ENTITIES)


def labels(bits: int) -> set[str]:
    """The labels in a bit set."""
    return {label for number, label in enumerate(LABELS) if bits >> number & 1}


def allowed(passage: Passage) -> list[set[str]]:
    """The labels allowed at each piece of ``passage``, without the special pieces."""
    (row,) = encoded([passage])
    return [labels(int(bits)) for bits in row.allowed[1:-1]]


def test_a_name_begins_once_and_goes_on() -> None:
    """The first piece of an entity must begin it, every other piece must continue it."""
    assert allowed(Passage("x", "Ann Cole left", ((0, 8, "PERSON"),), EVERY)) == [{"B-PERSON"}, {"I-PERSON"}, {"O"}]


def test_what_was_not_annotated_is_left_open() -> None:
    """A word outside all spans may still be an entity that the corpus does not mark."""
    assert allowed(Passage("x", "left", (), EVERY - {"DATE_TIME"})) == [{"O", "B-DATE_TIME", "I-DATE_TIME"}]


def test_unsure_spans_do_not_count() -> None:
    """At a span on which the corpora disagree every label is allowed, which the loss leaves out."""
    (row,) = encoded([Passage("x", "Mr Cole", ((0, 2, UNSURE), (3, 7, "PERSON")), EVERY)])
    assert (row.allowed[1], labels(int(row.allowed[2]))) == (ALL, {"B-PERSON"})


def test_a_long_passage_becomes_windows_with_every_piece_once() -> None:
    """Nothing of a passage that is longer than the window is lost or doubled."""
    rows = list(encoded([Passage("x", "word " * (MAX_PIECES + 10), (), EVERY)]))
    assert [len(row.ids) - 2 for row in rows] == [MAX_PIECES, 10]


def test_an_epoch_holds_a_line_as_often_as_its_weight_says() -> None:
    """A corpus of weight two and a half is seen two and a half times."""
    lines = tuple(Line(f"line{number}", ()) for number in range(40))
    corpus = Corpus("x", lines, EVERY, "\n", 2.5)
    seen = [line for passage in passages(corpus, random.Random(1)) for line in passage.text.split("\n")]
    assert len(seen) == 100


def test_batches_have_few_shapes_and_all_rows() -> None:
    """Every encoded passage is in exactly one batch, padded to one of the lengths."""
    rows = [row for words in (3, 40, 80) for row in encoded([Passage("x", "a " * words, (), EVERY)])] * 7
    made = batches(rows, 256, random.Random(1))
    assert sum(int((batch.mask.sum(axis=1) > 1).sum()) for batch in made) == len(rows)
    assert {batch.ids.shape[1] for batch in made} <= set(BUCKETS)
