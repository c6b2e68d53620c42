"""Synthetic corporate text and its marked entities."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.name_pools import NamePools
from training.synthetic import CLEAN, GENRES, Annotated, compiled, document, generate, sections
from training.synthetic.grammar import ENTITIES, Parser, Scene
from training.synthetic.slots import slot

pytest.importorskip("faker", reason="needs the extra train-ner")
NAMES = NamePools.load(held_out=False)


def written(frame: str, seed: int = 0) -> tuple[str, list[tuple[str, str]]]:
    """What a frame writes: the text, and the marked pieces with their entities."""
    scene = Scene(random.Random(seed), NAMES)
    Parser(frame, slot).parse()(scene)
    text = "".join(scene.parts)
    return text, [(text[start:end], entity) for start, end, entity in scene.spans]


def check(annotated: Annotated) -> None:
    """The spans are sorted, disjoint, within the text, of known entities and without white space at their ends."""
    end_before = 0
    for start, end, entity in annotated.spans:
        assert end_before <= start < end <= len(annotated.text)
        assert annotated.text[start:end] == annotated.text[start:end].strip()
        assert entity in ENTITIES.values()
        end_before = end


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32), genre=st.sampled_from(sorted(GENRES)))
def test_spans_are_well_formed(seed: int, genre: str) -> None:
    """In every genre spans are sorted, disjoint, trimmed and of known entities."""
    check(document(random.Random(seed), NAMES, genre))


@pytest.mark.parametrize("name", sorted(sections()))
def test_every_frame_compiles_and_writes(name: str) -> None:
    """Each frame of each section parses, and all its slots exist."""
    for frame in compiled(name):
        scene = Scene(random.Random(1), NAMES)
        frame(scene)
        assert not re.search(r"\{@|\{p\d", "".join(scene.parts))


def test_there_are_many_frames() -> None:
    """The grammar stays large enough that a model has to learn context: at least 900 frames."""
    assert sum(len(set(frames)) for frames in sections().values()) >= 900


def test_same_seed_same_text() -> None:
    """The text depends on the seed alone, and another seed gives another text."""
    one, two, other = (list(generate(random.Random(seed), 2000, NAMES)) for seed in (4, 4, 5))
    assert one == two
    assert one != other


def test_words_are_shared_as_stated() -> None:
    """About the wanted words are written, each genre within a third of its share, a quarter of them in clean genres."""
    counts: Counter[str] = Counter()
    for annotated in generate(random.Random(2), 60_000, NAMES):
        counts[annotated.genre] += len(annotated.text.split())
    total = sum(counts.values())
    assert 60_000 <= total < 61_000
    for genre, share in GENRES.items():
        assert counts[genre] / total == pytest.approx(share / sum(GENRES.values()), rel=0.34), genre
    assert sum(counts[genre] for genre in CLEAN) / total >= 0.25


def test_clean_genres_hold_next_to_no_person() -> None:
    """Technical and business prose never marks a person; of code only authors and user names."""
    rng = random.Random(8)
    for genre in ("technical", "business"):
        for _ in range(150):
            assert not [span for span in document(rng, NAMES, genre).spans if span[2] == "PERSON"]


def test_a_title_is_outside_the_span() -> None:
    """``Dr. Keller``: the span covers the name alone."""
    text, spans = written("{p1.titled}", seed=3)
    assert len(spans) == 1
    assert text.endswith(spans[0][0])
    assert len(text) > len(spans[0][0])


def test_a_person_comes_back_as_the_same_one() -> None:
    """The forms of ``p1`` belong to one person within a document."""
    _, spans = written("{p1.given}|{p1.last}|{p1.inverted}", seed=5)
    assert spans[2][0] == f"{spans[1][0]}, {spans[0][0]}"


def test_an_entity_hides_those_inside() -> None:
    """What stands in ``<M:...>`` is one entity of that name."""
    text, spans = written("see <M:{p.last} v. {country}> now")
    assert len(spans) == 1
    assert spans[0] == (text.removeprefix("see ").removesuffix(" now"), "MISC")


@pytest.mark.parametrize("frame", ["[a|b", "a]{@", "<P:x", "{p1.nosuchform}", "{nosuchslot}", "{n"])
def test_a_faulty_frame_is_refused(frame: str) -> None:
    """An open bracket or an unknown slot is an error when the frame is compiled."""
    with pytest.raises(ValueError, match=r"frame|no such"):
        Parser(frame, slot).parse()


def test_an_eponym_is_no_person() -> None:
    """``{family}`` writes a family name without marking it."""
    text, spans = written("The {family} test")
    assert not spans
    assert len(text) > len("The  test")
