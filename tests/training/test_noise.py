"""Damage to annotated text."""

import random
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from training.name_pools import NamePools
from training.noise import PROPOSERS, Edit, apply, noisy
from training.synthetic import GENRES, Annotated, document, tidy

pytest.importorskip("faker", reason="needs the extra train-ner")
NAMES = NamePools.load(held_out=False)
# Noise that changes letters, so that a span's letters before and after need not match.
LOSSY = {"scanning", "typing", "html", "plain_letters"}


def letters(text: str) -> str:
    """Letters and digits alone, in one case (upper first: dotless i and sharp s): what noise of case, spacing and marks leaves as it is."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text.upper().lower()))


@st.composite
def annotated_texts(draw: st.DrawFn) -> Annotated:
    """Any short text with disjoint spans."""
    text = draw(st.text(alphabet="ab Z.\n-é&ß", min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [(start, end, "PERSON") for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return Annotated(text, tidy(text, spans), "any")


@settings(deadline=None, max_examples=120)
@given(
    annotated=annotated_texts(),
    proposed=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 3), st.sampled_from(["", "x", " ", "yy", "\n"])), max_size=8
    ),
)
@example(annotated=Annotated("Z", ((0, 1, "PERSON"),), "any"), proposed=[(0, 0, ""), (0, 0, "x")])
def test_edits_outside_leave_spans_alone(annotated: Annotated, proposed: list[tuple[int, int, str]]) -> None:
    """Edits that touch no inside of a span leave each span's text as it was, wherever it moves."""
    edits: list[Edit] = []
    for start, length, new in proposed:
        end = min(start + length, len(annotated.text))
        inside = any((start < b and a < end) or (start == end and a < start < b) for a, b, _ in annotated.spans)
        if start <= len(annotated.text) and not inside:
            edits.append((start, end, new))
    after = apply(annotated, edits)
    assert [after.text[a:b] for a, b, _ in after.spans] == [annotated.text[a:b] for a, b, _ in annotated.spans]


@settings(deadline=None, max_examples=120)
@given(
    annotated=annotated_texts(),
    proposed=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.sampled_from(["", "x", "yy"])), max_size=8),
)
def test_spans_stay_well_formed_under_any_edit(annotated: Annotated, proposed: list[tuple[int, int, str]]) -> None:
    """After any edits spans are sorted, disjoint, within the text and without white space at their ends."""
    after = apply(annotated, [(start, start + length, new) for start, length, new in proposed])
    end_before = 0
    for start, end, _ in after.spans:
        assert end_before <= start < end <= len(after.text)
        assert after.text[start:end] == after.text[start:end].strip()
        end_before = end


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32), genre=st.sampled_from(sorted(GENRES)))
@pytest.mark.parametrize(
    "noise", [noise for noise in PROPOSERS if noise.__name__ not in LOSSY], ids=lambda noise: noise.__name__
)
def test_a_span_keeps_its_letters(noise: object, seed: int, genre: str) -> None:
    """Noise of case, spacing, line ends and mark-up leaves every span and its letters."""
    rng = random.Random(seed)
    before = document(rng, NAMES, genre)
    after = apply(before, noise(before, rng))  # type: ignore[operator]
    assert [name for *_, name in after.spans] == [name for *_, name in before.spans]
    for (a, b, _), (c, d, _) in zip(before.spans, after.spans, strict=True):
        expected, found = letters(before.text[a:b]), letters(after.text[c:d])
        assert found == expected


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), genre=st.sampled_from(sorted(GENRES)))
def test_noisy_spans_are_well_formed(seed: int, genre: str) -> None:
    """Up to three kinds of noise leave sorted, disjoint, trimmed spans with the same entities in order."""
    rng = random.Random(seed)
    before = document(rng, NAMES, genre)
    after = noisy(before, rng)
    end_before = 0
    for start, end, _ in after.spans:
        assert end_before <= start < end <= len(after.text)
        assert after.text[start:end] == after.text[start:end].strip()
        end_before = end
    assert len(after.spans) >= len(before.spans) - 1


def test_every_noise_changes_something() -> None:
    """Over a few documents each kind of noise does damage."""
    rng = random.Random(1)
    documents = [document(rng, NAMES, genre) for genre in GENRES for _ in range(12)]
    for noise in PROPOSERS:
        assert any(apply(one, noise(one, rng)).text != one.text for one in documents), noise.__name__


def test_markdown_stays_outside_the_name() -> None:
    """The marks of bold text are not part of the span."""
    annotated = Annotated("ask Ann now", ((4, 7, "PERSON"),), "any")
    after = apply(annotated, [(4, 4, "**"), (7, 7, "**")])
    assert after.text == "ask **Ann** now"
    assert after.spans == ((6, 9, "PERSON"),)


def test_same_seed_same_noise() -> None:
    """The damage depends on the generator's state alone."""
    made = document(random.Random(2), NAMES, "mail")
    assert [noisy(made, random.Random(n)) for n in range(20)] == [noisy(made, random.Random(n)) for n in range(20)]
