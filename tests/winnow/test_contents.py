"""The lasting name of an example's content, and what is kept under it."""

from collections.abc import Callable

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.contents import KEPT, contents, fingerprints_from, kept
from winnow.fingerprints import FINGERPRINTS, fingerprints

Rows = Callable[..., pa.Table]

TEXTS = st.text(st.sampled_from("ab \x1f1é"), max_size=4)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_contents_have_one_name_if_and_only_if_they_are_equal(make_examples: Rows, texts: list[tuple[str, str, bool]]) -> None:
    """Two examples share a name where input and target are the same, or are labels' with the same input, and nowhere else."""
    rows = [{"input": source, "target": target, "label": target if is_label else None} for source, target, is_label in texts]
    names = contents(make_examples(rows))
    same = [(source, None if is_label else target) for source, target, is_label in texts]
    for one, name in zip(same, names, strict=True):
        assert [name == other for other in names] == [one == other for other in same]


def test_a_name_lasts(make_examples: Rows) -> None:
    """A name is the same in every process and version, whatever id, task and label the example has."""
    (label,) = contents(make_examples([{"input": "The lid is loose.", "label": "repair"}]))
    (other,) = contents(make_examples([{"input": "The lid is loose.", "label": "other", "task": "two", "number": 7}]))
    (text,) = contents(make_examples([{"input": "The lid is loose.", "target": "repair"}]))
    assert label == other == bytes.fromhex("dc9cfc30777586c603603dc46cf0d125")
    assert text == bytes.fromhex("1fdbf14902dff838c9759160daf204b6")


def test_what_is_kept_comes_back(make_examples: Rows) -> None:
    """Fingerprints that were kept under their contents' names are those that were made."""
    examples = make_examples([{"input": "word " * 40, "label": "a"}, {"input": "short", "target": "an answer"}, {"input": ""}])
    made = fingerprints(examples)
    stored = kept(contents(examples), made)
    assert stored.schema == KEPT
    assert "example_id" not in KEPT.names
    back = fingerprints_from(stored, examples["example_id"])
    assert back.schema == FINGERPRINTS
    assert back.equals(made)
