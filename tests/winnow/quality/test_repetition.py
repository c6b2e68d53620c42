"""Repetition inside a text, against a slow reference that follows the definitions word by word."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.quality._layout import lay_out
from winnow.quality._repetition import repetition
from winnow.quality.signals import DUPLICATE, TOP

TEXTS = st.lists(st.sampled_from(["a", "bb", "ccc", "déf", "\n", "\n\n", "世界", "<PERSON_1>"]), max_size=60).map(" ".join)


def _bare(text: str) -> str:
    return text.replace("<PERSON_1>", "PERSON1")


def _copies(pieces: list[tuple[str, ...]], lengths: list[int]) -> tuple[float, float]:
    """Share of pieces, and of their lengths, that stand earlier too."""
    seen: set[tuple[str, ...]] = set()
    again = []
    for piece, length in zip(pieces, lengths, strict=True):
        if piece in seen:
            again.append(length)
        seen.add(piece)
    return (len(again) / len(pieces), sum(again) / sum(lengths)) if pieces else (0.0, 0.0)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in _bare(text).split("\n") if line.strip()]


def _paragraphs(text: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in _bare(text).split("\n"):
        if line.strip():
            found[-1].append(line.strip())
        else:
            found.append([])
    return [lines for lines in found if lines]


def _top(words: list[str], size: int) -> float:
    runs = Counter(tuple(words[at : at + size]) for at in range(len(words) - size + 1))
    several = {run: count for run, count in runs.items() if count > 1}
    if not several:
        return 0.0
    best = max(several, key=lambda run: (several[run], sum(map(len, run))))
    return min(1.0, several[best] * sum(map(len, best)) / sum(map(len, words)))


def _covered(words: list[str], size: int) -> float:
    seen: set[tuple[str, ...]] = set()
    covered: set[int] = set()
    for at in range(len(words) - size + 1):
        run = tuple(words[at : at + size])
        if run in seen:
            covered.update(range(at, at + size))
        seen.add(run)
    return sum(len(words[at]) for at in covered) / sum(map(len, words)) if words else 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_figures_are_those_of_the_definitions(texts: list[str]) -> None:
    """Every figure of every text of a batch is what counting words, lines and paragraphs one by one gives."""
    figures = repetition(lay_out(texts))
    for number, text in enumerate(texts):
        words, lines, paragraphs = _bare(text).split(), _lines(text), _paragraphs(text)
        line_words = [tuple(line.split()) for line in lines]
        expected = dict(
            zip(
                ("gopher_duplicate_lines", "gopher_duplicate_line_characters"),
                _copies(line_words, [len(line) for line in lines]),
                strict=True,
            )
        )
        by_paragraph = [tuple(tuple(line.split()) for line in lines) for lines in paragraphs]
        lengths = [sum(map(len, lines)) for lines in paragraphs]
        share, characters = _copies([(repr(words),) for words in by_paragraph], lengths)
        expected |= {"gopher_duplicate_paragraphs": share, "gopher_duplicate_paragraph_characters": characters}
        expected |= {f"gopher_top_{size}_gram": _top(words, size) for size in TOP}
        expected |= {f"gopher_duplicate_{size}_grams": _covered(words, size) for size in DUPLICATE}
        found = {name: values[number] for name, values in figures.items()}
        assert found == pytest.approx(expected)


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=5))
def test_a_text_is_measured_alike_in_any_company(texts: list[str]) -> None:
    """What stands in other texts of a batch changes no figure of a text."""
    together = repetition(lay_out(texts))
    for number, text in enumerate(texts):
        alone = repetition(lay_out([text]))
        assert {name: values[number] for name, values in together.items()} == {name: v[0] for name, v in alone.items()}


def test_a_text_said_twice_is_one_half_repetition() -> None:
    """The first occurrence does not count, the second does."""
    once = "one two three four five six seven eight nine ten eleven twelve"
    figures = repetition(lay_out([f"{once}\n{once}"]))
    assert figures["gopher_duplicate_lines"][0] == 0.5
    assert figures["gopher_duplicate_10_grams"][0] == 0.5


def test_an_empty_text_has_no_repetition() -> None:
    """Texts without a word give zeros, wherever they stand in a batch."""
    figures = repetition(lay_out(["", "a a", " \n ", ""]))
    assert all(values[0] == values[2] == values[3] == 0 for values in figures.values())
