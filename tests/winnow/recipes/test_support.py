"""Clock times and the turns behind a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winnow.documents import Block
from winnow.recipes._support import COVERAGE, WINDOW_TURNS, clock_ms, content_words, explicit_range, supporting, turn_words


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("00:00:01.500", 1500),
        ("01:02:03", 3_723_000),
        ("12:34", 754_000),
        ("00:00:01,5", 1500),
        ("100:00:00", 360_000_000),
        ("soon", None),
        ("12", None),
        ("00:99:00", None),
        ("", None),
    ],
)
def test_clock_times_are_read_in_the_spellings_of_transcripts(text: str, milliseconds: int | None) -> None:
    """Hours may be left out, fractions follow a point or a comma, and anything else is no time."""
    assert clock_ms(text) == milliseconds


@given(seconds=st.integers(0, 99 * 3600), fraction=st.integers(0, 999))
def test_a_written_time_is_read_back(seconds: int, fraction: int) -> None:
    """Every time up to 99 hours survives being written as HH:MM:SS.mmm."""
    text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:03}"
    assert clock_ms(text) == seconds * 1000 + fraction


@pytest.mark.parametrize(
    ("text", "rest", "found"),
    [
        ("Roof [00:01:00–00:02:00]", "Roof", (60_000, 120_000)),
        ("Roof (01:00 - 02:00) is late", "Roof is late", (60_000, 120_000)),
        ("Roof [00:02:00–00:01:00]", "Roof [00:02:00–00:01:00]", None),
        ("Open from 09:00 to 17:00", "Open from 09:00 to 17:00", None),
        ("Roof", "Roof", None),
    ],
)
def test_only_a_bracketed_range_is_an_explicit_span(text: str, rest: str, found: tuple[int, int] | None) -> None:
    """Opening hours in a sentence are no span; a range in brackets is, and leaves the text."""
    assert explicit_range(text) == (rest, found)


def test_content_words_ignore_endings_and_small_words() -> None:
    """Forms of one word are one stem, and words without meaning are none."""
    assert content_words("The contractors were asked") == content_words("a contractor is asking")


WORDS = ("roof", "winter", "offer", "scanner", "pallet", "label", "budget", "friday")


@settings(max_examples=150, deadline=None)
@given(
    item=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6, unique=True),
    said=st.lists(st.lists(st.sampled_from(WORDS), max_size=3), max_size=60),
)
def test_support_is_a_bounded_stretch_that_covers_enough(item: list[str], said: list[list[str]]) -> None:
    """What is returned is one run of turns, not too long, covering .6 of the words; nothing is returned only if no run does."""
    turns = [Block("turn", " ".join(words), speaker="x") for words in said]
    found = supporting(" ".join(item), turns, turn_words(turns))
    needed = COVERAGE * len(item)
    if found:
        first = next(at for at, turn in enumerate(turns) if turn is found[0])
        assert [id(turn) for turn in found] == [id(turn) for turn in turns[first : first + len(found)]]
        assert len(found) <= WINDOW_TURNS
        assert len(set(item) & {word for turn in found for word in turn.text.split()}) >= needed
    elif len(item) >= 3:
        windows = [said[at : at + WINDOW_TURNS] for at in range(len(said))]
        assert all(len(set(item) & {word for words in window for word in words}) < needed for window in windows)


def test_words_scattered_over_a_meeting_support_nothing() -> None:
    """Words that fall further apart than one stretch of talk do not add up, and one turn closer they do."""
    far = [Block("turn", "roof"), *[Block("turn", "mhm")] * (WINDOW_TURNS - 1), Block("turn", "winter offer")]
    assert supporting("roof winter offer scanner", far, turn_words(far)) == []
    near = [far[0], *far[2:]]
    assert supporting("roof winter offer scanner", near, turn_words(near)) == near
